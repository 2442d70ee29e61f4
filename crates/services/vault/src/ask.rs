//! Asking a number's operator for an application. The number was typed at the front and is shown to
//! the operator only; the answer holds none.

use std::sync::Arc;

use model::{ApplicationId, Millis, Timestamp};
use peers::{
    operator::{Claim, HOURS_MAX, NoAnswer, OperatorAnswer, OperatorQuestion, SimQuestion},
    vault::{AskOperator, AskRefusal, Asked, BeginRefusal, TypedClaim, Unavailable},
};
use seal::Class;
use store::Tx;
use zeroize::Zeroizing;

use crate::{
    Core,
    accounts::find_accounts,
    announce,
    begin::in_time,
    budgets::Scope,
    fault::Fault,
    intake::{Intake, intake},
    log::{Labelled, unasked_leaf},
    rows::{Application, Lane},
    secrets::Origin,
};

/// How long an operator is waited for: less than a caller waits for us.
const WITHIN: Millis = Millis::from_seconds(6);

/// A question that is about to be put, and whose number it is about, if that is known.
struct Ready {
    question: OperatorQuestion,
    about: Option<Intake>,
}

impl Core {
    /// The verb `ask_operator`.
    pub(crate) async fn ask_operator(
        &self,
        request: AskOperator,
    ) -> Result<OperatorAnswer, AskRefusal> {
        let now = self.trusted_now().map_err(narrowed)?;
        in_time(request.until, now).map_err(narrowed)?;
        let app = self.application(request.application, now).await;
        let app = app.map_err(away)?.ok_or(AskRefusal::NotAllowed)?;
        // A sandbox has no numbers of real people to ask about, and no leave to.
        let may_ask = self.config.operator_askers.contains(&request.application);
        if !may_ask || app.sandbox.is_some() {
            return Err(AskRefusal::NotAllowed);
        }
        let lookups = [
            Scope::ApplicationLookups(request.application),
            Scope::OverallLookups,
        ];
        let taken = self.take_budget(&lookups, Lane::Stranger, now).await;
        taken.map_err(narrowed)?;
        let Ready { question, about } = read(request.asked, &app)?;
        self.log_question(request.application, about, now)
            .await
            .map_err(away)?;
        Ok(self.ask_outside(question, WITHIN).await?)
    }

    /// Writes the leaf before the number is used: the person's, where they have an account here.
    async fn log_question(
        &self,
        application: ApplicationId,
        about: Option<Intake>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let tags = about.map(|about| self.keys.tags(application, &about.number));
        let tags = tags.transpose()?;
        let mut nobodys = Zeroizing::new([0; 32]);
        self.entropy.fill(&mut *nobodys)?;
        let leaf_key = self.entropy.row_key(now)?;
        let keys = Arc::clone(&self.keys);
        self.store
            .transact(
                "vault.ask_operator",
                async move |tx: &mut dyn Tx| -> Result<(), Fault> {
                    let mut found = None;
                    if let Some(tags) = &tags {
                        tx.prefetch(announce::tags_of(&keys, tags)).await?;
                        found = find_accounts(tx, &keys, tags).await?.pop();
                    }
                    let Some(mut found) = found else {
                        let view_key = nobodys.clone();
                        let whose = Labelled { view_key, n: 1 };
                        tx.write(vec![unasked_leaf(
                            Class::Hygiene,
                            &whose,
                            &keys,
                            leaf_key,
                            now,
                        )?])
                        .await?;
                        return Ok(());
                    };
                    found.account.leaves += 1;
                    let whose = Labelled {
                        view_key: found.shares.view_key,
                        n: found.account.leaves,
                    };
                    let mut writes =
                        vec![unasked_leaf(Class::Hygiene, &whose, &keys, leaf_key, now)?];
                    writes.push(keys.guard.put(&found.account));
                    tx.write(writes).await?;
                    Ok(())
                },
            )
            .await
    }
}

/// Holds what was typed to its bounds.
fn read(asked: Asked, app: &Application) -> Result<Ready, AskRefusal> {
    match asked {
        Asked::Sim { text, question } => {
            if let SimQuestion::ChangedWithin { hours } = question
                && !(1..=HOURS_MAX).contains(&hours)
            {
                return Err(NoAnswer::TooFarBack.into());
            }
            let about = served(text.expose(), app)?;
            let number = about.parsed.number.clone();
            Ok(Ready {
                question: OperatorQuestion::Sim { number, question },
                about: Some(about),
            })
        }
        Asked::Device { token, claim } => {
            let (claim, about) = match claim {
                TypedClaim::Hash(hash) => (Claim::Hash(hash), None),
                TypedClaim::Number(text) => {
                    let about = served(text.expose(), app)?;
                    (Claim::Number(about.parsed.number.clone()), Some(about))
                }
            };
            Ok(Ready {
                question: OperatorQuestion::Device { token, claim },
                about,
            })
        }
    }
}

/// A number of a country that the application serves.
fn served(text: &str, app: &Application) -> Result<Intake, AskRefusal> {
    let about = intake(text, None, Origin::TYPED).map_err(narrowed)?;
    let region = about.parsed.region;
    if !app.serves(region) {
        return Err(AskRefusal::Country { region });
    }
    Ok(about)
}

fn narrowed(refusal: BeginRefusal) -> AskRefusal {
    match refusal {
        BeginRefusal::Number(error) => AskRefusal::Number(error),
        BeginRefusal::Limit { kind, .. } => AskRefusal::Limit { kind },
        BeginRefusal::Unavailable(trouble) => AskRefusal::Unavailable(trouble),
        // Reading a number and taking from a budget refuse in no other way.
        _ => AskRefusal::Unavailable(Unavailable::Protocol),
    }
}

fn away(fault: Fault) -> AskRefusal {
    AskRefusal::Unavailable(fault.into())
}
