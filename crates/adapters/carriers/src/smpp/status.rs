//! What an answer's status means for a message (SMPP 3.4, section 5.1.3).

use peers::carrier::Rejection;

/// No error.
pub const OK: u32 = 0x00;
/// Unknown command.
pub const INVALID_COMMAND: u32 = 0x03;
/// A permanent error at the receiving application, in deliver_sm_resp.
pub const REJECTED_BY_APPLICATION: u32 = 0x65;
/// Too many messages waiting.
pub const QUEUE_FULL: u32 = 0x14;
/// Faster than agreed.
pub const THROTTLED: u32 = 0x58;
/// "Unknown error".
const UNKNOWN_ERROR: u32 = 0xFF;

/// What to do after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The centre has the message.
    Taken,
    /// It has not, and may take it later.
    Later,
    /// It has not and will not.
    Refused(Rejection),
    /// Even the centre does not know.
    Unclear,
}

/// Reads a status of submit_sm_resp. An error status says that the message was not taken; only
/// "unknown error" leaves that open.
#[must_use]
pub const fn verdict(status: u32) -> Verdict {
    match status {
        OK => Verdict::Taken,
        QUEUE_FULL | THROTTLED => Verdict::Later,
        UNKNOWN_ERROR => Verdict::Unclear,
        // Invalid destination address, its type or plan, or delivery failure.
        0x0B | 0x50 | 0x51 | 0xFE => Verdict::Refused(Rejection::Unreachable),
        // Invalid source address, its type or plan, data coding, length, esm_class.
        0x0A | 0x48 | 0x49 | 0x01 | 0x43 => Verdict::Refused(Rejection::Content),
        // Wrong bind status, bind failed, password, system id, prohibited, feature not bought.
        0x04 | 0x0D | 0x0E | 0x0F | 0x101 | 0x102 => Verdict::Refused(Rejection::Account),
        _ => Verdict::Refused(Rejection::NoRoute),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_throttling_and_a_full_queue_are_tried_again() {
        let later: Vec<u32> = (0..0x500)
            .filter(|status| verdict(*status) == Verdict::Later)
            .collect();
        assert_eq!(later, [QUEUE_FULL, THROTTLED]);
    }

    #[test]
    fn an_error_is_a_definite_refusal_unless_the_centre_does_not_know() {
        assert_eq!(verdict(0x0B), Verdict::Refused(Rejection::Unreachable));
        assert_eq!(verdict(0x45), Verdict::Refused(Rejection::NoRoute));
        assert_eq!(verdict(0x0E), Verdict::Refused(Rejection::Account));
        assert_eq!(verdict(0xFF), Verdict::Unclear);
    }
}
