//! Romance languages. French, Spanish and Italian stay within the GSM 7-bit alphabet:
//! the words are chosen so (Spanish says `clave`, whose letters are all in it).

use super::{NoticeWords, TextWords, VoiceWords, Words, deletion, product, sentence};

/// French.
pub(super) static FR: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} est votre code {product} pour créer votre compte.",
            "{code} : {product}, nouveau compte.",
        ),
        sign_in: sentence(
            "{code} est votre code {product} pour vous connecter.",
            "{code} : {product}, connexion.",
        ),
        recovery: sentence(
            "{code} est votre code {product} pour récupérer votre compte.",
            "{code} : {product}, récupérer le compte.",
        ),
        step_up: sentence(
            "{code} est votre code {product} pour confirmer que c'est bien vous.",
            "{code} : {product}, confirmer que c'est vous.",
        ),
        warning: "Ne le donnez à personne, nous compris.",
        warning_short: "Ne le donnez à personne.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Bonjour, ici {product}. Votre code pour créer votre compte est :"),
        sign_in: product("Bonjour, ici {product}. Votre code pour vous connecter est :"),
        recovery: product("Bonjour, ici {product}. Votre code pour récupérer votre compte est :"),
        step_up: product(
            "Bonjour, ici {product}. Votre code pour confirmer que c'est bien vous est :",
        ),
        press_key: product("Ici {product}. Pour entendre votre code, appuyez sur une touche."),
        again: "Je répète :",
        not_you: "Ce n'est pas vous ? Raccrochez.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "Une autre personne a prouvé que ce numéro est le sien. Il n'est donc plus lié à votre compte {product}.",
        ),
        account_deletion: deletion(
            "Votre compte {product} sera supprimé le {day}. Pour le garder, allez sur {host}.",
        ),
    },
};

/// Spanish.
pub(super) static ES: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} es tu clave de {product} para crear tu cuenta.",
            "{code}: {product}, cuenta nueva.",
        ),
        sign_in: sentence(
            "{code} es tu clave de {product} para entrar en tu cuenta.",
            "{code}: {product}, entrar.",
        ),
        recovery: sentence(
            "{code} es tu clave de {product} para recuperar tu cuenta.",
            "{code}: {product}, recuperar la cuenta.",
        ),
        step_up: sentence(
            "{code} es tu clave de {product} para confirmar tu identidad.",
            "{code}: {product}, confirmar tu identidad.",
        ),
        warning: "No se la des a nadie, ni siquiera a nosotros.",
        warning_short: "No se la des a nadie.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Hola, somos {product}. Tu clave para crear tu cuenta es:"),
        sign_in: product("Hola, somos {product}. Tu clave para entrar en tu cuenta es:"),
        recovery: product("Hola, somos {product}. Tu clave para recuperar tu cuenta es:"),
        step_up: product("Hola, somos {product}. Tu clave para confirmar tu identidad es:"),
        press_key: product("Somos {product}. Para escuchar tu clave, pulsa cualquier tecla."),
        again: "Repetimos:",
        not_you: "¿No has sido tú? Cuelga.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "Otra persona ha demostrado que este teléfono es suyo, por eso ya no pertenece a tu cuenta de {product}.",
        ),
        account_deletion: deletion(
            "Vamos a eliminar tu cuenta de {product} el {day}. Para conservarla, ve a {host}.",
        ),
    },
};

