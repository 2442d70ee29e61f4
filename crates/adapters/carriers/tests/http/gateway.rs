//! A server that keeps what it gets and answers what the test says.

use std::collections::HashMap;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

pub struct Gateway {
    listener: TcpListener,
}

pub struct Got {
    stream: TcpStream,
    pub path: String,
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Gateway {
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { listener }
    }

    pub fn port(&self) -> u16 {
        self.listener.local_addr().unwrap().port()
    }

    pub async fn next(&self) -> Got {
        let (stream, _) = self.listener.accept().await.unwrap();
        Got::read(stream).await
    }
}

impl Got {
    async fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            assert!(stream.read_buf(&mut bytes).await.unwrap() > 0);
        };
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let path = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
        let headers: HashMap<_, _> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let length: usize = headers["content-length"].parse().unwrap();
        let mut body = bytes[end + 4..].to_vec();
        while body.len() < length {
            assert!(stream.read_buf(&mut body).await.unwrap() > 0);
        }
        Self {
            stream,
            path,
            headers,
            body: String::from_utf8(body).unwrap(),
        }
    }

    /// The next request on a connection that was answered before.
    pub async fn on(stream: TcpStream) -> Self {
        Self::read(stream).await
    }

    /// Answers, and waits for the next request on the same connection.
    pub async fn answer(mut self, status: u16, body: &str) -> TcpStream {
        let length = body.len();
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n\r\n{body}");
        self.stream.write_all(answer.as_bytes()).await.unwrap();
        self.stream
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Got {
    /// A request that was answered already.
    pub fn again(
        stream: TcpStream,
        path: String,
        headers: HashMap<String, String>,
        body: String,
    ) -> Self {
        Self {
            stream,
            path,
            headers,
            body,
        }
    }
}
