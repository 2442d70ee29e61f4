//! Nothing the supervisor was started with leaks into a room, and a room may open as many as the system allows.

use std::io;

use rustix::process::{Resource, getrlimit, setrlimit};

/// Raises the number of descriptors that this process and the rooms after it may hold to the most that it may ask for.
///
/// Shells and service managers usually give 1,024, which a thousand idle connections would use up: the rest is there
/// for programs that do not call `select(2)` (systemd.exec(5), `LimitNOFILE=`).
///
/// # Errors
/// When the system refuses; the rooms then do with what they have.
pub(super) fn raise_limit() -> io::Result<()> {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    Ok(setrlimit(Resource::Nofile, limit)?)
}

/// Marks every descriptor but the standard three as not inherited.
///
/// What this process opens itself is marked already; this is for what its own parent left open (a build tool's pipe, a
/// service manager's socket), which a room would otherwise hold inside its sandbox.
///
/// # Errors
/// When the kernel is older than Linux 5.11.
pub(super) fn close_all_on_exec() -> io::Result<()> {
    let flags = libc::CLOSE_RANGE_CLOEXEC;
    #[expect(
        unsafe_code,
        reason = "no safe wrapper names descriptors by range; see the comment below"
    )]
    // SAFETY: three integers and no pointer; with this flag the call closes nothing, so every owner of a descriptor in
    // this process keeps what it owns.
    let answer = unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, flags) };
    if answer == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

#[cfg(test)]
mod tests {
    use rustix::io::{FdFlags, fcntl_getfd, fcntl_setfd};

    use super::*;

    #[test]
    fn the_limit_is_the_most_that_may_be_asked_for() {
        raise_limit().unwrap();
        let limit = getrlimit(Resource::Nofile);
        assert_eq!(limit.current, limit.maximum);
    }

    #[test]
    fn a_descriptor_from_outside_is_not_passed_on() {
        let file = std::fs::File::open("/dev/null").unwrap();
        fcntl_setfd(&file, FdFlags::empty()).unwrap();
        close_all_on_exec().unwrap();
        assert_eq!(fcntl_getfd(&file).unwrap(), FdFlags::CLOEXEC);
    }
}
