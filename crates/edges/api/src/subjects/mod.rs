//! Subjects: accounts by the pseudonym that one application knows. One file for each call.

mod ban;
mod delete;
mod lock;
mod sessions;
mod view;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};

use crate::Shared;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/v1/subjects/{sub}", get(view::view).delete(delete::delete))
        .route("/v1/subjects/{sub}/restore", post(delete::restore))
        .route("/v1/subjects/{sub}/lock", post(lock::lock))
        .route("/v1/subjects/{sub}/unlock", post(lock::unlock))
        .route("/v1/subjects/{sub}/ban", post(ban::ban))
        .route("/v1/subjects/{sub}/sessions/revoke", post(sessions::revoke))
}
