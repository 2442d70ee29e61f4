//! Copies before and after the epoch's turn, over real database files.

use std::path::{Path, PathBuf};

use model::{CodePurpose, Subject, VerificationId};
use peers::vault::{Destination, NumberVault, Verdict};
use seal::KeyId;
use store_sqlite::{Options, Sqlite, backup_file};
use testkit::{APP, Product, Setup, begin};
use vault::{VaultConfig, rows::SCHEMA};

use super::*;

const NUMBER: &str = "+447700900123";
const LATER: &str = "+447700900124";
const DAY: i64 = 86_400;

/// The vault's two databases in a folder.
struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, database: &str) -> PathBuf {
        Options::new(self.0.path()).path(database)
    }

    fn open(&self) -> Arc<dyn Store> {
        let options = Options::new(self.0.path()).migrate();
        Arc::new(Sqlite::open(&options, &SCHEMA).unwrap())
    }

    /// A copy of one database, as a backup makes it.
    fn copied(&self, database: &str, to: &Path) {
        backup_file(&self.path(database), to).unwrap();
    }

    /// New databases from these copies.
    fn restored(main: &Path, share: &Path) -> Self {
        let files = Self::new();
        backup_file(main, &files.path("main")).unwrap();
        backup_file(share, &files.path("share")).unwrap();
        files
    }
}

fn length() -> Millis {
    VaultConfig::default().epoch_length
}

async fn started(seed: u64, files: &Files) -> Product {
    let [front, _] = Product::memory_stores();
    Product::over(Setup::new(seed), front, files.open()).await
}

/// Turns the epoch: its key is destroyed at the end.
async fn turn(product: &Product) {
    product.wait(Millis::from_seconds(31 * DAY));
    for _ in 0..5 {
        product.wait(Millis::from_seconds(60));
        product.vault.housekeep().await.unwrap();
    }
}

/// What the product goes on with: the restored rows and the keys it had.
async fn go_on(product: Product, files: &Files) -> Product {
    let mut product = product;
    product.vault_store.close().await;
    product.vault_store = files.open();
    product.crash().await
}

fn hsm(product: &Product) -> Arc<dyn Hsm> {
    product.hsm.clone()
}

async fn opens(product: &Product, subject: Option<Subject>, n: u8) -> bool {
    let id = VerificationId::from_bytes([n; 16]);
    let mut request = begin(id, APP, CodePurpose::Login, NUMBER);
    request.destination = Destination::OnFile(subject.unwrap());
    product.vault.begin(request).await.is_ok()
}

#[tokio::test]
async fn a_copy_from_before_the_turn_opens_with_today_s_keys_and_share_store() {
    let (files, copies) = (Files::new(), tempfile::tempdir().unwrap());
    let product = started(1, &files).await;
    let subject = product.prove(NUMBER, CodePurpose::Signup).await.subject;
    let main = copies.path().join("vault.db");
    files.copied("main", &main);
    product.prove(LATER, CodePurpose::Signup).await;
    turn(&product).await;
    turn(&product).await;
    assert_eq!(living(&*product.hsm).unwrap(), [3]);
    product.vault_store.close().await;
    let files = Files::restored(&main, &files.path("share"));
    let store = files.open();
    let now = product.identity.now();
    let settled = settle(&*store, &hsm(&product), length(), now).await;
    assert_eq!(settled.unwrap(), (1, 3));
    let shares = count(&*store, &*product.hsm).await.unwrap();
    assert_eq!((shares.alive, shares.noise, shares.ahead), (2, 0, 0));
    store.close().await;
    let product = go_on(product, &files).await;
    let login = product.prove(NUMBER, CodePurpose::Login).await;
    assert_eq!((login.verdict, login.subject), (Verdict::Existing, subject));
    assert!(opens(&product, subject, 7).await);
    // Made after the copy: its half in the share store leads nowhere, and nobody gets in by it.
    let later = product.prove(LATER, CodePurpose::Login).await;
    assert_eq!(later.verdict, Verdict::NoAccount);
    // The restored deployment lives on through the next turn.
    turn(&product).await;
    assert!(opens(&product, subject, 8).await);
    product.finish().await;
}

#[tokio::test]
async fn a_share_store_from_before_the_turn_is_noise_and_says_so() {
    let (files, copies) = (Files::new(), tempfile::tempdir().unwrap());
    let product = started(2, &files).await;
    product.prove(NUMBER, CodePurpose::Signup).await;
    let [main, share] = ["vault.db", "share.db"].map(|name| copies.path().join(name));
    files.copied("main", &main);
    files.copied("share", &share);
    let copy = Files::restored(&main, &share);
    let before = copy.open();
    let shares = count(&*before, &*product.hsm).await.unwrap();
    assert_eq!(shares.nothing_opens(), None);
    turn(&product).await;
    let shares = count(&*before, &*product.hsm).await.unwrap();
    assert_eq!((shares.alive, shares.noise, shares.ahead), (0, 1, 0));
    assert!(
        shares
            .nothing_opens()
            .unwrap()
            .contains("deletions are final")
    );
    product.finish().await;
}

