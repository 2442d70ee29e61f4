//! Calls: what is said before and after somebody presses a key, kept here until then, so that no
//! carrier and no answering machine has the code of a call that nobody took.

use std::collections::{HashMap, VecDeque};

use messages::Language;
use model::{MessageId, Millis, Timestamp};
use parking_lot::Mutex;
use peers::carrier::{CarrierMessage, Handover, Rejection, SpokenPart, Words};
use zeroize::Zeroizing;

use super::{address::Addresses, link::Link};

/// How long a phone rings, seconds.
pub(super) const RING_SECONDS: u32 = 40;
/// Calls that wait for their key, the newest.
const WAITING_MAX: usize = 10_000;
/// How long one waits: ringing, greeting and prompt.
const PATIENCE: Millis = Millis::from_seconds(300);

/// One call in two halves. Wiped on drop; has no `Debug`.
#[derive(Clone)]
pub struct Script {
    /// Language and region of the voice, where we know one that carriers have.
    pub locale: Option<&'static str>,
    /// Said when somebody answers.
    pub greeting: Vec<SpokenPart>,
    /// Asks for a key.
    pub prompt: Zeroizing<String>,
    /// Said after a key was pressed.
    pub secret: Vec<SpokenPart>,
}

impl Script {
    /// The two halves of a call; `None` for texts, and for a call that asks for no key.
    #[must_use]
    pub fn of(message: &CarrierMessage) -> Option<Self> {
        let Words::Spoken(parts) = &message.words else {
            return None;
        };
        let key = |part: &SpokenPart| matches!(part, SpokenPart::AwaitKey(_));
        let at = parts.iter().position(key)?;
        let SpokenPart::AwaitKey(prompt) = parts.get(at)? else {
            return None;
        };
        Some(Self {
            locale: locale(&message.language),
            greeting: parts[..at].to_vec(),
            prompt: Zeroizing::new(prompt.clone()),
            secret: parts[at + 1..].to_vec(),
        })
    }
}

/// The locale of voices, which carriers want with a region.
fn locale(tag: &str) -> Option<&'static str> {
    const LOCALES: [(&str, &str); 32] = [
        ("en", "en-GB"),
        ("de", "de-DE"),
        ("fr", "fr-FR"),
        ("es", "es-ES"),
        ("pt", "pt-PT"),
        ("it", "it-IT"),
        ("nl", "nl-NL"),
        ("sv", "sv-SE"),
        ("da", "da-DK"),
        ("nb", "nb-NO"),
        ("fi", "fi-FI"),
        ("pl", "pl-PL"),
        ("cs", "cs-CZ"),
        ("ro", "ro-RO"),
        ("hu", "hu-HU"),
        ("el", "el-GR"),
        ("tr", "tr-TR"),
        ("uk", "uk-UA"),
        ("ru", "ru-RU"),
        ("ar", "ar-XA"),
        ("he", "he-IL"),
        ("fa", "fa-IR"),
        ("hi", "hi-IN"),
        ("bn", "bn-IN"),
        ("ur", "ur-IN"),
        ("id", "id-ID"),
        ("vi", "vi-VN"),
        ("th", "th-TH"),
        ("ko", "ko-KR"),
        ("ja", "ja-JP"),
        ("zh-Hans", "cmn-CN"),
        ("zh-Hant", "cmn-TW"),
    ];
    let language = Language::ALL
        .iter()
        .find(|language| language.tag() == tag)?;
    let found = LOCALES.iter().find(|(known, _)| *known == language.tag());
    found.map(|(_, locale)| *locale)
}

struct Waiting {
    script: Script,
    since: Timestamp,
    pressed: bool,
}

/// What a carrier is to do next in a call.
pub(super) enum Next {
    /// Greet and ask for a key.
    Ask(Script),
    /// Say what stands behind the key.
    Tell(Script),
    /// Nobody pressed a key, perhaps an answering machine; or the call is too old.
    HangUp,
    /// There is no such step.
    Unknown,
}

#[derive(Default)]
struct State {
    by_id: HashMap<MessageId, Waiting>,
    order: VecDeque<MessageId>,
}

impl State {
    /// Forgets what waited too long, and the oldest until at most `most` are left.
    fn forget(&mut self, now: Timestamp, most: usize) {
        while let Some(oldest) = self.order.front() {
            let call = self.by_id.get(oldest);
            let late = call.is_none_or(|call| now.since(call.since) > PATIENCE);
            if !late && self.order.len() <= most {
                return;
            }
            self.by_id.remove(oldest);
            self.order.pop_front();
        }
    }
}

/// Calls under way, bounded.
#[derive(Default)]
pub struct Calls(Mutex<State>);

impl Calls {
    /// Notes a call before it is placed: the carrier may ask for it before it answers us.
    pub fn begin(&self, id: MessageId, script: Script, now: Timestamp) {
        let mut state = self.0.lock();
        state.forget(now, WAITING_MAX - 1);
        let (since, pressed) = (now, false);
        let call = Waiting {
            script,
            since,
            pressed,
        };
        if state.by_id.insert(id, call).is_none() {
            state.order.push_back(id);
        }
    }

    /// Forgets the words of calls that are too old; to be called now and then.
    pub fn sweep(&self, now: Timestamp) {
        self.0.lock().forget(now, WAITING_MAX);
    }

