//! Rows as a database gives them back: nothing panics, and nothing without our MAC is believed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ringfence_fuzz::{product, row};
use store::{Record, jobs::Stored};
use vault::rows::{
    Account, Application, Ban, Budget, Deployment, HourKeyRow, IngestKeyRow, IngestSeen, Message,
    NumberLimit, ShareRow, TagRow, Verification,
};

macro_rules! plain {
    ($row:expr, $($record:ty),+) => { $( let _ = <$record as Record>::from_row($row.clone()); )+ };
}

macro_rules! guarded {
    ($row:expr, $($record:ty),+) => { $(
        if let Ok(found) = product().vault.keys().guard.open::<$record>($row.clone()) {
            assert!(found.is_none(), "nobody makes a MAC without the key");
        }
    )+ };
}

fuzz_target!(|data: &[u8]| {
    let row = row(data);
    plain!(
        row,
        ShareRow,
        TagRow,
        Ban,
        HourKeyRow,
        IngestKeyRow,
        IngestSeen,
        Message,
        Stored
    );
    plain!(
        row,
        identity::rows::Account,
        identity::rows::Application,
        identity::rows::Verification
    );
    guarded!(
        row,
        Account,
        Application,
        Budget,
        Deployment,
        NumberLimit,
        Verification
    );
});
