//! Budgets of applications and of the whole instance.
//!
//! The rows are the truth and hold against a lying front and a crash. So that not every send
//! writes the same hot row, a share is taken from the row in advance, in one write, and handed
//! out from memory. What a crash loses was taken already: the limit can only get stricter.

use std::{cmp::Ordering, collections::HashMap};

use model::{ApplicationId, Millis, Subject, Timestamp};
use parking_lot::Mutex;
use peers::vault::{BeginRefusal, LimitKind, Unavailable};
use store::{Store, StoreError, Tx, Value};

use std::sync::Arc;

use crate::{
    Core,
    config::VaultConfig,
    fault::Fault,
    intake::refuse,
    keys::Keys,
    rows::{Budget, Lane},
};

/// What a budget limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Messages of one application in an hour.
    ApplicationSends(ApplicationId),
    /// Messages of the instance in an hour.
    OverallSends,
    /// Index operations of one application in an hour.
    ApplicationLookups(ApplicationId),
    /// Index operations of the instance in an hour.
    OverallLookups,
    /// Numbers opened by the system in a day.
    Openings,
    /// Deletions asked for by applications in an hour.
    Deletions,
    /// Records wrapped anew for another opening key in an hour.
    Rewraps,
    /// Numbers opened for their tags under another index key in a day.
    Reindexings,
}

const HOUR: i64 = 3_600_000;
const DAY: i64 = 86_400_000;
/// Most that is taken from a row at once.
const MAX_LEASE: u32 = 256;

impl Scope {
    /// What a message of an application takes from.
    pub(crate) const fn sends(application: ApplicationId) -> [Self; 2] {
        [Self::ApplicationSends(application), Self::OverallSends]
    }

    fn key(self) -> Vec<u8> {
        let (code, application) = match self {
            Self::ApplicationSends(app) => (1, Some(app)),
            Self::OverallSends => (2, None),
            Self::ApplicationLookups(app) => (3, Some(app)),
            Self::OverallLookups => (4, None),
            Self::Openings => (5, None),
            Self::Deletions => (6, None),
            Self::Rewraps => (7, None),
            Self::Reindexings => (8, None),
        };
        let mut key = vec![code];
        key.extend(application.iter().flat_map(|app| app.as_bytes()));
        key
    }

    const fn window_millis(self) -> i64 {
        match self {
            Self::Openings | Self::Reindexings => DAY,
            _ => HOUR,
        }
    }

    /// The limit in the words of an answer.
    #[must_use]
    pub const fn kind(self) -> LimitKind {
        match self {
            Self::ApplicationSends(_) => LimitKind::ApplicationSends,
            Self::ApplicationLookups(_) | Self::OverallLookups => LimitKind::Lookups,
            Self::OverallSends
            | Self::Openings
            | Self::Deletions
            | Self::Rewraps
            | Self::Reindexings => LimitKind::OverallSends,
        }
    }

    /// The limit for one window.
    fn limit(self, config: &VaultConfig, accounts: u64) -> u32 {
        let share = |basis_points: u64| {
            u32::try_from(accounts.saturating_mul(basis_points) / 10_000).unwrap_or(u32::MAX)
        };
        match self {
            Self::ApplicationSends(_) => config.application_sends_per_hour,
            Self::OverallSends => config.overall_sends_per_hour,
            Self::ApplicationLookups(_) => config.application_lookups_per_hour,
            Self::OverallLookups => config.overall_lookups_per_hour,
            Self::Openings => share(config.openings_per_day_basis_points.into())
                .max(VaultConfig::MIN_OPENINGS_PER_DAY),
            Self::Deletions => share(10).max(VaultConfig::MIN_DELETIONS_PER_HOUR),
            Self::Rewraps => VaultConfig::REWRAPS_PER_HOUR,
            Self::Reindexings => share(config.openings_per_day_basis_points.into())
                .max(VaultConfig::MIN_REINDEXINGS_PER_DAY),
        }
    }
}

/// A budget is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedUp {
    /// Which.
    pub scope: Scope,
    /// How long until its next window.
    pub wait: Millis,
}

#[derive(Debug, Clone, Copy)]
struct Held {
    window: i64,
    left: u32,
}

