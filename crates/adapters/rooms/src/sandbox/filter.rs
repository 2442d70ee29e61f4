//! The system call filter: a list of what is refused, with `EPERM` so that tests can see it.
//!
//! A list of what is *allowed* would be tighter and break with every new C library; here each refused call takes away a
//! way to reach another process, another user, or the network. Calls of another architecture's table end the process.

use std::collections::BTreeMap;

use libc::{c_int, c_long};
use rustix::process::getpid;
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, TargetArch,
};

use super::{
    Missing, Sockets, State,
    numbers::{ALWAYS, OF_THE_ARCHITECTURE, OLD_SETRLIMIT, X32_BIT, X32_ONLY},
};

/// Calls to refuse: always (no rule), or when one of the rules matches.
type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Bits of `socket`'s second argument that hold the type; the others are flags.
const SOCKET_TYPE_MASK: u64 = 0xf;

/// Applies the filter to this thread and to those it starts. The outer error: it cannot be built; the inner: the system
/// did not take it.
pub(super) fn install(sockets: &Sockets) -> Result<Result<(), seccompiler::Error>, BackendError> {
    let own_pid = u64::from(getpid().as_raw_nonzero().get().unsigned_abs());
    let refuse = compile(rules(sockets, own_pid)?, libc::EPERM)?;
    // glibc tries clone3 first; its flags are out of a filter's sight. "No such call" makes it use clone.
    let no_clone3 = compile(Rules::from([(libc::SYS_clone3, vec![])]), libc::ENOSYS)?;
    Ok(seccompiler::apply_filter(&no_clone3).and_then(|()| seccompiler::apply_filter(&refuse)))
}

/// Whether the kernel offers filters that answer with an error number.
pub(super) fn probe() -> State {
    let actions =
        std::fs::read_to_string("/proc/sys/kernel/seccomp/actions_avail").unwrap_or_default();
    match actions.split_whitespace().any(|action| action == "errno") {
        true => State::InForce,
        false => State::Missing(Missing::NotOffered),
    }
}

/// Turns rules into a program that answers a match with `errno`.
fn compile(rules: Rules, errno: c_int) -> Result<BpfProgram, BackendError> {
    let architecture: TargetArch = std::env::consts::ARCH.try_into()?;
    let answer = SeccompAction::Errno(errno.unsigned_abs());
    SeccompFilter::new(rules, SeccompAction::Allow, answer, architecture)?.try_into()
}

/// Everything that is refused.
fn rules(sockets: &Sockets, own_pid: u64) -> Result<Rules, BackendError> {
    let mut rules: Rules = ALWAYS
        .iter()
        .chain(OF_THE_ARCHITECTURE)
        .map(|number| (*number, vec![]))
        .collect();
    rules.extend(process_rules(own_pid)?);
    rules.extend(socket_rules(sockets)?);
    rules.extend(fast_open_rules()?);
    let x32: Rules = X32_BIT
        .into_iter()
        .flat_map(|bit| {
            rules
                .keys()
                .copied()
                .chain(X32_ONLY)
                .map(move |number| (number | bit, vec![]))
        })
        .collect();
    rules.extend(x32);
    Ok(rules)
}

/// New processes, other processes, and undoing what the sandbox set.
fn process_rules(own_pid: u64) -> Result<Vec<(c_long, Vec<SeccompRule>)>, BackendError> {
    let core = u64::from(libc::RLIMIT_CORE);
    let undo = [libc::PR_SET_DUMPABLE, libc::PR_SET_PTRACER, libc::PR_SET_MM];
    let undo: Vec<_> = undo
        .into_iter()
        .map(|option| rule(vec![is(0, value(option))?]))
        .collect::<Result<_, _>>()?;
    let raise_core = OLD_SETRLIMIT
        .map(|call| Ok((call, vec![rule(vec![is(0, core)?])?])))
        .transpose()?;
    let rules = [
        (libc::SYS_clone, clone_rules()?),
        (libc::SYS_kill, vec![rule(vec![is_not(0, own_pid)?])?]),
        (libc::SYS_tgkill, vec![rule(vec![is_not(0, own_pid)?])?]),
        (
            libc::SYS_prlimit64,
            vec![
                rule(vec![is_not(0, 0)?, is_not(0, own_pid)?])?,
                rule(vec![is(1, core)?])?,
            ],
        ),
        (libc::SYS_prctl, undo),
        // Typing into the operator's terminal.
        (
            libc::SYS_ioctl,
            vec![
                rule(vec![is(1, libc::TIOCSTI)?])?,
                rule(vec![is(1, libc::TIOCLINUX)?])?,
            ],
        ),
    ];
    Ok(rules.into_iter().chain(raise_core).collect())
}

/// `clone` makes threads only, and none with a view of its own.
fn clone_rules() -> Result<Vec<SeccompRule>, BackendError> {
    let must =
        [libc::CLONE_VM, libc::CLONE_THREAD].map(|flag| rule(vec![bits(0, value(flag), 0)?]));
    let namespaces = [
        libc::CLONE_NEWNS,
        libc::CLONE_NEWCGROUP,
        libc::CLONE_NEWUTS,
        libc::CLONE_NEWIPC,
        libc::CLONE_NEWUSER,
        libc::CLONE_NEWPID,
        libc::CLONE_NEWNET,
    ];
    let must_not = namespaces.map(|flag| rule(vec![bits(0, value(flag), value(flag))?]));
    must.into_iter().chain(must_not).collect()
}

