//! What the page shows, as plain values. None of these types is `Debug`: they hold numbers.

use askama::Template;
use courier::simulator::{Direction, Message, PhoneSummary};
use model::{Channel, Timestamp};
use numbers::{E164, LineType, Region};

use crate::{
    fault_form::{FaultForm, REASONS, RECEIPTS, Wrong},
    when,
};

/// The names of all regions in English, `GB United Kingdom` a line.
const REGIONS: &str = include_str!("../../../../web/locales/regions/en.txt");

/// The most characters of a message in the list of phones.
const PREVIEW_MAX_CHARS: usize = 60;

/// One line of the list of phones.
pub(crate) struct Line {
    pub(crate) key: u32,
    pub(crate) number: String,
    pub(crate) unread: u16,
    pub(crate) current: bool,
    pub(crate) preview: String,
    /// When the newest message came: for machines, and how long ago.
    pub(crate) at: Option<(String, String)>,
}

/// One message of a thread.
pub(crate) struct Bubble {
    pub(crate) received: bool,
    pub(crate) title: String,
    pub(crate) at: String,
    pub(crate) clock: String,
    pub(crate) text: String,
    pub(crate) call: bool,
    pub(crate) code: Option<String>,
    /// Whether this is the newest code: the one with the main button.
    pub(crate) newest: bool,
}

/// One phone, opened.
pub(crate) struct Thread {
    pub(crate) key: u32,
    pub(crate) number: String,
    pub(crate) place: String,
    pub(crate) messages: Vec<Bubble>,
    /// Whom a text back goes to: the newest sender.
    pub(crate) to: Option<String>,
}

/// How the page keeps itself fresh without scripts.
pub(crate) enum Refresh {
    /// It reloads itself; the link stops it.
    On(String),
    /// It stands still; the link starts it.
    Off(String),
    /// It answers a form: reloading would lose what was typed.
    Never,
}

/// The faults and their form.
pub(crate) struct Panel {
    pub(crate) words: String,
    pub(crate) form: FaultForm,
    pub(crate) open: bool,
}

impl Panel {
    fn reasons(&self) -> Vec<(&'static str, &'static str, bool)> {
        options(&REASONS, &self.form.reject_reason)
    }

    fn receipts(&self) -> Vec<(&'static str, &'static str, bool)> {
        options(&RECEIPTS, &self.form.receipts)
    }

    /// The chances: field, label, value.
    fn chances(&self) -> [(&'static str, &'static str, &str); 6] {
        let form = &self.form;
        [
            ("drop", "Lost", &form.drop),
            ("duplicate", "Doubled", &form.duplicate),
            ("reorder", "Overtaken", &form.reorder),
            ("reject", "Refused", &form.reject),
            ("unknown", "Answer lost", &form.unknown),
            ("unknown_lost", "Text and answer lost", &form.unknown_lost),
        ]
    }

    /// The delays: field, label, value.
    fn delays(&self) -> [(&'static str, &'static str, &str); 3] {
        let form = &self.form;
        [
            ("delay", "Text arrives later", &form.delay),
            ("answer_delay", "Carrier answers later", &form.answer_delay),
            ("late", "Receipts come later", &form.late),
        ]
    }
}

fn options<T>(
    list: &[(&'static str, &'static str, T)],
    chosen: &str,
) -> Vec<(&'static str, &'static str, bool)> {
    let options = list.iter();
    options
        .map(|(name, words, _)| (*name, *words, *name == chosen))
        .collect()
}

/// The page.
#[derive(Template)]
#[template(path = "phones.html")]
pub(crate) struct PhonesPage<'a> {
    pub(crate) style: &'a str,
    pub(crate) icon: &'a str,
    pub(crate) script: &'a str,
    pub(crate) unread: u64,
    pub(crate) count: usize,
    pub(crate) lines: Vec<Line>,
    pub(crate) thread: Option<Thread>,
    /// Whether the thread was asked for; on a small screen it then stands alone.
    pub(crate) opened: bool,
    pub(crate) refresh: Refresh,
    pub(crate) panel: Panel,
    pub(crate) wrong: Vec<Wrong>,
    /// What was typed and is shown again.
    pub(crate) typed_number: String,
    pub(crate) typed_text: String,
}

