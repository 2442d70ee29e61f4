//! Bounds of a session, over a pipe in memory and a clock that only moves when nothing else does.

use tokio::{
    io::{DuplexStream, duplex},
    task::JoinSet,
};

use super::*;

struct Nobody;

impl Events for Nobody {
    fn taken(&self, _id: &str, _message: MessageId) {}
    fn delivered(&self, _body: &[u8]) -> u32 {
        status::OK
    }
}

const LIMITS: SessionLimits = SessionLimits {
    window: 4,
    response: Duration::from_secs(8),
    enquire: Duration::from_secs(600),
};

/// A session that runs until it ends.
struct Serving {
    session: std::sync::Arc<Session>,
    serving: JoinSet<Ended>,
    centre: DuplexStream,
    _stop: watch::Sender<bool>,
}

fn serving(pipe_bytes: usize) -> Serving {
    let (session, outgoing) = Session::new(LIMITS);
    let session = std::sync::Arc::new(session);
    let (ours, centre) = duplex(pipe_bytes);
    let (stop, mut stopped) = watch::channel(false);
    let mut serving = JoinSet::new();
    let running = std::sync::Arc::clone(&session);
    serving.spawn(async move { running.serve(ours, outgoing, &Nobody, &mut stopped).await });
    Serving {
        session,
        serving,
        centre,
        _stop: stop,
    }
}

impl Serving {
    async fn submit(&self) -> Result<Answer, Lost> {
        let until = Instant::now() + Duration::from_secs(4);
        let message = MessageId::from_bytes([1; 16]);
        self.session
            .submit(Zeroizing::default(), message, until)
            .await
    }

    async fn ended(&mut self) -> Ended {
        self.serving.join_next().await.unwrap().unwrap()
    }
}

fn lost(answer: Result<Answer, Lost>) -> Option<Lost> {
    answer.err()
}

#[tokio::test(start_paused = true)]
async fn a_centre_that_leaves_eight_in_a_row_unanswered_is_left() {
    let mut here = serving(64 * 1024);
    for _ in 0..SILENCES_MAX {
        assert_eq!(lost(here.submit().await), Some(Lost::Unanswered));
    }
    assert!(matches!(here.ended().await, Ended::Silent));
}

#[tokio::test(start_paused = true)]
async fn one_answer_between_them_keeps_the_session() {
    let mut here = serving(64 * 1024);
    for _ in 0..3 {
        for _ in 1..SILENCES_MAX {
            assert_eq!(lost(here.submit().await), Some(Lost::Unanswered));
        }
        let late = loop {
            let pdu = pdu::read(&mut here.centre).await.unwrap();
            if pdu.sequence % 7 == 0 {
                break pdu;
            }
        };
        let answer = Pdu::answer(late.command, late.sequence, status::OK, b"1\0");
        here.centre.write_all(&answer.to_bytes()).await.unwrap();
        while here.session.silences.load(Ordering::Relaxed) > 0 {
            tokio::task::yield_now().await;
        }
    }
    assert!(here.serving.try_join_next().is_none());
}

#[tokio::test(start_paused = true)]
async fn more_unanswered_than_are_remembered_end_the_session() {
    let mut here = serving(64 * 1024);
    for sequence in 0..u32::try_from(UNANSWERED_MAX).unwrap() {
        let (tell, _) = oneshot::channel();
        let message = None;
        let slot = Slot { tell, message };
        let mut slots = here.session.slots.lock();
        slots.by_sequence.insert(1_000_000 + sequence, slot);
    }
    assert_eq!(lost(here.submit().await), Some(Lost::NotSent));
    assert!(matches!(here.ended().await, Ended::Silent));
    assert!(here.session.slots.lock().by_sequence.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_centre_that_asks_and_reads_no_answers_is_left_and_memory_stays_bounded() {
    let mut here = serving(1024);
    let asked = Pdu::request(command::ENQUIRE_LINK, 1, Zeroizing::default()).to_bytes();
    // The pipe fills, then the queue, then nothing more is read: the last of these never ends.
    let flood = async {
        loop {
            if here.centre.write_all(&asked).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    let ended = tokio::select! {
        () = flood => None,
        ended = here.serving.join_next() => ended,
    };
    assert!(matches!(ended, Some(Ok(Ended::Deaf))));
    assert_eq!(here.session.out.max_capacity(), OUTGOING_MAX);
}
