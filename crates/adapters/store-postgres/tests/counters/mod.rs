//! Two databases with counters and notes, and how a counter is read and written.

use std::sync::Arc;

use store::{
    Column, Index, Kind, Migration, Schema, Step, Store, StoreError, Table, Tx, Value, Write,
};
use store_postgres::server::Server;
use store_postgres::{Options, Postgres};

pub static COUNTER: Table = Table {
    name: "counter",
    database: "main",
    columns: &[
        Column::new("id", Kind::Int),
        Column::new("count", Kind::Int),
    ],
    key: &["id"],
    indexes: &[],
};
pub static SHARE: Table = Table {
    database: "share",
    ..COUNTER
};
pub static NOTE: Table = Table {
    name: "note",
    database: "main",
    columns: &[
        Column::new("id", Kind::Bytes),
        Column::new("shelf", Kind::Int),
        Column::nullable("label", Kind::Text),
    ],
    key: &["id"],
    indexes: &[
        Index {
            name: "note_shelf",
            columns: &["shelf"],
            unique: false,
        },
        Index {
            name: "note_label",
            columns: &["label"],
            unique: true,
        },
    ],
};
const SCHEMA: Schema = Schema {
    databases: &["share", "main"],
    migrations: &[Migration {
        name: "0001_first",
        steps: &[
            Step::CreateTable(&SHARE),
            Step::CreateTable(&COUNTER),
            Step::CreateTable(&NOTE),
        ],
    }],
};

/// New databases on a server.
pub fn options(server: &Server) -> Options {
    server.options(&["share", "main"]).migrate()
}

/// A store, as itself and as the door to it.
pub fn open(options: &Options) -> (Arc<Postgres>, Arc<dyn Store>) {
    let postgres = Arc::new(Postgres::open(options, &SCHEMA).unwrap());
    (Arc::clone(&postgres), postgres)
}

/// A counter; one that is not there yet stands at 0.
pub async fn count(tx: &mut dyn Tx, table: &'static Table, id: i64) -> Result<i64, StoreError> {
    let row = tx.get_row(table, &[id.into()]).await?;
    Ok(match row.as_ref().and_then(|row| row.get(1)) {
        Some(Value::Int(count)) => *count,
        _ => 0,
    })
}

/// Sets a counter.
pub fn counted(table: &'static Table, id: i64, count: i64) -> Write {
    let row = vec![id.into(), count.into()];
    Write::Put { table, row }
}