/// Hands out shares of budgets.
#[derive(Default)]
pub struct Budgets {
    held: Mutex<HashMap<(Scope, Lane), Held>>,
}

/// What a budget is measured against.
#[derive(Debug, Clone)]
pub struct Measure {
    /// The limits.
    pub config: Arc<VaultConfig>,
    /// Living accounts, for limits that grow with them.
    pub accounts: u64,
    /// The present time.
    pub now: Timestamp,
}

impl Budgets {
    /// Takes one from every scope, in order; stops at the first that is used up.
    ///
    /// # Errors
    /// [`Fault`] of the store.
    pub async fn take(
        &self,
        scopes: &[Scope],
        lane: Lane,
        measure: &Measure,
        keys: &Arc<Keys>,
        store: &dyn Store,
    ) -> Result<Result<(), UsedUp>, Fault> {
        for scope in scopes {
            if self.take_held(*scope, lane, measure.now) {
                continue;
            }
            if let Err(used_up) = self.lease(*scope, lane, measure, keys, store).await? {
                return Ok(Err(used_up));
            }
        }
        Ok(Ok(()))
    }

    fn take_held(&self, scope: Scope, lane: Lane, now: Timestamp) -> bool {
        let window = now.as_millis().div_euclid(scope.window_millis());
        let mut held = self.held.lock();
        match held.get_mut(&(scope, lane)) {
            Some(share) if share.window == window && share.left > 0 => {
                share.left -= 1;
                true
            }
            _ => false,
        }
    }

    /// Puts one back into every scope, for something that was not sent after all.
    fn put_back(&self, scopes: &[Scope], lane: Lane, now: Timestamp) {
        for scope in scopes {
            let window = now.as_millis().div_euclid(scope.window_millis());
            self.keep(*scope, lane, Held { window, left: 1 });
        }
    }

    async fn lease(
        &self,
        scope: Scope,
        lane: Lane,
        measure: &Measure,
        keys: &Arc<Keys>,
        store: &dyn Store,
    ) -> Result<Result<(), UsedUp>, Fault> {
        let limit = scope.limit(&measure.config, measure.accounts);
        let window = measure.now.as_millis().div_euclid(scope.window_millis());
        let (guard, key) = (Arc::clone(keys), scope.key());
        let granted = store
            .transact(
                "vault.budget",
                async move |tx: &mut dyn Tx| -> Result<u32, StoreError> {
                    let found = guard
                        .guard
                        .get::<Budget>(tx, &[Value::Bytes(key.clone())])
                        .await?;
                    let mut row = found.unwrap_or_else(|| Budget {
                        scope: key.clone(),
                        window,
                        used_strangers: 0,
                        used_owners: 0,
                        version: 0,
                    });
                    let granted = grant(&mut row, window, lane, limit);
                    if granted > 0 {
                        tx.write(vec![guard.guard.put(&row)]).await?;
                    }
                    Ok(granted)
                },
            )
            .await?;
        if granted == 0 {
            let end = (window + 1) * scope.window_millis();
            let wait = Timestamp::from_millis(end).since(measure.now);
            return Ok(Err(UsedUp { scope, wait }));
        }
        self.keep(
            scope,
            lane,
            Held {
                window,
                left: granted - 1,
            },
        );
        Ok(Ok(()))
    }

    /// Two requests may lease at once: their shares add up. A share of a window that is over is
    /// worth nothing.
    fn keep(&self, scope: Scope, lane: Lane, share: Held) {
        let mut held = self.held.lock();
        let kept = held
            .entry((scope, lane))
            .or_insert(Held { left: 0, ..share });
        match kept.window.cmp(&share.window) {
            Ordering::Equal => kept.left = kept.left.saturating_add(share.left),
            Ordering::Less => *kept = share,
            Ordering::Greater => {}
        }
    }
}

impl Core {
    /// Takes from the hourly budget of acts that cannot be undone by waiting, so that a front
    /// that lies cannot forget or ban everybody at once. Where there is no such account nothing
    /// is taken: invented pseudonyms use up nobody's budget.
    pub(crate) async fn take_deletion(
        &self,
        application: ApplicationId,
        handle: Subject,
        now: Timestamp,
    ) -> Result<bool, Unavailable> {
        if self.account_of(application, handle).await?.is_none() {
            return Ok(false);
        }
        let taken = self
            .take_budget(&[Scope::Deletions], Lane::Owner, now)
            .await;
        match taken {
            Ok(()) => Ok(true),
            Err(BeginRefusal::Unavailable(unavailable)) => Err(unavailable),
            Err(_) => Err(Unavailable::Busy),
        }
    }

