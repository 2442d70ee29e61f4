//! Somebody writes into the vault's databases without holding its keys: what they plant, edit,
//! swap or move is absent or refused, raises an alarm, and is never believed.
//!
//! Not covered, because a MAC over a row cannot cover it: putting a whole row back as it was at
//! an earlier time, and deleting one. The last tests of this file say so in the open. Against
//! those stand the operator's access rules and, for the share store, the end of the epoch.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

use model::{ApplicationId, CodePurpose, Millis, Status, Subject, VerificationId};
use peers::vault::{Checked, Destination, NumberVault, Verdict};
use store::{Record as _, Row, Table, Tx, Value, Write};
use testkit::{APP, Product, Setup, begin, guess, scan_all, wrong_code};
use vault::{
    Parts, Vault, VaultConfig, check_data,
    rows::{
        ACCOUNT, APPLICATION, Account, Application, BAN, BUDGET, Budget, DEPLOYMENT, Deployment,
        HOUR_KEY, INGEST_KEY, LEAF, MESSAGE, Message, MessageState, NUMBER_LIMIT, NumberLimit,
        SCHEMA, SHARE, TAG, TALLY, Tally, VERIFICATION, Verification,
    },
};

const NUMBER: &str = "+447700900123";
const VICTIM: &str = "+447700900124";

async fn rows(product: &Product, table: &'static Table) -> Vec<Row> {
    let all = scan_all(&*product.vault_store, &SCHEMA).await;
    let ours = all.into_iter().filter(|(t, _)| t.name == table.name);
    ours.map(|(_, row)| row).collect()
}

async fn write(product: &Product, writes: Vec<Write>) {
    product
        .vault_store
        .transact("thief", async move |tx: &mut dyn Tx| {
            tx.write(writes.clone()).await
        })
        .await
        .unwrap();
}

async fn put(product: &Product, table: &'static Table, row: Row) {
    write(product, vec![Write::Put { table, row }]).await;
}

async fn remove(product: &Product, table: &'static Table, row: &Row) {
    let key = table.pick(row, table.key).unwrap();
    write(product, vec![Write::Delete { table, key }]).await;
}

fn alarms(product: &Product) -> u64 {
    product.vault.keys().guard.alarms()
}

fn set(table: &Table, row: &mut Row, column: &str, value: impl Into<Value>) {
    row[table.position(column).unwrap()] = value.into();
}

fn get(table: &Table, row: &Row, column: &str) -> Value {
    row[table.position(column).unwrap()].clone()
}

/// Another value of the same type.
fn other(value: &Value) -> Value {
    match value {
        Value::Null => Value::Int(1),
        Value::Int(int) => Value::Int(int ^ 1),
        Value::Text(text) => Value::from(format!("{text}x").as_str()),
        Value::Bytes(bytes) => {
            let mut bytes = bytes.clone();
            match bytes.last_mut() {
                Some(last) => *last ^= 1,
                None => bytes.push(0),
            }
            Value::Bytes(bytes)
        }
    }
}

/// Whether the guard takes a row of a guarded table for genuine.
fn genuine(product: &Product, table: &Table, row: Row) -> bool {
    let guard = &product.vault.keys().guard;
    let is = |found: Result<bool, store::StoreError>| found.is_ok_and(|found| found);
    match table.name {
        "deployment" => is(guard.open::<Deployment>(row).map(|r| r.is_some())),
        "application" => is(guard.open::<Application>(row).map(|r| r.is_some())),
        "verification" => is(guard.open::<Verification>(row).map(|r| r.is_some())),
        "account" => is(guard.open::<Account>(row).map(|r| r.is_some())),
        "budget" => is(guard.open::<Budget>(row).map(|r| r.is_some())),
        "number_limit" => is(guard.open::<NumberLimit>(row).map(|r| r.is_some())),
        "tally" => is(guard.open::<Tally>(row).map(|r| r.is_some())),
        other => panic!("{other} is not guarded"),
    }
}

static GUARDED: [&Table; 7] = [
    &DEPLOYMENT,
    &APPLICATION,
    &VERIFICATION,
    &ACCOUNT,
    &BUDGET,
    &NUMBER_LIMIT,
    &TALLY,
];

async fn lived_in(seed: u64) -> (Product, Subject, Subject) {
    let product = Product::with(Setup::new(seed)).await;
    let mine = product.prove(NUMBER, CodePurpose::Signup).await.subject;
    product.wait(Millis::from_seconds(1));
    let theirs = product.prove(VICTIM, CodePurpose::Signup).await.subject;
    product.vault.keep_tally().await.unwrap();
    (product, mine.unwrap(), theirs.unwrap())
}

