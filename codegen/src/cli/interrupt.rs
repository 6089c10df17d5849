//! Ctrl-C, a polite kill, a terminal that was closed: the program ends at once, but for what must not be left half done.

use std::sync::{Mutex, MutexGuard, PoisonError};

static UNINTERRUPTED: Mutex<()> = Mutex::new(());

/// From here on an interrupt calls `before`, and ends the program.
///
/// It ends by the signal itself, so that a shell that runs it in a loop ends the loop as well. What the program's parent ignores,
/// as `nohup` does a terminal that is closed and a script what it leaves in the background, stays ignored.
#[cfg(unix)]
pub(super) fn on_interrupt(before: impl Fn() + Send + 'static) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::low_level::emulate_default_handler;

    let heeded = [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|signal| !is_ignored(*signal));
    // Where the system gives no handler, an interrupt does what it did before.
    let Ok(mut signals) = signal_hook::iterator::Signals::new(heeded) else { return };
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            let _rest = uninterrupted();
            before();
            let _ = emulate_default_handler(signal);
        }
    });
}

/// From here on an interrupt calls `before`, and ends the program.
#[cfg(not(unix))]
pub(super) fn on_interrupt(before: impl Fn() + Send + 'static) {
    /// How a program ends that was interrupted, by the custom of shells.
    const INTERRUPTED: i32 = 130;

    // Where the system gives no handler, an interrupt does what it did before.
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

/// Whether whoever started this program ignores a signal; `false` on a system that does not tell without `unsafe`.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    ignored >> (signal - 1) & 1 == 1
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Lines, Write};
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::{Child, ChildStderr, Command, Stdio};

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

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
        // Until it is interrupted, or whoever started it is gone.
        while std::io::stdin().read_line(&mut String::new()).unwrap() > 0 {}
        eprintln!("left alone");
    }

    /// The process at its work, started by a shell that has done something first. It heeds signals although whoever runs the
    /// tests may ignore them, as a script does for what it leaves in the background.
    fn started(first: &str) -> (Child, Lines<BufReader<ChildStderr>>) {
        let mut shell = Command::new(if cfg!(target_os = "linux") { "env" } else { "sh" });
        if cfg!(target_os = "linux") {
            shell.args(["--default-signal=HUP,INT,TERM", "sh"]);
        }
        let mut child = shell
            .args(["-c", &format!("{first} exec \"$0\" --exact {ITSELF} --nocapture")])
            .arg(std::env::current_exe().unwrap())
            .env(ROLE, "")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        assert!(lines.by_ref().any(|line| line.unwrap() == "working"));
        (child, lines)
    }

    fn signal(child: &Child, signal: i32) {
        let kill = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
        assert!(kill.success());
    }

    #[test]
    fn an_interrupt_waits_for_what_must_not_be_left_half_done() {
        if std::env::var_os(ROLE).is_some() {
            return work();
        }
        for number in [SIGINT, SIGTERM, SIGHUP] {
            let (mut child, lines) = started("");
            signal(&child, number);
            let mut stdin = child.stdin.take().unwrap();
            stdin.write_all(b"\n").unwrap();
            assert_eq!(lines.map(Result::unwrap).collect::<Vec<_>>(), ["done", "interrupted"], "{number}");
            assert_eq!(child.wait().unwrap().signal(), Some(number));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_the_parent_ignores_stays_ignored() {
        let (mut child, lines) = started("trap '' HUP INT;");
        signal(&child, SIGHUP);
        signal(&child, SIGINT);
        drop(child.stdin.take());
        assert_eq!(lines.map(Result::unwrap).collect::<Vec<_>>(), ["done", "left alone"]);
        assert!(child.wait().unwrap().success());
    }
}
