//! The vault against a front that lies: whatever it calls, in whatever order and however often,
//! the hard limits hold and nothing is approved without the right code.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

use model::{
    ApplicationId, ChannelChoice, CodePurpose, Entropy as _, Millis, Subject, VerificationId,
};
use peers::vault::{
    Approved, Begin, BeginRefusal, Begun, Checked, LimitKind, NumberVault, OwnerProof, Reclaimed,
    Resend, Verdict,
};
use testkit::{APP, Product, Setup, app_terms, begin, guess, wrong_code};

const NUMBER: &str = "+447700900123";
const OTHER: ApplicationId = ApplicationId::from_bytes([0xB7; 16]);
const MINUTE: Millis = Millis::from_seconds(60);
const HOUR: Millis = Millis::from_seconds(3600);
const PURPOSES: [CodePurpose; 4] = [
    CodePurpose::Signup,
    CodePurpose::Login,
    CodePurpose::Recovery,
    CodePurpose::StepUp,
];

fn id(product: &Product) -> VerificationId {
    VerificationId::from_bytes(product.entropy.random_16().unwrap())
}

/// Limits of sends out of the way, so that only those of guesses are met.
fn generous(seed: u64) -> Setup {
    let mut setup = Setup::new(seed);
    setup.vault.number_sends_per_hour = 200;
    setup.vault.number_sends_per_day = 250;
    setup.apps.push(app_terms(OTHER));
    setup
}

struct Started {
    id: VerificationId,
    code: String,
}

async fn start(product: &Product, request: Begin, number: &str) -> Started {
    let id = request.verification;
    product.vault.begin(request).await.unwrap();
    let code = product.code_of(number, id).await.expect("it was sent");
    Started { id, code }
}

async fn plain(product: &Product, purpose: CodePurpose, number: &str) -> Started {
    start(product, begin(id(product), APP, purpose, number), number).await
}

async fn with_proof(product: &Product, purpose: CodePurpose, proof: OwnerProof) -> Started {
    let mut request = begin(id(product), APP, purpose, NUMBER);
    request.owner = Some(proof);
    start(product, request, NUMBER).await
}

/// Whether a number has no guesses left in a lane, so that no code is sent to it any more.
async fn is_closed(product: &Product, purpose: CodePurpose, proof: Option<OwnerProof>) -> bool {
    let mut request = begin(id(product), APP, purpose, NUMBER);
    request.owner = proof;
    let sent = product.phones.thread(NUMBER).len();
    let answer = product.vault.begin(request).await;
    let closed = matches!(
        answer,
        Err(BeginRefusal::Limit {
            kind: LimitKind::NumberGuesses,
            ..
        })
    );
    assert!(!closed || product.phones.thread(NUMBER).len() == sent);
    closed
}

async fn check(product: &Product, id: VerificationId, code: &str) -> Checked {
    product.vault.check(guess(APP, id, code)).await.unwrap()
}

async fn approve(product: &Product, started: &Started) -> Approved {
    match check(product, started.id, &started.code).await {
        Checked::Approved(approved) => approved,
        other => panic!("not approved: {other:?}"),
    }
}

/// Signs up and answers what the device keeps.
async fn owner(product: &Product, number: &str) -> Approved {
    let started = plain(product, CodePurpose::Signup, number).await;
    approve(product, &started).await
}

/// Guesses wrong until the lane's guesses for the purpose are used up; answers how many were
/// judged.
async fn exhaust(product: &Product, purpose: CodePurpose, proof: Option<OwnerProof>) -> u32 {
    let mut judged = 0;
    for _ in 0..40 {
        if is_closed(product, purpose, proof).await {
            break;
        }
        let started = match proof {
            Some(proof) => with_proof(product, purpose, proof).await,
            None => plain(product, purpose, NUMBER).await,
        };
        for nth in 0..8 {
            let answer = check(product, started.id, &wrong_code(&started.code, nth)).await;
            match answer {
                Checked::Wrong(_) => judged += 1,
                Checked::Locked(view) if view.attempts_left == 4 - u8::try_from(nth).unwrap() => {
                    judged += 1;
                    break;
                }
                _ => break,
            }
        }
    }
    judged
}

