//! What a call costs the key store. Behind a network each operation is a round trip, and a module
//! sells so many a second.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[expect(
    dead_code,
    reason = "what only the tests of the rotations themselves use"
)]
mod rotated;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use model::{CodePurpose, Entropy as _, Subject, VerificationId};
use peers::vault::{Begin, Checked, Destination, NumberVault};
use rotated::{ask, housekeep, number, sign_up};
use seal::{Hsm, Layer, soft::SoftKeys};
use testkit::{APP, Product, begin, guess, guess_at};
use vault::{Parts, Queue, Vault, VaultConfig, rows::Rotated};

/// Counts operations with secret keys.
struct Counted {
    keys: Arc<SoftKeys>,
    operations: AtomicUsize,
}

impl Layer for Counted {
    fn inner(&self) -> &dyn Hsm {
        &*self.keys
    }

    fn operate<T>(&self, operation: impl FnOnce(&dyn Hsm) -> T) -> T {
        self.operations.fetch_add(1, Ordering::Relaxed);
        operation(&*self.keys)
    }
}

/// A vault over a product's rows, with the same keys.
struct Beside<'a> {
    product: &'a Product,
    vault: Vault,
    counted: Arc<Counted>,
    /// Messages wait here; nobody sends them.
    _queue: Queue,
}

impl<'a> Beside<'a> {
    async fn open(product: &'a Product) -> Self {
        let counted = Arc::new(Counted {
            keys: Arc::clone(&product.hsm),
            operations: AtomicUsize::new(0),
        });
        let parts = Parts {
            store: Arc::clone(&product.vault_store),
            hsm: counted.clone(),
            clock: product.clock.clone(),
            entropy: product.entropy.clone(),
            config: VaultConfig::default(),
        };
        let (vault, queue) = Vault::open(parts).await.unwrap();
        Self {
            product,
            vault,
            counted,
            _queue: queue,
        }
    }

    async fn cost<T>(&self, call: impl Future<Output = T>) -> (usize, T) {
        let before = self.counted.operations.load(Ordering::Relaxed);
        let answer = call.await;
        let after = self.counted.operations.load(Ordering::Relaxed);
        (after - before, answer)
    }

    fn request(&self, destination: Option<Destination>) -> Begin {
        let id = VerificationId::from_bytes(self.product.entropy.random_16().unwrap());
        let mut request = begin(id, APP, CodePurpose::Login, &number(0));
        request.destination = destination.unwrap_or(request.destination);
        request
    }

    async fn start(&self, destination: Option<Destination>) -> usize {
        let request = self.request(destination);
        let (cost, begun) = self.cost(self.vault.begin(request)).await;
        begun.unwrap();
        cost
    }

    async fn start_on_file(&self, subject: Subject) -> usize {
        self.start(Some(Destination::OnFile(subject))).await
    }
}

#[tokio::test]
async fn a_code_costs_one_operation_and_a_check_none_unless_it_names_the_number() {
    let product = Product::new(1).await;
    let subject = sign_up(&product, 0).await;
    let beside = Beside::open(&product).await;
    assert_eq!(beside.start(None).await, 1, "typed: its tags");
    assert_eq!(beside.start_on_file(subject).await, 1, "on file: opened");
    let (id, _) = product.start(&number(0), CodePurpose::Login).await.unwrap();
    let code = product.code_of(&number(0), id).await.unwrap();
    let by_number = guess_at(APP, CodePurpose::Login, &number(0), "000");
    let (cost, judged) = beside.cost(beside.vault.check_number(by_number)).await;
    assert_eq!(judged.unwrap().unwrap().open.verification, id);
    assert_eq!(cost, 1, "its tags");
    let (cost, checked) = beside.cost(beside.vault.check(guess(APP, id, &code))).await;
    assert!(matches!(checked, Ok(Checked::Approved(_))));
    assert_eq!(cost, 0);
    product.finish().await;
}

#[tokio::test]
async fn a_number_on_file_costs_one_more_while_its_tags_are_of_an_older_key() {
    let product = Product::new(2).await;
    let subject = sign_up(&product, 0).await;
    ask(&product, Rotated::Index).await.unwrap();
    housekeep(&product, 1).await;
    let beside = Beside::open(&product).await;
    assert_eq!(
        beside.start_on_file(subject).await,
        2,
        "opened, and indexed"
    );
    // The use moved its tags under the new key; those of the older one are asked for now.
    assert_eq!(beside.start_on_file(subject).await, 2);
    product.finish().await;
}