#[tokio::test]
async fn every_column_of_every_guarded_row_is_covered() {
    let (product, ..) = lived_in(1).await;
    for table in GUARDED {
        let rows = rows(&product, table).await;
        assert!(!rows.is_empty(), "{}", table.name);
        for row in rows {
            assert!(genuine(&product, table, row.clone()));
            for at in 0..row.len() {
                let (mut edited, before) = (row.clone(), alarms(&product));
                edited[at] = other(&edited[at]);
                let believed = genuine(&product, table, edited);
                assert!(!believed, "{} {}", table.name, table.columns[at].name);
                // A column of another type than the table's is refused before it is checked.
                let raised = alarms(&product) - before;
                assert!(raised == 1 || row[at].is_null());
            }
        }
    }
    product.finish().await;
}

#[tokio::test]
async fn a_genuine_row_is_not_genuine_in_another_place() {
    let (product, ..) = lived_in(2).await;
    for table in [&ACCOUNT, &NUMBER_LIMIT, &VERIFICATION, &BUDGET] {
        let rows = rows(&product, table).await;
        let (mut one, two) = (rows[0].clone(), rows[1].clone());
        one[0] = two[0].clone();
        assert!(!genuine(&product, table, one), "{}", table.name);
    }
    product.finish().await;
}

async fn login(product: &Product, number: &str) -> (Verdict, Option<Subject>) {
    let approved = product.prove(number, CodePurpose::Login).await;
    (approved.verdict, approved.subject)
}

async fn begin_login(product: &Product, number: &str, n: u8) -> bool {
    let id = VerificationId::from_bytes([n; 16]);
    let request = begin(id, APP, CodePurpose::Login, number);
    product.vault.begin(request).await.is_ok()
}

#[tokio::test]
async fn a_tag_that_leads_elsewhere_leads_nowhere() {
    let (product, mine, theirs) = lived_in(3).await;
    let tags = rows(&product, &TAG).await;
    let [one, two] = tags.as_slice() else {
        panic!()
    };
    for (column, n) in [("subject", 1), ("sealed", 2), ("epoch", 3)] {
        let (mut a, mut b) = (one.clone(), two.clone());
        set(&TAG, &mut a, column, get(&TAG, two, column));
        set(&TAG, &mut b, column, get(&TAG, one, column));
        if column == "epoch" {
            set(&TAG, &mut a, column, 7i64);
        }
        remove(&product, &TAG, one).await;
        remove(&product, &TAG, two).await;
        put(&product, &TAG, a).await;
        put(&product, &TAG, b).await;
        let before = alarms(&product);
        assert!(begin_login(&product, NUMBER, n).await);
        for (number, owner) in [(NUMBER, mine), (VICTIM, theirs)] {
            let (verdict, subject) = login(&product, number).await;
            let right = (Verdict::Existing, Some(owner));
            let nobody = (Verdict::NoAccount, None);
            assert!([right, nobody].contains(&(verdict, subject)), "{column}");
        }
        assert!(alarms(&product) > before, "{column}");
        for row in rows(&product, &TAG).await {
            remove(&product, &TAG, &row).await;
        }
        put(&product, &TAG, one.clone()).await;
        put(&product, &TAG, two.clone()).await;
        product.wait(Millis::from_seconds(3600));
    }
    assert_eq!(login(&product, NUMBER).await.1, Some(mine));
    product.finish().await;
}

#[tokio::test]
async fn a_planted_account_or_tag_is_nobodys() {
    let (product, mine, _) = lived_in(4).await;
    // An account of one's own making that carries the victim's number by a tag of one's own.
    let mut account = rows(&product, &ACCOUNT).await[0].clone();
    set(&ACCOUNT, &mut account, "subject", [0xEE; 16]);
    set(&ACCOUNT, &mut account, "handle", [0xEE; 16]);
    put(&product, &ACCOUNT, account).await;
    let mut share = rows(&product, &SHARE).await[0].clone();
    set(&SHARE, &mut share, "subject", [0xEE; 16]);
    put(&product, &SHARE, share).await;
    let mut tag = rows(&product, &TAG).await[1].clone();
    set(&TAG, &mut tag, "subject", [0xEE; 16]);
    put(&product, &TAG, tag).await;
    for number in [NUMBER, VICTIM] {
        let (verdict, subject) = login(&product, number).await;
        assert_eq!(verdict, Verdict::Existing);
        assert_ne!(subject, Some(Subject::from_bytes([0xEE; 16])));
    }
    let planted = Subject::from_bytes([0xEE; 16]);
    assert!(!product.vault.set_locked(APP, planted, true).await.unwrap());
    let mut on_file = begin(
        VerificationId::from_bytes([1; 16]),
        APP,
        CodePurpose::Login,
        "+1",
    );
    on_file.destination = Destination::OnFile(planted);
    assert!(product.vault.begin(on_file).await.is_err());
    let seen = product
        .vault
        .new_accounts(model::Timestamp::from_millis(0), 10)
        .await
        .unwrap();
    assert_eq!(seen.accounts.len(), 2);
    assert_eq!(
        seen.accounts.iter().filter(|a| a.subject == mine).count(),
        1
    );
    let now = product.identity.now();
    let found = check_data(
        &*product.vault_store,
        product.vault.keys(),
        now,
        false,
        &mut |_, _| {},
    )
    .await
    .unwrap();
    assert!(!found.is_sound());
    product.finish().await;
}

