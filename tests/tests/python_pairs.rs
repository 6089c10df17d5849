//! Every pair of Rust, Python on `almanet_runtime` and Python on `almanet` 1.3.4, one calling and one serving, over a real
//! nsqd. Without the feature `package` there is nothing to run.

#[cfg(all(feature = "nsqd", feature = "package"))]
mod conformance;
#[cfg(all(feature = "nsqd", feature = "package"))]
mod pairs;

use std::process::ExitCode;

#[cfg(all(feature = "nsqd", feature = "package"))]
fn main() -> ExitCode {
    pairs::run()
}

#[cfg(not(all(feature = "nsqd", feature = "package")))]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}
