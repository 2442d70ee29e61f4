//! Authenticator apps: the vault keeps their secrets, because each opens every later code, and is
//! the only judge of the codes.

use std::sync::Arc;

use model::{ApplicationId, FactorId, FactorSecret, Millis, Timestamp, TotpHash, TotpTerms};
use peers::vault::{
    BeginRefusal, CheckFactor, FactorChecked, FactorRefusal, MakeFactor, Unavailable,
};
use seal::{
    keys::EpochKey,
    pending::Code,
    share::Cell,
    totp::{Hash, Secret, Totp},
};
use store::{Tx, Value, Write};

use crate::{
    Core,
    budgets::Scope,
    check::read_code,
    fault::Fault,
    keys::{Keys, Random},
    rows::{FACTOR, Factor, Lane, Used},
};

/// How long an app has to show its first code.
const CONFIRM_WITHIN: Millis = Millis::from_seconds(24 * 3600);
/// Wrong codes in a row after which none is taken any more (NIST SP 800-63B-4, 3.2.2: at most 100).
const MAX_WRONG: u32 = 100;
/// Wrong codes in one window.
const MAX_WRONG_IN_WINDOW: u32 = 5;
const WINDOW: i64 = 10 * 60_000;

impl Core {
    /// The verb `make_factor`.
    pub(crate) async fn make_factor(
        &self,
        request: MakeFactor,
    ) -> Result<FactorSecret, FactorRefusal> {
        let now = self.now_or_fault().map_err(refuse)?;
        let app = self.application(request.application, now).await;
        if app.map_err(refuse)?.is_none() {
            return Err(FactorRefusal::UnknownApplication);
        }
        let given = request.secret.as_ref();
        let given = given.map(|text| Secret::parse(text.expose())).transpose();
        let given = given.map_err(|_| FactorRefusal::Secret)?;
        let lookups = [
            Scope::ApplicationLookups(request.application),
            Scope::OverallLookups,
        ];
        let taken = self.take_budget(&lookups, Lane::Stranger, now).await;
        taken.map_err(|refusal| match refusal {
            BeginRefusal::Unavailable(why) => FactorRefusal::Unavailable(why),
            _ => FactorRefusal::TooMany,
        })?;
        let secret = match &given {
            Some(secret) => secret.clone(),
            None => Secret::generate(&self.keys.random).map_err(|error| refuse(error.into()))?,
        };
        let row = self.new_factor(&request, &secret, now).map_err(refuse)?;
        let kept = match self.insert_factor(row).await {
            Ok(()) => secret,
            Err(Fault::Store(error)) if error.is_duplicate(FACTOR.name, "key") => self
                .made_before(&request, given.as_ref())
                .await
                .map_err(refuse)?
                .ok_or(FactorRefusal::IdReused)?,
            Err(fault) => return Err(refuse(fault)),
        };
        let text = FactorSecret::new(kept.text().to_string());
        text.ok_or_else(|| refuse(Fault::Contradiction("a secret longer than its bound")))
    }

    fn new_factor(
        &self,
        request: &MakeFactor,
        secret: &Secret,
        now: Timestamp,
    ) -> Result<Factor, Fault> {
        let mut row = Factor {
            id: request.factor,
            application: request.application,
            epoch: 0,
            sealed: Vec::new(),
            terms: request.terms,
            ends_at: Some(now.plus(CONFIRM_WITHIN)),
            used: None,
            wrong: 0,
            window: 0,
            wrong_in_window: 0,
            version: 0,
        };
        seal_secret(
            &mut row,
            secret,
            &self.keys.epochs().current,
            &self.keys.random,
        )?;
        Ok(row)
    }

    async fn insert_factor(&self, row: Factor) -> Result<(), Fault> {
        let keys = Arc::clone(&self.keys);
        self.store
            .transact(
                "vault.factor.make",
                async move |tx: &mut dyn Tx| -> Result<(), Fault> {
                    Ok(tx.write(vec![keys.guard.insert(&row)]).await?)
                },
            )
            .await
    }

    /// The secret that the same call has made already, while no code has confirmed it.
    async fn made_before(
        &self,
        request: &MakeFactor,
        given: Option<&Secret>,
    ) -> Result<Option<Secret>, Fault> {
        let (keys, application, id) = (Arc::clone(&self.keys), request.application, request.factor);
        let found = self
            .store
            .read("vault.factor", async move |tx: &mut dyn Tx| {
                stored(tx, &keys, application, id).await
            })
            .await?;
        let Some(row) = found.filter(|row| row.terms == request.terms && row.ends_at.is_some())
        else {
            return Ok(None);
        };
        let secret = open_secret(&row, self.keys.epochs().key(row.epoch)?)?;
        Ok(given.is_none_or(|given| *given == secret).then_some(secret))
    }

    /// The verb `check_factor`.
    pub(crate) async fn check_factor(&self, request: CheckFactor) -> Result<FactorChecked, Fault> {
        let now = self.now_or_fault()?;
        let typed = read_code(request.code.expose());
        let keys = Arc::clone(&self.keys);
        self.store
            .transact(
                "vault.factor.check",
                async move |tx: &mut dyn Tx| -> Result<FactorChecked, Fault> {
                    let found = stored(tx, &keys, request.application, request.factor).await?;
                    let Some(mut row) = found.filter(|row| !is_over(row, now)) else {
                        return Ok(FactorChecked::NotFound);
                    };
                    // What cannot be a code is no guess.
                    let digits = usize::from(row.terms.digits());
                    let typed = typed.as_ref().filter(|code| code.as_str().len() == digits);
                    let Some(typed) = typed else {
                        return Ok(FactorChecked::Wrong);
                    };
                    let secret = open_secret(&row, keys.epochs().key(row.epoch)?)?;
                    let judged = judge(&mut row, &secret, (&request, typed), now);
                    if matches!(judged, FactorChecked::Approved | FactorChecked::Wrong) {
                        tx.write(vec![keys.guard.put(&row)]).await?;
                    }
                    Ok(judged)
                },
            )
            .await
    }

