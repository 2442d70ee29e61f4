//! A right code is not enough while the number's operator says that its SIM card is new.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

use courier::simulator::{Mood, Sim};
use identity::OwnerProof;
use model::{ApplicationId, CodePurpose, Millis, VerificationId};
use peers::vault::{Checked, Held, HeldFor, OtherWay, Verdict};
use store::{Scan, Tx};
use testkit::{APP, Product, Setup, app_terms, begin, guess, parse_e164, wrong_code};
use translog::{Class, Event, Leaf};
use vault::{SimCheck, SimPolicy, rows};

const NUMBER: &str = "+447700900123";
const OTHER_APP: ApplicationId = ApplicationId::from_bytes([0xB7; 16]);
const HOUR: i64 = 3600;
const HOURS: i64 = 72;
/// `hygiene` in sealing classes.
const HYGIENE: u8 = 2;

const ALL: [CodePurpose; 4] = [
    CodePurpose::Signup,
    CodePurpose::Login,
    CodePurpose::Recovery,
    CodePurpose::StepUp,
];

fn policy(purposes: &[CodePurpose], hold_without_signal: bool) -> SimPolicy {
    SimPolicy {
        purposes: purposes.to_vec(),
        hold_without_signal,
    }
}

fn checked(usual: SimPolicy) -> Setup {
    let mut setup = Setup::new(7);
    setup.vault.sim_check = Some(SimCheck {
        hours: 72,
        wait: Millis::from_millis(200),
        usual,
        own: [(OTHER_APP, policy(&[], false))].into(),
    });
    setup.apps.push(app_terms(OTHER_APP));
    setup
}

async fn product() -> Product {
    Product::with(checked(policy(&ALL, false))).await
}

/// Starts, and gives the code that arrives.
async fn started(product: &Product, purpose: CodePurpose) -> (VerificationId, String) {
    let (id, _) = product.start(NUMBER, purpose).await.unwrap();
    let code = product.code_of(NUMBER, id).await.unwrap();
    (id, code)
}

fn held(checked: &Checked) -> &Held {
    match checked {
        Checked::Held(held) => held,
        other => panic!("not held: {other:?}"),
    }
}

fn change_sim(product: &Product, hours_ago: u32) {
    let number = parse_e164(NUMBER);
    product.phones.operator().change_sim(&number, hours_ago);
}

/// The row of a verification's signal.
async fn signal(product: &Product, id: VerificationId) -> Option<rows::SimSignal> {
    let keys = product.vault.keys().clone();
    product
        .vault_store
        .read("test.signal", async move |tx: &mut dyn Tx| {
            let key = [store::Value::from(*id.as_bytes())];
            keys.guard.get::<rows::SimSignal>(tx, &key).await
        })
        .await
        .unwrap()
}

/// Leaves of uses, by class.
async fn uses(product: &Product, class: u8) -> usize {
    let leaves = product
        .vault_store
        .read("test.leaves", async move |tx: &mut dyn Tx| {
            tx.scan::<rows::LeafRow>(Scan::new(&rows::LEAF, 1000)).await
        })
        .await
        .unwrap();
    let leaves = leaves.iter().map(|row| Leaf::decode(&row.body).unwrap());
    leaves
        .filter(|leaf| leaf.event == Event::Used && leaf.class == Some(Class(class)))
        .count()
}

#[tokio::test]
async fn a_number_whose_sim_is_old_is_proven_as_ever() {
    let product = product().await;
    let approved = product.prove(NUMBER, CodePurpose::Signup).await;
    assert_eq!(approved.verdict, Verdict::Created);
    assert_eq!(product.phones.operator().asked(), 1);
    assert_eq!(
        uses(&product, HYGIENE).await,
        1,
        "the question is in the log"
    );
    product.finish().await;
}

#[tokio::test]
async fn a_code_alone_proves_nothing_while_the_sim_is_new() {
    let product = product().await;
    change_sim(&product, 5);
    for purpose in ALL {
        let (id, code) = started(&product, purpose).await;
        let answer = product.check(id, &code).await;
        let now = product.identity.now();
        assert_eq!(held(&answer).why, HeldFor::SimChanged);
        let until = now.plus(Millis::from_seconds(HOURS * HOUR));
        assert_eq!(held(&answer).possible_at, Some(until));
        let other_way = (purpose != CodePurpose::Signup).then_some(OtherWay::KnownDevice);
        assert_eq!(held(&answer).other_way, other_way);
        assert_eq!(held(&answer).view.attempts_left, 5, "no guess was used");
        assert_eq!(
            signal(&product, id).await.unwrap().said,
            rows::Said::Changed
        );
    }
    assert_eq!(product.identity.health().await.unwrap().accounts, 0);
    product.finish().await;
}

