//! Ctrl-C, and a polite kill: the program ends at once, but for what must not be left half done.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// How a program ends that was interrupted, by the custom of shells.
const INTERRUPTED: i32 = 130;

static UNINTERRUPTED: Mutex<()> = Mutex::new(());

/// From here on an interrupt calls `before`, and ends the program.
pub(super) fn on_interrupt(before: impl Fn() + Send + 'static) {
    // Where there is a handler already, or the system has no signals, an interrupt does what it did before.
    let _ = ctrlc::set_handler(move || {
        let _rest = uninterrupted();
        before();
        std::process::exit(INTERRUPTED);
    });
}

/// An interrupt waits until this is dropped.
pub(super) fn uninterrupted() -> MutexGuard<'static, ()> {
    UNINTERRUPTED.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command, Stdio};

    const ROLE: &str = "INTERRUPTED_PROCESS";
    const ITSELF: &str = "cli::interrupt::tests::an_interrupt_waits_for_what_must_not_be_left_half_done";

    /// What the process does that is interrupted.
    fn work() {
        super::on_interrupt(|| eprintln!("interrupted"));
        let work = super::uninterrupted();
        eprintln!("working");
        std::io::stdin().read_line(&mut String::new()).unwrap();
        eprintln!("done");
        drop(work);
        loop {
            std::thread::park();
        }
    }

    #[test]
    fn an_interrupt_waits_for_what_must_not_be_left_half_done() {
        if std::env::var_os(ROLE).is_some() {
            return work();
        }
        for signal in ["-INT", "-TERM"] {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", ITSELF, "--nocapture"])
                .env(ROLE, "")
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
            assert!(lines.by_ref().any(|line| line == "working"));
            let kill = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
            assert!(kill.success());
            child.stdin.take().unwrap().write_all(b"\n").unwrap();
            assert_eq!(lines.collect::<Vec<_>>(), ["done", "interrupted"], "{signal}");
            assert_eq!(child.wait().unwrap().code(), Some(super::INTERRUPTED), "{signal}");
        }
    }
}
