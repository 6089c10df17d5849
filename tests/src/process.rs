//! What a process holds, as `/proc` tells it.

use std::fs;

/// How many file descriptors a process has open.
///
/// # Panics
///
/// Where there is no such process, or no `/proc`.
#[must_use]
pub fn descriptors(process: u32) -> usize {
    fs::read_dir(format!("/proc/{process}/fd")).expect("the process runs").count()
}

/// How much memory of a process is resident, in bytes.
///
/// # Panics
///
/// As [`descriptors`].
#[must_use]
pub fn resident(process: u32) -> u64 {
    kibibytes(process, "VmRSS:") * 1024
}

/// How much memory of a process was resident at most, in bytes.
///
/// # Panics
///
/// As [`descriptors`].
#[must_use]
pub fn most_resident(process: u32) -> u64 {
    kibibytes(process, "VmHWM:") * 1024
}

fn kibibytes(process: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("every process has memory");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
