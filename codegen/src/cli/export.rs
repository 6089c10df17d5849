use clap::{Args, ValueEnum};
use serde::Serialize;

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
  almanet-gen export --format ir | jq '.services | keys'
  almanet-gen export schemas --format json-schema > contract.schema.json
  almanet-gen export schemas --format openapi > openapi.json
  almanet-gen export schemas --format asyncapi > asyncapi.json")]
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
    /// Every type as JSON Schema 2020-12
    JsonSchema,
    /// The procedures over HTTP as OpenAPI 3.1
    Openapi,
    /// Topics and procedures over NSQ as AsyncAPI 3
    Asyncapi,
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
        match arguments.format {
            Form::Ir => print(&export::ir(&model), terminal),
            Form::JsonSchema => print(&export::JsonSchema::new(&model), terminal),
            Form::Openapi => print(&export::OpenApi::new(&model), terminal),
            Form::Asyncapi => print(&export::AsyncApi::new(&model), terminal),
        }
    }
    report.status()
}

/// JSON for people, written as it is made.
fn print(document: &impl Serialize, terminal: &mut Terminal) {
    terminal.output(|mut out| {
        serde_json::to_writer_pretty(&mut out, document)?;
        out.write_all(b"\n")
    });
}
