//! A mobile operator's CAMARA endpoints: `sim-swap` and `number-verification`.
//!
//! | module | concern |
//! |---|---|
//! | this one | which endpoint answers a question, and what its answer means |
//! | `tokens` | access tokens for our own client (RFC 6749, 4.4), kept until they end |
//!
//! Only the addresses that were configured are connected to: nothing an operator answers names
//! another. Answers are bounded, and a question has one time for everything it takes. Nothing is
//! logged but the name of a host and a status.

mod tokens;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use data_encoding::HEXLOWER;
use model::Timestamp;
use numbers::{E164, Region};
use peers::operator::{Claim, NoAnswer, Operator, OperatorAnswer, OperatorQuestion, SimQuestion};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::{
    http::client::{Answer, Client, json},
    tls::Endpoint,
};
pub use tokens::ClientSettings;
use tokens::Tokens;

/// How long a question may take with everything it needs.
const WITHIN: Duration = Duration::from_secs(5);
const JSON: (&str, &str) = ("content-type", "application/json");
const CHECK: &str = "sim-swap:check";
const RETRIEVE_DATE: &str = "sim-swap:retrieve-date";

/// One address of an operator: where it listens, and the path up to the version, without a slash at
/// its end, such as `/sim-swap/v2`.
#[derive(Debug, Clone)]
pub struct Address {
    /// Where it listens.
    pub endpoint: Endpoint,
    /// The path.
    pub path: String,
}

/// What is known of an operator. `Debug` says nothing of it.
pub struct OperatorSettings {
    /// Its `sim-swap`.
    pub sim_swap: Option<Address>,
    /// Its `number-verification`.
    pub number_verification: Option<Address>,
    /// Where and as whom tokens for `sim-swap` are asked for.
    pub client: ClientSettings,
    /// The countries whose numbers it is asked about; all if empty.
    pub countries: Vec<Region>,
}

impl fmt::Debug for OperatorSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OperatorSettings(..)")
    }
}

/// One API of the operator.
struct Api {
    client: Client,
    path: String,
}

impl Api {
    fn new(address: Address) -> Self {
        Self {
            client: Client::with_patience(address.endpoint, WITHIN),
            path: address.path,
        }
    }

    async fn post(
        &self,
        operation: &str,
        token: &str,
        body: &impl Serialize,
    ) -> Result<Answer, NoAnswer> {
        let bearer = Zeroizing::new(format!("Bearer {token}"));
        let path = format!("{}/{operation}", self.path);
        let body = json(body).ok_or(NoAnswer::Senseless)?;
        let headers = [JSON, ("authorization", bearer.as_str())];
        let answer = self.client.post(&path, &headers, body).await;
        answer.map_err(|_| NoAnswer::Away)
    }
}

