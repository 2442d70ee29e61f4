//! The addresses at which a carrier reports. Most carriers sign the body of a webhook and not its
//! address, so ours name a message with a proof that we made them: a signed report of one message
//! is of no use at the address of another.

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use data_encoding::BASE64URL_NOPAD;
use model::MessageId;

/// Octets of a proof that stand in an address.
const PROOF_BYTES: usize = 16;
/// What the key of proofs is made for.
const LABEL: &[u8] = b"ringfence: addresses of webhooks";

/// Makes and reads the addresses of one carrier.
pub(super) struct Addresses {
    base: Option<String>,
    key: hmac::Key,
}

/// What an address is for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Hook<'a> {
    /// A person's text.
    Inbound,
    /// What became of a message.
    Status(MessageId),
    /// A call, and which step of it: none at its start.
    Call(MessageId, &'a str),
}

impl Addresses {
    /// Addresses below `base`; without it there are none. The key comes from the carrier's
    /// `secret`, so that addresses of before a restart still count.
    pub(super) fn new(base: Option<&str>, secret: &[u8]) -> Self {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let key = hmac::sign(&secret, LABEL);
        Self {
            base: base.map(str::to_owned),
            key: hmac::Key::new(hmac::HMAC_SHA256, key.as_ref()),
        }
    }

    /// Where to report what became of a message.
    pub(super) fn status(&self, id: MessageId) -> Option<String> {
        self.of("status", id)
    }

    /// Where to ask for a call's words; steps follow behind a slash.
    pub(super) fn call(&self, id: MessageId) -> Option<String> {
        self.of("call", id)
    }

    fn of(&self, what: &str, id: MessageId) -> Option<String> {
        let proof = BASE64URL_NOPAD.encode(&self.proof(id));
        self.base
            .as_ref()
            .map(|base| format!("{base}/{what}/{id}/{proof}"))
    }

    fn proof(&self, id: MessageId) -> [u8; PROOF_BYTES] {
        let tag = hmac::sign(&self.key, id.as_bytes());
        let mut proof = [0; PROOF_BYTES];
        proof.copy_from_slice(&tag.as_ref()[..PROOF_BYTES]);
        proof
    }

    /// What the path behind the base is for; `None` if we did not make it.
    pub(super) fn read<'a>(&self, path: &'a str) -> Option<Hook<'a>> {
        if path == "inbound" {
            return Some(Hook::Inbound);
        }
        let mut steps = path.splitn(4, '/');
        let (what, id, proof) = (steps.next()?, steps.next()?, steps.next()?);
        let id: MessageId = id.parse().ok()?;
        let proof = BASE64URL_NOPAD.decode(proof.as_bytes()).ok()?;
        verify_slices_are_equal(&self.proof(id), &proof).ok()?;
        match (what, steps.next()) {
            ("status", None) => Some(Hook::Status(id)),
            ("call", step) => Some(Hook::Call(id, step.unwrap_or(""))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://courier.example/carriers/main";

    fn id(n: u8) -> MessageId {
        MessageId::from_bytes([n; 16])
    }

    fn path(url: &str) -> &str {
        url.strip_prefix(BASE).unwrap().strip_prefix('/').unwrap()
    }

    #[test]
    fn addresses_are_read_as_they_were_made() {
        let addresses = Addresses::new(Some(BASE), b"secret");
        let status = addresses.status(id(1)).unwrap();
        assert_eq!(addresses.read(path(&status)), Some(Hook::Status(id(1))));
        let call = addresses.call(id(1)).unwrap();
        assert_eq!(addresses.read(path(&call)), Some(Hook::Call(id(1), "")));
        let key = format!("{call}/key");
        assert_eq!(addresses.read(path(&key)), Some(Hook::Call(id(1), "key")));
        assert_eq!(addresses.read("inbound"), Some(Hook::Inbound));
        // After a restart too.
        let again = Addresses::new(Some(BASE), b"secret");
        assert_eq!(again.read(path(&status)), Some(Hook::Status(id(1))));
    }

    #[test]
    fn an_address_that_we_did_not_make_is_none() {
        let addresses = Addresses::new(Some(BASE), b"secret");
        let status = addresses.status(id(1)).unwrap();
        let (one, other) = (id(1).to_string(), id(2).to_string());
        assert_eq!(addresses.read(&path(&status).replace(&one, &other)), None);
        let strangers = Addresses::new(Some(BASE), b"another secret");
        assert_eq!(strangers.read(path(&status)), None);
        for path in [
            format!("status/{one}"),
            format!("status/{one}/"),
            format!("status/{one}/AAAA"),
            format!("{}/more", path(&status)),
            "inbound/x".to_owned(),
            String::new(),
        ] {
            assert_eq!(addresses.read(&path), None, "{path}");
        }
    }

    #[test]
    fn without_a_base_there_are_no_addresses() {
        let addresses = Addresses::new(None, b"secret");
        assert_eq!(
            (addresses.status(id(1)), addresses.call(id(1))),
            (None, None)
        );
    }
}
