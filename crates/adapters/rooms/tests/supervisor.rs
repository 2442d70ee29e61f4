//! What the supervisor promises, seen from outside: real processes, real signals, no waiting for a time.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

mod common;

use std::{io::Read, net::TcpStream, process::Command};

use common::{Running, example};
use rustix::process::{Pid, Signal, kill_process};

fn supervise(args: &[&str]) -> Running {
    Running::start(Command::new(example("puppet")).arg("supervise").args(args))
}

fn signal(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(pid.cast_signed()).expect("not zero");
    kill_process(pid, signal).expect("it lives");
}

fn number(text: &str) -> u32 {
    text.parse().expect("a process number")
}

/// Process number of the room's next start.
fn started(running: &mut Running, room: &str) -> u32 {
    number(&running.wait_for(&format!("{room}: started as process")))
}

fn position(running: &Running, line: &str) -> usize {
    running
        .seen
        .iter()
        .position(|seen| seen == line)
        .unwrap_or_else(|| panic!("no {line:?} in {:#?}", running.seen))
}

#[test]
fn rooms_start_in_order_each_after_the_last_is_ready() {
    let mut running = supervise(&["front=good", "courier=good", "vault=good"]);
    running.wait_for("all rooms are ready");
    let ready =
        ["vault: ready", "courier: ready", "front: ready"].map(|line| position(&running, line));
    assert!(ready.is_sorted(), "{:#?}", running.seen);
    let second = running
        .seen
        .iter()
        .position(|line| line.starts_with("courier: started"))
        .unwrap();
    assert!(ready[0] < second);
}

#[test]
fn every_room_reports_its_fence() {
    let mut running = supervise(&["vault=good"]);
    let line = running.wait_for("vault: ");
    assert!(line.starts_with("started"), "{line}");
    let fence = running.wait_for("vault: ");
    assert!(
        fence == "fenced" || fence.starts_with("NOT FULLY FENCED"),
        "{fence}"
    );
}

#[test]
fn a_stop_is_soft_and_goes_from_the_front_to_the_vault() {
    let mut running = supervise(&["front=good", "console=good", "courier=good", "vault=good"]);
    running.wait_for("all rooms are ready");
    signal(running.pid(), Signal::TERM);
    let status = running.finish();
    let order = ["front", "console", "courier", "vault"]
        .map(|room| position(&running, &format!("{room}: stopped")));
    assert!(order.is_sorted(), "{:#?}", running.seen);
    assert_eq!(status.code(), Some(0));
}

#[test]
fn every_stopping_signal_is_soft() {
    for one in [Signal::TERM, Signal::INT, Signal::HUP] {
        let mut running = supervise(&["vault=good"]);
        running.wait_for("all rooms are ready");
        signal(running.pid(), one);
        assert_eq!(running.finish().code(), Some(0));
    }
}

#[test]
fn a_signal_meant_for_all_does_not_stop_a_room_out_of_turn() {
    let mut running = supervise(&["front=good", "vault=good"]);
    let vault = started(&mut running, "vault");
    running.wait_for("all rooms are ready");
    signal(vault, Signal::TERM);
    signal(vault, Signal::INT);
    signal(running.pid(), Signal::TERM);
    assert_eq!(running.finish().code(), Some(0));
    assert!(position(&running, "front: stopped") < position(&running, "vault: stopped"));
}

#[test]
fn a_room_that_does_not_stop_is_killed_and_the_exit_code_says_so() {
    let mut running = supervise(&["front=deaf", "vault=good", "stop_ms=300", "reserve_ms=200"]);
    running.wait_for("all rooms are ready");
    signal(running.pid(), Signal::TERM);
    let status = running.finish();
    position(&running, "front: did not stop in time and was killed");
    position(&running, "vault: stopped");
    assert_eq!(status.code(), Some(1));
}

#[test]
fn a_second_signal_takes_the_time_away() {
    let mut running = supervise(&["front=deaf", "vault=good", "stop_ms=3600000"]);
    running.wait_for("all rooms are ready");
    signal(running.pid(), Signal::INT);
    running.wait_for("front will not hear");
    signal(running.pid(), Signal::INT);
    running.wait_for("front: did not stop in time and was killed");
    assert_eq!(running.finish().code(), Some(1));
}

#[test]
fn a_crashed_room_comes_back_and_both_sides_get_fresh_links() {
    let mut running = supervise(&["front=good", "courier=good", "vault=good", "wait_ms=1"]);
    let vault = started(&mut running, "vault");
    running.wait_for("all rooms are ready");
    signal(vault, Signal::KILL);
    running.wait_for("vault: was ended by signal 9");
    running.wait_for("vault: starting again in 1 ms");
    let again = started(&mut running, "vault");
    let mut met = Vec::new();
    while met.len() < 2 {
        let line = running.next_line().expect("still running");
        met.extend(
            ["front", "courier"]
                .into_iter()
                .filter(|room| line == format!("{room} meets vault {again}")),
        );
    }
    met.sort_unstable();
    assert_eq!(met, ["courier", "front"]);
    signal(running.pid(), Signal::TERM);
    assert_eq!(running.finish().code(), Some(0));
}

