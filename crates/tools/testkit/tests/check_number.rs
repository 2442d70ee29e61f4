//! A guess at a number's open verification, in one call: judged as one that names its id, once, and
//! at the verification that the number means at that moment.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::sync::Arc;

use identity::{BeginRefusal, LimitKind};
use model::{ApplicationId, CodePurpose, Entropy as _, Millis, Status, VerificationId};
use parking_lot::Mutex;
use peers::vault::{Begin, Checked, CheckedNumber, Destination, NumberVault};
use store::{SendFut, Store, Unit};
use testkit::{APP, Product, Setup, app_terms, guess_at, wrong_code};
use tokio::join;

const NUMBER: &str = "+447700900123";
const OTHER: ApplicationId = ApplicationId::from_bytes([0xB7; 16]);

type Judged = Result<Option<CheckedNumber>, BeginRefusal>;

async fn ask(product: &Product, app: ApplicationId, purpose: CodePurpose, code: &str) -> Judged {
    let request = guess_at(app, purpose, NUMBER, code);
    product.vault.check_number(request).await
}

async fn guess(product: &Product, code: &str) -> Option<(VerificationId, Status, Checked)> {
    let judged = ask(product, APP, CodePurpose::Signup, code).await.unwrap();
    judged.map(|judged| {
        let open = judged.open;
        (open.verification, open.status, judged.checked)
    })
}

async fn begun(product: &Product) -> (VerificationId, String) {
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    let code = product.code_of(NUMBER, id).await.unwrap();
    (id, code)
}

#[tokio::test]
async fn the_right_code_proves_and_then_nothing_is_open() {
    let product = Product::new(1).await;
    assert_eq!(guess(&product, "123456").await, None);
    let (id, code) = begun(&product).await;
    let (found, status, checked) = guess(&product, &code).await.unwrap();
    assert_eq!((found, status), (id, Status::Pending));
    let Checked::Approved(approved) = checked else {
        panic!("{checked:?}");
    };
    assert!(approved.subject.is_some());
    assert_eq!(guess(&product, &code).await, None);
    // By its id the same approval is told again.
    assert_eq!(product.check(id, &code).await, Checked::Approved(approved));
    product.finish().await;
}

#[tokio::test]
async fn guesses_by_number_and_by_id_are_counted_together() {
    let product = Product::new(2).await;
    let (id, code) = begun(&product).await;
    for nth in 0..4 {
        let wrong = wrong_code(&code, nth);
        let checked = match nth % 2 {
            0 => guess(&product, &wrong).await.unwrap().2,
            _ => product.check(id, &wrong).await,
        };
        let Checked::Wrong(view) = checked else {
            panic!("{checked:?}");
        };
        assert_eq!(usize::from(view.attempts_left), 4 - nth);
    }
    let (_, status, last) = guess(&product, &wrong_code(&code, 4)).await.unwrap();
    assert!(matches!(
        (status, last),
        (Status::Pending, Checked::Locked(_))
    ));
    let (_, status, after) = guess(&product, &code).await.unwrap();
    assert!(matches!(
        (status, after),
        (Status::Locked, Checked::Locked(_))
    ));
    product.finish().await;
}

#[tokio::test]
async fn what_is_no_code_costs_no_guess() {
    let product = Product::new(3).await;
    let (_, code) = begun(&product).await;
    for _ in 0..6 {
        let (_, _, checked) = guess(&product, "12").await.unwrap();
        assert!(matches!(checked, Checked::Malformed(_)), "{checked:?}");
    }
    let (_, _, checked) = guess(&product, &code).await.unwrap();
    assert!(matches!(checked, Checked::Approved(_)));
    product.finish().await;
}

#[tokio::test]
async fn the_one_begun_last_is_meant_also_after_a_crash_and_to_the_end_of_its_code() {
    for crashes in [false, true] {
        let mut product = Product::new(4).await;
        let (_, older) = begun(&product).await;
        let (newest, code) = begun(&product).await;
        if crashes {
            product = product.crash().await;
        }
        let (found, _, checked) = guess(&product, &older).await.unwrap();
        assert_eq!(found, newest);
        assert!(matches!(checked, Checked::Wrong(_)), "{checked:?}");
        product.wait(Millis::from_seconds(599));
        let (_, _, checked) = guess(&product, &wrong_code(&code, 0)).await.unwrap();
        assert!(matches!(checked, Checked::Wrong(_)), "{checked:?}");
        product.wait(Millis::from_seconds(1));
        assert_eq!(guess(&product, &code).await, None);
        product.finish().await;
    }
}

