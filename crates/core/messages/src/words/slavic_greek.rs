//! Slavic languages and Greek: UCS-2.

use super::{NoticeWords, TextWords, VoiceWords, Words, deletion, product, sentence};

/// Polish.
pub(super) static PL: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} to Twój kod {product} do założenia konta.",
            "{code}: {product}, nowe konto.",
        ),
        sign_in: sentence(
            "{code} to Twój kod {product} do logowania.",
            "{code}: {product}, logowanie.",
        ),
        recovery: sentence(
            "{code} to Twój kod {product} do odzyskania konta.",
            "{code}: {product}, odzyskanie konta.",
        ),
        step_up: sentence(
            "{code} to Twój kod {product} do potwierdzenia, że to Ty.",
            "{code}: {product}, potwierdzenie.",
        ),
        warning: "Nie podawaj go nikomu, nawet nam.",
        warning_short: "Nie podawaj nikomu.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Dzień dobry, tu {product}. Twój kod do założenia konta to:"),
        sign_in: product("Dzień dobry, tu {product}. Twój kod do logowania to:"),
        recovery: product("Dzień dobry, tu {product}. Twój kod do odzyskania konta to:"),
        step_up: product("Dzień dobry, tu {product}. Twój kod do potwierdzenia, że to Ty, to:"),
        press_key: product("Tu {product}. Aby usłyszeć swój kod, naciśnij dowolny klawisz."),
        again: "Powtarzam:",
        not_you: "To nie Ty? Rozłącz się.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "Nowy właściciel potwierdził ten numer, więc nie należy on już do Twojego konta {product}.",
        ),
        account_deletion: deletion(
            "Twoje konto {product} zostanie usunięte {day}. Aby je zachować, wejdź na {host}.",
        ),
    },
};

/// Czech.
pub(super) static CS: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} je váš kód {product} pro vytvoření účtu.",
            "{code}: {product}, nový účet.",
        ),
        sign_in: sentence(
            "{code} je váš kód {product} pro přihlášení.",
            "{code}: {product}, přihlášení.",
        ),
        recovery: sentence(
            "{code} je váš kód {product} pro obnovení účtu.",
            "{code}: {product}, obnova účtu.",
        ),
        step_up: sentence(
            "{code} je váš kód {product} pro ověření, že jste to vy.",
            "{code}: {product}, ověření.",
        ),
        warning: "Nikomu ho nedávejte, ani nám.",
        warning_short: "Nikomu ho nedávejte.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Dobrý den, tady {product}. Váš kód pro vytvoření účtu je:"),
        sign_in: product("Dobrý den, tady {product}. Váš kód pro přihlášení je:"),
        recovery: product("Dobrý den, tady {product}. Váš kód pro obnovení účtu je:"),
        step_up: product("Dobrý den, tady {product}. Váš kód pro ověření, že jste to vy, je:"),
        press_key: product("Tady {product}. Svůj kód uslyšíte po stisknutí libovolné klávesy."),
        again: "Opakuji:",
        not_you: "Nejste to vy? Zavěste.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "Nový majitel potvrdil toto číslo, proto už nepatří k vašemu účtu {product}.",
        ),
        account_deletion: deletion(
            "Váš účet {product} bude smazán {day}. Pokud si ho chcete nechat, přejděte na {host}.",
        ),
    },
};

/// Ukrainian.
pub(super) static UK: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} — ваш код {product} для створення акаунта.",
            "{code}: {product}, новий акаунт.",
        ),
        sign_in: sentence(
            "{code} — ваш код {product} для входу.",
            "{code}: {product}, вхід.",
        ),
        recovery: sentence(
            "{code} — ваш код {product} для відновлення акаунта.",
            "{code}: {product}, відновлення акаунта.",
        ),
        step_up: sentence(
            "{code} — ваш код {product}, щоб підтвердити, що це ви.",
            "{code}: {product}, підтвердження.",
        ),
        warning: "Нікому його не кажіть, навіть нам.",
        warning_short: "Нікому не кажіть.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Вітаємо, це {product}. Ваш код для створення акаунта:"),
        sign_in: product("Вітаємо, це {product}. Ваш код для входу:"),
        recovery: product("Вітаємо, це {product}. Ваш код для відновлення акаунта:"),
        step_up: product("Вітаємо, це {product}. Ваш код для підтвердження, що це ви:"),
        press_key: product("Це {product}. Щоб почути код, натисніть будь-яку клавішу."),
        again: "Повторюємо:",
        not_you: "Це не ви? Покладіть слухавку.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "Новий власник підтвердив цей номер, тому він більше не належить до вашого акаунта {product}.",
        ),
        account_deletion: deletion(
            "Ваш акаунт {product} буде видалено {day}. Щоб зберегти його, перейдіть на {host}.",
        ),
    },
};