#[tokio::test]
async fn a_held_code_stays_held_and_costs_no_more_questions() {
    let product = product().await;
    change_sim(&product, 5);
    let (id, code) = started(&product, CodePurpose::Login).await;
    let first = product.check(id, &code).await;
    // Even where the operator says something else afterwards, or nothing.
    product
        .phones
        .operator()
        .set_sim(&parse_e164(NUMBER), Sim::Unchanged);
    assert_eq!(product.check(id, &code).await, first);
    product.phones.operator().set_mood(Mood::Away);
    assert_eq!(product.check(id, &code).await, first);
    assert_eq!(product.phones.operator().asked(), 1);
    product.finish().await;
}

#[tokio::test]
async fn a_front_that_calls_the_vault_itself_hears_the_same() {
    let product = product().await;
    change_sim(&product, 5);
    let id = VerificationId::from_bytes([5; 16]);
    let vault = product.as_vault();
    let asked = begin(id, APP, CodePurpose::Signup, NUMBER);
    vault.begin(asked).await.unwrap();
    let code = product.code_of(NUMBER, id).await.unwrap();
    let both = tokio::join!(
        vault.check(guess(APP, id, &code)),
        vault.check(guess(APP, id, &code))
    );
    for answer in [both.0.unwrap(), both.1.unwrap()] {
        assert_eq!(held(&answer).why, HeldFor::SimChanged);
    }
    let seen = vault.view(APP, id).await.unwrap().unwrap();
    assert_eq!(seen.approved, None);
    let reclaimed = vault.reclaim(APP, id).await.unwrap();
    assert_eq!(reclaimed, peers::vault::Reclaimed::NotApplicable);
    product.finish().await;
}

#[tokio::test]
async fn after_the_hours_a_new_code_is_enough() {
    let product = product().await;
    change_sim(&product, 1);
    let (id, code) = started(&product, CodePurpose::Signup).await;
    let answer = product.check(id, &code).await;
    let until = held(&answer).possible_at.unwrap();
    product.wait(until.since(product.identity.now()));
    let approved = product.prove(NUMBER, CodePurpose::Signup).await;
    assert_eq!(approved.verdict, Verdict::Created);
    product.finish().await;
}

async fn proof(product: &Product) -> OwnerProof {
    let approved = product.prove(NUMBER, CodePurpose::Signup).await;
    approved.owner.unwrap()
}

async fn check_with(product: &Product, owner: OwnerProof) -> Checked {
    let mut start = product.request(NUMBER, CodePurpose::Login);
    start.owner = Some(owner);
    let (id, _) = product.identity.start(start).await.unwrap();
    let code = product.code_of(NUMBER, id).await.unwrap();
    product.check(id, &code).await
}

#[tokio::test]
async fn a_device_that_proved_the_number_before_the_change_is_enough() {
    let product = product().await;
    let owner = proof(&product).await;
    product.wait(Millis::from_seconds(HOURS * HOUR));
    change_sim(&product, 5);
    let answer = check_with(&product, owner).await;
    assert!(matches!(answer, Checked::Approved(approved) if approved.verdict == Verdict::Existing));
    product.finish().await;
}

#[tokio::test]
async fn a_device_that_proved_it_since_then_is_not() {
    let product = product().await;
    let owner = proof(&product).await;
    product.wait(Millis::from_seconds(HOURS * HOUR - 1));
    change_sim(&product, 71);
    let answer = check_with(&product, owner).await;
    assert_eq!(held(&answer).why, HeldFor::SimChanged);
    product.finish().await;
}

#[tokio::test]
async fn without_a_signal_a_proof_goes_on_and_says_so() {
    let product = product().await;
    for (mood, sim) in [
        (Mood::Away, Sim::Unchanged),
        (Mood::Slow { millis: 5_000 }, Sim::Unchanged),
        (Mood::Answers, Sim::Unknown),
        (Mood::Answers, Sim::NotOffered),
    ] {
        product.phones.operator().set_mood(mood);
        product.phones.operator().set_sim(&parse_e164(NUMBER), sim);
        let (id, code) = started(&product, CodePurpose::StepUp).await;
        let answer = product.check(id, &code).await;
        assert!(matches!(answer, Checked::Approved(_)), "{mood:?} {sim:?}");
        let said = signal(&product, id).await.unwrap().said;
        assert_eq!(said, rows::Said::NoSignal, "{mood:?} {sim:?}");
    }
    product.finish().await;
}

#[tokio::test]
async fn an_application_may_want_the_signal() {
    let product = Product::with(checked(policy(&ALL, true))).await;
    product.phones.operator().set_mood(Mood::Away);
    let (id, code) = started(&product, CodePurpose::Signup).await;
    let answer = product.check(id, &code).await;
    assert_eq!(held(&answer).why, HeldFor::NoSignal);
    assert_eq!(held(&answer).possible_at, None);
    product.phones.operator().set_mood(Mood::Answers);
    let approved = product.approve(id, &code).await;
    assert_eq!(approved.verdict, Verdict::Created);
    product.finish().await;
}

