//! Judging one guess.

use std::sync::Arc;

use model::{ApplicationId, Status, Timestamp, TypedCode, VerificationId};
use peers::vault::{Approved, CheckCode, Checked, PendingView, Viewed};
use seal::pending::Code;
use store::{Tx, Value};
use zeroize::Zeroizing;

use crate::{
    Core, announce,
    approve::may_recheck,
    begin::number_limit,
    fault::Fault,
    limits,
    reindex::limit_writes,
    rows::{Application, NumberLimit, Verification},
    secrets::Secrets,
    sim::Gate,
    told::traits,
};

/// How a guess names its verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// By its id.
    ById,
    /// By its number: the one begun last is meant.
    ByNumber,
}

/// A guess that is being judged.
#[derive(Clone)]
pub(crate) struct Guess {
    /// The verification as it was found; every transaction reads it again.
    pub(crate) row: Verification,
    /// What it hides.
    pub(crate) secrets: Secrets,
    /// How it was named.
    pub(crate) named: Named,
}

impl Guess {
    /// Whether its verification is still the one that it means, by the counters of the number as
    /// the transaction that judges reads them. One that is not counts for nothing.
    pub(crate) fn means_it(&self, limit: &NumberLimit) -> bool {
        self.named == Named::ById || limit.latest(self.row.purpose) == Some(self.row.id)
    }
}

impl Core {
    /// The verb `check`.
    pub(crate) async fn check(&self, request: CheckCode) -> Result<Checked, Fault> {
        let now = self.now_or_fault()?;
        let Some(app) = self.application(request.application, now).await? else {
            return Ok(Checked::NotFound);
        };
        let Some(row) = self
            .verification(request.application, request.verification)
            .await?
        else {
            return Ok(Checked::NotFound);
        };
        self.judge(row, Named::ById, &app, &request.code, now).await
    }

    /// Judges a guess at a verification that was found.
    pub(crate) async fn judge(
        &self,
        row: Verification,
        named: Named,
        app: &Arc<Application>,
        code: &TypedCode,
        now: Timestamp,
    ) -> Result<Checked, Fault> {
        let Some(secrets) = self.secrets(&row).await? else {
            return Ok(Checked::NotFound);
        };
        let typed = read_code(code.expose());
        let right = typed.as_ref().is_some_and(|code| *code == secrets.code);
        let complete = is_complete(typed.as_ref(), &row);
        let status = row.status_at(now);
        let repeats = status == Status::Approved && may_recheck(&row, &self.config, now);
        let guess = Guess {
            row,
            secrets,
            named,
        };
        match status {
            Status::Canceled => Ok(Checked::Canceled),
            Status::Pending if right => self.prove(guess, app, now).await,
            Status::Approved if right && repeats => self.prove(guess, app, now).await,
            Status::Pending if !complete => {
                let told = self.unjudged(&guess, app, now).await?;
                Ok(told.map_or(Checked::NotFound, Checked::Malformed))
            }
            Status::Pending => self.count_wrong(guess, app, now).await,
            Status::Approved if !right && complete && repeats => {
                self.count_wrong(guess, app, now).await
            }
            status => {
                let told = self.unjudged(&guess, app, now).await?;
                Ok(told.map_or(Checked::NotFound, |view| ended(status, view)))
            }
        }
    }

    /// The verification of a guess that is not judged.
    async fn unjudged(
        &self,
        guess: &Guess,
        app: &Arc<Application>,
        now: Timestamp,
    ) -> Result<Option<PendingView>, Fault> {
        let mut limit = self.limit_of(&guess.secrets, now).await?;
        let meant = guess.means_it(&limit);
        Ok(meant.then(|| self.view(&guess.row, app, &mut limit, now)))
    }

    /// A right code: enough, unless the number's operator has something against it.
    async fn prove(
        &self,
        guess: Guess,
        app: &Arc<Application>,
        now: Timestamp,
    ) -> Result<Checked, Fault> {
        let cleared = self.clear_sim(&guess.row, &guess.secrets, app, now);
        match cleared.await? {
            Gate::Open(cleared) => self.approve(guess, app, cleared, now).await,
            Gate::Shut(checked) => Ok(checked),
        }
    }

