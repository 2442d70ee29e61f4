//! Every verb crosses and its answer comes back.

use model::{
    Channel, ChannelChoice, CodePurpose, FactorId, FactorSecret, MessageId, NetworkToken,
    SealedText, Status, TotpHash, TotpTerms, TypedCode, TypedNumber, VerificationId,
};
use numbers::{E164, LineType, Region};
use peers::{
    carrier::{
        CarrierMessage, CourierEvents, CourierRun, Handover, Outbound, Receipt, RouteCount,
        RouteHandle, SpokenPart, Words,
    },
    front::{FrontEvents, SendReport, SendState},
    operator::{Claim, NoAnswer, OperatorAnswer, OperatorQuestion, SimQuestion},
    vault::{
        AskOperator, Asked, Begin, BeginRefusal, CheckCode, CheckFactor, CheckNumber, Checked,
        CheckedNumber, DeletionState, Destination, FactorChecked, FactorRefusal, FindOpen,
        MakeFactor, NumberVault, Open, Reclaimed, Resend, Unavailable,
    },
};
use proptest::prelude::*;
use tokio::task::JoinSet;

use super::fixture::{
    APP, AT, Links, SUBJECT, Script, VERIFICATION, approved, begun, connect, front_and_vault, peer,
    view, viewed,
};
use crate::{CourierClient, EventsClient, FrontClient, Limits, Room, VaultClient};

pub(super) fn begin(verification: VerificationId, typed: &str) -> Begin {
    let text = TypedNumber::new(typed.to_owned()).unwrap();
    Begin {
        verification,
        application: APP,
        purpose: CodePurpose::Signup,
        destination: Destination::Typed {
            text,
            region: Some(Region::parse("GB").unwrap()),
        },
        channel: ChannelChoice::Auto,
        subject: None,
        locale: Some("en".into()),
        owner: None,
        until: AT,
        unless_open: false,
    }
}

#[tokio::test]
async fn the_verbs_of_a_verification_cross_and_come_back() {
    let (script, mut links) = (Script::open(), Links::new());
    let (front, vault) = front_and_vault(&script, Limits::default());
    connect(&front, &vault, &mut links).await;
    let client = VaultClient::new(front.clone());

    assert_eq!(
        client.begin(begin(VERIFICATION, "07700 900123")).await,
        Ok(begun())
    );
    assert_eq!(
        script.last(),
        format!("begin {VERIFICATION} 07700 900123 Some(\"en\")")
    );
    let refused = BeginRefusal::LineRefused {
        line_type: LineType::Pager,
    };
    assert_eq!(
        client.begin(begin(VERIFICATION, "refuse")).await,
        Err(refused)
    );
    let mut sealed = begin(VERIFICATION, "");
    sealed.destination = Destination::Sealed(SealedText::new("x".repeat(1024)).unwrap());
    assert_eq!(client.begin(sealed).await, Ok(begun()));

    let resend = Resend {
        application: APP,
        verification: VERIFICATION,
        channel: ChannelChoice::Voice,
        fallback: true,
        until: AT,
    };
    assert_eq!(client.resend(resend).await, Err(BeginRefusal::Finished));
    assert_eq!(script.last(), format!("{resend:?}"));

    let check = |code: &str| CheckCode {
        application: APP,
        verification: VERIFICATION,
        code: TypedCode::new(code.into()).unwrap(),
    };
    assert_eq!(
        client.check(check("424242")).await,
        Ok(Checked::Approved(approved()))
    );
    assert_eq!(client.check(check("1")).await, Ok(Checked::Wrong(view())));
    assert_eq!(client.cancel(APP, VERIFICATION).await, Ok(()));
    assert_eq!(client.view(APP, VERIFICATION).await, Ok(Some(viewed())));
    let reclaimed = Reclaimed::Done {
        approved: approved(),
        former: SUBJECT,
    };
    assert_eq!(client.reclaim(APP, VERIFICATION).await, Ok(reclaimed));
    assert_eq!(script.last(), format!("reclaim {APP} {VERIFICATION}"));
}

#[tokio::test]
async fn the_open_verification_of_a_number_crosses() {
    let (script, mut links) = (Script::open(), Links::new());
    let (front, vault) = front_and_vault(&script, Limits::default());
    connect(&front, &vault, &mut links).await;
    let client = VaultClient::new(front.clone());
    let find = FindOpen {
        purpose: CodePurpose::Signup,
        application: APP,
        text: TypedNumber::new("07700 900123".to_owned()).unwrap(),
        region: Region::parse("GB").ok(),
    };
    let open = Open {
        begun_at: AT,
        verification: VERIFICATION,
        status: Status::Pending,
    };
    assert_eq!(client.find_open(find.clone()).await, Ok(Some(open)));
    let told = format!(
        "find_open {APP} 07700 900123 {:?}",
        Region::parse("GB").ok()
    );
    assert_eq!(script.last(), told);
    let check = CheckNumber {
        number: find,
        code: TypedCode::new("424242".to_owned()).unwrap(),
    };
    let judged = CheckedNumber {
        open,
        checked: Checked::Approved(approved()),
    };
    assert_eq!(client.check_number(check).await, Ok(Some(judged)));
    assert_eq!(script.last(), "check 424242");
}

