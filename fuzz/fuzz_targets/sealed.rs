//! Sealed columns as a database gives them back: records with their wraps, pending rows, leaves.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use ringfence_fuzz::{product, split};
use seal::{
    Class, E164, Hsm, KeyId,
    keys::{EpochKey, HourKey},
    pending::{self, PendingContext},
    record::{
        ClassRecipient, RecordContext, SealedRecord, StoredRecord, open_record, seal_record,
        wrap_key_id,
    },
    share::Cell,
};

const CONTEXT: RecordContext = RecordContext {
    deployment: [1; 16],
    subject: [2; 16],
    generation: 1,
};

fn genuine() -> &'static SealedRecord {
    static RECORD: OnceLock<SealedRecord> = OnceLock::new();
    RECORD.get_or_init(|| {
        let hsm = &*product().hsm;
        let id = KeyId::open(Class::Account, 1);
        let public = hsm.public_key(&id).expect("a key");
        let recipient = ClassRecipient::new(&CONTEXT.deployment, id, &public).expect("fits");
        let number = E164::parse("+447700900123").expect("a number");
        seal_record(
            &CONTEXT,
            &number,
            &[recipient],
            &product().vault.keys().random,
        )
        .expect("seals")
    })
}

fuzz_target!(|data: &[u8]| {
    let (wrap, ct) = split(data);
    let record = genuine();
    let stored = StoredRecord {
        ct: if ct.is_empty() { &record.ct } else { ct },
        commit: &record.commit,
        share: &record.share,
        wrap,
    };
    assert!(open_record(&CONTEXT, Class::Account, &stored, &*product().hsm).is_err());
    let _ = wrap_key_id(data);
    let hour = HourKey::from_bytes(Box::new([5; 32]).as_ref().to_owned().into());
    let context = PendingContext {
        deployment: [1; 16],
        verification: [2; 16],
        application: [3; 16],
        purpose: "signup",
        expiry: 1,
    };
    assert!(pending::open(&hour, &context, data).is_err());
    let epoch = EpochKey::derive(&*product().hsm, &KeyId::shred(1), &[1; 16]).expect("a key");
    let cell = Cell {
        table: "share",
        row: &[2; 16],
        column: "secrets",
    };
    assert!(epoch.open(&cell, data).is_err());
    if let Ok(leaf) = translog::Leaf::decode(data) {
        assert_eq!(
            leaf.encode().as_deref(),
            Ok(data),
            "there is one way to write it"
        );
    }
});
