//! The stream that tells an open page what arrived.

use std::{pin::Pin, time::Duration};

use axum::{
    body::{Body, HttpBody as _},
    http::{Request, Response},
};
use tokio::time::timeout;

use crate::World;

async fn open(world: &World) -> Response<Body> {
    let request = Request::get("/sim/live").body(Body::empty()).unwrap();
    world.ask(request).await
}

/// The next bytes; none at the end or when nothing comes within a second.
async fn next(stream: &mut Response<Body>) -> Option<String> {
    let frame = std::future::poll_fn(|context| Pin::new(stream.body_mut()).poll_frame(context));
    let frame = timeout(Duration::from_secs(1), frame).await.ok()??;
    let bytes = frame.unwrap().into_data().ok()?;
    Some(String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test(start_paused = true)]
async fn an_arrival_is_told_once_with_what_to_say() {
    let world = World::new();
    let mut stream = open(&world).await;
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    world.text(1, "482913").await;
    assert_eq!(
        next(&mut stream).await.unwrap(),
        "data: {\"unread\":1,\"said\":\"New text on +44 7700 900123\"}\n\n"
    );
    assert_eq!(next(&mut stream).await, None);
}

#[tokio::test(start_paused = true)]
async fn many_arrivals_become_one_event() {
    let world = World::new();
    let mut stream = open(&world).await;
    for n in 0..40 {
        world.call(n, "482913").await;
    }
    let told = next(&mut stream).await.unwrap();
    assert!(
        told.contains(r#""unread":40"#) && told.contains("New call on"),
        "{told}"
    );
    assert_eq!(next(&mut stream).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_when_the_simulator_closes() {
    let world = World::new();
    let mut stream = open(&world).await;
    world.simulator.close();
    let frame = std::future::poll_fn(|context| Pin::new(stream.body_mut()).poll_frame(context));
    let ended = timeout(Duration::from_secs(1), frame).await;
    assert!(matches!(ended, Ok(None)));
}
