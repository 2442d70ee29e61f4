//! What a call is about: the id in the path. A malformed id is as unknown as a foreign one.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use model::{Id, IdKind, SubjectKind, VerificationKind};

use crate::{Code, codes, refusal::Refusal};

/// The id in the path.
pub(crate) struct Named<K>(pub(crate) Id<K>);

/// What an unknown id of a kind is answered.
pub(crate) trait Unknown: IdKind {
    const CODE: &'static Code;
}

impl Unknown for VerificationKind {
    const CODE: &'static Code = &codes::VERIFICATION_NOT_FOUND;
}

impl Unknown for SubjectKind {
    const CODE: &'static Code = &codes::SUBJECT_NOT_FOUND;
}

impl<S: Send + Sync, K: Unknown + 'static> FromRequestParts<S> for Named<K> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let text = Path::<String>::from_request_parts(parts, state).await.ok();
        let id = text.and_then(|Path(text)| text.parse().ok());
        id.map(Self).ok_or_else(|| Refusal::new(K::CODE))
    }
}
