//! How keys are made, and what is read back before one is used.

use cryptoki::{
    mechanism::Mechanism,
    object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle},
    session::Session,
};
use seal::{KeyId, KeyKind, KeySpec, RSA_BYTES};

use crate::names;

/// DER of the OID of P-256, 1.2.840.10045.3.1.7 (RFC 5480).
const P256: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// DER of the OID of Ed25519, 1.3.101.112 (RFC 8410).
const ED25519: [u8; 5] = [0x06, 0x03, 0x2b, 0x65, 0x70];
/// 65537.
const EXPONENT: [u8; 3] = [1, 0, 1];
const SECRET_BYTES: u64 = 32;
const RSA_BITS: u64 = 8 * RSA_BYTES as u64;

/// What a key may be used for. Each of ours has one.
const USAGES: [AttributeType; 7] = [
    AttributeType::Sign,
    AttributeType::Derive,
    AttributeType::Decrypt,
    AttributeType::SignRecover,
    AttributeType::Unwrap,
    AttributeType::Encrypt,
    AttributeType::Wrap,
];

/// The one usage of a kind.
const fn usage(kind: KeyKind) -> AttributeType {
    match kind {
        KeyKind::Hmac | KeyKind::Signing => AttributeType::Sign,
        KeyKind::Agreement(_) => AttributeType::Derive,
        KeyKind::Decryption => AttributeType::Decrypt,
    }
}

/// The class of a kind's secret object.
pub(crate) const fn class(kind: KeyKind) -> ObjectClass {
    match kind {
        KeyKind::Hmac => ObjectClass::SECRET_KEY,
        KeyKind::Agreement(_) | KeyKind::Decryption | KeyKind::Signing => ObjectClass::PRIVATE_KEY,
    }
}

const fn key_type(kind: KeyKind) -> KeyType {
    match kind {
        KeyKind::Hmac => KeyType::GENERIC_SECRET,
        KeyKind::Agreement(_) => KeyType::EC,
        KeyKind::Decryption => KeyType::RSA,
        KeyKind::Signing => KeyType::EC_EDWARDS,
    }
}

/// Finds the objects of a key: of one class, or of every class.
pub(crate) fn search(key: &KeyId, class: Option<ObjectClass>) -> Vec<Attribute> {
    let named = [Attribute::Token(true), Attribute::Label(names::label(key))];
    named
        .into_iter()
        .chain(class.map(Attribute::Class))
        .collect()
}

/// What every object of a key has.
fn named(spec: &KeySpec) -> Vec<Attribute> {
    vec![
        Attribute::Token(true),
        Attribute::Modifiable(false),
        Attribute::Label(names::label(&spec.id)),
        Attribute::Id(names::id(spec)),
    ]
}

/// The object that holds the secret.
fn secret(spec: &KeySpec) -> Vec<Attribute> {
    let flag = |usage: AttributeType, on| match usage {
        AttributeType::Derive => Attribute::Derive(on),
        AttributeType::Decrypt => Attribute::Decrypt(on),
        _ => Attribute::Sign(on),
    };
    let mut template = named(spec);
    template.extend([
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Unwrap(false),
    ]);
    let own = usage(spec.kind);
    for usage in [
        AttributeType::Sign,
        AttributeType::Derive,
        AttributeType::Decrypt,
    ] {
        template.push(flag(usage, usage == own));
    }
    template
}

/// Draws a key in the token.
pub(crate) fn generate(
    session: &Session,
    spec: &KeySpec,
) -> cryptoki::error::Result<Vec<ObjectHandle>> {
    let mut private = secret(spec);
    let mut public = named(spec);
    public.push(Attribute::Private(false));
    let mechanism = match spec.kind {
        KeyKind::Hmac => {
            private.extend([
                Attribute::KeyType(KeyType::GENERIC_SECRET),
                Attribute::ValueLen(SECRET_BYTES.into()),
                Attribute::Verify(false),
                Attribute::Encrypt(false),
                Attribute::Wrap(false),
            ]);
            let key = session.generate_key(&Mechanism::GenericSecretKeyGen, &private)?;
            return Ok(vec![key]);
        }
        KeyKind::Agreement(_) => {
            public.push(Attribute::EcParams(P256.to_vec()));
            public.push(Attribute::Verify(false));
            Mechanism::EccKeyPairGen
        }
        KeyKind::Signing => {
            public.push(Attribute::EcParams(ED25519.to_vec()));
            public.push(Attribute::Verify(true));
            Mechanism::EccEdwardsKeyPairGen
        }
        KeyKind::Decryption => {
            public.push(Attribute::ModulusBits(RSA_BITS.into()));
            public.push(Attribute::PublicExponent(EXPONENT.to_vec()));
            public.push(Attribute::Encrypt(true));
            public.push(Attribute::Verify(false));
            Mechanism::RsaPkcsKeyPairGen
        }
    };
    // Some modules switch it on where a template is silent.
    private.push(Attribute::SignRecover(false));
    let (public, private) = session.generate_key_pair(&mechanism, &public, &private)?;
    Ok(vec![private, public])
}

