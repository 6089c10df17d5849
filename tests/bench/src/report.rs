//! What a caller measured, as one line of JSON for the script that asked.

use std::time::Duration;

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