#[tokio::test]
async fn one_verification_asks_five_times_at_most() {
    let product = Product::with(checked(policy(&ALL, true))).await;
    product.phones.operator().set_mood(Mood::Away);
    let (id, code) = started(&product, CodePurpose::Signup).await;
    for _ in 0..8 {
        let answer = product.check(id, &code).await;
        assert_eq!(held(&answer).why, HeldFor::NoSignal);
    }
    assert_eq!(product.phones.operator().asked(), 5);
    product.finish().await;
}

#[tokio::test]
async fn wrong_codes_ask_nobody_and_a_held_code_is_no_way_around_the_guesses() {
    let product = product().await;
    change_sim(&product, 5);
    let (id, code) = started(&product, CodePurpose::Login).await;
    for nth in 0..5 {
        product.check(id, &wrong_code(&code, nth)).await;
    }
    assert_eq!(product.phones.operator().asked(), 0);
    let late = product.check(id, &code).await;
    assert!(matches!(late, Checked::Locked(_)), "{late:?}");
    product.finish().await;
}

#[tokio::test]
async fn who_does_not_configure_it_is_asked_nothing() {
    let plain = Product::new(7).await;
    change_sim(&plain, 5);
    plain.prove(NUMBER, CodePurpose::Signup).await;
    assert_eq!(plain.phones.operator().asked(), 0);
    plain.finish().await;
    let product = Product::with(checked(policy(&[CodePurpose::Login], false))).await;
    change_sim(&product, 5);
    let (id, code) = started(&product, CodePurpose::Signup).await;
    product.approve(id, &code).await;
    assert!(signal(&product, id).await.is_none());
    let vault = product.as_vault();
    let id = VerificationId::from_bytes([5; 16]);
    let asked = begin(id, OTHER_APP, CodePurpose::Login, NUMBER);
    vault.begin(asked).await.unwrap();
    let code = product.code_of(NUMBER, id).await.unwrap();
    let answer = vault.check(guess(OTHER_APP, id, &code)).await.unwrap();
    assert!(matches!(answer, Checked::Approved(_)));
    assert_eq!(product.phones.operator().asked(), 0);
    product.finish().await;
}

#[tokio::test]
async fn locking_an_account_is_no_way_around_the_question() {
    let mut setup = checked(policy(&[CodePurpose::Login], false));
    setup.apps[0].accounts_per_number = 2;
    let product = Product::with(setup).await;
    let older = product.prove(NUMBER, CodePurpose::Signup).await;
    let newer = product.prove(NUMBER, CodePurpose::Signup).await;
    change_sim(&product, 5);
    let mut start = product.request(NUMBER, CodePurpose::Login);
    start.subject = older.subject;
    let (id, _) = product.identity.start(start).await.unwrap();
    let code = product.code_of(NUMBER, id).await.unwrap();
    let vault = product.as_vault();
    let locked = vault.set_locked(APP, newer.subject.unwrap(), true).await;
    assert_eq!(locked, Ok(true));
    let answer = product.check(id, &code).await;
    assert_eq!(held(&answer).why, HeldFor::SimChanged);
    product.finish().await;
}

#[tokio::test]
async fn signals_are_cleared_away_with_their_verifications() {
    let product = product().await;
    change_sim(&product, 5);
    let (id, code) = started(&product, CodePurpose::Login).await;
    product.check(id, &code).await;
    product.wait(Millis::from_seconds(2 * HOUR));
    product.vault.housekeep().await.unwrap();
    assert!(signal(&product, id).await.is_none());
    product.finish().await;
}

#[tokio::test]
async fn a_signal_that_was_edited_in_the_database_is_not_believed() {
    let product = product().await;
    change_sim(&product, 5);
    let (id, code) = started(&product, CodePurpose::Login).await;
    held(&product.check(id, &code).await);
    let alarms = product.vault.keys().guard.alarms();
    let key = [store::Value::from(*id.as_bytes())];
    product
        .vault_store
        .transact(
            "thief",
            async move |tx: &mut dyn Tx| -> Result<(), store::StoreError> {
                let mut row = tx
                    .get_row(&rows::SIM_SIGNAL, &key)
                    .await?
                    .unwrap_or_default();
                let said = rows::SIM_SIGNAL.position("said")?;
                row[said] = store::Value::Int(1);
                let table = &rows::SIM_SIGNAL;
                tx.write(vec![store::Write::Put { table, row }]).await
            },
        )
        .await
        .unwrap();
    held(&product.check(id, &code).await);
    assert!(product.vault.keys().guard.alarms() > alarms);
    assert_eq!(product.phones.operator().asked(), 2, "it is asked again");
    product.finish().await;
}
