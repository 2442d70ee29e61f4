//! The main job through front and vault: prove a number once, know only a pseudonym.

use identity::{BeginRefusal, Reclaimed, StartError, Verdict};
use model::{Channel, ChannelChoice, CodePurpose, Millis, Status};
use peers::{
    carrier::{Handover, Rejection, RouteCount},
    vault::Checked,
};
use testkit::{APP, Product, Setup};

const NUMBER: &str = "+447700900123";
const MINUTE: Millis = Millis::from_seconds(60);
const DAY: Millis = Millis::from_seconds(86_400);

#[tokio::test]
async fn a_number_is_proven_once_and_known_by_a_pseudonym() {
    let product = Product::new(1).await;
    let (id, begun) = product.sign_up("07700 900 123").await.unwrap();
    assert_eq!(begun.view.status, Status::Pending);
    assert_eq!(begun.view.channel, Channel::Sms);
    assert_eq!(begun.traits.country.as_str(), "GB");
    let code = product.phones.code(NUMBER).await;
    let approved = product.approve(id, &code).await;
    assert_eq!(approved.verdict, Verdict::Created);
    let subject = approved.subject.unwrap();
    let account = product
        .identity
        .subject(APP, subject)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(account.traits.country.as_str(), "GB");
    product.finish().await;
}

#[tokio::test]
async fn a_check_repeated_within_the_window_answers_the_same() {
    let product = Product::new(2).await;
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    let code = product.phones.code(NUMBER).await;
    let first = product.approve(id, &code).await;
    product.wait(MINUTE);
    assert_eq!(product.approve(id, &code).await, first);
    product.wait(Millis::from_seconds(600));
    assert!(matches!(
        product.check(id, &code).await,
        Checked::Expired(_)
    ));
    product.finish().await;
}

#[tokio::test]
async fn a_wrong_code_costs_a_try_and_the_fifth_locks() {
    let product = Product::new(3).await;
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    let code = product.phones.code(NUMBER).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for left in (1..=4).rev() {
        match product.check(id, wrong).await {
            Checked::Wrong(view) => assert_eq!(view.attempts_left, left),
            other => panic!("{other:?}"),
        }
    }
    assert!(matches!(product.check(id, wrong).await, Checked::Locked(_)));
    assert!(matches!(product.check(id, &code).await, Checked::Locked(_)));
    product.finish().await;
}

#[tokio::test]
async fn what_is_not_a_code_costs_no_try() {
    let product = Product::new(4).await;
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    for text in ["", "12345", "1234567", "abcdef"] {
        match product.check(id, text).await {
            Checked::Malformed(view) => assert_eq!(view.attempts_left, 5),
            other => panic!("{other:?}"),
        }
    }
    product.phones.code(NUMBER).await;
    product.finish().await;
}

#[tokio::test]
async fn a_code_stops_working_after_ten_minutes() {
    let product = Product::new(5).await;
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    let code = product.phones.code(NUMBER).await;
    product.wait(Millis::from_seconds(600));
    assert!(matches!(
        product.check(id, &code).await,
        Checked::Expired(_)
    ));
    product.finish().await;
}

#[tokio::test]
async fn a_resend_brings_the_same_code_by_the_channel_asked_for() {
    let product = Product::new(6).await;
    let (id, begun) = product.sign_up(NUMBER).await.unwrap();
    assert!(!begun.view.next.sms.allowed);
    let code = product.phones.code(NUMBER).await;
    let client = identity::Client::default();
    let soon = product
        .identity
        .resend(APP, id, ChannelChoice::Voice, &client)
        .await;
    assert!(matches!(
        soon,
        Err(StartError::Refused(BeginRefusal::Limit { .. }))
    ));
    product.wait(MINUTE);
    let again = product
        .identity
        .resend(APP, id, ChannelChoice::Voice, &client)
        .await
        .unwrap();
    assert_eq!(again.view.channel, Channel::Voice);
    let call = product.phones.arrived(NUMBER, 2).await;
    assert_eq!(
        (call.channel, call.code.as_str()),
        (Channel::Voice, code.as_str())
    );
    product.approve(id, &code).await;
    product.finish().await;
}

#[tokio::test]
async fn a_second_sign_up_finds_the_account_and_says_so_only_after_proof() {
    let product = Product::new(7).await;
    let first = product.prove(NUMBER, CodePurpose::Signup).await;
    let second = product.prove(NUMBER, CodePurpose::Signup).await;
    assert_eq!(second.verdict, Verdict::NumberInUse);
    assert_eq!(second.subject, first.subject);
    let login = product.prove(NUMBER, CodePurpose::Login).await;
    assert_eq!(
        (login.verdict, login.subject),
        (Verdict::Existing, first.subject)
    );
    product.finish().await;
}

