//! What the steps about SIM cards and devices mean here.

use courier::simulator::Sim;
use serde_json::Value;
use testkit::parse_e164;

use super::{
    steps::{Taken, expect, unquoted},
    world::{World, hashed},
};
use crate::harness::NUMBER;

/// Another number of the same country.
const OTHER: &str = "+447700900124";
/// When the pretend operator says that a card was first used that was never changed.
const FIRST_USED: &str = "2023-07-03T00:00:00Z";
/// Hours since a change that was a while ago, and days that a limited operator looks back.
const A_WHILE: u32 = 100;
const MONITORED_DAYS: u32 = 30;
/// Days back, where the contract's example has them.
const HISTORY_DAYS: u32 = 120;

fn set_sim(world: &World, sim: Sim) {
    let operator = world.h.product.phones.operator();
    operator.set_sim(&parse_e164(NUMBER), sim);
}

fn change_sim(world: &World, hours_ago: u32) {
    let operator = world.h.product.phones.operator();
    operator.change_sim(&parse_e164(NUMBER), hours_ago);
}

/// A quoted number of hours.
fn hours(text: &str) -> Result<u32, String> {
    let text = unquoted(text).unwrap_or(text);
    text.parse().map_err(|_| format!("{text} hours?"))
}

/// What has to be true before a request; false where the step is none of these.
pub(super) fn arrange(world: &mut World, step: &str) -> Result<bool, String> {
    match step {
        // What every instance of this runner offers.
        "a valid phone number identified by the token or provided in the request body"
        | "a valid phone number identified by the token and provided in the request body"
        | "a valid phone number supported by the service, identified by the token"
        | "a valid testing phoneNumber supported by the service, identified by the token"
        | "token has been obtained by a supported authentication method"
        | "that the service is not available for all phone numbers commercialized by the operator"
        | "last swap for this phone number's SIM was more than \"maxAge\" hours ago" => {}
        "SIM for this phone number has been swapped in the last 240 hours" => {
            change_sim(world, 239)
        }
        "SIM for this phone number has been swapped more than 240 hours ago" => {
            change_sim(world, 241);
        }
        "SIM for this phone number has been swapped" => change_sim(world, A_WHILE),
        "SIM for this phone number has never been swapped" => set_sim(world, Sim::Unchanged),
        "phone number is not associated to any sim card" => {
            let monitored_days = None;
            set_sim(world, Sim::Unsaid { monitored_days });
        }
        "SIM for this phone number has been swapped before the limited history window threshold" => {
            let monitored_days = Some(HISTORY_DAYS);
            set_sim(world, Sim::Unsaid { monitored_days });
        }
        "a valid phone number, identified by the token or provided in the request body, for which the service is not applicable" =>
        {
            set_sim(world, Sim::NotOffered);
        }
        "request body is set to a valid request body" => world.body = Some(world.default_body()),
        "request body does not contain neither \"$.phoneNumber\" nor \"$.hashedPhoneNumber\"" => {
            world.unset("phoneNumber");
            world.unset("hashedPhoneNumber");
        }
        _ => return counted(world, step),
    }
    Ok(true)
}

/// Steps with a number of hours in them, and those that only say what a value is.
fn counted(world: &mut World, step: &str) -> Result<bool, String> {
    let swapped = "SIM for this phone number has been swapped in the last ";
    let at_least = "\"maxAge\" request body property is set to a value equal or greater than ";
    if let Some(quoted) = step.strip_prefix(swapped) {
        change_sim(world, hours(quoted)?);
    } else if let Some(rest) = step.strip_prefix(at_least) {
        let quoted = rest.strip_suffix(" within the allowed range");
        world.set("maxAge", hours(quoted.ok_or("how many?")?)?);
    } else if step.starts_with("activation of the SIM occurred more than ") {
        // Every card was first used in 2023.
    } else if step.starts_with("same phone number is compliant with OAS schema at ") {
        // It is.
    } else {
        return Ok(false);
    }
    Ok(true)
}

