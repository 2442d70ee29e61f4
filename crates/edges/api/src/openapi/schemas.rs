//! The shapes of requests and answers. Names of enums are written by the types themselves; that
//! answers have these shapes is checked with every answer of the tests.

use model::{
    Channel, ChannelChoice, CodePurpose, SealedText, Status, TypedCode, TypedNumber, WaitReason,
};
use numbers::LineType;
use serde_json::{Value, json};

use super::shape::{
    Member, always, count, flag, id, list, maybe, object, one_of, refer, request, short_text, text,
    time,
};
use crate::{codes, owner};

/// Every shape by its name.
pub(super) fn all() -> Value {
    json!({
        "StartVerification": start(),
        "CheckCode": check(),
        "ResendCode": resend(),
        "Ban": request(vec![always("until", "In the past, it lifts the ban.", time())]),
        "Client": client(),
        "Verification": verification(),
        "SeenVerification": seen(),
        "Judgement": object(judgement()),
        "Reclaimed": reclaimed(),
        "Facts": facts(),
        "Deleting": deleting(),
        "Banned": object(vec![
            always("subject", "", refer("Subject")),
            always("banned_until", "", time()),
        ]),
        "EndedSessions": object(vec![always("ended", "Sessions that were open.", count())]),
        "SealKey": seal_key(),
        "Ready": ready(),
        "Description": json!({ "type": "object", "description": "An OpenAPI document." }),
        "Problem": problem(),
        "NextChannels": next_channels(),
        "ChannelState": channel_state(),
        "Traits": traits(),
        "VerificationId": id("ver"),
        "Subject": id("sub"),
        "Channel": one_of(&[Channel::Sms, Channel::Voice]),
        "ChannelChoice": one_of(&[ChannelChoice::Auto, ChannelChoice::Sms, ChannelChoice::Voice]),
        "Purpose": one_of(&PURPOSES),
        "Status": one_of(&STATUSES),
        "LineType": one_of(&LineType::ALL),
        "Country": json!({ "type": "string", "pattern": "^[A-Z]{2}$", "description": "ISO 3166-1 alpha-2; `ZZ` for numbers of no country." }),
    })
}

pub(super) const PURPOSES: [CodePurpose; 4] = [
    CodePurpose::Signup,
    CodePurpose::Login,
    CodePurpose::Recovery,
    CodePurpose::StepUp,
];

const STATUSES: [Status; 5] = [
    Status::Pending,
    Status::Approved,
    Status::Expired,
    Status::Locked,
    Status::Canceled,
];

const REASONS: [WaitReason; 6] = [
    WaitReason::TooSoon,
    WaitReason::NumberLimit,
    WaitReason::SendLimit,
    WaitReason::LineType,
    WaitReason::NotOffered,
    WaitReason::Finished,
];

/// Verdicts of a check, as `verifications::check` names them.
pub(super) const VERDICTS: [&str; 7] = [
    "created",
    "existing",
    "number_in_use",
    "no_account",
    "banned",
    "other_number",
    "locked_account",
];

const ACCOUNT_STATUSES: [&str; 5] = [
    "active",
    "locked",
    "deleting",
    "number_lost",
    "number_forgotten",
];

fn start() -> Value {
    let choice = "How to send. `auto` texts where the line takes texts, else calls.";
    request(vec![
        maybe(
            "to",
            "The number as typed.",
            short_text(0, TypedNumber::MAX_BYTES),
        ),
        maybe(
            "sealed_to",
            "The number sealed in the person's page, base64url.",
            short_text(1, SealedText::MAX_BYTES),
        ),
        maybe(
            "region",
            "The country of a `to` without `+`.",
            refer("Country"),
        ),
        maybe("channel", choice, refer("ChannelChoice")),
        always("purpose", "What the code is for.", refer("Purpose")),
        maybe(
            "subject",
            "The account the proof is for. Without `to` and `sealed_to`: send to its number.",
            refer("Subject"),
        ),
        maybe(
            "locale",
            "The language of the message, BCP 47.",
            short_text(2, 35),
        ),
        maybe("client", "Where the person is.", refer("Client")),
        maybe(
            "owner",
            "What an earlier check returned on this device.",
            short_text(owner::CHARS, owner::CHARS),
        ),
    ])
}

fn check() -> Value {
    request(vec![
        always(
            "code",
            "As the person typed it.",
            short_text(0, TypedCode::MAX_BYTES),
        ),
        maybe("client", "Where the person is.", refer("Client")),
    ])
}

fn resend() -> Value {
    request(vec![
        maybe(
            "channel",
            "How to send. `auto` is the default.",
            refer("ChannelChoice"),
        ),
        maybe("client", "Where the person is.", refer("Client")),
    ])
}

fn client() -> Value {
    request(vec![
        maybe(
            "address",
            "The person's IP address. Limits count by it; it is not kept.",
            text(),
        ),
        maybe(
            "device",
            "Your name for the person's device.",
            short_text(1, 64),
        ),
    ])
}

fn verification() -> Value {
    object(vec![
        always("id", "", refer("VerificationId")),
        always("status", "", refer("Status")),
        always(
            "channel",
            "The channel of the last message.",
            refer("Channel"),
        ),
        always("expires_at", "When the code stops working.", time()),
        always("attempts_left", "Guesses left for this code.", count()),
        always("code_length", "Digits in the code.", count()),
        always("next", "What may be sent next.", refer("NextChannels")),
        always("traits", "", refer("Traits")),
    ])
}

