//! SIDs: two letters and our 128-bit ids in hexadecimal. They are made, never stored.

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use identity::{BucketId, ChallengeId, EntityId, RateLimitId};
use model::{ApplicationId, FactorId, VerificationId};

const ID_BYTES: usize = 16;

fn write(prefix: &str, id: &[u8; ID_BYTES]) -> String {
    format!("{prefix}{}", HEXLOWER.encode(id))
}

fn read(prefix: &str, text: &str) -> Option<[u8; ID_BYTES]> {
    let digits = text.strip_prefix(prefix)?;
    let bytes = HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok()?;
    bytes.try_into().ok()
}

/// The account of an application, `AC…`: the user name of its calls.
#[must_use]
pub fn account(id: ApplicationId) -> String {
    write("AC", id.as_bytes())
}

/// The one service of an application, `VA…`.
#[must_use]
pub fn service(id: ApplicationId) -> String {
    write("VA", id.as_bytes())
}

/// A verification, `VE…`.
pub(crate) fn verification(id: VerificationId) -> String {
    write("VE", id.as_bytes())
}

/// The last message of a verification, `VL…`.
pub(crate) fn attempt(id: VerificationId) -> String {
    write("VL", id.as_bytes())
}

/// The application of an account's or its key's SID.
pub(crate) fn read_account(text: &str) -> Option<ApplicationId> {
    let id = read("AC", text).or_else(|| read("SK", text))?;
    Some(ApplicationId::from_bytes(id))
}

/// The application of a service.
pub(crate) fn read_service(text: &str) -> Option<ApplicationId> {
    read("VA", text).map(ApplicationId::from_bytes)
}

/// The id of a verification.
pub(crate) fn read_verification(text: &str) -> Option<VerificationId> {
    read("VE", text).map(VerificationId::from_bytes)
}

/// The verification of an attempt.
pub(crate) fn read_attempt(text: &str) -> Option<VerificationId> {
    read("VL", text).map(VerificationId::from_bytes)
}

/// A rate limit, `RK…`.
pub(crate) fn rate_limit(id: RateLimitId) -> String {
    write("RK", id.as_bytes())
}

/// The id of a rate limit.
pub(crate) fn read_rate_limit(text: &str) -> Option<RateLimitId> {
    read("RK", text).map(RateLimitId::from_bytes)
}

/// A bucket, `BL…`.
pub(crate) fn bucket(id: BucketId) -> String {
    write("BL", id.as_bytes())
}

/// The id of a bucket.
pub(crate) fn read_bucket(text: &str) -> Option<BucketId> {
    read("BL", text).map(BucketId::from_bytes)
}

/// An entity, `YE…`. No call names one by it.
pub(crate) fn entity(id: EntityId) -> String {
    write("YE", id.as_bytes())
}

/// A factor, `YF…`.
pub(crate) fn factor(id: FactorId) -> String {
    write("YF", id.as_bytes())
}

/// The id of a factor.
pub(crate) fn read_factor(text: &str) -> Option<FactorId> {
    read("YF", text).map(FactorId::from_bytes)
}

/// A challenge, `YC…`.
pub(crate) fn challenge(id: ChallengeId) -> String {
    write("YC", id.as_bytes())
}

/// The id of a challenge.
pub(crate) fn read_challenge(text: &str) -> Option<ChallengeId> {
    read("YC", text).map(ChallengeId::from_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_sid_leads_back_to_its_id_and_to_no_other_kind(id: [u8; 16]) {
            let (app, ver) = (ApplicationId::from_bytes(id), VerificationId::from_bytes(id));
            prop_assert_eq!(read_service(&service(app)), Some(app));
            prop_assert_eq!(read_account(&account(app)), Some(app));
            prop_assert_eq!(read_verification(&verification(ver)), Some(ver));
            prop_assert_eq!(read_verification(&service(app)), None);
            let (limit, part) = (RateLimitId::from_bytes(id), BucketId::from_bytes(id));
            prop_assert_eq!(read_rate_limit(&rate_limit(limit)), Some(limit));
            prop_assert_eq!(read_bucket(&bucket(part)), Some(part));
            prop_assert_eq!(read_bucket(&rate_limit(limit)), None);
            prop_assert_eq!(read_attempt(&attempt(ver)), Some(ver));
            let (app, asked) = (FactorId::from_bytes(id), ChallengeId::from_bytes(id));
            prop_assert_eq!(read_factor(&factor(app)), Some(app));
            prop_assert_eq!(read_challenge(&challenge(asked)), Some(asked));
            prop_assert_eq!(read_factor(&challenge(asked)), None);
            prop_assert_eq!(verification(ver).len(), 34);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,40}") {
            let _ = read_verification(&text);
            let _ = read_account(&format!("AC{text}"));
        }
    }

    #[test]
    fn upper_case_digits_are_read() {
        let sid = "VAABCDEF00000000000000000000000000";
        assert!(read_service(sid).is_some());
    }
}
