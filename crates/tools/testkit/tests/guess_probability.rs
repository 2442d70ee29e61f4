//! How likely a guesser is to be approved: the closed form, and what the vault does.
//! docs/why/guess-probability.md says the same in words.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests fail by panicking; the figures are to be read"
)]

use model::{CodePurpose, Entropy as _, VerificationId};
use peers::vault::{BeginRefusal, Checked, LimitKind, NumberVault};
use testkit::{APP, Product, Setup, begin, guess};

/// Chance of `guesses` guesses, no two alike at one code, at codes of `digits` digits, `per_code`
/// at each: 1 − (1 − per_code ÷ 10^digits)^(guesses ÷ per_code).
fn chance(digits: i32, per_code: i32, guesses: i32) -> f64 {
    let one = f64::from(per_code) / 10f64.powi(digits);
    1.0 - (1.0 - one).powi(guesses / per_code)
}

#[test]
fn the_closed_form_stays_within_the_bounds_that_are_published() {
    assert!((chance(6, 5, 5) - 5e-6).abs() < 1e-12, "one code");
    assert!(chance(6, 5, 50) < 5e-5, "one lane");
    assert!(
        chance(6, 5, 100) < 1e-4,
        "both lanes: the ceiling of 100 guesses"
    );
    eprintln!(
        "6 digits: {:.3e} per code, {:.4e} per lane, {:.4e} both lanes",
        chance(6, 5, 5),
        chance(6, 5, 50),
        chance(6, 5, 100)
    );
}

/// A stranger who knows a number and nothing else guesses until nothing is judged any more.
/// Answers how many guesses were judged and whether one was right.
async fn attack(product: &Product, number: &str) -> (u32, bool) {
    let mut judged = 0;
    loop {
        let id = VerificationId::from_bytes(product.entropy.random_16().unwrap());
        let request = begin(id, APP, CodePurpose::Signup, number);
        match product.vault.begin(request).await {
            Err(BeginRefusal::Limit {
                kind: LimitKind::NumberGuesses,
                ..
            }) => {
                return (judged, false);
            }
            answer => answer.unwrap(),
        };
        let first = product.entropy.below(10_000);
        for nth in 0..=10_000 {
            let code = format!("{:04}", (first + nth) % 10_000);
            match product.vault.check(guess(APP, id, &code)).await.unwrap() {
                Checked::Wrong(_) => judged += 1,
                Checked::Approved(_) => return (judged + 1, true),
                Checked::Locked(view) => {
                    judged += u32::from(view.attempts_left == 0);
                    break;
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

/// Attacks on `numbers` numbers with codes of four digits: guesses judged and successes.
async fn attacks(seed: u64, per_code: u8, per_lane: u8, numbers: usize) -> (u32, u32) {
    let mut setup = Setup::new(seed);
    setup.vault.code_digits = 4;
    setup.vault.guesses_per_code = per_code;
    setup.vault.guesses_per_lane = per_lane;
    setup.vault.number_sends_per_hour = 100;
    setup.vault.number_sends_per_day = 100;
    let product = Product::with(setup).await;
    let (mut judged, mut right) = (0, 0);
    for n in 0..numbers {
        let (guesses, success) = attack(&product, &format!("+447700900{n:03}")).await;
        assert!(guesses <= per_lane.into(), "more than the lane's guesses");
        judged += guesses;
        right += u32::from(success);
    }
    product.finish().await;
    (judged, right)
}

/// Within four standard deviations of the expectation, and at least a little room.
fn agrees(right: u32, numbers: usize, chance: f64) -> bool {
    let expected = chance * f64::from(u32::try_from(numbers).unwrap());
    (f64::from(right) - expected).abs() <= 4.0 * expected.sqrt().max(1.0)
}

#[tokio::test]
async fn the_frequency_of_success_is_that_of_the_closed_form() {
    // As shipped, but four digits, so that a success is to be seen at all.
    let (judged, right) = attacks(1, 5, 50, 300).await;
    let expected = chance(4, 5, 50);
    eprintln!(
        "4 digits, 5 of 50: {right} of 300 numbers, {judged} guesses, expected {expected:.5}"
    );
    assert!(agrees(right, 300, expected));
    // Many guesses at one code, so that there are enough successes to compare.
    let (judged, right) = attacks(2, 250, 250, 200).await;
    let expected = chance(4, 250, 250);
    eprintln!(
        "4 digits, 250 of 250: {right} of 200 numbers, {judged} guesses, expected {expected:.5}"
    );
    assert!(agrees(right, 200, expected));
    assert!(right > 0);
}
