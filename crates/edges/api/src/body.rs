//! Bodies: always an object, some may be left out, and the parts that several of them share.

use std::net::IpAddr;

use axum::{
    body::HttpBody as _,
    extract::{FromRequest, Request},
};
use serde::{Deserialize, Serialize};
pub(crate) use webkit::json::Object;
use webkit::{Json, Problem};

use crate::{codes, refusal::Refusal};

/// An [`Object`], or no body at all: then `T`'s default.
pub(crate) struct MaybeJson<T>(pub(crate) T);

impl<S: Send + Sync, T: for<'de> Deserialize<'de> + Default> FromRequest<S> for MaybeJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if request.body().size_hint().exact() == Some(0) {
            return Ok(Self(T::default()));
        }
        let Json(Object(body)) = Json::from_request(request, state).await?;
        Ok(Self(body))
    }
}

/// Where the person is, as the application saw it. Limits count by it; it is not kept.
#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientBody {
    #[serde(default)]
    address: Option<IpAddr>,
    #[serde(default)]
    device: Option<String>,
}

const MAX_DEVICE_BYTES: usize = 64;

impl ClientBody {
    /// The service's form of it.
    pub(crate) fn read(body: Option<Object<Self>>) -> Result<identity::Client, Refusal> {
        let Self { address, device } = body.map_or_else(Self::default, |Object(body)| body);
        let fits = |device: &String| (1..=MAX_DEVICE_BYTES).contains(&device.len());
        if !device.as_ref().is_none_or(fits) {
            return Err(shape("`client.device` must have 1 to 64 bytes."));
        }
        Ok(identity::Client { address, device })
    }
}

/// A field has the right type and the wrong content.
pub(crate) fn shape(detail: &'static str) -> Refusal {
    Refusal::with(&codes::INVALID_REQUEST, detail)
}
