//! A demonstration with people, and a database server that its rows move to: for tests of what
//! happens there.
#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "helpers of several tests fail as tests do, and not each needs all"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use e2e::{Code, System, sample};
use store_postgres::server::Server;

const DATABASES: [&str; 3] = ["front", "vault", "share"];

/// A server with empty databases.
pub fn empty_server() -> Server {
    let server = Server::start();
    for name in DATABASES {
        assert!(server.sql("postgres", &format!("CREATE DATABASE {name}")));
    }
    // Rooms have no capability by which they could enter another user's folder.
    fs::set_permissions(server.socket(), fs::Permissions::from_mode(0o755)).unwrap();
    server
}

/// A demonstration's configuration, but for its databases, which are on the server.
pub fn config_on(server: &Server, system: &System) -> PathBuf {
    let socket = server.socket().display();
    let [front, vault, share] =
        DATABASES.map(|name| format!("\"postgresql:///{name}?host={socket}&user=owner\""));
    let tables = format!(
        "\n[front.database]\naddress = {front}\n\n[vault.database]\naddress = {vault}\n\
         share_address = {share}\n"
    );
    let config = fs::read_to_string(system.config()).unwrap();
    let moved = system.data().join("moved.toml");
    fs::write(&moved, config + &tables).unwrap();
    moved
}

/// A demonstration whose rows were moved to a server of its own.
pub fn on_a_server() -> (Server, System) {
    let (server, mut system) = (empty_server(), System::start());
    assert_eq!(system.stop(), Some(0));
    let moved = config_on(&server, &system);
    let output = system.operate(&["migrate-store", "--to", moved.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    fs::rename(&moved, system.config()).unwrap();
    system.serve();
    (server, system)
}

/// Somebody with an account.
pub struct Person {
    number: String,
    subject: String,
    code: Code,
}

/// So many people sign up.
pub fn people(system: &System, many: usize) -> Vec<Person> {
    let (mut api, mut phones) = (system.api(), system.phones());
    let sign_up = |n| {
        let number = sample::number(n);
        let started = api.start(&number);
        let code = phones.code(&number);
        let answer = api.check(&started.id, &code.digits);
        assert_eq!(answer["new_account"], true, "{answer}");
        let subject = answer["subject"].as_str().unwrap().to_owned();
        Person {
            number,
            subject,
            code,
        }
    };
    (0..many).map(sign_up).collect()
}

/// Signs everybody in by the number.
pub fn all_are_found(system: &System, people: &[Person]) {
    let (mut api, mut phones) = (system.api(), system.phones());
    for person in people {
        let started = api.start_for(&person.number, "login");
        let code = phones.code_after(&person.number, &person.code);
        let answer = api.check(&started.id, &code.digits);
        assert_eq!(answer["subject"], *person.subject, "{answer}");
    }
}
