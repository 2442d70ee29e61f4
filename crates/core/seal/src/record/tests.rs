use super::*;
use crate::testing::{
    Counting, DEPLOYMENT, Dry, RSA, SUBJECT, Seeded, hex, hsm, number, recipient, with_rsa,
};
use data_encoding::HEXLOWER;
use proptest::prelude::*;
use std::collections::HashSet;

const CONTEXT: RecordContext = RecordContext {
    deployment: DEPLOYMENT,
    subject: SUBJECT,
    generation: 3,
};

fn stored<'a>(record: &'a SealedRecord, wrap: &'a [u8]) -> StoredRecord<'a> {
    StoredRecord {
        ct: &record.ct,
        commit: &record.commit,
        share: &record.share,
        wrap,
    }
}

const FAILED: OpenRecordError = OpenRecordError::Failed(OpenFailed);

/// Computed apart with Python's hashlib, hmac and cryptography, for K = 0…31 and S = 32…63.
#[test]
fn known_answer_of_a_record() {
    let record = seal_record(&CONTEXT, &number(), &[], &Counting).unwrap();
    assert_eq!(
        HEXLOWER.encode(&record.ct),
        "0d2da7d84b4f5037fec3a17519b4bfafd93c6315458c18bc9ed3e0d233e45add5e9318fb518b9cbc316cd968c0226abe"
    );
    assert_eq!(
        HEXLOWER.encode(&record.commit),
        "448b58cdc10b21243c5b084f4781c927bc3640474b864420e91de319808247fd"
    );
    assert_eq!(
        HEXLOWER.encode(&record.hash),
        "8f9ad2226555aee13e610ac713fd38899026e9380600d0736184dad600b4c97f"
    );
    assert_eq!(
        record.share.as_bytes().as_slice(),
        (32..64).collect::<Vec<u8>>()
    );
    assert_eq!(CONTEXT.hash(&record.ct, &record.commit), record.hash);
}

#[test]
fn every_class_of_either_suite_opens_its_record_with_one_operation() {
    let hsm = hsm();
    for generation in [1, 2] {
        for class in Class::ALL {
            let to = recipient(&hsm, KeyId::open(class, generation));
            let record = seal_record(&CONTEXT, &number(), &[to], &Seeded::new(9)).unwrap();
            assert_eq!(record.wraps[0].class, class);
            let before = hsm.operations();
            let opened = open_record(
                &CONTEXT,
                class,
                &stored(&record, &record.wraps[0].bytes),
                &hsm,
            );
            assert_eq!(opened.unwrap(), number());
            assert_eq!(hsm.operations() - before, 1);
        }
    }
}

#[test]
fn sealing_needs_no_hsm_operation() {
    let hsm = hsm();
    let to = [Class::Account, Class::Staff].map(|c| recipient(&hsm, KeyId::open(c, 1)));
    let before = hsm.operations();
    seal_record(&CONTEXT, &number(), &to, &Seeded::new(9)).unwrap();
    assert_eq!(hsm.operations(), before);
}

#[test]
fn a_class_opens_only_its_own_wrap() {
    let hsm = hsm();
    let to = recipient(&hsm, KeyId::open(Class::NotifySms, 1));
    let record = seal_record(&CONTEXT, &number(), &[to], &Seeded::new(9)).unwrap();
    let wrap = &record.wraps[0].bytes;
    for class in Class::ALL {
        let opened = open_record(&CONTEXT, class, &stored(&record, wrap), &hsm);
        assert_eq!(opened.is_ok(), class == Class::NotifySms, "{class}");
    }
    // Relabelling the wrap for another class does not help that class's key.
    let [suite, _, enc, ct] = lp::parse(wrap).unwrap();
    let relabelled = lp::encode(&[suite, b"open/chat_sms/1", enc, ct]);
    let opened = open_record(
        &CONTEXT,
        Class::ChatSms,
        &stored(&record, &relabelled),
        &hsm,
    );
    assert_eq!(opened, Err(FAILED));
}

#[test]
fn a_record_opens_in_no_other_place() {
    let hsm = hsm();
    let to = recipient(&hsm, KeyId::open(Class::Account, 1));
    let record = seal_record(&CONTEXT, &number(), &[to], &Seeded::new(9)).unwrap();
    let there = stored(&record, &record.wraps[0].bytes);
    for elsewhere in [
        RecordContext {
            deployment: [1; 16],
            ..CONTEXT
        },
        RecordContext {
            subject: [1; 16],
            ..CONTEXT
        },
        RecordContext {
            generation: 4,
            ..CONTEXT
        },
    ] {
        assert_eq!(
            open_record(&elsewhere, Class::Account, &there, &hsm),
            Err(FAILED)
        );
        assert_ne!(elsewhere.hash(&record.ct, &record.commit), record.hash);
    }
}

