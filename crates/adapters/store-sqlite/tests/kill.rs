//! Kills a writing process at random moments; everything that it had acknowledged must be there.
//!
//! The program starts itself again as the child, so it has a `main` of its own.

use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use store::{
    Column, Kind, Migration, Read, Schema, Step, Store, StoreError, Table, Tx, Value, Write,
};
use store_sqlite::{Options, Sqlite};

const ROUNDS: u32 = 20;
const CALLERS: i64 = 4;

const COLUMNS: &[Column] = &[
    Column::new("caller", Kind::Int),
    Column::new("count", Kind::Int),
];
static MAIN: Table = Table {
    name: "counter",
    database: "main",
    columns: COLUMNS,
    key: &["caller"],
    indexes: &[],
};
static SHARE: Table = Table {
    database: "share",
    ..MAIN
};
const SCHEMA: Schema = Schema {
    databases: &["share", "main"],
    migrations: &[Migration {
        name: "0001_counters",
        steps: &[Step::CreateTable(&SHARE), Step::CreateTable(&MAIN)],
    }],
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[expect(
    clippy::print_stdout,
    reason = "a test runner reads the list of tests there"
)]
fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().collect();
    // What a test runner asks before it runs anything; there is one test, and none is ignored.
    if arguments.iter().any(|argument| argument == "--list") {
        if !arguments.iter().any(|argument| argument == "--ignored") {
            println!("every_acknowledged_transaction_survives_kill: test");
        }
        return Ok(());
    }
    let runtime = tokio::runtime::Runtime::new()?;
    match arguments.get(1).map(String::as_str) {
        Some("child") => runtime.block_on(write_until_killed(Path::new(&arguments[2]))),
        _ => {
            let directory = tempfile::tempdir()?;
            runtime.block_on(kill_and_look(directory.path()))
        }
    }
}

fn open(directory: &Path) -> Result<Arc<dyn Store>, StoreError> {
    Ok(Arc::new(Sqlite::open(
        &Options::new(directory).migrate(),
        &SCHEMA,
    )?))
}

/// The counters of a caller in both databases.
async fn counts(tx: &mut dyn Tx, caller: i64) -> Result<(i64, i64), StoreError> {
    let get = |table| Read::Get {
        table,
        key: vec![caller.into()],
    };
    let rows = tx.read(&[get(&SHARE), get(&MAIN)]).await?;
    let count = |at: usize| match rows[at].first().map(|row| &row[1]) {
        Some(Value::Int(count)) => *count,
        _ => 0,
    };
    Ok((count(0), count(1)))
}

/// Adds one in both databases, and answers the new count.
async fn add_one(tx: &mut dyn Tx, caller: i64) -> Result<i64, StoreError> {
    let count = counts(tx, caller).await?.1 + 1;
    let put = |table| Write::Put {
        table,
        row: vec![caller.into(), count.into()],
    };
    tx.write(vec![put(&MAIN), put(&SHARE)]).await?;
    Ok(count)
}

async fn write_until_killed(directory: &Path) -> Result<(), Failure> {
    let store = open(directory)?;
    let mut tasks = tokio::task::JoinSet::new();
    for caller in 0..CALLERS {
        let store = store.clone();
        tasks.spawn(async move {
            loop {
                let add = async move |tx: &mut dyn Tx| add_one(tx, caller).await;
                let count = store.transact("kill.add", add).await?;
                // One write, so that a line is whole or not there.
                let line = format!("{caller} {count}\n");
                std::io::stdout().lock().write_all(line.as_bytes())?;
            }
        });
    }
    match tasks.join_next().await {
        Some(ended) => ended?,
        None => Ok(()),
    }
}

/// Runs a child, kills it after `lines` acknowledgements, and answers the last of each caller.
fn run_and_kill(directory: &Path, lines: usize) -> Result<Vec<i64>, Failure> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("child")
        .arg(directory)
        .stdout(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().ok_or("no pipe")?;
    let mut acknowledged = vec![0; usize::try_from(CALLERS)?];
    let mut read = 0;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        read += 1;
        if read == lines {
            child.kill()?;
        }
        // What was still in the pipe counts too.
        if let Some((caller, count)) = line.split_once(' ') {
            acknowledged[caller.parse::<usize>()?] = count.parse()?;
        }
    }
    child.wait()?;
    if read < lines {
        Err("the child ended by itself".into())
    } else {
        Ok(acknowledged)
    }
}

async fn kill_and_look(directory: &Path) -> Result<(), Failure> {
    for round in 0..ROUNDS {
        // Odd steps reach the starts, middles and ends of groups.
        let lines = usize::try_from(1 + round * 37 % 211)?;
        let acknowledged = run_and_kill(directory, lines)?;
        let store = open(directory)?;
        for (caller, acknowledged) in (0..CALLERS).zip(acknowledged) {
            let read = async move |tx: &mut dyn Tx| counts(tx, caller).await;
            let (share, main) = store
                .read("kill.look", read)
                .await
                .map_err(|e: StoreError| e)?;
            assert!(
                main >= acknowledged,
                "round {round}: {main} of {acknowledged}"
            );
            assert!(
                share == main || share == main + 1,
                "share commits first: {share}, {main}"
            );
        }
        store.close().await;
        for name in SCHEMA.databases {
            store_sqlite::check_file(&Options::new(directory).path(name))?;
        }
    }
    writeln!(
        std::io::stdout(),
        "test every_acknowledged_transaction_survives_kill ... ok"
    )?;
    Ok(())
}
