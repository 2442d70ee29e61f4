//! Tokens, sessions, PINs and libraries that fail, and come back.

use std::{fs, thread, time::Duration};

use hsm_pkcs11::{Library, Options, Pkcs11Hsm};
use seal::{Hsm, HsmError, KeyId, KeySpec};

use crate::{
    shim::{self, fail, logins},
    softhsm::{PIN, Tokens, alone, open, write_private},
};

const INDEX: KeyId = KeyId::index(1);

/// An adapter behind the shim, with an index key.
fn behind_shim(tokens: &Tokens) -> Pkcs11Hsm {
    let options = tokens.one();
    let hsm = Pkcs11Hsm::open(shim::library(tokens, "plain"), options).unwrap();
    hsm.create(KeySpec::of(INDEX)).unwrap();
    hsm.hmac(&INDEX, b"x").unwrap();
    hsm
}

#[test]
fn a_library_that_is_none_is_refused_with_its_path() {
    for path in ["/nonexistent/p11.so", "/etc/passwd"] {
        let said = Library::load(path.as_ref()).unwrap_err().to_string();
        assert!(said.starts_with(path), "{said}");
    }
}

#[test]
fn a_token_that_is_not_there_is_missing() {
    alone(
        "life::a_token_that_is_not_there_is_missing",
        &[],
        |tokens| {
            tokens.init("another", PIN);
            let opened = open(tokens.options("ringfence", PIN));
            assert_eq!(opened.err(), Some(HsmError::TokenMissing));
        },
    );
}

#[test]
fn of_two_tokens_of_one_label_neither_is_taken() {
    alone(
        "life::of_two_tokens_of_one_label_neither_is_taken",
        &[],
        |tokens| {
            let options = tokens.one();
            tokens.init("ringfence", PIN);
            assert_eq!(open(options).err(), Some(HsmError::TokenMissing));
        },
    );
}

#[test]
fn a_pin_that_turned_wrong_while_the_vault_runs_is_sent_once() {
    alone(
        "life::a_pin_that_turned_wrong_while_the_vault_runs_is_sent_once",
        &[],
        |tokens| {
            let hsm = behind_shim(tokens);
            let before = logins(tokens);
            let pin = tokens.folder.join("ringfence.pin");
            write_private(&pin, "0000-0000");
            // The connection is lost, and by now the file is wrong.
            fail(tokens, shim::SIGN_INIT, shim::SESSION_HANDLE_INVALID, 1);
            for _ in 0..5 {
                assert_eq!(hsm.hmac(&INDEX, b"x"), Err(HsmError::PinWrong));
                tokens.clock.forward(10_000);
            }
            assert_eq!(logins(tokens), before + 1);
            write_private(&pin, PIN);
            assert!(hsm.hmac(&INDEX, b"x").is_ok());
        },
    );
}

#[test]
fn a_wrong_pin_of_one_token_leaves_the_other_at_work_and_is_put_right_without_a_restart() {
    alone(
        "life::a_wrong_pin_of_one_token_leaves_the_other_at_work_and_is_put_right_without_a_restart",
        &[],
        |tokens| {
            let mut options = tokens.one();
            tokens.init("staff", "another pin");
            options.staff = Some(tokens.token("staff", "0000-0000"));
            let hsm = Pkcs11Hsm::open(shim::library(tokens, "plain"), options).unwrap();
            hsm.create(KeySpec::of(INDEX)).unwrap();
            let before = logins(tokens);
            let staff = KeyId::open(seal::Class::Staff, 1);
            for _ in 0..5 {
                tokens.clock.forward(10_000);
                assert_eq!(hsm.public_key(&staff), Err(HsmError::PinWrong));
                assert!(hsm.hmac(&INDEX, b"x").is_ok());
            }
            assert_eq!(logins(tokens), before, "the library was not begun anew");
            tokens.token("staff", "another pin");
            tokens.clock.forward(2_000);
            assert_eq!(hsm.create(KeySpec::of(staff)), Ok(()));
            assert_eq!(logins(tokens), before + 1);
        },
    );
}

#[test]
fn a_locked_pin_is_told_apart() {
    alone("life::a_locked_pin_is_told_apart", &[], |tokens| {
        let options = tokens.one();
        let library = shim::library(tokens, "plain");
        fail(tokens, shim::LOGIN, shim::PIN_LOCKED, 9);
        let opened = Pkcs11Hsm::open(library, options);
        assert_eq!(opened.err(), Some(HsmError::PinLocked));
    });
}

