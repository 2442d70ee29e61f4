//! The suite on PostgreSQL, and what only a server can show.

use std::sync::Arc;

use store::conformance::{SCHEMA, UNKNOWN_TO, run_all};
use store::{Store, StoreError};
use store_postgres::server::Server;
use store_postgres::{Postgres, migrate};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_conforms() {
    let server = Server::start();
    let fresh = || -> Arc<dyn Store> {
        let options = server.options(&["share", "main"]).migrate();
        Arc::new(Postgres::open(&options, &SCHEMA).unwrap())
    };
    run_all(&fresh).await;
}

#[test]
fn migrating_twice_changes_nothing() {
    let server = Server::start();
    let options = server.options(&["share", "main"]);
    assert_eq!(migrate(&options, &SCHEMA), Ok(()));
    assert_eq!(migrate(&options, &SCHEMA), Ok(()));
    assert!(Postgres::open(&options, &SCHEMA).is_ok());
}

#[test]
fn an_unmigrated_older_or_newer_database_is_refused() {
    let server = Server::start();
    let options = server.options(&["share", "main"]);
    let lacks = |migration| StoreError::NotMigrated {
        database: "share",
        migration,
    };
    let refused = Postgres::open(&options, &SCHEMA).err();
    assert_eq!(refused, Some(lacks("0001_items")));
    migrate(&options, &UNKNOWN_TO).unwrap();
    let refused = Postgres::open(&options, &SCHEMA).err();
    assert_eq!(refused, Some(lacks("0002_counters")));
    migrate(&options, &SCHEMA).unwrap();
    let unknown = StoreError::UnknownSchema {
        database: "share",
        migration: "0002_counters".to_owned(),
    };
    assert_eq!(
        Postgres::open(&options, &UNKNOWN_TO).err(),
        Some(unknown.clone())
    );
    assert_eq!(migrate(&options, &UNKNOWN_TO), Err(unknown));
}
