//! System calls that no room ever makes. A table: one name a line would only be longer.

use libc::c_long;

/// Refused whatever the arguments, on every supported architecture.
pub(super) const ALWAYS: &[c_long] = &[
    // Starting programs.
    libc::SYS_execve,
    libc::SYS_execveat,
    // Looking into, or acting on, other processes.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_process_mrelease,
    libc::SYS_kcmp,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_tkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_move_pages,
    libc::SYS_migrate_pages,
    // Large doors into the kernel.
    libc::SYS_bpf,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_userfaultfd,
    libc::SYS_perf_event_open,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_kexec_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_fanotify_init,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_personality,
    // Another view of the system.
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    // The machine itself.
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_syslog,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    // Another user.
    libc::SYS_setuid,
    libc::SYS_setgid,
    libc::SYS_setreuid,
    libc::SYS_setregid,
    libc::SYS_setresuid,
    libc::SYS_setresgid,
    libc::SYS_setfsuid,
    libc::SYS_setfsgid,
    libc::SYS_setgroups,
    // Listening sockets are inherited, never made.
    libc::SYS_listen,
];

/// Refused as well where the architecture has them.
#[cfg(target_arch = "x86_64")]
pub(super) const OF_THE_ARCHITECTURE: &[c_long] = &[
    libc::SYS_fork,
    libc::SYS_vfork,
    libc::SYS_kexec_file_load,
    libc::SYS_uselib,
    libc::SYS_modify_ldt,
    libc::SYS_iopl,
    libc::SYS_ioperm,
];

/// Refused as well where the architecture has them.
#[cfg(not(target_arch = "x86_64"))]
pub(super) const OF_THE_ARCHITECTURE: &[c_long] = &[];

/// The older call behind `setrlimit`, where there is one besides `prlimit64`.
#[cfg(target_arch = "x86_64")]
pub(super) const OLD_SETRLIMIT: Option<c_long> = Some(libc::SYS_setrlimit);

/// The older call behind `setrlimit`, where there is one besides `prlimit64`.
#[cfg(not(target_arch = "x86_64"))]
pub(super) const OLD_SETRLIMIT: Option<c_long> = None;

/// Bit that marks a call through the x32 table, which has the architecture of x86-64 and would pass a filter by number.
#[cfg(target_arch = "x86_64")]
pub(super) const X32_BIT: Option<c_long> = Some(0x4000_0000);

/// Other architectures have no second table under the same name.
#[cfg(not(target_arch = "x86_64"))]
pub(super) const X32_BIT: Option<c_long> = None;

/// Numbers that exist in the x32 table alone (its own execve, ptrace, sendmsg and so on).
pub(super) const X32_ONLY: std::ops::RangeInclusive<c_long> = 512..=547;