#[test]
fn a_pin_file_open_to_everybody_is_not_used() {
    use std::os::unix::fs::PermissionsExt;
    alone(
        "life::a_pin_file_open_to_everybody_is_not_used",
        &[],
        |tokens| {
            let options = tokens.one();
            let mode = fs::Permissions::from_mode(0o644);
            fs::set_permissions(&options.token.pin_file, mode).unwrap();
            let opened = Pkcs11Hsm::open(shim::library(tokens, "plain"), options);
            assert_eq!(opened.err(), Some(HsmError::PinWrong));
            assert_eq!(logins(tokens), 0);
        },
    );
}

#[test]
fn a_session_lost_in_the_middle_of_a_request_is_made_anew_once() {
    alone(
        "life::a_session_lost_in_the_middle_of_a_request_is_made_anew_once",
        &[],
        |tokens| {
            let hsm = behind_shim(tokens);
            let before = logins(tokens);
            for value in [
                shim::SESSION_HANDLE_INVALID,
                shim::GENERAL_ERROR,
                shim::DEVICE_REMOVED,
            ] {
                fail(tokens, shim::SIGN_INIT, value, 1);
                assert!(hsm.hmac(&INDEX, b"x").is_ok());
                tokens.clock.forward(2_000);
            }
            assert_eq!(logins(tokens), before + 3, "one login for each new life");
        },
    );
}

#[test]
fn lost_again_it_fails_with_its_reason_and_recovers_later() {
    alone(
        "life::lost_again_it_fails_with_its_reason_and_recovers_later",
        &[],
        |tokens| {
            let hsm = behind_shim(tokens);
            for (value, error) in [
                (shim::SESSION_HANDLE_INVALID, HsmError::SessionLost),
                (shim::GENERAL_ERROR, HsmError::Failed),
                (shim::DEVICE_REMOVED, HsmError::TokenMissing),
            ] {
                fail(tokens, shim::SIGN_INIT, value, 2);
                assert_eq!(hsm.hmac(&INDEX, b"x"), Err(error));
                assert!(hsm.hmac(&INDEX, b"x").is_ok());
                tokens.clock.forward(2_000);
            }
        },
    );
}

#[test]
fn an_ecdh_that_is_lost_is_done_again_on_a_new_session() {
    alone(
        "life::an_ecdh_that_is_lost_is_done_again_on_a_new_session",
        &[],
        |tokens| {
            let hsm = behind_shim(tokens);
            let id = KeyId::open(seal::Class::Account, 1);
            hsm.create(KeySpec::of(id)).unwrap();
            let seal::PublicKey::Agreement { point, .. } = hsm.public_key(&id).unwrap() else {
                panic!("an opening key agrees");
            };
            let expected = hsm.ecdh(&id, &point);
            fail(tokens, shim::DERIVE, shim::GENERAL_ERROR, 1);
            assert_eq!(hsm.ecdh(&id, &point), expected);
            assert!(expected.is_ok());
        },
    );
}

/// Anybody may have written what is decrypted: it must not end the library for everybody.
#[test]
fn a_ciphertext_that_is_none_does_not_begin_the_library_anew() {
    alone(
        "life::a_ciphertext_that_is_none_does_not_begin_the_library_anew",
        &[],
        |tokens| {
            let hsm = Pkcs11Hsm::open(shim::library(tokens, "able"), tokens.one()).unwrap();
            let id = KeyId::open(seal::Class::Account, 1);
            let kind = seal::KeyKind::Decryption;
            hsm.create(KeySpec { id, kind }).unwrap();
            hsm.public_key(&id).unwrap();
            let before = logins(tokens);
            fail(tokens, shim::DECRYPT, shim::GENERAL_ERROR, 1);
            let decrypted = hsm.decrypt(&id, &[1; seal::RSA_BYTES]);
            assert_eq!(decrypted, Err(HsmError::Undecipherable));
            assert_eq!(logins(tokens), before);
        },
    );
}

