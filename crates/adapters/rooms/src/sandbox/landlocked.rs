//! Files, TCP ports, signals: the parts that Landlock gives (Linux 5.13 and later).

use std::{io, path::PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, LandlockStatus, NetPort,
    PathBeneath, PathFd, PathFdError, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError,
    Scope,
};

use super::{Missing, Part, Report, Sandbox, SandboxError, State};

/// The newest version whose rules are tested here. Later kernels offer at least this.
const TESTED: ABI = ABI::V7;

/// Read by every room: the database library takes its random seed from it.
const RANDOM_DEVICE: &str = "/dev/urandom";

/// Applies the rules to this thread and to those it starts, and fills in the three parts of the report.
pub(super) fn enter(sandbox: &Sandbox, report: &mut Report) -> Result<(), SandboxError> {
    let beneath = open_all(sandbox)?;
    match restrict(sandbox, beneath) {
        Ok(LandlockStatus::Available { effective_abi, .. }) => set_version(report, effective_abi),
        Ok(_) => set_all(report, State::Missing(Missing::NotOffered)),
        Err(error) => set_all(report, State::from_io(Err(system_error(&error)))),
    }
    Ok(())
}

/// Fills in the three parts of the report with what the kernel offers.
pub(super) fn probe(report: &mut Report) {
    let versions = [ABI::V6, ABI::V4, ABI::V3];
    match versions.into_iter().find(|version| offered(*version)) {
        Some(version) => set_version(report, version),
        None if offered(ABI::V1) => set_version(report, ABI::V1),
        None => set_all(report, State::Missing(Missing::NotOffered)),
    }
}

/// Whether the kernel takes every rule of that version.
fn offered(version: ABI) -> bool {
    let ruleset = Ruleset::default().set_compatibility(CompatLevel::HardRequirement);
    handle(ruleset, version).and_then(Ruleset::create).is_ok()
}

/// Names what the rules are about; all of it is then refused unless a rule allows it.
fn handle(ruleset: Ruleset, version: ABI) -> Result<Ruleset, RulesetError> {
    let mut ruleset = ruleset.handle_access(AccessFs::from_all(version))?;
    if version >= ABI::V4 {
        ruleset = ruleset.handle_access(AccessNet::from_all(version))?;
    }
    if version >= ABI::V6 {
        ruleset = ruleset.scope(Scope::from_all(version))?;
    }
    Ok(ruleset)
}

/// Builds and applies the rules, as far as the kernel knows them.
fn restrict(
    sandbox: &Sandbox,
    beneath: Vec<PathBeneath<PathFd>>,
) -> Result<LandlockStatus, RulesetError> {
    let ports = sandbox
        .sockets
        .tcp_ports
        .iter()
        .map(|port| NetPort::new(*port, AccessNet::ConnectTcp));
    let ruleset = Ruleset::default().set_compatibility(CompatLevel::BestEffort);
    let status = handle(ruleset, TESTED)?
        .create()?
        .add_rules(beneath.into_iter().map(Ok::<_, RulesetError>))?
        .add_rules(ports.map(Ok::<_, RulesetError>))?
        .restrict_self()?;
    Ok(status.landlock)
}

/// The system's own error inside a library error.
fn system_error(error: &RulesetError) -> io::Error {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(this) = cause {
        if let Some(number) = this
            .downcast_ref::<io::Error>()
            .and_then(io::Error::raw_os_error)
        {
            return io::Error::from_raw_os_error(number);
        }
        cause = this.source();
    }
    io::ErrorKind::Other.into()
}

/// What a room does in its own directory: everything but programs, devices, sockets, links.
fn own_access() -> BitFlags<AccessFs> {
    AccessFs::ReadFile
        | AccessFs::ReadDir
        | AccessFs::WriteFile
        | AccessFs::Truncate
        | AccessFs::MakeReg
        | AccessFs::MakeDir
        | AccessFs::RemoveFile
        | AccessFs::RemoveDir
        | AccessFs::Refer
}

/// Opens every named path: its own must exist, those it only reads may be absent.
fn open_all(sandbox: &Sandbox) -> Result<Vec<PathBeneath<PathFd>>, SandboxError> {
    let mut rules = Vec::new();
    for path in &sandbox.own {
        let directory = PathFd::new(path).map_err(|error| cannot_open(path.clone(), error))?;
        rules.push(PathBeneath::new(directory, own_access()));
    }
    let random = PathBuf::from(RANDOM_DEVICE);
    for path in sandbox.read_only.iter().chain([&random]) {
        let access = match path.is_dir() {
            true => AccessFs::ReadFile | AccessFs::ReadDir,
            false => AccessFs::ReadFile.into(),
        };
        rules.extend(
            PathFd::new(path)
                .ok()
                .map(|file| PathBeneath::new(file, access)),
        );
    }
    Ok(rules)
}

/// Keeps the path in the error.
fn cannot_open(path: PathBuf, error: PathFdError) -> SandboxError {
    let source = match error {
        PathFdError::OpenCall { source, .. } => source,
        other => io::Error::other(other),
    };
    SandboxError::Directory { path, source }
}

/// Which parts a version gives. Before version 3 a file could be emptied across the fence, so files do not count.
fn set_version(report: &mut Report, version: ABI) {
    for (part, since) in [
        (Part::Files, ABI::V3),
        (Part::TcpPorts, ABI::V4),
        (Part::Signals, ABI::V6),
    ] {
        let state = if version >= since {
            State::InForce
        } else {
            State::Missing(Missing::KernelTooOld)
        };
        report.set(part, state);
    }
}

/// The same state for all three parts.
fn set_all(report: &mut Report, state: State) {
    for part in [Part::Files, Part::TcpPorts, Part::Signals] {
        report.set(part, state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts_of(version: ABI) -> Vec<Part> {
        let mut report = Report::new(State::InForce);
        set_version(&mut report, version);
        report.missing().map(|(part, _)| part).collect()
    }

    #[test]
    fn an_older_kernel_lacks_the_later_parts() {
        assert_eq!(
            parts_of(ABI::V2),
            [Part::Files, Part::TcpPorts, Part::Signals]
        );
        assert_eq!(parts_of(ABI::V3), [Part::TcpPorts, Part::Signals]);
        assert_eq!(parts_of(ABI::V5), [Part::Signals]);
        assert_eq!(parts_of(ABI::V7), []);
    }

    #[test]
    fn an_own_directory_that_is_absent_is_an_error_with_its_path() {
        let own = vec![PathBuf::from("/nonexistent/room")];
        let sandbox = Sandbox {
            own,
            read_only: vec![],
            sockets: super::super::Sockets::none(),
        };
        let error = open_all(&sandbox).err().map(|error| error.to_string());
        assert!(error.is_some_and(|text| text.contains("/nonexistent/room")));
    }

    #[test]
    fn a_file_to_read_that_is_absent_is_passed_over() {
        let read_only = vec![PathBuf::from("/nonexistent/ssl")];
        let sandbox = Sandbox {
            own: vec![],
            read_only,
            sockets: super::super::Sockets::none(),
        };
        assert!(open_all(&sandbox).is_ok());
    }
}
