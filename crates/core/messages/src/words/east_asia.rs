//! Korean, Japanese and Chinese: UCS-2, and short enough for one segment with a usual host.

use super::{NoticeWords, TextWords, VoiceWords, Words, deletion, product, sentence};

/// Korean. The particles do not depend on the last sound of the name or the code.
pub(super) static KO: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{product} 가입 인증번호는 {code}입니다.",
            "{product} 가입 인증번호 {code}.",
        ),
        sign_in: sentence(
            "{product} 로그인 인증번호는 {code}입니다.",
            "{product} 로그인 인증번호 {code}.",
        ),
        recovery: sentence(
            "{product} 계정 복구 인증번호는 {code}입니다.",
            "{product} 계정 복구 인증번호 {code}.",
        ),
        step_up: sentence(
            "{product} 본인 확인 인증번호는 {code}입니다.",
            "{product} 본인 확인 인증번호 {code}.",
        ),
        warning: "저희를 포함해 누구에게도 알려주지 마세요.",
        warning_short: "알려주지 마세요.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("안녕하세요, {product}입니다. 가입 인증번호를 알려드립니다."),
        sign_in: product("안녕하세요, {product}입니다. 로그인 인증번호를 알려드립니다."),
        recovery: product("안녕하세요, {product}입니다. 계정 복구 인증번호를 알려드립니다."),
        step_up: product("안녕하세요, {product}입니다. 본인 확인 인증번호를 알려드립니다."),
        press_key: product("{product}입니다. 인증번호를 들으려면 아무 키나 누르세요."),
        again: "다시 알려드립니다.",
        not_you: "본인이 아니신가요? 전화를 끊으세요.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "새 소유자가 이 번호를 인증했으므로 이 번호는 더 이상 회원님의 {product} 계정에 속하지 않습니다.",
        ),
        account_deletion: deletion(
            "회원님의 {product} 계정이 {day}에 삭제됩니다. 계정을 유지하려면 여기에 접속하세요: {host}",
        ),
    },
};

/// Japanese.
pub(super) static JA: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} は {product} のアカウント作成用コードです。",
            "{code} {product} 登録コード。",
        ),
        sign_in: sentence(
            "{code} は {product} のログイン用コードです。",
            "{code} {product} ログインコード。",
        ),
        recovery: sentence(
            "{code} は {product} のアカウント復旧用コードです。",
            "{code} {product} 復旧コード。",
        ),
        step_up: sentence(
            "{code} は {product} の本人確認用コードです。",
            "{code} {product} 本人確認コード。",
        ),
        warning: "当社を含め、誰にも教えないでください。",
        warning_short: "共有しないでください。",
        between: "",
    },
    voice: VoiceWords {
        sign_up: product("こんにちは、{product} です。アカウント作成用のコードをお伝えします。"),
        sign_in: product("こんにちは、{product} です。ログイン用のコードをお伝えします。"),
        recovery: product("こんにちは、{product} です。アカウント復旧用のコードをお伝えします。"),
        step_up: product("こんにちは、{product} です。本人確認用のコードをお伝えします。"),
        press_key: product("{product} です。コードを聞くには、いずれかのキーを押してください。"),
        again: "もう一度お伝えします。",
        not_you: "お心当たりがない場合は、電話をお切りください。",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "新しい所有者がこの番号を確認したため、この番号はお客様の {product} アカウントから外れました。",
        ),
        account_deletion: deletion(
            "お客様の {product} アカウントは {day} に削除されます。残す場合は {host} にアクセスしてください。",
        ),
    },
};

/// Chinese, simplified.
pub(super) static ZH_HANS: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} 是您的 {product} 注册验证码。",
            "{code} {product} 注册。",
        ),
        sign_in: sentence(
            "{code} 是您的 {product} 登录验证码。",
            "{code} {product} 登录。",
        ),
        recovery: sentence(
            "{code} 是您的 {product} 账号找回验证码。",
            "{code} {product} 找回账号。",
        ),
        step_up: sentence(
            "{code} 是您的 {product} 身份确认验证码。",
            "{code} {product} 身份确认。",
        ),
        warning: "不要告诉任何人，包括我们。",
        warning_short: "勿告诉他人。",
        between: "",
    },
    voice: VoiceWords {
        sign_up: product("您好，这里是 {product}。您的注册验证码是："),
        sign_in: product("您好，这里是 {product}。您的登录验证码是："),
        recovery: product("您好，这里是 {product}。您的账号找回验证码是："),
        step_up: product("您好，这里是 {product}。您的身份确认验证码是："),
        press_key: product("这里是 {product}。按任意键收听验证码。"),
        again: "再说一遍：",
        not_you: "不是您本人？挂断电话即可。",
    },
    notice: NoticeWords {
        number_reclaimed: product("新机主已验证此号码，因此它不再属于您的 {product} 账号。"),
        account_deletion: deletion("您的 {product} 账号将于 {day} 删除。如要保留，可前往 {host}"),
    },
};

/// Chinese, traditional.
pub(super) static ZH_HANT: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} 是您的 {product} 註冊驗證碼。",
            "{code} {product} 註冊。",
        ),
        sign_in: sentence(
            "{code} 是您的 {product} 登入驗證碼。",
            "{code} {product} 登入。",
        ),
        recovery: sentence(
            "{code} 是您的 {product} 帳號復原驗證碼。",
            "{code} {product} 帳號復原。",
        ),
        step_up: sentence(
            "{code} 是您的 {product} 身分確認驗證碼。",
            "{code} {product} 身分確認。",
        ),
        warning: "不要告訴任何人，包括我們。",
        warning_short: "勿告訴他人。",
        between: "",
    },
    voice: VoiceWords {
        sign_up: product("您好，這裡是 {product}。您的註冊驗證碼是："),
        sign_in: product("您好，這裡是 {product}。您的登入驗證碼是："),
        recovery: product("您好，這裡是 {product}。您的帳號復原驗證碼是："),
        step_up: product("您好，這裡是 {product}。您的身分確認驗證碼是："),
        press_key: product("這裡是 {product}。按任意鍵收聽驗證碼。"),
        again: "再說一次：",
        not_you: "不是您本人？掛斷電話即可。",
    },
    notice: NoticeWords {
        number_reclaimed: product("新的使用者已驗證此號碼，因此它不再屬於您的 {product} 帳號。"),
        account_deletion: deletion("您的 {product} 帳號將於 {day} 刪除。如要保留，可前往 {host}"),
    },
};
