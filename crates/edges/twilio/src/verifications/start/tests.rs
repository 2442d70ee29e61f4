use crate::harness::{Harness, NUMBER};

async fn refused(fields: &[(&str, &str)]) -> (u16, u64) {
    let h = Harness::new().await;
    let reply = h.post(&h.at("Verifications"), fields).await;
    let answer = (reply.status.as_u16(), reply.code());
    h.product.finish().await;
    answer
}

#[tokio::test]
async fn a_code_goes_out_and_the_answer_repeats_the_number_of_its_request() {
    let h = Harness::new().await;
    let fields = [("To", NUMBER), ("Channel", "sms"), ("Tags", "{}")];
    let reply = h.post(&h.at("Verifications"), &fields).await;
    assert_eq!(reply.status, 201);
    let body = reply.json();
    assert_eq!(body["to"], NUMBER);
    assert_eq!(body["status"], "pending");
    assert_eq!(body["valid"], false);
    assert_eq!(body["date_created"], "2026-11-18T11:06:40Z");
    assert_eq!(body["send_code_attempts"][0]["channel"], "SMS");
    assert_eq!(h.product.phones.code(NUMBER).await.len(), 6);
    h.product.finish().await;
}

#[tokio::test]
async fn a_second_start_is_the_same_verification_and_the_same_code() {
    let h = Harness::new().await;
    let first = h.started().await;
    let code = h.product.phones.code(NUMBER).await;
    h.pass(31);
    let fields = [("To", NUMBER), ("Channel", "call")];
    let again = h.post(&h.at("Verifications"), &fields).await;
    assert_eq!(again.field("sid"), first);
    assert_eq!(again.field("channel"), "call");
    assert_eq!(h.product.phones.arrived(NUMBER, 2).await.code, code);
    assert_eq!(h.guess(&code).await.field("status"), "approved");
    h.product.finish().await;
}

#[tokio::test]
async fn a_start_too_soon_is_60212_with_the_wait() {
    let h = Harness::new().await;
    h.started().await;
    let fields = [("To", NUMBER), ("Channel", "sms")];
    let reply = h.post(&h.at("Verifications"), &fields).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (429, 60212));
    assert_eq!(reply.headers["retry-after"], "30");
    h.product.finish().await;
}

#[tokio::test]
async fn a_number_whose_sends_are_used_up_is_60203() {
    let h = Harness::with(|setup| setup.vault.number_sends_per_hour = 1).await;
    h.started().await;
    h.pass(60);
    let fields = [("To", NUMBER), ("Channel", "sms")];
    let reply = h.post(&h.at("Verifications"), &fields).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (429, 60203));
    h.product.finish().await;
}

#[tokio::test]
async fn after_the_code_ended_a_new_verification_begins() {
    let h = Harness::new().await;
    let first = h.started().await;
    h.pass(601);
    assert_ne!(h.started().await, first);
    h.product.finish().await;
}

#[tokio::test]
async fn every_faulty_parameter_is_named() {
    let sms = ("Channel", "sms");
    for (fields, name) in [
        (vec![sms], "To"),
        (vec![("To", ""), sms], "To"),
        (vec![("To", "nobody"), sms], "To"),
        (vec![("To", "07700 900123"), sms], "To"),
        (vec![("To", NUMBER)], "Channel"),
        (vec![("To", NUMBER), ("Channel", "pigeon")], "Channel"),
        (vec![("To", NUMBER), sms, ("Locale", "e!")], "Locale"),
        (vec![("To", NUMBER), sms, ("DeviceIp", "here")], "DeviceIp"),
        (vec![("To", NUMBER), ("To", NUMBER), sms], "body"),
    ] {
        let h = Harness::new().await;
        let reply = h.post(&h.at("Verifications"), &fields).await;
        assert_eq!(reply.code(), 60200);
        assert_eq!(reply.field("message"), format!("Invalid parameter: {name}"));
        h.product.finish().await;
    }
    let long = "1".repeat(129);
    assert_eq!(refused(&[("To", &long), sms]).await, (400, 60200));
}

#[tokio::test]
async fn what_is_off_is_refused_before_anything_is_sent() {
    for name in ["CustomCode", "TemplateSid", "Payee", "SendDigits"] {
        let fields = [("To", NUMBER), ("Channel", "sms"), (name, "12345")];
        assert_eq!(refused(&fields).await, (403, 60204), "{name}");
    }
    for channel in ["email", "whatsapp", "sna"] {
        let fields = [("To", NUMBER), ("Channel", channel)];
        assert_eq!(refused(&fields).await, (400, 60223), "{channel}");
    }
}

#[tokio::test]
async fn a_line_that_takes_no_text_and_a_kind_that_is_refused_have_their_codes() {
    let landline = [("To", "+442079460123"), ("Channel", "sms")];
    assert_eq!(refused(&landline).await, (403, 60205));
    let h = Harness::with(|setup| {
        setup.apps[0].refused_lines.push("mobile".to_owned());
    });
    let h = h.await;
    let fields = [("To", NUMBER), ("Channel", "sms")];
    let reply = h.post(&h.at("Verifications"), &fields).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (403, 60410));
    h.product.finish().await;
    let h = Harness::with(|setup| setup.apps[0].countries.push("DE".to_owned())).await;
    let reply = h.post(&h.at("Verifications"), &fields).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (403, 60605));
    h.product.finish().await;
}
