//! What the vault says to the courier.
#![no_main]

use libfuzzer_sys::fuzz_target;
use link::{Room, Service};
use ringfence_fuzz::{links::talk, product};

fuzz_target!(|data: &[u8]| {
    let service = Service::Courier(product().phones.clone());
    talk(Room::Courier, Room::Vault, service, data);
});
