//! `POST /one-time-password-sms/v1/validate-code`.

use axum::{extract::State, http::StatusCode};
use identity::{Checked, Client, HeldFor, Verdict};
use model::{TypedCode, VerificationId};
use serde::Deserialize;

use crate::{
    App,
    body::{Strict, wrong},
    caller::Caller,
    refusal::{NOT_FOUND, PERMISSION_DENIED, Refusal, UNAVAILABLE},
    scopes::Scope,
};

use super::{INVALID_OTP, VERIFICATION_EXPIRED, VERIFICATION_FAILED};

/// Longest authenticationId, characters (`AuthenticationId`).
const MAX_ID_CHARS: usize = 36;
/// Longest code, characters (`Code`).
const MAX_CODE_CHARS: usize = 10;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ValidateCodeBody {
    authentication_id: String,
    code: TypedCode,
}

impl ValidateCodeBody {
    fn read(self) -> Result<(VerificationId, TypedCode), Refusal> {
        let fits = |text: &str, max| (1..=max).contains(&text.chars().count());
        if !fits(&self.authentication_id, MAX_ID_CHARS) {
            return Err(wrong("`authenticationId` must have 1 to 36 characters."));
        }
        if !fits(self.code.expose(), MAX_CODE_CHARS) {
            return Err(wrong("`code` must have 1 to 10 characters."));
        }
        // A text that is no id of ours names nothing, like an id that was never given out.
        let id = self.authentication_id.parse().map_err(|_| unknown())?;
        Ok((id, self.code))
    }
}

fn unknown() -> Refusal {
    Refusal::with(&NOT_FOUND, "There is no such authenticationId.")
}

pub(crate) async fn validate_code(
    State(app): App,
    caller: Caller,
    Strict(body): Strict<ValidateCodeBody>,
) -> Result<StatusCode, Refusal> {
    let application = caller.may(Scope::Otp)?;
    let (id, code) = body.read()?;
    let client = Client::default();
    let answer = app.identity.check(application, id, code, &client).await?;
    judged(&answer.checked, answer.repeated)
}

/// What a guess came to. The native API repeats an approval, so that a lost answer can be asked
/// for again; the contract has an authenticationId work once.
fn judged(checked: &Checked, repeated: bool) -> Result<StatusCode, Refusal> {
    let refused = match checked {
        Checked::Approved(_) if repeated => &VERIFICATION_EXPIRED,
        // The right person, who locked the account: the contract's "fails operational security".
        Checked::Approved(approved) if approved.verdict == Verdict::LockedAccount => {
            &PERMISSION_DENIED
        }
        Checked::Approved(_) => return Ok(StatusCode::NO_CONTENT),
        Checked::Held(held) => return Err(not_enough(held.why)),
        Checked::Wrong(_) | Checked::Malformed(_) => &INVALID_OTP,
        Checked::Locked(_) => &VERIFICATION_FAILED,
        Checked::Expired(_) | Checked::Canceled => &VERIFICATION_EXPIRED,
        Checked::NotFound => return Err(unknown()),
    };
    Err(Refusal::new(refused))
}

