//! Authenticator apps at the vault, against a front that lies and a thief of rows: no secret lies in
//! the open, a code counts once, and guessing ends.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use identity::BeginRefusal;
use model::{ApplicationId, FactorId, FactorSecret, Millis, TotpHash, TotpTerms, TypedCode};
use peers::vault::{CheckFactor, FactorChecked, FactorRefusal, MakeFactor};
use store::{Row, Tx, Value, Write};
use testkit::{APP, Product, Setup, app_terms, guess_at, scan_all, totp_code, wrong_code};
use vault::rows::{FACTOR, SCHEMA};

const OTHER: ApplicationId = ApplicationId::from_bytes([0xB7; 16]);
/// The key of RFC 6238, appendix B.
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const HALF_MINUTE: Millis = Millis::from_seconds(30);

const fn id(nth: u8) -> FactorId {
    FactorId::from_bytes([nth; 16])
}

fn request(factor: FactorId, secret: Option<&str>) -> MakeFactor {
    MakeFactor {
        application: APP,
        factor,
        terms: TotpTerms::default(),
        secret: secret.map(|text| FactorSecret::new(text.to_owned()).unwrap()),
    }
}

async fn make(product: &Product, factor: FactorId) -> String {
    let made = request(factor, Some(SECRET));
    let secret = product.as_vault().make_factor(made).await.unwrap();
    secret.expose().to_owned()
}

async fn check(product: &Product, factor: FactorId, used_for: u8, code: &str) -> FactorChecked {
    let request = CheckFactor {
        application: APP,
        factor,
        used_for: [used_for; 16],
        confirms: used_for == 0,
        code: TypedCode::new(code.to_owned()).unwrap(),
    };
    product.as_vault().check_factor(request).await.unwrap()
}

fn code(product: &Product) -> String {
    totp_code(SECRET, product.identity.now())
}

fn wrong(product: &Product) -> String {
    // Neither of the codes beside the present one either.
    let now = product.identity.now();
    let near = [-1, 0, 1].map(|step| {
        let at = now.plus(Millis::from_seconds(30 * step));
        totp_code(SECRET, at)
    });
    let mut guesses = (0..9).map(|nth| wrong_code(&near[1], nth));
    guesses.find(|guess| !near.contains(guess)).unwrap()
}

/// A factor that its first code has confirmed; another code is due.
async fn confirmed(product: &Product, factor: FactorId) {
    make(product, factor).await;
    let first = code(product);
    assert_eq!(
        check(product, factor, 0, &first).await,
        FactorChecked::Approved
    );
    product.wait(HALF_MINUTE);
}

#[tokio::test]
async fn a_code_counts_once_and_the_same_call_again_gets_the_same_answer() {
    let product = Product::new(1).await;
    confirmed(&product, id(1)).await;
    let right = code(&product);
    assert_eq!(
        check(&product, id(1), 1, &right).await,
        FactorChecked::Approved
    );
    let product = product.crash().await;
    assert_eq!(
        check(&product, id(1), 1, &right).await,
        FactorChecked::Approved
    );
    assert_eq!(
        check(&product, id(1), 2, &right).await,
        FactorChecked::Wrong
    );
    product.finish().await;
}

#[tokio::test]
async fn a_secret_is_told_again_to_the_same_call_until_it_is_confirmed() {
    let product = Product::new(2).await;
    let vault = product.as_vault();
    let first = vault.make_factor(request(id(1), None)).await.unwrap();
    let again = vault.make_factor(request(id(1), None)).await.unwrap();
    assert_eq!(first.expose(), again.expose());
    let given = vault.make_factor(request(id(1), Some(SECRET))).await;
    assert_eq!(given.unwrap_err(), FactorRefusal::IdReused);
    let terms = TotpTerms::new(TotpHash::Sha256, 8, 30, 1).unwrap();
    let other = MakeFactor {
        terms,
        ..request(id(1), None)
    };
    assert_eq!(
        vault.make_factor(other).await.unwrap_err(),
        FactorRefusal::IdReused
    );
    let shown = totp_code(first.expose(), product.identity.now());
    assert_eq!(
        check(&product, id(1), 0, &shown).await,
        FactorChecked::Approved
    );
    let late = product.as_vault().make_factor(request(id(1), None)).await;
    assert_eq!(late.unwrap_err(), FactorRefusal::IdReused);
    product.finish().await;
}

