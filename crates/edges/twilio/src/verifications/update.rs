//! `POST …/Verifications/{SID or number}`: call off. Only the right code approves.

use axum::{extract::State, http::StatusCode, response::Response};
use model::Status;
use serde::Deserialize;

use crate::{App, answer::json, call::AtService, fault::Fault, form::Form};

use super::{Named, Shown, missing, viewed};

/// What it is to become.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Fields {
    status: Option<String>,
}

pub(crate) async fn update(
    State(app): App,
    at: AtService,
    Form(fields): Form<Fields>,
) -> Result<Response, Fault> {
    match fields.status.as_deref() {
        Some("canceled") => {}
        // The vault is the only judge of a code, so nobody approves without one.
        Some("approved") => return Err(Fault::OFF),
        _ => return Err(Fault::parameter("Status")),
    }
    let named = Named::read(&at)?;
    let open = named.open(&app, &at, "Verifications").await?;
    app.identity.cancel(at.id(), open.verification).await?;
    let after = viewed(&app, &at, open.verification).await?;
    let view = after.ok_or_else(|| missing(&at, "Verifications"))?.view;
    if view.status == Status::Approved {
        // The right code came first.
        return Err(missing(&at, "Verifications"));
    }
    let shown = Shown {
        id: open.verification,
        to: named.number(),
        view: &view,
        status: Status::Canceled,
        updated_at: app.identity.now(),
    };
    Ok(json(StatusCode::OK, &shown.body(&app, &at)))
}

#[cfg(test)]
mod tests {
    use crate::harness::{Harness, NUMBER};

    #[tokio::test]
    async fn a_verification_is_called_off_by_number_once() {
        let h = Harness::new().await;
        let sid = h.started().await;
        let path = h.at(&format!("Verifications/{NUMBER}"));
        let canceled = [("Status", "canceled")];
        let reply = h.post(&path, &canceled).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.field("sid"), sid);
        assert_eq!(reply.field("status"), "canceled");
        assert_eq!(h.post(&path, &canceled).await.code(), 20404);
        let code = h.product.phones.code(NUMBER).await;
        assert_eq!(h.guess(&code).await.code(), 20404);
        h.product.finish().await;
    }

    #[tokio::test]
    async fn nobody_approves_without_the_code() {
        let h = Harness::new().await;
        let sid = h.started().await;
        let path = h.at(&format!("Verifications/{sid}"));
        assert_eq!(h.post(&path, &[("Status", "approved")]).await.code(), 60204);
        assert_eq!(h.post(&path, &[("Status", "lost")]).await.code(), 60200);
        assert_eq!(h.post(&path, &[]).await.code(), 60200);
        assert_eq!(h.get(&path).await.field("status"), "pending");
        h.product.finish().await;
    }
}
