//! Bodies: postcard, read strictly.

use model::{FactorSecret, NetworkToken, SealedText, TypedCode, TypedNumber};
use peers::vault::{
    AskOperator, Asked, Begin, CheckCode, CheckFactor, CheckNumber, Destination, FindOpen,
    MakeFactor, TypedClaim,
};
use serde::Deserialize;

use crate::frame::Refusal;

/// The longest language tag taken; RFC 5646, 4.4.1 asks readers for 35.
const MAX_LOCALE_BYTES: usize = 64;

/// Reads one value that fills `body` to its last byte.
pub(crate) fn decode<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Refusal> {
    match postcard::take_from_bytes(body) {
        Ok((value, [])) => Ok(value),
        _ => Err(Refusal::Malformed),
    }
}

/// Reads a [`Begin`] and holds it to the bounds that its types promise: serde does not.
pub(crate) fn decode_begin(body: &[u8]) -> Result<Begin, Refusal> {
    let begin: Begin = decode(body)?;
    let fits = match &begin.destination {
        Destination::Typed { text, .. } => text.expose().len() <= TypedNumber::MAX_BYTES,
        Destination::Sealed(text) => text.expose().len() <= SealedText::MAX_BYTES,
        Destination::OnFile(_) => true,
    };
    let locale = begin.locale.as_ref().map_or(0, String::len);
    if fits && locale <= MAX_LOCALE_BYTES {
        Ok(begin)
    } else {
        Err(Refusal::TooLarge)
    }
}

/// Reads a [`CheckCode`] and holds it to the bounds that its types promise.
pub(crate) fn decode_check(body: &[u8]) -> Result<CheckCode, Refusal> {
    let check: CheckCode = decode(body)?;
    if check.code.expose().len() <= TypedCode::MAX_BYTES {
        Ok(check)
    } else {
        Err(Refusal::TooLarge)
    }
}

/// Reads a [`FindOpen`] and holds it to the bound that its type promises.
pub(crate) fn decode_find(body: &[u8]) -> Result<FindOpen, Refusal> {
    let find: FindOpen = decode(body)?;
    if find.text.expose().len() <= TypedNumber::MAX_BYTES {
        Ok(find)
    } else {
        Err(Refusal::TooLarge)
    }
}

/// Reads a [`CheckNumber`] and holds it to the bounds that its types promise.
pub(crate) fn decode_check_number(body: &[u8]) -> Result<CheckNumber, Refusal> {
    let check: CheckNumber = decode(body)?;
    let number = check.number.text.expose().len() <= TypedNumber::MAX_BYTES;
    let code = check.code.expose().len() <= TypedCode::MAX_BYTES;
    if number && code {
        Ok(check)
    } else {
        Err(Refusal::TooLarge)
    }
}

/// Reads a [`MakeFactor`] and holds it to the bound that its type promises.
pub(crate) fn decode_make(body: &[u8]) -> Result<MakeFactor, Refusal> {
    let make: MakeFactor = decode(body)?;
    let secret = make.secret.as_ref();
    if secret.is_none_or(|secret| secret.expose().len() <= FactorSecret::MAX_BYTES) {
        Ok(make)
    } else {
        Err(Refusal::TooLarge)
    }
}

/// Reads a [`CheckFactor`] and holds it to the bound that its type promises.
pub(crate) fn decode_guess(body: &[u8]) -> Result<CheckFactor, Refusal> {
    let check: CheckFactor = decode(body)?;
    if check.code.expose().len() <= TypedCode::MAX_BYTES {
        Ok(check)
    } else {
        Err(Refusal::TooLarge)
    }
}

/// Reads an [`AskOperator`] and holds it to the bounds that its types promise.
pub(crate) fn decode_ask(body: &[u8]) -> Result<AskOperator, Refusal> {
    let ask: AskOperator = decode(body)?;
    let short = |text: &TypedNumber| text.expose().len() <= TypedNumber::MAX_BYTES;
    let fits = match &ask.asked {
        Asked::Sim { text, .. } => short(text),
        Asked::Device { token, claim } => {
            let claim = match claim {
                TypedClaim::Number(text) => short(text),
                TypedClaim::Hash(_) => true,
            };
            claim && token.expose().len() <= NetworkToken::MAX_BYTES
        }
    };
    if fits {
        Ok(ask)
    } else {
        Err(Refusal::TooLarge)
    }
}

#[cfg(test)]
mod tests {
    use model::{ApplicationId, ChannelChoice, CodePurpose, VerificationId};
    use proptest::prelude::*;

    use super::*;