#[tokio::test]
async fn the_verbs_of_an_account_cross_and_come_back() {
    let (script, mut links) = (Script::open(), Links::new());
    let (front, vault) = front_and_vault(&script, Limits::default());
    connect(&front, &vault, &mut links).await;
    let client = VaultClient::new(front.clone());

    let scheduled = DeletionState::Scheduled { shred_at: AT };
    assert_eq!(client.delete(APP, SUBJECT).await, Ok(scheduled));
    assert_eq!(
        client.undo_delete(APP, SUBJECT).await,
        Ok(DeletionState::Active)
    );
    assert_eq!(client.set_locked(APP, SUBJECT, true).await, Ok(true));
    assert_eq!(client.ban(APP, SUBJECT, AT).await, Ok(true));
    assert_eq!(
        client.forget_number(APP, SUBJECT).await,
        Err(Unavailable::Keys)
    );
    assert_eq!(client.seal_key().await.unwrap().note, "note");
    assert_eq!(client.health().await.unwrap().accounts, 7);
    assert_eq!(
        client.new_accounts(AT, u16::MAX).await.unwrap().more_since,
        Some(AT)
    );
    assert_eq!(script.last(), format!("new_accounts {AT:?} 1000"));
    #[cfg(feature = "demo")]
    assert_eq!(client.stored(APP, SUBJECT).await, Ok(None));
    let errors: u64 = front
        .counters()
        .used()
        .iter()
        .map(|c| c.errors + c.refusals)
        .sum();
    assert_eq!(errors, 0, "what a room answers is no error of the link");
}

#[tokio::test]
async fn the_vault_calls_the_front_on_the_socket_it_serves_it_on() {
    let (script, mut links) = (Script::open(), Links::new());
    let (front, vault) = front_and_vault(&script, Limits::default());
    connect(&front, &vault, &mut links).await;
    let (up, down) = (VaultClient::new(front), FrontClient::new(vault));
    let report = SendReport {
        application: APP,
        verification: VERIFICATION,
        channel: Channel::Sms,
        state: SendState::Delivered,
        at: AT,
    };
    let reports = down.sends_changed(vec![report; 2500]);
    let (told, asked) = tokio::join!(reports, up.health());
    assert_eq!(told, Ok(()));
    assert!(asked.is_ok());
    let mut seen = script.seen.lock().clone();
    seen.retain(|line| line != "health");
    assert_eq!(
        seen,
        [
            "sends_changed 1000",
            "sends_changed 1000",
            "sends_changed 500"
        ]
    );
}

#[tokio::test]
async fn questions_to_an_operator_cross_and_their_answers_come_back() {
    let (script, mut links) = (Script::open(), Links::new());
    let (front, vault) = front_and_vault(&script, Limits::default());
    connect(&front, &vault, &mut links).await;
    let text = TypedNumber::new("+447700900123".into()).unwrap();
    let question = SimQuestion::ChangedWithin { hours: 72 };
    let request = AskOperator {
        application: APP,
        asked: Asked::Sim { text, question },
        until: AT,
    };
    let told = VaultClient::new(front).ask_operator(request).await;
    assert_eq!(told, Ok(OperatorAnswer::Changed(true)));
    assert!(script.last().contains("hours: 72"), "{}", script.last());

    let vault = peer(Room::Vault, Room::Courier, &script, Limits::default());
    let courier = peer(Room::Courier, Room::Vault, &script, Limits::default());
    connect(&vault, &courier, &mut links).await;
    let out = CourierClient::new(vault);
    let number = E164::from_canonical("+447700900123").unwrap();
    let about_sim = OperatorQuestion::Sim { number, question };
    assert_eq!(out.ask(about_sim).await, Err(NoAnswer::Busy));
    assert_eq!(script.last(), "ask +447700900123");
    let longest = "n".repeat(NetworkToken::MAX_BYTES);
    let about_device = OperatorQuestion::Device {
        token: NetworkToken::new(longest.clone()).unwrap(),
        claim: Claim::Hash([7; 32]),
    };
    assert_eq!(out.ask(about_device).await, Err(NoAnswer::Busy));
    assert_eq!(script.last(), format!("ask {longest}"));
}

