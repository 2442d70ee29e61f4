use std::fs;

use courier::{ReceiptQueue, simulator::NoInbound};
use rooms::settings::Configuration;
use tempfile::TempDir;

use super::*;

fn ledger() -> Arc<Ledger> {
    let queue = Arc::new(ReceiptQueue::new());
    Arc::new(Ledger::new(
        Arc::new(SystemClock),
        queue,
        Arc::new(NoInbound),
    ))
}

/// The carriers of a file in which `DIR` stands for a folder with these secrets.
fn build(text: &str, secrets: &[(&str, &str)]) -> Result<Ways, String> {
    let folder = TempDir::new().unwrap();
    for (name, secret) in secrets {
        fs::write(folder.path().join(name), secret).unwrap();
    }
    let text = text.replace("DIR", folder.path().to_str().unwrap());
    let settings = Configuration::parse(&text).unwrap().carriers;
    Ways::build(&settings, &ledger()).map_err(|failure| match failure {
        Failure::Usage(text) | Failure::Settings(text) | Failure::Failed(text) => text,
    })
}

/// The system's own bundle: what a default configuration names.
const OWN: &str = r#"
[courier]
public_url = "https://courier.example"
[[courier.carriers]]
name = "own"
kind = "http"
url = "http://localhost:9/send"
secret_file = "DIR/secret"
"#;
const CENTRE: &str = r#"
[[courier.carriers]]
name = "centre"
kind = "smpp"
host = "smsc.example"
tls = false
system_id = "fence"
password_file = "DIR/password"
"#;
const SECRET: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";

#[test]
fn without_carriers_there_are_no_sockets_and_no_pool() {
    let settings = CourierSettings::default();
    assert_eq!(sockets(&settings), Sockets::none());
    assert_eq!(read_only(&settings), Vec::<PathBuf>::new());
    assert!(Ways::build(&settings, &ledger()).unwrap().pool.is_none());
}

#[test]
fn carriers_are_made_from_their_files() {
    let text = format!("{OWN}{CENTRE}");
    let secrets = [("secret", SECRET), ("password", "sesame\n")];
    let ways = build(&text, &secrets).unwrap();
    assert!(ways.pool.is_some());
    assert_eq!(ways.sessions.len(), 1);
    assert_eq!(ways.webhooks.keys().collect::<Vec<_>>(), ["own"]);
}

#[test]
fn secrets_that_cannot_be_used_are_named_by_key_and_never_shown() {
    let refused = |text, secrets: &[(&str, &str)]| build(text, secrets).err().unwrap();
    assert!(refused(OWN, &[]).contains("cannot be read"));
    assert!(refused(OWN, &[("secret", " \n")]).contains("is empty"));
    let short = refused(OWN, &[("secret", "whsec_c2VzYW1l")]);
    assert!(
        short.contains("secret_file") && !short.contains("c2Vz"),
        "{short}"
    );
    let long = refused(CENTRE, &[("password", "123456789")]);
    assert!(
        long.contains("password_file") && !long.contains("123456789"),
        "{long}"
    );
}

#[test]
fn the_room_may_reach_its_carriers_ports_and_names() {
    let settings = Configuration::parse(&format!("{OWN}{CENTRE}"))
        .unwrap()
        .carriers;
    let sockets = sockets(&settings);
    assert_eq!(sockets.tcp_ports, [9, 2775, 53]);
    assert!(sockets.udp && !sockets.unix);
}

/// An operator without any carrier.
const OPERATOR: &str = r#"
[courier.operator]
sim_swap = "https://api.operator.example:8443/sim-swap/v2"
token_url = "https://auth.operator.example/token"
client_id = "fence"
client_secret_file = "DIR/operator"
"#;

#[test]
fn an_operator_alone_opens_its_ports_and_no_pool() {
    let ways = build(OPERATOR, &[("operator", "sesame\n")]).unwrap();
    assert!(ways.operator.is_some() && ways.pool.is_none());
    let settings = Configuration::parse(OPERATOR).unwrap().carriers;
    assert_eq!(sockets(&settings).tcp_ports, [443, 8443, 53]);
    assert!(!read_only(&settings).is_empty());
    let missing = build(OPERATOR, &[]).err().unwrap();
    assert!(missing.starts_with("[courier.operator]"), "{missing}");
}