#[tokio::test]
async fn signing_in_without_an_account_names_nobody() {
    let product = Product::new(8).await;
    let login = product.prove(NUMBER, CodePurpose::Login).await;
    assert_eq!((login.verdict, login.subject), (Verdict::NoAccount, None));
    product.finish().await;
}

#[tokio::test]
async fn a_landline_is_called_at_once() {
    let product = Product::new(9).await;
    let (id, begun) = product.sign_up("+442079460018").await.unwrap();
    assert_eq!(begun.view.channel, Channel::Voice);
    let code = product.phones.code("+442079460018").await;
    product.approve(id, &code).await;
    product.finish().await;
}

#[tokio::test]
async fn a_text_that_definitely_failed_is_followed_by_a_call() {
    let mut product = Product::new(10).await;
    product
        .phones
        .answer_next(Handover::Rejected(Rejection::Unreachable));
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    product.phones.handed_over(1).await;
    // The outcome is written by the dispatcher's own task: run jobs until the call is there.
    let call = loop {
        product.run_jobs().await;
        if let Some(call) = product.phones.thread(NUMBER).pop() {
            break call;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(call.channel, Channel::Voice);
    product.approve(id, &call.code).await;
    product.drain().await;
    product.finish().await;
}

#[tokio::test]
async fn an_unknown_outcome_is_never_repeated_by_itself() {
    let product = Product::new(11).await;
    product.phones.answer_next(Handover::Unknown);
    product.sign_up(NUMBER).await.unwrap();
    product.phones.handed_over(1).await;
    product.run_jobs().await;
    let phones = product.phones.clone();
    product.finish().await;
    assert_eq!(phones.handed(), 1);
}

#[tokio::test]
async fn the_courier_hears_how_many_codes_of_a_route_were_proven_and_no_more() {
    let product = Product::new(31).await;
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    let code = product.phones.code(NUMBER).await;
    product.approve(id, &code).await;
    product.sign_up("+447700900124").await.unwrap();
    product.phones.handed_over(2).await;
    let phones = product.phones.clone();
    product.finish().await;
    let told = RouteCount {
        route: testkit::ROUTE,
        verified: 1,
    };
    assert_eq!(phones.verified(), [told]);
}

#[tokio::test]
async fn a_lost_answer_of_the_courier_does_not_send_twice() {
    let product = Product::new(12).await;
    product.phones.lose_next_answer();
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    let code = product.phones.code(NUMBER).await;
    product.approve(id, &code).await;
    let phones = product.phones.clone();
    product.finish().await;
    assert_eq!(phones.thread(NUMBER).len(), 1);
}

#[tokio::test]
async fn a_crash_after_begin_loses_neither_code_nor_verification() {
    let product = Product::new(13).await;
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    let code = product.phones.code(NUMBER).await;
    let product = product.crash().await;
    let approved = product.approve(id, &code).await;
    assert!(approved.subject.is_some());
    let phones = product.phones.clone();
    product.finish().await;
    assert_eq!(phones.thread(NUMBER).len(), 1);
}

#[tokio::test]
async fn the_same_idempotency_key_starts_one_verification() {
    let product = Product::new(14).await;
    let mut request = product.request(NUMBER, CodePurpose::Signup);
    request.idempotency_key = Some("order-1".to_owned());
    let (first, _) = product.identity.start(request.clone()).await.unwrap();
    let (second, _) = product.identity.start(request).await.unwrap();
    assert_eq!(first, second);
    let mut other = product.request("+447700900124", CodePurpose::Signup);
    other.idempotency_key = Some("order-1".to_owned());
    let refused = product.identity.start(other).await.unwrap_err();
    assert_eq!(refused, StartError::Refused(BeginRefusal::IdReused));
    product.phones.code(NUMBER).await;
    let phones = product.phones.clone();
    product.finish().await;
    assert_eq!(phones.handed(), 1);
}

#[tokio::test]
async fn a_recycled_number_can_be_reclaimed_after_long_silence_only() {
    let product = Product::new(15).await;
    let former = product
        .prove(NUMBER, CodePurpose::Signup)
        .await
        .subject
        .unwrap();
    product.wait(Millis::from_millis(30 * DAY.as_millis()));
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    let code = product.phones.arrived(NUMBER, 2).await.code;
    product.approve(id, &code).await;
    let soon = product.identity.reclaim(APP, id).await.unwrap();
    assert!(matches!(soon, Reclaimed::TooRecent { .. }));
    product.wait(Millis::from_millis(61 * DAY.as_millis()));
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    let code = product.phones.arrived(NUMBER, 3).await.code;
    product.approve(id, &code).await;
    let Reclaimed::Done {
        approved,
        former: lost,
    } = product.identity.reclaim(APP, id).await.unwrap()
    else {
        panic!("not reclaimed");
    };
    assert_eq!(lost, former);
    assert_ne!(approved.subject, Some(former));
    let old = product
        .identity
        .subject(APP, former)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(old.status.as_str(), "number_lost");
    let login = product.prove(NUMBER, CodePurpose::Login).await;
    assert_eq!(login.subject, approved.subject);
    product.finish().await;
}

#[tokio::test]
async fn a_ban_survives_deletion_until_its_end() {
    let product = Product::new(16).await;
    let subject = product
        .prove(NUMBER, CodePurpose::Signup)
        .await
        .subject
        .unwrap();
    let until = product
        .identity
        .now()
        .plus(Millis::from_millis(10 * DAY.as_millis()));
    assert!(product.identity.ban(APP, subject, until).await.unwrap());
    product.identity.delete(APP, subject).await.unwrap();
    product.wait(Millis::from_millis(4 * DAY.as_millis()));
    assert!(product.run_jobs().await >= 1);
    let banned = product.prove(NUMBER, CodePurpose::Signup).await;
    assert_eq!(
        (banned.verdict, banned.subject),
        (Verdict::Banned { until }, None)
    );
    product.wait(Millis::from_millis(7 * DAY.as_millis()));
    let free = product.prove(NUMBER, CodePurpose::Signup).await;
    assert_eq!(free.verdict, Verdict::Created);
    assert_ne!(free.subject, Some(subject));
    product.finish().await;
}

#[tokio::test]
async fn a_deletion_can_be_undone_until_it_is_final() {
    let product = Product::new(17).await;
    let subject = product
        .prove(NUMBER, CodePurpose::Signup)
        .await
        .subject
        .unwrap();
    product.identity.delete(APP, subject).await.unwrap();
    let locked = product
        .identity
        .subject(APP, subject)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(locked.status.as_str(), "deleting");
    product.identity.undo_delete(APP, subject).await.unwrap();
    product.wait(Millis::from_millis(4 * DAY.as_millis()));
    product.run_jobs().await;
    let login = product.prove(NUMBER, CodePurpose::Login).await;
    assert_eq!(login.subject, Some(subject));
    product.finish().await;
}

#[tokio::test]
async fn nothing_is_sent_to_a_locked_account_and_the_answer_looks_the_same() {
    let product = Product::new(18).await;
    let subject = product
        .prove(NUMBER, CodePurpose::Signup)
        .await
        .subject
        .unwrap();
    product
        .identity
        .set_locked(APP, subject, true)
        .await
        .unwrap();
    product.wait(MINUTE);
    let (_, locked) = product.start(NUMBER, CodePurpose::Login).await.unwrap();
    let (_, free) = product
        .start("+447700900124", CodePurpose::Login)
        .await
        .unwrap();
    assert_eq!((locked.view, locked.traits), (free.view, free.traits));
    product.phones.code("+447700900124").await;
    let phones = product.phones.clone();
    product.finish().await;
    assert_eq!(phones.thread(NUMBER).len(), 1);
}

#[tokio::test]
async fn a_forgotten_number_is_recognised_when_it_is_typed_again() {
    use peers::vault::NumberVault;
    let product = Product::new(19).await;
    let subject = product
        .prove(NUMBER, CodePurpose::Signup)
        .await
        .subject
        .unwrap();
    assert!(product.vault.forget_number(APP, subject).await.unwrap());
    let login = product.prove(NUMBER, CodePurpose::Login).await;
    assert_eq!(
        (login.verdict, login.subject),
        (Verdict::Existing, Some(subject))
    );
    product.finish().await;
}

#[tokio::test]
async fn several_accounts_for_one_number_where_the_application_allows_them() {
    let mut setup = Setup::new(20);
    setup.apps[0].accounts_per_number = 2;
    let product = Product::with(setup).await;
    let first = product.prove(NUMBER, CodePurpose::Signup).await;
    let second = product.prove(NUMBER, CodePurpose::Signup).await;
    assert_eq!(second.verdict, Verdict::Created);
    assert_ne!(first.subject, second.subject);
    let third = product.prove(NUMBER, CodePurpose::Signup).await;
    assert_eq!(third.verdict, Verdict::NumberInUse);
    product.finish().await;
}
