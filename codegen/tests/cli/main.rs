//! The real `almanet-gen`: what it prints, how it ends, what it leaves on the disk.

#![expect(clippy::unwrap_used, reason = "what fails here is a failed test")]

mod bad_input;
mod breaking;
mod check;
#[cfg(unix)]
mod completions;
mod fmt;
mod generate;
mod git;
mod history;
#[cfg(feature = "import")]
mod imports;
mod init;
mod lint;
#[cfg(unix)]
mod plugins;
mod project;
#[cfg(unix)]
mod terminal;
mod tools;
mod watch;
