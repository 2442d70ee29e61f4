//! A message centre that does what the test says.

use carriers::smpp::{
    body::ShortMessage,
    pdu::{self, Pdu, command},
};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
};
use zeroize::Zeroizing;

use crate::support::soon;

pub struct Centre {
    pub listener: TcpListener,
}

impl Centre {
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { listener }
    }

    pub fn port(&self) -> u16 {
        self.listener.local_addr().unwrap().port()
    }

    /// Waits for the next bind and takes it.
    pub async fn bound(&self) -> Link {
        let mut link = self.connected().await;
        let bind = link.next().await;
        assert_eq!(bind.command, command::BIND_TRANSCEIVER);
        link.answer(&bind, 0, b"centre\0").await;
        link
    }

    pub async fn connected(&self) -> Link {
        let (stream, _) = soon(self.listener.accept()).await.unwrap();
        Link { stream }
    }
}

pub struct Link {
    pub stream: TcpStream,
}

impl Link {
    pub async fn next(&mut self) -> Pdu {
        soon(pdu::read(&mut self.stream)).await.unwrap()
    }

    /// Answers tests of the link for ever, and takes nothing else.
    pub async fn stay_awake(&mut self) -> std::convert::Infallible {
        loop {
            // Its own end is that of whoever waits beside it.
            let pdu = pdu::read(&mut self.stream).await.unwrap();
            assert_eq!(pdu.command, command::ENQUIRE_LINK);
            self.answer(&pdu, 0, b"").await;
        }
    }

    /// The next packet, which has to be this.
    pub async fn next_of(&mut self, command: u32) -> Pdu {
        let pdu = self.next().await;
        assert_eq!(pdu.command, command);
        pdu
    }

    pub async fn submitted(&mut self) -> (Pdu, ShortMessage) {
        let pdu = self.next_of(command::SUBMIT_SM).await;
        let message = ShortMessage::parse(&pdu.body).unwrap();
        (pdu, message)
    }

    pub async fn answer(&mut self, to: &Pdu, status: u32, body: &[u8]) {
        let answer = Pdu::answer(to.command, to.sequence, status, body);
        self.stream.write_all(&answer.to_bytes()).await.unwrap();
    }

    pub async fn send(&mut self, command: u32, sequence: u32, body: Zeroizing<Vec<u8>>) {
        let request = Pdu::request(command, sequence, body);
        self.stream.write_all(&request.to_bytes()).await.unwrap();
    }

    /// Hands a message over and waits for the answer's status.
    pub async fn deliver(&mut self, message: &ShortMessage) -> u32 {
        self.send(command::DELIVER_SM, 77, message.to_bytes()).await;
        let answer = self.next_of(command::DELIVER_SM | command::RESPONSE).await;
        assert_eq!(answer.sequence, 77);
        answer.status
    }
}
