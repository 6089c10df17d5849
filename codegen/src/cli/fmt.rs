use std::io::{self, Read};
use std::path::PathBuf;

use clap::Args;

use crate::diagnostic::render::clean;
use crate::diagnostic::{Report, Status};
use crate::driver::{Formatting, Reformatted};
use crate::source::vfs::{MAX_FILE_SIZE, Memory};

use super::check::count;
use super::interrupt;
use super::paths::{FormatArgument, PathArguments, ProblemFormat};
use super::terminal::Terminal;

/// Formats contracts
///
/// There is one style, and nothing to set. Comments and groups of lines stay. A file that is formatted already is not touched, and
/// neither is one with a syntax error; the others are formatted all the same.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  almanet-gen fmt schemas
  almanet-gen fmt                       # what the nearest almanet.yaml names
  almanet-gen fmt --check               # in CI: fails where a file is not formatted
  almanet-gen fmt --diff greeting.almanet
  almanet-gen fmt --stdin < greeting.almanet")]
pub(super) struct Arguments {
    #[command(flatten)]
    paths: PathArguments,
    #[command(flatten)]
    format: FormatArgument,
    /// Write nothing; name the files that are not formatted, and fail where there are some
    #[arg(long)]
    check: bool,
    /// Write nothing; print what would change
    #[arg(long)]
    diff: bool,
    /// Format what comes on standard input to standard output
    #[arg(long, conflicts_with_all = ["paths", "include"])]
    stdin: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Status {
    let format = arguments.format.format;
    if arguments.stdin {
        return run_stdin(arguments, terminal);
    }
    let config = match arguments.paths.job() {
        Ok(job) => job.config,
        Err(report) => {
            terminal.problems(&report, format);
            return Status::Failed;
        }
    };
    let mut formatting = config.format_watched(terminal.progress());
    if arguments.check || arguments.diff {
        return arguments.compare(&formatting, terminal);
    }
    let written = {
        let _uninterrupted = interrupt::uninterrupted();
        formatting.write()
    };
    let Formatting { report, files, .. } = &formatting;
    terminal.problems(report, format);
    let problems = if report.problems.is_empty() { String::new() } else { format!(", {}", report.count()) };
    terminal.error_text(&format!("formatted {written} of {}{problems}\n", count(*files, "file")));
    report.status()
}

impl Arguments {
    /// Says what would change, and writes nothing.
    fn compare(&self, formatting: &Formatting, terminal: &mut Terminal) -> Status {
        let Formatting { report, files, changed } = formatting;
        terminal.problems(report, self.format.format);
        let shown: String = changed.iter().map(|file| self.difference(file)).collect();
        // Programs that read the problems from standard output get nothing else there.
        match self.format.format {
            ProblemFormat::Human => terminal.text(&shown),
            _ => terminal.error_text(&shown),
        }
        if !self.check {
            return report.status();
        }
        if changed.is_empty() && report.problems.is_empty() {
            terminal.error_text(&format!("{}, all formatted\n", count(*files, "file")));
            return Status::Clean;
        }
        let problems = if report.problems.is_empty() { String::new() } else { format!(", {}", report.count()) };
        let would = count(changed.len(), "file");
        let remedy = if changed.is_empty() { "" } else { "; `almanet-gen fmt` formats them" };
        terminal.error_text(&format!("{would} of {files} not formatted{problems}{remedy}\n"));
        let status = if changed.is_empty() { Status::Clean } else { Status::Problems };
        status.max(report.status())
    }

    fn difference(&self, file: &Reformatted) -> String {
        let name = clean(&file.path.display().to_string()).into_owned();
        if self.diff { clean(&file.diff()).into_owned() } else { format!("not formatted: {name}\n") }
    }
}

fn run_stdin(arguments: &Arguments, terminal: &mut Terminal) -> Status {
    let mut bytes = Vec::new();
    if let Err(error) = io::stdin().lock().take(MAX_FILE_SIZE + 1).read_to_end(&mut bytes) {
        terminal.failure(&format!("cannot read standard input: {error}"), "check where it comes from");
        return Status::Failed;
    }
    if bytes.len() as u64 > MAX_FILE_SIZE {
        terminal.failure("what came on standard input is larger than 64 MiB", "a contract is smaller");
        return Status::Problems;
    }
    let name = PathBuf::from("<stdin>.almanet");
    let formatting = crate::Config::new().input(&name).format_in(&Memory::new().with(name, bytes.clone()));
    if arguments.check || arguments.diff {
        return arguments.compare(&formatting, terminal);
    }
    let Formatting { report, changed, .. } = &formatting;
    if report.status() == Status::Clean {
        terminal.output(|out| match changed.first() {
            Some(file) => out.write_all(file.formatted.as_bytes()),
            None => out.write_all(&bytes),
        });
    }
    show(report, terminal);
    report.status()
}

/// Standard output is the contract's, so problems go to standard error in whatever form.
fn show(report: &Report, terminal: &mut Terminal) {
    terminal.problems(report, ProblemFormat::Human);
}
