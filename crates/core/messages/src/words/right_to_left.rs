//! Languages written from right to left: UCS-2. The code comes first in every sentence,
//! where no letter before it can turn its digits around.

use super::{NoticeWords, TextWords, VoiceWords, Words, deletion, product, sentence};

/// Arabic.
pub(super) static AR: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} هو رمزك في {product} لإنشاء حسابك.",
            "{code}: {product}، حساب جديد.",
        ),
        sign_in: sentence(
            "{code} هو رمزك في {product} لتسجيل الدخول.",
            "{code}: {product}، تسجيل الدخول.",
        ),
        recovery: sentence(
            "{code} هو رمزك في {product} لاستعادة حسابك.",
            "{code}: {product}، استعادة الحساب.",
        ),
        step_up: sentence(
            "{code} هو رمزك في {product} لتأكيد هويتك.",
            "{code}: {product}، تأكيد الهوية.",
        ),
        warning: "لا تعطه لأي أحد، ولا حتى لنا.",
        warning_short: "لا تعطه لأحد.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("مرحباً، معك {product}. رمزك لإنشاء حسابك هو:"),
        sign_in: product("مرحباً، معك {product}. رمزك لتسجيل الدخول هو:"),
        recovery: product("مرحباً، معك {product}. رمزك لاستعادة حسابك هو:"),
        step_up: product("مرحباً، معك {product}. رمزك لتأكيد هويتك هو:"),
        press_key: product("معك {product}. لسماع رمزك اضغط على أي زر."),
        again: "مرة أخرى:",
        not_you: "لم تطلب ذلك؟ أغلق الخط.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "أثبت مالك جديد أن هذا الرقم له، لذلك لم يعد مرتبطاً بحسابك في {product}.",
        ),
        account_deletion: deletion(
            "سيتم حذف حسابك في {product} بتاريخ {day}. للاحتفاظ به، انتقل إلى {host}.",
        ),
    },
};

/// Hebrew. Worded without a gender for the reader.
pub(super) static HE: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} הוא הקוד שלך ב-{product} ליצירת חשבון.",
            "{code}: {product}, חשבון חדש.",
        ),
        sign_in: sentence(
            "{code} הוא הקוד שלך ב-{product} להתחברות.",
            "{code}: {product}, התחברות.",
        ),
        recovery: sentence(
            "{code} הוא הקוד שלך ב-{product} לשחזור החשבון.",
            "{code}: {product}, שחזור חשבון.",
        ),
        step_up: sentence(
            "{code} הוא הקוד שלך ב-{product} לאימות הזהות שלך.",
            "{code}: {product}, אימות זהות.",
        ),
        warning: "אין לתת אותו לאף אחד, גם לא לנו.",
        warning_short: "אין לתת לאף אחד.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("שלום, כאן {product}. הקוד שלך ליצירת חשבון הוא:"),
        sign_in: product("שלום, כאן {product}. הקוד שלך להתחברות הוא:"),
        recovery: product("שלום, כאן {product}. הקוד שלך לשחזור החשבון הוא:"),
        step_up: product("שלום, כאן {product}. הקוד שלך לאימות הזהות הוא:"),
        press_key: product("כאן {product}. כדי לשמוע את הקוד שלך, הקישו על מקש כלשהו."),
        again: "פעם נוספת:",
        not_you: "לא ביקשת קוד? יש לנתק.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "בעלים חדש אימת את המספר הזה, ולכן הוא כבר לא שייך לחשבון שלך ב-{product}.",
        ),
        account_deletion: deletion(
            "החשבון שלך ב-{product} יימחק בתאריך {day}. כדי לשמור עליו, יש להיכנס אל {host}.",
        ),
    },
};

/// Persian.
pub(super) static FA: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} کد {product} شما برای ساختن حساب است.",
            "{code}: {product}، حساب جدید.",
        ),
        sign_in: sentence(
            "{code} کد {product} شما برای ورود است.",
            "{code}: {product}، ورود.",
        ),
        recovery: sentence(
            "{code} کد {product} شما برای بازیابی حساب است.",
            "{code}: {product}، بازیابی حساب.",
        ),
        step_up: sentence(
            "{code} کد {product} شما برای تأیید هویت است.",
            "{code}: {product}، تأیید هویت.",
        ),
        warning: "آن را به هیچ\u{200c}کس ندهید، حتی به ما.",
        warning_short: "به هیچ\u{200c}کس ندهید.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("سلام، اینجا {product} است. کد شما برای ساختن حساب:"),
        sign_in: product("سلام، اینجا {product} است. کد شما برای ورود:"),
        recovery: product("سلام، اینجا {product} است. کد شما برای بازیابی حساب:"),
        step_up: product("سلام، اینجا {product} است. کد شما برای تأیید هویت:"),
        press_key: product("اینجا {product} است. برای شنیدن کد خود، یک کلید را فشار دهید."),
        again: "یک بار دیگر:",
        not_you: "شما نبودید؟ تماس را قطع کنید.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "مالک جدیدی این شماره را تأیید کرده است، بنابراین دیگر به حساب {product} شما تعلق ندارد.",
        ),
        account_deletion: deletion(
            "حساب {product} شما در تاریخ {day} حذف می\u{200c}شود. برای نگه داشتن آن به {host} بروید.",
        ),
    },
};

/// Urdu.
pub(super) static UR: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} اکاؤنٹ بنانے کے لیے آپ کا {product} کوڈ ہے۔",
            "{code}: {product}، نیا اکاؤنٹ۔",
        ),
        sign_in: sentence(
            "{code} سائن ان کرنے کے لیے آپ کا {product} کوڈ ہے۔",
            "{code}: {product}، سائن ان۔",
        ),
        recovery: sentence(
            "{code} اکاؤنٹ بحال کرنے کے لیے آپ کا {product} کوڈ ہے۔",
            "{code}: {product}، اکاؤنٹ کی بحالی۔",
        ),
        step_up: sentence(
            "{code} شناخت کی تصدیق کے لیے آپ کا {product} کوڈ ہے۔",
            "{code}: {product}، شناخت کی تصدیق۔",
        ),
        warning: "یہ کسی کو نہ دیں، ہمیں بھی نہیں۔",
        warning_short: "کسی کو نہ دیں۔",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("السلام علیکم، یہ {product} ہے۔ اکاؤنٹ بنانے کے لیے آپ کا کوڈ ہے:"),
        sign_in: product("السلام علیکم، یہ {product} ہے۔ سائن ان کرنے کے لیے آپ کا کوڈ ہے:"),
        recovery: product("السلام علیکم، یہ {product} ہے۔ اکاؤنٹ بحال کرنے کے لیے آپ کا کوڈ ہے:"),
        step_up: product("السلام علیکم، یہ {product} ہے۔ شناخت کی تصدیق کے لیے آپ کا کوڈ ہے:"),
        press_key: product("یہ {product} ہے۔ اپنا کوڈ سننے کے لیے کوئی بھی بٹن دبائیں۔"),
        again: "ایک بار پھر:",
        not_you: "یہ آپ نہیں؟ فون بند کر دیں۔",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "ایک نئے مالک نے ثابت کیا ہے کہ یہ نمبر اس کا ہے، اس لیے یہ اب آپ کے {product} اکاؤنٹ کا حصہ نہیں۔",
        ),
        account_deletion: deletion(
            "آپ کا {product} اکاؤنٹ {day} کو حذف کر دیا جائے گا۔ اسے رکھنے کے لیے {host} پر جائیں۔",
        ),
    },
};
