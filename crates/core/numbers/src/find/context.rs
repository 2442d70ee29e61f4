//! The words that lead to a number.

use super::CONTEXT_CHARS;

/// What the words before a candidate say about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// A number to call is announced.
    Phone,
    /// Something else with digits is announced.
    Other,
    /// Nothing.
    Silent,
}

/// Longer words are not looked up.
const WORD_BYTES_MAX: usize = 32;

/// Words that announce a number to call, lower case, in the languages with most speakers and
/// those of the interface. Sorted.
static PHONE: [&str; 62] = [
    "anruf",
    "anrufen",
    "appel",
    "appeler",
    "appelez",
    "call",
    "called",
    "cel",
    "cell",
    "celular",
    "contact",
    "dial",
    "fax",
    "fijo",
    "fon",
    "fono",
    "gsm",
    "handy",
    "ligar",
    "ligue",
    "llama",
    "llamar",
    "llame",
    "mob",
    "mobil",
    "mobile",
    "mobilní",
    "mobiltelefon",
    "móvil",
    "móviles",
    "number",
    "numéro",
    "número",
    "phone",
    "portable",
    "puhelin",
    "ring",
    "rufen",
    "sms",
    "tel",
    "telefon",
    "telefone",
    "telefonnummer",
    "telefono",
    "telefoon",
    "telephone",
    "teléfono",
    "text",
    "téléphone",
    "viber",
    "whatsapp",
    "звоните",
    "звонить",
    "номер",
    "тел",
    "телефон",
    "הטלפון",
    "جوال",
    "رقم",
    "هاتف",
    "फ़ोन",
    "मोबाइल",
];

/// Words that announce other digits, lower case, sorted.
static OTHER: [&str; 48] = [
    "account",
    "amount",
    "article",
    "artikel",
    "bestellnummer",
    "bestellung",
    "bic",
    "card",
    "case",
    "code",
    "commande",
    "compte",
    "cuenta",
    "customer",
    "date",
    "epoch",
    "error",
    "factura",
    "facture",
    "fatura",
    "iban",
    "invoice",
    "isbn",
    "issn",
    "konto",
    "kundennummer",
    "lat",
    "lon",
    "nr",
    "order",
    "parcel",
    "passport",
    "pedido",
    "port",
    "price",
    "rechnung",
    "rechnungsnummer",
    "ref",
    "reference",
    "serial",
    "sku",
    "ssn",
    "ticket",
    "timestamp",
    "tracking",
    "uuid",
    "vat",
    "version",
];

/// What the nearest known word of the last [`CONTEXT_CHARS`] characters of `before` says.
pub(super) fn words(before: &str) -> Words {
    let start = before.char_indices().rev().take(CONTEXT_CHARS).last();
    let window = start
        .and_then(|(at, _)| before.get(at..))
        .unwrap_or_default();
    let mut words = window
        .rsplit(|c: char| !is_word(c))
        .filter(|word| !word.is_empty());
    words.find_map(said).unwrap_or(Words::Silent)
}

fn said(word: &str) -> Option<Words> {
    let mut lower = [0; WORD_BYTES_MAX];
    let mut len = 0;
    for c in word.chars().flat_map(char::to_lowercase) {
        let room = lower.get_mut(len..len + c.len_utf8())?;
        c.encode_utf8(room);
        len += c.len_utf8();
    }
    let lower = std::str::from_utf8(lower.get(..len)?).ok()?;
    if PHONE.binary_search(&lower).is_ok() {
        return Some(Words::Phone);
    }
    OTHER.binary_search(&lower).is_ok().then_some(Words::Other)
}

/// Letters, and the marks that some scripts write on them.
fn is_word(c: char) -> bool {
    c.is_alphabetic() || ('\u{93C}'..='\u{94D}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_and_lower_case() {
        for list in [&PHONE[..], &OTHER[..]] {
            assert!(list.is_sorted_by(|a, b| a < b));
            assert!(
                list.iter()
                    .all(|w| w.len() <= WORD_BYTES_MAX && *w == w.to_lowercase())
            );
            assert!(list.iter().all(|w| w.chars().all(is_word)));
        }
    }

    #[test]
    fn the_nearest_known_word_decides() {
        assert_eq!(words("my phone is: "), Words::Phone);
        assert_eq!(words("Order no. "), Words::Other);
        assert_eq!(words("order by phone "), Words::Phone);
        assert_eq!(words("phone order "), Words::Other);
        assert_eq!(words("ТЕЛЕФОН: "), Words::Phone);
        assert_eq!(words("मोबाइल "), Words::Phone);
        assert_eq!(words("nothing here "), Words::Silent);
        assert_eq!(words(""), Words::Silent);
    }

    #[test]
    fn far_words_say_nothing() {
        let far = format!("phone {}", "- ".repeat(CONTEXT_CHARS));
        assert_eq!(words(&far), Words::Silent);
    }
}
