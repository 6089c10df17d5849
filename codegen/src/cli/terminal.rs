use std::io::{self, BufWriter, IsTerminal, Write};

use crate::diagnostic::render::{self, Color, Format, clean};
use crate::diagnostic::{Report, Status};

use super::paths::ProblemFormat;

/// Standard output and error, and what the terminal behind them can do.
///
/// A reader that went away (`almanet-gen … | head`) is no failure: what would be written is dropped.
pub(super) struct Terminal {
    failed: Option<io::Error>,
    progress: bool,
}

impl Terminal {
    pub(super) fn new() -> Self {
        Self { failed: None, progress: false }
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
        self.clear_progress();
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
        // clap looks for a terminal and NO_COLOR itself. A closed pipe is no failure.
        let _ = error.print();
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
        self.clear_progress();
        if let Format::Human(_) = format {
            let mut out = BufWriter::new(io::stderr().lock());
            let _ = render::write(&mut out, &report.problems, &report.sources, format).and_then(|()| out.flush());
        } else {
            self.output(|out| render::write(out, &report.problems, &report.sources, format));
        }
    }

    /// A line that stands on a terminal while work is going on, and nowhere else.
    pub(super) fn progress(&mut self, text: &str) {
        if io::stderr().is_terminal() {
            let _ = write!(io::stderr().lock(), "\r{text} …");
            self.progress = true;
        }
    }

    /// The status to end with: that of the run, unless output could not be written.
    pub(super) fn finish(&mut self, status: Status) -> Status {
        self.clear_progress();
        match self.failed.take() {
            Some(error) => {
                self.failure(&format!("cannot write to standard output: {error}"), "check where it is redirected to");
                Status::Failed
            }
            None => status,
        }
    }

    fn clear_progress(&mut self) {
        if std::mem::take(&mut self.progress) {
            let _ = io::stderr().lock().write_all(b"\r\x1b[K");
        }
    }

    /// <https://no-color.org>: set and not empty.
    fn colors(&self) -> bool {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        io::stderr().is_terminal() && !is_set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
    }
}