#[test]
fn parts_of_two_records_do_not_mix() {
    let hsm = hsm();
    let to = [recipient(&hsm, KeyId::open(Class::Account, 1))];
    let random = Seeded::new(9);
    let a = seal_record(&CONTEXT, &number(), &to, &random).unwrap();
    let b = seal_record(
        &CONTEXT,
        &E164::parse("+447700900124").unwrap(),
        &to,
        &random,
    )
    .unwrap();
    let (good, other) = (stored(&a, &a.wraps[0].bytes), stored(&b, &b.wraps[0].bytes));
    for mixed in [
        StoredRecord {
            ct: other.ct,
            ..good
        },
        StoredRecord {
            commit: other.commit,
            ..good
        },
        StoredRecord {
            share: other.share,
            ..good
        },
        StoredRecord {
            wrap: other.wrap,
            ..good
        },
    ] {
        assert_eq!(
            open_record(&CONTEXT, Class::Account, &mixed, &hsm),
            Err(FAILED)
        );
    }
}

#[test]
fn without_the_share_nothing_opens() {
    let hsm = hsm();
    let to = recipient(&hsm, KeyId::open(Class::Account, 1));
    let record = seal_record(&CONTEXT, &number(), &[to], &Seeded::new(9)).unwrap();
    let shredded = Share::from_bytes([0; 32]);
    let there = StoredRecord {
        share: &shredded,
        ..stored(&record, &record.wraps[0].bytes)
    };
    assert_eq!(
        open_record(&CONTEXT, Class::Account, &there, &hsm),
        Err(FAILED)
    );
}

#[test]
fn a_destroyed_key_is_reported_as_such() {
    let hsm = hsm();
    let id = KeyId::open(Class::Account, 1);
    let record = seal_record(&CONTEXT, &number(), &[recipient(&hsm, id)], &Seeded::new(9)).unwrap();
    hsm.destroy(&id).unwrap();
    let opened = open_record(
        &CONTEXT,
        Class::Account,
        &stored(&record, &record.wraps[0].bytes),
        &hsm,
    );
    assert_eq!(opened, Err(OpenRecordError::Hsm(HsmError::NoSuchKey)));
}

#[test]
fn a_rewrap_opens_for_the_new_key_and_leaves_the_record_as_it_is() {
    let hsm = hsm();
    let to = recipient(&hsm, KeyId::open(Class::Account, 1));
    let record = seal_record(&CONTEXT, &number(), &[to], &Seeded::new(9)).unwrap();
    let there = stored(&record, &record.wraps[0].bytes);
    let new = [
        KeyId::open(Class::Account, 2),
        KeyId::open(Class::Support, 1),
    ]
    .map(|id| recipient(&hsm, id));
    let before = hsm.operations();
    let wraps = rewrap(&CONTEXT, Class::Account, &there, &hsm, &new).unwrap();
    assert_eq!(hsm.operations() - before, 1);
    for wrap in &wraps {
        let opened = open_record(&CONTEXT, wrap.class, &stored(&record, &wrap.bytes), &hsm);
        assert_eq!(opened.unwrap(), number());
    }
    assert_eq!(
        wrap_key_id(&wraps[0].bytes),
        Ok(KeyId::open(Class::Account, 2))
    );
}

#[test]
fn a_wrap_of_another_secret_is_not_carried_over() {
    let hsm = hsm();
    let to = [recipient(&hsm, KeyId::open(Class::Account, 1))];
    let random = Seeded::new(9);
    let a = seal_record(&CONTEXT, &number(), &to, &random).unwrap();
    let b = seal_record(&CONTEXT, &number(), &to, &random).unwrap();
    let mixed = stored(&a, &b.wraps[0].bytes);
    let refused = rewrap(&CONTEXT, Class::Account, &mixed, &hsm, &to).unwrap_err();
    assert_eq!(refused, RewrapError::Open(FAILED));
}

#[test]
fn only_an_opening_key_is_a_recipient() {
    let hsm = hsm();
    let log = hsm.public_key(&KeyId::log(1)).unwrap();
    let open = hsm.public_key(&KeyId::open(Class::Staff, 1)).unwrap();
    let off = PublicKey::Agreement {
        point: [4; 65],
        suite: Suite::RawX,
    };
    for (id, public) in [
        (KeyId::log(1), log.clone()),
        (KeyId::log(1), open),
        (KeyId::open(Class::Staff, 1), log),
        (KeyId::open(Class::Staff, 1), off),
    ] {
        assert_eq!(
            ClassRecipient::new(&DEPLOYMENT, id, &public).err(),
            Some(RecipientRefused)
        );
    }
}

#[test]
fn failed_randomness_seals_nothing() {
    assert_eq!(
        seal_record(&CONTEXT, &number(), &[], &Dry).err(),
        Some(SealFailed)
    );
}

#[test]
fn debug_shows_no_secret() {
    let record = seal_record(&CONTEXT, &number(), &[], &Counting).unwrap();
    let shown = format!("{record:?}");
    assert!(shown.contains("Share(…)") && !shown.contains("33, 34, 35"));
}

