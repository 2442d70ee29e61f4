//! `GET …/Verifications/{SID or number}`: where it stands, while its code lives.

use axum::{extract::State, http::StatusCode, response::Response};

use crate::{App, answer::json, call::AtService, fault::Fault};

use super::{Named, Shown, missing, viewed};

pub(crate) async fn fetch(State(app): App, at: AtService) -> Result<Response, Fault> {
    let named = Named::read(&at)?;
    let open = named.open(&app, &at, "Verifications").await?;
    let viewed = viewed(&app, &at, open.verification).await?;
    let view = viewed.ok_or_else(|| missing(&at, "Verifications"))?.view;
    let shown = Shown {
        id: open.verification,
        to: named.number(),
        view: &view,
        status: open.status,
        updated_at: view.sent_at,
    };
    Ok(json(StatusCode::OK, &shown.body(&app, &at)))
}

#[cfg(test)]
mod tests {
    use crate::harness::{Harness, NUMBER};

    #[tokio::test]
    async fn an_open_verification_is_found_by_sid_and_by_a_number_with_its_plus() {
        let h = Harness::new().await;
        let sid = h.started().await;
        let by_sid = h.get(&h.at(&format!("Verifications/{sid}"))).await.json();
        assert_eq!(by_sid["to"], "+***");
        assert_eq!(by_sid["status"], "pending");
        for number in [NUMBER.to_owned(), NUMBER.replace('+', "%2B")] {
            let path = h.at(&format!("Verifications/{number}"));
            let by_number = h.get(&path).await.json();
            assert_eq!(by_number["sid"], *sid);
            assert_eq!(by_number["to"], NUMBER);
        }
        h.product.finish().await;
    }

    #[tokio::test]
    async fn what_is_not_open_is_not_found() {
        let h = Harness::new().await;
        for name in [NUMBER, "VE00000000000000000000000000000000"] {
            let reply = h.get(&h.at(&format!("Verifications/{name}"))).await;
            assert_eq!((reply.status.as_u16(), reply.code()), (404, 20404));
        }
        let long = h.at(&format!("Verifications/{}", "1".repeat(200)));
        assert_eq!(h.get(&long).await.code(), 20404);
        h.product.finish().await;
    }
}
