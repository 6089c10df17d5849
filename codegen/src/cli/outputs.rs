use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{ArgGroup, Args, ValueHint};

use crate::backend::{self, Backend, Options, Skeletons};
use crate::config::{self, Generator};
use crate::diagnostic::{Problem, Report, code};
use crate::driver::{Config, Output};
use crate::plugin::{Plugin, PluginName};

use super::paths::{Job, PathArguments};

/// What to compile and into what, the same for every command that generates.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("generator").args(["target", "plugin"]))]
pub(super) struct OutputArguments {
    #[command(flatten)]
    pub(super) paths: PathArguments,
    /// Language to generate
    #[arg(long, value_parser = PossibleValuesParser::new(backend::all().iter().map(|backend| backend.name())), requires = "out")]
    target: Option<String>,
    /// Program almanet-gen-NAME to generate with
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other, requires = "out", conflicts_with = "target")]
    plugin: Option<PluginName>,
    /// Folder to write to
    #[arg(long, value_name = "DIR", requires = "generator", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Setting of the target or the plugin; may be given several times
    #[arg(long, value_name = "KEY=VALUE", value_hint = ValueHint::Other, requires = "out", value_parser = setting)]
    option: Vec<(String, String)>,
    /// Also write skeletons of implementations where there are none
    #[arg(long)]
    skeleton: bool,
}

impl OutputArguments {
    /// What to compile, and into the outputs that the command line names, or those of the configuration.
    ///
    /// # Errors
    ///
    /// What is wrong with either.
    pub(super) fn config(&self) -> Result<Config, Report> {
        let Job { config, configuration } = self.paths.job()?;
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
        let mut configuration = configuration.ok_or_else(|| match config::find(Path::new("")) {
            Some(_) => paths_alone(),
            None => no_output(Report::default()),
        })?;
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

/// Paths were named, and so almanet.yaml was not asked.
fn paths_alone() -> Report {
    let mut report = Report::default();
    let place = report.place(Path::new(config::FILE_NAME));
    let message = "paths were named, but nothing says what to generate from them, and where to";
    let problem = Problem::new(code::configuration::CONFIGURATION_NO_OUTPUT, place, message);
    let help = "add `--target rust --out src/contract`; or name no paths, and almanet.yaml says what to do";
    report.add([problem.with_help(help)]);
    report
}

fn no_output(mut report: Report) -> Report {
    let place = report.place(Path::new(config::FILE_NAME));
    let message = "nothing says what to generate, and where to";
    let problem = Problem::new(code::configuration::CONFIGURATION_NO_OUTPUT, place, message);
    report.add([problem.with_help("add `--target rust --out src/contract`, or a `generate:` list to almanet.yaml")]);
    report
}
