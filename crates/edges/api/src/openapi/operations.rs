//! The calls.

use crate::{Code, codes};

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Auth {
    /// An application with its key.
    Key,
    /// Anybody.
    Public,
}

/// The body, by the name of its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// None.
    None,
    /// May be left out.
    Optional(&'static str),
    /// Must be there.
    Required(&'static str),
}

/// What the path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// Nothing.
    Nothing,
    /// A verification, `{id}`.
    Verification,
    /// A person, `{sub}`.
    Person,
}

/// One call.
pub(super) struct Operation {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    pub(super) subject: Subject,
    pub(super) auth: Auth,
    pub(super) body: Body,
    /// Status, shape and meaning of the answer.
    pub(super) answer: (u16, &'static str, &'static str),
    /// The refusals of this call, beside those of its key, its body and the server.
    pub(super) refusals: &'static [Code],
}

const ABOUT_VERIFICATION: Operation = Operation {
    method: "post",
    path: "",
    id: "",
    summary: "",
    subject: Subject::Verification,
    auth: Auth::Key,
    body: Body::None,
    answer: (200, "", ""),
    refusals: &[codes::VERIFICATION_NOT_FOUND, codes::VAULT_UNAVAILABLE],
};

const ABOUT_PERSON: Operation = Operation {
    subject: Subject::Person,
    refusals: &[codes::SUBJECT_NOT_FOUND, codes::VAULT_UNAVAILABLE],
    ..ABOUT_VERIFICATION
};

const PUBLIC: Operation = Operation {
    method: "get",
    subject: Subject::Nothing,
    auth: Auth::Public,
    refusals: &[],
    ..ABOUT_VERIFICATION
};

/// Every call, in the order of the documentation.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        path: "/v1/verifications",
        id: "startVerification",
        summary: "Send a code to a number",
        subject: Subject::Nothing,
        body: Body::Required("StartVerification"),
        answer: (201, "Verification", "The message is queued."),
        refusals: START_REFUSALS,
        ..ABOUT_VERIFICATION
    },
    Operation {
        path: "/v1/verifications/{id}/check",
        id: "checkVerification",
        summary: "Judge one guess",
        body: Body::Required("CheckCode"),
        answer: (
            200,
            "Judgement",
            "The vault's judgement. A wrong code is an answer too.",
        ),
        refusals: &[
            codes::VERIFICATION_NOT_FOUND,
            codes::SIM_CHANGED,
            codes::TOO_MANY_REQUESTS,
            codes::VAULT_UNAVAILABLE,
            codes::NO_SIM_SIGNAL,
        ],
        ..ABOUT_VERIFICATION
    },
    Operation {
        path: "/v1/verifications/{id}/resend",
        id: "resendVerification",
        summary: "Send the same code again",
        body: Body::Optional("ResendCode"),
        answer: (200, "Verification", "The message is queued."),
        refusals: RESEND_REFUSALS,
        ..ABOUT_VERIFICATION
    },
    Operation {
        path: "/v1/verifications/{id}/reclaim",
        id: "reclaimNumber",
        summary: "Make a new account for a number that changed hands",
        answer: (
            200,
            "Reclaimed",
            "A new account; the former one has lost the number.",
        ),
        refusals: &[
            codes::VERIFICATION_NOT_FOUND,
            codes::RECLAIM_TOO_RECENT,
            codes::RECLAIM_NOT_APPLICABLE,
            codes::VAULT_UNAVAILABLE,
        ],
        ..ABOUT_VERIFICATION
    },
    Operation {
        method: "get",
        path: "/v1/verifications/{id}",
        id: "getVerification",
        summary: "Look a verification up",
        answer: (200, "SeenVerification", "Where it stands."),
        ..ABOUT_VERIFICATION
    },
    Operation {
        method: "delete",
        path: "/v1/verifications/{id}",
        id: "cancelVerification",
        summary: "Call a verification off",
        answer: (200, "SeenVerification", "Called off, or approved before."),
        ..ABOUT_VERIFICATION
    },
    Operation {
        method: "get",
        path: "/v1/subjects/{sub}",
        id: "getSubject",
        summary: "Facts about a person, without the number",
        answer: (200, "Facts", "What the application may know."),
        refusals: &[codes::SUBJECT_NOT_FOUND],
        ..ABOUT_PERSON
    },
    Operation {
        path: "/v1/subjects/{sub}/lock",
        id: "lockSubject",
        summary: "Lock an account and end its sessions",
        answer: (200, "Facts", "The account as it is now."),
        ..ABOUT_PERSON
    },
    Operation {
        path: "/v1/subjects/{sub}/unlock",
        id: "unlockSubject",
        summary: "Unlock an account",
        answer: (200, "Facts", "The account as it is now."),
        ..ABOUT_PERSON
    },
    Operation {
        path: "/v1/subjects/{sub}/sessions/revoke",
        id: "revokeSessions",
        summary: "End every sign-in on the hosted pages",
        answer: (200, "EndedSessions", "How many there were."),
        refusals: &[codes::SUBJECT_NOT_FOUND],
        ..ABOUT_PERSON
    },
    Operation {
        path: "/v1/subjects/{sub}/ban",
        id: "banSubject",
        summary: "Keep the number from making accounts until a date",
        body: Body::Required("Ban"),
        answer: (200, "Banned", "The ban stands."),
        ..ABOUT_PERSON
    },
    Operation {
        method: "delete",
        path: "/v1/subjects/{sub}",
        id: "deleteSubject",
        summary: "Suspend an account at once and delete it after the delay",
        answer: (202, "Deleting", "Suspended. Restore it until `shred_at`."),
        refusals: &[
            codes::SUBJECT_NOT_FOUND,
            codes::TOO_MANY_DELETIONS,
            codes::VAULT_UNAVAILABLE,
        ],
        ..ABOUT_PERSON
    },
    Operation {
        path: "/v1/subjects/{sub}/restore",
        id: "restoreSubject",
        summary: "Take a deletion back",
        answer: (200, "Facts", "The account as it is now."),
        ..ABOUT_PERSON
    },
    Operation {
        path: "/v1/seal-key",
        id: "getSealKey",
        summary: "The key to seal numbers to",
        answer: (
            200,
            "SealKey",
            "A signed note. It may be kept for a minute.",
        ),
        refusals: &[codes::VAULT_UNAVAILABLE],
        ..PUBLIC
    },
    Operation {
        path: "/healthz",
        id: "getHealth",
        summary: "Whether requests can be answered now",
        answer: (200, "Ready", "Ready."),
        refusals: &[codes::VAULT_UNAVAILABLE],
        ..PUBLIC
    },
    Operation {
        path: "/openapi.json",
        id: "getDescription",
        summary: "This description",
        answer: (200, "Description", "OpenAPI 3.1."),
        ..PUBLIC
    },
];