#[tokio::test]
async fn a_planted_account_does_not_hide_those_behind_it_from_the_front() {
    let (product, ..) = lived_in(5).await;
    let mut planted = rows(&product, &ACCOUNT).await[0].clone();
    set(&ACCOUNT, &mut planted, "handle", [0xEE; 16]);
    let key = planted[0].clone();
    let Value::Bytes(mut bytes) = key else {
        panic!()
    };
    bytes[15] ^= 1;
    planted[0] = Value::Bytes(bytes);
    put(&product, &ACCOUNT, planted).await;
    let mut since = model::Timestamp::from_millis(0);
    let mut seen = std::collections::HashSet::new();
    for _ in 0..9 {
        let page = product.vault.new_accounts(since, 2).await.unwrap();
        seen.extend(page.accounts.iter().map(|account| account.subject));
        match page.more_since {
            Some(next) if next > since => since = next,
            Some(_) => since = since.plus(Millis::from_millis(1)),
            None => break,
        }
    }
    assert_eq!(seen.len(), 2);
    product.finish().await;
}

#[tokio::test]
async fn shares_and_ciphertexts_moved_between_people_open_for_nobody() {
    for (seed, table, column) in [
        (10, &SHARE, "secrets"),
        (11, &SHARE, "wraps"),
        (12, &SHARE, "epoch"),
        (13, &ACCOUNT, "ct"),
        (14, &ACCOUNT, "seal_commit"),
        (15, &ACCOUNT, "handle"),
    ] {
        let (product, mine, theirs) = lived_in(seed).await;
        let all = rows(&product, table).await;
        let (mut one, mut two) = (all[0].clone(), all[1].clone());
        if column == "epoch" {
            set(table, &mut one, column, 9i64);
            set(table, &mut two, column, 9i64);
        } else {
            set(table, &mut one, column, get(table, &all[1], column));
            set(table, &mut two, column, get(table, &all[0], column));
        }
        remove(&product, table, &all[0]).await;
        remove(&product, table, &all[1]).await;
        put(&product, table, one).await;
        put(&product, table, two).await;
        for (n, subject) in [(1, mine), (2, theirs)] {
            let id = VerificationId::from_bytes([n; 16]);
            let mut request = begin(id, APP, CodePurpose::Login, NUMBER);
            request.destination = Destination::OnFile(subject);
            let sent = product.phones.handed();
            assert!(product.vault.begin(request).await.is_err(), "{column}");
            assert_eq!(product.phones.handed(), sent);
        }
        product.finish().await;
    }
}

#[tokio::test]
async fn an_edited_verification_does_not_exist() {
    let (product, ..) = lived_in(20).await;
    let (id, _) = product.start(VICTIM, CodePurpose::Login).await.unwrap();
    let code = product.code_of(VICTIM, id).await.unwrap();
    for nth in 0..4 {
        product.check(id, &wrong_code(&code, nth)).await;
    }
    let all = rows(&product, &VERIFICATION).await;
    let mine = all.iter().find(|row| row[0] == Value::from(*id.as_bytes()));
    let row = mine.unwrap().clone();
    let later = product.identity.now().plus(Millis::from_seconds(99_999));
    for (column, value) in [
        ("guesses_left", Value::Int(5)),
        ("status", Value::Int(Status::Approved.code().into())),
        ("expires_at", Value::Int(later.as_millis())),
        ("lane", Value::Int(2)),
        ("purpose", Value::Int(CodePurpose::Signup.code().into())),
        ("wanted", Value::from([1; 16])),
    ] {
        let mut edited = row.clone();
        set(&VERIFICATION, &mut edited, column, value);
        put(&product, &VERIFICATION, edited).await;
        let before = alarms(&product);
        for code in [code.clone(), wrong_code(&code, 0)] {
            let answer = product.vault.check(guess(APP, id, &code)).await.unwrap();
            assert_eq!(answer, Checked::NotFound, "{column}");
        }
        assert!(alarms(&product) > before);
    }
    product.finish().await;
}

