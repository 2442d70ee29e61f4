//! The suite on SQLite, and what only files can show.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use parking_lot::Mutex;
use store::conformance::{SCHEMA, UNKNOWN_TO, run_all};
use store::{Store, StoreError};
use store_sqlite::{Options, Sqlite, migrate};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite_conforms() {
    let directories = Mutex::new(vec![]);
    let fresh = || -> Arc<dyn Store> {
        let directory = tempfile::tempdir().unwrap();
        let options = Options::new(directory.path()).migrate();
        directories.lock().push(directory);
        Arc::new(Sqlite::open(&options, &SCHEMA).unwrap())
    };
    run_all(&fresh).await;
}

#[test]
fn migrating_twice_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options::new(directory.path());
    assert_eq!(migrate(&options, &SCHEMA), Ok(()));
    assert_eq!(migrate(&options, &SCHEMA), Ok(()));
    assert!(Sqlite::open(&options, &SCHEMA).is_ok());
}

#[test]
fn a_schema_is_completed_from_any_earlier_one() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options::new(directory.path());
    migrate(&options, &UNKNOWN_TO).unwrap();
    let refused = Sqlite::open(&options, &SCHEMA).err();
    let lacks = StoreError::NotMigrated {
        database: "share",
        migration: "0002_counters",
    };
    assert_eq!(refused, Some(lacks));
    assert!(Sqlite::open(&options.migrate(), &SCHEMA).is_ok());
}

#[test]
fn an_unmigrated_or_newer_database_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options::new(directory.path());
    let refused = Sqlite::open(&options, &SCHEMA).err();
    assert!(matches!(
        refused,
        Some(StoreError::NotMigrated {
            database: "share",
            ..
        })
    ));
    migrate(&options, &SCHEMA).unwrap();
    for refused in [
        Sqlite::open(&options, &UNKNOWN_TO).err(),
        Sqlite::open(&options.clone().migrate(), &UNKNOWN_TO).err(),
        migrate(&options, &UNKNOWN_TO).err(),
    ] {
        let migration = "0002_counters".to_owned();
        assert_eq!(
            refused,
            Some(StoreError::UnknownSchema {
                database: "share",
                migration
            })
        );
    }
}

#[tokio::test]
async fn files_belong_to_their_owner_only() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options::new(directory.path()).migrate();
    let store: Arc<dyn Store> = Arc::new(Sqlite::open(&options, &SCHEMA).unwrap());
    store.flush().await.unwrap();
    let mut seen = 0;
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        seen += 1;
    }
    assert!(seen >= 4, "two databases with their logs");
}

#[test]
fn a_directory_that_does_not_exist_is_a_typed_error() {
    let options = Options::new("/nonexistent/ringfence").migrate();
    assert_eq!(
        Sqlite::open(&options, &SCHEMA).err(),
        Some(StoreError::Unavailable)
    );
}
