//! What the product asks of a database server: nothing beyond the floor, and keys that spread.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;

use store::sql::{Many, Operation, beyond_floor, shape};
use store::{Scan, Schema, Table};
use store_postgres::DIALECT;

const CITUS: &str = include_str!("../../../../docs/reference/citus.sql");

fn schemas() -> [(&'static str, &'static Schema); 2] {
    [
        ("front", &identity::rows::SCHEMA),
        ("vault", &vault::rows::SCHEMA),
    ]
}

/// Every statement on a table that its users can cause.
fn statements(table: &'static Table) -> Vec<String> {
    let whole = Scan::new(table, 1);
    let by_index = table
        .indexes
        .iter()
        .map(|index| whole.clone().index(index.name));
    let scans = by_index.chain([whole.clone()]);
    let scans = scans.flat_map(|scan| [scan.clone(), scan.reverse()]);
    let scans = scans.map(|scan| Operation::Scan(shape(&scan).0));
    let plain = [
        Operation::Get,
        Operation::Insert,
        Operation::Put,
        Operation::Delete,
    ];
    let all = plain.into_iter().chain(scans);
    let all = all.map(|operation| DIALECT.text(table, operation).unwrap());
    let several = [Many::Inserts, Many::Puts, Many::Prefixes];
    let listed = [Many::Gets, Many::Deletes];
    let listed = listed.into_iter().filter(|_| table.key.len() == 1);
    let several = several.into_iter().chain(listed);
    all.chain(several.map(|many| DIALECT.many(table, many, 4).unwrap()))
        .collect()
}

#[test]
fn no_statement_is_beyond_what_every_server_has() {
    let mut seen = 0;
    for (_, schema) in schemas() {
        let steps = schema.migrations.iter().flat_map(|m| m.steps);
        let steps = steps.flat_map(|step| DIALECT.step(step, false).unwrap());
        let tables = schema.tables();
        let texts = steps.chain(tables.into_iter().flat_map(statements));
        for text in texts {
            assert_eq!(beyond_floor(&text), Vec::<String>::new(), "{text}");
            seen += 1;
        }
    }
    assert!(seen > 200, "{seen} statements");
}

/// What the file says of a table: `Some(column)` when it is distributed.
type Placed = BTreeMap<(String, String), Option<String>>;

/// Reads the file: `-- database: NAME`, then one call for each table.
fn placed() -> (Placed, Vec<String>) {
    let (mut placed, mut dropped, mut database) = (Placed::new(), vec![], "");
    for line in CITUS.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split('\'').collect();
        if let Some(name) = line.strip_prefix("-- database: ") {
            database = name;
        } else if line.starts_with("SELECT create_distributed_table(") {
            let key = (database.to_owned(), words[1].to_owned());
            assert!(
                placed.insert(key, Some(words[3].to_owned())).is_none(),
                "{line}"
            );
        } else if line.starts_with("SELECT citus_add_local_table_to_metadata(") {
            let key = (database.to_owned(), words[1].to_owned());
            assert!(placed.insert(key, None).is_none(), "{line}");
        } else if let Some(index) = line.strip_prefix("DROP INDEX ") {
            dropped.push(index.trim_end_matches(';').to_owned());
        } else {
            let known = line.starts_with("--") || line.starts_with("CREATE INDEX ");
            assert!(known, "unknown statement: {line}");
        }
    }
    (placed, dropped)
}

#[test]
fn every_table_has_its_place_on_citus_and_is_spread_by_the_first_column_of_its_key() {
    let (mut placed, dropped) = placed();
    for (room, schema) in schemas() {
        for table in schema.tables() {
            let key = (format!("{room} {}", table.database), table.name.to_owned());
            let place = placed.remove(&key);
            assert!(place.is_some(), "{key:?} is not in the file");
            let Some(Some(column)) = place else { continue };
            assert_eq!(table.key.first(), Some(&column.as_str()), "{key:?}");
            // Citus keeps an index unique only within a shard.
            for index in table.indexes.iter().filter(|index| index.unique) {
                let within = index.columns.contains(&column.as_str());
                let plain = dropped.iter().any(|name| name == index.name);
                assert!(within || plain, "{} cannot be unique", index.name);
            }
        }
    }
    assert_eq!(placed, Placed::new(), "there are no such tables");
}