    /// Puts back what was taken at `now` for a message that was never written.
    pub(crate) fn put_budget_back(&self, scopes: &[Scope], lane: Lane, now: Timestamp) {
        self.budgets.put_back(scopes, lane, now);
    }

    /// Takes from budgets, or refuses with the time at which they open again.
    pub(crate) async fn take_budget(
        &self,
        scopes: &[Scope],
        lane: Lane,
        now: Timestamp,
    ) -> Result<(), BeginRefusal> {
        let measure = self.measure(now);
        let taken = self
            .budgets
            .take(scopes, lane, &measure, &self.keys, &*self.store)
            .await;
        match taken.map_err(refuse)? {
            Ok(()) => Ok(()),
            Err(UsedUp { scope, wait }) => {
                let state =
                    model::ChannelState::wait(wait.seconds_up(), model::WaitReason::SendLimit);
                let next = model::NextChannels::both(state);
                Err(BeginRefusal::Limit {
                    kind: scope.kind(),
                    next,
                })
            }
        }
    }
}

/// Takes a share from the row: strangers may use four fifths, owners all.
fn grant(row: &mut Budget, window: i64, lane: Lane, limit: u32) -> u32 {
    // Only forwards: a clock that is set back by a little must not open a window twice.
    if row.window < window {
        (row.window, row.used_strangers, row.used_owners) = (window, 0, 0);
    }
    let used = row.used_strangers.saturating_add(row.used_owners);
    let free = limit.saturating_sub(used);
    let free = match lane {
        Lane::Owner => free,
        Lane::Stranger => free.min((limit - limit / 5).saturating_sub(row.used_strangers)),
    };
    let granted = free.min((limit / 64).clamp(1, MAX_LEASE));
    match lane {
        Lane::Stranger => row.used_strangers += granted,
        Lane::Owner => row.used_owners += granted,
    }
    granted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty() -> Budget {
        Budget {
            scope: vec![2],
            window: 7,
            used_strangers: 0,
            used_owners: 0,
            version: 0,
        }
    }

    fn all(row: &mut Budget, lane: Lane, limit: u32) -> u32 {
        let mut total = 0;
        loop {
            match grant(row, 7, lane, limit) {
                0 => return total,
                granted => total += granted,
            }
        }
    }

    #[test]
    fn strangers_leave_a_fifth_for_owners() {
        let mut row = empty();
        assert_eq!(all(&mut row, Lane::Stranger, 100), 80);
        assert_eq!(all(&mut row, Lane::Owner, 100), 20);
    }

    #[test]
    fn owners_may_use_everything() {
        let mut row = empty();
        assert_eq!(all(&mut row, Lane::Owner, 100), 100);
        assert_eq!(all(&mut row, Lane::Stranger, 100), 0);
    }

    #[test]
    fn a_new_window_starts_from_nothing() {
        let mut row = empty();
        all(&mut row, Lane::Owner, 100);
        assert!(grant(&mut row, 8, Lane::Stranger, 100) > 0);
    }

    #[test]
    fn what_is_put_back_is_worth_something_in_its_own_window_only() {
        let budgets = Budgets::default();
        let (scopes, lane) = ([Scope::OverallSends], Lane::Stranger);
        let (then, now) = (Timestamp::from_millis(0), Timestamp::from_millis(HOUR));
        budgets.put_back(&scopes, lane, then);
        assert!(budgets.take_held(scopes[0], lane, then));
        assert!(!budgets.take_held(scopes[0], lane, then));
        budgets.put_back(&scopes, lane, now);
        budgets.put_back(&scopes, lane, then);
        assert!(budgets.take_held(scopes[0], lane, now));
        assert!(!budgets.take_held(scopes[0], lane, now));
    }

    #[test]
    fn small_limits_are_handed_out_one_by_one() {
        assert_eq!(grant(&mut empty(), 7, Lane::Owner, 5), 1);
    }
}
