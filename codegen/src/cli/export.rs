use clap::{Args, ValueEnum};

use crate::diagnostic::Status;
use crate::driver::Checked;
use crate::export;

use super::paths::{PathArguments, ProblemFormat};
use super::terminal::Terminal;

/// Prints a checked contract in another form
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  almanet-gen export greeting.almanet --format ir > greeting.json
  almanet-gen export --format ir | jq '.services | keys'")]
pub(super) struct Arguments {
    #[command(flatten)]
    paths: PathArguments,
    /// The form
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// The resolved contract as JSON, keyed by full names: what plugins read
    Ir,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Status {
    let job = match arguments.paths.job() {
        Ok(job) => job,
        Err(report) => {
            terminal.problems(&report, ProblemFormat::Human);
            return Status::Failed;
        }
    };
    let Checked { report, model, .. } = job.config.check_watched(terminal.progress());
    terminal.problems(&report, ProblemFormat::Human);
    if let Some(model) = model {
        let Form::Ir = arguments.format;
        terminal.text(&format!("{:#}\n", export::ir(&model)));
    }
    report.status()
}
