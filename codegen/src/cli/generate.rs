use clap::Args;

use crate::diagnostic::render::clean;
use crate::diagnostic::{Report, Status};
use crate::driver::{Config, Generation, Stamps, UpToDate};
use crate::output::{Difference, Plan};

use super::check::count;
use super::interrupt;
use super::outputs::OutputArguments;
use super::paths::{FormatArgument, ProblemFormat};
use super::terminal::Terminal;

/// Generates code from contracts
///
/// Files that are right already are not touched. Everything is written, or nothing. Files that a former run wrote and this one
/// would not are removed, and no other file ever is: OUT/.almanet-files.json, to be committed, lists what was written.
///
/// Of a large contract a stamp in the user's folder for caches (~/.cache/almanet) tells the next run that nothing changed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  almanet-gen generate greeting.almanet --target rust --out src/contract
  almanet-gen generate schemas --target rust --out src/contract --skeleton
  almanet-gen generate schemas --plugin kotlin --out kotlin --option package=net.example
  almanet-gen generate                  # every output of the nearest almanet.yaml
  almanet-gen generate --check          # in CI: fails where what is on disk differs")]
pub(super) struct Arguments {
    #[command(flatten)]
    outputs: OutputArguments,
    #[command(flatten)]
    format: FormatArgument,
    /// Write nothing; print how the disk differs, and fail where it does
    #[arg(long)]
    check: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Status {
    let format = arguments.format.format;
    let config = match arguments.outputs.config() {
        Ok(config) => config,
        Err(report) => {
            terminal.problems(&report, format);
            return Status::Failed;
        }
    };
    if arguments.check {
        // What it says rests on nothing but the contracts and the disk.
        return compare(&config.plan_watched(terminal.progress()), format, terminal);
    }
    let stamps = Stamps::of_user();
    if let Some(UpToDate { files, unchanged }) = stamps.as_ref().and_then(|stamps| stamps.up_to_date(&config)) {
        terminal.problems(&Report::default(), format);
        let files = count(files, "file");
        terminal.error_text(&format!("generated from {files}: 0 written, 0 removed, {unchanged} unchanged\n"));
        return Status::Clean;
    }
    match write(&config, format, terminal) {
        Ok(generation) => {
            if let Some(stamps) = &stamps {
                let _uninterrupted = interrupt::uninterrupted();
                stamps.remember(&config, &generation);
            }
            generation.report.status()
        }
        Err(status) => status,
    }
}

/// Generates, writes and tells of it.
///
/// # Errors
///
/// How the run ended where it did not come as far as reading contracts.
pub(super) fn write(config: &Config, format: ProblemFormat, terminal: &mut Terminal) -> Result<Generation, Status> {
    if let Err(report) = config.recover() {
        return Err(refused(&report, format, terminal));
    }
    let mut generation = config.plan_watched(terminal.progress());
    finish(&mut generation, format, terminal);
    Ok(generation)
}

/// Tells why nothing is written.
pub(super) fn refused(report: &Report, format: ProblemFormat, terminal: &mut Terminal) -> Status {
    terminal.problems(report, format);
    terminal.error_text(&format!("nothing was written: {}\n", report.count()));
    report.status()
}

/// Writes what was made and tells of it.
pub(super) fn finish(generation: &mut Generation, format: ProblemFormat, terminal: &mut Terminal) -> Status {
    let written = {
        let _uninterrupted = interrupt::uninterrupted();
        generation.write_watched(terminal.progress())
    };
    let report = &generation.report;
    terminal.problems(report, format);
    let summary = match report.status() {
        Status::Clean => format!(
            "generated from {}: {} written, {} removed, {} unchanged\n",
            count(generation.files.len(), "file"),
            written.written,
            written.removed,
            written.unchanged
        ),
        _ => format!("nothing was written: {}\n", report.count()),
    };
    terminal.error_text(&summary);
    report.status()
}

/// Prints how the disk differs from what was made.
pub(super) fn compare(generation: &Generation, format: ProblemFormat, terminal: &mut Terminal) -> Status {
    let report = &generation.report;
    terminal.problems(report, format);
    if report.status() != Status::Clean {
        terminal.error_text(&format!("nothing was compared: {}\n", report.count()));
        return report.status();
    }
    let differences: Vec<_> = generation.plans.iter().flat_map(Plan::differences).collect();
    if differences.is_empty() {
        terminal.error_text("what is on disk is what would be generated\n");
        return Status::Clean;
    }
    let shown = |difference: &Difference| clean(&difference.to_string()).into_owned();
    let lines: String = differences.iter().map(shown).collect();
    // Programs that read the problems from standard output get nothing else there.
    match format {
        ProblemFormat::Human => terminal.text(&lines),
        _ => terminal.error_text(&lines),
    }
    terminal.error_text(&format!(
        "{} from what would be generated; to bring it up to date, run the same command without --check\n",
        match differences.len() {
            1 => "1 file differs".to_owned(),
            count => format!("{count} files differ"),
        }
    ));
    Status::Problems
}