#[tokio::test]
async fn a_keystore_from_before_the_turn_is_refused_and_nothing_is_written() {
    let (files, copies) = (Files::new(), tempfile::tempdir().unwrap());
    let product = started(3, &files).await;
    product.prove(NUMBER, CodePurpose::Signup).await;
    turn(&product).await;
    let [main, share] = ["vault.db", "share.db"].map(|name| copies.path().join(name));
    files.copied("main", &main);
    files.copied("share", &share);
    // The older keystore: everything but the key that the turn made.
    product.hsm.destroy(&KeyId::shred(2)).unwrap();
    let copy = Files::restored(&main, &share);
    let restored = copy.open();
    let now = product.identity.now();
    let refused = settle(&*restored, &hsm(&product), length(), now).await;
    let Err(Failure::Failed(what)) = refused else {
        panic!("an older keystore was taken");
    };
    assert!(what.contains("older than this copy"), "{what}");
    product
        .hsm
        .create(seal::KeySpec::of(KeyId::shred(1)))
        .unwrap();
    let shares = count(&*restored, &*product.hsm).await.unwrap();
    assert!(
        shares
            .nothing_opens()
            .unwrap()
            .contains("newest copy of the keystore")
    );
    assert!(
        standing(&*restored, &hsm(&product), length())
            .await
            .unwrap()
            .epoch
            == 2
    );
    product.finish().await;
}

#[tokio::test]
async fn a_copy_made_while_rows_are_carried_over_goes_on_with_both_keys() {
    let (files, copies) = (Files::new(), tempfile::tempdir().unwrap());
    let product = started(4, &files).await;
    let subject = product.prove(NUMBER, CodePurpose::Signup).await.subject;
    let main = copies.path().join("vault.db");
    files.copied("main", &main);
    product.wait(Millis::from_seconds(31 * DAY));
    product.vault.housekeep().await.unwrap();
    assert_eq!(living(&*product.hsm).unwrap(), [1, 2]);
    product.vault_store.close().await;
    let files = Files::restored(&main, &files.path("share"));
    let store = files.open();
    let now = product.identity.now();
    let settled = settle(&*store, &hsm(&product), length(), now).await;
    assert_eq!(settled.unwrap(), (1, 2));
    let again = settle(&*store, &hsm(&product), length(), now).await;
    assert_eq!(again.unwrap(), (2, 2));
    store.close().await;
    let product = go_on(product, &files).await;
    turn(&product).await;
    assert!(opens(&product, subject, 7).await);
    product.finish().await;
}

#[tokio::test]
async fn an_epoch_whose_beginning_is_not_known_ends_no_later_than_it_would_have() {
    let (files, copies) = (Files::new(), tempfile::tempdir().unwrap());
    let product = started(5, &files).await;
    product.prove(NUMBER, CodePurpose::Signup).await;
    let main = copies.path().join("vault.db");
    files.copied("main", &main);
    turn(&product).await;
    let true_end = standing(&*product.vault_store, &hsm(&product), length()).await;
    let copy = Files::restored(&main, &files.path("share"));
    let restored = copy.open();
    let now = product.identity.now();
    settle(&*restored, &hsm(&product), length(), now)
        .await
        .unwrap();
    let end = standing(&*restored, &hsm(&product), length())
        .await
        .unwrap();
    assert!(end.ends_at <= true_end.unwrap().ends_at);
    assert!(end.ends_at > now);
    product.finish().await;
}

#[tokio::test]
async fn a_copy_of_another_deployment_is_refused() {
    let (files, others) = (Files::new(), Files::new());
    let product = started(6, &files).await;
    let other = started(7, &others).await;
    let refused = standing(&*product.vault_store, &hsm(&other), length()).await;
    assert!(refused.is_err());
    product.finish().await;
    other.finish().await;
}

#[tokio::test]
async fn an_epoch_ended_by_hand_turns_at_the_next_housekeeping() {
    let files = Files::new();
    let product = started(9, &files).await;
    let subject = product.prove(NUMBER, CodePurpose::Signup).await.subject;
    let began = Timestamp::from_millis(0);
    let ended = end(&*product.vault_store, &hsm(&product), began).await;
    assert_eq!(ended.unwrap(), 1);
    product.vault.housekeep().await.unwrap();
    assert_eq!(living(&*product.hsm).unwrap(), [1, 2]);
    // One turn at a time: rows are still on their way.
    let again = end(&*product.vault_store, &hsm(&product), began).await;
    assert!(again.is_err());
    for _ in 0..3 {
        product.wait(Millis::from_seconds(60));
        product.vault.housekeep().await.unwrap();
    }
    assert_eq!(living(&*product.hsm).unwrap(), [2]);
    assert!(opens(&product, subject, 7).await);
    product.finish().await;
}
