use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{ArgGroup, Args};

use crate::backend::{self, Backend, Options, Skeletons};
use crate::config::{self, Generator};
use crate::diagnostic::render::clean;
use crate::diagnostic::{Problem, Report, Status, code};
use crate::driver::{Config, Generation, Output, Stamps, UpToDate};
use crate::output::{Difference, Plan};
use crate::plugin::{Plugin, PluginName};

use super::check::count;
use super::interrupt;
use super::paths::{FormatArgument, Job, PathArguments, ProblemFormat};
use super::terminal::Terminal;

/// Generates code from contracts
///
/// Files that are right already are not touched. Everything is written, or nothing. Files that a former run wrote and this one
/// would not are removed, and no other file ever is: OUT/.almanet-files.json, to be committed, lists what was written.
///
/// Of a large contract a stamp in the user's folder for caches (~/.cache/almanet) tells the next run that nothing changed.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("generator").args(["target", "plugin"]), after_help = "\
Examples:
  almanet-gen generate greeting.almanet --target rust --out src/contract
  almanet-gen generate schemas --target rust --out src/contract --skeleton
  almanet-gen generate schemas --plugin kotlin --out kotlin --option package=net.example
  almanet-gen generate                  # every output of the nearest almanet.yaml
  almanet-gen generate --check          # in CI: fails where what is on disk differs")]
pub(super) struct Arguments {
    #[command(flatten)]
    paths: PathArguments,
    #[command(flatten)]
    format: FormatArgument,
    /// Language to generate
    #[arg(long, value_parser = PossibleValuesParser::new(backend::all().iter().map(|backend| backend.name())), requires = "out")]
    target: Option<String>,
    /// Program almanet-gen-NAME to generate with
    #[arg(long, value_name = "NAME", requires = "out", conflicts_with = "target")]
    plugin: Option<PluginName>,
    /// Folder to write to
    #[arg(long, value_name = "DIR", requires = "generator")]
    out: Option<PathBuf>,
    /// Setting of the target or the plugin; may be given several times
    #[arg(long, value_name = "KEY=VALUE", requires = "out", value_parser = setting)]
    option: Vec<(String, String)>,
    /// Write nothing; print how the disk differs, and fail where it does
    #[arg(long)]
    check: bool,
    /// Also write skeletons of implementations where there are none
    #[arg(long)]
    skeleton: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Status {
    let format = arguments.format.format;
    let config = match arguments.paths.job().and_then(|job| arguments.config(job)) {
        Ok(config) => config,
        Err(report) => {
            terminal.problems(&report, format);
            return Status::Failed;
        }
    };
    if !arguments.check
        && let Err(report) = config.recover()
    {
        terminal.problems(&report, format);
        terminal.error_text(&format!("nothing was written: {}\n", report.count()));
        return report.status();
    }
    // What --check says rests on nothing but the contracts and the disk.
    let stamps = if arguments.check { None } else { Stamps::of_user() };
    if let Some(UpToDate { files, unchanged }) = stamps.as_ref().and_then(|stamps| stamps.up_to_date(&config)) {
        terminal.problems(&Report::default(), format);
        let files = count(files, "file");
        terminal.error_text(&format!("generated from {files}: 0 written, 0 removed, {unchanged} unchanged\n"));
        return Status::Clean;
    }
    let mut generation = config.plan_watched(terminal.progress());
    if arguments.check {
        return compare(&generation, format, terminal);
    }
    let written = {
        let _uninterrupted = interrupt::uninterrupted();
        generation.write_watched(terminal.progress())
    };
    if let Some(stamps) = &stamps {
        stamps.remember(&config, &generation);
    }
    let report = &generation.report;
    terminal.problems(report, format);
    let status = report.status();
    let summary = match status {
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
    status
}

fn compare(generation: &Generation, format: ProblemFormat, terminal: &mut Terminal) -> Status {
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

impl Arguments {
    /// The outputs that the command line names, or those of the configuration.
    fn config(&self, Job { config, configuration }: Job) -> Result<Config, Report> {
        let skeletons = if self.skeleton { Skeletons::Included } else { Skeletons::Omitted };
        if let (Some(target), Some(out)) = (&self.target, &self.out) {
            let backend = backend::find(target).expect("clap lets only names of targets pass");
            let values = self.values(backend)?;
            return Ok(config.output(Output::with_options(
                backend,
                out,
                Options { skeletons, values, ..Options::default() },
            )));
        }
        if let (Some(name), Some(out)) = (&self.plugin, &self.out) {
            let settings = self.option.iter().map(|(key, value)| (key.clone(), value.as_str().into())).collect();
            return Ok(config.output(Output::plugin(Plugin::new(name.clone()), settings, out)));
        }
        let mut configuration = configuration.ok_or_else(|| no_output(Report::default()))?;
        if configuration.outputs.is_empty() {
            return Err(no_output(configuration.report));
        }
        let outputs = std::mem::take(&mut configuration.outputs);
        let config = outputs.into_iter().fold(config, |config, output| match output.generator {
            Generator::Target(backend) => {
                config.output(Output::with_options(backend, output.out, Options { skeletons, ..output.options }))
            }
            Generator::Plugin(plugin, settings) => config.output(Output::plugin(plugin, settings, output.out)),
        });
        Ok(config)
    }

    /// The settings of `--option`, where the target has them.
    fn values(&self, backend: &dyn Backend) -> Result<BTreeMap<String, String>, Report> {
        let mut report = Report::default();
        for (key, value) in &self.option {
            let known = backend.options().iter().find(|option| option.name == key);
            let (code, message, help) = match known {
                Some(known) if known.values.contains(&value.as_str()) => continue,
                Some(known) => (
                    code::configuration::CONFIGURATION_WRONG_VALUE,
                    format!("`{value}` means nothing for `{key}`"),
                    format!("the values are {}", known.values.join(", ")),
                ),
                None => (
                    code::configuration::CONFIGURATION_UNKNOWN_KEY,
                    format!("the target {} has no setting `{key}`", backend.name()),
                    match backend.options() {
                        [] => "it has none: leave `--option` out".to_owned(),
                        some => {
                            format!("it has {}", some.iter().map(|option| option.name).collect::<Vec<_>>().join(", "))
                        }
                    },
                ),
            };
            let place = report.place(Path::new("--option"));
            report.add([Problem::new(code, place, message).with_help(help)]);
        }
        if report.problems.is_empty() { Ok(self.option.iter().cloned().collect()) } else { Err(report) }
    }
}

fn setting(text: &str) -> Result<(String, String), &'static str> {
    let (key, value) = text.split_once('=').ok_or("a setting is KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

fn no_output(mut report: Report) -> Report {
    let place = report.place(Path::new(config::FILE_NAME));
    let message = "nothing says what to generate, and where to";
    let problem = Problem::new(code::configuration::CONFIGURATION_NO_OUTPUT, place, message);
    report.add([problem.with_help("add `--target rust --out src/contract`, or a `generate:` list to almanet.yaml")]);
    report
}
