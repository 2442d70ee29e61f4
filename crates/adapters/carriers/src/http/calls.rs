//! Calls: what is said before and after somebody presses a key, kept here until then, so that no
//! carrier and no answering machine has the code of a call that nobody took.

use std::collections::{HashMap, VecDeque};

use messages::Language;
use model::{MessageId, Millis, Timestamp};
use parking_lot::Mutex;
use peers::carrier::{CarrierMessage, SpokenPart, Words};
use zeroize::Zeroizing;

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

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallEnd {
    /// Somebody pressed a key and heard the code.
    Heard,
    /// Nobody did.
    Unheard,
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

    /// The call's words, while it is not too old.
    pub fn script(&self, id: MessageId, now: Timestamp) -> Option<Script> {
        let state = self.0.lock();
        let call = state.by_id.get(&id)?;
        (now.since(call.since) <= PATIENCE).then(|| call.script.clone())
    }

    /// Notes that somebody pressed a key.
    pub fn pressed(&self, id: MessageId) {
        if let Some(call) = self.0.lock().by_id.get_mut(&id) {
            call.pressed = true;
        }
    }

    /// Forgets a call that is over.
    pub fn end(&self, id: MessageId) -> Option<CallEnd> {
        let mut state = self.0.lock();
        let call = state.by_id.remove(&id)?;
        state.order.retain(|other| *other != id);
        Some(if call.pressed {
            CallEnd::Heard
        } else {
            CallEnd::Unheard
        })
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
    fn a_call_is_forgotten_when_it_ends_or_is_too_old() {
        let calls = Calls::default();
        let id = MessageId::from_bytes([7; 16]);
        let at = Timestamp::from_millis;
        let script = || Script::of(&call("en")).unwrap();
        calls.begin(id, script(), at(0));
        assert!(calls.script(id, at(300_000)).is_some());
        assert!(calls.script(id, at(300_001)).is_none());
        calls.pressed(id);
        assert_eq!(calls.end(id), Some(CallEnd::Heard));
        assert_eq!(calls.end(id), None);
        calls.begin(id, script(), at(0));
        assert_eq!(calls.end(id), Some(CallEnd::Unheard));
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