#[tokio::test]
async fn another_application_or_purpose_judges_nothing() {
    let mut setup = Setup::new(5);
    setup.apps.push(app_terms(OTHER));
    let product = Product::with(setup).await;
    let (id, code) = begun(&product).await;
    let elsewhere = ask(&product, OTHER, CodePurpose::Signup, &code).await;
    assert_eq!(elsewhere, Ok(None));
    assert_eq!(
        ask(&product, APP, CodePurpose::Login, &code).await,
        Ok(None)
    );
    let unknown = ApplicationId::from_bytes([1; 16]);
    let refused = ask(&product, unknown, CodePurpose::Signup, &code).await;
    assert_eq!(refused, Err(BeginRefusal::UnknownApplication));
    assert!(matches!(
        product.check(id, &code).await,
        Checked::Approved(_)
    ));
    product.finish().await;
}

/// A front that never saw the number would try numbers until one takes the code.
#[tokio::test]
async fn what_was_sealed_in_the_page_or_is_on_file_is_never_judged_by_a_typed_number() {
    let product = Product::new(6).await;
    let subject = product.prove(NUMBER, CodePurpose::Signup).await.subject;
    let from_page = product.sealed(APP, CodePurpose::Login, NUMBER).await;
    for destination in [from_page, Destination::OnFile(subject.unwrap())] {
        let id = VerificationId::from_bytes(product.entropy.random_16().unwrap());
        let request = Begin {
            destination,
            ..testkit::begin(id, APP, CodePurpose::Login, NUMBER)
        };
        product.vault.begin(request).await.unwrap();
        let code = product.code_of(NUMBER, id).await.unwrap();
        assert_eq!(
            ask(&product, APP, CodePurpose::Login, &code).await,
            Ok(None)
        );
    }
    product.finish().await;
}

#[tokio::test]
async fn each_guess_is_counted_as_a_look_up_whether_or_not_there_is_one() {
    let mut setup = Setup::new(7);
    setup.vault.application_lookups_per_hour = 5;
    let product = Product::with(setup).await;
    for _ in 0..3 {
        assert_eq!(guess(&product, "123456").await, None);
    }
    let (id, code) = begun(&product).await;
    let refused = ask(&product, APP, CodePurpose::Signup, &code).await;
    let kind = match refused.unwrap_err() {
        BeginRefusal::Limit { kind, next: _ } => Some(kind),
        _ => None,
    };
    assert_eq!(kind, Some(LimitKind::Lookups));
    // It was not judged.
    assert!(matches!(
        product.check(id, &code).await,
        Checked::Approved(_)
    ));
    product.finish().await;
}

/// Holds the first transaction of one name until it is let go.
struct Held {
    inner: Arc<dyn Store>,
    name: &'static str,
    first: Mutex<Option<Option<Unit>>>,
}

impl Held {
    fn new(inner: Arc<dyn Store>, name: &'static str) -> Self {
        let first = Mutex::new(Some(None));
        Self { inner, name, first }
    }

    fn let_go(&self) {
        let held = self.first.lock().take().flatten();
        self.inner.submit(held.unwrap());
    }
}

impl Store for Held {
    fn submit(&self, unit: Unit) {
        let mut first = self.first.lock();
        match first.as_mut() {
            Some(place @ None) if unit.name == self.name => *place = Some(unit),
            _ => {
                drop(first);
                self.inner.submit(unit);
            }
        }
    }

    fn close(&self) -> SendFut<'_, ()> {
        self.inner.close()
    }
}

/// Whatever the guess is, it is judged where the newest verification is known, and nowhere else.
#[tokio::test]
async fn a_guess_that_a_newer_verification_overtakes_is_judged_at_the_newer_one() {
    for (right, name) in [(true, "vault.approve"), (false, "vault.check.wrong")] {
        let [front, rows] = Product::memory_stores();
        let store = Arc::new(Held::new(rows, name));
        let product = Product::over(Setup::new(8), front, store.clone()).await;
        let (older, code) = begun(&product).await;
        let first = match right {
            true => code.clone(),
            false => wrong_code(&code, 0),
        };
        let overtake = async {
            let (newest, _) = product.sign_up(NUMBER).await.unwrap();
            store.let_go();
            newest
        };
        let (judged, newest) = join!(guess(&product, &first), overtake);
        let (found, _, checked) = judged.unwrap();
        assert_eq!(found, newest);
        assert!(matches!(checked, Checked::Wrong(_)), "{checked:?}");
        // The older one lost no guess and was not approved.
        let answer = product.check(older, &wrong_code(&code, 1)).await;
        let Checked::Wrong(view) = answer else {
            panic!("{answer:?}");
        };
        assert_eq!(view.attempts_left, 4);
        product.finish().await;
    }
}
