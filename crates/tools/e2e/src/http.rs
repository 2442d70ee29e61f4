//! A blocking HTTP/1.1 client. It sends what it is told, right or wrong.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;
use xtask::bench::harness::connection::write_request;
use xtask::bench::harness::response::{self, Framing};

const READ_BYTES: usize = 16 * 1024;
/// Longer than any limit of the server.
const PATIENCE: Duration = Duration::from_secs(30);

/// One response.
#[derive(Clone)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Status line and headers, as they came.
    pub head: Vec<u8>,
    /// The body, without transfer coding.
    pub body: Vec<u8>,
}

impl Reply {
    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let value = response::headers(&self.head, name).next()?;
        Some(String::from_utf8_lossy(value).into_owned())
    }

    /// All headers of this name.
    #[must_use]
    pub fn headers(&self, name: &str) -> Vec<String> {
        response::headers(&self.head, name)
            .map(|value| String::from_utf8_lossy(value).into_owned())
            .collect()
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null if it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The stable code of a problem document; empty if it is none.
    #[must_use]
    pub fn problem(&self) -> String {
        let kind = self.header("content-type").unwrap_or_default();
        if !kind.starts_with("application/problem+json") {
            return String::new();
        }
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The reply itself, if its status is the expected one.
    ///
    /// # Panics
    /// With status and body otherwise.
    #[must_use]
    pub fn expect(self, status: u16) -> Self {
        assert!(
            self.status == status,
            "status {} instead of {status}: {}",
            self.status,
            self.text()
        );
        self
    }
}

/// One connection, opened when needed and again when the server has closed it.
pub struct Client {
    address: SocketAddr,
    stream: Option<TcpStream>,
    patience: Duration,
}

impl Client {
    /// A client of one server.
    #[must_use]
    pub const fn new(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
            patience: PATIENCE,
        }
    }

    /// Waits at most this long for each piece of an answer.
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Sends a request with a body and reads the answer.
    ///
    /// # Errors
    /// If the connection cannot be made or breaks; whether the request was received is unknown.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Reply> {
        let mut request = Vec::new();
        let host = format!("localhost:{}", self.address.port());
        let mut all = vec![("host", host.as_str())];
        all.extend_from_slice(headers);
        write_request(&mut request, method, path, &all, body);
        self.raw(&request)
    }

    /// Fetches a page.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub fn get(&mut self, path: &str) -> io::Result<Reply> {
        self.send("GET", path, &[], b"")
    }

    /// Sends these bytes and reads one answer.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub fn raw(&mut self, request: &[u8]) -> io::Result<Reply> {
        let mut stream = match self.stream.take() {
            Some(stream) if is_open(&stream) => stream,
            _ => connect(self.address, self.patience)?,
        };
        // A server that refuses early may answer and close before it has read everything.
        let written = stream.write_all(request);
        let (reply, keep_alive) = read_reply(&mut stream).map_err(|error| match written {
            Ok(()) => error,
            Err(broken) => broken,
        })?;
        if keep_alive {
            self.stream = Some(stream);
        }
        Ok(reply)
    }
}

/// Whether the server has not closed an idle connection yet.
fn is_open(stream: &TcpStream) -> bool {
    let mut byte = [0];
    let blocking = |on: bool| stream.set_nonblocking(!on);
    let peeked = blocking(false).and_then(|()| stream.peek(&mut byte));
    let restored = blocking(true);
    restored.is_ok() && matches!(peeked, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

/// Opens a connection.
///
/// # Errors
/// If nobody listens or the time is over.
pub fn connect(address: SocketAddr, patience: Duration) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, patience)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    Ok(stream)
}

/// Reads one response; also says whether the connection stays open.
///
/// # Errors
/// If it ends early or is no HTTP.
pub fn read_reply(stream: &mut TcpStream) -> io::Result<(Reply, bool)> {
    let mut buffer = Vec::new();
    let head = loop {
        match response::parse_head(&buffer).map_err(malformed)? {
            Some(head) if head.status < 200 => drop(buffer.drain(..head.length)),
            Some(head) => break head,
            None => read_more(stream, &mut buffer)?,
        }
    };
    let mut body = Vec::new();
    loop {
        let rest = &buffer[head.length..];
        let whole = match head.framing {
            Framing::Length(length) => rest.len() >= length,
            Framing::Chunked => response::decode_chunks(rest, &mut body)
                .map_err(malformed)?
                .is_some(),
        };
        if whole {
            break;
        }
        read_more(stream, &mut buffer)?;
    }
    if let Framing::Length(length) = head.framing {
        body = buffer[head.length..head.length + length].to_vec();
    }
    buffer.truncate(head.length);
    let reply = Reply {
        status: head.status,
        head: buffer,
        body,
    };
    Ok((reply, head.keep_alive))
}

fn read_more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<()> {
    let mut chunk = [0; READ_BYTES];
    match stream.read(&mut chunk)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        read => {
            buffer.extend_from_slice(&chunk[..read]);
            Ok(())
        }
    }
}

fn malformed(reason: response::Malformed) -> io::Error {
    io::Error::other(format!("the server sent {reason}"))
}
