use super::*;

#[tokio::test]
async fn pages_stay_within_their_budgets() {
    let assets = assets();
    let weight = |name: &str| assets.weight(name).unwrap();
    assert!(weight("style").0 <= 6 * 1024, "{:?}", weight("style"));
    for script in ["base", "number", "code"] {
        assert!(
            weight(script).0 <= 10 * 1024,
            "{script} {:?}",
            weight(script)
        );
    }
    // The longest page by far: a country list in a script of three bytes a letter.
    for language in ["en", "de", "ar"] {
        let mut browser = Browser::demo();
        browser.language = language;
        let page = browser.get("/signup").await.body.len();
        let total = page + weight("style").0 + weight("number").0 + weight("mark").0;
        assert!(total <= 30 * 1024, "{language}: {total}");
    }
}

#[tokio::test]
async fn a_page_needs_four_requests_and_no_foreign_origin() {
    let browser = Browser::demo();
    for path in ["/", "/signup", "/login", "/nowhere"] {
        let body = browser.get(path).await.body;
        let loads = body.matches("<link rel=").count() + body.matches("<script ").count();
        assert!(loads <= 3, "{path}");
        for rest in body.split("src=\"").skip(1) {
            assert!(rest.starts_with("/assets/"));
        }
    }
}

#[tokio::test]
async fn assets_named_by_a_page_are_served() {
    let browser = Browser::demo();
    let body = browser.get("/signup").await.body;
    for rest in body.split("\"/assets/").skip(1) {
        let path = format!("/assets/{}", rest.split('"').next().unwrap());
        assert_eq!(browser.get(&path).await.status, StatusCode::OK, "{path}");
    }
}
