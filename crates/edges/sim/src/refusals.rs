//! Every way of saying no.

use askama::Template;
use axum::{
    extract::rejection::{PathRejection, QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use courier::simulator::{FaultsRefused, NotPermitted, TextBackRefused};
use webkit::Problem;

pub(crate) fn invalid_number() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "invalid_number",
        "The address does not hold a phone number",
        "Write the number in E.164 form, + and 2 to 15 digits, with the + as %2B.",
    )
}

pub(crate) fn unreadable_path(_refused: PathRejection) -> Problem {
    invalid_number()
}

pub(crate) fn unreadable_query(_refused: QueryRejection) -> Problem {
    invalid_query()
}

pub(crate) fn invalid_query() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "invalid_query",
        "The query is not understood",
        "wait_ms is 0 to 10000; after is the id of a message.",
    )
}

pub(crate) fn no_code() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "no_code",
        "No code on this phone",
        "No text or call with a code has arrived. Add ?wait_ms=10000 to wait for one.",
    )
}

pub(crate) fn text_back(refused: TextBackRefused) -> Problem {
    match refused {
        TextBackRefused::Receiver => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_receiver",
            "There is no such receiver",
            "`to` is the sender of a message, 1 to 16 characters.",
        ),
        TextBackRefused::Text => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_text",
            "The text cannot be sent",
            "`text` has 1 to 1600 bytes and is not blank.",
        ),
        TextBackRefused::NoEntropy => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "no_randomness",
            "The text cannot be sent now",
            "The system gives no random numbers. Try again in a moment.",
        )
        .retry_after(1),
    }
}

pub(crate) fn invalid_hours() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid_hours",
        "No SIM card was changed that long ago",
        "`changed_hours_ago` must be between 0 and 876000.",
    )
}

pub(crate) fn no_entropy() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "no_randomness",
        "There is no token now",
        "The system gives no random numbers. Try again in a moment.",
    )
    .retry_after(1)
}

pub(crate) fn faults(refused: FaultsRefused) -> Problem {
    let FaultsRefused { field, most } = refused;
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid_faults",
        "The faults are out of bounds",
        format!("`{field}` must be between 0 and {most}."),
    )
}

pub(crate) fn no_carrier() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "no_carrier",
        "There is no pretend carrier of this name",
        "A demonstration has the carriers `east` and `west`; without a name, all are meant.",
    )
}

/// A page for the rare cases that are no form's fault.
#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage {
    title: &'static str,
    text: &'static str,
}

/// A page for people, a problem for programs.
fn either(
    headers: &HeaderMap,
    problem: Problem,
    title: &'static str,
    text: &'static str,
) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok());
    if !accept.is_some_and(|accept| accept.contains("text/html")) {
        return problem.into_response();
    }
    match (MessagePage { title, text }).render() {
        Ok(page) => (problem.status(), Html(page)).into_response(),
        Err(_) => problem.into_response(),
    }
}

pub(crate) async fn no_page(headers: HeaderMap) -> Response {
    let problem = Problem::new(
        StatusCode::NOT_FOUND,
        "not_found",
        "There is nothing here",
        "Check the address.",
    );
    either(
        &headers,
        problem,
        "There is no page here",
        "Check the address, or go to the phones.",
    )
}

pub(crate) async fn wrong_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "This address does not take this method",
        "See the documentation of the simulator for the methods it takes.",
    )
}

pub(crate) async fn no_simulator(headers: HeaderMap) -> Response {
    let problem = Problem::new(
        StatusCode::FORBIDDEN,
        "simulator_off",
        "There is no phone simulator here",
        format!("{NotPermitted}."),
    );
    either(
        &headers,
        problem,
        "There is no phone simulator here",
        "The phone simulator only runs in demo and sandbox.",
    )
}

pub(crate) fn phone_gone(headers: &HeaderMap) -> Response {
    let problem = Problem::new(
        StatusCode::NOT_FOUND,
        "no_phone",
        "This phone is gone",
        "Only the phones with the newest messages are kept.",
    );
    either(
        headers,
        problem,
        "This phone is gone",
        "Only the phones with the newest messages are kept, and all go when the demo stops.",
    )
}

pub(crate) fn foreign_form(headers: &HeaderMap) -> Response {
    let problem = Problem::new(
        StatusCode::FORBIDDEN,
        "foreign_origin",
        "This form was not sent from this site",
        "Open the phones and send the form from there.",
    );
    either(
        headers,
        problem,
        "This form was not sent from here",
        "Open the phones and send it from there. Nothing was changed.",
    )
}

pub(crate) fn unreadable_form(headers: &HeaderMap, status: StatusCode) -> Response {
    let problem = Problem::new(
        status,
        "unreadable_form",
        "The form cannot be read",
        "Send it from the page, as application/x-www-form-urlencoded, 16 KiB at most.",
    );
    either(
        headers,
        problem,
        "The form cannot be read",
        "It was too long or not whole. Go to the phones and send it again.",
    )
}
