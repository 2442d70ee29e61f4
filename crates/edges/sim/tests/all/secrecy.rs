//! Numbers and codes stand on the pretend phone and nowhere else.

use std::{io, sync::Arc};

use courier::carrier::Words;
use numbers::E164;

use crate::{PHONE, World};

#[derive(Clone, Default)]
struct Written(Arc<std::sync::Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_log_line_holds_a_number_or_a_code() {
    let written = Written::default();
    let make = written.clone();
    let log = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || make.clone())
        .finish();
    // Only this thread logs there; the runtime of a test has one thread.
    let _on = tracing_subscriber::util::SubscriberInitExt::set_default(log);
    let world = World::new();
    world.text(1, "482913").await;
    world.get("/sim").await;
    world.get("/sim/phones/+447700900123/code").await;
    world.get("/sim/phones/+447700900123/nothing").await;
    world.post_form("/sim/add", "number=%2B447700900123").await;
    world
        .post_json("/sim/faults", r#"{"+447700900123":482913}"#)
        .await;
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert!(
        !text.contains("7700900") && !text.contains("482913"),
        "{text}"
    );
}

#[tokio::test]
async fn no_address_of_a_page_holds_a_number() {
    let world = World::new();
    world.text(1, "482913").await;
    let page = world.get("/sim").await;
    for link in page
        .body
        .split("href=\"")
        .chain(page.body.split("action=\""))
        .skip(1)
    {
        let link = link.split('"').next().unwrap();
        assert!(!link.contains("7700"), "{link}");
    }
    let title = page.body.split("<title>").nth(1).unwrap();
    assert!(!title.split("</title>").next().unwrap().contains("7700"));
}

#[tokio::test]
async fn what_a_text_holds_cannot_become_markup() {
    let world = World::new();
    let evil = "<script>alert(1)</script>\n\n@a.example #<b>1";
    world.deliver(1, PHONE, Words::Text(evil.into())).await;
    let number = E164::from_canonical(PHONE).unwrap();
    world
        .simulator
        .text_back(&number, "<i>", "\"><img src=x>")
        .unwrap();
    let page = world.get("/sim").await.body;
    assert!(!page.contains("<script>alert") && !page.contains("<img") && !page.contains("<b>1"));
    assert!(!page.contains("<i>"));
}
