use store::{Column, Kind};

use super::*;

static COUNT: Table = Table {
    name: "count",
    database: "main",
    columns: &[
        Column::new("id", Kind::Int),
        Column::new("part", Kind::Int),
        Column::new("count", Kind::Int),
    ],
    key: &["id", "part"],
    indexes: &[],
};

fn row(id: i64, part: i64, count: i64) -> Row {
    vec![id.into(), part.into(), count.into()]
}

fn put(id: i64, part: i64, count: i64) -> Write {
    Write::Put {
        table: &COUNT,
        row: row(id, part, count),
    }
}

fn delete(id: i64, part: i64) -> Write {
    Write::Delete {
        table: &COUNT,
        key: vec![id.into(), part.into()],
    }
}

fn scan(id: i64, limit: usize) -> Read {
    Read::Scan(Scan::new(&COUNT, limit).prefix([id.into()]))
}

fn get(id: i64, part: i64) -> Read {
    Read::Get {
        table: &COUNT,
        key: vec![id.into(), part.into()],
    }
}

#[test]
fn a_row_just_written_is_known_and_one_just_deleted_is_known_to_be_gone() {
    let mut view = View::default();
    view.keep(&get(1, 1), vec![row(1, 1, 5)]);
    assert_eq!(view.known(&get(1, 1)), Some(vec![row(1, 1, 5)]));
    view.write(put(1, 1, 6)).unwrap();
    assert_eq!(view.known(&get(1, 1)), Some(vec![row(1, 1, 6)]));
    view.write(delete(1, 1)).unwrap();
    assert_eq!(view.known(&get(1, 1)), Some(vec![]));
    assert_eq!(view.known(&get(1, 2)), None);
}

#[test]
fn a_scan_of_a_prefix_sees_the_writes_kept_back_in_their_order() {
    let mut view = View::default();
    view.keep(&scan(1, 10), vec![row(1, 2, 0), row(1, 5, 0)]);
    for write in [put(1, 9, 1), put(1, 3, 1), put(2, 4, 1), put(1, 5, 1)] {
        view.write(write).unwrap();
    }
    view.write(delete(1, 2)).unwrap();
    let want = vec![row(1, 3, 1), row(1, 5, 1), row(1, 9, 1)];
    assert_eq!(view.known(&scan(1, 10)), Some(want));
    assert!(!view.needs_writes(&scan(3, 10)));
}

#[test]
fn what_a_limit_cut_off_is_not_guessed() {
    let mut view = View::default();
    view.keep(&scan(1, 2), vec![row(1, 1, 0), row(1, 2, 0)]);
    view.write(put(1, 3, 0)).unwrap();
    assert_eq!(view.known(&scan(1, 2)).map(|rows| rows.len()), Some(2));
    view.write(delete(1, 1)).unwrap();
    assert_eq!(view.known(&scan(1, 2)), None);
    assert!(view.needs_writes(&scan(1, 2)));
    assert_eq!(view.take_pending().len(), 2);
    assert!(!view.needs_writes(&scan(1, 2)));
    assert_eq!(view.known(&scan(1, 2)), None, "read before they were sent");
}

#[test]
fn a_scan_of_a_range_waits_for_the_writes_of_its_table() {
    let mut view = View::default();
    let range = Read::Scan(Scan::new(&COUNT, 10).from(3i64));
    assert!(!view.needs_writes(&range));
    view.write(put(1, 3, 0)).unwrap();
    assert!(view.needs_writes(&range));
}

#[test]
fn a_member_that_fails_leaves_no_trace() {
    let mut view = View::default();
    view.begin_member();
    view.write(put(1, 1, 1)).unwrap();
    view.begin_member();
    view.write(put(1, 1, 2)).unwrap();
    view.write(put(1, 2, 2)).unwrap();
    assert!(view.drop_member());
    assert_eq!(view.known(&get(1, 1)), Some(vec![row(1, 1, 1)]));
    assert_eq!(view.known(&get(1, 2)), None);
    view.begin_member();
    view.write(put(1, 1, 3)).unwrap();
    assert_eq!(view.take_pending().len(), 1);
    assert!(!view.drop_member(), "what was sent is not taken back here");
}

fn shown(writes: Vec<Write>) -> Vec<(&'static str, Vec<Value>)> {
    let show = |write: &Write| {
        let (_, operation, values) = Operation::of_write(write);
        let name = match operation {
            Operation::Put => "put",
            Operation::Insert => "insert",
            _ => "delete",
        };
        (name, values.to_vec())
    };
    writes.iter().map(show).collect()
}

#[test]
fn of_writes_that_replace_each_other_the_last_is_sent() {
    let kept = latest(vec![put(1, 0, 1), put(2, 0, 1), put(1, 0, 2), put(1, 0, 3)]);
    assert_eq!(
        shown(kept),
        vec![("put", row(2, 0, 1)), ("put", row(1, 0, 3))]
    );
}

#[test]
fn what_another_kind_of_write_parts_is_kept() {
    let insert = Write::Insert {
        table: &COUNT,
        row: row(1, 0, 7),
    };
    let writes = vec![
        put(1, 0, 1),
        delete(1, 0),
        put(1, 0, 2),
        insert,
        put(1, 0, 3),
    ];
    assert_eq!(latest(writes).len(), 5);
}
