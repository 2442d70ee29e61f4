//! Every stable error code with its status, title, cause and fix. `docs/reference/errors.md` is
//! written from this table.

use std::fmt::Write as _;

/// One way to say no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The stable name; also the anchor in the documentation.
    pub name: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What it is, the same every time.
    pub title: &'static str,
    /// The sentence of an occurrence that has nothing of its own to say.
    pub detail: &'static str,
    /// Why it happens.
    pub cause: &'static str,
    /// What to do.
    pub fix: &'static str,
}

macro_rules! codes {
    ($($constant:ident = $name:literal $status:literal $title:literal, $detail:literal,
        cause $cause:literal, fix $fix:literal;)+) => {
        $(
            #[doc = $title]
            pub const $constant: Code = Code {
                name: $name, status: $status, title: $title, detail: $detail,
                cause: $cause, fix: $fix,
            };
        )+
        /// Every code, in the order of the documentation.
        pub const ALL: &[Code] = &[$($constant),+];
    };
}

codes! {
    UNAUTHORIZED = "unauthorized" 401 "The API key is missing or unknown",
        "Send your key as `Authorization: Bearer rf_…`.",
        cause "The request has no API key, or the key is wrong or was removed.",
        fix "Send `Authorization: Bearer rf_…`. A new key works after five seconds at most.";
    NOT_FOUND = "not_found" 404 "There is no such call",
        "Check the path against the API description at /openapi.json.",
        cause "The path is not one of this API.",
        fix "Compare method and path with `/openapi.json`.";
    METHOD_NOT_ALLOWED = "method_not_allowed" 405 "The path does not take this method",
        "Use one of the methods in the Allow header.",
        cause "The path exists, the method does not.",
        fix "Use a method from the `Allow` header.";
    VERIFICATION_NOT_FOUND = "verification_not_found" 404 "There is no such verification",
        "Check the id, or start a new verification.",
        cause "The id is unknown, ended more than a day ago, or belongs to another application.",
        fix "Check the id and the key that belong together, or start a new verification.";
    SUBJECT_NOT_FOUND = "subject_not_found" 404 "There is no such subject",
        "Check the id. Deleted subjects are gone.",
        cause "The id is unknown, was deleted, or belongs to another application.",
        fix "Check the id. Subjects are different for every application.";
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type" 415 "The body is not declared as JSON",
        "Send it with Content-Type: application/json.",
        cause "There is a body, and its `Content-Type` is missing or not JSON.",
        fix "Send `Content-Type: application/json`.";
    BODY_TOO_LARGE = "body_too_large" 413 "The body is too large",
        "Send a shorter body.",
        cause "The body is longer than 16 KiB.",
        fix "Send only the fields of the call.";
    INCOMPLETE_BODY = "incomplete_body" 400 "The body ended early",
        "Send the whole body.",
        cause "The connection ended before the whole body came.",
        fix "Repeat the request with the same idempotency key.";
    INVALID_UTF8 = "invalid_utf8" 400 "The body is not UTF-8",
        "Send the body as UTF-8.",
        cause "JSON is UTF-8 (RFC 8259); this body has other bytes.",
        fix "Encode the body as UTF-8.";
    MALFORMED_JSON = "malformed_json" 400 "The body is not JSON",
        "Send one JSON object.",
        cause "The body stops being JSON at the line and column named.",
        fix "Send one JSON object.";
    INVALID_REQUEST = "invalid_request" 422 "The body does not have the expected shape",
        "Compare the body with the API description at /openapi.json.",
        cause "A field is missing, unknown, given twice, or has the wrong type or content.",
        fix "Compare the body with `/openapi.json`; the detail names the place.";
    IDEMPOTENCY_KEY_MALFORMED = "idempotency_key_malformed" 400 "The idempotency key cannot be used",
        "Send one key of 1 to 255 visible ASCII characters.",
        cause "`Idempotency-Key` is empty, too long, sent twice, or has other characters.",
        fix "Send 1 to 255 visible ASCII characters, such as a random UUID.";
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused" 422 "This idempotency key was used for another request",
        "Use a new key for a new request.",
        cause "The key was sent before with another path, another body or another number.",
        fix "Draw a new key for every request, and keep it only for repeats of that request.";
    DESTINATION_MISSING = "destination_missing" 422 "There is nobody to send to",
        "Give `to`, `sealed_to`, or the `subject` whose number is on file.",
        cause "The request has neither `to` nor `sealed_to` nor `subject`.",
        fix "Give one of them.";
    DESTINATION_CONFLICT = "destination_conflict" 422 "The number is given twice",
        "Give `to` or `sealed_to`, not both.",
        cause "The request has both `to` and `sealed_to`.",
        fix "Give `sealed_to` where the page seals, `to` where it cannot.";
    NUMBER_EMPTY = "number_empty" 422 "The number is empty",
        "Ask for the phone number.",
        cause "`to` has no visible character.",
        fix "Ask the person for the number.";
    NUMBER_TOO_SHORT = "number_too_short" 422 "The number is too short",
        "The number is too short. Check it, or change the country.",
        cause "It has fewer digits than any number of its country, or no area code.",
        fix "Ask the person to check the number and the country.";
    NUMBER_TOO_LONG = "number_too_long" 422 "The number is too long",
        "The number is too long. Check it, or change the country.",
        cause "It has more digits than any number of its country.",
        fix "Ask the person to check the number and the country.";
    NUMBER_NOT_A_NUMBER = "number_not_a_number" 422 "This is not a phone number",
        "This is not one phone number. Ask for it again.",
        cause "The text has letters, no digits, or more than one number.",
        fix "Ask the person for one phone number.";
    NUMBER_NEEDS_COUNTRY = "number_needs_country" 422 "The country is missing",
        "Give the number with its + and country code, or give `region`.",
        cause "The number is national, and the request has no `region`.",
        fix "Send the country chosen beside the field as `region`.";
    NUMBER_UNKNOWN_CALLING_CODE = "number_unknown_calling_code" 422 "The country code is not in use",
        "No country has this code. Check the digits after the +.",
        cause "The digits after `+` begin with no assigned calling code.",
        fix "Ask the person to check the country code.";
    NUMBER_NOT_IN_USE = "number_not_in_use" 422 "No such number is in use",
        "No such number is in use there. Check it, or change the country.",
        cause "The length is right, and the country's numbering plan has no such number.",
        fix "Ask the person to check the number and the country.";
    NUMBER_EMERGENCY = "number_emergency" 422 "This is an emergency number",
        "This is an emergency number. Ask for the person's own number.",
        cause "Emergency numbers are never called or texted.",
        fix "Ask the person for their own number.";
    NUMBER_SHORT_CODE = "number_short_code" 422 "This is a short code",
        "This is a service's short code. Ask for the person's own number.",
        cause "Short codes are services, not a person's line.",
        fix "Ask the person for their own number.";
    NUMBER_HAS_EXTENSION = "number_has_extension" 422 "Extensions cannot be reached",
        "A code cannot reach an extension. Ask for a direct number.",
        cause "The number ends in an extension behind a switchboard.",
        fix "Ask for a number that reaches the person directly.";
    SEALED_TEXT = "sealed_text" 422 "The sealed number cannot be used",
        "Fetch the key again and seal the number again.",
        cause "It was sealed to another key or application, too long ago, or was sent before.",
        fix "Fetch `/v1/seal-key` and seal the number again, once for each request.";
    CHANNEL_FOR_LINE = "channel_for_line" 422 "This line cannot take this channel",
        "Use a channel from `open_channels`, or `auto`.",
        cause "The line does not take what was asked for, such as a text to a landline.",
        fix "Offer the person the channels in `open_channels`, or send `auto`.";
    LINE_REFUSED = "line_refused" 422 "This kind of line is not accepted",
        "Ask for a number of another kind, or offer another way.",
        cause "The application does not accept this kind of line.",
        fix "Offer another way, or change the application's settings.";
    COUNTRY_REFUSED = "country_refused" 422 "This country is not served",
        "Ask for a number of another country, or offer another way.",
        cause "The application does not send to this country.",
        fix "Offer another way, or change the application's settings.";
    SANDBOX_NUMBER = "sandbox_number" 422 "A sandbox takes only its own test numbers",
        "Use one of the application's test numbers.",
        cause "The application is a sandbox, and this is not one of its test numbers.",
        fix "Use a test number, or the key of a live application.";
    NO_NUMBER_ON_FILE = "no_number_on_file" 409 "There is no number on file",
        "Ask the person for the number and send it as `to`.",
        cause "The subject is unknown here, or its number was forgotten or lost.",
        fix "Ask the person for the number.";
    UNKNOWN_APPLICATION = "unknown_application" 403 "The vault does not know this application",
        "Ask the operator to register the application again.",
        cause "The application exists in front of the vault and not in its register.",
        fix "The operator registers it with `ringfence apps create`.";
    SEND_LIMIT = "send_limit" 429 "No message can be sent to this number yet",
        "Wait as long as `next` says, or offer another way.",
        cause "A message went out a moment ago, or the number was sent as much as it may be for now.",
        fix "Show the person when each channel opens again, and other ways.";
    GUESS_LIMIT = "guess_limit" 429 "This number had too many wrong codes",
        "Offer another way, or let the person sign in where they did before.",
        cause "Too many wrong codes in a row were typed for this number, so no more are sent to people who cannot show that it is theirs.",
        fix "Send `owner`, what an earlier check returned on that device: it has guesses of its own, and a proof by it opens the number for all. Else offer other ways.";
    APPLICATION_LIMIT = "application_limit" 429 "The application has sent enough for now",
        "Wait as long as `next` says, or ask the operator for more.",
        cause "The application has used up its share of messages.",
        fix "Wait, or ask the operator to raise the application's limit.";
    INSTANCE_LIMIT = "instance_limit" 429 "This instance has sent enough for now",
        "Wait as long as `next` says.",
        cause "All applications together have used up the instance's share of messages.",
        fix "Wait, or raise the instance's limit.";
    LOOKUP_LIMIT = "lookup_limit" 429 "Too many numbers were looked up",
        "Wait as long as `retry_after_seconds` says.",
        cause "The application or the instance has asked about more numbers than it may.",
        fix "Wait, and look for a script that starts verifications without persons.";
    TOO_MANY_REQUESTS = "too_many_requests" 429 "Too many requests from this person",
        "Wait as long as `retry_after_seconds` says.",
        cause "One address or one device, as `client` names it, asked too often.",
        fix "Show the person when to try again.";
    BUDGET_SPENT = "budget_spent" 429 "Today's money for messages is spent",
        "Wait until midnight UTC, or ask the operator for more.",
        cause "The application has reached the most it may spend on messages in a day.",
        fix "Look for abuse first, then raise the daily budget.";
    VERIFICATION_FINISHED = "verification_finished" 409 "The verification has ended",
        "Start a new verification.",
        cause "It was approved, called off, locked, or its time ran out.",
        fix "Start a new verification.";
    RECLAIM_TOO_RECENT = "reclaim_too_recent" 409 "The number was proven too recently",
        "Wait as long as `retry_after_seconds` says, or offer recovery.",
        cause "The account under this number proved it too recently for it to have changed hands.",
        fix "Offer account recovery; reclaim becomes possible after the time named.";
    RECLAIM_NOT_APPLICABLE = "reclaim_not_applicable" 409 "There is nothing to reclaim",
        "Reclaim only after a sign-up check that found an account.",
        cause "The verification is not a fresh sign-up proof that found an account.",
        fix "Call it directly after a sign-up check with verdict `number_in_use` or `locked_account`.";
    SIM_CHANGED = "sim_changed" 403 "The SIM card of this number was changed recently",
        "The code is right, but a code alone is not enough for this number now.",
        cause "The number's operator says that its SIM card was changed, so that codes may reach somebody else.",
        fix "Let the person use a way that `other_ways` names, or start again after `retry_after_seconds`.";
    NO_SIM_SIGNAL = "no_sim_signal" 503 "The number's operator does not answer",
        "The code is right. Check it again in a moment, with a new idempotency key.",
        cause "The operator did not say whether the SIM card was changed, and the application's policy wants to know.",
        fix "Check the same code again in a moment. Operators: see `vault.sim.no_signal` in the vault's log.";
    TOO_MANY_DELETIONS = "too_many_deletions" 429 "Too many deletions in this hour",
        "Wait as long as `retry_after_seconds` says.",
        cause "The application asked for more deletions than one hour allows.",
        fix "Wait for the next hour. The limit guards against a stolen key.";
    VAULT_UNAVAILABLE = "vault_unavailable" 503 "The vault cannot answer now",
        "Repeat the request in a moment with the same idempotency key.",
        cause "The vault is restarting, overloaded, or cannot use its keys or its storage.",
        fix "Repeat with the same idempotency key. Operators: see the vault's log.";
    STORAGE_UNAVAILABLE = "storage_unavailable" 503 "The database cannot answer now",
        "Repeat the request in a moment with the same idempotency key.",
        cause "The front's database is full, locked or gone.",
        fix "Repeat with the same idempotency key. Operators: see the front's log.";
    BUSY = "busy" 503 "Too many requests at once",
        "Try again in a moment.",
        cause "More requests are being answered than this server allows.",
        fix "Repeat after `retry_after_seconds`, with the same idempotency key.";
    TIMEOUT = "timeout" 503 "The request took too long",
        "Repeat it with the same idempotency key; what was done is not done twice.",
        cause "The answer did not come in time.",
        fix "Repeat with the same idempotency key.";
    INTERNAL = "internal" 500 "Something failed on our side",
        "Repeat the request with the same idempotency key.",
        cause "A fault of Ringfence. The detail has a reference that leads to the log line.",
        fix "Repeat with the same idempotency key. Give the reference to the operator.";
}

