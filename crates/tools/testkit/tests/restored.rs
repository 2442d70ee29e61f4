//! What a copy of the vault's rows gives to who guesses: nothing.

use identity::Verdict;
use model::CodePurpose;
use peers::vault::Checked;
use testkit::{APP, Product, guess};

const NUMBER: &str = "+447700900123";

#[tokio::test]
async fn a_code_of_a_restored_copy_cannot_be_guessed_at_anew() {
    let product = Product::new(1).await;
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    let code = product.code_of(NUMBER, id).await.unwrap();
    vault::end_open(&*product.vault_store).await.unwrap();
    let product = product.crash().await;
    let checked = product.as_vault().check(guess(APP, id, &code)).await;
    assert_eq!(checked.unwrap(), Checked::NotFound);
    // A new one begins as ever.
    let approved = product.prove(NUMBER, CodePurpose::Signup).await;
    assert_eq!(approved.verdict, Verdict::Created);
    product.finish().await;
}

#[tokio::test]
async fn what_was_proven_before_the_copy_stays() {
    let product = Product::new(2).await;
    let proven = product.prove(NUMBER, CodePurpose::Signup).await;
    vault::end_open(&*product.vault_store).await.unwrap();
    let product = product.crash().await;
    let again = product.prove(NUMBER, CodePurpose::Login).await;
    assert_eq!(
        (again.verdict, again.subject),
        (Verdict::Existing, proven.subject)
    );
    product.finish().await;
}
