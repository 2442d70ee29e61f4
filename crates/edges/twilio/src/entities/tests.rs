use serde_json::Value;
use testkit::totp_code;

use crate::harness::{Harness, Reply};

const WHO: &str = "ff483d1f-f591-898a";
/// The key of RFC 6238, appendix B.
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

async fn made(h: &Harness, fields: &[(&str, &str)]) -> Reply {
    let usual = [("FriendlyName", "Anna’s phone"), ("FactorType", "totp")];
    let fields = [&usual[..], fields].concat();
    h.post(&h.at(&format!("Entities/{WHO}/Factors")), &fields)
        .await
}

/// A factor whose secret is known, and its path.
async fn factor(h: &Harness) -> String {
    let reply = made(h, &[("Binding.Secret", SECRET)]).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    h.at(&format!("Entities/{WHO}/Factors/{}", reply.field("sid")))
}

fn code(h: &Harness) -> String {
    totp_code(SECRET, h.product.identity.now())
}

/// The same, confirmed by its first code; half a minute later, so that another code is due.
async fn confirmed(h: &Harness) -> String {
    let path = factor(h).await;
    let reply = h.post(&path, &[("AuthPayload", &code(h))]).await;
    assert_eq!(reply.field("status"), "verified", "{}", reply.text);
    h.pass(30);
    path
}

async fn challenge(h: &Harness, factor: &str, fields: &[(&str, &str)]) -> Reply {
    let sid = factor.rsplit('/').next().unwrap();
    let fields = [&[("FactorSid", sid)], fields].concat();
    h.post(&h.at(&format!("Entities/{WHO}/Challenges")), &fields)
        .await
}

#[tokio::test]
async fn an_entity_is_made_once_listed_and_removed() {
    let h = Harness::new().await;
    let entities = h.at("Entities");
    let reply = h.post(&entities, &[("Identity", WHO)]).await;
    assert_eq!(
        (reply.status.as_u16(), reply.field("identity")),
        (201, WHO.to_owned())
    );
    assert_eq!(h.post(&entities, &[("Identity", WHO)]).await.code(), 60301);
    for wrong in ["", "short", "447700900123", "a b c d e"] {
        let reply = h.post(&entities, &[("Identity", wrong)]).await;
        assert_eq!(reply.code(), 60200, "{wrong}");
    }
    let one = format!("{entities}/{WHO}");
    assert_eq!(h.get(&one).await.field("sid"), reply.field("sid"));
    assert_eq!(h.elsewhere(&format!("Entities/{WHO}")).await.code(), 20404);
    assert_eq!(h.delete(&one).await.status, 204);
    assert_eq!(h.get(&one).await.code(), 20404);
    h.product.finish().await;
}

#[tokio::test]
async fn a_list_of_entities_goes_on_from_page_to_page() {
    let h = Harness::new().await;
    for nth in 1..=5 {
        let name = format!("person-{nth}");
        let reply = h.post(&h.at("Entities"), &[("Identity", &name)]).await;
        assert_eq!(reply.status, 201);
    }
    let (mut url, mut seen) = (format!("{}?PageSize=2", h.at("Entities")), Vec::new());
    loop {
        let page = h.get(&url).await.json();
        let entries = page["entities"].as_array().unwrap().clone();
        seen.extend(
            entries
                .iter()
                .map(|e| e["identity"].as_str().unwrap().to_owned()),
        );
        match page["meta"]["next_page_url"].as_str() {
            Some(next) => next
                .trim_start_matches("http://localhost:8080")
                .clone_into(&mut url),
            None => break,
        }
    }
    assert_eq!(
        seen,
        ["person-1", "person-2", "person-3", "person-4", "person-5"]
    );
    h.product.finish().await;
}

