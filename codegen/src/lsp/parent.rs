//! The editor's process: one that is gone need not have closed its streams.

use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};

/// How often it is looked for.
const EVERY: Duration = Duration::from_secs(2);

/// Closes the channel once the process is gone. Where that cannot be told, it stays open.
pub(super) fn watch(process: i32) -> Receiver<()> {
    let (sender, gone) = bounded::<()>(0);
    let watching = thread::Builder::new().name("lsp parent".to_owned()).spawn(move || {
        let sender = sender;
        while is_alive(process) {
            thread::sleep(EVERY);
        }
        drop(sender);
    });
    debug_assert!(watching.is_ok(), "the system gives a thread");
    gone
}

#[cfg(unix)]
fn is_alive(process: i32) -> bool {
    use rustix::process::{Pid, test_kill_process};
    // A process of another user is there, too.
    Pid::from_raw(process).is_none_or(|pid| test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

#[cfg(not(unix))]
fn is_alive(_: i32) -> bool {
    true
}