const START_REFUSALS: &[Code] = &[
    codes::DESTINATION_MISSING,
    codes::DESTINATION_CONFLICT,
    codes::NUMBER_EMPTY,
    codes::NUMBER_TOO_SHORT,
    codes::NUMBER_TOO_LONG,
    codes::NUMBER_NOT_A_NUMBER,
    codes::NUMBER_NEEDS_COUNTRY,
    codes::NUMBER_UNKNOWN_CALLING_CODE,
    codes::NUMBER_NOT_IN_USE,
    codes::NUMBER_EMERGENCY,
    codes::NUMBER_SHORT_CODE,
    codes::NUMBER_HAS_EXTENSION,
    codes::SEALED_TEXT,
    codes::CHANNEL_FOR_LINE,
    codes::LINE_REFUSED,
    codes::COUNTRY_REFUSED,
    codes::SANDBOX_NUMBER,
    codes::NO_NUMBER_ON_FILE,
    codes::UNKNOWN_APPLICATION,
    codes::SEND_LIMIT,
    codes::GUESS_LIMIT,
    codes::APPLICATION_LIMIT,
    codes::INSTANCE_LIMIT,
    codes::LOOKUP_LIMIT,
    codes::TOO_MANY_REQUESTS,
    codes::BUDGET_SPENT,
    codes::VAULT_UNAVAILABLE,
];

const RESEND_REFUSALS: &[Code] = &[
    codes::VERIFICATION_NOT_FOUND,
    codes::VERIFICATION_FINISHED,
    codes::CHANNEL_FOR_LINE,
    codes::UNKNOWN_APPLICATION,
    codes::SEND_LIMIT,
    codes::GUESS_LIMIT,
    codes::APPLICATION_LIMIT,
    codes::INSTANCE_LIMIT,
    codes::TOO_MANY_REQUESTS,
    codes::BUDGET_SPENT,
    codes::VAULT_UNAVAILABLE,
];
