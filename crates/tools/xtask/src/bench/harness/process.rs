//! What a process costs: resident memory and processor time, from `/proc`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::host::Run;

/// What a process has cost so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Memory it holds now.
    pub resident_bytes: u64,
    /// The most memory it has held.
    pub resident_peak_bytes: u64,
    /// Processor time, its own and the kernel's for it, all threads.
    pub cpu: Duration,
}

/// Reads the usage of one process.
pub fn usage(pid: u32) -> Result<Usage> {
    let stat = read(pid, "stat")?;
    let status = read(pid, "status")?;
    let ticks = cpu_ticks(&stat).ok_or_else(|| Error::failed("unreadable /proc/PID/stat"))?;
    Ok(Usage {
        resident_bytes: kilobytes(&status, "VmRSS:") * 1024,
        resident_peak_bytes: kilobytes(&status, "VmHWM:") * 1024,
        cpu: Duration::from_nanos(ticks.saturating_mul(1_000_000_000 / ticks_per_second())),
    })
}

/// Memory a process holds now, in bytes: pages that several processes share count for each of them
/// in part, so that the sum over them is what they hold together. Where the kernel keeps that from
/// us, shared pages count in full.
pub fn share_of_memory(pid: u32) -> Result<u64> {
    match read(pid, "smaps_rollup") {
        Ok(smaps) => Ok(kilobytes(&smaps, "Pss:") * 1024),
        Err(_) => Ok(usage(pid)?.resident_bytes),
    }
}

/// A process and all it has started, and those in turn.
pub fn with_descendants(root: u32) -> Result<Vec<u32>> {
    let mut parents = BTreeMap::new();
    for entry in fs::read_dir("/proc")? {
        let pid = entry?
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        // A process may end while we look: then it is nobody's child.
        let stat = pid.and_then(|pid| read(pid, "stat").ok());
        if let (Some(pid), Some(parent)) = (pid, stat.as_deref().and_then(parent)) {
            parents.insert(pid, parent);
        }
    }
    Ok(below(root, &parents))
}

fn below(root: u32, parents: &BTreeMap<u32, u32>) -> Vec<u32> {
    let mut found = vec![root];
    let mut at = 0;
    while let Some(&parent) = found.get(at) {
        let children = parents
            .iter()
            .filter(|(_, of)| **of == parent)
            .map(|(pid, _)| *pid);
        let new: Vec<u32> = children.filter(|pid| !found.contains(pid)).collect();
        found.extend(new);
        at += 1;
    }
    found
}

fn read(pid: u32, file: &str) -> Result<String> {
    let path = format!("/proc/{pid}/{file}");
    fs::read_to_string(&path).map_err(|e| Error::file(Path::new(&path), &e))
}

/// The fields of `stat` from the third on: the second is a name that may hold anything.
fn fields(stat: &str) -> Option<impl Iterator<Item = &str>> {
    stat.rsplit_once(')')
        .map(|(_, rest)| rest.split_whitespace())
}

/// Field 4, the parent (proc_pid_stat(5)).
fn parent(stat: &str) -> Option<u32> {
    fields(stat)?.nth(1)?.parse().ok()
}

/// Fields 14 and 15, user and system time (proc_pid_stat(5)).
fn cpu_ticks(stat: &str) -> Option<u64> {
    let mut times = fields(stat)?
        .skip(11)
        .map_while(|field| field.parse::<u64>().ok());
    Some(times.next()? + times.next()?)
}

fn kilobytes(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let value = line.and_then(|rest| rest.split_whitespace().next());
    value.and_then(|value| value.parse().ok()).unwrap_or(0)
}

/// The unit of processor time in `/proc`; 100 on every Linux we know, but the system knows best.
fn ticks_per_second() -> u64 {
    static TICKS: OnceLock<u64> = OnceLock::new();
    *TICKS.get_or_init(|| {
        let said = Run::new("getconf")
            .arg("CLK_TCK")
            .read()
            .unwrap_or_default();
        said.trim()
            .parse()
            .ok()
            .filter(|ticks| *ticks > 0)
            .unwrap_or(100)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_parent_are_found_behind_any_name() {
        let stat = "42 (a ) b) S 7 1 1 0 -1 4194304 1 2 3 4 150 25 0 0 20";
        assert_eq!(cpu_ticks(stat), Some(175));
        assert_eq!(parent(stat), Some(7));
        assert_eq!(cpu_ticks("42 (short) S 7"), None);
    }

    #[test]
    fn descendants_are_followed_through_generations() {
        let parents = BTreeMap::from([(2, 1), (3, 2), (4, 2), (5, 4), (9, 8)]);
        assert_eq!(below(2, &parents), [2, 3, 4, 5]);
    }

    #[test]
    fn our_own_process_has_memory() {
        let usage = usage(std::process::id()).unwrap();
        assert!(usage.resident_bytes > 0 && usage.resident_peak_bytes >= usage.resident_bytes / 2);
        assert!(
            with_descendants(std::process::id())
                .unwrap()
                .contains(&std::process::id())
        );
    }
}
