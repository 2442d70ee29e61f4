//! Bodies: always an object, some may be left out, and the parts that several of them share.

use std::{fmt, marker::PhantomData, net::IpAddr};

use axum::{
    body::HttpBody as _,
    extract::{FromRequest, Request},
};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use webkit::{Json, Problem};

use crate::{codes, refusal::Refusal};

/// A `T` that was written as a JSON object. Derived readers take a list of values in the order of
/// the fields too, which no description of ours promises.
pub(crate) struct Object<T>(pub(crate) T);

impl<T: Serialize> Serialize for Object<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members(PhantomData)).map(Self)
    }
}

struct Members<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members))
    }
}

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
