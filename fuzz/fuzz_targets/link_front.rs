//! What the vault says to the front.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use link::{Room, Service};
use ringfence_fuzz::{links::talk, product};

fuzz_target!(|data: &[u8]| {
    let service = Service::Front(Arc::new(product().identity.clone()));
    talk(Room::Front, Room::Vault, service, data);
});