#[tokio::test]
async fn the_secret_is_told_once_with_an_address_that_apps_read() {
    let h = Harness::new().await;
    let reply = made(&h, &[]).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let binding = reply.json()["binding"].clone();
    let secret = binding["secret"].as_str().unwrap().to_owned();
    assert_eq!(secret.len(), 32);
    assert_eq!(
        binding["uri"],
        format!(
            "otpauth://totp/Harbour%20Chat:Anna%E2%80%99s%20phone?secret={secret}\
             &issuer=Harbour%20Chat&algorithm=SHA1&digits=6&period=30"
        )
    );
    assert_eq!(reply.field("status"), "unverified");
    let factors = h.at(&format!("Entities/{WHO}/Factors"));
    for path in [factors.clone(), format!("{factors}/{}", reply.field("sid"))] {
        let shown = h.get(&path).await;
        assert_eq!(shown.status, 200);
        assert!(!shown.text.contains(&secret), "{}", shown.text);
    }
    // The entity came with its first factor.
    assert_eq!(h.get(&h.at(&format!("Entities/{WHO}"))).await.status, 200);
    h.product.finish().await;
}

#[tokio::test]
async fn a_first_code_confirms_a_factor_and_a_wrong_one_does_not() {
    let h = Harness::new().await;
    let path = factor(&h).await;
    let reply = challenge(&h, &path, &[("AuthPayload", "123456")]).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (403, 60318));
    let reply = h.post(&path, &[("AuthPayload", "000000")]).await;
    assert_eq!(
        (reply.status.as_u16(), reply.field("status")),
        (200, "unverified".to_owned())
    );
    let spaced = format!("{} {}", &code(&h)[..3], &code(&h)[3..]);
    let reply = h.post(&path, &[("AuthPayload", &spaced)]).await;
    assert_eq!(reply.field("status"), "verified");
    // Again it changes nothing.
    let reply = h.post(&path, &[("AuthPayload", "000000")]).await;
    assert_eq!(reply.field("status"), "verified");
    for (wish, status) in [("6", 200), ("8", 400)] {
        let reply = h.post(&path, &[("Config.CodeLength", wish)]).await;
        assert_eq!(reply.status, status, "{}", reply.text);
    }
    let reply = h.post(&path, &[("FriendlyName", "Old phone")]).await;
    assert_eq!(reply.field("friendly_name"), "Old phone");
    h.product.finish().await;
}

#[tokio::test]
async fn a_challenge_takes_the_right_code_once() {
    let h = Harness::new().await;
    let factor = confirmed(&h).await;
    let reply = challenge(&h, &factor, &[]).await;
    assert_eq!(
        (reply.status.as_u16(), reply.field("status")),
        (201, "pending".to_owned())
    );
    let one = h.at(&format!("Entities/{WHO}/Challenges/{}", reply.field("sid")));
    assert_eq!(h.post(&one, &[]).await.code(), 60200);
    let wrong = h.post(&one, &[("AuthPayload", "000000")]).await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.field("status")),
        (200, "pending".to_owned())
    );
    let right = code(&h);
    let approved = h.post(&one, &[("AuthPayload", &right)]).await;
    assert_eq!(approved.field("status"), "approved");
    assert_eq!(h.post(&one, &[("AuthPayload", &right)]).await.code(), 60322);
    // A code counts once, for whatever it is used.
    let second = challenge(&h, &factor, &[("AuthPayload", &right)]).await;
    assert_eq!(second.field("status"), "pending");
    h.pass(30);
    let third = challenge(&h, &factor, &[("AuthPayload", &code(&h))]).await;
    assert_eq!(third.field("status"), "approved");
    h.product.finish().await;
}

#[tokio::test]
async fn five_wrong_codes_close_a_factor_for_a_while() {
    let h = Harness::new().await;
    let factor = confirmed(&h).await;
    for _ in 0..5 {
        let reply = challenge(&h, &factor, &[("AuthPayload", "000000")]).await;
        assert_eq!(reply.field("status"), "pending");
    }
    let reply = challenge(&h, &factor, &[("AuthPayload", &code(&h))]).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (429, 60308));
    let wait: i64 = reply.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    h.pass(wait);
    let reply = challenge(&h, &factor, &[("AuthPayload", &code(&h))]).await;
    assert_eq!(reply.field("status"), "approved", "{}", reply.text);
    h.product.finish().await;
}

