use clap::{Args, ValueEnum};

use crate::breaking::{self, Category, Comparison, Exception, Step, Verdict};
use crate::config::{self, BreakingCategory, Configuration};
use crate::diagnostic::{Problem, Report, Status, code};
use crate::driver::{Checked, Past};
use crate::model::Model;
use crate::source::{FileId, Location, SourceFile, Span};

use super::check::count;
use super::paths::{FormatArgument, Job, PathArguments};
use super::terminal::Terminal;

/// Compares contracts with what they were, and fails where that breaks peers that run
///
/// The old contract is read out of git's objects; nothing is checked out. Types are judged by where they travel: in a payload new
/// services must understand old callers and the other way round, in a reply old callers new services, in a topic old consumers
/// new messages and new consumers those that are still queued. A service whose @version took the step that its changes need has
/// announced them. What is @unstable may change.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  almanet-gen breaking --against main             # what almanet.yaml names, now and then
  almanet-gen breaking --against v1.2.0 --category source
  almanet-gen breaking schemas --against main:old/schemas
  almanet-gen breaking schemas --against ../released/schemas
  almanet-gen breaking schemas --against ./released.json   # of `export --format ir`
  almanet-gen breaking --format github            # in CI, `against` being in almanet.yaml
  almanet-gen explain B0303")]
pub(super) struct Arguments {
    #[command(flatten)]
    paths: PathArguments,
    #[command(flatten)]
    format: FormatArgument,
    #[command(flatten)]
    against: AgainstArgument,
    /// Which changes count; without it what almanet.yaml says, or wire
    #[arg(long, value_enum, value_name = "CATEGORY")]
    category: Option<CategoryArgument>,
}

/// What to compare with.
#[derive(Debug, Args)]
pub(super) struct AgainstArgument {
    /// The old contract: a branch, tag or commit of git, REF:path, a folder, or an exported model (.json)
    #[arg(long, value_name = "REF")]
    against: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum CategoryArgument {
    /// What running peers do not understand
    Wire,
    /// That, and what code does not compile with
    Source,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Status {
    let format = arguments.format.format;
    let compared = match compared(&arguments.paths, &arguments.against, terminal) {
        Ok(compared) => compared,
        Err(report) => {
            terminal.problems(&report, format);
            terminal.error_text(&format!("nothing was compared: {}\n", report.count()));
            return report.status();
        }
    };
    let Compared { mut report, comparison, against, configured, .. } = compared;
    let category = match (arguments.category, &configured) {
        (Some(CategoryArgument::Wire), _) => Category::Wire,
        (Some(CategoryArgument::Source), _) => Category::Source,
        (None, Some(configured)) if configured.category == BreakingCategory::Source => Category::Source,
        (None, _) => Category::Wire,
    };
    let exceptions = configured.map_or_else(Vec::new, |configured| configured.exceptions);
    let Verdict { problems, announced, excepted, step } = breaking::judge(&comparison, category, &exceptions);
    let counted = problems.iter().filter(|problem| problem.code.as_str().starts_with('B')).count();
    report.add(problems);
    terminal.problems(&report, format);
    let step = match step {
        Step::None => "no step".to_owned(),
        step => format!("a {step} step"),
    };
    let mut summary = match (comparison.changes.is_empty(), counted) {
        (true, _) => format!("compared with {against}: nothing changed"),
        (false, 0) => format!("compared with {against}: nothing breaks; the changes need {step}"),
        (false, counted) => {
            format!("compared with {against}: {}; the changes need {step}", count(counted, "breaking change"))
        }
    };
    for (number, what) in [(announced, "announced by a version"), (excepted, "excepted")] {
        if number > 0 {
            summary += &format!(", {number} {what}");
        }
    }
    terminal.error_text(&format!("{summary}\n"));
    report.status()
}

/// Two contracts that were compared.
pub(super) struct Compared {
    /// No problems yet, and the files that those may point into.
    pub(super) report: Report,
    pub(super) comparison: Comparison,
    pub(super) model: Model,
    pub(super) against: String,
    configured: Option<Configured>,
}

/// What almanet.yaml says of breaking changes.
struct Configured {
    category: BreakingCategory,
    exceptions: Vec<Exception>,
}

/// Reads both contracts and compares them.
///
/// # Errors
///
/// Where one of them cannot be read or has errors, or nothing says what to compare with.
pub(super) fn compared(
    paths: &PathArguments,
    argument: &AgainstArgument,
    terminal: &Terminal,
) -> Result<Compared, Report> {
    let Job { config, configuration } = paths.job()?;
    let configured = configuration.as_ref().and_then(Configuration::against);
    let against = argument.against.clone().or(configured).ok_or_else(nothing_to_compare)?;
    let checked = config.check_watched(terminal.progress());
    let project = configuration.as_ref().map(|configuration| configuration.path.as_path());
    let unchanged = checked.model.is_some() && config.is_as_it_was(&against, project, &checked);
    let Checked { report, model, .. } = checked;
    let Some(model) = model else { return Err(report) };
    let mut report = Report { sources: report.sources, problems: Vec::new() };
    let comparison =
        if unchanged { Comparison::default() } else { compare(&mut report, config.past(&against, project)?, &model) };
    let configured = configuration.map(|configuration| exceptions(&mut report, configuration));
    Ok(Compared { report, comparison, model, against, configured })
}

/// Compares, and gathers the files of both in the report.
fn compare(report: &mut Report, past: Past, model: &Model) -> Comparison {
    let mut comparison = breaking::compare(&past.model, model);
    let first = report.sources.append(past.sources);
    for former in comparison.changes.iter_mut().filter_map(|change| change.former.as_mut()) {
        former.file = FileId(former.file.0 + first.0);
    }
    comparison
}

/// The exceptions of the configuration, whose text the report takes in.
fn exceptions(report: &mut Report, configuration: Configuration) -> Configured {
    let config::Breaking { category, except, .. } = configuration.breaking;
    let file = configuration.report.sources.iter().next();
    let file = file.map(|(_, file)| SourceFile::new(file.name(), std::sync::Arc::clone(file.text())));
    let file = report.sources.add(file.unwrap_or_else(|| SourceFile::new(config::FILE_NAME, "")));
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let exceptions = except.into_iter().map(|exception| {
        let until = exception.until.as_deref().and_then(|until| until.parse::<jiff::civil::Date>().ok());
        let span = exception.location.map_or(Span::default(), |location| location.span);
        Exception {
            code: exception.code.to_string(),
            subject: exception.subject.to_string(),
            reason: exception.reason.to_string(),
            is_over: until.is_some_and(|until| until < today),
            location: Location::new(file, span),
        }
    });
    Configured { category, exceptions: exceptions.collect() }
}

fn nothing_to_compare() -> Report {
    let mut report = Report::default();
    let place = report.place(std::path::Path::new(config::FILE_NAME));
    let problem = Problem::new(code::files::NOTHING_TO_COMPARE, place, "nothing says what to compare with");
    report.add([problem.with_help("add `--against main`, or `breaking: { against: main }` to almanet.yaml")]);
    report
}
