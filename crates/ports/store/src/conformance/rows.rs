//! Values, keys and unique indexes.

use std::sync::Arc;

use super::tables::{HALF, ITEM, Item, STRANGER};
use crate::{Read, Scan, Store, StoreError, Tx, Value, Write};

/// Stores an item and reads it back in another transaction.
async fn round_trip(store: &dyn Store, item: Item) -> Option<Item> {
    let (kept, key) = (item.clone(), Value::from(item.id.clone()));
    store
        .transact("rows.put", async move |tx| tx.put(&kept).await)
        .await
        .unwrap_or_else(|error: StoreError| {
            assert_eq!(Err::<(), _>(error), Ok(()), "a valid row is stored");
        });
    let read: Result<_, StoreError> = store
        .read("rows.get", async move |tx| {
            tx.get(std::slice::from_ref(&key)).await
        })
        .await;
    read.unwrap_or_default()
}

pub(super) async fn values_come_back_byte_for_byte(store: Arc<dyn Store>) {
    let every_byte: Vec<u8> = (0..=255).collect();
    let large: Vec<u8> = (0u8..=250).cycle().take(1 << 20).collect();
    let largest_key: Vec<u8> = (0..=255).cycle().take(crate::MAX_KEY_BYTES - 60).collect();
    let keys = [vec![], vec![0], every_byte, largest_key];
    for (at, bytes) in keys.into_iter().enumerate() {
        for rank in [i64::MIN, -1, 0, i64::MAX] {
            let mut item = Item::new(&bytes, "ключ 'x' \"y\" \u{10ffff}", rank);
            item.label = (at > 0).then(|| bytes.clone());
            item.body = (rank == 0).then(|| large.clone());
            let back = round_trip(store.as_ref(), item.clone()).await;
            assert!(back == Some(item), "values come back byte for byte");
        }
    }
}

pub(super) async fn a_deleted_row_is_gone(store: Arc<dyn Store>) {
    let item = Item::labelled(b"id", b"label");
    assert_eq!(
        round_trip(store.as_ref(), item.clone()).await,
        Some(item.clone())
    );
    let deleted = store.transact("rows.delete", async |tx| {
        tx.delete::<Item>(&[b"id".into()]).await?;
        // Deleting what is not there is no error.
        tx.delete::<Item>(&[b"id".into()]).await
    });
    assert_eq!(deleted.await, Ok::<_, StoreError>(()));
    let seen = store.read("rows.look", async |tx| {
        let by_key: Option<Item> = tx.get(&[b"id".into()]).await?;
        let by_label: Option<Item> = tx.get_by("item_label", &[b"label".into()]).await?;
        let all = tx.scan::<Item>(Scan::of::<Item>(10)).await?;
        Ok::<_, StoreError>((by_key, by_label, all))
    });
    assert_eq!(
        seen.await,
        Ok((None, None, vec![])),
        "a deleted row is gone from every index"
    );
    assert_eq!(round_trip(store.as_ref(), item.clone()).await, Some(item));
}

async fn refused(store: &dyn Store, write: Write) -> Result<(), StoreError> {
    store
        .transact("rows.misuse", async move |tx| {
            tx.write(vec![write.clone()]).await
        })
        .await
}

pub(super) async fn misuse_is_refused(store: Arc<dyn Store>) {
    let good: Vec<Value> = vec![
        b"id".into(),
        "a".into(),
        0i64.into(),
        Value::Null,
        Value::Null,
    ];
    let wrong = |at: usize, value: Value| {
        let mut row = good.clone();
        row[at] = value;
        row
    };
    let too_long = vec![0; crate::MAX_VALUE_BYTES + 1];
    let no_key = vec![0; crate::MAX_KEY_BYTES + 1];
    for row in [
        good[..3].to_vec(),
        wrong(0, Value::Null),
        wrong(1, 1i64.into()),
        wrong(1, "nul\0".into()),
        wrong(2, "1".into()),
        wrong(0, no_key.clone().into()),
        wrong(3, no_key.into()),
        wrong(4, too_long.into()),
    ] {
        let put = refused(store.as_ref(), Write::Put { table: &ITEM, row }).await;
        assert!(
            matches!(put, Err(StoreError::Invalid { .. })),
            "misuse is refused: {put:?}"
        );
    }
    let stranger = Write::Put {
        table: &STRANGER,
        row: vec![b"id".into()],
    };
    let unknown = Err(StoreError::UnknownTable { table: "stranger" });
    assert_eq!(refused(store.as_ref(), stranger).await, unknown);
    let written = store.read("rows.write", async |tx| {
        tx.write(vec![Write::Put {
            table: &HALF,
            row: vec![b"id".into()],
        }])
        .await
    });
    assert!(
        matches!(written.await, Err(StoreError::Invalid { .. })),
        "a read does not write"
    );
    for scan in [
        Scan::new(&ITEM, 0),
        Scan::new(&ITEM, 1).index("no_such"),
        Scan::new(&ITEM, 1).prefix([1i64.into()]),
        Scan::new(&ITEM, 1).prefix([b"id".into()]).from(1i64),
        Scan::new(&ITEM, 1).after(Some(vec![])),
    ] {
        let read = Read::Scan(scan);
        let scanned = store.read("rows.scan", async move |tx| {
            tx.read(std::slice::from_ref(&read)).await.map(|_| ())
        });
        assert!(matches!(scanned.await, Err(StoreError::Invalid { .. })));
    }
}

async fn write(store: &dyn Store, write: Write) -> Result<(), StoreError> {
    refused(store, write).await
}

pub(super) async fn unique_entries_are_unique(store: Arc<dyn Store>) {
    let store = store.as_ref();
    let (first, second) = (Item::labelled(b"1", b"x"), Item::labelled(b"2", b"x"));
    assert_eq!(write(store, crate::insert(&first)).await, Ok(()));
    let by_key = StoreError::Duplicate {
        table: "item",
        index: "key",
    };
    let by_label = StoreError::Duplicate {
        table: "item",
        index: "item_label",
    };
    assert_eq!(
        write(store, crate::insert(&Item::new(b"1", "b", 1))).await,
        Err(by_key)
    );
    assert_eq!(
        write(store, crate::insert(&second)).await,
        Err(by_label.clone())
    );
    assert_eq!(
        write(store, crate::put(&second)).await,
        Err(by_label),
        "a put deletes no row"
    );
    assert_eq!(
        write(store, crate::put(&first)).await,
        Ok(()),
        "a row is no duplicate of itself"
    );
    assert_eq!(
        write(store, crate::put(&Item::labelled(b"1", b"y"))).await,
        Ok(())
    );
    assert_eq!(
        write(store, crate::insert(&second)).await,
        Ok(()),
        "the old entry is free"
    );
}

pub(super) async fn null_is_bound_by_no_index(store: Arc<dyn Store>) {
    let seen = store.transact("rows.null", async |tx: &mut dyn Tx| {
        tx.insert(&Item::new(b"1", "a", 1)).await?;
        tx.insert(&Item::new(b"2", "a", 2)).await?;
        tx.insert(&Item::labelled(b"3", b"x")).await?;
        tx.scan::<Item>(Scan::of::<Item>(10).index("item_label"))
            .await
    });
    let labelled = Ok::<_, StoreError>(vec![Item::labelled(b"3", b"x")]);
    assert_eq!(
        seen.await,
        labelled,
        "an index does not show rows with null"
    );
}