#[test]
fn a_restarted_room_refuses_no_connection_in_between() {
    let mut running = supervise(&["front=serve", "vault=good", "wait_ms=1"]);
    let address = running.wait_for("front listens on");
    let first = started(&mut running, "front");
    running.wait_for("all rooms are ready");
    let answer = || {
        let mut number = [0; 4];
        TcpStream::connect(&address)
            .and_then(|mut stream| stream.read_exact(&mut number))
            .expect("an answer");
        u32::from_be_bytes(number)
    };
    assert_eq!(answer(), first);
    signal(first, Signal::KILL);
    running.wait_for("front: was ended by signal 9");
    let late = answer();
    assert_eq!(late, started(&mut running, "front"));
}

#[test]
fn crash_after_crash_is_called_a_storm_and_still_tried() {
    let mut running = supervise(&["vault=fickle", "storm=3", "wait_ms=1"]);
    for wait in ["1 ms", "2 ms"] {
        assert_eq!(running.wait_for("vault: starting again in"), wait);
    }
    running.wait_for("vault: CRASHED 3 TIMES IN A ROW");
    assert_eq!(running.wait_for("vault: starting again in"), "4 ms");
    running.wait_for("vault: started");
}

#[test]
fn a_room_that_never_gets_ready_ends_the_start() {
    let mut running = supervise(&["vault=good", "front=never", "ready_ms=300"]);
    let status = running.finish();
    position(&running, "stopping: the front was not ready in time");
    position(&running, "vault: stopped");
    assert_eq!(status.code(), Some(1));
}

#[test]
fn a_configuration_error_of_a_room_is_the_exit_code() {
    let mut running = supervise(&["vault=good", "front=status64"]);
    assert_eq!(running.finish().code(), Some(64));
    position(&running, "vault: stopped");
}

#[test]
fn a_program_that_is_not_there_ends_the_start() {
    let mut running = supervise(&["vault=good", "front=missing"]);
    assert_eq!(running.finish().code(), Some(1));
    assert!(
        running
            .seen
            .iter()
            .any(|line| line.starts_with("front: its program cannot be started"))
    );
    position(&running, "vault: stopped");
}

#[test]
fn an_unknown_message_ends_the_room_that_sent_it() {
    let mut running = supervise(&["vault=garbage"]);
    assert_eq!(running.finish().code(), Some(1));
    position(&running, "vault: sent an unknown message; ending it");
}

#[test]
fn a_room_that_floods_is_no_longer_heard() {
    let mut running = supervise(&["vault=flood"]);
    running.wait_for("vault: sent too many messages");
    let heard = running
        .seen
        .iter()
        .filter(|line| *line == "vault: warning flood")
        .count();
    assert!(heard < 256, "{heard} warnings");
}

#[test]
fn a_warning_reaches_the_operator() {
    let mut running = supervise(&["vault=warns"]);
    assert_eq!(running.wait_for("vault: warning"), "clock-back");
}

#[test]
fn a_killed_supervisor_leaves_no_room_behind() {
    let mut running = supervise(&["front=good", "courier=good", "vault=good"]);
    running.wait_for("all rooms are ready");
    signal(running.pid(), Signal::KILL);
    // The pipe ends only when the last room, which inherited it, is gone.
    assert_eq!(running.finish().code(), None);
    for room in ["front", "courier", "vault"] {
        position(&running, &format!("{room} is alone"));
    }
}

#[test]
fn a_room_that_hangs_still_ends_with_its_supervisor() {
    let mut running = supervise(&["vault=hung"]);
    running.wait_for("all rooms are ready");
    signal(running.pid(), Signal::KILL);
    assert_eq!(running.finish().code(), None);
}

#[test]
fn a_room_inherits_neither_environment_nor_stray_descriptors() {
    let directory = tempfile::tempdir().expect("a directory");
    let stray = std::fs::File::create(directory.path().join("stray-file")).expect("a file");
    rustix::io::fcntl_setfd(&stray, rustix::io::FdFlags::empty()).expect("a flag");
    let mut command = Command::new(example("puppet"));
    let mut running = Running::start(
        command
            .args(["supervise", "vault=leaks"])
            .env("SECRET", "x"),
    );
    assert_eq!(running.wait_for("variables"), "0");
    assert_eq!(running.wait_for("stray"), "false");
    running.wait_for("all rooms are ready");
}

#[test]
fn a_room_of_another_user_lives_and_stops_like_any() {
    if !rooms::users::may_switch() {
        return;
    }
    let mut running = supervise(&["front=good@65534", "vault=good@65533"]);
    let vault = started(&mut running, "vault");
    running.wait_for("all rooms are ready");
    let status = std::fs::read_to_string(format!("/proc/{vault}/status")).expect("its status");
    let field = |name: &str| {
        status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .map(str::trim)
    };
    assert_eq!(field("Uid:"), Some("65533\t65533\t65533\t65533"));
    assert_eq!(field("Gid:"), Some("65533\t65533\t65533\t65533"));
    assert_eq!(field("Groups:"), Some(""));
    signal(running.pid(), Signal::TERM);
    assert_eq!(running.finish().code(), Some(0));
}
