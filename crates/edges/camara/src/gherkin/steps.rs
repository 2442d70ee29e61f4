//! What each step of the contract's scenarios means here.

use serde_json::Value;

use super::{
    operator,
    world::{CORRELATOR, Grant, OTP, World},
};
use crate::harness::NUMBER;

/// One step was not true, or is not understood.
pub(super) type Taken = Result<(), String>;

/// `max_try` of the contract: guesses for one code.
const MAX_TRY: usize = 5;
/// `max_send`: the send that is refused.
const MAX_SEND: usize = 6;
/// How long a code works, seconds.
const CODE_LIFETIME: i64 = 600;

// Numbers reserved for fiction: a landline, a free-call number, and one outside Britain.
const LANDLINE: &str = "+442079460123";
const NO_TEXTS: &str = "+448081570123";
const ELSEWHERE: &str = "+12125550123";

/// Takes one step.
pub(super) async fn take(world: &mut World, step: &str) -> Taken {
    // The contract writes the article before some of its subjects and not before others.
    let step = step.strip_prefix("the ").unwrap_or(step);
    if let Some((name, rest)) = quoted_after(step, "header ") {
        return header(world, name, rest).await;
    }
    let member = quoted_after(step, "request body property ");
    if let Some((path, rest)) = member.or_else(|| quoted_after(step, "body property ")) {
        return property(world, path.trim_start_matches("$."), rest).await;
    }
    if let Some((name, rest)) = quoted_after(step, "request ")
        && rest == "is sent"
    {
        world.operation(name)?;
        world.send().await;
        return Ok(());
    }
    let step = step.strip_prefix("value of ").unwrap_or(step);
    if let Some(rest) = step.strip_prefix("response ") {
        if world.reply.is_none() {
            world.send().await;
        }
        return response(world, rest);
    }
    arrange(world, step).await
}

/// `LEAD"QUOTED" REST`.
fn quoted_after<'s>(step: &'s str, lead: &str) -> Option<(&'s str, &'s str)> {
    step.strip_prefix(lead)?
        .strip_prefix('"')?
        .split_once("\" ")
}

/// `"…"`, bare.
pub(super) fn unquoted(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"')
}

fn unknown() -> Taken {
    Err("this step is not understood".to_owned())
}

async fn header(world: &mut World, name: &str, rest: &str) -> Taken {
    match rest {
        "is set to a valid access token"
        | "is set to a valid access token which does not identify a single phone number" => {
            world.authorize(world.grant).await?;
        }
        "is set to an access token without the required scope" => world.authorize(OTP).await?,
        "is set to a token for which neither Network-based nor SIM-based authentication was used" =>
        {
            let by_network = false;
            world.authorize(Grant::Device { by_network }).await?;
        }
        // The contract's way to say that only this one is sent.
        "is set" => {}
        "is removed" => world.header(name, None),
        "is set to an expired" | "is set to an expired access token" => {
            world.authorize(world.grant).await?;
            world.pass(300);
        }
        "is set to an invalid access token" => {
            let token = world.token(world.grant).await?;
            world.header(name, Some(&format!("{token}x")));
        }
        rest if rest.starts_with("complies with the schema at ") => {
            world.header(name, Some(CORRELATOR));
        }
        rest => {
            let value = rest.strip_prefix("is set to ").and_then(unquoted);
            world.header(name, Some(value.ok_or("what is it set to?")?));
        }
    }
    Ok(())
}

async fn property(world: &mut World, name: &str, rest: &str) -> Taken {
    if rest == "is not valued" {
        world.unset(name);
        return Ok(());
    }
    if operator::property(world, name, rest)? {
        return Ok(());
    }
    let value = match rest {
        "is set to config_var: \"phone_number\"" => NUMBER.to_owned(),
        "is set to config_var: \"message\"" => "{{code}} is your code".to_owned(),
        "is longer than config_var:\"max_length\"" => format!("{{{{code}}}}{}", "x".repeat(153)),
        "is set to a phone number that cannot receive SMS" => NO_TEXTS.to_owned(),
        "is set to a phone number that target a landline" => LANDLINE.to_owned(),
        "is set to a phone number that did not belong to the operator" => ELSEWHERE.to_owned(),
        "is set to the value from send-code request"
        | "is valued again with this authenticationId" => {
            if world.sent.is_empty() {
                world.send_a_code().await;
            }
            world.sent[0].0.clone()
        }
        "is set to the value received in the SMS"
        | "is set to the received in the SMS"
        | "is set to the code received in the SMS" => {
            let first = world.sent.first().ok_or("no code was sent")?;
            first.1.clone()
        }
        "is set to a value distinct from the value received in the SMS" => world.wrong(0)?,
        "is set to a format valid value" => "123456".to_owned(),
        "is set to an unknown value" => "ver_bbbbbbbbbbbbbbbbbbbbbbbbba".to_owned(),
        rest => {
            let text = rest.strip_prefix("is set to ").and_then(unquoted);
            text.ok_or("what is it set to?")?.to_owned()
        }
    };
    world.set(name, value);
    Ok(())
}

