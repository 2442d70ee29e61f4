//! What a page sent and fetched.

use serde_json::Value;

use super::{Page, page::string};

/// One request of a page.
#[derive(Clone)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// The body of a form.
    pub body: String,
    /// Bytes that came back over the wire, headers included.
    pub bytes: u64,
    /// The status of the answer; 0 before one came.
    pub status: u64,
}

impl Page {
    /// A point in time, for [`Page::requests`].
    pub fn now(&self) -> usize {
        self.wire.borrow().count()
    }

    /// The requests since then. A redirect counts as the request it answered and the next.
    pub fn requests(&self, since: usize) -> Vec<Request> {
        let wire = self.wire.borrow();
        let mut out: Vec<(Value, Request)> = Vec::new();
        for event in wire.events(&self.session, since) {
            let about = &event["params"];
            let known = |out: &mut Vec<(Value, Request)>| {
                out.iter().rposition(|(id, _)| *id == about["requestId"])
            };
            match event["method"].as_str() {
                Some("Network.requestWillBeSent") => {
                    let redirect = &about["redirectResponse"];
                    if let (true, Some(at)) = (redirect.is_object(), known(&mut out)) {
                        out[at].1.status = redirect["status"].as_u64().unwrap_or(0);
                        out[at].1.bytes = whole(&redirect["encodedDataLength"]);
                    }
                    out.push((about["requestId"].clone(), sent(&about["request"])));
                }
                Some("Network.responseReceived") => {
                    if let Some(at) = known(&mut out) {
                        out[at].1.status = about["response"]["status"].as_u64().unwrap_or(0);
                    }
                }
                Some("Network.loadingFinished") => {
                    if let Some(at) = known(&mut out) {
                        out[at].1.bytes = whole(&about["encodedDataLength"]);
                    }
                }
                _ => {}
            }
        }
        out.into_iter().map(|(_, request)| request).collect()
    }

    /// What the page's console said: a blocked script or style shows here.
    pub fn complaints(&self) -> Vec<String> {
        let wire = self.wire.borrow();
        let events = wire.events(&self.session, 0);
        let said = events.filter_map(|event| {
            let about = &event["params"];
            match event["method"].as_str()? {
                "Log.entryAdded" => Some(string(&about["entry"]["text"])),
                "Runtime.exceptionThrown" => Some(about["exceptionDetails"].to_string()),
                _ => None,
            }
        });
        said.collect()
    }
}

fn sent(request: &Value) -> Request {
    Request {
        method: string(&request["method"]),
        url: string(&request["url"]),
        body: string(&request["postData"]),
        bytes: 0,
        status: 0,
    }
}

/// DevTools counts bytes as JSON numbers with a fraction of zero.
fn whole(bytes: &Value) -> u64 {
    let text = bytes.to_string();
    text.split('.')
        .next()
        .and_then(|whole| whole.parse().ok())
        .unwrap_or(0)
}
