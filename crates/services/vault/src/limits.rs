//! Limits of one number: sends in windows, waits between sends, guesses in a row. Pure decisions;
//! the rows are in `rows::limits`.

use model::{
    Channel, ChannelState, CodePurpose, Millis, NextChannels, Status, Timestamp, WaitReason,
};
use numbers::LineType;
use peers::vault::LimitKind;

use crate::{
    config::VaultConfig,
    rows::{Application, Lane, NumberLimit, Verification},
};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 86_400_000;
/// A stranger's waits are rounded up to this many seconds.
const STRANGER_STEP: u32 = 15;

/// Counts the send of a code, where one is sent, or says which of the number's limits stands
/// against it. A code that could not be typed any more is not sent.
///
/// # Errors
/// The limit.
pub fn take_use(
    limit: &mut NumberLimit,
    row: &Verification,
    sends: bool,
    now: Timestamp,
    config: &VaultConfig,
) -> Result<(), LimitKind> {
    if !may_guess(limit, row.lane, row.purpose, config) {
        return Err(LimitKind::NumberGuesses);
    }
    if sends {
        take_send(limit, row.lane, now, config).map_err(|_| LimitKind::NumberSends)?;
    }
    Ok(())
}

/// Counts one send, or says how long until the next window.
///
/// # Errors
/// The wait, when the lane's share is used up.
pub fn take_send(
    limit: &mut NumberLimit,
    lane: Lane,
    now: Timestamp,
    config: &VaultConfig,
) -> Result<(), Millis> {
    roll(limit, lane, now);
    if let Some(wait) = send_wait(limit, lane, now, config) {
        return Err(wait);
    }
    let sends = limit.sends(lane);
    sends.in_hour += 1;
    sends.in_day += 1;
    limit.touched_at = now;
    Ok(())
}

/// How long until the lane may send again; `None` when it may now.
pub fn send_wait(
    limit: &mut NumberLimit,
    lane: Lane,
    now: Timestamp,
    config: &VaultConfig,
) -> Option<Millis> {
    roll(limit, lane, now);
    let sends = *limit.sends(lane);
    let until = |window: i64| Millis::from_millis(window - now.as_millis().rem_euclid(window));
    if sends.in_day >= config.number_sends_per_day {
        return Some(until(DAY));
    }
    (sends.in_hour >= config.number_sends_per_hour).then(|| until(HOUR))
}

fn roll(limit: &mut NumberLimit, lane: Lane, now: Timestamp) {
    // Only forwards: a clock that is set back by a little must not open a window twice.
    let sends = limit.sends(lane);
    if sends.hour < now.hour() {
        (sends.hour, sends.in_hour) = (now.hour(), 0);
    }
    if sends.day < now.day() {
        (sends.day, sends.in_day) = (now.day(), 0);
    }
}

/// Whether the lane has guesses left for this purpose.
pub fn may_guess(
    limit: &mut NumberLimit,
    lane: Lane,
    purpose: CodePurpose,
    config: &VaultConfig,
) -> bool {
    *limit.fails(lane, purpose) < config.guesses_per_lane
}

/// Counts one wrong guess.
pub fn count_wrong(limit: &mut NumberLimit, lane: Lane, purpose: CodePurpose, now: Timestamp) {
    let fails = limit.fails(lane, purpose);
    *fails = fails.saturating_add(1);
    limit.touched_at = now;
}

/// A proof from the owner's lane clears both lanes, one from a stranger's only its own: otherwise
/// a stranger with one lucky code would clear the owner's record of attacks.
///
/// Returns whether anything changed.
pub fn clear_after_proof(limit: &mut NumberLimit, lane: Lane, purpose: CodePurpose) -> bool {
    let lanes: &[Lane] = match lane {
        Lane::Owner => &Lane::ALL,
        Lane::Stranger => &[Lane::Stranger],
    };
    let mut changed = false;
    for lane in lanes {
        let fails = limit.fails(*lane, purpose);
        changed |= *fails > 0;
        *fails = 0;
    }
    changed
}

/// What the application and the line allow on a channel at all.
#[must_use]
pub fn channel_open(app: &Application, line: LineType, channel: Channel) -> Option<WaitReason> {
    let (offered, possible) = match channel {
        Channel::Sms => (app.sms, line.can_receive_text()),
        Channel::Voice => (app.voice, line.can_receive_call()),
    };
    match (offered, possible) {
        (false, _) => Some(WaitReason::NotOffered),
        (true, false) => Some(WaitReason::LineType),
        (true, true) => None,
    }
}

/// What may be sent next in a verification, when, and why not now.
pub fn next_channels(
    app: &Application,
    row: &Verification,
    limit: &mut NumberLimit,
    now: Timestamp,
    config: &VaultConfig,
) -> NextChannels {
    if row.status_at(now) != Status::Pending {
        return NextChannels::both(ChannelState::closed(WaitReason::Finished));
    }
    if !may_guess(limit, row.lane, row.purpose, config) {
        // Waiting does not help: a proof from the owner's device does.
        return NextChannels::both(ChannelState::closed(WaitReason::NumberLimit));
    }
    let number = send_wait(limit, row.lane, now, config).map_or(ChannelState::OPEN, |wait| {
        ChannelState::wait(wait.seconds_up(), WaitReason::NumberLimit)
    });
    let waited = resend_wait(row, now, config);
    let soon = ChannelState::wait(waited.seconds_up(), WaitReason::TooSoon);
    let state = |channel| match channel_open(app, row.line_type, channel) {
        Some(reason) => ChannelState::closed(reason),
        None => number.stricter(soon),
    };
    let next = NextChannels {
        sms: state(Channel::Sms),
        voice: state(Channel::Voice),
    };
    match row.lane {
        Lane::Owner => next,
        Lane::Stranger => NextChannels {
            sms: next.sms.rounded(STRANGER_STEP),
            voice: next.voice.rounded(STRANGER_STEP),
        },
    }
}

/// What is left of the wait before the next send of this verification.
#[must_use]
pub fn resend_wait(row: &Verification, now: Timestamp, config: &VaultConfig) -> Millis {
    let nth = usize::try_from(row.sends.saturating_sub(1)).unwrap_or(usize::MAX);
    let waits = &config.resend_waits;
    let wait = waits
        .get(nth)
        .or(waits.last())
        .copied()
        .unwrap_or(Millis::from_seconds(30));
    row.sent_at.plus(wait).since(now)
}
