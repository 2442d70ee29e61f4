use store::{Column, Kind, Scan};

use super::*;

static NOTE: Table = Table {
    name: "note",
    database: "main",
    columns: &[Column::new("id", Kind::Int), Column::new("text", Kind::Int)],
    key: &["id"],
    indexes: &[],
};
static TAG: Table = Table {
    name: "tag",
    database: "main",
    columns: &[
        Column::new("lookup", Kind::Int),
        Column::new("subject", Kind::Int),
    ],
    key: &["lookup", "subject"],
    indexes: &[],
};

fn get(id: i64) -> Read {
    Read::Get {
        table: &NOTE,
        key: vec![id.into()],
    }
}

fn tags(lookup: i64, limit: usize) -> Read {
    Read::Scan(Scan::new(&TAG, limit).prefix([lookup.into()]))
}

fn put(id: i64) -> Write {
    Write::Put {
        table: &NOTE,
        row: vec![id.into(), 0i64.into()],
    }
}

fn insert(id: i64) -> Write {
    Write::Insert {
        table: &NOTE,
        row: vec![id.into(), 0i64.into()],
    }
}

fn forms(jobs: &[Job]) -> Vec<(&'static str, Form, usize)> {
    let form = |job: &Job| (job.table.name, job.form, job.values.len());
    jobs.iter().map(form).collect()
}

#[test]
fn reads_of_one_table_become_one_statement_and_each_gets_its_rows() {
    let range = Read::Scan(Scan::new(&NOTE, 3));
    let reads = [get(7), tags(1, 5), get(9), range, tags(2, 5), get(8)];
    let asked = Asked::together(&reads);
    let want = [
        ("note", Form::Many(Many::Gets, 4), 4),
        ("tag", Form::Many(Many::Prefixes, 2), 3),
    ];
    assert_eq!(asked.jobs.len(), 3);
    assert_eq!(forms(&asked.jobs[1..]), want);
    let row = |a: i64, b: i64| -> Row { vec![a.into(), b.into()] };
    let rows = [
        vec![row(1, 1)],
        vec![row(9, 0), row(7, 0)],
        vec![row(2, 4), row(2, 6)],
    ];
    let answers = asked.answers(&reads, &rows).unwrap().unwrap();
    let want = vec![
        vec![row(7, 0)],
        vec![],
        vec![row(9, 0)],
        vec![row(1, 1)],
        vec![row(2, 4), row(2, 6)],
        vec![],
    ];
    assert_eq!(answers, want);
}

#[test]
fn answers_that_a_limit_may_have_cut_short_are_asked_for_singly() {
    let reads = [tags(1, 1), tags(2, 1)];
    let asked = Asked::together(&reads);
    let row = |a: i64, b: i64| -> Row { vec![a.into(), b.into()] };
    let cut = [vec![row(1, 1), row(1, 2)]];
    assert_eq!(asked.answers(&reads, &cut), Ok(None));
    let asked = Asked::singly(&reads);
    let rows = [vec![row(1, 1)], vec![row(2, 2)]];
    assert_eq!(asked.answers(&reads, &rows), Ok(Some(rows.to_vec())));
}

#[test]
fn a_read_alone_needs_no_list() {
    let asked = Asked::together(&[get(1), tags(1, 5)]);
    assert!(
        asked
            .jobs
            .iter()
            .all(|job| matches!(job.form, Form::One(_)))
    );
}

#[test]
fn more_reads_than_fit_are_split() {
    let reads: Vec<Read> = (0..130).map(get).collect();
    let asked = Asked::together(&reads);
    let counts: Vec<usize> = asked.jobs.iter().map(|job| job.values.len()).collect();
    assert_eq!(counts, [64, 64, 2]);
}

#[test]
fn writes_to_one_table_are_one_statement_up_to_a_limit() {
    let jobs = written((0..23).map(put).collect()).unwrap();
    let want = [
        ("note", Form::Many(Many::Puts, 16), 32),
        ("note", Form::Many(Many::Puts, 7), 14),
    ];
    assert_eq!(forms(&jobs), want);
    let jobs = written((0..17).map(put).collect()).unwrap();
    assert_eq!(forms(&jobs)[1..], [("note", Form::One(Operation::Put), 2)]);
}

#[test]
fn writes_of_one_table_keep_their_order_and_no_statement_writes_a_row_twice() {
    let delete = Write::Delete {
        table: &NOTE,
        key: vec![1i64.into()],
    };
    let tag = Write::Insert {
        table: &TAG,
        row: vec![1i64.into(), 1i64.into()],
    };
    let jobs = written(vec![put(1), tag, put(1), delete, insert(1), insert(2)]).unwrap();
    let want = [
        ("note", Form::One(Operation::Put), 2),
        ("note", Form::One(Operation::Put), 2),
        ("note", Form::One(Operation::Delete), 1),
        ("note", Form::Many(Many::Inserts, 2), 4),
        ("tag", Form::One(Operation::Insert), 2),
    ];
    assert_eq!(forms(&jobs), want);
}

#[test]
fn rows_with_a_key_of_two_columns_are_deleted_one_by_one() {
    let delete = |lookup: i64| Write::Delete {
        table: &TAG,
        key: vec![lookup.into(), 1i64.into()],
    };
    let jobs = written(vec![delete(1), delete(2)]).unwrap();
    assert_eq!(jobs.len(), 2);
}