#[test]
fn a_library_that_does_not_begin_again_is_not_asked_by_every_request() {
    alone(
        "life::a_library_that_does_not_begin_again_is_not_asked_by_every_request",
        &[],
        |tokens| {
            let hsm = behind_shim(tokens);
            fail(tokens, shim::SIGN_INIT, shim::GENERAL_ERROR, 1);
            let before = logins(tokens);
            assert!(hsm.hmac(&INDEX, b"x").is_ok());
            assert_eq!(logins(tokens), before + 1);
            tokens.clock.forward(2_000);
            fail(tokens, shim::INITIALIZE, shim::GENERAL_ERROR, 1_000);
            // Whoever else uses the library in this process ends it: ours is gone, too.
            end_library();
            for _ in 0..20 {
                assert_eq!(hsm.hmac(&INDEX, b"x"), Err(HsmError::Failed));
            }
            let left = fs::read_to_string(tokens.folder.join("fault")).unwrap();
            assert_eq!(
                left,
                format!("{} {} 999", shim::INITIALIZE, shim::GENERAL_ERROR)
            );
            fail(tokens, shim::INITIALIZE, shim::GENERAL_ERROR, 0);
            tokens.clock.forward(2_000);
            assert!(hsm.hmac(&INDEX, b"x").is_ok());
        },
    );
}

#[test]
fn an_operation_that_always_fails_does_not_begin_the_library_each_time() {
    alone(
        "life::an_operation_that_always_fails_does_not_begin_the_library_each_time",
        &[],
        |tokens| {
            let hsm = behind_shim(tokens);
            let before = logins(tokens);
            fail(tokens, shim::SIGN_INIT, shim::GENERAL_ERROR, 1_000);
            for _ in 0..20 {
                assert_eq!(hsm.hmac(&INDEX, b"x"), Err(HsmError::Failed));
            }
            assert_eq!(logins(tokens), before + 1);
        },
    );
}

/// `C_Finalize` of SoftHSM by somebody else.
fn end_library() {
    let context = cryptoki::context::Pkcs11::new(crate::softhsm::library_path()).unwrap();
    context.finalize().unwrap();
}

#[test]
fn a_call_that_hangs_holds_up_neither_a_new_connection_nor_what_comes_after() {
    alone(
        "life::a_call_that_hangs_holds_up_neither_a_new_connection_nor_what_comes_after",
        &[],
        |tokens| {
            let mut options = tokens.one();
            options.patience = Duration::from_millis(100);
            let hsm = Pkcs11Hsm::open(shim::library(tokens, "plain"), options).unwrap();
            hsm.create(KeySpec::of(INDEX)).unwrap();
            let expected = hsm.hmac(&INDEX, b"x");
            thread::scope(|scope| {
                let hanging = shim::hang(tokens, shim::SIGN_INIT);
                let hung = scope.spawn(|| hsm.hmac(&INDEX, b"x"));
                hanging.entered();
                fail(tokens, shim::SIGN_INIT, shim::SESSION_HANDLE_INVALID, 1);
                assert_eq!(hsm.hmac(&INDEX, b"x"), expected);
                assert_eq!(hsm.hmac(&INDEX, b"x"), expected);
                hanging.release();
                assert_eq!(hung.join().unwrap(), expected);
            });
            // With nothing under way the library itself is begun anew.
            tokens.clock.forward(2_000);
            let before = logins(tokens);
            fail(tokens, shim::SIGN_INIT, shim::GENERAL_ERROR, 1);
            assert_eq!(hsm.hmac(&INDEX, b"x"), expected);
            assert_eq!(logins(tokens), before + 1);
        },
    );
}

#[test]
fn nobody_waits_for_a_session_for_ever_and_a_known_public_key_needs_none() {
    alone(
        "life::nobody_waits_for_a_session_for_ever_and_a_known_public_key_needs_none",
        &[],
        |tokens| {
            let mut options = tokens.one();
            (options.sessions, options.patience) = (1, Duration::from_millis(100));
            let hsm = Pkcs11Hsm::open(shim::library(tokens, "plain"), options).unwrap();
            let log = KeyId::log(1);
            for key in [INDEX, log] {
                hsm.create(KeySpec::of(key)).unwrap();
            }
            let public = hsm.public_key(&log).unwrap();
            thread::scope(|scope| {
                let hanging = shim::hang(tokens, shim::SIGN_INIT);
                let hung = scope.spawn(|| hsm.hmac(&INDEX, b"x"));
                hanging.entered();
                assert_eq!(hsm.hmac(&INDEX, b"x"), Err(HsmError::Unavailable));
                assert_eq!(hsm.public_key(&log), Ok(public));
                hanging.release();
                assert!(hung.join().unwrap().is_ok());
            });
            assert!(hsm.hmac(&INDEX, b"x").is_ok());
        },
    );
}

