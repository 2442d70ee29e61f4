//! From what came in to a number that may be reached: reading, opening, policy.

use std::sync::Arc;

use model::{Channel, ChannelChoice, Timestamp};
use numbers::{LineType, ParseError, Region};
use peers::vault::{Begin, BeginRefusal, Destination};
use seal::{
    Class,
    ingest::{IngestContext, SealedTo},
};

use crate::{
    Core,
    accounts::Opened,
    budgets::Scope,
    fault::Fault,
    limits::channel_open,
    rows::{Application, IngestSeen, Lane},
    secrets::Origin,
    tags::NumberTags,
};

/// A number that was read, and what has to be remembered about how it came.
pub struct Intake {
    /// The number with its country and kind of line.
    pub parsed: numbers::Parsed,
    /// The same number in the shape that sealing takes.
    pub number: seal::E164,
    /// For a sealed number: what keeps it from being used twice.
    pub seen: Option<IngestSeen>,
    /// How it came.
    pub origin: Origin,
    /// Tags that came with it.
    pub known: Option<NumberTags>,
}

/// A sealed number is refused when it was sealed longer ago than this, or as much in the future.
pub(crate) const MAX_SEALED_MINUTES: u32 = 10;

impl Core {
    /// Reads the destination of a request.
    pub(crate) async fn read_destination(
        &self,
        request: &Begin,
        now: Timestamp,
    ) -> Result<Intake, BeginRefusal> {
        match &request.destination {
            Destination::Typed { text, region } => intake(text.expose(), *region, Origin::TYPED),
            Destination::Sealed(text) => self.open_sealed(request, text.expose(), now).await,
            Destination::OnFile(subject) => self.open_on_file(request, *subject, now).await,
        }
    }

    async fn open_sealed(
        &self,
        request: &Begin,
        text: &str,
        now: Timestamp,
    ) -> Result<Intake, BeginRefusal> {
        let sealed = SealedTo::parse(text).map_err(|_| BeginRefusal::SealedText)?;
        let minute = u32::try_from(now.as_millis() / 60_000).unwrap_or(u32::MAX);
        if minute.abs_diff(sealed.minute) > MAX_SEALED_MINUTES {
            return Err(BeginRefusal::SealedText);
        }
        let key = self.ingest_key(sealed.key_id, now).await.map_err(refuse)?;
        let key = key.ok_or(BeginRefusal::SealedText)?;
        let context = IngestContext {
            deployment: self.keys.deployment,
            application: *request.application.as_bytes(),
            purpose: request.purpose.as_str(),
        };
        let typed = key
            .open(&context, &sealed)
            .map_err(|_| BeginRefusal::SealedText)?;
        let region = typed.region().and_then(|code| Region::parse(code).ok());
        let seen = IngestSeen {
            minute: sealed.minute,
            enc_hash: sealed.enc_hash(),
        };
        let intake = intake(typed.text(), region, Origin::sealed(&seen.enc_hash))?;
        Ok(Intake {
            seen: Some(seen),
            ..intake
        })
    }

    /// Opens the number of an account, for a code that was asked for by its pseudonym.
    async fn open_on_file(
        &self,
        request: &Begin,
        subject: model::Subject,
        now: Timestamp,
    ) -> Result<Intake, BeginRefusal> {
        let account = self
            .account_of(request.application, subject)
            .await
            .map_err(refuse)?;
        let account = account.ok_or(BeginRefusal::NoNumberOnFile)?;
        if !account.has_number() || !account.is_open() {
            return Err(BeginRefusal::NoNumberOnFile);
        }
        self.take_budget(&[Scope::Openings], Lane::Stranger, now)
            .await?;
        let opened = self.open_number(&account, Class::Account).await;
        let Opened { number, known } = opened.map_err(refuse)?;
        let intake = intake(number.as_str(), None, Origin::on_file(subject))?;
        Ok(Intake { known, ..intake })
    }
}

pub(crate) fn intake(
    text: &str,
    region: Option<Region>,
    origin: Origin,
) -> Result<Intake, BeginRefusal> {
    let parsed = numbers::parse(text, region).map_err(BeginRefusal::Number)?;
    let number = seal::E164::parse(parsed.number.as_str());
    let number = number.map_err(|_| BeginRefusal::Number(ParseError::NotANumber))?;
    Ok(Intake {
        parsed,
        number,
        seen: None,
        origin,
        known: None,
    })
}

/// Refuses what the application does not serve, and chooses the channel.
///
/// # Errors
/// A typed refusal that names what would work.
pub fn choose_channel(
    app: &Application,
    parsed: &numbers::Parsed,
    choice: ChannelChoice,
) -> Result<Channel, BeginRefusal> {
    let line_type = parsed.line_type;
    let region = parsed.region;
    if !app.serves(region) {
        return Err(BeginRefusal::CountryRefused { region });
    }
    if app
        .refused_lines
        .iter()
        .any(|name| name == line_type.as_str())
    {
        return Err(BeginRefusal::LineRefused { line_type });
    }
    channel_for(app, line_type, choice)
}

/// The channel asked for if it is open, else the first open one where any will do.
///
/// # Errors
/// [`BeginRefusal::ChannelForLine`] or [`BeginRefusal::LineRefused`].
pub fn channel_for(
    app: &Application,
    line_type: LineType,
    choice: ChannelChoice,
) -> Result<Channel, BeginRefusal> {
    let open: Vec<Channel> = [Channel::Sms, Channel::Voice]
        .into_iter()
        .filter(|channel| channel_open(app, line_type, *channel).is_none())
        .collect();
    let wanted = match choice.fixed() {
        None => open.first().copied(),
        Some(channel) => Some(channel).filter(|channel| open.contains(channel)),
    };
    match wanted {
        Some(channel) => Ok(channel),
        None if open.is_empty() => Err(BeginRefusal::LineRefused { line_type }),
        None => Err(BeginRefusal::ChannelForLine { line_type, open }),
    }
}

/// An inner fault as the front hears it.
pub(crate) fn refuse(fault: Fault) -> BeginRefusal {
    BeginRefusal::Unavailable(fault.into())
}

/// A sandbox number and its fixed code; `Ok(None)` outside a sandbox.
///
/// # Errors
/// [`BeginRefusal::SandboxNumber`] when a sandbox is asked for any other number.
pub fn sandbox_code(
    app: &Application,
    number: &seal::E164,
) -> Result<Option<String>, BeginRefusal> {
    let Some(numbers) = &app.sandbox else {
        return Ok(None);
    };
    let entry = numbers.iter().find(|entry| entry.number == number.as_str());
    entry
        .map(|entry| Some(entry.code.clone()))
        .ok_or(BeginRefusal::SandboxNumber)
}

/// The application, unless it is unknown or a sandbox where sandboxes are off.
impl Core {
    pub(crate) async fn application(
        &self,
        id: model::ApplicationId,
        now: Timestamp,
    ) -> Result<Option<Arc<Application>>, Fault> {
        let app = self
            .applications
            .get(id, now, &self.keys, &*self.store)
            .await?;
        Ok(app.filter(|app| app.sandbox.is_none() || self.config.sandbox_allowed))
    }
}
