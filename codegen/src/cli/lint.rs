use std::path::Path;

use clap::Args;

use crate::config::{self, Configuration};
use crate::diagnostic::{Report, Status};
use crate::driver::{Config, Fixed, Linted};
use crate::lint::Settings;

use super::check::count;
use super::interrupt;
use super::paths::{FormatArgument, Job, PathArguments};
use super::terminal::Terminal;

/// Looks for what stands in a contract and should not
///
/// `almanet-gen explain` tells what each code means. `lint: { disable: [CODE, CATEGORY] }` in the nearest almanet.yaml silences rules, and
/// `// almanet-lint: allow CODE reason` one of them on its line and the next.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  almanet-gen lint greeting.almanet
  almanet-gen lint                      # what the nearest almanet.yaml names
  almanet-gen lint --fix schemas        # mends what can be mended without a look
  almanet-gen lint --format sarif > lints.sarif")]
pub(super) struct Arguments {
    #[command(flatten)]
    paths: PathArguments,
    #[command(flatten)]
    format: FormatArgument,
    /// Mend what can be mended without a look, format what that changes, and show the rest
    #[arg(long)]
    fix: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Status {
    let format = arguments.format.format;
    let (config, settings) = match arguments.job() {
        Ok(job) => job,
        Err(report) => {
            terminal.problems(&report, format);
            return Status::Failed;
        }
    };
    if !arguments.fix {
        let linted = config.lint_watched(&settings, terminal.progress());
        terminal.problems(&linted.report, format);
        let fixable = match linted.fixable() {
            0 => String::new(),
            fixable => format!("; `--fix` mends {fixable}"),
        };
        terminal.error_text(&format!("{}{fixable}\n", summary(&linted)));
        return linted.status();
    }
    let mut fixed = config.fix(&settings);
    let written = {
        let _uninterrupted = interrupt::uninterrupted();
        fixed.write()
    };
    let Fixed { linted, fixed, .. } = &fixed;
    terminal.problems(&linted.report, format);
    let fixed = count(*fixed, "problem");
    terminal.error_text(&format!("fixed {fixed} in {}; {}\n", count(written, "file"), summary(linted)));
    linted.status()
}

fn summary(linted: &Linted) -> String {
    format!("linted {}, {}", count(linted.files, "file"), linted.report.count())
}

impl Arguments {
    /// What to lint. Which rules speak is for the nearest configuration, whether it names the contracts or not.
    fn job(&self) -> Result<(Config, Settings), Report> {
        let Job { mut config, configuration } = self.paths.job()?;
        if let Some(configuration) = configuration {
            return Ok((config, configuration.lint.settings()));
        }
        let nearest = config::find(Path::new("")).map(|path| Configuration::load(&path)).transpose()?;
        let Some(configuration) = nearest else { return Ok((config, Settings::default())) };
        // A part of a project is looked at as what it is: with its schema roots, and with whoever uses it.
        if self.paths.are_below(&configuration.schemas) {
            config = configuration.schemas.iter().fold(config, |config, folder| config.root(folder).user(folder));
        }
        Ok((config, configuration.lint.settings()))
    }
}
