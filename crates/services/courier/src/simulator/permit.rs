//! Where the simulator may run at all.

use peers::carrier::CarrierMessage;

/// The simulator was asked for where only real carriers may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the phone simulator only runs in demo and sandbox")]
pub struct NotPermitted;

/// Leave to simulate phones. It can only be had from a configuration that says `demo` or
/// `sandbox`, so that no code path of a production instance can build a simulator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SimulatorPermit {
    every_message: bool,
}

impl SimulatorPermit {
    /// Leave from a configuration: for every message of a `demo`, for those of sandbox
    /// applications where `sandbox` ones are allowed.
    ///
    /// # Errors
    /// [`NotPermitted`] when the configuration says neither.
    pub const fn from_config(demo: bool, sandbox: bool) -> Result<Self, NotPermitted> {
        if demo || sandbox {
            return Ok(Self {
                every_message: demo,
            });
        }
        Err(NotPermitted)
    }

    pub(super) const fn covers(self, message: &CarrierMessage) -> bool {
        self.every_message || message.sandbox
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_demo_and_sandbox_there_is_no_simulator() {
        let refused = SimulatorPermit::from_config(false, false).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the phone simulator only runs in demo and sandbox"
        );
    }
}