#[tokio::test]
async fn a_challenge_ends_and_is_listed_by_status_and_factor() {
    let h = Harness::new().await;
    let factor = confirmed(&h).await;
    let first = challenge(&h, &factor, &[]).await;
    h.pass(301);
    let one = h.at(&format!("Entities/{WHO}/Challenges/{}", first.field("sid")));
    assert_eq!(h.get(&one).await.field("status"), "expired");
    let late = h.post(&one, &[("AuthPayload", &code(&h))]).await;
    assert_eq!((late.status.as_u16(), late.code()), (403, 60323));
    let second = challenge(&h, &factor, &[("AuthPayload", &code(&h))]).await;
    assert_eq!(second.field("status"), "approved");
    let all = h.at(&format!("Entities/{WHO}/Challenges"));
    let sids = |page: Value| -> Vec<String> {
        let entries = page["challenges"].as_array().unwrap().clone();
        entries
            .iter()
            .map(|e| e["sid"].as_str().unwrap().to_owned())
            .collect()
    };
    let (first, second) = (first.field("sid"), second.field("sid"));
    assert_eq!(
        sids(h.get(&all).await.json()),
        [second.clone(), first.clone()]
    );
    let oldest = h.get(&format!("{all}?Order=asc")).await.json();
    assert_eq!(sids(oldest), [first.clone(), second]);
    let ended = h.get(&format!("{all}?Status=expired")).await.json();
    assert_eq!(sids(ended), [first]);
    let other = format!("{all}?FactorSid=YF{}", "0".repeat(32));
    assert_eq!(sids(h.get(&other).await.json()), Vec::<String>::new());
    assert_eq!(h.get(&format!("{all}?Status=odd")).await.code(), 60200);
    for (date, expected) in [("2020-01-01T00:00:00Z", 60200), ("soon", 60200)] {
        let reply = challenge(&h, &factor, &[("ExpirationDate", date)]).await;
        assert_eq!(reply.code(), expected);
    }
    h.product.finish().await;
}

#[tokio::test]
async fn what_cannot_be_kept_safely_is_refused_by_name() {
    let h = Harness::new().await;
    for (field, value) in [
        ("Binding.Secret", "ABCD"),
        ("Binding.Secret", "not base32!"),
        ("Config.CodeLength", "3"),
        ("Config.TimeStep", "300"),
        ("Config.Skew", "9"),
        ("Config.Alg", "md5"),
        ("FactorType", "carrier pigeon"),
        ("FriendlyName", "+44 20 7946 0018"),
    ] {
        let usual = [("FriendlyName", "x"), ("FactorType", "totp")];
        let kept = usual.iter().filter(|(name, _)| *name != field);
        let fields: Vec<_> = kept.copied().chain([(field, value)]).collect();
        let path = h.at(&format!("Entities/{WHO}/Factors"));
        let reply = h.post(&path, &fields).await;
        assert_eq!(reply.code(), 60200, "{field}");
        assert_eq!(
            reply.field("message"),
            format!("Invalid parameter: {field}")
        );
    }
    let push = [("FriendlyName", "x"), ("FactorType", "push")];
    let path = h.at(&format!("Entities/{WHO}/Factors"));
    assert_eq!(h.post(&path, &push).await.code(), 60204);
    h.product.finish().await;
}

#[tokio::test]
async fn a_removed_factor_is_gone_with_its_secret() {
    let h = Harness::new().await;
    let factor = confirmed(&h).await;
    assert_eq!(h.delete(&factor).await.status, 204);
    assert_eq!(h.get(&factor).await.code(), 20404);
    let reply = challenge(&h, &factor, &[("AuthPayload", &code(&h))]).await;
    assert_eq!(reply.code(), 20404);
    let again = confirmed(&h).await;
    challenge(&h, &again, &[]).await;
    assert_eq!(
        h.delete(&h.at(&format!("Entities/{WHO}"))).await.status,
        204
    );
    for rest in ["Factors", "Challenges"] {
        let path = h.at(&format!("Entities/{WHO}/{rest}"));
        assert_eq!(h.get(&path).await.code(), 20404);
    }
    h.product.finish().await;
}

#[tokio::test]
async fn an_entity_has_twenty_factors_at_most() {
    let h = Harness::new().await;
    for _ in 0..20 {
        assert_eq!(made(&h, &[]).await.status, 201);
    }
    assert_eq!(made(&h, &[]).await.code(), 60315);
    h.product.finish().await;
}
