//! Germanic languages. All of them stay within the GSM 7-bit alphabet.

use super::{NoticeWords, TextWords, VoiceWords, Words, deletion, product, sentence};

/// English.
pub(super) static EN: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} is your {product} code to create your account.",
            "{code}: {product}, new account.",
        ),
        sign_in: sentence(
            "{code} is your {product} code to sign in.",
            "{code}: {product}, sign in.",
        ),
        recovery: sentence(
            "{code} is your {product} code to recover your account.",
            "{code}: {product}, account recovery.",
        ),
        step_up: sentence(
            "{code} is your {product} code to confirm it is you.",
            "{code}: {product}, confirm it is you.",
        ),
        warning: "Give it to nobody, not even us.",
        warning_short: "Give it to nobody.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Hello, this is {product}. Your code to create your account is:"),
        sign_in: product("Hello, this is {product}. Your code to sign in is:"),
        recovery: product("Hello, this is {product}. Your code to recover your account is:"),
        step_up: product("Hello, this is {product}. Your code to confirm it is you is:"),
        press_key: product("This is {product}. To hear your code, press any key."),
        again: "Once more:",
        not_you: "Not you? Hang up.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "A new owner has proven this number, so it no longer belongs to your {product} account.",
        ),
        account_deletion: deletion(
            "Your {product} account will be deleted on {day}. To keep it, go to {host}.",
        ),
    },
};

/// German.
pub(super) static DE: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} ist Ihr Code, um ein Konto bei {product} zu erstellen.",
            "{code}: {product}, neues Konto.",
        ),
        sign_in: sentence(
            "{code} ist Ihr Code für die Anmeldung bei {product}.",
            "{code}: {product}, Anmeldung.",
        ),
        recovery: sentence(
            "{code} ist Ihr Code, um Ihr Konto bei {product} wiederherzustellen.",
            "{code}: {product}, Konto wiederherstellen.",
        ),
        step_up: sentence(
            "{code} ist Ihr Code, um Ihre Identität bei {product} zu bestätigen.",
            "{code}: {product}, Identität bestätigen.",
        ),
        warning: "Geben Sie ihn niemandem, auch uns nicht.",
        warning_short: "Geben Sie ihn niemandem.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product(
            "Guten Tag, hier ist {product}. Ihr Code, um ein Konto zu erstellen, lautet:",
        ),
        sign_in: product("Guten Tag, hier ist {product}. Ihr Code für die Anmeldung lautet:"),
        recovery: product(
            "Guten Tag, hier ist {product}. Ihr Code, um Ihr Konto wiederherzustellen, lautet:",
        ),
        step_up: product(
            "Guten Tag, hier ist {product}. Ihr Code, um Ihre Identität zu bestätigen, lautet:",
        ),
        press_key: product(
            "Hier ist {product}. Um Ihren Code zu hören, drücken Sie eine beliebige Taste.",
        ),
        again: "Noch einmal:",
        not_you: "Sie waren das nicht? Legen Sie auf.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "Diese Nummer hat nachweislich einen neuen Inhaber. Sie gehört deshalb nicht mehr zu Ihrem Konto bei {product}.",
        ),
        account_deletion: deletion(
            "Ihr Konto bei {product} wird am {day} gelöscht. Um es zu behalten, gehen Sie zu {host}.",
        ),
    },
};

/// Dutch.
pub(super) static NL: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} is je code van {product} om een account te maken.",
            "{code}: {product}, nieuw account.",
        ),
        sign_in: sentence(
            "{code} is je code van {product} om in te loggen.",
            "{code}: {product}, inloggen.",
        ),
        recovery: sentence(
            "{code} is je code van {product} om je account te herstellen.",
            "{code}: {product}, account herstellen.",
        ),
        step_up: sentence(
            "{code} is je code van {product} om te bevestigen dat jij het bent.",
            "{code}: {product}, bevestig dat jij het bent.",
        ),
        warning: "Geef hem aan niemand, ook niet aan ons.",
        warning_short: "Geef hem aan niemand.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Hallo, dit is {product}. Je code om een account te maken is:"),
        sign_in: product("Hallo, dit is {product}. Je code om in te loggen is:"),
        recovery: product("Hallo, dit is {product}. Je code om je account te herstellen is:"),
        step_up: product("Hallo, dit is {product}. Je code om te bevestigen dat jij het bent is:"),
        press_key: product("Dit is {product}. Druk op een toets om je code te horen."),
        again: "Nog een keer:",
        not_you: "Was jij dit niet? Hang op.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "Een nieuwe eigenaar heeft dit nummer bevestigd. Het hoort daarom niet meer bij je account van {product}.",
        ),
        account_deletion: deletion(
            "Je account van {product} wordt op {day} verwijderd. Wil je het houden? Ga naar {host}.",
        ),
    },
};

