//! Faults and files, with a hand on the writer's own connections.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use store::sql::Operation;
use store::{
    Column, Kind, Migration, Read, Scan, Schema, Step, Store, StoreError, Table, Tx, Write,
};
use tempfile::TempDir;

use crate::dialect::DIALECT;
use crate::{Options, Sqlite, files};

static NOTE: Table = Table {
    name: "note",
    database: "main",
    columns: &[
        Column::new("id", Kind::Int),
        Column::new("text", Kind::Bytes),
        Column::nullable("at", Kind::Int),
    ],
    key: &["id"],
    indexes: &[store::Index {
        name: "note_at",
        columns: &["text", "at"],
        unique: false,
    }],
};
/// As [`NOTE`], with a key that is no row number.
static NAMED: Table = Table {
    name: "named",
    columns: &[
        Column::new("id", Kind::Bytes),
        Column::new("text", Kind::Bytes),
        Column::nullable("at", Kind::Int),
    ],
    indexes: &[store::Index {
        name: "named_at",
        columns: &["text", "at"],
        unique: false,
    }],
    ..NOTE
};
static SHARE: Table = Table {
    name: "share",
    database: "share",
    ..NOTE
};
const SCHEMA: Schema = Schema {
    databases: &["share", "main"],
    migrations: &[Migration {
        name: "0001_notes",
        steps: &[Step::CreateTable(&SHARE_PLAIN), Step::CreateTable(&NOTE)],
    }],
};
static SHARE_PLAIN: Table = Table {
    indexes: &[],
    ..SHARE
};

struct Fixture {
    directory: TempDir,
    sqlite: Arc<Sqlite>,
    store: Arc<dyn Store>,
}

fn open() -> Fixture {
    let directory = tempfile::tempdir().unwrap();
    let options = Options::new(directory.path()).migrate();
    let sqlite = Arc::new(Sqlite::open(&options, &SCHEMA).unwrap());
    Fixture {
        directory,
        store: sqlite.clone(),
        sqlite,
    }
}

fn note(table: &'static Table, id: i64, bytes: usize) -> Write {
    Write::Put {
        table,
        row: vec![id.into(), vec![b'x'; bytes].into(), store::Value::Null],
    }
}

impl Fixture {
    async fn write(&self, writes: Vec<Write>) -> Result<(), StoreError> {
        self.store
            .transact("test.write", async move |tx| tx.write(writes.clone()).await)
            .await
    }

    async fn has(&self, table: &'static Table, id: i64) -> bool {
        let get = async move |tx: &mut dyn Tx| tx.get_row(table, &[id.into()]).await;
        self.store
            .read("test.has", get)
            .await
            .unwrap_or_else(|e: StoreError| panic!("{e}"))
            .is_some()
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.directory.path().join(name)
    }
}

#[tokio::test]
async fn a_full_database_is_typed_and_recovers() {
    let fixture = open();
    fixture
        .sqlite
        .script("main", "PRAGMA max_page_count = 20")
        .await;
    assert_eq!(
        fixture.write(vec![note(&NOTE, 1, 500_000)]).await,
        Err(StoreError::Full)
    );
    assert_eq!(
        fixture.write(vec![note(&NOTE, 2, 10)]).await,
        Ok(()),
        "a small row still fits"
    );
    fixture
        .sqlite
        .script("main", "PRAGMA max_page_count = 100000")
        .await;
    assert_eq!(fixture.write(vec![note(&NOTE, 1, 500_000)]).await, Ok(()));
}

