//! What a session logs names nobody.

use carriers::smpp::{pdu::command, status};
use peers::carrier::Handover;
use zeroize::Zeroizing;

use crate::{
    centre::Centre,
    log::Log,
    receipts::{person, receipt},
    support::{answer, run, settings, soon},
};

#[tokio::test]
async fn no_line_of_a_session_holds_a_number_a_code_a_text_or_a_password() {
    let (log, _on) = Log::begin();
    let centre = Centre::new().await;
    let mut running = run(settings(centre.port()));
    let mut refused = centre.connected().await;
    let bind = refused.next().await;
    refused.answer(&bind, 0x0E, b"").await;
    let mut link = centre.bound().await;
    running.bound().await;
    for (n, said, comes_to) in [
        (1, status::THROTTLED, None),
        (1, status::OK, Some(Handover::Accepted)),
    ] {
        let sending = running.send(n, "482913 is your code");
        let (pdu, _) = link.submitted().await;
        link.answer(&pdu, said, b"7FA21C03\0").await;
        if comes_to.is_none() {
            let (pdu, _) = link.submitted().await;
            link.answer(&pdu, 0x0B, b"").await;
        }
        let outcome = answer(sending).await;
        assert!(comes_to.is_none_or(|wanted| outcome == wanted));
    }
    link.deliver(&receipt("7FA21C03", "DELIVRD")).await;
    running.reports.receipt().await;
    link.deliver(&person(b"STOP 482913")).await;
    running.reports.text().await;
    let mut nobody = person(b"STOP 482913");
    nobody.source.ton = 5;
    nobody.source.text = Zeroizing::new("STOP".into());
    link.deliver(&nobody).await;
    let sending = running.send(3, "482913 is your code");
    link.submitted().await;
    drop(link);
    assert_eq!(answer(sending).await, Handover::Unknown);
    let mut link = centre.bound().await;
    running.bound().await;
    running.stop.send(true).unwrap();
    let goodbye = link.next_of(command::UNBIND).await;
    link.answer(&goodbye, 0, b"").await;
    soon(running.tasks.join_next()).await.unwrap().unwrap();
    let lines = [
        "smpp.bind.failed",
        "smpp.session.bound",
        "smpp.session.ended",
        "smpp.inbound.dropped",
    ];
    log.assert_says(
        &lines,
        &["7700", "482913", "STOP", "is your", "secret", "60777"],
    );
}