    async fn count_wrong(
        &self,
        guess: Guess,
        app: &Arc<Application>,
        now: Timestamp,
    ) -> Result<Checked, Fault> {
        let (keys, config) = (Arc::clone(&self.keys), self.config.clone());
        let id = guess.row.id;
        let judged = self
            .store
            .transact(
                "vault.check.wrong",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let secrets = &guess.secrets;
                    let mut reads = announce::limit(&keys, &secrets.tags);
                    reads.push(announce::verification(id));
                    tx.prefetch(reads).await?;
                    let key = [Value::from(*id.as_bytes())];
                    let Some(mut row) = keys.guard.get::<Verification>(tx, &key).await? else {
                        return Ok(None);
                    };
                    let mut limit = number_limit(tx, &keys, &secrets.tags, now).await?;
                    if !guess.means_it(&limit) {
                        return Ok(None);
                    }
                    if may_recheck(&row, &config, now) {
                        // A guess at a code that was used costs a guess all the same.
                        row.guesses_left -= 1;
                        tx.write(vec![keys.guard.put(&row)]).await?;
                        return Ok(Some((row, limit)));
                    }
                    if row.status_at(now) != Status::Pending {
                        return Ok(Some((row, limit)));
                    }
                    let lane_open = limits::may_guess(&mut limit, row.lane, row.purpose, &config);
                    if lane_open && row.guesses_left > 0 {
                        row.guesses_left -= 1;
                        limits::count_wrong(&mut limit, row.lane, row.purpose, now);
                    }
                    if row.guesses_left == 0
                        || !limits::may_guess(&mut limit, row.lane, row.purpose, &config)
                    {
                        row.status = Status::Locked;
                    }
                    let mut writes = vec![keys.guard.put(&row)];
                    writes.extend(limit_writes(&limit, &secrets.tags, &keys));
                    tx.write(writes).await?;
                    Ok(Some((row, limit)))
                },
            )
            .await?;
        let Some((row, mut limit)) = judged else {
            return Ok(Checked::NotFound);
        };
        let view = self.view(&row, app, &mut limit, now);
        match row.status_at(now) {
            Status::Pending => Ok(Checked::Wrong(view)),
            status => Ok(ended(status, view)),
        }
    }

    /// The verification, if it is this application's.
    pub(crate) async fn verification(
        &self,
        application: ApplicationId,
        id: VerificationId,
    ) -> Result<Option<Verification>, Fault> {
        if let Some(row) = self.recent.take(id) {
            return Ok(Some(row).filter(|row| row.application == application));
        }
        let keys = Arc::clone(&self.keys);
        let row = self
            .store
            .read(
                "vault.verification",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let key = [Value::from(*id.as_bytes())];
                    Ok(keys.guard.get::<Verification>(tx, &key).await?)
                },
            )
            .await?;
        Ok(row.filter(|row| row.application == application))
    }

    /// The verb `view`.
    pub(crate) async fn view_of(
        &self,
        application: ApplicationId,
        id: VerificationId,
        now: Timestamp,
    ) -> Result<Option<Viewed>, Fault> {
        let Some(app) = self.application(application, now).await? else {
            return Ok(None);
        };
        let Some(row) = self.verification(application, id).await? else {
            return Ok(None);
        };
        let Some(secrets) = self.secrets(&row).await? else {
            return Ok(None);
        };
        let mut limit = self.limit_of(&secrets, now).await?;
        let told = row.status == Status::Approved && may_recheck(&row, &self.config, now);
        Ok(Some(Viewed {
            purpose: row.purpose,
            view: self.view(&row, &app, &mut limit, now),
            traits: traits(&row),
            // Looking is no proof: the mark that opens the owner's lane is given for a code only.
            approved: told.then(|| Approved {
                owner: None,
                ..self.approved(&row, &secrets.tags, now)
            }),
        }))
    }

    /// What a verification hides; nothing when its hour's key is gone.
    pub(crate) async fn secrets(&self, row: &Verification) -> Result<Option<Secrets>, Fault> {
        let Some(hour) = self.keys.hour(&*self.store, row.hour).await? else {
            return Ok(None);
        };
        let mut secrets = Secrets::open(row, &hour, &self.keys)?;
        // Begun before the index key was rotated, it lacks the tags of the new one.
        let (application, known) = (row.application, &secrets.tags);
        let tags = self
            .keys
            .tags_beside(application, &secrets.number, Some(known))?;
        secrets.tags = tags;
        Ok(Some(secrets))
    }

    /// The counters of a verification's number.
    pub(crate) async fn limit_of(
        &self,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<NumberLimit, Fault> {
        let (keys, tags) = (Arc::clone(&self.keys), secrets.tags.clone());
        self.store
            .read(
                "vault.limit",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    number_limit(tx, &keys, &tags, now).await
                },
            )
            .await
    }

    /// The verb `cancel`.
    pub(crate) async fn cancel(
        &self,
        application: ApplicationId,
        id: VerificationId,
    ) -> Result<(), Fault> {
        self.recent.take(id);
        let keys = Arc::clone(&self.keys);
        self.store
            .transact(
                "vault.cancel",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let key = [Value::from(*id.as_bytes())];
                    let found = keys.guard.get::<Verification>(tx, &key).await?;
                    let Some(mut row) = found.filter(|row| row.application == application) else {
                        return Ok(());
                    };
                    if row.status == Status::Pending {
                        row.status = Status::Canceled;
                        tx.write(vec![keys.guard.put(&row)]).await?;
                    }
                    Ok(())
                },
            )
            .await
    }
}

