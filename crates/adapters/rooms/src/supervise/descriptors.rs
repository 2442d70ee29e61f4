//! Nothing the supervisor was started with leaks into a room.

use std::io;

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
    fn a_descriptor_from_outside_is_not_passed_on() {
        let file = std::fs::File::open("/dev/null").unwrap();
        fcntl_setfd(&file, FdFlags::empty()).unwrap();
        close_all_on_exec().unwrap();
        assert_eq!(fcntl_getfd(&file).unwrap(), FdFlags::CLOEXEC);
    }
}
