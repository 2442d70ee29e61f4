//! JSON web tokens, as Vonage wants and gives them (RFC 7515, RFC 7519): RS256 to it, HS256 from
//! it. Nothing else is read or written.

use std::fmt;

use aws_lc_rs::{digest, hmac, rand::SystemRandom, signature};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
use rustls::pki_types::{PrivateKeyDer, pem::PemObject};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::webhook::TOLERANCE_SECONDS;

/// How long a token of ours is good, seconds.
const LIFETIME_SECONDS: i64 = 300;
/// The longest token that is looked at, bytes.
const TOKEN_MAX_BYTES: usize = 4096;

/// Why there is no signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// Not PEM, or not an RSA key of at least 2048 bits.
    #[error("the file must hold an RSA private key in PEM")]
    Key,
}

/// Signs tokens for one application. `Debug` says nothing of the key.
pub struct Signer {
    key: signature::RsaKeyPair,
    application: String,
}

#[derive(Serialize)]
struct Claims<'a> {
    application_id: &'a str,
    iat: i64,
    exp: i64,
    jti: &'a str,
}

impl Signer {
    /// Reads the key of the application `application`.
    ///
    /// # Errors
    /// [`JwtError`].
    pub fn new(pem: &[u8], application: String) -> Result<Self, JwtError> {
        let key = PrivateKeyDer::from_pem_slice(pem).map_err(|_| JwtError::Key)?;
        let key = match &key {
            PrivateKeyDer::Pkcs8(der) => signature::RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(der) => signature::RsaKeyPair::from_der(der.secret_pkcs1_der()),
            _ => return Err(JwtError::Key),
        };
        let key = key.map_err(|_| JwtError::Key)?;
        Ok(Self { key, application })
    }

    /// A token good for five minutes from `now` (seconds since 1970); `jti` makes it unique.
    /// `None` when the library cannot sign.
    pub fn token(&self, now: i64, jti: &str) -> Option<Zeroizing<String>> {
        let claims = Claims {
            application_id: &self.application,
            iat: now,
            exp: now + LIFETIME_SECONDS,
            jti,
        };
        let claims = serde_json::to_vec(&claims).ok()?;
        let header = BASE64URL_NOPAD.encode(br#"{"alg":"RS256","typ":"JWT"}"#);
        let signed = format!("{header}.{}", BASE64URL_NOPAD.encode(&claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        // PKCS #1 version 1.5 takes no randomness; the library asks for a source all the same.
        let random = SystemRandom::new();
        let padding = &signature::RSA_PKCS1_SHA256;
        self.key
            .sign(padding, &random, signed.as_bytes(), &mut signature)
            .ok()?;
        Some(Zeroizing::new(format!(
            "{signed}.{}",
            BASE64URL_NOPAD.encode(&signature)
        )))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(..)")
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Signed {
    iat: i64,
    exp: Option<i64>,
    payload_hash: Option<String>,
}

/// Whether `token` was signed with `secret` by HMAC-SHA-256, within five minutes of `now`, over
/// this body.
pub fn is_signed(token: &str, secret: &hmac::Key, body: &[u8], now: i64) -> bool {
    checked(token, secret, body, now).is_some()
}

fn checked(token: &str, secret: &hmac::Key, body: &[u8], now: i64) -> Option<()> {
    if token.len() > TOKEN_MAX_BYTES {
        return None;
    }
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?;
    hmac::verify(secret, signed.as_bytes(), &signature).ok()?;
    let header: Header = part(header)?;
    let claims: Signed = part(claims)?;
    let hash = HEXLOWER_PERMISSIVE
        .decode(claims.payload_hash?.as_bytes())
        .ok()?;
    let fresh = now.saturating_sub(claims.iat).saturating_abs() <= TOLERANCE_SECONDS
        && claims.exp.is_none_or(|exp| now <= exp);
    let same = hash == digest::digest(&digest::SHA256, body).as_ref();
    (header.alg == "HS256" && fresh && same).then_some(())
}

fn part<T: for<'de> Deserialize<'de>>(encoded: &str) -> Option<T> {
    let json = BASE64URL_NOPAD.decode(encoded.as_bytes()).ok()?;
    serde_json::from_slice(&json).ok()
}
