use std::sync::Arc;

use testkit::Together;
use tokio::join;

use crate::harness::{Harness, NUMBER};

#[tokio::test]
async fn the_right_code_approves_and_then_the_verification_is_gone() {
    let h = Harness::new().await;
    let sid = h.started().await;
    let code = h.product.phones.code(NUMBER).await;
    let reply = h.guess(&code).await;
    let body = reply.json();
    assert_eq!(reply.status, 200);
    assert_eq!(body["sid"], *sid);
    assert_eq!(body["to"], NUMBER);
    assert_eq!(body["status"], "approved");
    assert_eq!(body["valid"], true);
    assert!(reply.field("subject").starts_with("sub_"));
    let again = h.guess(&code).await;
    assert_eq!((again.status.as_u16(), again.code()), (404, 20404));
    let by_sid = [("VerificationSid", sid.as_str()), ("Code", code.as_str())];
    let by_sid = h.post(&h.at("VerificationCheck"), &by_sid).await;
    assert_eq!(by_sid.code(), 20404);
    assert!(
        by_sid
            .field("message")
            .ends_with("/VerificationCheck was not found")
    );
    let fetched = h.get(&h.at(&format!("Verifications/{sid}"))).await;
    assert_eq!(fetched.code(), 20404);
    h.product.finish().await;
}

#[tokio::test]
async fn of_two_right_checks_at_the_same_moment_one_is_approved() {
    let wrap = |vault| -> Arc<dyn store::Store> { Arc::new(Together::new(vault, "vault.approve")) };
    let h = Harness::over(|_| {}, wrap).await;
    h.started().await;
    let code = h.product.phones.code(NUMBER).await;
    let (one, other) = join!(h.guess(&code), h.guess(&code));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
    h.product.finish().await;
}

#[tokio::test]
async fn a_check_by_sid_does_not_tell_the_number() {
    let h = Harness::new().await;
    let sid = h.started().await;
    let code = h.product.phones.code(NUMBER).await;
    let fields = [("VerificationSid", sid.as_str()), ("Code", code.as_str())];
    let reply = h.post(&h.at("VerificationCheck"), &fields).await;
    assert_eq!(reply.field("status"), "approved");
    assert_eq!(reply.field("to"), "+***");
    h.product.finish().await;
}

#[tokio::test]
async fn five_wrong_codes_end_the_guessing() {
    let h = Harness::new().await;
    h.started().await;
    let wrong = h.wrong().await;
    for _ in 0..4 {
        let reply = h.guess(wrong).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.field("status"), "pending");
        assert_eq!(reply.json()["valid"], false);
    }
    assert_eq!(h.guess(wrong).await.field("status"), "max_attempts_reached");
    let code = h.product.phones.code(NUMBER).await;
    let late = h.guess(&code).await;
    assert_eq!((late.status.as_u16(), late.code()), (429, 60202));
    h.product.finish().await;
}

#[tokio::test]
async fn a_check_names_a_number_or_a_sid_and_a_code() {
    let h = Harness::new().await;
    let path = h.at("VerificationCheck");
    assert_eq!(h.post(&path, &[("Code", "123456")]).await.code(), 60221);
    assert_eq!(h.post(&path, &[("To", NUMBER)]).await.code(), 60200);
    assert_eq!(h.guess("123").await.code(), 60200);
    let long = "1".repeat(65);
    assert_eq!(h.guess(&long).await.code(), 60200);
    let fields = [("VerificationSid", "x"), ("Code", "123456")];
    assert_eq!(h.post(&path, &fields).await.code(), 60200);
    let unknown = "VE00000000000000000000000000000000";
    let fields = [("VerificationSid", unknown), ("Code", "123456")];
    assert_eq!(h.post(&path, &fields).await.code(), 20404);
    h.product.finish().await;
}

#[tokio::test]
async fn a_number_without_an_open_verification_is_gone_as_one_that_never_began() {
    let h = Harness::new().await;
    let never = h.guess("123456").await;
    h.started().await;
    h.pass(601);
    let ended = h.guess("123456").await;
    assert_eq!(never.text, ended.text);
    assert_eq!(never.code(), 20404);
    h.product.finish().await;
}

#[tokio::test]
async fn a_banned_number_is_not_approved_by_its_code() {
    let h = Harness::new().await;
    h.started().await;
    let code = h.product.phones.code(NUMBER).await;
    let subject = h.guess(&code).await.field("subject").parse().unwrap();
    let until = h
        .product
        .identity
        .now()
        .plus(model::Millis::from_seconds(30 * 86_400));
    let identity = &h.product.identity;
    let application = crate::sid::read_service(h.at("").split('/').nth(3).unwrap()).unwrap();
    identity.ban(application, subject, until).await.unwrap();
    identity.delete(application, subject).await.unwrap();
    h.pass(4 * 86_400);
    h.product.run_jobs().await;
    h.started().await;
    let code = h.product.phones.arrived(NUMBER, 2).await.code;
    let reply = h.guess(&code).await;
    assert_eq!(reply.field("status"), "failed");
    assert_eq!(reply.json()["valid"], false);
    h.product.finish().await;
}
