use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressStyle};

use crate::diagnostic::render::{self, Color, Format, clean};
use crate::diagnostic::{Report, Status};
use crate::driver::{Progress, Step};

use super::paths::ProblemFormat;

/// Standard output and error, and what the terminal behind them can do.
///
/// A reader that went away (`almanet-gen … | head`) is no failure: what would be written is dropped.
pub(super) struct Terminal {
    failed: Option<io::Error>,
    progress: Bar,
}

impl Terminal {
    pub(super) fn new() -> Self {
        Self { failed: None, progress: Bar::default() }
    }

    /// Text for standard output.
    pub(super) fn text(&mut self, text: &str) {
        self.output(|out| out.write_all(text.as_bytes()));
    }

    /// Anything that writes to standard output.
    pub(super) fn output(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        let mut out = BufWriter::new(io::stdout().lock());
        let written = write(&mut out).and_then(|()| out.flush());
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => self.failed = Some(error),
            _ => {}
        }
    }

    /// Text for standard error; a failure to write it has nowhere to be told.
    pub(super) fn error_text(&mut self, text: &str) {
        self.progress.clear();
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// A failure that has no place in a file, and what to do about it.
    pub(super) fn failure(&mut self, message: &str, remedy: &str) {
        let (red, bold, plain) = if self.colors() { ("\x1b[1;31m", "\x1b[1m", "\x1b[0m") } else { ("", "", "") };
        let (message, remedy) = (clean(message), clean(remedy));
        self.error_text(&format!("{red}error{plain}{bold}: {message}{plain}\n\n{remedy}\n"));
    }

    /// What clap has to say: usage errors, help, the version.
    pub(super) fn clap(&mut self, error: &clap::Error) {
        // clap looks for a terminal and NO_COLOR itself.
        match error.print() {
            Err(failed) if !error.use_stderr() && failed.kind() != io::ErrorKind::BrokenPipe => {
                self.failed = Some(failed);
            }
            _ => {}
        }
    }

    /// Problems: people's form to standard error, the others, which programs read, to standard output.
    pub(super) fn problems(&mut self, report: &Report, format: ProblemFormat) {
        let color = if self.colors() { Color::Always } else { Color::Never };
        let format = match format {
            ProblemFormat::Human => Format::Human(color),
            ProblemFormat::Json => Format::Json,
            ProblemFormat::Github => Format::Github,
            ProblemFormat::Sarif => Format::Sarif,
        };
        self.progress.clear();
        if let Format::Human(_) = format {
            let mut out = BufWriter::new(io::stderr().lock());
            let _ = render::write(&mut out, &report.problems, &report.sources, format).and_then(|()| out.flush());
        } else {
            self.output(|out| render::write(out, &report.problems, &report.sources, format));
        }
    }

    /// Shows how far work has come, until anything else is written.
    pub(super) fn progress(&self) -> &Bar {
        &self.progress
    }

    /// The status to end with: that of the run, unless output could not be written.
    pub(super) fn finish(&mut self, status: Status) -> Status {
        self.progress.clear();
        match self.failed.take() {
            Some(error) => {
                self.failure(&format!("cannot write to standard output: {error}"), "check where it is redirected to");
                Status::Failed
            }
            None => status,
        }
    }

    /// <https://no-color.org>: set and not empty. <https://bixense.com/clicolors>, as clap has it for its own texts.
    fn colors(&self) -> bool {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_zero = |name: &str| std::env::var_os(name).is_some_and(|value| value == "0");
        if is_set("NO_COLOR") {
            return false;
        }
        (is_set("CLICOLOR_FORCE") && !is_zero("CLICOLOR_FORCE")) || (is_capable() && !is_zero("CLICOLOR"))
    }
}

/// Whether there is a terminal behind standard error that moves its cursor.
fn is_capable() -> bool {
    io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// A line that stands on a terminal while work is going on, and nowhere else.
#[derive(Clone, Default)]
pub(super) struct Bar(Arc<Mutex<Option<ProgressBar>>>);

impl Bar {
    /// Takes the line away. It comes back with the next step.
    pub(super) fn clear(&self) {
        self.replace(None);
    }

    fn replace(&self, bar: Option<ProgressBar>) {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(former) = std::mem::replace(&mut *current, bar) {
            former.finish_and_clear();
        }
    }
}

impl Progress for Bar {
    fn begin(&self, step: Step, parts: usize) {
        if parts == 0 || !is_capable() {
            return self.clear();
        }
        let message = match step {
            Step::Reading => "reading contracts",
            Step::Formatting => "formatting contracts",
            Step::Generating => "generating",
            Step::Writing => "writing",
        };
        let style = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len}").expect("the template is one");
        let bar = ProgressBar::new(parts as u64).with_style(style.progress_chars("=> ")).with_message(message);
        self.replace(Some(bar));
    }

    fn advance(&self) {
        if let Some(bar) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            if bar.length() == Some(bar.position()) {
                bar.inc_length(1);
            }
            bar.inc(1);
        }
    }
}