    /// The verb `delete_factor`.
    pub(crate) async fn delete_factor(
        &self,
        application: ApplicationId,
        id: FactorId,
    ) -> Result<bool, Fault> {
        let keys = Arc::clone(&self.keys);
        let deleted = self
            .store
            .transact(
                "vault.factor.delete",
                async move |tx: &mut dyn Tx| -> Result<bool, Fault> {
                    if stored(tx, &keys, application, id).await?.is_none() {
                        return Ok(false);
                    }
                    let key = vec![Value::from(*id.as_bytes())];
                    let table = &FACTOR;
                    tx.write(vec![Write::Delete { table, key }]).await?;
                    Ok(true)
                },
            )
            .await?;
        if deleted {
            self.shredded();
        }
        Ok(deleted)
    }
}

/// The factor, if it is this application's.
async fn stored(
    tx: &mut dyn Tx,
    keys: &Keys,
    application: ApplicationId,
    id: FactorId,
) -> Result<Option<Factor>, Fault> {
    let key = [Value::from(*id.as_bytes())];
    let found = keys.guard.get::<Factor>(tx, &key).await?;
    Ok(found.filter(|row| row.application == application))
}

fn refuse(fault: Fault) -> FactorRefusal {
    FactorRefusal::Unavailable(Unavailable::from(fault))
}

/// No code came in time to confirm it; the row goes with the next housekeeping.
fn is_over(row: &Factor, now: Timestamp) -> bool {
    row.ends_at.is_some_and(|end| end <= now)
}

/// Judges one code and counts it.
fn judge(
    row: &mut Factor,
    secret: &Secret,
    (request, typed): (&CheckFactor, &Code),
    now: Timestamp,
) -> FactorChecked {
    if row.ends_at.is_some() && !request.confirms {
        return FactorChecked::Unconfirmed;
    }
    if row.wrong >= MAX_WRONG {
        return FactorChecked::Locked;
    }
    // Only forwards: a clock that is set back by a little must not open a window twice.
    let window = now.as_millis().div_euclid(WINDOW);
    if row.window < window {
        (row.window, row.wrong_in_window) = (window, 0);
    }
    if row.wrong_in_window >= MAX_WRONG_IN_WINDOW {
        let left = WINDOW - now.as_millis().rem_euclid(WINDOW);
        let after_seconds = Millis::from_millis(left).seconds_up();
        return FactorChecked::Wait { after_seconds };
    }
    let seconds = u64::try_from(now.as_millis() / 1000).unwrap_or(0);
    // The same call again: its own code is the one that counts no second time for any other.
    let used = row.used.filter(|used| used.used_for != request.used_for);
    let before = used.map(|used| used.step);
    let typed = typed.as_str().as_bytes();
    match totp(row.terms).matching(secret, typed, seconds, before) {
        Some(step) => {
            let step = row.used.map_or(step, |used| used.step.max(step));
            row.used = Some(Used {
                step,
                used_for: request.used_for,
            });
            (row.wrong, row.wrong_in_window) = (0, 0);
            row.ends_at = None;
            FactorChecked::Approved
        }
        None => {
            row.wrong += 1;
            row.wrong_in_window += 1;
            FactorChecked::Wrong
        }
    }
}

const fn totp(terms: TotpTerms) -> Totp {
    Totp {
        hash: match terms.hash() {
            TotpHash::Sha1 => Hash::Sha1,
            TotpHash::Sha256 => Hash::Sha256,
            TotpHash::Sha512 => Hash::Sha512,
        },
        digits: terms.digits(),
        period: terms.period_seconds(),
        skew: terms.skew(),
    }
}

/// Seals the secret into its row under an epoch's key.
///
/// # Errors
/// [`Fault::Seal`].
pub fn seal_secret(
    row: &mut Factor,
    secret: &Secret,
    epoch: &EpochKey,
    random: &Random,
) -> Result<(), Fault> {
    let key = cell_key(row);
    row.sealed = epoch.seal(&cell(&key), secret.as_bytes(), random)?;
    row.epoch = epoch.epoch();
    Ok(())
}

/// Opens the secret of a row.
///
/// # Errors
/// [`Fault::Open`] when it does not open, [`Fault::Contradiction`] when it makes no sense.
pub fn open_secret(row: &Factor, epoch: &EpochKey) -> Result<Secret, Fault> {
    let plain = epoch.open(&cell(&cell_key(row)), &row.sealed)?;
    Secret::from_bytes(plain)
        .map_err(|_| Fault::Contradiction("a factor's secret of the wrong size"))
}

/// Factor, then application: a secret opens for no other of either.
fn cell_key(row: &Factor) -> [u8; 32] {
    let mut key = [0; 32];
    key[..16].copy_from_slice(row.id.as_bytes());
    key[16..].copy_from_slice(row.application.as_bytes());
    key
}

const fn cell(row: &[u8; 32]) -> Cell<'_> {
    Cell {
        table: "factor",
        row,
        column: "sealed",
    }
}
