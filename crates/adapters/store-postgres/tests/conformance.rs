//! The suite on PostgreSQL, and what only a server can show.

use std::sync::Arc;

use store::conformance::{SCHEMA, UNKNOWN_TO, run_all};
use store::{Store, StoreError};
use store_postgres::server::Server;
use store_postgres::{Options, Place, Postgres, migrate};

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

#[tokio::test]
async fn a_role_that_may_only_use_the_rows_is_enough() {
    let server = Server::start();
    drop(server.options(&["share", "main"]));
    assert!(server.sql("postgres", "CREATE ROLE room LOGIN"));
    for database in ["share_0", "main_0"] {
        let rights = "REVOKE ALL ON SCHEMA public FROM PUBLIC;
            GRANT USAGE ON SCHEMA public TO room;
            ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO room";
        assert!(server.sql(database, rights));
    }
    let socket = server.socket().display();
    let as_role = |owner: Option<&str>| {
        let place = |name: &str| {
            let address = format!("postgresql:///{name}_0?host={socket}&user=room");
            Place::configured(&address, owner, None).unwrap()
        };
        let options = Options::default().database("share", place("share"));
        options.database("main", place("main"))
    };
    assert_eq!(
        migrate(&as_role(None), &SCHEMA),
        Err(StoreError::Unavailable),
        "the room's role may not make tables"
    );
    assert_eq!(migrate(&as_role(Some("owner")), &SCHEMA), Ok(()));
    assert_eq!(migrate(&as_role(None), &SCHEMA), Ok(()), "nothing to do");
    let store: Arc<dyn Store> = Arc::new(Postgres::open(&as_role(None), &SCHEMA).unwrap());
    let lease = async |tx: &mut dyn store::Tx| {
        store::jobs::next_due(tx, &["Any"]).await?;
        tx.write(vec![store::Write::Delete {
            table: &store::jobs::JOB,
            key: vec![[0; 16].into()],
        }])
        .await
    };
    assert_eq!(
        store.transact("roles.use", lease).await,
        Ok::<_, StoreError>(())
    );
}

#[test]
fn a_password_is_read_from_its_file_and_a_wrong_one_is_refused() {
    let mut server = Server::start();
    drop(server.options(&["share", "main"]));
    let role = "CREATE ROLE room LOGIN SUPERUSER PASSWORD 'open sesame'";
    assert!(server.sql("postgres", role));
    server.let_in("local all room scram-sha-256");
    let file = tempfile::NamedTempFile::new().unwrap();
    let socket = server.socket().display().to_string();
    let place = |name: &str| {
        let address = format!("postgresql:///{name}_0?host={socket}&user=room");
        Place::configured(&address, None, Some(file.path()))
    };
    let migrated = || {
        let options = Options::default().database("share", place("share").unwrap());
        migrate(&options.database("main", place("main").unwrap()), &SCHEMA)
    };
    for unusable in ["", "\n", "two\nlines\n"] {
        std::fs::write(file.path(), unusable).unwrap();
        assert!(place("main").is_err(), "{unusable:?}");
    }
    std::fs::write(file.path(), "open barley\n").unwrap();
    assert_eq!(migrated(), Err(StoreError::Unavailable));
    std::fs::write(file.path(), "open sesame\n").unwrap();
    assert_eq!(migrated(), Ok(()));
}
