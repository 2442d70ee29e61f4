//! Handing one message to the courier: at most once, whatever is lost on the way.

use std::time::Duration;

use model::MessageId;
use peers::{
    carrier::{CourierRun, Handed, Handover, Outbound},
    front::PeerGone,
};
use store::{Tx, Value};

use crate::{
    Core,
    fault::Fault,
    outbox::Outgoing,
    rows::{Message, MessageState},
};

/// Tries to reach the courier before a message's outcome is settled without it.
const REACH_TRIES: u32 = 15;

/// Hands a message over and answers what became of it.
pub async fn hand_over(core: &Core, outbound: &dyn Outbound, outgoing: Outgoing) -> MessageState {
    let Outgoing {
        message,
        run,
        recovered,
    } = outgoing;
    let id = message.id;
    let Some(mut run) = (match run {
        Some(run) => Some(run),
        None => meant_for_present_run(core, outbound, id).await,
    }) else {
        return MessageState::Failed;
    };
    if !recovered {
        match outbound.send(run, message.clone()).await {
            Ok(Some(handed)) => return state_of(core, id, handed),
            // The courier that it was meant for is gone and never got it: name the present one.
            Ok(None) => match meant_for_present_run(core, outbound, id).await {
                Some(present) => run = present,
                None => return MessageState::Failed,
            },
            Err(PeerGone) => core.outbox.heard(None),
        }
    }
    // The answer was lost. Only the same run can tell what happened.
    match reach(outbound).await {
        Some(now) if now == run => {
            core.outbox.heard(Some(now));
            // The courier answers a known id without sending again, and sends an unknown one.
            outbound
                .send(run, message)
                .await
                .ok()
                .flatten()
                .map_or(MessageState::Unknown, |handed| state_of(core, id, handed))
        }
        now => {
            core.outbox.heard(now);
            MessageState::Unknown
        }
    }
}

/// A message whose row names no run was committed while no courier was there: name the present
/// one first, so that a crash right after the handover leaves a trace.
async fn meant_for_present_run(
    core: &Core,
    outbound: &dyn Outbound,
    id: MessageId,
) -> Option<CourierRun> {
    let run = reach(outbound).await?;
    core.outbox.heard(Some(run));
    let named = core
        .store
        .transact(
            "vault.message.run",
            async move |tx: &mut dyn Tx| -> Result<bool, Fault> {
                let key = [Value::from(*id.as_bytes())];
                let Some(mut row) = tx.get::<Message>(&key).await? else {
                    return Ok(false);
                };
                row.courier_run = Some(run);
                tx.write(vec![store::put(&row)]).await?;
                Ok(true)
            },
        )
        .await;
    named.is_ok_and(|named| named).then_some(run)
}

async fn reach(outbound: &dyn Outbound) -> Option<CourierRun> {
    for _ in 0..REACH_TRIES {
        match outbound.run().await {
            Ok(run) => return Some(run),
            Err(PeerGone) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
    None
}

fn state_of(core: &Core, id: MessageId, handed: Handed) -> MessageState {
    if let Some(route) = handed.route {
        core.routes.went(id, route);
    }
    match handed.handover {
        Handover::Accepted => MessageState::Accepted,
        Handover::Rejected(_) => MessageState::Failed,
        Handover::Unknown => MessageState::Unknown,
    }
}