/// Every 8-byte window of the secret-dependent parts; key ids, suite and lengths are headers.
fn windows(record: &SealedRecord) -> HashSet<[u8; 8]> {
    let mut parts: Vec<Vec<u8>> = vec![
        record.ct.to_vec(),
        record.commit.to_vec(),
        record.share.as_bytes().to_vec(),
    ];
    for wrap in &record.wraps {
        let [_, _, enc, ct] = lp::parse(&wrap.bytes).unwrap();
        parts.extend([enc.to_vec(), ct.to_vec()]);
    }
    let windows = parts.iter().flat_map(|part| part.windows(8));
    windows.map(|window| window.try_into().unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn two_records_of_one_number_share_no_bytes(text in "\\+[1-9][0-9]{6,14}", seed: u32) {
        let hsm = hsm();
        let to = [Class::Account, Class::Hygiene].map(|c| recipient(&hsm, KeyId::open(c, 1)));
        let number = E164::parse(&text).unwrap();
        let random = Seeded::new(seed);
        let a = seal_record(&CONTEXT, &number, &to, &random).unwrap();
        let b = seal_record(&CONTEXT, &number, &to, &random).unwrap();
        prop_assert!(windows(&a).is_disjoint(&windows(&b)));
        prop_assert_eq!(a.wraps[0].bytes.len(), b.wraps[0].bytes.len());
    }

    #[test]
    fn any_edit_or_cut_of_any_part_is_refused(part in 0..4usize, at: prop::sample::Index, bit in 0..8, cut: bool) {
        let hsm = hsm();
        let to = recipient(&hsm, KeyId::open(Class::Account, 1));
        let record = seal_record(&CONTEXT, &number(), &[to], &Seeded::new(9)).unwrap();
        let mut parts = [
            record.ct.to_vec(),
            record.commit.to_vec(),
            record.share.as_bytes().to_vec(),
            record.wraps[0].bytes.clone(),
        ];
        let bytes = &mut parts[part];
        let at = at.index(bytes.len());
        // The share has a fixed size in its type: it can be edited, not cut.
        if cut && part != 2 { bytes.truncate(at) } else { bytes[at] ^= 1u8 << bit }
        let share = Share::from_bytes(parts[2].as_slice().try_into().unwrap());
        let edited = StoredRecord { ct: &parts[0], commit: &parts[1], share: &share, wrap: &parts[3] };
        prop_assert!(open_record(&CONTEXT, Class::Account, &edited, &hsm).is_err());
    }

    #[test]
    fn no_stored_bytes_panic(ct: Vec<u8>, commit: Vec<u8>, wrap: Vec<u8>, enc: Vec<u8>) {
        let hsm = hsm();
        let share = Share::from_bytes([7; 32]);
        let framed = lp::encode(&[&[1], b"open/account/1", &enc, &wrap]);
        for wrap in [&wrap, &framed] {
            let there = StoredRecord { ct: &ct, commit: &commit, share: &share, wrap };
            prop_assert!(open_record(&CONTEXT, Class::Account, &there, &hsm).is_err());
        }
    }
}

#[test]
fn a_record_wrapped_by_rsa_opens_with_one_operation_and_nowhere_else() {
    let hsm = with_rsa();
    let to = [recipient(&hsm, RSA)];
    let record = seal_record(&CONTEXT, &number(), &to, &Seeded::new(9)).unwrap();
    let wrap = &record.wraps[0].bytes;
    assert_eq!(wrap_key_id(wrap), Ok(RSA));
    let before = hsm.operations();
    let opened = open_record(&CONTEXT, Class::Account, &stored(&record, wrap), &hsm);
    assert_eq!(opened, Ok(number()));
    assert_eq!(hsm.operations(), before + 1);
    let elsewhere = RecordContext {
        generation: 4,
        ..CONTEXT
    };
    let moved = open_record(&elsewhere, Class::Account, &stored(&record, wrap), &hsm);
    assert_eq!(moved, Err(FAILED));
    let staff = open_record(&CONTEXT, Class::Staff, &stored(&record, wrap), &hsm);
    assert_eq!(staff, Err(FAILED));
}

#[test]
fn a_changed_rsa_wrap_is_refused_like_any_other() {
    let hsm = with_rsa();
    let to = [recipient(&hsm, RSA)];
    let record = seal_record(&CONTEXT, &number(), &to, &Seeded::new(9)).unwrap();
    let mut wrap = record.wraps[0].bytes.clone();
    *wrap.last_mut().unwrap() ^= 1;
    let opened = open_record(&CONTEXT, Class::Account, &stored(&record, &wrap), &hsm);
    assert_eq!(opened, Err(FAILED));
}

#[test]
fn a_wrap_of_an_unknown_suite_or_shape_is_refused() {
    let ct = [0x80; RSA_BYTES];
    for (suite, enc, ct) in [
        (4, &[][..], &ct[..]),
        (3, &[4; 65][..], &ct[..]),
        (3, &[][..], &ct[1..]),
        (0, &[4; 65][..], &hex("00")[..]),
    ] {
        let wrap = lp::encode(&[&[suite], b"open/account/1", enc, ct]);
        assert!(wrap_key_id(&wrap).is_err(), "{suite}");
    }
    assert!(wrap_key_id(&[0; MAX_WRAP_BYTES + 1]).is_err());
}
