use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use crate::diagnostic::Status;
use crate::driver::Documents;
use crate::site::Format;

use super::generate;
use super::paths::{Job, PathArguments, ProblemFormat};
use super::terminal::Terminal;

/// Writes documents of contracts: a site to be opened in a browser, or Markdown
///
/// A page for each namespace and each service, with samples of calls, a picture and a search that needs no server. Files are
/// written as `generate` writes them: those that are right already are not touched, everything is written or nothing, and what
/// a former run wrote and this one would not is removed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  almanet-gen docs schemas --out site
  almanet-gen docs --out site           # the contracts of the nearest almanet.yaml
  almanet-gen docs schemas --format markdown --out docs/contracts
  almanet-gen docs schemas --out site --since v1.2.0    # and what changed since
  almanet-gen docs schemas --out site --check")]
pub(super) struct Arguments {
    #[command(flatten)]
    paths: PathArguments,
    /// The form
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Form,
    /// Folder to write to
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: PathBuf,
    /// Also tell what changed since: a branch, tag or commit of git, REF:path, a folder, or an exported model (.json)
    #[arg(long, value_name = "REF")]
    since: Option<String>,
    /// Write nothing; print how the disk differs, and fail where it does
    #[arg(long)]
    check: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A site of HTML, for a server or a disk
    #[default]
    Html,
    /// Pages of Markdown, as code hosts show it
    Markdown,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Status {
    let Job { config, configuration } = match arguments.paths.job() {
        Ok(job) => job,
        Err(report) => {
            terminal.problems(&report, ProblemFormat::Human);
            return Status::Failed;
        }
    };
    if !arguments.check
        && let Err(report) = config.recover_documents(&arguments.out)
    {
        return generate::refused(&report, ProblemFormat::Human, terminal);
    }
    let format = match arguments.format {
        Form::Html => Format::Html,
        Form::Markdown => Format::Markdown,
    };
    let documents = Documents {
        format,
        out: &arguments.out,
        since: arguments.since.as_deref(),
        project: configuration.as_ref().map(|configuration| configuration.path.as_path()),
    };
    let mut generation = match config.plan_documents(&documents, terminal.progress()) {
        Ok(generation) => generation,
        Err(report) => return generate::refused(&report, ProblemFormat::Human, terminal),
    };
    if arguments.check {
        return generate::compare(&generation, ProblemFormat::Human, terminal);
    }
    generate::finish(&mut generation, ProblemFormat::Human, terminal)
}
