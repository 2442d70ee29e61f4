//! `POST …/Verifications`: send a code. Where one is open for the number, the same code goes out
//! again under the same SID.

use std::net::IpAddr;

use axum::{extract::State, http::StatusCode, response::Response};
use identity::{Client, Destination, Start};
use model::{ApplicationId, ChannelChoice, TypedNumber};
use serde::Deserialize;

use crate::{
    App, answer::json, call::AtService, fault::Fault, form, form::Form, rate_limits::values,
    templates,
};

use super::Shown;

/// What the caller asks for. Fields that have no effect here are left alone: `RiskCheck`, `Tags`,
/// `ChannelConfiguration`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Fields {
    to: Option<TypedNumber>,
    channel: Option<String>,
    locale: Option<String>,
    device_ip: Option<String>,
    rate_limits: Option<String>,
    template_sid: Option<String>,
    #[serde(flatten)]
    off: Off,
}

/// Fields of features that are off: what they ask for would change the message or the rules.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Off {
    amount: Option<String>,
    app_hash: Option<String>,
    custom_code: Option<String>,
    custom_friendly_name: Option<String>,
    custom_message: Option<String>,
    payee: Option<String>,
    send_digits: Option<String>,
    template_custom_substitutions: Option<String>,
}

impl Off {
    fn hold(self) -> Result<(), Fault> {
        let fields = [
            self.amount,
            self.app_hash,
            self.custom_code,
            self.custom_friendly_name,
            self.custom_message,
            self.payee,
            self.send_digits,
            self.template_custom_substitutions,
        ];
        if fields
            .into_iter()
            .any(|field| form::filled(field).is_some())
        {
            return Err(Fault::OFF);
        }
        Ok(())
    }
}

/// A request that was read.
struct Wanted {
    to: TypedNumber,
    /// Names of rate limits, and what is counted under them.
    counted: Vec<(String, String)>,
    channel: ChannelChoice,
    locale: Option<String>,
    client: Client,
}

impl Fields {
    fn read(self) -> Result<Wanted, Fault> {
        let to = self.to.ok_or_else(|| Fault::parameter("To"))?;
        let to = form::number(to)?;
        let channel = form::filled(self.channel).ok_or_else(|| Fault::parameter("Channel"))?;
        let channel = channel_of(&channel)?;
        self.off.hold()?;
        templates::hold(self.template_sid.as_deref())?;
        let counted = form::filled(self.rate_limits);
        let counted = counted.map(|text| values(&text, &to)).transpose()?;
        Ok(Wanted {
            to,
            counted: counted.unwrap_or_default(),
            channel,
            locale: form::filled(self.locale).map(locale).transpose()?,
            client: Client {
                address: form::filled(self.device_ip).map(address).transpose()?,
                device: None,
            },
        })
    }
}

impl Wanted {
    fn start(&self, application: ApplicationId) -> Start {
        Start {
            application,
            purpose: super::PURPOSE,
            destination: Destination::Typed {
                text: self.to.clone(),
                region: None,
            },
            channel: self.channel,
            subject: None,
            locale: self.locale.clone(),
            owner: None,
            client: self.client.clone(),
            verification: None,
            idempotency_key: None,
        }
    }
}

fn channel_of(name: &str) -> Result<ChannelChoice, Fault> {
    match name {
        "sms" => Ok(ChannelChoice::Sms),
        "call" => Ok(ChannelChoice::Voice),
        "auto" => Ok(ChannelChoice::Auto),
        "email" | "whatsapp" | "sna" | "rcs" => Err(Fault::CHANNEL_OFF),
        _ => Err(Fault::parameter("Channel")),
    }
}

/// The longest language tag that is read; BCP 47 asks for room for 35 characters.
const MAX_LOCALE_CHARS: usize = 35;

fn locale(tag: String) -> Result<String, Fault> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if (2..=MAX_LOCALE_CHARS).contains(&tag.len()) && tag.bytes().all(letter) {
        return Ok(tag);
    }
    Err(Fault::parameter("Locale"))
}

fn address(text: String) -> Result<IpAddr, Fault> {
    text.parse().map_err(|_| Fault::parameter("DeviceIp"))
}

pub(crate) async fn start(
    State(app): App,
    at: AtService,
    Form(fields): Form<Fields>,
) -> Result<Response, Fault> {
    let wanted = fields.read()?;
    if !wanted.counted.is_empty() {
        let values = wanted.counted.clone();
        app.identity.count_request(at.id(), values).await?;
    }
    let start = wanted.start(at.id());
    let (id, begun) = app.identity.start_or_resend(start).await?;
    let shown = Shown {
        id,
        to: Some(&wanted.to),
        view: &begun.view,
        status: begun.view.status,
        updated_at: begun.view.sent_at,
    };
    Ok(json(StatusCode::CREATED, &shown.body(&app, &at)))
}

#[cfg(test)]
mod tests;
