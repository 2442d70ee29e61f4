//! The whole product on PostgreSQL: it works, and few round trips are made for it.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::sync::Arc;

use peers::vault::Verdict;
use store_postgres::{Postgres, server::Server};
use testkit::{Product, Setup};

/// What happens by itself meanwhile.
const BESIDE: [&str; 5] = [
    "identity.copies",
    "vault.settle",
    "jobs.claim",
    "jobs.next",
    "jobs.finish",
];

struct Stores {
    front: Arc<Postgres>,
    vault: Arc<Postgres>,
}

impl Stores {
    fn open(server: &Server) -> Self {
        let front = server.options(&["main"]).migrate();
        let vault = server.options(&["share", "main"]).migrate();
        Stores {
            front: Arc::new(Postgres::open(&front, &identity::rows::SCHEMA).unwrap()),
            vault: Arc::new(Postgres::open(&vault, &vault::rows::SCHEMA).unwrap()),
        }
    }

    async fn product(&self) -> Product {
        Product::over(Setup::new(7), self.front.clone(), self.vault.clone()).await
    }

    /// Round trips so far: the front's and the vault's.
    fn trips(&self) -> [BTreeMap<&'static str, u64>; 2] {
        [&self.front, &self.vault].map(|store| {
            let mut trips = store.round_trips();
            trips.retain(|name, _| !BESIDE.contains(name));
            trips
        })
    }
}

fn new_since(before: &BTreeMap<&'static str, u64>, now: &BTreeMap<&'static str, u64>) -> u64 {
    now.values().sum::<u64>() - before.values().sum::<u64>()
}

/// Round trips of starting and checking one sign-up: the front's and the vault's of each.
async fn sign_up(stores: &Stores, product: &Product, number: &str) -> [u64; 4] {
    let before = stores.trips();
    let (id, _) = product.sign_up(number).await.unwrap();
    let begun = stores.trips();
    let code = product.code_of(number, id).await.unwrap();
    let arrived = stores.trips();
    product.approve(id, &code).await;
    let checked = stores.trips();
    [
        new_since(&before[0], &begun[0]),
        new_since(&before[1], &begun[1]),
        new_since(&arrived[0], &checked[0]),
        new_since(&arrived[1], &checked[1]),
    ]
}

/// The fewest of forty sign-ups: the first ones prepare statements and read the keys of the hour,
/// and one that meets a conflict with what happens beside it runs again.
async fn fewest(stores: &Stores, product: &Product) -> [u64; 4] {
    let mut fewest = [u64::MAX; 4];
    for number in 0..40 {
        let trips = sign_up(stores, product, &format!("+4477009001{number:02}")).await;
        for (least, trips) in fewest.iter_mut().zip(trips) {
            *least = trips.min(*least);
        }
    }
    fewest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn starting_and_checking_take_few_round_trips() {
    let server = Server::start();
    let stores = Stores::open(&server);
    let product = stores.product().await;
    let new = fewest(&stores, &product).await;
    // Reads, then writes with the commit. A new account is written to two databases: the first
    // commits while the second takes its writes, then that one commits.
    assert_eq!(new, [0, 2, 2, 3], "a number without an account");
    let known = fewest(&stores, &product).await;
    // What the tags lead to is read after them.
    assert_eq!(known, [0, 3, 2, 3], "a number with an account");
    product.finish().await;
}

/// A verification of a sign-up with the code that was sent for it.
async fn begun(product: &Product, number: &str) -> (model::VerificationId, String) {
    let (id, _) = product.sign_up(number).await.unwrap();
    (id, product.code_of(number, id).await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_right_checks_for_one_number_at_once_make_one_account() {
    let server = Server::start();
    let stores = Stores::open(&server);
    let product = stores.product().await;
    for number in 0..20 {
        let number = format!("+4477009002{number:02}");
        let (first, second) = (
            begun(&product, &number).await,
            begun(&product, &number).await,
        );
        let (first, second) = tokio::join!(
            product.approve(first.0, &first.1),
            product.approve(second.0, &second.1)
        );
        let mut verdicts = [first.verdict, second.verdict];
        verdicts.sort_by_key(|verdict| *verdict != Verdict::Created);
        assert_eq!(verdicts, [Verdict::Created, Verdict::NumberInUse]);
        assert_eq!(first.subject, second.subject);
    }
    product.finish().await;
}
