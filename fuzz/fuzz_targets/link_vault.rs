//! What the front says to the vault.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use link::{Room, Service};
use ringfence_fuzz::{links::talk, product};

fuzz_target!(|data: &[u8]| {
    let service = Service::Vault(Arc::new(product().vault.clone()));
    talk(Room::Vault, Room::Front, service, data);
});