/// Russian.
pub(super) static RU: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} — ваш код {product} для создания аккаунта.",
            "{code}: {product}, новый аккаунт.",
        ),
        sign_in: sentence(
            "{code} — ваш код {product} для входа.",
            "{code}: {product}, вход.",
        ),
        recovery: sentence(
            "{code} — ваш код {product} для восстановления аккаунта.",
            "{code}: {product}, восстановление аккаунта.",
        ),
        step_up: sentence(
            "{code} — ваш код {product}, чтобы подтвердить, что это вы.",
            "{code}: {product}, подтверждение.",
        ),
        warning: "Никому его не сообщайте, даже нам.",
        warning_short: "Никому не сообщайте.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Здравствуйте, это {product}. Ваш код для создания аккаунта:"),
        sign_in: product("Здравствуйте, это {product}. Ваш код для входа:"),
        recovery: product("Здравствуйте, это {product}. Ваш код для восстановления аккаунта:"),
        step_up: product("Здравствуйте, это {product}. Ваш код для подтверждения, что это вы:"),
        press_key: product("Это {product}. Чтобы услышать код, нажмите любую клавишу."),
        again: "Повторяем:",
        not_you: "Это не вы? Положите трубку.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "Новый владелец подтвердил этот номер, поэтому он больше не относится к вашему аккаунту {product}.",
        ),
        account_deletion: deletion(
            "Ваш аккаунт {product} будет удалён {day}. Чтобы сохранить его, зайдите на {host}.",
        ),
    },
};

/// Greek.
pub(super) static EL: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} είναι ο κωδικός {product} για τη δημιουργία λογαριασμού.",
            "{code}: {product}, νέος λογαριασμός.",
        ),
        sign_in: sentence(
            "{code} είναι ο κωδικός {product} για τη σύνδεσή σας.",
            "{code}: {product}, σύνδεση.",
        ),
        recovery: sentence(
            "{code} είναι ο κωδικός {product} για την ανάκτηση του λογαριασμού σας.",
            "{code}: {product}, ανάκτηση λογαριασμού.",
        ),
        step_up: sentence(
            "{code} είναι ο κωδικός {product} για να επιβεβαιώσετε ότι είστε εσείς.",
            "{code}: {product}, επιβεβαίωση.",
        ),
        warning: "Μην τον δώσετε σε κανέναν, ούτε σε εμάς.",
        warning_short: "Μην τον δώσετε σε κανέναν.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product(
            "Γεια σας, εδώ {product}. Ο κωδικός σας για τη δημιουργία λογαριασμού είναι:",
        ),
        sign_in: product("Γεια σας, εδώ {product}. Ο κωδικός σας για τη σύνδεση είναι:"),
        recovery: product(
            "Γεια σας, εδώ {product}. Ο κωδικός σας για την ανάκτηση του λογαριασμού είναι:",
        ),
        step_up: product(
            "Γεια σας, εδώ {product}. Ο κωδικός σας για να επιβεβαιώσετε ότι είστε εσείς είναι:",
        ),
        press_key: product("Εδώ {product}. Για να ακούσετε τον κωδικό σας, πατήστε ένα πλήκτρο."),
        again: "Επαναλαμβάνω:",
        not_you: "Δεν είστε εσείς; Κλείστε το τηλέφωνο.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "Νέος κάτοχος επιβεβαίωσε αυτόν τον αριθμό, οπότε δεν ανήκει πλέον στον λογαριασμό σας {product}.",
        ),
        account_deletion: deletion(
            "Ο λογαριασμός σας {product} θα διαγραφεί στις {day}. Για να τον κρατήσετε, μπείτε στο {host}.",
        ),
    },
};
