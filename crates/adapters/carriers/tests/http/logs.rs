//! What the HTTP carriers log names nobody.

use std::sync::Arc;

use carriers::http::webhook::{WebhookRequest, Webhooks};
use hyper::HeaderMap;
use peers::carrier::{Carrier, CarrierMessage, Handover, Rejection};
use tokio::task::JoinSet;

use crate::{
    gateway::Gateway,
    log::Log,
    support::{NOW, Reports, TOKEN, call, generic, telnyx, text, twilio},
};

async fn outcome(
    carrier: Arc<dyn Carrier>,
    gateway: &Gateway,
    message: CarrierMessage,
) -> Handover {
    let mut sending = JoinSet::new();
    sending.spawn(async move { carrier.send(message).await });
    // What refuses repeats what it refused, as carriers do.
    let body = r#"{"code":21211,"message":"The number +447700900123 with 482913 is not valid"}"#;
    let _open = gateway.next().await.answer(400, body).await;
    sending.join_next().await.unwrap().unwrap()
}

#[tokio::test]
async fn no_line_of_an_http_carrier_holds_a_number_a_code_a_text_or_a_key() {
    let (log, _on) = Log::begin();
    let reports = Arc::new(Reports::default());
    for message in [text(), call()] {
        let gateway = Gateway::new().await;
        let carrier = Arc::new(twilio(&reports, gateway.port()));
        let unreachable = Handover::Rejected(Rejection::Unreachable);
        assert_eq!(
            outcome(carrier, &gateway, message.clone()).await,
            unreachable
        );
        let gateway = Gateway::new().await;
        let carrier = Arc::new(generic(&reports, gateway.port(), NOW));
        let refused = Handover::Rejected(Rejection::NoRoute);
        assert_eq!(outcome(carrier, &gateway, message).await, refused);
    }
    let gateway = Gateway::new().await;
    let carrier = Arc::new(telnyx(&reports, gateway.port(), [0; 32], NOW));
    let refused = Handover::Rejected(Rejection::NoRoute);
    assert_eq!(outcome(carrier, &gateway, text()).await, refused);
    let closed = Gateway::new().await;
    let port = closed.port();
    drop(closed);
    let carrier = twilio(&reports, port);
    let down = Handover::Rejected(Rejection::Down);
    assert_eq!(carrier.send(text()).await, down);
    let request = WebhookRequest {
        path: "inbound",
        query: None,
        headers: &HeaderMap::new(),
        body: b"From=%2B447700900123&Body=STOP",
    };
    assert_eq!(carrier.receive(&request).status, 403);
    let authorization = "QUMwMDAw";
    log.assert_says(
        &["carriers.http.connect"],
        &[
            "7700",
            "482913",
            "STOP",
            "more",
            authorization,
            TOKEN,
            "KEY",
        ],
    );
}
