//! Against `drive_smpp`, the message centre that Kannel is tested with (Debian package
//! `kannel-extras`). It knows transmitters and receivers only, gives no ids, hands over one text
//! for each one submitted, and tests the link after each.

use std::{path::Path, process::Stdio};

use carriers::smpp::Binding;
use peers::carrier::Handover;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    net::TcpListener,
    process::{Child, Command},
};

use crate::support::{answer, run, settings, soon};

const PROGRAM: &str = "/usr/lib/kannel/test/drive_smpp";
/// Where it wants the box of the gateway that it usually tests; the ports of `tools/e2e` leave this
/// one out.
const SMSBOX: &str = "127.0.0.1:13001";
const MESSAGES: u8 = 20;

async fn free_port() -> u16 {
    let any = TcpListener::bind("127.0.0.1:0").await.unwrap();
    any.local_addr().unwrap().port()
}

fn start(port: u16) -> Child {
    assert!(
        Path::new(PROGRAM).exists(),
        "{PROGRAM} is missing: install the Debian package kannel-extras"
    );
    Command::new(PROGRAM)
        .args(["-v", "0", "-m", &MESSAGES.to_string()])
        .args(["-p", &port.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn kannels_test_centre_takes_our_texts_and_hands_over_its_own() {
    let box_listener = TcpListener::bind(SMSBOX).await.unwrap();
    let port = free_port().await;
    let mut centre = start(port);
    let mut log = BufReader::new(centre.stderr.take().unwrap()).lines();
    // Nothing may try whether it listens yet: it ends with the first connection that ends.
    let mut pair = settings(port);
    pair.binding = Binding::Pair;
    let running = run(pair);
    running.bound().await;
    let (mut gateway, _) = soon(box_listener.accept()).await.unwrap();
    for n in 0..MESSAGES {
        let text = format!("{n} is your code, and 🎉");
        assert_eq!(answer(running.send(n, &text)).await, Handover::Accepted);
    }
    let (mut taken, mut handed_over, mut octet) = (false, false, [0]);
    while !(taken && handed_over) {
        tokio::select! {
            line = soon(log.next_line()) => {
                let line = line.unwrap().expect("drive_smpp goes on until it is ended");
                assert!(!line.contains("unpacking failed") && !line.contains("garbage"), "{line}");
                taken |= line.contains("ESME has submitted all messages");
                handed_over |= line.contains("All messages sent to ESME");
            }
            // It keeps this connection open, and ends when it is closed.
            _ = gateway.read(&mut octet) => {}
        }
    }
    // Its sender is the short code 456, nobody we could answer.
    assert!(running.reports.texts.lock().is_empty());
    assert!(running.carrier.is_bound());
}