/// Sockets: only of the families, types and protocols that are named.
fn socket_rules(sockets: &Sockets) -> Result<Vec<(c_long, Vec<SeccompRule>)>, BackendError> {
    let internet = !sockets.tcp_ports.is_empty() || sockets.udp;
    let datagram = bits(1, SOCKET_TYPE_MASK, value(libc::SOCK_DGRAM))?;
    // A pair of datagram sockets could be connected elsewhere later; streams cannot.
    let pair = vec![
        rule(vec![is_not(0, value(libc::AF_UNIX))?])?,
        rule(vec![datagram])?,
    ];
    let mut rules = vec![(libc::SYS_socketpair, pair)];
    if !internet && !sockets.unix {
        rules.extend([
            (libc::SYS_socket, vec![]),
            (libc::SYS_connect, vec![]),
            (libc::SYS_bind, vec![]),
        ]);
        return Ok(rules);
    }
    rules.push((libc::SYS_socket, new_socket_rules(sockets, internet)?));
    if !sockets.udp {
        rules.push((libc::SYS_bind, vec![]));
    }
    Ok(rules)
}

/// Sending with `MSG_FASTOPEN` connects without `connect`, and so past the rules on TCP ports.
fn fast_open_rules() -> Result<Vec<(c_long, Vec<SeccompRule>)>, BackendError> {
    let flag = value(libc::MSG_FASTOPEN);
    [
        (libc::SYS_sendto, 3),
        (libc::SYS_sendmsg, 2),
        (libc::SYS_sendmmsg, 3),
    ]
    .into_iter()
    .map(|(call, argument)| Ok((call, vec![rule(vec![bits(argument, flag, flag)?])?])))
    .collect()
}

/// The rules of `socket(family, type, protocol)` for a room that may make some.
fn new_socket_rules(sockets: &Sockets, internet: bool) -> Result<Vec<SeccompRule>, BackendError> {
    let unix = sockets.unix.then_some(libc::AF_UNIX);
    let inet = [libc::AF_INET, libc::AF_INET6]
        .into_iter()
        .filter(|_| internet);
    let families = unix
        .into_iter()
        .chain(inet)
        .map(|family| is_not(0, value(family)));
    let mut rules = vec![rule(families.collect::<Result<_, _>>()?)?];
    // Another protocol under a stream (multipath TCP, SCTP) would pass by the rules on TCP ports.
    let protocols =
        [0, libc::IPPROTO_TCP, libc::IPPROTO_UDP].map(|protocol| is_not(2, value(protocol)));
    rules.push(rule(protocols.into_iter().collect::<Result<_, _>>()?)?);
    let stream = !sockets.tcp_ports.is_empty() || sockets.unix;
    let types = [(libc::SOCK_STREAM, stream), (libc::SOCK_DGRAM, sockets.udp)];
    let refused = (0..=SOCKET_TYPE_MASK).filter(|kind| {
        !types
            .iter()
            .any(|(one, allowed)| *allowed && value(*one) == *kind)
    });
    for kind in refused {
        rules.push(rule(vec![bits(1, SOCKET_TYPE_MASK, kind)?])?);
    }
    Ok(rules)
}

/// A rule that matches when all conditions do.
fn rule(conditions: Vec<SeccompCondition>) -> Result<SeccompRule, BackendError> {
    SeccompRule::new(conditions)
}

/// The argument's low half equals `value`.
fn is(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
}

/// The argument's low half differs from `value`.
fn is_not(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, value)
}

/// The argument's bits under `mask` equal `value`.
fn bits(argument: u8, mask: u64, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(
        argument,
        SeccompCmpArgLen::Dword,
        SeccompCmpOp::MaskedEq(mask),
        value,
    )
}

/// A C constant as the filter compares it: 32 bits, unsigned.
fn value(constant: c_int) -> u64 {
    u64::from(constant.cast_unsigned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Most instructions the kernel takes in one filter.
    const INSTRUCTIONS_MAX: usize = 4096;

    fn all_kinds() -> Vec<Sockets> {
        let mut kinds = Vec::new();
        for unix in [false, true] {
            for udp in [false, true] {
                for tcp_ports in [vec![], vec![443]] {
                    kinds.push(Sockets {
                        unix,
                        tcp_ports,
                        udp,
                    });
                }
            }
        }
        kinds
    }

    #[test]
    fn the_filter_builds_for_every_kind_of_room_and_fits() {
        for sockets in all_kinds() {
            let program = compile(rules(&sockets, 4711).unwrap(), libc::EPERM).unwrap();
            assert!(
                program.len() < INSTRUCTIONS_MAX,
                "{} instructions for {sockets:?}",
                program.len()
            );
        }
    }

    #[test]
    fn a_room_without_sockets_is_refused_the_call_itself() {
        let rules = rules(&Sockets::none(), 4711).unwrap();
        for call in [
            libc::SYS_socket,
            libc::SYS_connect,
            libc::SYS_bind,
            libc::SYS_listen,
        ] {
            assert_eq!(rules.get(&call).map(Vec::len), Some(0));
        }
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn the_second_table_of_the_architecture_is_no_way_round() {
        let rules = rules(&Sockets::none(), 4711).unwrap();
        for call in [
            libc::SYS_execve,
            libc::SYS_socket,
            libc::SYS_clone,
            520,
            521,
        ] {
            assert_eq!(rules.get(&(call | 0x4000_0000)).map(Vec::len), Some(0));
        }
    }
}
