//! Sentences to put numbers into, and sentences with other digits, in the languages that are measured.

/// A language, sentences with a place for a number, and sentences with other digits in which `#`
/// stands for a random one.
pub(crate) struct Language {
    pub(crate) code: &'static str,
    pub(crate) sentences: [&'static str; 3],
    pub(crate) negatives: [&'static str; 3],
}

const fn language(
    code: &'static str,
    sentences: [&'static str; 3],
    negatives: [&'static str; 3],
) -> Language {
    Language {
        code,
        sentences,
        negatives,
    }
}

/// The first sentence names the number, the others only hold it.
pub(crate) const LANGUAGES: [Language; 16] = [
    language(
        "en",
        [
            "My phone number is {}.",
            "You can reach us at {} until Friday.",
            "{} is where she lives now.",
        ],
        [
            "Order ########## was shipped.",
            "The meeting is on 2026-1#-1# at 1#:##.",
            "It cost 1#,###,### dollars.",
        ],
    ),
    language(
        "de",
        [
            "Meine Telefonnummer ist {}.",
            "Wir sind bis Freitag unter {} da.",
            "{} ist am besten.",
        ],
        [
            "Rechnung Nr. ########## ist offen.",
            "Am 1#.1#.2026 um 1#:## Uhr.",
            "Das kostet 1#.###.### Euro.",
        ],
    ),
    language(
        "fr",
        [
            "Mon téléphone est le {}.",
            "On se retrouve au {} vendredi.",
            "{} me convient.",
        ],
        [
            "La commande ########## est partie.",
            "Le 1#/1#/2026 à 1#h##.",
            "Cela coûte 1 ### ### euros.",
        ],
    ),
    language(
        "es",
        [
            "Mi teléfono es {}.",
            "Estamos en el {} hasta el viernes.",
            "{} está bien.",
        ],
        [
            "El pedido ########## ha salido.",
            "El 1#/1#/2026 a las 1#:##.",
            "Cuesta 1.###.### euros.",
        ],
    ),
    language(
        "pt",
        [
            "Meu telefone é {}.",
            "Estamos no {} até sexta.",
            "{} serve.",
        ],
        [
            "O pedido ########## saiu.",
            "Em 1#/1#/2026 às 1#:##.",
            "Custa 1.###.### reais.",
        ],
    ),
    language(
        "it",
        [
            "Il mio telefono è {}.",
            "Siamo al {} fino a venerdì.",
            "{} va bene.",
        ],
        [
            "L'ordine ########## è partito.",
            "Il 1#/1#/2026 alle 1#:##.",
            "Costa 1.###.### euro.",
        ],
    ),
    language(
        "nl",
        [
            "Mijn telefoon is {}.",
            "We zijn tot vrijdag op {} te vinden.",
            "{} is goed.",
        ],
        [
            "Bestelling ########## is verzonden.",
            "Op 1#-1#-2026 om 1#:##.",
            "Het kost 1.###.### euro.",
        ],
    ),
    language(
        "pl",
        [
            "Mój telefon to {}.",
            "Jesteśmy pod {} do piątku.",
            "{} pasuje.",
        ],
        [
            "Faktura ########## czeka.",
            "W dniu 1#.1#.2026 o 1#:##.",
            "Kosztuje 1 ### ### zł.",
        ],
    ),
    language(
        "ru",
        [
            "Мой телефон {}.",
            "Мы до пятницы на {} будем.",
            "{} подойдёт.",
        ],
        [
            "Заказ ########## отправлен.",
            "1#.1#.2026 в 1#:##.",
            "Стоит 1 ### ### рублей.",
        ],
    ),
    language(
        "tr",
        [
            "Telefon numaram {}.",
            "Cumaya kadar {} üzerinden buradayız.",
            "{} uygundur.",
        ],
        [
            "Sipariş ########## gönderildi.",
            "1#.1#.2026 saat 1#:##.",
            "Fiyat 1.###.### lira.",
        ],
    ),
    language(
        "ar",
        ["رقم هاتفي {}.", "نحن على {} حتى الجمعة.", "{} مناسب."],
        [
            "الطلب ########## في الطريق.",
            "في 1#/1#/2026 الساعة 1#:##.",
            "السعر 1,###,### دينار.",
        ],
    ),
    language(
        "he",
        ["הטלפון שלי {}.", "אנחנו ב {} עד יום שישי.", "{} מתאים."],
        [
            "הזמנה ########## נשלחה.",
            "ב 1#/1#/2026 בשעה 1#:##.",
            "המחיר 1,###,### שקל.",
        ],
    ),
    language(
        "hi",
        ["मेरा फ़ोन {} है।", "हम शुक्रवार तक {} पर हैं।", "{} ठीक है।"],
        [
            "ऑर्डर ########## भेजा गया।",
            "1#/1#/2026 को 1#:## बजे।",
            "कीमत 1#,##,### रुपये।",
        ],
    ),
    language(
        "zh",
        ["我的电话是{}。", "星期五之前{}可以。", "{}很好。"],
        [
            "订单号##########已发货。",
            "2026-1#-1# 1#:##开会。",
            "价格1,###,###元。",
        ],
    ),
    language(
        "ja",
        [
            "私の電話番号は{}です。",
            "金曜日まで{}にいます。",
            "{}で大丈夫です。",
        ],
        [
            "注文##########を発送しました。",
            "2026/1#/1# 1#:##に会います。",
            "1,###,###円です。",
        ],
    ),
    language(
        "ko",
        [
            "제 전화번호는 {} 입니다.",
            "금요일까지 {} 에 있습니다.",
            "{} 좋습니다.",
        ],
        [
            "주문 ########## 발송되었습니다.",
            "2026-1#-1# 1#:## 회의.",
            "가격 1,###,### 원.",
        ],
    ),
];