#[test]
fn a_token_taken_away_is_missing_until_it_is_back() {
    alone(
        "life::a_token_taken_away_is_missing_until_it_is_back",
        &[],
        |tokens| {
            let options = tokens.one();
            let hsm = open(options).unwrap();
            hsm.create(KeySpec::of(INDEX)).unwrap();
            let expected = hsm.hmac(&INDEX, b"x");
            let elsewhere = tokens.folder.join("elsewhere");
            fs::rename(tokens.place(), &elsewhere).unwrap();
            fs::create_dir(tokens.place()).unwrap();
            end_library();
            assert_eq!(hsm.hmac(&INDEX, b"x"), Err(HsmError::TokenMissing));
            assert_eq!(hsm.probe(), Err(HsmError::TokenMissing));
            fs::remove_dir(tokens.place()).unwrap();
            fs::rename(&elsewhere, tokens.place()).unwrap();
            tokens.clock.forward(2_000);
            assert_eq!(hsm.hmac(&INDEX, b"x"), expected);
        },
    );
}

#[test]
fn a_full_token_makes_no_key_and_goes_on() {
    alone(
        "life::a_full_token_makes_no_key_and_goes_on",
        &[],
        |tokens| {
            let hsm = behind_shim(tokens);
            fail(tokens, shim::GENERATE, shim::DEVICE_MEMORY, 1);
            let shred = KeySpec::of(KeyId::shred(2));
            assert_eq!(hsm.create(shred), Err(HsmError::Full));
            assert!(hsm.hmac(&INDEX, b"x").is_ok());
            assert_eq!(hsm.create(shred), Ok(()));
        },
    );
}

#[test]
fn a_ceremony_that_is_lost_is_not_repeated_by_itself() {
    alone(
        "life::a_ceremony_that_is_lost_is_not_repeated_by_itself",
        &[],
        |tokens| {
            let hsm = behind_shim(tokens);
            fail(tokens, shim::GENERATE, shim::SESSION_HANDLE_INVALID, 1);
            let shred = KeySpec::of(KeyId::shred(2));
            assert_eq!(hsm.create(shred), Err(HsmError::SessionLost));
            assert_eq!(hsm.list(), Ok(vec![KeySpec::of(INDEX)]));
            assert_eq!(hsm.create(shred), Ok(()));
        },
    );
}

#[test]
fn a_session_that_cannot_be_opened_fails_the_request_only() {
    alone(
        "life::a_session_that_cannot_be_opened_fails_the_request_only",
        &[],
        |tokens| {
            let options = tokens.one();
            let hsm = Pkcs11Hsm::open(shim::library(tokens, "plain"), options).unwrap();
            const SESSION_COUNT: u32 = 0xb1;
            fail(tokens, shim::OPEN_SESSION, SESSION_COUNT, 1);
            assert_eq!(hsm.hmac(&INDEX, b"x"), Err(HsmError::Unavailable));
            assert_eq!(hsm.hmac(&INDEX, b"x"), Err(HsmError::NoSuchKey));
        },
    );
}

/// A library that brings its process down is seen by whoever restarts it; nothing is lost.
#[test]
fn a_library_that_crashes_leaves_keys_and_pin_as_they_were() {
    const NAME: &str = "life::a_library_that_crashes_leaves_keys_and_pin_as_they_were";
    alone(NAME, &[], |tokens| {
        if again() {
            return crash(tokens);
        }
        let options = tokens.one();
        let hsm = open(options.clone()).unwrap();
        hsm.create(KeySpec::of(INDEX)).unwrap();
        let expected = hsm.hmac(&INDEX, b"x");
        drop(hsm);
        let ended = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", NAME])
            .env(AGAIN, "1")
            .output()
            .unwrap();
        assert!(!ended.status.success());
        let hsm = open(options).unwrap();
        assert_eq!(hsm.hmac(&INDEX, b"x"), expected);
    });
}

const AGAIN: &str = "RINGFENCE_TEST_AGAIN";

#[expect(
    clippy::disallowed_methods,
    reason = "not configuration: whether this process is the one that crashes"
)]
fn again() -> bool {
    std::env::var_os(AGAIN).is_some()
}

fn crash(tokens: &Tokens) {
    let options: Options = tokens.options("ringfence", PIN);
    let hsm = Pkcs11Hsm::open(shim::library(tokens, "plain"), options).unwrap();
    fail(tokens, shim::SIGN_INIT, shim::CRASH, 1);
    let _ = hsm.hmac(&INDEX, b"x");
}