async fn arrange(world: &mut World, step: &str) -> Taken {
    match step {
        "an environment at \"apiRoot\"" => {}
        "request body is set by default to a request body compliant with the schema" => {
            world.body = Some(world.default_body());
        }
        "request body is not included" => world.body = None,
        "request body is set to \"{}\"" => world.body = Some(serde_json::Map::new()),
        "an authenticationId has been retrieved from a send-code request" => {
            world.send_a_code().await;
        }
        "a validate-code has been succesfully performed for a authenticationId" => {
            world.send_a_code().await;
            let (id, code) = world.sent[0].clone();
            expect(
                world.h.validate(&id, &code).await.status() == 204,
                "it is taken",
            )?;
        }
        "time elapsed since the send-code exceed the allowed time" => {
            world.pass(CODE_LIFETIME);
            world.authorize(world.grant).await?;
        }
        "HTTP \"POST\" request is sent" => world.send().await,
        step if step.starts_with("resource \"") => {
            let quoted = step.split('"').nth(1);
            world.resource(quoted.unwrap_or_default());
        }
        step if step.starts_with("(config_var:\"max_send\"-1) of send-code requests") => {
            for _ in 0..MAX_SEND - 1 {
                world.h.sent(NUMBER).await;
            }
        }
        step if step.starts_with("(config_var:\"max_try\"-1) calls") => {
            let (id, _) = world.sent[0].clone();
            for nth in 0..MAX_TRY - 1 {
                let reply = world.h.validate(&id, &world.wrong(nth)?).await;
                expect(reply.code().ends_with("INVALID_OTP"), "the code is wrong")?;
            }
            let wrong = world.wrong(MAX_TRY)?;
            world.set("code", wrong);
        }
        step if operator::arrange(world, step)? => {}
        _ => return unknown(),
    }
    Ok(())
}

pub(super) fn expect(is_true: bool, what: &str) -> Taken {
    is_true.then_some(()).ok_or_else(|| what.to_owned())
}

fn response(world: &World, rest: &str) -> Taken {
    let reply = world.reply.as_ref().ok_or("nothing was sent")?;
    let status = reply.status();
    if let Some(code) = rest
        .strip_prefix("status code is ")
        .or_else(|| rest.strip_prefix("property \"$.status\" is "))
    {
        // Answers without an error have no such member: their status line is meant.
        let told = status < 400 || reply.json()["status"] == status;
        let code = unquoted(code).unwrap_or(code);
        return expect(told && status.to_string() == code, &reply.to_string());
    }
    if let Some(code) = rest.strip_prefix("property \"$.code\" is ") {
        return expect(
            Some(reply.code().as_str()) == unquoted(code),
            &reply.to_string(),
        );
    }
    let json = if status == 204 {
        Value::Null
    } else {
        reply.json()
    };
    if let Some(taken) = operator::response(&json, rest) {
        return taken;
    }
    let schema = rest.strip_prefix("body complies with the OAS schema at ");
    let schema = schema.and_then(|quoted| unquoted(quoted)?.rsplit('/').next());
    if let Some(fits) = schema.and_then(|schema| operator::complies(&json, schema)) {
        return expect(fits, &reply.to_string());
    }
    match rest {
        "property \"$.message\" contains a user friendly text" => {
            let message = reply.json()["message"].as_str().map(str::len);
            expect(
                message.is_some_and(|len| (10..=512).contains(&len)),
                "a sentence",
            )
        }
        "header \"x-correlator\" has same value as the request header \"x-correlator\"" => {
            expect(reply.header("x-correlator") == Some(CORRELATOR), "the same")
        }
        "header \"Content-Type\" is \"application/json\"" => expect(
            reply.header("content-type") == Some("application/json"),
            "JSON",
        ),
        "optionally contains the property \"$.monitoredPeriod\" with the value of monitored time frame (in days) supported by the MNO" => {
            operator::monitored(&reply.json())
        }
        "body complies with the OAS schema at \"/components/schemas/SendCodeResponse\"" => {
            let json = reply.json();
            let id = json["authenticationId"].as_str().map(str::len);
            let alone = json.as_object().map(serde_json::Map::len) == Some(1);
            expect(
                alone && id.is_some_and(|len| len <= 36),
                &Value::to_string(&json),
            )
        }
        _ => unknown(),
    }
}
