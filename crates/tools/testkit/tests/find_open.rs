//! Finding the open verification of a number: for the application that began it, and nobody else.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use identity::{BeginRefusal, LimitKind, Open};
use model::{
    ApplicationId, CodePurpose, Entropy as _, Millis, Status, TypedNumber, VerificationId,
};
use peers::vault::{Begin, Destination, NumberVault};
use testkit::{APP, Product, Setup, app_terms};

const NUMBER: &str = "+447700900123";
const OTHER: ApplicationId = ApplicationId::from_bytes([0xB7; 16]);

async fn ask(
    product: &Product,
    app: ApplicationId,
    text: &str,
) -> Result<Option<Open>, BeginRefusal> {
    ask_for(product, app, CodePurpose::Signup, text).await
}

async fn ask_for(
    product: &Product,
    app: ApplicationId,
    purpose: CodePurpose,
    text: &str,
) -> Result<Option<Open>, BeginRefusal> {
    let text = TypedNumber::new(text.to_owned()).unwrap();
    product.identity.find_open(app, purpose, text).await
}

async fn found(product: &Product, app: ApplicationId) -> Option<(VerificationId, Status)> {
    let open = ask(product, app, NUMBER).await.unwrap();
    open.map(|open| (open.verification, open.status))
}

async fn found_for(product: &Product, purpose: CodePurpose) -> Option<VerificationId> {
    let open = ask_for(product, APP, purpose, NUMBER).await.unwrap();
    open.map(|open| open.verification)
}

#[tokio::test]
async fn only_the_newest_and_only_while_its_code_lives() {
    let product = Product::new(1).await;
    assert_eq!(found(&product, APP).await, None);
    product.sign_up(NUMBER).await.unwrap();
    let (newest, _) = product.sign_up(NUMBER).await.unwrap();
    assert_eq!(found(&product, APP).await, Some((newest, Status::Pending)));
    let code = product.phones.arrived(NUMBER, 2).await.code;
    product.approve(newest, &code).await;
    assert_eq!(found(&product, APP).await, None);
    let (late, _) = product.sign_up(NUMBER).await.unwrap();
    product.wait(Millis::from_seconds(599));
    assert_eq!(found(&product, APP).await, Some((late, Status::Pending)));
    product.wait(Millis::from_seconds(1));
    assert_eq!(found(&product, APP).await, None);
    product.finish().await;
}

#[tokio::test]
async fn one_without_guesses_is_found_and_one_called_off_is_not() {
    let product = Product::new(2).await;
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    let code = product.phones.code(NUMBER).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        product.check(id, wrong).await;
    }
    assert_eq!(found(&product, APP).await, Some((id, Status::Locked)));
    let (next, _) = product.sign_up(NUMBER).await.unwrap();
    product.identity.cancel(APP, next).await.unwrap();
    assert_eq!(found(&product, APP).await, None);
    product.finish().await;
}

#[tokio::test]
async fn another_application_finds_nothing() {
    let mut setup = Setup::new(3);
    setup.apps.push(app_terms(OTHER));
    let product = Product::with(setup).await;
    product.sign_up(NUMBER).await.unwrap();
    assert_eq!(found(&product, OTHER).await, None);
    let unknown = ApplicationId::from_bytes([1; 16]);
    let refused = ask(&product, unknown, NUMBER).await;
    assert_eq!(refused, Err(BeginRefusal::UnknownApplication));
    product.finish().await;
}

#[tokio::test]
async fn each_purpose_has_its_own_and_none_hides_another() {
    let product = Product::new(8).await;
    let mut newest = Vec::new();
    for purpose in [CodePurpose::Signup, CodePurpose::StepUp] {
        assert_eq!(found_for(&product, purpose).await, None);
        newest.push((purpose, product.start(NUMBER, purpose).await.unwrap().0));
    }
    for (purpose, id) in newest {
        assert_eq!(found_for(&product, purpose).await, Some(id));
    }
    assert_eq!(found_for(&product, CodePurpose::Login).await, None);
    product.finish().await;
}

#[tokio::test]
async fn a_crash_does_not_lose_it() {
    let product = Product::new(4).await;
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    product.phones.code(NUMBER).await;
    let product = product.crash().await;
    assert_eq!(found(&product, APP).await, Some((id, Status::Pending)));
    product.finish().await;
}

#[tokio::test]
async fn asking_is_counted_as_a_look_up_whether_or_not_there_is_one() {
    let mut setup = Setup::new(5);
    setup.vault.application_lookups_per_hour = 5;
    let product = Product::with(setup).await;
    for number in ["+447700900124", "+447700900125", "+447700900126", NUMBER] {
        assert_eq!(ask(&product, APP, number).await, Ok(None));
    }
    let refused = ask(&product, APP, NUMBER).await.unwrap_err();
    let kind = match refused {
        BeginRefusal::Limit { kind, next: _ } => Some(kind),
        _ => None,
    };
    assert_eq!(kind, Some(LimitKind::Lookups));
    product.finish().await;
}

#[tokio::test]
async fn what_is_not_a_number_is_refused_as_at_a_start() {
    let product = Product::new(6).await;
    let refused = ask(&product, APP, "nobody").await;
    assert!(matches!(refused, Err(BeginRefusal::Number(_))));
    product.finish().await;
}

async fn begun(product: &Product, destination: Destination) -> VerificationId {
    let id = VerificationId::from_bytes(product.entropy.random_16().unwrap());
    let request = Begin {
        destination,
        ..testkit::begin(id, APP, CodePurpose::Login, NUMBER)
    };
    product.vault.begin(request).await.unwrap();
    id
}

/// A front that never saw the number would try numbers until one finds the verification.
#[tokio::test]
async fn what_was_sealed_in_the_page_or_is_on_file_is_never_found_by_a_typed_number() {
    let product = Product::new(7).await;
    let subject = product.prove(NUMBER, CodePurpose::Signup).await.subject;
    let from_page = product.sealed(APP, CodePurpose::Login, NUMBER).await;
    let on_file = Destination::OnFile(subject.unwrap());
    for hidden in [from_page, on_file] {
        let id = begun(&product, hidden).await;
        assert!(product.code_of(NUMBER, id).await.is_some(), "it is open");
        assert_eq!(found_for(&product, CodePurpose::Login).await, None);
    }
    let (typed, _) = product.start(NUMBER, CodePurpose::Login).await.unwrap();
    let from_page = product.sealed(APP, CodePurpose::Login, NUMBER).await;
    begun(&product, from_page).await;
    assert_eq!(found_for(&product, CodePurpose::Login).await, Some(typed));
    product.finish().await;
}