/// Swedish.
pub(super) static SV: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} är din kod från {product} för att skapa ett konto.",
            "{code}: {product}, nytt konto.",
        ),
        sign_in: sentence(
            "{code} är din kod från {product} för att logga in.",
            "{code}: {product}, logga in.",
        ),
        recovery: sentence(
            "{code} är din kod från {product} för att återställa ditt konto.",
            "{code}: {product}, återställ konto.",
        ),
        step_up: sentence(
            "{code} är din kod från {product} för att bekräfta att det är du.",
            "{code}: {product}, bekräfta att det är du.",
        ),
        warning: "Ge den inte till någon, inte ens till oss.",
        warning_short: "Ge den inte till någon.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Hej, det här är {product}. Din kod för att skapa ett konto är:"),
        sign_in: product("Hej, det här är {product}. Din kod för att logga in är:"),
        recovery: product("Hej, det här är {product}. Din kod för att återställa ditt konto är:"),
        step_up: product("Hej, det här är {product}. Din kod för att bekräfta att det är du är:"),
        press_key: product("Det här är {product}. Tryck på en knapp för att höra din kod."),
        again: "En gång till:",
        not_you: "Är det inte du? Lägg på.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "En ny ägare har bekräftat det här numret, så det hör inte längre till ditt konto hos {product}.",
        ),
        account_deletion: deletion(
            "Ditt konto hos {product} raderas den {day}. Vill du behålla det? Gå till {host}.",
        ),
    },
};

/// Danish.
pub(super) static DA: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} er din kode fra {product} til at oprette en konto.",
            "{code}: {product}, ny konto.",
        ),
        sign_in: sentence(
            "{code} er din kode fra {product} til at logge ind.",
            "{code}: {product}, log ind.",
        ),
        recovery: sentence(
            "{code} er din kode fra {product} til at gendanne din konto.",
            "{code}: {product}, gendan konto.",
        ),
        step_up: sentence(
            "{code} er din kode fra {product} til at bekræfte, at det er dig.",
            "{code}: {product}, bekræft, at det er dig.",
        ),
        warning: "Giv den ikke til nogen, heller ikke til os.",
        warning_short: "Giv den ikke til nogen.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Hej, det er {product}. Din kode til at oprette en konto er:"),
        sign_in: product("Hej, det er {product}. Din kode til at logge ind er:"),
        recovery: product("Hej, det er {product}. Din kode til at gendanne din konto er:"),
        step_up: product("Hej, det er {product}. Din kode til at bekræfte, at det er dig, er:"),
        press_key: product("Det er {product}. Tryk på en tast for at høre din kode."),
        again: "En gang til:",
        not_you: "Er det ikke dig? Læg på.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "En ny ejer har bekræftet dette nummer, så det hører ikke længere til din konto hos {product}.",
        ),
        account_deletion: deletion(
            "Din konto hos {product} bliver slettet den {day}. Vil du beholde den? Gå til {host}.",
        ),
    },
};

/// Norwegian Bokmål.
pub(super) static NB: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} er din kode fra {product} for å opprette en konto.",
            "{code}: {product}, ny konto.",
        ),
        sign_in: sentence(
            "{code} er din kode fra {product} for å logge inn.",
            "{code}: {product}, logg inn.",
        ),
        recovery: sentence(
            "{code} er din kode fra {product} for å gjenopprette kontoen din.",
            "{code}: {product}, gjenopprett konto.",
        ),
        step_up: sentence(
            "{code} er din kode fra {product} for å bekrefte at det er deg.",
            "{code}: {product}, bekreft at det er deg.",
        ),
        warning: "Ikke gi den til noen, heller ikke til oss.",
        warning_short: "Ikke gi den til noen.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Hei, dette er {product}. Koden din for å opprette en konto er:"),
        sign_in: product("Hei, dette er {product}. Koden din for å logge inn er:"),
        recovery: product("Hei, dette er {product}. Koden din for å gjenopprette kontoen er:"),
        step_up: product("Hei, dette er {product}. Koden din for å bekrefte at det er deg, er:"),
        press_key: product("Dette er {product}. Trykk på en tast for å høre koden din."),
        again: "En gang til:",
        not_you: "Er det ikke deg? Legg på.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "En ny eier har bekreftet dette nummeret, så det hører ikke lenger til kontoen din hos {product}.",
        ),
        account_deletion: deletion(
            "Kontoen din hos {product} blir slettet {day}. Vil du beholde den? Gå til {host}.",
        ),
    },
};