/// A member of the body as a contract describes it; false where the words are none of these.
pub(super) fn property(world: &mut World, name: &str, rest: &str) -> Result<bool, String> {
    let hash = name == "hashedPhoneNumber";
    let of = |number: &str| {
        if hash {
            hashed(number)
        } else {
            number.to_owned()
        }
    };
    let device = rest.strip_suffix(", hashed in SHA-256 (in hexadecimal representation)");
    match device.unwrap_or(rest) {
        "is set to the phone number identified by the access token" => {
            only(world, name, of(NUMBER))
        }
        "is set to a valid phone number different from the one identified by the access token" => {
            only(world, name, of(OTHER));
        }
        "is set to a valid phone number" => world.set(name, NUMBER),
        "is not included" => world.unset(name),
        "is compliant with the schema but does not identify a valid phone number" => {
            set_sim(world, Sim::Unknown);
            world.set(name, NUMBER);
        }
        "is set to the number of hours since the last SIM swap minus 1" => {
            change_sim(world, A_WHILE);
            world.set(name, A_WHILE - 1);
        }
        "is set to a valid value above the supported monitored period of the API Provider" => {
            let monitored_days = Some(MONITORED_DAYS);
            set_sim(world, Sim::Unsaid { monitored_days });
            world.set(name, MONITORED_DAYS * 24 + 1);
        }
        rest if rest.starts_with("does not comply with the OAS schema at ") => {
            world.set(name, "foo");
        }
        rest if rest
            .starts_with("is set to a valid phone number compliant with OAS schema at ") =>
        {
            world.set(name, of(NUMBER));
        }
        rest => {
            let below = rest.strip_prefix("is set to a value less than ");
            let below = below.and_then(|rest| rest.strip_suffix(" within the allowed range"));
            if let Some(quoted) = below {
                world.set(name, hours(quoted)? - 1);
                return Ok(true);
            }
            let Some(Ok(number)) = rest.strip_prefix("is set to ").map(str::parse::<i64>) else {
                return Ok(false);
            };
            world.set(name, number);
        }
    }
    Ok(true)
}

/// The member in place of the other one that may stand alone.
fn only(world: &mut World, name: &str, value: String) {
    world.body = None;
    world.set(name, value);
}

/// What must be true of an answer; nothing where the words are none of these.
pub(super) fn response(json: &Value, rest: &str) -> Option<Taken> {
    let (name, rest) = rest.strip_prefix("property \"$.")?.split_once("\" ")?;
    let value = &json[name];
    let is = match rest {
        "== true" => *value == true,
        "== false" => *value == false,
        "is null" => value.is_null() && json.get(name).is_some(),
        "contains a valid timestamp" => {
            let at = value
                .as_str()
                .and_then(|text| text.parse::<model::Timestamp>().ok());
            at.is_some()
        }
        "contains the sim's activation timestamp" => value == FIRST_USED,
        _ => return None,
    };
    Some(expect(is, &json.to_string()))
}

/// Whether an answer fits a schema, where it is one of these APIs.
pub(super) fn complies(json: &Value, schema: &str) -> Option<bool> {
    let members = json.as_object()?;
    let only = |known: &[&str]| members.keys().all(|name| known.contains(&name.as_str()));
    Some(match schema {
        "CheckSimSwapInfo" => only(&["swapped"]) && json["swapped"].is_boolean(),
        "NumberVerificationMatchResponse" => {
            let name = "devicePhoneNumberVerified";
            only(&[name]) && json[name].is_boolean()
        }
        "SimSwapInfo" => {
            let at = json.get("latestSimChange")?;
            let at = at.is_null() || at.as_str()?.parse::<model::Timestamp>().is_ok();
            let period = json.get("monitoredPeriod");
            only(&["latestSimChange", "monitoredPeriod"]) && at && period.is_none_or(Value::is_u64)
        }
        _ => return None,
    })
}

/// The member that an operator may add where it may not say more.
pub(super) fn monitored(json: &Value) -> Taken {
    expect(json["monitoredPeriod"] == HISTORY_DAYS, &json.to_string())
}
