//! Indonesian (GSM 7-bit), Vietnamese and Thai (UCS-2).

use super::{NoticeWords, TextWords, VoiceWords, Words, deletion, product, sentence};

/// Indonesian.
pub(super) static ID: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} adalah kode {product} Anda untuk membuat akun.",
            "{code}: {product}, akun baru.",
        ),
        sign_in: sentence(
            "{code} adalah kode {product} Anda untuk masuk.",
            "{code}: {product}, masuk.",
        ),
        recovery: sentence(
            "{code} adalah kode {product} Anda untuk memulihkan akun.",
            "{code}: {product}, pemulihan akun.",
        ),
        step_up: sentence(
            "{code} adalah kode {product} Anda untuk memastikan ini benar Anda.",
            "{code}: {product}, konfirmasi identitas.",
        ),
        warning: "Jangan berikan kepada siapa pun, termasuk kami.",
        warning_short: "Jangan berikan kepada siapa pun.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Halo, ini {product}. Kode Anda untuk membuat akun adalah:"),
        sign_in: product("Halo, ini {product}. Kode Anda untuk masuk adalah:"),
        recovery: product("Halo, ini {product}. Kode Anda untuk memulihkan akun adalah:"),
        step_up: product("Halo, ini {product}. Kode Anda untuk memastikan ini benar Anda adalah:"),
        press_key: product("Ini {product}. Untuk mendengar kode Anda, tekan tombol apa saja."),
        again: "Sekali lagi:",
        not_you: "Bukan Anda? Tutup telepon ini.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "Pemilik baru telah membuktikan bahwa nomor ini miliknya, jadi nomor ini tidak lagi terhubung ke akun {product} Anda.",
        ),
        account_deletion: deletion(
            "Akun {product} Anda akan dihapus pada {day}. Untuk mempertahankannya, buka {host}.",
        ),
    },
};

/// Vietnamese.
pub(super) static VI: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} là mã {product} của bạn để tạo tài khoản.",
            "{code}: {product}, tạo tài khoản.",
        ),
        sign_in: sentence(
            "{code} là mã {product} của bạn để đăng nhập.",
            "{code}: {product}, đăng nhập.",
        ),
        recovery: sentence(
            "{code} là mã {product} của bạn để khôi phục tài khoản.",
            "{code}: {product}, khôi phục tài khoản.",
        ),
        step_up: sentence(
            "{code} là mã {product} của bạn để xác nhận đó là bạn.",
            "{code}: {product}, xác nhận danh tính.",
        ),
        warning: "Không đưa mã cho bất kỳ ai, kể cả chúng tôi.",
        warning_short: "Không đưa cho ai.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Xin chào, đây là {product}. Mã của bạn để tạo tài khoản là:"),
        sign_in: product("Xin chào, đây là {product}. Mã của bạn để đăng nhập là:"),
        recovery: product("Xin chào, đây là {product}. Mã của bạn để khôi phục tài khoản là:"),
        step_up: product("Xin chào, đây là {product}. Mã của bạn để xác nhận danh tính là:"),
        press_key: product("Đây là {product}. Để nghe mã của bạn, hãy nhấn một phím bất kỳ."),
        again: "Một lần nữa:",
        not_you: "Không phải bạn? Hãy gác máy.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "Chủ mới đã xác minh số này, nên số này không còn thuộc tài khoản {product} của bạn.",
        ),
        account_deletion: deletion(
            "Tài khoản {product} của bạn sẽ bị xóa vào ngày {day}. Để giữ lại, hãy vào {host}.",
        ),
    },
};

/// Thai. Written without full stops, as is usual.
pub(super) static TH: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} คือรหัส {product} ของคุณสำหรับสร้างบัญชี",
            "{code} {product} สร้างบัญชี",
        ),
        sign_in: sentence(
            "{code} คือรหัส {product} ของคุณสำหรับเข้าสู่ระบบ",
            "{code} {product} เข้าสู่ระบบ",
        ),
        recovery: sentence(
            "{code} คือรหัส {product} ของคุณสำหรับกู้คืนบัญชี",
            "{code} {product} กู้คืนบัญชี",
        ),
        step_up: sentence(
            "{code} คือรหัส {product} ของคุณสำหรับยืนยันว่าเป็นคุณ",
            "{code} {product} ยืนยันตัวตน",
        ),
        warning: "อย่าบอกใคร แม้แต่เรา",
        warning_short: "อย่าบอกใคร",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("สวัสดี นี่คือ {product} รหัสสำหรับสร้างบัญชีของคุณคือ"),
        sign_in: product("สวัสดี นี่คือ {product} รหัสสำหรับเข้าสู่ระบบของคุณคือ"),
        recovery: product("สวัสดี นี่คือ {product} รหัสสำหรับกู้คืนบัญชีของคุณคือ"),
        step_up: product("สวัสดี นี่คือ {product} รหัสสำหรับยืนยันว่าเป็นคุณคือ"),
        press_key: product("นี่คือ {product} กดปุ่มใดก็ได้เพื่อฟังรหัสของคุณ"),
        again: "อีกครั้ง",
        not_you: "ถ้าไม่ใช่คุณ ให้วางสาย",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "เจ้าของใหม่ได้ยืนยันหมายเลขนี้แล้ว หมายเลขนี้จึงไม่ได้อยู่ในบัญชี {product} ของคุณอีกต่อไป",
        ),
        account_deletion: deletion(
            "บัญชี {product} ของคุณจะถูกลบในวันที่ {day} หากต้องการเก็บไว้ ไปที่ {host}",
        ),
    },
};
