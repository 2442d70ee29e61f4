//! One HTTP/1.1 connection that is kept open, and the bytes of requests.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::response::{self, Framing, Head, Malformed};
use crate::error::{Error, Result};

const READ_BYTES: usize = 16 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection to one server. It is opened again when the server has closed it.
pub struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    /// What was read of the present response.
    buffer: Vec<u8>,
    /// The present body, if it came in chunks.
    decoded: Vec<u8>,
}

/// One response, borrowed until the next exchange.
#[derive(Debug)]
pub struct Response<'c> {
    /// The status code.
    pub status: u16,
    /// The body, without transfer coding.
    pub body: &'c [u8],
    head: &'c [u8],
}

impl<'c> Response<'c> {
    /// The values of a header, in order.
    pub fn headers(&self, name: &'c str) -> impl Iterator<Item = &'c [u8]> {
        response::headers(self.head, name)
    }

    /// Fails unless the status is the expected one.
    pub fn expect_status(&self, status: u16) -> Result<()> {
        if self.status == status {
            return Ok(());
        }
        Err(Error::failed(format!(
            "status {} instead of {status}",
            self.status
        )))
    }
}

impl Connection {
    /// Opens a connection.
    pub fn open(address: SocketAddr) -> Result<Self> {
        let stream = Some(connect(address)?);
        let buffer = Vec::with_capacity(READ_BYTES);
        Ok(Self {
            address,
            stream,
            buffer,
            decoded: Vec::new(),
        })
    }

    /// Sends one whole request and reads its response.
    pub fn exchange(&mut self, request: &[u8]) -> Result<Response<'_>> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(self.address)?,
        };
        self.buffer.clear();
        stream.write_all(request)?;
        let head = self.read_head(&mut stream)?;
        let body_end = self.read_body(&mut stream, &head)?;
        if head.keep_alive {
            self.stream = Some(stream);
        }
        let body = match head.framing {
            Framing::Length(_) => &self.buffer[head.length..body_end],
            Framing::Chunked => &self.decoded,
        };
        Ok(Response {
            status: head.status,
            body,
            head: &self.buffer[..head.length],
        })
    }

    /// Reads until the head is whole; interim responses (1xx) are passed over.
    fn read_head(&mut self, stream: &mut TcpStream) -> Result<Head> {
        loop {
            match response::parse_head(&self.buffer).map_err(malformed)? {
                Some(head) if head.status < 200 => drop(self.buffer.drain(..head.length)),
                Some(head) => return Ok(head),
                None => self.read_more(stream)?,
            }
        }
    }

    /// Reads until the body is whole; returns where it ends in the buffer.
    fn read_body(&mut self, stream: &mut TcpStream, head: &Head) -> Result<usize> {
        loop {
            let rest = &self.buffer[head.length..];
            let taken = match head.framing {
                Framing::Length(length) => (rest.len() >= length).then_some(length),
                Framing::Chunked => {
                    response::decode_chunks(rest, &mut self.decoded).map_err(malformed)?
                }
            };
            match taken {
                Some(length) => return Ok(head.length + length),
                None => self.read_more(stream)?,
            }
        }
    }

    fn read_more(&mut self, stream: &mut TcpStream) -> Result<()> {
        let filled = self.buffer.len();
        self.buffer.resize(filled + READ_BYTES, 0);
        // A machine that is paused and goes on interrupts whoever waits with a time limit.
        let read = loop {
            match stream.read(&mut self.buffer[filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.buffer.truncate(filled + *read.as_ref().unwrap_or(&0));
        match read? {
            0 => Err(Error::failed(
                "the server closed the connection before its answer",
            )),
            _ => Ok(()),
        }
    }
}

fn connect(address: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE)
        .map_err(|e| Error::failed(format!("{address}: {e}")))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

fn malformed(reason: Malformed) -> Error {
    Error::failed(format!("the server sent {reason}"))
}

/// Writes a request into `out`, replacing what it held. A body brings its length along.
pub fn write_request(
    out: &mut Vec<u8>,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) {
    out.clear();
    for part in [method, " ", path, " HTTP/1.1\r\n"] {
        out.extend_from_slice(part.as_bytes());
    }
    for (name, value) in headers {
        for part in [name, ": ", value, "\r\n"] {
            out.extend_from_slice(part.as_bytes());
        }
    }
    if !body.is_empty() || method != "GET" {
        out.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(body);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::thread;

    /// A server that answers each connection's requests with the given bytes, then closes it.
    fn serve(connections: Vec<Vec<&'static [u8]>>) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for answers in connections {
                let (mut stream, _) = listener.accept().unwrap();
                for answer in answers {
                    let mut request = [0; 1024];
                    assert!(stream.read(&mut request).unwrap() > 0);
                    stream.write_all(answer).unwrap();
                }
            }
        });
        address
    }

    const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\n\r\nok";
    const CHUNKED: &[u8] =
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    const CLOSE: &[u8] = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    const INTERIM: &[u8] =
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx";

    #[test]
    fn one_connection_carries_many_exchanges() {
        let mut connection = Connection::open(serve(vec![vec![OK, CHUNKED, INTERIM]])).unwrap();
        let first = connection.exchange(b"1").unwrap();
        assert_eq!((first.status, first.body), (200, b"ok".as_slice()));
        assert_eq!(first.headers("x-a").next(), Some(b"1".as_slice()));
        let second = connection.exchange(b"2").unwrap();
        assert_eq!((second.status, second.body), (201, b"abc".as_slice()));
        assert!(second.expect_status(200).is_err());
        assert_eq!(connection.exchange(b"3").unwrap().body, b"x");
    }

    #[test]
    fn a_closed_connection_is_opened_again() {
        let mut connection = Connection::open(serve(vec![vec![CLOSE], vec![OK]])).unwrap();
        assert_eq!(connection.exchange(b"1").unwrap().body, b"");
        assert_eq!(connection.exchange(b"2").unwrap().body, b"ok");
    }

    #[test]
    fn half_an_answer_is_an_error() {
        let half = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".as_slice();
        let mut connection = Connection::open(serve(vec![vec![half]])).unwrap();
        assert!(connection.exchange(b"1").is_err());
    }

    #[test]
    fn a_request_is_written_with_the_length_of_its_body() {
        let mut out = b"old".to_vec();
        write_request(&mut out, "POST", "/a", &[("host", "h")], b"{}");
        assert_eq!(
            out,
            b"POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\n\r\n{}"
        );
        write_request(&mut out, "GET", "/", &[], b"");
        assert_eq!(out, b"GET / HTTP/1.1\r\n\r\n");
    }
}