#[tokio::test]
async fn an_edited_ban_or_one_of_another_number_does_not_open_the_door() {
    for (seed, column) in [(30, "until_at"), (31, "sealed"), (32, "epoch")] {
        let (product, mine, theirs) = lived_in(seed).await;
        let until = product.identity.now().plus(Millis::from_seconds(864_000));
        for subject in [mine, theirs] {
            assert!(product.vault.ban(APP, subject, until).await.unwrap());
            product.vault.delete(APP, subject).await.unwrap();
        }
        product.wait(Millis::from_seconds(4 * 86_400));
        product.run_jobs().await;
        let bans = rows(&product, &BAN).await;
        let (mut one, mut two) = (bans[0].clone(), bans[1].clone());
        match column {
            "until_at" => {
                set(&BAN, &mut one, column, 0i64);
                set(&BAN, &mut two, column, 0i64);
            }
            "epoch" => {
                set(&BAN, &mut one, column, 0i64);
                set(&BAN, &mut two, column, 2i64);
            }
            _ => {
                set(&BAN, &mut one, column, get(&BAN, &bans[1], column));
                set(&BAN, &mut two, column, get(&BAN, &bans[0], column));
            }
        }
        put(&product, &BAN, one).await;
        put(&product, &BAN, two).await;
        product.vault.housekeep().await.unwrap();
        for (number, n) in [(NUMBER, 1), (VICTIM, 2)] {
            let id = VerificationId::from_bytes([n; 16]);
            let request = begin(id, APP, CodePurpose::Signup, number);
            product.vault.begin(request).await.unwrap();
            let code = product.code_of(number, id).await.unwrap();
            let answer = product.vault.check(guess(APP, id, &code)).await;
            let banned = |a: &Checked| matches!(a, Checked::Approved(a) if a.subject.is_none());
            assert!(answer.as_ref().map_or(true, banned), "{column} {answer:?}");
        }
        product.finish().await;
    }
}

#[tokio::test]
async fn edited_counters_and_budgets_are_alarmed() {
    let (product, ..) = lived_in(40).await;
    for (table, column) in [(&NUMBER_LIMIT, "counters"), (&BUDGET, "used_strangers")] {
        for row in rows(&product, table).await {
            let mut edited = row.clone();
            set(table, &mut edited, column, other(&get(table, &row, column)));
            put(&product, table, edited).await;
        }
    }
    let product = product.crash().await;
    let before = alarms(&product);
    assert!(begin_login(&product, NUMBER, 1).await);
    assert!(alarms(&product) >= before + 2);
    product.finish().await;
}

#[tokio::test]
async fn an_application_of_ones_own_is_unknown() {
    let (product, ..) = lived_in(41).await;
    let mut planted = rows(&product, &APPLICATION).await[0].clone();
    planted[0] = Value::from([0xEE; 16]);
    put(&product, &APPLICATION, planted).await;
    let id = VerificationId::from_bytes([1; 16]);
    let app = ApplicationId::from_bytes([0xEE; 16]);
    let request = begin(id, app, CodePurpose::Signup, NUMBER);
    let refused = product.vault.begin(request).await.unwrap_err();
    assert_eq!(refused, peers::vault::BeginRefusal::UnknownApplication);
    product.finish().await;
}

#[tokio::test]
async fn keys_of_another_hour_open_nothing() {
    let (product, ..) = lived_in(42).await;
    product.vault.seal_key().await.unwrap();
    product.wait(Millis::from_seconds(3600));
    let (id, _) = product.start(NUMBER, CodePurpose::Login).await.unwrap();
    let code = product.code_of(NUMBER, id).await.unwrap();
    product.vault.seal_key().await.unwrap();
    for table in [&HOUR_KEY, &INGEST_KEY] {
        let all = rows(&product, table).await;
        let (mut one, mut two) = (all[0].clone(), all[1].clone());
        std::mem::swap(&mut one[0], &mut two[0]);
        put(&product, table, one).await;
        put(&product, table, two).await;
    }
    let product = product.crash().await;
    assert!(product.vault.check(guess(APP, id, &code)).await.is_err());
    product.finish().await;
}