/// The page of all codes, in Markdown, as `docs/reference/errors.md` holds it.
#[must_use]
pub fn page() -> String {
    let mut out = String::from(HEAD);
    for code in ALL {
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "\n## {}\n**{}.** Status {}.\n\n- **Cause:** {}\n- **Fix:** {}\n",
            code.name, code.title, code.status, code.cause, code.fix
        );
    }
    out
}

const HEAD: &str = "<!-- Written by `cargo run -p api --example errors`. Do not edit. -->
# Errors

Every refusal is a problem document (RFC 9457, `application/problem+json`).
Build on `code`; it never changes its meaning. Show or log `title` and `detail`; they may be reworded.

| member | what it is |
|---|---|
| `type` | the address of the code on this page |
| `title` | what it is, the same every time |
| `status` | the HTTP status |
| `code` | the stable name, one of those below |
| `detail` | this time, and what to do; never a number or a code |
| `retry_after_seconds` | where waiting helps; also sent as `Retry-After` |
| `next` | where it concerns sending: whether each channel is open, and when it opens |
| `open_channels` | only with `channel_for_line`: the channels that would work |
| `other_ways` | only with `sim_changed`: what would be enough beside the code; `known_device` is a device that proved the number before |

No refusal says whether a number or an account exists.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_anchors_and_stand_once() {
        for (place, code) in ALL.iter().enumerate() {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(code.name.chars().all(plain), "{}", code.name);
            assert!(ALL[..place].iter().all(|other| other.name != code.name));
            assert!((400..600).contains(&code.status));
        }
    }

    #[test]
    fn what_a_person_may_read_is_short() {
        for code in ALL {
            for sentence in code.detail.split_inclusive(". ") {
                let words = sentence.split_whitespace().count();
                assert!(words < 20, "{}: {sentence}", code.name);
            }
            for text in [code.title, code.cause, code.fix] {
                assert!(!text.is_empty() && !text.contains('!'), "{}", code.name);
            }
        }
    }

    #[test]
    fn the_checked_in_page_has_every_code() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../docs/reference/errors.md"
        );
        let found = std::fs::read_to_string(path).unwrap();
        assert_eq!(
            found,
            page(),
            "run: cargo run -p api --example errors > docs/reference/errors.md"
        );
    }
}
