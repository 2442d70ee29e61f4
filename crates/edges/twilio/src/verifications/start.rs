//! `POST …/Verifications`: send a code. Where one is open for the number, the same code goes out
//! again under the same SID.

use std::net::IpAddr;

use axum::{extract::State, http::StatusCode, response::Response};
use identity::{BeginRefusal, Begun, Client, Destination, Open, Start, StartError};
use model::{ApplicationId, ChannelChoice, CodePurpose, Status, TypedNumber, VerificationId};
use serde::Deserialize;

use crate::{App, TwilioState, answer::json, call::AtService, fault::Fault, form, form::Form};

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
    rate_limits: Option<String>,
    send_digits: Option<String>,
    template_sid: Option<String>,
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
            self.rate_limits,
            self.send_digits,
            self.template_sid,
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
        Ok(Wanted {
            to,
            channel,
            locale: form::filled(self.locale).map(locale).transpose()?,
            client: Client {
                address: form::filled(self.device_ip).map(address).transpose()?,
                device: None,
            },
        })
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
    let (id, begun) = sent(&app, at.id(), &wanted).await?;
    let shown = Shown {
        id,
        to: Some(&wanted.to),
        channel: begun.view.channel,
        status: begun.view.status,
        expires_at: begun.view.expires_at,
        updated_at: app.identity.now(),
    };
    Ok(json(StatusCode::CREATED, &shown.body(&app, &at)))
}

async fn sent(
    app: &TwilioState,
    application: ApplicationId,
    wanted: &Wanted,
) -> Result<(VerificationId, Begun), Fault> {
    let identity = &app.identity;
    let open = identity.find_open(application, wanted.to.clone()).await?;
    if let Some(Open {
        verification,
        status: Status::Pending,
    }) = open
    {
        let again = identity.resend(application, verification, wanted.channel, &wanted.client);
        match again.await {
            Ok(begun) => return Ok((verification, begun)),
            // It ended since: then a new one begins.
            Err(StartError::Refused(BeginRefusal::Finished | BeginRefusal::NotFound)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let start = Start {
        application,
        purpose: CodePurpose::Signup,
        destination: Destination::Typed {
            text: wanted.to.clone(),
            region: None,
        },
        channel: wanted.channel,
        subject: None,
        locale: wanted.locale.clone(),
        owner: None,
        client: wanted.client.clone(),
        verification: None,
        idempotency_key: None,
    };
    Ok(identity.start(start).await?)
}

#[cfg(test)]
mod tests;