#[tokio::test]
async fn before_its_first_code_a_factor_proves_nothing_and_goes_after_a_day() {
    let product = Product::new(3).await;
    make(&product, id(1)).await;
    let right = code(&product);
    assert_eq!(
        check(&product, id(1), 1, &right).await,
        FactorChecked::Unconfirmed
    );
    product.wait(Millis::from_seconds(86_400));
    let right = code(&product);
    assert_eq!(
        check(&product, id(1), 0, &right).await,
        FactorChecked::NotFound
    );
    product.wait(Millis::from_seconds(1));
    product.vault.housekeep().await.unwrap();
    assert_eq!(rows(&product).await.len(), 0);
    product.finish().await;
}

#[tokio::test]
async fn wrong_codes_are_counted_over_a_restart_and_close_after_five_in_ten_minutes() {
    let mut product = Product::new(4).await;
    confirmed(&product, id(1)).await;
    for used_for in 1..=5 {
        let guess = wrong(&product);
        assert_eq!(
            check(&product, id(1), used_for, &guess).await,
            FactorChecked::Wrong
        );
        product = product.crash().await;
    }
    let right = code(&product);
    let FactorChecked::Wait { after_seconds } = check(&product, id(1), 6, &right).await else {
        panic!("a sixth guess was judged");
    };
    // A clock that is set back by a little opens nothing.
    product.wait(Millis::from_seconds(-30));
    let shut = check(&product, id(1), 6, &right).await;
    assert!(matches!(shut, FactorChecked::Wait { .. }), "{shut:?}");
    product.wait(Millis::from_seconds(30 + i64::from(after_seconds)));
    let right = code(&product);
    assert_eq!(
        check(&product, id(1), 6, &right).await,
        FactorChecked::Approved
    );
    product.finish().await;
}

