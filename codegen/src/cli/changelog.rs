use clap::Args;

use crate::breaking;
use crate::diagnostic::Status;

use super::breaking::{AgainstArgument, Compared, compared};
use super::paths::{PathArguments, ProblemFormat};
use super::terminal::Terminal;

/// Tells in Markdown what changed in contracts: by service, who must do what, and how far a version has to go
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  almanet-gen changelog --against v1.2.0 > CHANGES.md
  almanet-gen changelog schemas --against main")]
pub(super) struct Arguments {
    #[command(flatten)]
    paths: PathArguments,
    #[command(flatten)]
    against: AgainstArgument,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Status {
    match compared(&arguments.paths, &arguments.against, terminal) {
        Ok(Compared { comparison, model, against, .. }) => {
            terminal.text(&breaking::changelog(&comparison, &model, &against));
            Status::Clean
        }
        Err(report) => {
            terminal.problems(&report, ProblemFormat::Human);
            report.status()
        }
    }
}
