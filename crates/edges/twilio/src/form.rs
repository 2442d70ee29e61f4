//! Parameters as form fields. A field that is empty counts as absent.

use axum::{
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::request::Parts,
};
use model::{TypedCode, TypedNumber};
use serde::{Deserialize, de::DeserializeOwned};

use crate::fault::Fault;

/// The fields of a body. Unknown ones are left alone, as the vendor does; a body that is not a
/// form, or names a field twice, is refused.
pub(crate) struct Form<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let read = axum::Form::<T>::from_request(request, state).await;
        // What was wrong with it would repeat what was sent.
        let axum::Form(fields) = read.map_err(|_| Fault::parameter("body"))?;
        Ok(Self(fields))
    }
}

/// Drops an empty field.
pub(crate) fn filled(field: Option<String>) -> Option<String> {
    field.filter(|text| !text.is_empty())
}

/// A field that is `true` or `false`.
///
/// # Errors
/// Names the parameter.
pub(crate) fn flag(field: Option<&str>, name: &'static str) -> Result<Option<bool>, Fault> {
    match field {
        None | Some("") => Ok(None),
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        Some(_) => Err(Fault::parameter(name)),
    }
}

/// A number in `To`, bounded.
///
/// # Errors
/// Names the parameter.
pub(crate) fn number(field: TypedNumber) -> Result<TypedNumber, Fault> {
    let fits = (1..=TypedNumber::MAX_BYTES).contains(&field.expose().len());
    fits.then_some(field).ok_or_else(|| Fault::parameter("To"))
}

/// A code of 4 to 10 characters, as the vendor asks.
///
/// # Errors
/// Names the parameter.
pub(crate) fn code(field: Option<TypedCode>) -> Result<TypedCode, Fault> {
    field
        .filter(|code| (4..=10).contains(&code.expose().len()))
        .ok_or_else(|| Fault::parameter("Code"))
}

/// Which page of a list is asked for.
pub(crate) struct Paging {
    size: u16,
    page: u32,
    token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PageFields {
    page_size: Option<u16>,
    page: Option<u32>,
    page_token: Option<String>,
}

const MAX_PAGE: u16 = 1000;
const USUAL_PAGE: u16 = 50;

impl Paging {
    /// Entries on a page, 1 to 1,000.
    pub(crate) const fn size(&self) -> u16 {
        self.size
    }

    /// Pages before this one.
    pub(crate) const fn page(&self) -> u32 {
        self.page
    }

    /// Where this page begins, as the page before it said.
    pub(crate) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        let read = Query::<PageFields>::from_request_parts(parts, state).await;
        let Query(fields) = read.map_err(|_| Fault::parameter("PageSize"))?;
        let size = fields.page_size.unwrap_or(USUAL_PAGE);
        Ok(Self {
            size: size.clamp(1, MAX_PAGE),
            page: fields.page.unwrap_or(0),
            token: filled(fields.page_token),
        })
    }
}