#[tokio::test]
async fn a_read_only_database_is_typed_and_recovers() {
    let fixture = open();
    fixture
        .sqlite
        .script("main", "PRAGMA query_only = ON")
        .await;
    assert_eq!(
        fixture.write(vec![note(&NOTE, 1, 1)]).await,
        Err(StoreError::ReadOnly)
    );
    assert_eq!(fixture.write(vec![note(&SHARE_PLAIN, 1, 1)]).await, Ok(()));
    fixture
        .sqlite
        .script("main", "PRAGMA query_only = OFF")
        .await;
    assert_eq!(fixture.write(vec![note(&NOTE, 1, 1)]).await, Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_told_success_for_what_a_full_disk_took_back() {
    let fixture = open();
    fixture
        .sqlite
        .script("main", "PRAGMA max_page_count = 60")
        .await;
    let mut tasks = tokio::task::JoinSet::new();
    for id in 0..64 {
        let store = fixture.store.clone();
        let bytes = if id % 8 == 7 { 150_000 } else { 1_000 };
        tasks.spawn(async move {
            let put = async move |tx: &mut dyn Tx| tx.write(vec![note(&NOTE, id, bytes)]).await;
            (id, store.transact("test.put", put).await)
        });
    }
    let mut refused = 0;
    while let Some(done) = tasks.join_next().await {
        let (id, result): (i64, Result<(), StoreError>) = done.unwrap();
        match result {
            Ok(()) => assert!(
                fixture.has(&NOTE, id).await,
                "what was acknowledged is there"
            ),
            Err(error) => {
                assert_eq!(error, StoreError::Full);
                assert!(!fixture.has(&NOTE, id).await, "what was refused is not");
                refused += 1;
            }
        }
    }
    assert!(refused > 0);
}

#[tokio::test]
async fn a_failure_of_the_later_database_leaves_the_earlier_half_and_says_so() {
    let fixture = open();
    // A deferred foreign key fails at the commit and not before.
    let broken = "CREATE TABLE parent (id INTEGER PRIMARY KEY);
         CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
         CREATE TRIGGER spoil AFTER INSERT ON note BEGIN INSERT INTO child VALUES (1); END;
         PRAGMA foreign_keys = ON;";
    fixture.sqlite.script("main", broken).await;
    let both = vec![note(&NOTE, 1, 1), note(&SHARE_PLAIN, 1, 1)];
    assert_eq!(fixture.write(both).await, Err(StoreError::OutcomeUnknown));
    assert!(fixture.has(&SHARE_PLAIN, 1).await, "share commits first");
    assert!(!fixture.has(&NOTE, 1).await);
    fixture.sqlite.script("main", "DROP TRIGGER spoil").await;
    assert_eq!(
        fixture.write(vec![note(&NOTE, 1, 1)]).await,
        Ok(()),
        "the writer goes on"
    );
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

#[tokio::test]
async fn a_group_does_not_touch_a_database_it_does_not_need() {
    let fixture = open();
    fixture.sqlite.checkpoint_truncate("share").await.unwrap();
    fixture.write(vec![note(&NOTE, 1, 1)]).await.unwrap();
    assert_eq!(size(&fixture.file("share.db-wal")), 0);
    assert!(size(&fixture.file("main.db-wal")) > 0);
}

fn holds(path: &Path, needle: &[u8]) -> bool {
    std::fs::read(path).is_ok_and(|bytes| bytes.windows(needle.len()).any(|w| w == needle))
}

#[tokio::test]
async fn deleted_content_is_gone_from_the_disk_after_a_checkpoint() {
    let fixture = open();
    let needle = b"a-secret-that-must-go";
    let row = vec![1i64.into(), needle.into(), store::Value::Null];
    fixture
        .write(vec![Write::Put { table: &NOTE, row }])
        .await
        .unwrap();
    fixture.sqlite.checkpoint_truncate("main").await.unwrap();
    assert!(holds(&fixture.file("main.db"), needle));
    fixture
        .write(vec![Write::Delete {
            table: &NOTE,
            key: vec![1i64.into()],
        }])
        .await
        .unwrap();
    fixture.sqlite.checkpoint_truncate("main").await.unwrap();
    assert!(!holds(&fixture.file("main.db"), needle));
    assert!(!holds(&fixture.file("main.db-wal"), needle));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_whole_while_others_write() {
    let fixture = open();
    fixture
        .write((0..100).map(|id| note(&NOTE, id, 1_000)).collect())
        .await
        .unwrap();
    let store = fixture.store.clone();
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move {
        // Two rows at a time: a backup must never hold one without the other.
        for id in 0..200 {
            let pair = vec![note(&NOTE, 1_000 + id, 10), note(&NOTE, 2_000 + id, 10)];
            let put = async move |tx: &mut dyn Tx| tx.write(pair.clone()).await;
            store.transact("test.pair", put).await?;
        }
        Ok::<_, StoreError>(())
    });
    for number in 0..5 {
        let copy = fixture.file(&format!("backup-{number}"));
        fixture.sqlite.backup("main", &copy).unwrap();
        assert_eq!(
            std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(crate::check_file(&copy), Ok(()));
        let odd = "SELECT (SELECT count(*) FROM note WHERE id BETWEEN 1000 AND 1999) \
             - (SELECT count(*) FROM note WHERE id >= 2000)";
        let odd: i64 = Connection::open(&copy)
            .unwrap()
            .query_row(odd, [], |row| row.get(0))
            .unwrap();
        assert_eq!(odd, 0);
        let again = fixture.sqlite.backup("main", &copy);
        assert_eq!(
            again,
            Err(StoreError::Unavailable),
            "a backup overwrites nothing"
        );
    }
    tasks.join_next().await.unwrap().unwrap().unwrap();
    assert_eq!(fixture.sqlite.integrity_check("main"), Ok(()));
}

#[test]
fn a_damaged_file_is_corrupt() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("main.db");
    std::fs::write(
        &path,
        b"this is no database, but it is longer than a header ".repeat(40),
    )
    .unwrap();
    assert!(matches!(
        crate::check_file(&path),
        Err(StoreError::Corrupt { .. })
    ));
}

#[tokio::test]
async fn a_second_process_may_write_to_the_same_file() {
    let fixture = open();
    let other = files::operator(&fixture.file("main.db")).unwrap();
    other
        .execute("INSERT INTO note VALUES (7, X'', NULL)", [])
        .unwrap();
    assert!(fixture.has(&NOTE, 7).await);
    assert_eq!(fixture.write(vec![note(&NOTE, 7, 1)]).await, Ok(()));
}

/// The plan of a scan, as SQLite explains it.
fn plan(connection: &Connection, scan: &Scan) -> String {
    let (shape, _) = store::sql::shape(scan);
    let text = DIALECT.text(scan.table, Operation::Scan(shape)).unwrap();
    let text = format!("EXPLAIN QUERY PLAN {text}");
    let mut statement = connection.prepare(&text).unwrap();
    let mut rows = statement.raw_query();
    let mut plan = vec![];
    while let Some(row) = rows.next().unwrap() {
        plan.push(row.get::<_, String>(3).unwrap());
    }
    plan.join("; ")
}

#[test]
fn every_scan_seeks_and_none_sorts() {
    let fixture = open();
    let connection = files::operator(&fixture.file("main.db")).unwrap();
    let named = DIALECT.step(&Step::CreateTable(&NAMED), false).unwrap();
    connection.execute_batch(&named.join(";")).unwrap();
    let place = Some(vec![b"x".into(), 5i64.into(), b"k".into()]);
    let by_text = || {
        Scan::new(&NAMED, 10)
            .index("named_at")
            .prefix([b"x".into()])
    };
    for (scan, seek) in [
        (Scan::new(&NOTE, 10).from(3i64), "(rowid>?)"),
        (Scan::new(&NAMED, 10).from(b"k"), "(id>?)"),
        (
            Scan::new(&NAMED, 10).after(Some(vec![b"k".into()])),
            "(id>?)",
        ),
        (by_text(), "named_at (text=?"),
        (
            by_text().from(1i64).to(9i64),
            "named_at (text=? AND at>? AND at<?)",
        ),
        (
            by_text().after(place.clone()),
            "named_at (text=? AND (at,id)>(?,?))",
        ),
        (
            by_text().from(1i64).to(9i64).after(place.clone()),
            "named_at (text=? AND (at,id)>(?,?)",
        ),
        (by_text().to(9i64).after(place).reverse(), "(at,id)<(?,?))"),
    ] {
        let plan = plan(&connection, &scan);
        assert!(plan.contains(seek), "{plan} should seek by {seek}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan} sorts");
    }
}

#[tokio::test]
async fn an_added_column_fills_the_rows_that_exist() {
    static OLD: Table = Table {
        name: "note",
        database: "main",
        columns: &[Column::new("id", Kind::Int)],
        key: &["id"],
        indexes: &[],
    };
    const FIRST: Migration = Migration {
        name: "0001",
        steps: &[Step::CreateTable(&OLD)],
    };
    const ADD: Migration = Migration {
        name: "0002",
        steps: &[
            Step::AddColumn {
                table: &NOTE,
                column: "text",
                fill: store::Fill::Empty,
            },
            Step::AddColumn {
                table: &NOTE,
                column: "at",
                fill: store::Fill::Null,
            },
            Step::CreateIndex(&NOTE, "note_at"),
        ],
    };
    let directory = tempfile::tempdir().unwrap();
    let options = Options::new(directory.path()).migrate();
    let old = Schema {
        databases: &["main"],
        migrations: &[FIRST],
    };
    let new = Schema {
        databases: &["main"],
        migrations: &[FIRST, ADD],
    };
    let store: Arc<dyn Store> = Arc::new(Sqlite::open(&options, &old).unwrap());
    let row = async |tx: &mut dyn Tx| {
        tx.write(vec![Write::Insert {
            table: &OLD,
            row: vec![1i64.into()],
        }])
        .await
    };
    assert_eq!(
        store.transact("test.old", row).await,
        Ok::<_, StoreError>(())
    );
    store.close().await;
    let store: Arc<dyn Store> = Arc::new(Sqlite::open(&options, &new).unwrap());
    let read = Read::Get {
        table: &NOTE,
        key: vec![1i64.into()],
    };
    let get = async move |tx: &mut dyn Tx| tx.read(std::slice::from_ref(&read)).await;
    let rows: Result<_, StoreError> = store.read("test.new", get).await;
    let want = vec![1i64.into(), store::Value::Bytes(vec![]), store::Value::Null];
    assert_eq!(rows, Ok(vec![vec![want]]));
}