    /// The shape of a [`Begin`] before its bounds.
    fn begin_bytes(number: &str, locale: &str) -> Vec<u8> {
        let ids = (
            VerificationId::from_bytes([1; 16]),
            ApplicationId::from_bytes([2; 16]),
        );
        let to = (0_u8, number, None::<u8>);
        let until = 1_800_000_000_000_i64;
        let rest = (
            ChannelChoice::Auto,
            None::<u8>,
            Some(locale),
            None::<u8>,
            until,
            true,
        );
        postcard::to_stdvec(&(ids, CodePurpose::Login, to, rest)).unwrap()
    }

    #[test]
    fn bytes_left_over_are_refused() {
        let mut body = begin_bytes("+447700900123", "en");
        assert!(decode_begin(&body).is_ok());
        body.push(0);
        assert_eq!(decode_begin(&body).unwrap_err(), Refusal::Malformed);
    }

    #[test]
    fn a_text_longer_than_its_type_allows_is_refused() {
        let long = "1".repeat(TypedNumber::MAX_BYTES + 1);
        assert_eq!(
            decode_begin(&begin_bytes(&long, "en")).unwrap_err(),
            Refusal::TooLarge
        );
        let tag = "x".repeat(MAX_LOCALE_BYTES + 1);
        assert_eq!(
            decode_begin(&begin_bytes("1", &tag)).unwrap_err(),
            Refusal::TooLarge
        );
        let code = "1".repeat(TypedCode::MAX_BYTES + 1);
        let check = postcard::to_stdvec(&([0_u8; 16], [0_u8; 16], code)).unwrap();
        assert_eq!(decode_check(&check).unwrap_err(), Refusal::TooLarge);
        let find =
            postcard::to_stdvec(&([0_u8; 16], CodePurpose::Login, long, None::<u8>)).unwrap();
        assert_eq!(decode_find(&find).unwrap_err(), Refusal::TooLarge);
        let guess = |number_bytes: usize, code_bytes: usize| {
            let (number, code) = ("1".repeat(number_bytes), "1".repeat(code_bytes));
            let find = ([0_u8; 16], CodePurpose::Login, number, None::<u8>);
            decode_check_number(&postcard::to_stdvec(&(find, code)).unwrap()).err()
        };
        let (number, code) = (TypedNumber::MAX_BYTES, TypedCode::MAX_BYTES);
        assert_eq!(guess(number, code), None);
        assert_eq!(guess(number + 1, code), Some(Refusal::TooLarge));
        assert_eq!(guess(number, code + 1), Some(Refusal::TooLarge));
        let make = |bytes: usize| {
            let (ids, secret) = (([0_u8; 16], [0_u8; 16]), Some("A".repeat(bytes)));
            let terms = model::TotpTerms::default();
            decode_make(&postcard::to_stdvec(&(ids, terms, secret)).unwrap()).err()
        };
        assert_eq!(make(FactorSecret::MAX_BYTES), None);
        assert_eq!(make(FactorSecret::MAX_BYTES + 1), Some(Refusal::TooLarge));
        let guess = |bytes: usize| {
            let ids = ([0_u8; 16], [0_u8; 16], [0_u8; 16]);
            decode_guess(&postcard::to_stdvec(&(ids, true, "1".repeat(bytes))).unwrap()).err()
        };
        assert_eq!(guess(code), None);
        assert_eq!(guess(code + 1), Some(Refusal::TooLarge));
        let ask = |asked| {
            let application = ApplicationId::from_bytes([2; 16]);
            postcard::to_stdvec(&(application, asked, 1_800_000_000_000_i64)).unwrap()
        };
        let about_sim = ask((0_u8, "1".repeat(TypedNumber::MAX_BYTES + 1), 1_u8));
        assert_eq!(decode_ask(&about_sim).unwrap_err(), Refusal::TooLarge);
        let application = ApplicationId::from_bytes([2; 16]);
        let token = "t".repeat(NetworkToken::MAX_BYTES + 1);
        let about_device = (application, 1_u8, token, 1_u8, [7_u8; 32], 1_i64);
        let about_device = postcard::to_stdvec(&about_device).unwrap();
        assert_eq!(decode_ask(&about_device).unwrap_err(), Refusal::TooLarge);
    }

    proptest! {
        #[test]
        fn no_body_makes_the_reader_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode_begin(&body);
            let _ = decode_check(&body);
            let _ = decode_find(&body);
            let _ = decode_check_number(&body);
            let _ = decode_ask(&body);
            let _ = decode_make(&body);
            let _ = decode_guess(&body);
            let _ = decode::<Vec<peers::carrier::Receipt>>(&body);
            let _ = decode::<Vec<peers::front::SendReport>>(&body);
        }
    }
}
