//! Languages of South Asia written from left to right: UCS-2.

use super::{NoticeWords, TextWords, VoiceWords, Words, deletion, product, sentence};

/// Hindi.
pub(super) static HI: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} खाता बनाने के लिए आपका {product} कोड है।",
            "{code}: {product}, नया खाता।",
        ),
        sign_in: sentence(
            "{code} साइन इन करने के लिए आपका {product} कोड है।",
            "{code}: {product}, साइन इन।",
        ),
        recovery: sentence(
            "{code} खाता वापस पाने के लिए आपका {product} कोड है।",
            "{code}: {product}, खाता वापस पाना।",
        ),
        step_up: sentence(
            "{code} पहचान की पुष्टि के लिए आपका {product} कोड है।",
            "{code}: {product}, पहचान की पुष्टि।",
        ),
        warning: "इसे किसी को न दें, हमें भी नहीं।",
        warning_short: "किसी को न दें।",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("नमस्ते, यह {product} है। खाता बनाने के लिए आपका कोड है:"),
        sign_in: product("नमस्ते, यह {product} है। साइन इन करने के लिए आपका कोड है:"),
        recovery: product("नमस्ते, यह {product} है। खाता वापस पाने के लिए आपका कोड है:"),
        step_up: product("नमस्ते, यह {product} है। पहचान की पुष्टि के लिए आपका कोड है:"),
        press_key: product("यह {product} है। अपना कोड सुनने के लिए कोई भी बटन दबाएँ।"),
        again: "एक बार फिर:",
        not_you: "यह आप नहीं हैं? फ़ोन काट दें।",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "एक नए मालिक ने साबित किया है कि यह नंबर उनका है, इसलिए यह अब आपके {product} खाते से जुड़ा नहीं है।",
        ),
        account_deletion: deletion(
            "आपका {product} खाता {day} को मिटा दिया जाएगा। इसे रखने के लिए {host} पर जाएँ।",
        ),
    },
};

/// Bengali.
pub(super) static BN: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} হলো অ্যাকাউন্ট তৈরির জন্য আপনার {product} কোড।",
            "{code}: {product}, নতুন অ্যাকাউন্ট।",
        ),
        sign_in: sentence(
            "{code} হলো সাইন ইন করার জন্য আপনার {product} কোড।",
            "{code}: {product}, সাইন ইন।",
        ),
        recovery: sentence(
            "{code} হলো অ্যাকাউন্ট ফিরে পেতে আপনার {product} কোড।",
            "{code}: {product}, অ্যাকাউন্ট ফিরে পাওয়া।",
        ),
        step_up: sentence(
            "{code} হলো পরিচয় নিশ্চিত করতে আপনার {product} কোড।",
            "{code}: {product}, পরিচয় নিশ্চিত করা।",
        ),
        warning: "এটি কাউকে দেবেন না, আমাদেরও না।",
        warning_short: "কাউকে দেবেন না।",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("হ্যালো, {product} থেকে বলছি। অ্যাকাউন্ট তৈরির জন্য আপনার কোড:"),
        sign_in: product("হ্যালো, {product} থেকে বলছি। সাইন ইন করার জন্য আপনার কোড:"),
        recovery: product("হ্যালো, {product} থেকে বলছি। অ্যাকাউন্ট ফিরে পেতে আপনার কোড:"),
        step_up: product("হ্যালো, {product} থেকে বলছি। পরিচয় নিশ্চিত করতে আপনার কোড:"),
        press_key: product("{product} থেকে বলছি। আপনার কোড শুনতে যেকোনো বোতাম চাপুন।"),
        again: "আবার বলছি:",
        not_you: "কোডটি আপনি চাননি? ফোন কেটে দিন।",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "একজন নতুন মালিক প্রমাণ করেছেন যে এই নম্বরটি তাঁর, তাই এটি আর আপনার {product} অ্যাকাউন্টের সঙ্গে যুক্ত নয়।",
        ),
        account_deletion: deletion(
            "আপনার {product} অ্যাকাউন্ট {day} তারিখে মুছে ফেলা হবে। এটি রাখতে {host} ঠিকানায় যান।",
        ),
    },
};