/// Italian.
pub(super) static IT: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} è il tuo codice {product} per creare l'account.",
            "{code}: {product}, nuovo account.",
        ),
        sign_in: sentence(
            "{code} è il tuo codice {product} per accedere.",
            "{code}: {product}, accesso.",
        ),
        recovery: sentence(
            "{code} è il tuo codice {product} per recuperare l'account.",
            "{code}: {product}, recupero dell'account.",
        ),
        step_up: sentence(
            "{code} è il tuo codice {product} per confermare che sei tu.",
            "{code}: {product}, conferma che sei tu.",
        ),
        warning: "Non darlo a nessuno, nemmeno a noi.",
        warning_short: "Non darlo a nessuno.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Ciao, qui {product}. Il tuo codice per creare l'account è:"),
        sign_in: product("Ciao, qui {product}. Il tuo codice per accedere è:"),
        recovery: product("Ciao, qui {product}. Il tuo codice per recuperare l'account è:"),
        step_up: product("Ciao, qui {product}. Il tuo codice per confermare che sei tu è:"),
        press_key: product("Qui {product}. Per ascoltare il tuo codice, premi un tasto qualsiasi."),
        again: "Ripeto:",
        not_you: "Non sei tu? Riaggancia.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "Un'altra persona ha dimostrato che questo numero è suo, quindi non fa più parte del tuo account {product}.",
        ),
        account_deletion: deletion(
            "Il tuo account {product} verrà eliminato il {day}. Per tenerlo, vai su {host}.",
        ),
    },
};

/// Portuguese.
pub(super) static PT: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} é o seu código {product} para criar a sua conta.",
            "{code}: {product}, conta nova.",
        ),
        sign_in: sentence(
            "{code} é o seu código {product} para entrar na sua conta.",
            "{code}: {product}, entrar.",
        ),
        recovery: sentence(
            "{code} é o seu código {product} para recuperar a sua conta.",
            "{code}: {product}, recuperar conta.",
        ),
        step_up: sentence(
            "{code} é o seu código {product} para confirmar a sua identidade.",
            "{code}: {product}, confirmar identidade.",
        ),
        warning: "Não o revele a ninguém, nem a nós.",
        warning_short: "Não o revele.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Olá, aqui é {product}. O seu código para criar a sua conta é:"),
        sign_in: product("Olá, aqui é {product}. O seu código para entrar na sua conta é:"),
        recovery: product("Olá, aqui é {product}. O seu código para recuperar a sua conta é:"),
        step_up: product("Olá, aqui é {product}. O seu código para confirmar a sua identidade é:"),
        press_key: product("Aqui é {product}. Para ouvir o seu código, prima qualquer tecla."),
        again: "Repetindo:",
        not_you: "Não foi você? Desligue.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "Outra pessoa provou que este número é dela. Por isso, ele já não pertence à sua conta {product}.",
        ),
        account_deletion: deletion(
            "A sua conta {product} será apagada em {day}. Para mantê-la, visite {host}.",
        ),
    },
};

/// Romanian.
pub(super) static RO: Words = Words {
    text: TextWords {
        sign_up: sentence(
            "{code} este codul tău {product} pentru crearea contului.",
            "{code}: {product}, cont nou.",
        ),
        sign_in: sentence(
            "{code} este codul tău {product} pentru conectare.",
            "{code}: {product}, conectare.",
        ),
        recovery: sentence(
            "{code} este codul tău {product} pentru recuperarea contului.",
            "{code}: {product}, recuperare cont.",
        ),
        step_up: sentence(
            "{code} este codul tău {product} pentru a confirma că ești tu.",
            "{code}: {product}, confirmare.",
        ),
        warning: "Nu îl da nimănui, nici măcar nouă.",
        warning_short: "Nu îl da nimănui.",
        between: " ",
    },
    voice: VoiceWords {
        sign_up: product("Bună ziua, aici {product}. Codul tău pentru crearea contului este:"),
        sign_in: product("Bună ziua, aici {product}. Codul tău pentru conectare este:"),
        recovery: product("Bună ziua, aici {product}. Codul tău pentru recuperarea contului este:"),
        step_up: product("Bună ziua, aici {product}. Codul tău pentru a confirma că ești tu este:"),
        press_key: product("Aici {product}. Ca să auzi codul tău, apasă orice tastă."),
        again: "Repet:",
        not_you: "Nu tu l-ai cerut? Închide apelul.",
    },
    notice: NoticeWords {
        number_reclaimed: product(
            "Un nou proprietar a confirmat acest număr, așa că nu mai aparține contului tău {product}.",
        ),
        account_deletion: deletion(
            "Contul tău {product} va fi șters pe {day}. Ca să îl păstrezi, intră pe {host}.",
        ),
    },
};
