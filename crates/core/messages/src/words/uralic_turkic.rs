//! Finnish (GSM 7-bit), Hungarian and Turkish (UCS-2).

use super::{NoticeWords, TextWords, VoiceWords, Words, deletion, product, sentence};

/// Finnish.
pub(super) static FI: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} on koodisi tilin luomiseen palvelussa {product}.",
            "{code}: {product}, uusi tili.",
        ),
        sign_in: sentence(
            "{code} on koodisi kirjautumiseen palveluun {product}.",
            "{code}: {product}, kirjautuminen.",
        ),
        recovery: sentence(
            "{code} on koodisi tilin palauttamiseen palvelussa {product}.",
            "{code}: {product}, tilin palautus.",
        ),
        step_up: sentence(
            "{code} on koodisi henkilöllisyytesi vahvistamiseen palvelussa {product}.",
            "{code}: {product}, vahvistus.",
        ),
        warning: "Älä anna sitä kenellekään, älä edes meille.",
        warning_short: "Älä anna sitä kenellekään.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Hei, täällä {product}. Koodisi tilin luomiseen on:"),
        sign_in: product("Hei, täällä {product}. Koodisi kirjautumiseen on:"),
        recovery: product("Hei, täällä {product}. Koodisi tilin palauttamiseen on:"),
        step_up: product("Hei, täällä {product}. Koodisi henkilöllisyytesi vahvistamiseen on:"),
        press_key: product("Täällä {product}. Kuulet koodisi painamalla mitä tahansa näppäintä."),
        again: "Vielä kerran:",
        not_you: "Etkö se ollut sinä? Sulje puhelu.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "Uusi omistaja on vahvistanut tämän numeron, joten se ei enää kuulu tiliisi palvelussa {product}.",
        ),
        account_deletion: deletion(
            "Tilisi palvelussa {product} poistetaan {day}. Jos haluat pitää sen, mene osoitteeseen {host}.",
        ),
    },
};

/// Hungarian. The article before a name depends on its first sound, so the name stands alone.
pub(super) static HU: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{product}: {code} a kód a fiók létrehozásához.",
            "{code}: {product}, új fiók.",
        ),
        sign_in: sentence(
            "{product}: {code} a kód a bejelentkezéshez.",
            "{code}: {product}, belépés.",
        ),
        recovery: sentence(
            "{product}: {code} a kód a fiók helyreállításához.",
            "{code}: {product}, fiók helyreállítása.",
        ),
        step_up: sentence(
            "{product}: {code} a kód a személyazonossága igazolásához.",
            "{code}: {product}, igazolás.",
        ),
        warning: "Senkinek ne adja meg, még nekünk se.",
        warning_short: "Senkinek ne adja meg.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Jó napot! Ez itt {product}. A kódja a fiók létrehozásához:"),
        sign_in: product("Jó napot! Ez itt {product}. A kódja a bejelentkezéshez:"),
        recovery: product("Jó napot! Ez itt {product}. A kódja a fiók helyreállításához:"),
        step_up: product("Jó napot! Ez itt {product}. A kódja a személyazonossága igazolásához:"),
        press_key: product(
            "Ez itt {product}. A kódja meghallgatásához nyomjon meg egy tetszőleges gombot.",
        ),
        again: "Még egyszer:",
        not_you: "Nem Ön kérte? Tegye le a telefont.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "{product}: ezt a számot egy új tulajdonos igazolta, ezért már nem tartozik az Ön fiókjához.",
        ),
        account_deletion: deletion(
            "{product}: a fiókját ezen a napon töröljük: {day}. Ha meg szeretné tartani, lépjen be itt: {host}.",
        ),
    },
};

/// Turkish.
pub(super) static TR: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{product} hesabınızı oluşturmak için kodunuz: {code}.",
            "{product} yeni hesap kodu: {code}.",
        ),
        sign_in: sentence(
            "{product} hesabınıza giriş yapmak için kodunuz: {code}.",
            "{product} giriş kodu: {code}.",
        ),
        recovery: sentence(
            "{product} hesabınızı kurtarmak için kodunuz: {code}.",
            "{product} hesap kurtarma kodu: {code}.",
        ),
        step_up: sentence(
            "{product} için kimliğinizi doğrulama kodunuz: {code}.",
            "{product} kimlik doğrulama kodu: {code}.",
        ),
        warning: "Kimseye vermeyin, bize bile.",
        warning_short: "Kimseye vermeyin.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Merhaba, burası {product}. Hesabınızı oluşturmak için kodunuz:"),
        sign_in: product("Merhaba, burası {product}. Hesabınıza giriş yapmak için kodunuz:"),
        recovery: product("Merhaba, burası {product}. Hesabınızı kurtarmak için kodunuz:"),
        step_up: product("Merhaba, burası {product}. Kimliğinizi doğrulamak için kodunuz:"),
        press_key: product("Burası {product}. Kodunuzu duymak için herhangi bir tuşa basın."),
        again: "Bir kez daha:",
        not_you: "Siz değil misiniz? Telefonu kapatın.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "Yeni bir sahip bu numarayı doğruladı, bu yüzden numara artık {product} hesabınıza ait değil.",
        ),
        account_deletion: deletion(
            "{product} hesabınız {day} tarihinde silinecek. Hesabı tutmak için şu adrese gidin: {host}.",
        ),
    },
};
