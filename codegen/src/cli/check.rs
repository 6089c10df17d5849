use clap::Args;

use crate::diagnostic::Status;
use crate::driver::Checked;

use super::paths::{FormatArgument, PathArguments};
use super::terminal::Terminal;

/// Checks contracts and writes nothing
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  almanet-gen check greeting.almanet
  almanet-gen check schemas -I vendor/schemas
  almanet-gen check --format json schemas > problems.json
  almanet-gen check                     # what the nearest almanet.yaml names")]
pub(super) struct Arguments {
    #[command(flatten)]
    paths: PathArguments,
    #[command(flatten)]
    format: FormatArgument,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Status {
    let format = arguments.format.format;
    let job = match arguments.paths.job() {
        Ok(job) => job,
        Err(report) => {
            terminal.problems(&report, format);
            return Status::Failed;
        }
    };
    let Checked { report, files, .. } = job.config.check_watched(terminal.progress());
    terminal.problems(&report, format);
    terminal.error_text(&format!("checked {}, {}\n", count(files.len(), "file"), report.count()));
    report.status()
}

/// `1 file`, `2 files`.
pub(super) fn count(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