    /// Places a call by `post`, which gets the caller and the address to ask for words at. Without
    /// either, or for what is no call, there is none; the words of a refused one are forgotten.
    pub(super) async fn place(
        &self,
        message: &CarrierMessage,
        caller: Option<&str>,
        (addresses, now): (&Addresses, Timestamp),
        post: impl AsyncFnOnce(&str, String) -> Handover,
    ) -> Handover {
        let url = addresses.call(message.id);
        let (Some(caller), Some(url), Some(script)) = (caller, url, Script::of(message)) else {
            return Handover::Rejected(Rejection::NoCarrier);
        };
        self.begin(message.id, script, now);
        let outcome = post(caller, url).await;
        if matches!(outcome, Handover::Rejected(_)) {
            self.end(message.id);
        }
        outcome
    }

    /// What a carrier that asks for `step` is to do; `pressed` tells whether it brings a key.
    pub(super) fn next(&self, id: MessageId, step: &str, pressed: bool, now: Timestamp) -> Next {
        let mut state = self.0.lock();
        let call = state.by_id.get_mut(&id);
        let Some(call) = call.filter(|call| now.since(call.since) <= PATIENCE) else {
            return Next::HangUp;
        };
        match step {
            "" => Next::Ask(call.script.clone()),
            "key" if pressed => {
                call.pressed = true;
                Next::Tell(call.script.clone())
            }
            "key" => Next::HangUp,
            _ => Next::Unknown,
        }
    }

    /// Notes that a call is over, and reports whether its code was heard. The second time nothing.
    pub(super) fn over(&self, id: MessageId, link: &Link) {
        // A statement of its own: the lock is gone before the report is made.
        let call = self.end(id);
        if let Some(call) = call {
            link.receipt(id, call.pressed);
        }
    }

    fn end(&self, id: MessageId) -> Option<Waiting> {
        let mut state = self.0.lock();
        let call = state.by_id.remove(&id)?;
        state.order.retain(|other| *other != id);
        Some(call)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use numbers::E164;

    use super::*;

    pub fn call(language: &str) -> CarrierMessage {
        CarrierMessage {
            id: MessageId::from_bytes([7; 16]),
            to: E164::from_canonical("+447700900123").unwrap(),
            from: "HARBOUR".into(),
            language: language.into(),
            words: Words::Spoken(vec![
                SpokenPart::Say("Hello from Harbour & Co.".into()),
                SpokenPart::AwaitKey("Press any key.".into()),
                SpokenPart::Say("Your code is".into()),
                SpokenPart::Pause { millis: 1200 },
                SpokenPart::Digits("482913".into()),
            ]),
            sandbox: false,
        }
    }

    #[test]
    fn the_code_is_in_the_half_behind_the_key() {
        let script = Script::of(&call("de")).unwrap();
        assert_eq!(script.locale, Some("de-DE"));
        assert_eq!((script.greeting.len(), script.secret.len()), (1, 3));
        let mut plain = call("en");
        plain.words = Words::Spoken(vec![SpokenPart::Digits("482913".into())]);
        assert!(Script::of(&plain).is_none());
    }

    #[test]
    fn every_language_of_ours_has_a_voice() {
        for language in Language::ALL {
            assert!(locale(language.tag()).is_some(), "{}", language.tag());
        }
        assert_eq!(locale("tlh"), None);
    }

    #[test]
    fn the_code_is_told_only_to_who_pressed_a_key_and_not_too_late() {
        let calls = Calls::default();
        let id = MessageId::from_bytes([7; 16]);
        let at = Timestamp::from_millis;
        calls.begin(id, Script::of(&call("en")).unwrap(), at(0));
        let next = |step, pressed, now| calls.next(id, step, pressed, at(now));
        assert!(matches!(next("", false, 300_000), Next::Ask(_)));
        assert!(matches!(next("", false, 300_001), Next::HangUp));
        assert!(matches!(next("key", false, 1), Next::HangUp));
        assert!(matches!(next("fax", true, 1), Next::Unknown));
        assert!(!calls.0.lock().by_id[&id].pressed);
        assert!(matches!(next("key", true, 1), Next::Tell(_)));
        assert!(calls.end(id).unwrap().pressed);
        assert!(calls.end(id).is_none());
        assert!(matches!(next("key", true, 1), Next::HangUp));
    }

    #[test]
    fn words_are_gone_after_five_minutes_even_if_no_other_call_comes() {
        let calls = Calls::default();
        let at = Timestamp::from_millis;
        let of = |n| MessageId::from_bytes([n; 16]);
        for (n, since) in [(1, 0), (2, 1)] {
            let script = Script::of(&call("en")).unwrap();
            calls.begin(of(n), script, at(since));
        }
        calls.sweep(at(300_000));
        assert_eq!(calls.0.lock().by_id.len(), 2);
        calls.sweep(at(300_001));
        let state = calls.0.lock();
        assert!(!state.by_id.contains_key(&of(1)) && state.by_id.contains_key(&of(2)));
        assert_eq!(state.order, [of(2)]);
    }

    #[test]
    fn calls_stay_within_their_bound() {
        let calls = Calls::default();
        for n in 0..=WAITING_MAX {
            let mut id = [0; 16];
            id[..8].copy_from_slice(&n.to_le_bytes());
            let script = Script::of(&call("en")).unwrap();
            calls.begin(MessageId::from_bytes(id), script, Timestamp::from_millis(0));
        }
        assert_eq!(calls.0.lock().by_id.len(), WAITING_MAX);
    }
}