#[tokio::test]
async fn a_hundred_wrong_codes_in_a_row_close_a_factor_for_good() {
    let product = Product::new(5).await;
    confirmed(&product, id(1)).await;
    let mut judged = 0;
    loop {
        let guess = wrong(&product);
        match check(&product, id(1), 1, &guess).await {
            FactorChecked::Wrong => judged += 1,
            FactorChecked::Wait { after_seconds } => {
                product.wait(Millis::from_seconds(i64::from(after_seconds)));
            }
            FactorChecked::Locked => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(judged, 100);
    product.wait(Millis::from_seconds(86_400 * 365));
    let right = code(&product);
    assert_eq!(
        check(&product, id(1), 2, &right).await,
        FactorChecked::Locked
    );
    product.finish().await;
}

#[tokio::test]
async fn what_cannot_be_a_code_is_no_guess() {
    let product = Product::new(6).await;
    confirmed(&product, id(1)).await;
    for text in ["", "hello", "12345x", "1", "12345678901234567890"] {
        for _ in 0..5 {
            assert_eq!(check(&product, id(1), 1, text).await, FactorChecked::Wrong);
        }
    }
    let right = code(&product);
    let spaced = format!("{} {}", &right[..3], &right[3..]);
    assert_eq!(
        check(&product, id(1), 1, &spaced).await,
        FactorChecked::Approved
    );
    product.finish().await;
}

#[tokio::test]
async fn another_application_has_no_part_in_a_factor() {
    let mut setup = Setup::new(7);
    setup.apps.push(app_terms(OTHER));
    let product = Product::with(setup).await;
    confirmed(&product, id(1)).await;
    let vault = product.as_vault();
    let stolen = CheckFactor {
        application: OTHER,
        factor: id(1),
        used_for: [9; 16],
        confirms: true,
        code: TypedCode::new(code(&product)).unwrap(),
    };
    assert_eq!(
        vault.check_factor(stolen).await.unwrap(),
        FactorChecked::NotFound
    );
    assert!(!vault.delete_factor(OTHER, id(1)).await.unwrap());
    let made = MakeFactor {
        application: OTHER,
        ..request(id(1), Some(SECRET))
    };
    assert_eq!(
        vault.make_factor(made).await.unwrap_err(),
        FactorRefusal::IdReused
    );
    let unknown = ApplicationId::from_bytes([1; 16]);
    let made = MakeFactor {
        application: unknown,
        ..request(id(2), None)
    };
    let refused = vault.make_factor(made).await.unwrap_err();
    assert_eq!(refused, FactorRefusal::UnknownApplication);
    assert!(vault.delete_factor(APP, id(1)).await.unwrap());
    assert!(!vault.delete_factor(APP, id(1)).await.unwrap());
    product.finish().await;
}

#[tokio::test]
async fn making_factors_takes_from_the_lookups_of_an_application() {
    let mut setup = Setup::new(8);
    setup.vault.application_lookups_per_hour = 10;
    let product = Product::with(setup).await;
    let mut made = 0;
    let refused = loop {
        match product
            .as_vault()
            .make_factor(request(id(made), None))
            .await
        {
            Ok(_) => made += 1,
            Err(refused) => break refused,
        }
    };
    assert_eq!(refused, FactorRefusal::TooMany);
    assert!(made <= 10, "{made}");
    let guess = guess_at(APP, model::CodePurpose::Signup, "+447700900123", "123456");
    let found = product.as_vault().check_number(guess).await;
    assert!(
        matches!(found, Err(BeginRefusal::Limit { .. })),
        "{found:?}"
    );
    product.finish().await;
}

async fn rows(product: &Product) -> Vec<Row> {
    let all = scan_all(&*product.vault_store, &SCHEMA).await;
    let factors = all
        .into_iter()
        .filter(|(table, _)| table.name == FACTOR.name);
    factors.map(|(_, row)| row).collect()
}

#[tokio::test]
async fn no_row_of_either_room_holds_the_secret() {
    let product = Product::new(9).await;
    confirmed(&product, id(1)).await;
    let needles = [SECRET.as_bytes(), b"12345678901234567890"];
    let stores = [
        (&product.vault_store, &SCHEMA),
        (&product.front_store, &identity::rows::SCHEMA),
    ];
    for (store, schema) in stores {
        for (table, row) in scan_all(&**store, schema).await {
            let bytes = store::encode(&row);
            for needle in needles {
                let found = bytes.windows(needle.len()).any(|window| window == needle);
                assert!(!found, "{}", table.name);
            }
        }
    }
    product.finish().await;
}

/// Writes a factor's row as somebody with the database and without the keys would.
async fn plant(product: &Product, row: Row) {
    let put = Write::Put {
        table: &FACTOR,
        row,
    };
    product
        .vault_store
        .transact("test.plant", async move |tx: &mut dyn Tx| {
            tx.write(vec![put.clone()]).await
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_row_that_was_moved_or_edited_is_no_factor() {
    for column in ["id", "sealed", "wrong", "used_step", "ends_at"] {
        let product = Product::new(10).await;
        confirmed(&product, id(1)).await;
        let mut row = rows(&product).await.remove(0);
        let at = FACTOR.position(column).unwrap();
        row[at] = match column {
            "id" => Value::from(*id(2).as_bytes()),
            "sealed" => Value::Bytes(vec![7; 48]),
            "wrong" => Value::Int(-1),
            "used_step" => Value::Int(0),
            _ => Value::Int(i64::MAX),
        };
        plant(&product, row).await;
        let factor = if column == "id" { id(2) } else { id(1) };
        let right = code(&product);
        let judged = check(&product, factor, 1, &right).await;
        assert_eq!(judged, FactorChecked::NotFound, "{column}");
        product.finish().await;
    }
}

#[tokio::test]
async fn a_factor_outlives_the_epoch_and_its_old_row_opens_no_more() {
    let product = Product::new(11).await;
    confirmed(&product, id(1)).await;
    let before = rows(&product).await.remove(0);
    product.quiet_days(35).await;
    let after = rows(&product).await.remove(0);
    for column in ["epoch", "sealed"] {
        let at = FACTOR.position(column).unwrap();
        assert_ne!(before[at], after[at], "{column}");
    }
    let right = code(&product);
    assert_eq!(
        check(&product, id(1), 1, &right).await,
        FactorChecked::Approved
    );
    plant(&product, before).await;
    let request = CheckFactor {
        application: APP,
        factor: id(1),
        used_for: [2; 16],
        confirms: false,
        code: TypedCode::new(right).unwrap(),
    };
    assert!(product.as_vault().check_factor(request).await.is_err());
    product.finish().await;
}