/// What is wrong with a key, in words for an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// The token would give its value to whoever asks.
    NotSensitive,
    /// The token would hand it out wrapped.
    Extractable,
    /// It was outside of a token, or could be taken out, at some time.
    OnceExposed,
    /// It was not drawn in this token.
    NotDrawnHere,
    /// Its attributes can be changed.
    Modifiable,
    /// The token gave its value when it was asked.
    GivesValue,
    /// It is of another type, or has another usage than its own, or more than one.
    OtherUsage,
    /// Another key has its name, or its public half is not its own.
    Ambiguous,
}

impl Flaw {
    /// Flaws for which a key is refused. The others are the mark of a key that was cloned from
    /// one token to another, which is how operators survive the loss of one.
    #[must_use]
    pub const fn is_fatal(self) -> bool {
        !matches!(self, Self::OnceExposed | Self::NotDrawnHere)
    }

    /// The flaw in words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSensitive => "not sensitive",
            Self::Extractable => "extractable",
            Self::OnceExposed => "was extractable once",
            Self::NotDrawnHere => "not drawn in this token",
            Self::Modifiable => "modifiable",
            Self::GivesValue => "gave its value",
            Self::OtherUsage => "not of its one usage",
            Self::Ambiguous => "there twice, or with a public half that is not its own",
        }
    }
}

/// Reads the attributes of a secret object back. An attribute that the token does not tell counts
/// as flawed, except usages, of which a token lacks those that its type of key cannot have.
pub(crate) fn flaws(
    session: &Session,
    object: ObjectHandle,
    kind: KeyKind,
) -> cryptoki::error::Result<Vec<Flaw>> {
    let custody = [
        AttributeType::Sensitive,
        AttributeType::Extractable,
        AttributeType::AlwaysSensitive,
        AttributeType::NeverExtractable,
        AttributeType::Local,
        AttributeType::Modifiable,
        AttributeType::KeyType,
    ];
    let asked: Vec<AttributeType> = custody.into_iter().chain(USAGES).collect();
    let told = session.get_attributes(object, &asked)?;
    let has = |wanted: Attribute| told.contains(&wanted);
    let once = !has(Attribute::AlwaysSensitive(true)) || !has(Attribute::NeverExtractable(true));
    let mut usages: Vec<AttributeType> = told.iter().filter_map(usage_in_force).collect();
    usages.sort_unstable_by_key(|usage| *usage != self::usage(kind));
    let right = usages == [usage(kind)] && has(Attribute::KeyType(key_type(kind)));
    let found = [
        (!has(Attribute::Sensitive(true)), Flaw::NotSensitive),
        (!has(Attribute::Extractable(false)), Flaw::Extractable),
        (once, Flaw::OnceExposed),
        (!has(Attribute::Local(true)), Flaw::NotDrawnHere),
        (!has(Attribute::Modifiable(false)), Flaw::Modifiable),
        (gives_value(session, object), Flaw::GivesValue),
        (!right, Flaw::OtherUsage),
    ];
    Ok(found
        .into_iter()
        .filter_map(|(flawed, flaw)| flawed.then_some(flaw))
        .collect())
}

/// Asks for the value, as a thief would.
fn gives_value(session: &Session, object: ObjectHandle) -> bool {
    [AttributeType::Value, AttributeType::PrivateExponent]
        .into_iter()
        .any(|value| {
            let told = session.get_attributes(object, &[value]);
            told.is_ok_and(|told| !told.is_empty())
        })
}

/// A usage that is switched on.
fn usage_in_force(attribute: &Attribute) -> Option<AttributeType> {
    let on = matches!(
        attribute,
        Attribute::Sign(true)
            | Attribute::Derive(true)
            | Attribute::Decrypt(true)
            | Attribute::SignRecover(true)
            | Attribute::Unwrap(true)
            | Attribute::Encrypt(true)
            | Attribute::Wrap(true)
    );
    on.then(|| attribute.attribute_type())
}
