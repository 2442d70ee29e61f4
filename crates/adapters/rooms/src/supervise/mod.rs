//! Starting, wiring, restarting and stopping the rooms.
//!
//! [`Supervisor::run`] takes the whole process for itself: one thread, no data, nothing that listens. It reads only the
//! fixed messages of [`crate::control`], and a room that sends anything else is ended and started anew.

mod backoff;
mod descriptors;
mod event;
mod keeper;
mod process;
mod shutdown;
mod spec;

pub use backoff::Backoff;
pub use event::{Cause, Ending, Event, ExitReport};
pub use spec::{RoomSpec, SpecError, Timing, bind};

use std::io;

use rustix::process::DumpableBehavior;

/// The rooms of one instance, ready to run.
#[derive(Debug)]
pub struct Supervisor {
    rooms: Vec<RoomSpec>,
    timing: Timing,
}

impl Supervisor {
    /// Checks the rooms and puts them in starting order.
    ///
    /// # Errors
    /// [`SpecError`] when they cannot be run together.
    pub fn new(rooms: Vec<RoomSpec>, timing: Timing) -> Result<Self, SpecError> {
        Ok(Self {
            rooms: spec::in_order(rooms)?,
            timing,
        })
    }

    /// Starts the rooms and keeps them running until SIGTERM, SIGINT or SIGHUP, or until one cannot be started at all;
    /// then stops them. `on_event` hears of everything as it happens; it should log and return.
    ///
    /// Call it on the main thread of the process: the kernel ends a room that is just starting when the *thread* that
    /// started it ends.
    ///
    /// # Errors
    /// Only before any room is started: the runtime or the signal handlers could not be set up.
    pub fn run(self, mut on_event: impl FnMut(&Event)) -> io::Result<ExitReport> {
        if descriptors::close_all_on_exec().is_err() {
            on_event(&Event::StrayDescriptors);
        }
        // What is refused here shows when a room runs out: it says so, and goes on with what it has.
        let _ = descriptors::raise_limit();
        rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            let signals = shutdown::Signals::new()?;
            Ok(keeper::Keeper::new(self.rooms, self.timing, on_event)
                .run(signals)
                .await)
        })
    }
}