/// An operator that is asked by HTTPS.
pub struct CamaraOperator {
    sim_swap: Option<Api>,
    number_verification: Option<Api>,
    tokens: Tokens,
    countries: Vec<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AboutSim<'a> {
    phone_number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_age: Option<u16>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum AboutDevice<'a> {
    PhoneNumber(&'a str),
    HashedPhoneNumber(&'a str),
}

#[derive(Deserialize)]
struct SwapTold {
    swapped: bool,
}

/// The member must be there, and may be null.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DateTold {
    #[serde(deserialize_with = "Option::deserialize")]
    latest_sim_change: Option<String>,
    #[serde(default)]
    monitored_period: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeviceTold {
    device_phone_number_verified: bool,
}

#[derive(Deserialize)]
struct ErrorTold {
    code: String,
}

impl CamaraOperator {
    /// An operator at these addresses.
    #[must_use]
    pub fn new(settings: OperatorSettings) -> Self {
        Self {
            sim_swap: settings.sim_swap.map(Api::new),
            number_verification: settings.number_verification.map(Api::new),
            tokens: Tokens::new(settings.client, WITHIN),
            countries: settings.countries,
        }
    }

    fn serves(&self, number: &E164) -> bool {
        let country = || numbers::parse(number.as_str(), None).map(|parsed| parsed.region);
        self.countries.is_empty() || country().is_ok_and(|found| self.countries.contains(&found))
    }

    async fn about_sim(
        &self,
        number: &E164,
        question: SimQuestion,
    ) -> Result<OperatorAnswer, NoAnswer> {
        let api = self.sim_swap.as_ref().ok_or(NoAnswer::NoOperator)?;
        if !self.serves(number) {
            return Err(NoAnswer::NoOperator);
        }
        let (operation, scope, max_age) = match question {
            SimQuestion::ChangedWithin { hours } => ("check", CHECK, Some(hours)),
            SimQuestion::ChangedAt => ("retrieve-date", RETRIEVE_DATE, None),
        };
        let body = AboutSim {
            phone_number: number.as_str(),
            max_age,
        };
        let token = self.tokens.get(scope).await?;
        let mut answer = api.post(operation, &token, &body).await?;
        if answer.status == 401 {
            // Ended early, on the operator's side: one more with a new one.
            let token = self.tokens.renew(scope, &token).await?;
            answer = api.post(operation, &token, &body).await?;
        }
        match question {
            SimQuestion::ChangedWithin { .. } => {
                let told: SwapTold = read(&answer)?;
                Ok(OperatorAnswer::Changed(told.swapped))
            }
            SimQuestion::ChangedAt => date(&read(&answer)?),
        }
    }

    /// The token is the device's own, given by this operator: it needs none of ours.
    async fn about_device(&self, token: &str, claim: &Claim) -> Result<OperatorAnswer, NoAnswer> {
        let api = self.number_verification.as_ref();
        let api = api.ok_or(NoAnswer::NoOperator)?;
        let hash;
        let body = match claim {
            Claim::Number(number) if !self.serves(number) => return Err(NoAnswer::NoOperator),
            Claim::Number(number) => AboutDevice::PhoneNumber(number.as_str()),
            Claim::Hash(bytes) => {
                hash = Zeroizing::new(HEXLOWER.encode(bytes));
                AboutDevice::HashedPhoneNumber(&hash)
            }
        };
        let answer = api.post("verify", token, &body).await?;
        if answer.status == 401 {
            return Err(NoAnswer::TokenRefused);
        }
        let told: DeviceTold = read(&answer)?;
        Ok(OperatorAnswer::SameDevice(
            told.device_phone_number_verified,
        ))
    }
}

/// Reads the body of a success, or what a refusal means.
fn read<T: for<'de> Deserialize<'de>>(answer: &Answer) -> Result<T, NoAnswer> {
    if answer.status == 200 {
        return serde_json::from_slice(&answer.body).map_err(|_| NoAnswer::Senseless);
    }
    let told: Option<ErrorTold> = serde_json::from_slice(&answer.body).ok();
    let code = told.as_ref().map_or("", |told| told.code.as_str());
    let why = refusal(answer.status, code);
    tracing::warn!(
        status = answer.status,
        why = why.as_str(),
        "carriers.operator.refused"
    );
    Err(why)
}

/// What a status and an error code mean.
fn refusal(status: u16, code: &str) -> NoAnswer {
    match (status, code) {
        (400, "OUT_OF_RANGE") => NoAnswer::TooFarBack,
        (401, _) => NoAnswer::NotPermitted,
        (403, "NUMBER_VERIFICATION.USER_NOT_AUTHENTICATED_BY_MOBILE_NETWORK") => {
            NoAnswer::NotByNetwork
        }
        (403, _) => NoAnswer::NotPermitted,
        // A bare 404 is a wrong address and says nothing of the number.
        (404, "IDENTIFIER_NOT_FOUND") => NoAnswer::UnknownNumber,
        (422, "SERVICE_NOT_APPLICABLE") => NoAnswer::NotOffered,
        (429, _) => NoAnswer::Busy,
        (500.., _) => NoAnswer::Away,
        _ => NoAnswer::Senseless,
    }
}

fn date(told: &DateTold) -> Result<OperatorAnswer, NoAnswer> {
    let at = told.latest_sim_change.as_deref();
    let at = at.map(|text| text.parse::<Timestamp>().map_err(|_| NoAnswer::Senseless));
    Ok(OperatorAnswer::ChangedAt {
        at: at.transpose()?,
        monitored_days: told.monitored_period,
    })
}

#[async_trait]
impl Operator for CamaraOperator {
    async fn ask(&self, question: OperatorQuestion) -> Result<OperatorAnswer, NoAnswer> {
        let asked = async {
            match &question {
                OperatorQuestion::Sim { number, question } => {
                    self.about_sim(number, *question).await
                }
                OperatorQuestion::Device { token, claim } => {
                    self.about_device(token.expose(), claim).await
                }
            }
        };
        timeout(WITHIN, asked).await.unwrap_or(Err(NoAnswer::Away))
    }
}

impl fmt::Debug for CamaraOperator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CamaraOperator").finish_non_exhaustive()
    }
}
