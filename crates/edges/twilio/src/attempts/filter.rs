//! Which attempts are asked for.

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use identity::{Application, AttemptFilter};
use model::{ApplicationId, Channel, Timestamp};
use serde::Deserialize;

use crate::{answer, fault::Fault, form::filled, sid};

/// The filters that clients name.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Fields {
    date_created_after: Option<String>,
    date_created_before: Option<String>,
    country: Option<String>,
    channel: Option<String>,
    verify_service_sid: Option<String>,
    verification_sid: Option<String>,
    status: Option<String>,
    /// Nothing here is known by its number.
    #[serde(rename = "ChannelData.To")]
    to: Option<String>,
    destination_prefix: Option<String>,
}

/// What was asked for.
#[derive(Default)]
pub(super) struct Wanted {
    pub(super) filter: AttemptFilter,
    service: Option<ApplicationId>,
    /// A channel that the vendor has and this does not.
    foreign_channel: bool,
}

impl Fields {
    fn read(self) -> Result<Wanted, Fault> {
        if filled(self.to)
            .or(filled(self.destination_prefix))
            .is_some()
        {
            return Err(Fault::OFF);
        }
        let channel = filled(self.channel)
            .map(|name| channel(&name))
            .transpose()?;
        Ok(Wanted {
            filter: AttemptFilter {
                after: time(self.date_created_after, "DateCreatedAfter")?,
                before: time(self.date_created_before, "DateCreatedBefore")?,
                country: filled(self.country).map(country).transpose()?,
                channel: channel.flatten(),
                converted: filled(self.status)
                    .map(|name| converted(&name))
                    .transpose()?,
                verification: filled(self.verification_sid)
                    .map(|text| {
                        let id = sid::read_verification(&text);
                        id.ok_or_else(|| Fault::parameter("VerificationSid"))
                    })
                    .transpose()?,
            },
            service: filled(self.verify_service_sid)
                .map(|text| {
                    let id = sid::read_service(&text);
                    id.ok_or_else(|| Fault::parameter("VerifyServiceSid"))
                })
                .transpose()?,
            foreign_channel: channel == Some(None),
        })
    }
}

fn time(field: Option<String>, name: &'static str) -> Result<Option<Timestamp>, Fault> {
    let time = filled(field).map(|text| text.parse().map_err(|_| Fault::parameter(name)));
    time.transpose()
}

fn country(text: String) -> Result<String, Fault> {
    let fits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    fits.then_some(text)
        .ok_or_else(|| Fault::parameter("Country"))
}

/// One of ours, or one that only the vendor has.
fn channel(name: &str) -> Result<Option<Channel>, Fault> {
    match name {
        "sms" => Ok(Some(Channel::Sms)),
        "call" => Ok(Some(Channel::Voice)),
        "email" | "whatsapp" | "rbm" => Ok(None),
        _ => Err(Fault::parameter("Channel")),
    }
}

fn converted(name: &str) -> Result<bool, Fault> {
    match name {
        "converted" => Ok(true),
        "unconverted" => Ok(false),
        _ => Err(Fault::parameter("Status")),
    }
}

impl Wanted {
    /// Whether anything of this application can fit.
    pub(super) fn may_exist(&self, application: &Application) -> bool {
        !self.foreign_channel && self.service.is_none_or(|id| id == application.id)
    }

    /// The filters as a query, for the address of the next page. What cannot exist has none.
    pub(super) fn query(&self) -> String {
        let filter = &self.filter;
        let pairs = [
            ("DateCreatedAfter", filter.after.map(Timestamp::rfc3339)),
            ("DateCreatedBefore", filter.before.map(Timestamp::rfc3339)),
            ("Country", filter.country.clone()),
            (
                "Channel",
                filter.channel.map(|c| answer::channel(c).to_owned()),
            ),
            ("VerifyServiceSid", self.service.map(sid::service)),
            (
                "VerificationSid",
                filter.verification.map(sid::verification),
            ),
            ("Status", filter.converted.map(word)),
        ];
        let pairs = pairs.into_iter();
        let pairs = pairs.filter_map(|(name, value)| Some(format!("&{name}={}", value?)));
        pairs.collect()
    }
}

fn word(converted: bool) -> String {
    let word = if converted {
        "converted"
    } else {
        "unconverted"
    };
    word.to_owned()
}

impl<S: Send + Sync> FromRequestParts<S> for Wanted {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        let read = Query::<Fields>::from_request_parts(parts, state).await;
        let Query(fields) = read.map_err(|_| Fault::parameter("query"))?;
        fields.read()
    }
}
