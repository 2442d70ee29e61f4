//! Several pretend carriers that reach the same phones.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use peers::carrier::{Carrier, CarrierMessage, Handover};

use super::{Faults, FaultsRefused, Simulator};

/// Faults of the simulator, and of the pretend carriers it was split into.
#[derive(Default)]
pub(super) struct AllFaults {
    pub(super) everywhere: Faults,
    pub(super) carriers: Vec<(&'static str, Faults)>,
}

impl AllFaults {
    fn of(&self, carrier: &str) -> Option<Faults> {
        let own = self.carriers.iter().find(|(name, _)| *name == carrier);
        own.map(|(_, faults)| *faults)
    }
}

impl Simulator {
    /// One of several pretend carriers that reach the same phones, each with faults of its own.
    #[must_use]
    pub fn carrier(self: &Arc<Self>, name: &'static str) -> SimulatedCarrier {
        let faults = self.faults();
        self.faults.write().carriers.push((name, faults));
        SimulatedCarrier {
            simulator: Arc::clone(self),
            name,
        }
    }

    /// The faults of one pretend carrier; `None` if there is none of that name.
    #[must_use]
    pub fn faults_of(&self, carrier: &str) -> Option<Faults> {
        self.faults.read().of(carrier)
    }

    /// Replaces the faults of one pretend carrier; says whether there is one of that name.
    ///
    /// # Errors
    /// [`FaultsRefused`]; the faults stay as they were.
    pub fn set_faults_of(&self, carrier: &str, faults: Faults) -> Result<bool, FaultsRefused> {
        faults.check()?;
        let mut all = self.faults.write();
        let own = all.carriers.iter_mut().find(|(name, _)| *name == carrier);
        Ok(own.map(|(_, own)| *own = faults).is_some())
    }
}

/// One of several pretend carriers, made by [`Simulator::carrier`].
pub struct SimulatedCarrier {
    simulator: Arc<Simulator>,
    name: &'static str,
}

#[async_trait]
impl Carrier for SimulatedCarrier {
    async fn send(&self, message: CarrierMessage) -> Handover {
        let faults = self.simulator.faults_of(self.name);
        self.simulator
            .take(message, faults.unwrap_or_default())
            .await
    }

    fn name(&self) -> &str {
        self.name
    }
}

impl fmt::Debug for SimulatedCarrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedCarrier")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