#[tokio::test]
async fn a_planted_message_sends_nothing() {
    use peers::carrier::Outbound as _;
    let (product, ..) = lived_in(50).await;
    let (id, _) = product.start(NUMBER, CodePurpose::Login).await.unwrap();
    product.code_of(NUMBER, id).await.unwrap();
    let run = product.phones.run().await.unwrap();
    for n in 0..5u8 {
        let now = product.identity.now();
        let mut key = store::id::time_ordered(now.as_millis(), [n; 10]);
        key[15] = n;
        let planted = Message {
            id: model::MessageId::from_bytes(key),
            verification: id,
            channel: model::Channel::Sms,
            state: MessageState::Handing,
            courier_run: Some(run),
            at: now,
        };
        put(&product, &MESSAGE, planted.to_row()).await;
    }
    let sent = product.phones.handed();
    let product = product.crash().await;
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    let phones = product.phones.clone();
    product.finish().await;
    assert_eq!(phones.handed(), sent);
}

/// Opens a vault over the product's rows and keys, as its next start would.
async fn reopen(product: &Product) -> Result<(), vault::Fault> {
    let parts = Parts {
        store: product.vault_store.clone(),
        hsm: product.hsm.clone(),
        clock: product.clock.clone(),
        entropy: product.entropy.clone(),
        config: VaultConfig::default(),
    };
    Vault::open(parts).await.map(|_| ())
}

#[tokio::test]
async fn an_edited_or_missing_deployment_row_stops_the_start() {
    let (product, ..) = lived_in(51).await;
    assert!(reopen(&product).await.is_ok());
    let genuine = rows(&product, &DEPLOYMENT).await[0].clone();
    for at in 1..genuine.len() {
        let mut edited = genuine.clone();
        edited[at] = other(&edited[at]);
        put(&product, &DEPLOYMENT, edited).await;
        assert!(reopen(&product).await.is_err());
    }
    // Making a new deployment in its place would forget every number and every counter.
    remove(&product, &DEPLOYMENT, &genuine).await;
    assert!(reopen(&product).await.is_err());
    assert!(rows(&product, &DEPLOYMENT).await.is_empty());
    put(&product, &DEPLOYMENT, genuine).await;
    assert!(reopen(&product).await.is_ok());
    assert!(!rows(&product, &LEAF).await.is_empty());
    product.finish().await;
}

/// A limit of what row MACs can do, named in SECURITY.md: the row was genuine once.
#[tokio::test]
async fn not_covered_a_whole_row_put_back_as_it_was_is_believed() {
    let (product, ..) = lived_in(60).await;
    let (id, _) = product.start(NUMBER, CodePurpose::Login).await.unwrap();
    let code = product.code_of(NUMBER, id).await.unwrap();
    let all = rows(&product, &VERIFICATION).await;
    let old = all.iter().find(|row| row[0] == Value::from(*id.as_bytes()));
    let old = old.unwrap().clone();
    product.check(id, &wrong_code(&code, 0)).await;
    put(&product, &VERIFICATION, old).await;
    match product.check(id, &wrong_code(&code, 1)).await {
        Checked::Wrong(view) => assert_eq!(view.attempts_left, 4, "the first one is forgotten"),
        other => panic!("{other:?}"),
    }
    product.finish().await;
}

/// The same limit: an absent row of counters is a number that was never seen.
#[tokio::test]
async fn not_covered_deleted_counters_start_from_nothing() {
    let mut setup = Setup::new(61);
    setup.vault.number_sends_per_hour = 1;
    let product = Product::with(setup).await;
    assert!(begin_login(&product, NUMBER, 1).await);
    assert!(!begin_login(&product, NUMBER, 2).await);
    for row in rows(&product, &NUMBER_LIMIT).await {
        remove(&product, &NUMBER_LIMIT, &row).await;
    }
    assert!(begin_login(&product, NUMBER, 3).await);
    product.finish().await;
}

#[tokio::test]
async fn counters_that_say_nothing_go_and_those_with_wrong_guesses_stay() {
    let product = Product::new(77).await;
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    let code = product.code_of(NUMBER, id).await.unwrap();
    product.approve(id, &code).await;
    let (guessed, _) = product.sign_up("+447700900124").await.unwrap();
    let code = product.code_of("+447700900124", guessed).await.unwrap();
    let wrong = testkit::guess(APP, guessed, &testkit::wrong_code(&code, 0));
    product.vault.check(wrong).await.unwrap();
    assert_eq!(rows(&product, &NUMBER_LIMIT).await.len(), 2);
    product.quiet_days(2).await;
    assert_eq!(rows(&product, &NUMBER_LIMIT).await.len(), 1);
    product.finish().await;
}
