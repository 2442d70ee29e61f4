//! Ranges, directions and pages.

use std::ops::Bound;
use std::sync::Arc;

use super::tables::Item;
use crate::{Record, Scan, Store, StoreError, Tx, Value};

/// Shelves and ranks with equal entries, so that the key decides the order too.
fn stock() -> Vec<Item> {
    let item = |n: u8| {
        let shelf = ["a", "b", "ba"]
            .get(usize::from(n % 3))
            .copied()
            .unwrap_or_default();
        Item::new(&[n.wrapping_mul(37), n], shelf, i64::from(n / 9) - 2)
    };
    (0..45).map(item).collect()
}

async fn fill(store: &dyn Store, items: Vec<Item>) {
    let filled = store.transact("scans.fill", async move |tx| {
        tx.write(items.iter().map(crate::insert).collect()).await
    });
    assert_eq!(filled.await, Ok::<_, StoreError>(()));
}

async fn scan(store: &dyn Store, scan: Scan) -> Vec<Item> {
    let found: Result<Vec<Item>, StoreError> = store
        .read("scans.scan", async move |tx| tx.scan(scan.clone()).await)
        .await;
    assert!(found.is_ok(), "a scan works: {found:?}");
    found.unwrap_or_default()
}

/// What the scan should find, from a sorted list.
fn expected(items: &[Item], scan: &Scan) -> Vec<Item> {
    let place = |item: &Item| scan.place_of(&item.to_row()).unwrap_or_default();
    let mut sorted = items.to_vec();
    sorted.sort_by_key(place);
    if scan.reverse {
        sorted.reverse();
    }
    let inside = |item: &Item| {
        let place = place(item);
        let next = place.get(scan.prefix.len()).cloned().unwrap_or(Value::Null);
        let after = scan
            .after
            .as_ref()
            .is_none_or(|after| (place > *after) != scan.reverse && place != *after);
        let range = (scan.from.as_ref(), scan.to.as_ref());
        place.starts_with(&scan.prefix) && after && in_range(range, &next)
    };
    sorted.into_iter().filter(inside).take(scan.limit).collect()
}

fn in_range((from, to): (Bound<&Value>, Bound<&Value>), value: &Value) -> bool {
    let above = match from {
        Bound::Unbounded => true,
        Bound::Included(from) => value >= from,
        Bound::Excluded(from) => value > from,
    };
    let below = match to {
        Bound::Unbounded => true,
        Bound::Included(to) => value <= to,
        Bound::Excluded(to) => value < to,
    };
    above && below
}

/// Every kind of range, over the key and over an index of two columns.
fn ranges() -> Vec<Scan> {
    let by_key = || Scan::of::<Item>(100);
    let by_shelf = || by_key().index("item_shelf");
    let shelf_b = || by_shelf().prefix(["b".into()]);
    vec![
        by_key(),
        Scan::of::<Item>(7),
        by_key().from([100u8, 0]).below([200u8, 0]),
        by_key().prefix([[37u8, 1].into()]),
        by_shelf(),
        by_shelf().above("a"),
        by_shelf().from("a").below("ba"),
        shelf_b(),
        shelf_b().from(-1i64).to(1i64),
        shelf_b().above(-1i64).below(1i64),
        shelf_b().to(0i64),
        by_shelf().prefix(["b".into(), 0i64.into()]),
        by_shelf().prefix(["nothing".into()]),
    ]
}

pub(super) async fn ranges_and_directions_agree_with_a_sorted_list(store: Arc<dyn Store>) {
    let items = stock();
    fill(store.as_ref(), items.clone()).await;
    let places: Vec<Option<Item>> = std::iter::once(None)
        .chain(items.iter().step_by(4).cloned().map(Some))
        .collect();
    for range in ranges() {
        for reverse in [false, true] {
            for place in &places {
                let after = place.as_ref().map(|item| range.place_of(&item.to_row()));
                let after = after.transpose().unwrap_or_default();
                if after
                    .as_ref()
                    .is_some_and(|after| !after.starts_with(&range.prefix))
                {
                    continue;
                }
                let wanted = Scan {
                    reverse,
                    after,
                    ..range.clone()
                };
                let want = expected(&items, &wanted);
                assert_eq!(
                    scan(store.as_ref(), wanted).await,
                    want,
                    "scans agree with a list"
                );
            }
        }
    }
}

pub(super) async fn pages_are_stable_while_rows_come_and_go(store: Arc<dyn Store>) {
    let items: Vec<Item> = (0..40u8)
        .map(|n| Item::new(&[n, 1], "a", i64::from(n / 4)))
        .collect();
    fill(store.as_ref(), items.clone()).await;
    let mut page = Scan::of::<Item>(4).index("item_shelf").prefix(["a".into()]);
    let mut seen = vec![];
    loop {
        let rows = scan(store.as_ref(), page.clone()).await;
        let Some(last) = rows.last().cloned() else {
            break;
        };
        page.after = page.place_of(&last.to_row()).ok();
        seen.extend(rows);
        // The last row goes, and one comes where the reader has been.
        let shift = async move |tx: &mut dyn Tx| {
            tx.delete::<Item>(&[last.id.clone().into()]).await?;
            let behind = [last.id.first().copied().unwrap_or_default(), 0];
            tx.insert(&Item::new(&behind, "a", last.rank - 1)).await
        };
        assert_eq!(
            store.transact("scans.shift", shift).await,
            Ok::<_, StoreError>(())
        );
    }
    assert_eq!(
        seen, items,
        "a reader of pages sees each row that stayed once"
    );
}
