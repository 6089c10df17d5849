//! What a caller measured, as one line of JSON for the script that asked.

use std::fs;
use std::io;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

/// Waits for callers, and prints what their calls took.
pub(crate) async fn gathered(callers: Vec<JoinHandle<io::Result<Vec<Duration>>>>, started: Instant) -> io::Result<()> {
    let mut latencies = Vec::new();
    for caller in callers {
        latencies.extend(caller.await.map_err(io::Error::other)??);
    }
    print(latencies, started.elapsed());
    Ok(())
}

/// Prints messages per second.
pub(crate) fn rate(messages: usize, elapsed: Duration) {
    println!(r#"{{"messages": {messages}, "per_second": {:.0}}}"#, messages as f64 / elapsed.as_secs_f64());
}

/// What this process keeps in memory, in KiB.
pub(crate) fn resident() -> io::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).ok_or_else(|| io::Error::other("no VmRSS"))
}

/// Prints calls per second and the latencies' percentiles in microseconds.
pub(crate) fn print(mut latencies: Vec<Duration>, elapsed: Duration) {
    latencies.sort_unstable();
    let micros = |quantile: f64| {
        let at = ((latencies.len() - 1) as f64 * quantile).round() as usize;
        latencies[at].as_secs_f64() * 1e6
    };
    println!(
        r#"{{"calls": {}, "per_second": {:.0}, "p50_us": {:.1}, "p99_us": {:.1}}}"#,
        latencies.len(),
        latencies.len() as f64 / elapsed.as_secs_f64(),
        micros(0.50),
        micros(0.99),
    );
}
