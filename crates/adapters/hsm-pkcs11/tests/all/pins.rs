//! PINs that are refused, from one start of the vault to the next.

use std::fs;

use hsm_pkcs11::{Options, Pkcs11Hsm};
use seal::HsmError;

use crate::{
    shim::{self, logins},
    softhsm::{PIN, Tokens, alone, write_private},
};

/// Puts a PIN into a new file, as service managers do at every start.
fn hand_over(tokens: &Tokens, pin: &str) {
    let path = tokens.folder.join("ringfence.pin");
    fs::remove_file(&path).unwrap();
    write_private(&path, pin);
}

fn start(tokens: &Tokens, mode: &str, options: &Options) -> Result<(), HsmError> {
    Pkcs11Hsm::open(shim::library(tokens, mode), options.clone()).map(drop)
}

#[test]
fn a_wrong_pin_is_sent_once_however_often_the_vault_is_started_with_a_new_file() {
    alone(
        "pins::a_wrong_pin_is_sent_once_however_often_the_vault_is_started_with_a_new_file",
        &[],
        |tokens| {
            tokens.init("ringfence", PIN);
            let options = tokens.options("ringfence", "0000-0000");
            for _ in 0..5 {
                assert_eq!(start(tokens, "plain", &options), Err(HsmError::PinWrong));
                hand_over(tokens, "0000-0000");
                tokens.clock.forward(10_000);
            }
            assert_eq!(logins(tokens), 1);
            // The operator puts it right, and it works at once.
            hand_over(tokens, PIN);
            assert_eq!(start(tokens, "plain", &options), Ok(()));
            assert_eq!(logins(tokens), 2);
            // The token counts anew by now.
            hand_over(tokens, "0000-0000");
            assert_eq!(start(tokens, "plain", &options), Err(HsmError::PinWrong));
            assert_eq!(logins(tokens), 3);
        },
    );
}

#[test]
fn a_refused_pin_is_sent_again_when_its_record_is_removed() {
    alone(
        "pins::a_refused_pin_is_sent_again_when_its_record_is_removed",
        &[],
        |tokens| {
            tokens.init("ringfence", PIN);
            let options = tokens.options("ringfence", "0000-0000");
            for sent in [1, 2] {
                assert_eq!(start(tokens, "plain", &options), Err(HsmError::PinWrong));
                assert_eq!(start(tokens, "plain", &options), Err(HsmError::PinWrong));
                assert_eq!(logins(tokens), sent);
                let record = Options::refusal_record(&tokens.folder, &options.token);
                fs::remove_file(record).unwrap();
            }
        },
    );
}

/// SoftHSM says it until the right PIN was given, by whichever program.
#[test]
fn a_token_that_counts_wrong_pins_lets_the_same_one_be_tried_after_a_right_one() {
    alone(
        "pins::a_token_that_counts_wrong_pins_lets_the_same_one_be_tried_after_a_right_one",
        &[],
        |tokens| {
            tokens.init("ringfence", PIN);
            let options = tokens.options("ringfence", "0000-0000");
            assert_eq!(start(tokens, "plain", &options), Err(HsmError::PinWrong));
            change_pin(PIN, "0000-0000");
            assert_eq!(start(tokens, "plain", &options), Ok(()));
        },
    );
}

/// One that never says so is asked for nothing: the refusal stands.
#[test]
fn a_token_that_tells_no_counts_gets_no_refused_pin() {
    alone(
        "pins::a_token_that_tells_no_counts_gets_no_refused_pin",
        &[],
        |tokens| {
            tokens.init("ringfence", PIN);
            let options = tokens.options("ringfence", "0000-0000");
            assert_eq!(start(tokens, "silent", &options), Err(HsmError::PinWrong));
            change_pin(PIN, "0000-0000");
            assert_eq!(start(tokens, "silent", &options), Err(HsmError::PinWrong));
            assert_eq!(logins(tokens), 1);
        },
    );
}

/// What an operator does with the token's own tool.
fn change_pin(old: &str, new: &str) {
    let context = cryptoki::context::Pkcs11::new(crate::softhsm::library_path()).unwrap();
    let flags = cryptoki::context::CInitializeFlags::OS_LOCKING_OK;
    let arguments = cryptoki::context::CInitializeArgs::new(flags);
    context.initialize(arguments).unwrap();
    let slot = context.get_slots_with_initialized_token().unwrap()[0];
    let session = context.open_rw_session(slot).unwrap();
    let [old, new] = [old, new].map(|pin| cryptoki::types::AuthPin::new(pin.into()));
    let user = cryptoki::session::UserType::User;
    session.login(user, Some(&old)).unwrap();
    session.set_pin(&old, &new).unwrap();
    session.close().unwrap();
    context.finalize().unwrap();
}
