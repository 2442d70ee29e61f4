//! Notices: what a person must hear about the number and the account.

use crate::bidi::{isolate_left_to_right, isolate_name};
use crate::words::words;
use crate::{Day, Host, Language, ProductName, RenderedText, SecretText};

/// What a notice is about.
#[derive(Clone, Copy, Debug)]
pub enum NoticeKind<'a> {
    /// Someone else has proven the number, so it has left the account it belonged to.
    NumberReclaimed,
    /// The account will be deleted, and can still be kept.
    AccountDeletionScheduled {
        /// The day of the deletion.
        day: Day,
        /// Where the person can undo it.
        host: &'a Host,
    },
}

/// Renders a notice as a text message. Every language has every notice. With a product name
/// of 12 characters and a host of 24 it costs one segment in GSM 7-bit languages, two at most
/// in others.
#[must_use]
pub fn render_notice(
    kind: NoticeKind<'_>,
    language: Language,
    product: &ProductName,
) -> RenderedText {
    let words = &words(language).notice;
    let product = isolate_name(product.as_str(), language);
    let text = SecretText::build(|out| match kind {
        NoticeKind::NumberReclaimed => words.number_reclaimed.write(out, &product),
        NoticeKind::AccountDeletionScheduled { day, host } => {
            let day = day.to_string();
            let day = isolate_left_to_right(&day, language);
            let host = isolate_left_to_right(host.as_str(), language);
            words.account_deletion.write(out, &product, &day, &host);
        }
    });
    RenderedText::new(text, language)
}