fn seen() -> Value {
    object(vec![
        always("id", "", refer("VerificationId")),
        always("status", "", refer("Status")),
        always("purpose", "", refer("Purpose")),
        always(
            "channel",
            "The channel of the last message.",
            refer("Channel"),
        ),
        always(
            "expires_at",
            "When the code stops or stopped working.",
            time(),
        ),
        always("code_length", "Digits in the code.", count()),
        always("traits", "", refer("Traits")),
        maybe(
            "subject",
            "Once approved, where an account is named.",
            refer("Subject"),
        ),
        maybe("new_account", "Once approved.", flag()),
        maybe("approved_at", "Once approved.", time()),
        maybe(
            "attempts_left",
            "While pending: guesses left for this code.",
            count(),
        ),
        maybe(
            "next",
            "While pending: what may be sent next.",
            refer("NextChannels"),
        ),
    ])
}

fn judgement() -> Vec<Member> {
    vec![
        always("status", "`pending` after a wrong code.", refer("Status")),
        always("attempts_left", "0 once it has ended.", count()),
        maybe(
            "subject",
            "The person, where the verdict names one.",
            refer("Subject"),
        ),
        maybe("new_account", "Once approved.", flag()),
        maybe(
            "verdict",
            "Once approved: what the proof led to.",
            one_of(&VERDICTS),
        ),
        maybe("banned_until", "With `banned`.", time()),
        maybe("next", "What may be sent next.", refer("NextChannels")),
        maybe("expires_at", "When the code stops working.", time()),
        maybe(
            "owner",
            "For the person's device to keep, and to send with the next start.",
            short_text(owner::CHARS, owner::CHARS),
        ),
        maybe(
            "malformed",
            "Not a code; no guess was used.",
            json!({ "const": true }),
        ),
    ]
}

fn reclaimed() -> Value {
    let mut members = judgement();
    members.push(always(
        "former_subject",
        "The account that lost the number.",
        refer("Subject"),
    ));
    object(members)
}

fn facts() -> Value {
    object(vec![
        always("subject", "", refer("Subject")),
        always("status", "", one_of(&ACCOUNT_STATUSES)),
        always(
            "verified_at",
            "When the number was last proven; brought up to date once a day.",
            time(),
        ),
        always("country", "", refer("Country")),
        always("line_type", "", refer("LineType")),
        always(
            "factors",
            "What the person can prove.",
            list(one_of(&["phone"])),
        ),
        always(
            "assurance",
            "NIST SP 800-63B-4 level that the factors reach together.",
            one_of(&["aal1", "none"]),
        ),
        maybe(
            "shred_at",
            "When a requested deletion becomes final.",
            time(),
        ),
    ])
}

fn deleting() -> Value {
    object(vec![
        always("subject", "", refer("Subject")),
        always("status", "", json!({ "const": "deleting" })),
        always("shred_at", "When it becomes final.", time()),
    ])
}

fn seal_key() -> Value {
    object(vec![
        always("note", "A C2SP signed note with the key.", text()),
        always(
            "verifier",
            "What verifies its signature: name, hash and key.",
            text(),
        ),
        always("not_after", "When the key stops being accepted.", time()),
    ])
}

fn ready() -> Value {
    object(vec![
        always("status", "", json!({ "const": "ready" })),
        always(
            "courier",
            "Whether messages go out at once. If not, they wait.",
            flag(),
        ),
    ])
}

fn problem() -> Value {
    let names: Vec<_> = codes::ALL.iter().map(|code| code.name).collect();
    object(vec![
        always(
            "type",
            "The documentation of the code.",
            json!({ "type": "string", "format": "uri-reference" }),
        ),
        always("title", "The same for every occurrence of a code.", text()),
        always("status", "The HTTP status.", count()),
        always("code", "The stable name.", one_of(&names)),
        always("detail", "What happened, and what to do.", text()),
        maybe("retry_after_seconds", "Where waiting helps.", count()),
        maybe(
            "next",
            "Whether each channel is open, and when.",
            refer("NextChannels"),
        ),
        maybe("attempts_left", "Guesses left.", count()),
        maybe(
            "open_channels",
            "With `channel_for_line`: what would work.",
            list(refer("Channel")),
        ),
        maybe(
            "other_ways",
            "With `sim_changed`: what would be enough beside the code.",
            list(one_of(&["known_device"])),
        ),
    ])
}

fn next_channels() -> Value {
    object(vec![
        always("sms", "", refer("ChannelState")),
        always("voice", "", refer("ChannelState")),
    ])
}

fn channel_state() -> Value {
    object(vec![
        always("allowed", "Whether a message may be asked for now.", flag()),
        always(
            "after_seconds",
            "Seconds until it may; 0 when waiting does not help.",
            count(),
        ),
        always(
            "reason",
            "Why not now.",
            json!({ "anyOf": [one_of(&REASONS), { "type": "null" }] }),
        ),
    ])
}

fn traits() -> Value {
    object(vec![
        always(
            "country",
            "The country of the numbering plan.",
            refer("Country"),
        ),
        always("line_type", "", refer("LineType")),
    ])
}