#[tokio::test]
async fn a_code_is_judged_against_five_guesses_however_they_arrive() {
    let product = Product::with(generous(1)).await;
    for round in 0..5 {
        let started = plain(&product, CodePurpose::Signup, NUMBER).await;
        let mut judged = 0;
        for nth in 0..9 {
            let wrong = wrong_code(&started.code, nth);
            judged += u32::from(matches!(
                check(&product, started.id, &wrong).await,
                Checked::Wrong(_)
            ));
            match round {
                0 => product.wait(MINUTE),
                1 => {
                    let _ = resend(&product, started.id, ChannelChoice::Voice).await;
                }
                2 => {
                    let again = begin(started.id, APP, CodePurpose::Signup, NUMBER);
                    product.vault.begin(again).await.unwrap();
                }
                _ => {}
            }
        }
        assert_eq!(judged, 4, "the fifth wrong guess locks");
        assert!(matches!(
            check(&product, started.id, &started.code).await,
            Checked::Locked(_)
        ));
    }
    product.finish().await;
}

async fn resend(
    product: &Product,
    id: VerificationId,
    channel: ChannelChoice,
) -> Result<Begun, BeginRefusal> {
    let request = Resend {
        application: APP,
        verification: id,
        channel,
        fallback: true,
        until: model::Timestamp::from_millis(i64::MAX),
    };
    product.vault.resend(request).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hundreds_of_guesses_at_once_are_judged_five_at_most() {
    let product = Product::with(generous(2)).await;
    for _ in 0..8 {
        let started = plain(&product, CodePurpose::Login, NUMBER).await;
        let mut tasks = tokio::task::JoinSet::new();
        for nth in 0..400 {
            let (vault, wrong) = (product.vault.clone(), wrong_code(&started.code, nth));
            let id = started.id;
            tasks.spawn(async move { vault.check(guess(APP, id, &wrong)).await.unwrap() });
        }
        let answers = tasks.join_all().await;
        let wrong = answers.iter().filter(|a| matches!(a, Checked::Wrong(_)));
        assert_eq!(wrong.count(), 4);
        let locked = answers.iter().filter(|a| matches!(a, Checked::Locked(_)));
        assert_eq!(locked.count(), 396);
    }
    product.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_right_code_at_once_from_everywhere_makes_one_account_and_counts_one() {
    let product = Product::with(generous(3)).await;
    let started = plain(&product, CodePurpose::Signup, NUMBER).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..300 {
        let (vault, code, id) = (product.vault.clone(), started.code.clone(), started.id);
        tasks.spawn(async move { vault.check(guess(APP, id, &code)).await.unwrap() });
    }
    let answers = tasks.join_all().await;
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert!(matches!(&answers[0], Checked::Approved(a) if a.verdict == Verdict::Created));
    // The count is what budgets of openings and deletions grow with.
    assert_eq!(product.vault.health().await.unwrap().accounts, 1);
    product.finish().await;
}

#[tokio::test]
async fn guesses_after_approval_count_too() {
    let product = Product::with(generous(4)).await;
    let started = plain(&product, CodePurpose::Signup, NUMBER).await;
    approve(&product, &started).await;
    for nth in 0..5 {
        let wrong = wrong_code(&started.code, nth);
        assert!(matches!(
            check(&product, started.id, &wrong).await,
            Checked::Expired(_)
        ));
    }
    // Five were judged; the sixth is not, even if it is right.
    assert!(matches!(
        check(&product, started.id, &started.code).await,
        Checked::Expired(_)
    ));
    product.finish().await;
}

#[tokio::test]
async fn fifty_wrong_guesses_in_a_row_close_a_lane_and_a_hundred_both() {
    let product = Product::with(generous(5)).await;
    let proof = owner(&product, NUMBER).await.owner.unwrap();
    assert_eq!(exhaust(&product, CodePurpose::Login, None).await, 50);
    assert_eq!(exhaust(&product, CodePurpose::Login, Some(proof)).await, 50);
    let product = product.crash().await;
    product.wait(HOUR);
    assert_eq!(exhaust(&product, CodePurpose::Login, None).await, 0);
    assert_eq!(exhaust(&product, CodePurpose::Login, Some(proof)).await, 0);
    product.finish().await;
}

#[tokio::test]
async fn a_closed_lane_answers_a_right_guess_like_a_wrong_one() {
    let product = Product::with(generous(6)).await;
    let one = plain(&product, CodePurpose::Login, NUMBER).await;
    let other = plain(&product, CodePurpose::Login, NUMBER).await;
    exhaust(&product, CodePurpose::Login, None).await;
    let right = check(&product, one.id, &one.code).await;
    let wrong = check(&product, other.id, &wrong_code(&other.code, 0)).await;
    assert!(matches!(wrong, Checked::Locked(_)));
    assert_eq!(right, wrong, "else every new code gives one free guess");
    product.finish().await;
}

#[tokio::test]
async fn a_closed_lane_is_sent_no_code_that_could_not_be_typed() {
    let product = Product::with(generous(12)).await;
    let open = plain(&product, CodePurpose::Login, NUMBER).await;
    exhaust(&product, CodePurpose::Login, None).await;
    assert!(is_closed(&product, CodePurpose::Login, None).await);
    let sent = product.phones.thread(NUMBER).len();
    product.wait(MINUTE);
    let answer = resend(&product, open.id, ChannelChoice::Voice).await;
    let Err(BeginRefusal::Limit { kind, next }) = answer else {
        panic!("sent again: {answer:?}");
    };
    assert_eq!(kind, LimitKind::NumberGuesses);
    assert!(!next.sms.allowed && !next.voice.allowed);
    assert_eq!(product.phones.thread(NUMBER).len(), sent);
    // Another purpose has guesses of its own.
    assert!(!is_closed(&product, CodePurpose::Recovery, None).await);
    product.finish().await;
}

#[tokio::test]
async fn a_stranger_cannot_lock_the_owner_out() {
    let product = Product::with(generous(7)).await;
    let approved = owner(&product, NUMBER).await;
    let proof = approved.owner.unwrap();
    exhaust(&product, CodePurpose::Login, None).await;
    let mine = with_proof(&product, CodePurpose::Login, proof).await;
    assert_eq!(approve(&product, &mine).await.subject, approved.subject);
    // The owner's proof also opens the strangers' lane again.
    let plainly = plain(&product, CodePurpose::Login, NUMBER).await;
    approve(&product, &plainly).await;
    product.finish().await;
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_any_more_sends_nothing() {
    let product = Product::with(generous(10)).await;
    let mut late = begin(id(&product), APP, CodePurpose::Signup, NUMBER);
    late.until = product.identity.now();
    product.wait(Millis::from_seconds(1));
    let answer = product.vault.begin(late).await;
    assert!(matches!(answer, Err(BeginRefusal::Unavailable(_))));
    assert_eq!(product.phones.thread(NUMBER).len(), 0);
    product.finish().await;
}

#[tokio::test]
async fn a_former_owners_proof_is_a_strangers_after_a_reclaim() {
    let product = Product::with(generous(9)).await;
    let former = owner(&product, NUMBER).await.owner.unwrap();
    product.wait(Millis::from_seconds(120 * 86_400));
    let newcomer = plain(&product, CodePurpose::Signup, NUMBER).await;
    approve(&product, &newcomer).await;
    let Reclaimed::Done { approved, .. } = product.vault.reclaim(APP, newcomer.id).await.unwrap()
    else {
        panic!("not reclaimed");
    };
    // A stranger's waits are rounded up, an owner's are not.
    for (proof, wait) in [(former, 30), (approved.owner.unwrap(), 29)] {
        let started = with_proof(&product, CodePurpose::Login, proof).await;
        product.wait(Millis::from_seconds(1));
        let viewed = product.vault.view(APP, started.id).await.unwrap().unwrap();
        assert_eq!(viewed.view.next.sms.after_seconds, wait);
    }
    product.finish().await;
}

#[tokio::test]
async fn a_stranger_who_proves_the_number_does_not_clear_the_owners_lane() {
    let product = Product::with(generous(8)).await;
    let proof = owner(&product, NUMBER).await.owner.unwrap();
    exhaust(&product, CodePurpose::Login, Some(proof)).await;
    let stranger = plain(&product, CodePurpose::Login, NUMBER).await;
    approve(&product, &stranger).await;
    assert!(is_closed(&product, CodePurpose::Login, Some(proof)).await);
    product.finish().await;
}

#[tokio::test]
async fn a_proof_of_another_number_or_application_or_an_edited_one_is_a_strangers() {
    let product = Product::with(generous(9)).await;
    let proof = owner(&product, NUMBER).await.owner.unwrap();
    let others = owner(&product, "+447700900124").await.owner.unwrap();
    exhaust(&product, CodePurpose::Login, None).await;
    let longer = OwnerProof {
        expires_at: proof.expires_at.plus(MINUTE),
        ..proof
    };
    for bad in [others, longer] {
        assert!(is_closed(&product, CodePurpose::Login, Some(bad)).await);
    }
    let mut request = begin(id(&product), OTHER, CodePurpose::Login, NUMBER);
    request.owner = Some(proof);
    let elsewhere = start(&product, request, NUMBER).await;
    let answer = product
        .vault
        .check(guess(OTHER, elsewhere.id, &elsewhere.code))
        .await
        .unwrap();
    // Counters are one application's own: this one has its guesses left, and no account.
    assert!(matches!(answer, Checked::Approved(a) if a.subject.is_none()));
    product.finish().await;
}

#[tokio::test]
async fn time_alone_does_not_reopen_the_lane_of_an_account() {
    let product = Product::with(generous(10)).await;
    let approved = owner(&product, NUMBER).await;
    exhaust(&product, CodePurpose::Login, None).await;
    for _ in 0..2 {
        product.quiet_days(70).await;
        assert!(is_closed(&product, CodePurpose::Login, None).await);
    }
    let mine = with_proof(&product, CodePurpose::Login, approved.owner.unwrap()).await;
    approve(&product, &mine).await;
    let plainly = plain(&product, CodePurpose::Login, NUMBER).await;
    assert_eq!(approve(&product, &plainly).await.subject, approved.subject);
    product.finish().await;
}

#[tokio::test]
async fn counters_of_a_number_without_account_fade_after_sixty_quiet_days_and_not_before() {
    let product = Product::with(generous(11)).await;
    exhaust(&product, CodePurpose::Signup, None).await;
    product.quiet_days(31).await;
    assert!(
        is_closed(&product, CodePurpose::Signup, None).await,
        "a new epoch forgets no counter"
    );
    product.quiet_days(62).await;
    owner(&product, NUMBER).await;
    product.finish().await;
}

#[tokio::test]
async fn a_code_is_useless_for_anything_else() {
    let product = Product::with(generous(12)).await;
    let login = plain(&product, CodePurpose::Login, NUMBER).await;
    let signup = plain(&product, CodePurpose::Signup, NUMBER).await;
    // Another purpose.
    assert!(matches!(
        check(&product, signup.id, &login.code).await,
        Checked::Wrong(_)
    ));
    // Another application.
    let elsewhere = product
        .vault
        .check(guess(OTHER, login.id, &login.code))
        .await
        .unwrap();
    assert_eq!(elsewhere, Checked::NotFound);
    let request = begin(login.id, OTHER, CodePurpose::Login, NUMBER);
    assert!(product.vault.begin(request).await.is_err());
    // The id again, for another number or purpose.
    for request in [
        begin(login.id, APP, CodePurpose::Login, "+447700900999"),
        begin(login.id, APP, CodePurpose::Signup, NUMBER),
    ] {
        let refused = product.vault.begin(request).await.unwrap_err();
        assert_eq!(refused, BeginRefusal::IdReused);
    }
    // A canceled one.
    product.vault.cancel(APP, login.id).await.unwrap();
    assert_eq!(
        check(&product, login.id, &login.code).await,
        Checked::Canceled
    );
    // A reclaim without an approval that met an account.
    for id in [login.id, signup.id] {
        let answer = product.vault.reclaim(APP, id).await.unwrap();
        assert_eq!(answer, Reclaimed::NotApplicable);
    }
    product.finish().await;
}

#[tokio::test]
async fn a_proof_for_another_persons_account_names_nobody() {
    let product = Product::with(generous(13)).await;
    let victim = owner(&product, "+447700900124").await.subject;
    owner(&product, NUMBER).await;
    let mut request = begin(id(&product), APP, CodePurpose::StepUp, NUMBER);
    request.subject = victim;
    let started = start(&product, request, NUMBER).await;
    let approved = approve(&product, &started).await;
    assert_eq!(
        (approved.verdict, approved.subject, approved.owner),
        (Verdict::OtherNumber, None, None)
    );
    product.finish().await;
}

/// What stands under a number when a stranger types it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    BannedAndGone,
    Nobody,
    Active,
    Locked,
    Banned,
    Deleting,
    Forgotten,
}

const STANDINGS: [Standing; 7] = [
    Standing::BannedAndGone,
    Standing::Nobody,
    Standing::Active,
    Standing::Locked,
    Standing::Banned,
    Standing::Deleting,
    Standing::Forgotten,
];

async fn prepare(product: &Product, number: &str, standing: Standing) -> Option<Subject> {
    if standing == Standing::Nobody {
        return None;
    }
    let subject = owner(product, number).await.subject.unwrap();
    let vault = product.as_vault();
    let later = product.identity.now().plus(Millis::from_seconds(8_640_000));
    if matches!(standing, Standing::Banned | Standing::BannedAndGone) {
        assert!(vault.ban(APP, subject, later).await.unwrap());
    }
    if standing == Standing::Locked {
        assert!(vault.set_locked(APP, subject, true).await.unwrap());
    }
    if standing == Standing::Forgotten {
        assert!(vault.forget_number(APP, subject).await.unwrap());
    }
    if matches!(standing, Standing::Deleting | Standing::BannedAndGone) {
        vault.delete(APP, subject).await.unwrap();
    }
    if standing == Standing::BannedAndGone {
        product.wait(Millis::from_seconds(4 * 86_400));
        assert_eq!(product.run_jobs().await, 1);
    }
    Some(subject)
}

/// Calls that need no code, and what they answer.
async fn probe(product: &Product, request: &Begin) -> Vec<String> {
    let vault = product.as_vault();
    let id = request.verification;
    let again = Resend {
        application: APP,
        verification: id,
        channel: ChannelChoice::Voice,
        fallback: false,
        until: model::Timestamp::from_millis(i64::MAX),
    };
    let mut said = Vec::new();
    for _ in 0..2 {
        said.push(format!("{:?}", vault.begin(request.clone()).await));
        said.push(format!("{:?}", vault.resend(again).await));
        said.push(format!("{:?}", vault.reclaim(APP, id).await));
        for code in ["", "12", "xxxxxx", "000000", "000001", "000002"] {
            said.push(format!("{:?}", vault.check(guess(APP, id, code)).await));
        }
    }
    // The id is the caller's own.
    let own = id.to_string();
    let told = said
        .into_iter()
        .map(|text: String| text.replace(&own, "ver_"));
    told.collect()
}

#[tokio::test]
async fn before_approval_no_answer_tells_what_stands_under_a_number() {
    for (seed, purpose) in (20..).zip(PURPOSES) {
        let product = Product::new(seed).await;
        let mut subjects = Vec::new();
        for (n, standing) in STANDINGS.into_iter().enumerate() {
            subjects.extend(prepare(&product, &numbered(n), standing).await);
        }
        // Beyond the windows of sends.
        product.wait(Millis::from_seconds(86_400));
        let requests: Vec<Begin> = (0..STANDINGS.len())
            .map(|n| begin(id(&product), APP, purpose, &numbered(n)))
            .collect();
        let mut answers = vec![Vec::new(); requests.len()];
        for span in [0, 60, 600] {
            product.wait(Millis::from_seconds(span));
            for (request, said) in requests.iter().zip(&mut answers) {
                said.extend(probe(&product, request).await);
            }
        }
        for (said, standing) in answers.iter().zip(STANDINGS) {
            assert_eq!(said, &answers[1], "{standing:?} answers differently");
            for subject in &subjects {
                let (shown, text) = (format!("{subject:?}"), subject.to_string());
                let tells = |a: &String| a.contains(&shown) || a.contains(&text);
                assert!(!said.iter().any(tells), "a pseudonym before proof");
            }
        }
        product.finish().await;
    }
}

fn numbered(n: usize) -> String {
    format!("+447700900{n:03}")
}

/// Sends to ever new numbers until refused; answers how many went out and why it ended.
async fn flood(
    product: &Product,
    app: ApplicationId,
    from: &mut usize,
    most: usize,
) -> (usize, Option<LimitKind>) {
    for sent in 0..most {
        *from += 1;
        let request = begin(id(product), app, CodePurpose::Signup, &numbered(*from));
        match product.vault.begin(request).await {
            Ok(_) => {}
            Err(BeginRefusal::Limit { kind, .. }) => return (sent, Some(kind)),
            Err(other) => panic!("{other:?}"),
        }
    }
    (most, None)
}

#[tokio::test]
async fn sends_of_an_application_end_with_its_share_and_keep_a_fifth_for_owners() {
    let mut setup = generous(30);
    setup.vault.application_sends_per_hour = 60;
    let mut product = Product::with(setup).await;
    let proof = owner(&product, NUMBER).await.owner.unwrap();
    product.wait(HOUR);
    let mut from = 200;
    let (first, _) = flood(&product, APP, &mut from, 30).await;
    product = product.crash().await;
    let (second, why) = flood(&product, APP, &mut from, 200).await;
    assert!(first + second <= 48, "strangers have four fifths");
    assert_eq!(why, Some(LimitKind::ApplicationSends));
    let mut owners = 0;
    for _ in 0..40 {
        let mut request = begin(id(&product), APP, CodePurpose::Login, NUMBER);
        request.owner = Some(proof);
        owners += usize::from(product.vault.begin(request).await.is_ok());
    }
    assert_eq!(owners, 12, "the fifth is the owners'");
    product.wait(HOUR);
    assert_eq!(flood(&product, APP, &mut from, 200).await.0, 48);
    product.finish().await;
}

#[tokio::test]
async fn sends_of_the_instance_end_with_its_share_whatever_the_applications_may() {
    let mut setup = generous(31);
    setup.vault.overall_sends_per_hour = 50;
    let product = Product::with(setup).await;
    let proof = owner(&product, NUMBER).await.owner.unwrap();
    product.wait(HOUR);
    let mut from = 200;
    let (one, _) = flood(&product, APP, &mut from, 25).await;
    let (two, why) = flood(&product, OTHER, &mut from, 200).await;
    assert_eq!((one + two, why), (40, Some(LimitKind::OverallSends)));
    let mut request = begin(id(&product), APP, CodePurpose::Login, NUMBER);
    request.owner = Some(proof);
    product.vault.begin(request).await.unwrap();
    product.finish().await;
}

#[tokio::test]
async fn a_clock_that_hops_over_the_hour_does_not_open_a_window_twice() {
    let mut setup = generous(32);
    setup.vault.application_sends_per_hour = 20;
    setup.vault.number_sends_per_hour = 5;
    let product = Product::with(setup).await;
    // To the last half minute of an hour.
    let into_hour = product
        .identity
        .now()
        .as_millis()
        .rem_euclid(HOUR.as_millis());
    product.wait(Millis::from_millis(HOUR.as_millis() - into_hour - 20_000));
    let hop = Millis::from_seconds(40);
    let back = Millis::from_seconds(-40);
    let (mut sent, mut from) = (0, 200);
    for round in 0..10 {
        sent += flood(&product, APP, &mut from, 200).await.0;
        product.wait(if round % 2 == 0 { hop } else { back });
    }
    assert!(sent <= 32, "two windows of sixteen: {sent}");
    product.finish().await;
    let product = Product::with(generous_per_hour(33)).await;
    product.wait(Millis::from_millis(HOUR.as_millis() - into_hour - 20_000));
    let mut sent = 0;
    for round in 0..40 {
        let request = begin(id(&product), APP, CodePurpose::Login, NUMBER);
        sent += usize::from(product.vault.begin(request).await.is_ok());
        product.wait(if round % 2 == 0 { hop } else { back });
    }
    assert!(sent <= 10, "two windows of five: {sent}");
    product.finish().await;
}

fn generous_per_hour(seed: u64) -> Setup {
    let mut setup = generous(seed);
    setup.vault.number_sends_per_hour = 5;
    setup
}