/// The answer about a verification that is over without being approved by this guess.
pub(crate) fn ended(status: Status, view: PendingView) -> Checked {
    match status {
        Status::Locked => Checked::Locked(view),
        Status::Canceled => Checked::Canceled,
        // A wrong guess after approval learns nothing but that the code is spent.
        Status::Approved | Status::Expired | Status::Pending => Checked::Expired(view),
    }
}

fn is_complete(typed: Option<&Code>, row: &Verification) -> bool {
    typed.is_some_and(|code| code.as_str().len() == usize::from(row.code_digits))
}

/// Digits of any usual script, spaces and dashes dropped, as people paste codes.
pub(crate) fn read_code(text: &str) -> Option<Code> {
    let mut digits = Zeroizing::new(String::with_capacity(16));
    for letter in text.chars() {
        match digit(letter) {
            Some(digit) => digits.push(digit),
            None if is_filler(letter) => {}
            None => return None,
        }
    }
    Code::parse(&digits).ok()
}

/// Latin, Arabic-Indic, Persian, Devanagari, Bengali and full-width digits.
fn digit(letter: char) -> Option<char> {
    const ZEROS: [u32; 6] = [0x30, 0x660, 0x6F0, 0x966, 0x9E6, 0xFF10];
    let value = ZEROS
        .iter()
        .find_map(|zero| u32::from(letter).checked_sub(*zero).filter(|v| *v < 10));
    value.and_then(|value| char::from_digit(value, 10))
}

fn is_filler(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{200B}'..='\u{200F}' | '\u{FEFF}'
            | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        read_code(text).map(|code| code.as_str().to_owned())
    }

    #[test]
    fn a_code_is_read_in_any_script_with_any_spacing() {
        for text in [
            "482913",
            "482 913",
            "482-913",
            " 4 8 2 9 1 3 ",
            "٤٨٢٩١٣",
            "４８２９１３",
            "\u{2068}482913\u{2069}",
        ] {
            assert_eq!(read(text).as_deref(), Some("482913"));
        }
    }

    #[test]
    fn what_is_not_a_code_is_not_read_as_one() {
        for text in ["", "   ", "48291x", "code 482913", "48291399999999999999"] {
            assert_eq!(read(text), None);
        }
    }
}