/// The right code, which proves nothing by itself while the SIM card is new.
fn not_enough(why: HeldFor) -> Refusal {
    match why {
        HeldFor::SimChanged => Refusal::with(
            &PERMISSION_DENIED,
            "The SIM card of this number was changed recently: a code alone is not enough.",
        ),
        HeldFor::NoSignal => Refusal::new(&UNAVAILABLE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::{Harness, NUMBER, OTHER_APP};
    use identity::OperationError;
    use insta::assert_snapshot;
    use serde_json::json;
    use testkit::wrong_code;

    #[tokio::test]
    async fn the_right_code_works_once() {
        let h = Harness::new().await;
        let (id, code) = h.sent(NUMBER).await;
        assert_snapshot!(h.validate(&id, &code).await, @"204 ");
        assert_snapshot!(h.validate(&id, &code).await, @r#"400 {"status":400,"code":"ONE_TIME_PASSWORD_SMS.VERIFICATION_EXPIRED","message":"This authenticationId is used or too old. Send a new code."}"#);
        h.finish().await;
    }

    #[tokio::test]
    async fn of_two_right_codes_at_once_one_is_taken() {
        let h = Harness::new().await;
        let (id, code) = h.sent(NUMBER).await;
        let (one, other) = tokio::join!(h.validate(&id, &code), h.validate(&id, &code));
        let mut both = [one.status(), other.status()];
        both.sort_unstable();
        assert_eq!(both, [204, 400]);
        h.finish().await;
    }

    #[tokio::test]
    async fn an_id_used_elsewhere_is_used_here_too() {
        let h = Harness::new().await;
        let (id, code) = h.sent(NUMBER).await;
        h.product.approve(id.parse().unwrap(), &code).await;
        let reply = h.validate(&id, &code).await;
        assert_eq!(reply.code(), "ONE_TIME_PASSWORD_SMS.VERIFICATION_EXPIRED");
        h.finish().await;
    }

    #[tokio::test]
    async fn proving_a_number_makes_no_account() {
        let h = Harness::new().await;
        let (id, code) = h.sent(NUMBER).await;
        assert_eq!(h.validate(&id, &code).await.status(), 204);
        assert_eq!(h.product.identity.health().await.unwrap().accounts, 0);
        h.finish().await;
    }

    #[tokio::test]
    async fn wrong_codes_are_counted_to_the_end() {
        let h = Harness::new().await;
        let (id, code) = h.sent(NUMBER).await;
        for nth in 0..4 {
            let reply = h.validate(&id, &wrong_code(&code, nth)).await;
            assert_eq!(reply.code(), "ONE_TIME_PASSWORD_SMS.INVALID_OTP");
        }
        let last = h.validate(&id, &wrong_code(&code, 4)).await;
        assert_snapshot!(last, @r#"400 {"status":400,"code":"ONE_TIME_PASSWORD_SMS.VERIFICATION_FAILED","message":"Too many wrong codes were tried. Send a new code."}"#);
        let late = h.validate(&id, &code).await;
        assert_eq!(late.code(), "ONE_TIME_PASSWORD_SMS.VERIFICATION_FAILED");
        h.finish().await;
    }

    #[tokio::test]
    async fn nobody_uses_anothers_id() {
        let h = Harness::new().await;
        let (id, code) = h.sent(NUMBER).await;
        let body = json!({ "authenticationId": id, "code": code });
        let call = h.post("validate-code").json(&body);
        let foreign = call.header("authorization", &h.bearer_of(OTHER_APP));
        assert_snapshot!(h.send(foreign).await, @r#"404 {"status":404,"code":"NOT_FOUND","message":"There is no such authenticationId."}"#);
        assert_eq!(h.validate(&id, &code).await.status(), 204);
        h.finish().await;
    }

    #[tokio::test]
    async fn lengths_are_held_to_the_contract_and_ids_to_our_form() {
        let h = Harness::new().await;
        for (id, code, told) in [
            ("", "123456", "INVALID_ARGUMENT"),
            ("ver_x", "", "INVALID_ARGUMENT"),
            (&"x".repeat(37), "123456", "INVALID_ARGUMENT"),
            ("ver_x", "12345678901", "INVALID_ARGUMENT"),
            ("ver_x", "123456", "NOT_FOUND"),
            ("ver_aaaaaaaaaaaaaaaaaaaaaaaaaa", "123456", "NOT_FOUND"),
        ] {
            assert_eq!(h.validate(id, code).await.code(), told, "{id}");
        }
        h.finish().await;
    }

    #[tokio::test]
    async fn a_text_that_is_no_code_costs_no_guess() {
        let h = Harness::new().await;
        let (id, code) = h.sent(NUMBER).await;
        for _ in 0..6 {
            let reply = h.validate(&id, "AJY3").await;
            assert_eq!(reply.code(), "ONE_TIME_PASSWORD_SMS.INVALID_OTP");
        }
        assert_eq!(h.validate(&id, &code).await.status(), 204);
        h.finish().await;
    }

    #[tokio::test]
    async fn a_right_code_of_a_new_sim_card_proves_nothing() {
        let h = Harness::with(|setup| {
            setup.vault.sim_check = Some(vault::SimCheck {
                hours: 72,
                wait: model::Millis::from_seconds(1),
                usual: vault::SimPolicy {
                    purposes: vec![model::CodePurpose::StepUp],
                    hold_without_signal: true,
                },
                own: std::collections::BTreeMap::new(),
            });
        });
        let h = h.await;
        let operator = h.product.phones.operator();
        operator.change_sim(&testkit::parse_e164(NUMBER), 5);
        let (id, code) = h.sent(NUMBER).await;
        assert_snapshot!(h.validate(&id, &code).await, @r#"403 {"status":403,"code":"PERMISSION_DENIED","message":"The SIM card of this number was changed recently: a code alone is not enough."}"#);
        operator.set_mood(courier::simulator::Mood::Away);
        let (id, code) = h.sent(NUMBER).await;
        assert_eq!(h.validate(&id, &code).await.code(), "UNAVAILABLE");
        h.finish().await;
    }

    #[test]
    fn what_ended_otherwise_is_over() {
        assert_eq!(
            judged(&Checked::Canceled, false),
            Err(Refusal::new(&VERIFICATION_EXPIRED))
        );
        let storage: Refusal = OperationError::Storage.into();
        assert_eq!(storage, crate::refusal::storage());
    }
}