#[tokio::test]
async fn the_secret_of_an_authenticator_app_crosses_once_and_its_codes_back() {
    let (script, mut links) = (Script::open(), Links::new());
    let (front, vault) = front_and_vault(&script, Limits::default());
    connect(&front, &vault, &mut links).await;
    let client = VaultClient::new(front);
    let factor = FactorId::from_bytes([5; 16]);
    let make = |secret: Option<&str>| MakeFactor {
        application: APP,
        factor,
        terms: TotpTerms::new(TotpHash::Sha512, 8, 60, 2).unwrap(),
        secret: secret.map(|text| FactorSecret::new(text.to_owned()).unwrap()),
    };
    let longest = "A".repeat(FactorSecret::MAX_BYTES);
    let made = client.make_factor(make(Some(&longest))).await.unwrap();
    assert_eq!(made.expose(), longest);
    assert!(script.last().contains("Sha512"), "{}", script.last());
    let refused = client.make_factor(make(None)).await.unwrap_err();
    assert_eq!(refused, FactorRefusal::TooMany);
    let check = CheckFactor {
        application: APP,
        factor,
        used_for: [6; 16],
        confirms: true,
        code: TypedCode::new("1".repeat(TypedCode::MAX_BYTES)).unwrap(),
    };
    let judged = client.check_factor(check).await.unwrap();
    assert_eq!(judged, FactorChecked::Wait { after_seconds: 7 });
    assert!(script.last().ends_with("1 true"), "{}", script.last());
    assert_eq!(client.delete_factor(APP, factor).await, Ok(true));
    assert_eq!(script.last(), format!("delete {factor}"));
}

#[tokio::test]
async fn a_courier_that_is_not_there_is_an_operator_that_is_away() {
    let limits = Limits {
        attach_wait: std::time::Duration::ZERO,
        ..Limits::default()
    };
    let vault = peer(Room::Vault, Room::Courier, &Script::open(), limits);
    let (number, question) = (
        E164::from_canonical("+447700900123").unwrap(),
        SimQuestion::ChangedAt,
    );
    let out = CourierClient::new(vault);
    let about_sim = OperatorQuestion::Sim { number, question };
    assert_eq!(out.ask(about_sim).await, Err(NoAnswer::Away));
}

#[tokio::test]
async fn vault_and_courier_hand_each_other_messages_and_receipts() {
    let (script, mut links) = (Script::open(), Links::new());
    let vault = peer(Room::Vault, Room::Courier, &script, Limits::default());
    let courier = peer(Room::Courier, Room::Vault, &script, Limits::default());
    connect(&vault, &courier, &mut links).await;
    let (out, back) = (CourierClient::new(vault), EventsClient::new(courier));

    assert_eq!(out.run().await, Ok(CourierRun([5; 8])));
    let spoken = vec![
        SpokenPart::Say("Your code".into()),
        SpokenPart::Digits("424242".into()),
    ];
    let message = CarrierMessage {
        id: MessageId::from_bytes([1; 16]),
        to: E164::from_canonical("+447700900123").unwrap(),
        from: "Example".into(),
        language: "en".into(),
        words: Words::Spoken(spoken),
        sandbox: true,
    };
    let run = out.run().await.unwrap();
    assert_eq!(
        out.send(run, message).await,
        Ok(Some(Handover::Unknown.into()))
    );
    assert_eq!(script.last(), "send +447700900123 Spoken(..)");
    let route = RouteHandle(7);
    let counts = vec![RouteCount { route, verified: 1 }; 2000];
    assert_eq!(out.verified(run, counts).await, Ok(()));
    let receipt = Receipt {
        id: MessageId::from_bytes([1; 16]),
        delivered: true,
        at: AT,
    };
    assert_eq!(back.receipts(vec![receipt; 3]).await, Ok(()));
    assert_eq!(script.last(), "receipts 3");
}

#[tokio::test]
async fn calls_made_together_travel_together() {
    let (script, mut links) = (Script::open(), Links::new());
    let (front, vault) = front_and_vault(&script, Limits::default());
    connect(&front, &vault, &mut links).await;
    let mut calls = JoinSet::new();
    for _ in 0..500 {
        let client = VaultClient::new(front.clone());
        calls.spawn(async move { client.seal_key().await.is_ok() });
    }
    assert!(calls.join_all().await.into_iter().all(|fine| fine));
    assert!(
        front.counters().frames_out() < 50,
        "{}",
        front.counters().frames_out()
    );
    assert!(
        vault.counters().frames_out() < 50,
        "{}",
        vault.counters().frames_out()
    );
    assert_eq!(front.calls_waiting(), 0);
}

#[tokio::test]
async fn rooms_talk_over_a_socket_pair() {
    let (script, mut links) = (Script::open(), Links::new());
    let (front, vault) = front_and_vault(&script, Limits::default());
    let (near, far) = tokio::net::UnixStream::pair().unwrap();
    links.spawn(front.attach(near));
    links.spawn(vault.attach(far));
    assert!(VaultClient::new(front).health().await.is_ok());
}

#[test]
fn whatever_a_person_types_arrives_as_typed() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let (script, mut links) = (Script::open(), Links::new());
    let (front, vault) = front_and_vault(&script, Limits::default());
    runtime.block_on(connect(&front, &vault, &mut links));
    let client = VaultClient::new(front);
    proptest!(|(id: [u8; 16], text in ".{0,30}")| {
        let id = VerificationId::from_bytes(id);
        prop_assert!(runtime.block_on(client.begin(begin(id, &text))).is_ok());
        prop_assert_eq!(script.last(), format!("begin {id} {text} Some(\"en\")"));
    });
}