impl PhonesPage<'_> {
    /// What is wrong with one field.
    fn wrong_with(&self, field: &str) -> Option<&str> {
        let wrong = self.wrong.iter().find(|wrong| wrong.field == field);
        wrong.map(|wrong| wrong.text.as_str())
    }

    fn title(&self) -> String {
        let problem = if self.wrong.is_empty() {
            ""
        } else {
            "Problem: "
        };
        match self.unread {
            0 => format!("{problem}Phones"),
            unread => format!("{problem}({unread}) Phones"),
        }
    }
}

/// What came: the word for it.
pub(crate) const fn kind(channel: Channel) -> &'static str {
    match channel {
        Channel::Sms => "text",
        Channel::Voice => "call",
    }
}

fn preview(message: &Message) -> String {
    if let Some(code) = message.code() {
        return code.as_str().to_owned();
    }
    let you = match message.direction() {
        Direction::Sent => "You: ",
        Direction::Received => "",
    };
    let words: String = message.text().chars().take(PREVIEW_MAX_CHARS).collect();
    format!("{you}{words}")
}

impl Line {
    pub(crate) fn new(phone: &PhoneSummary, current: Option<&E164>, now: Timestamp) -> Self {
        let newest = phone.newest.as_ref();
        Self {
            key: phone.key.0,
            number: written(&phone.number),
            unread: phone.unread,
            current: current == Some(&phone.number),
            preview: newest.map(preview).unwrap_or_default(),
            at: newest.map(|newest| (newest.at().rfc3339(), when::ago(newest.at(), now))),
        }
    }
}

impl Bubble {
    fn new(message: &Message, newest: bool) -> Self {
        let received = message.direction() == Direction::Received;
        let title = match (received, message.channel()) {
            (true, Channel::Sms) => format!("Text from {}", message.party()),
            (true, Channel::Voice) => format!("Call from {}", message.party()),
            (false, _) => format!("You to {}", message.party()),
        };
        Self {
            received,
            title,
            at: message.at().rfc3339(),
            clock: when::clock(message.at()),
            text: message.text().to_owned(),
            call: message.channel() == Channel::Voice,
            code: message.code().map(|code| code.as_str().to_owned()),
            newest,
        }
    }
}

impl Thread {
    /// The thread of `messages`, newest first.
    pub(crate) fn new(key: u32, number: &E164, messages: &[Message]) -> Self {
        let newest_code = messages.iter().position(|message| message.code().is_some());
        let bubbles = messages.iter().enumerate();
        let received = |message: &&Message| message.direction() == Direction::Received;
        Self {
            key,
            number: written(number),
            place: place(number),
            messages: bubbles
                .map(|(index, message)| Bubble::new(message, newest_code == Some(index)))
                .collect(),
            to: messages.iter().find(received).map(|m| m.party().to_owned()),
        }
    }
}

fn written(number: &E164) -> String {
    numbers::format_international(number).as_str().to_owned()
}

fn region_name(region: Region) -> Option<&'static str> {
    let mut lines = REGIONS.lines().filter_map(|line| line.split_once(' '));
    lines.find_map(|(code, name)| (code == region.as_str()).then_some(name))
}

/// Country and kind of line in words, as far as the numbering plan tells.
fn place(number: &E164) -> String {
    let Ok(parsed) = numbers::parse(number.as_str(), None) else {
        return "Not in any numbering plan".to_owned();
    };
    let kind = match parsed.line_type {
        LineType::Mobile => "mobile",
        LineType::Fixed => "landline",
        LineType::FixedOrMobile => "mobile or landline",
        LineType::Voip => "internet phone",
        LineType::TollFree => "free for the caller",
        LineType::PremiumRate => "premium rate",
        LineType::SharedCost => "shared cost",
        LineType::Personal => "personal number",
        LineType::Pager => "pager",
        LineType::Uan => "company number",
        LineType::Voicemail => "voicemail",
        LineType::Unknown => "kind not known",
    };
    match region_name(parsed.region) {
        Some(name) => format!("{name}, {kind}"),
        None => kind.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_placed_in_words() {
        let place_of = |text| place(&E164::from_canonical(text).unwrap());
        assert_eq!(place_of("+447700900123"), "United Kingdom, mobile");
        assert_eq!(
            place_of("+12025550142"),
            "United States, mobile or landline"
        );
        assert_eq!(place_of("+999123456"), "Not in any numbering plan");
    }
}
