//! `almanet-gen`: one file a subcommand; arguments in, exit status out.

mod breaking;
mod changelog;
mod check;
mod completions;
mod docs;
mod explain;
mod export;
mod fmt;
mod generate;
mod hint;
#[cfg(feature = "import")]
mod import;
mod init;
mod interrupt;
mod lint;
mod lsp;
mod outputs;
mod paths;
mod terminal;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::diagnostic::Status;
use terminal::Terminal;

/// Compiles contracts of services: .almanet files in, typed services and clients out.
#[derive(Debug, Parser)]
#[command(
    name = "almanet-gen",
    version,
    about,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    override_usage = "almanet-gen <COMMAND> [ARGUMENTS]",
    after_help = "\
Examples:
  almanet-gen check greeting.almanet
  almanet-gen generate greeting.almanet --target rust --out src/contract
  almanet-gen generate                  # what the nearest almanet.yaml says
  almanet-gen explain E0001

Exit status: 0 clean, 1 problems in contracts (or --check differs), 2 wrong usage or an I/O failure; 130 in a shell where Ctrl-C ended it.
All of it in one page: https://github.com/almanet/almanet/blob/main/codegen/docs/cli.md"
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Paths without a command: answered by what to type.
    #[arg(hide = true)]
    words: Vec<OsString>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Arguments),
    Check(check::Arguments),
    Generate(generate::Arguments),
    Fmt(fmt::Arguments),
    Docs(docs::Arguments),
    Lint(lint::Arguments),
    Export(export::Arguments),
    Watch(watch::Arguments),
    #[cfg(feature = "import")]
    Import(import::Arguments),
    Breaking(breaking::Arguments),
    Changelog(changelog::Arguments),
    Lsp(lsp::Arguments),
    Explain(explain::Arguments),
    Completions(completions::Arguments),
}

/// Runs the program with its arguments, the first being its own name, and tells how it ended: 0 clean, 1 problems in contracts
/// (or `--check` found differences), 2 wrong usage or an I/O failure.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut terminal = Terminal::new();
    let bar = terminal.progress().clone();
    interrupt::on_interrupt(move || bar.clear());
    let status = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => dispatch(arguments, &mut terminal),
        Err(error) => {
            // Help and version come this way too, and are no failure.
            let status = if error.use_stderr() { Status::Failed } else { Status::Clean };
            terminal.clap(&hint::unknown_option(error));
            status
        }
    };
    ExitCode::from(terminal.finish(status) as u8)
}

fn dispatch(arguments: Arguments, terminal: &mut Terminal) -> Status {
    match arguments.command {
        Some(Command::Init(arguments)) => init::run(&arguments, terminal),
        Some(Command::Check(arguments)) => check::run(&arguments, terminal),
        Some(Command::Generate(arguments)) => generate::run(&arguments, terminal),
        Some(Command::Watch(arguments)) => watch::run(&arguments, terminal),
        Some(Command::Lint(arguments)) => lint::run(&arguments, terminal),
        Some(Command::Fmt(arguments)) => fmt::run(&arguments, terminal),
        Some(Command::Docs(arguments)) => docs::run(&arguments, terminal),
        Some(Command::Export(arguments)) => export::run(&arguments, terminal),
        #[cfg(feature = "import")]
        Some(Command::Import(arguments)) => import::run(&arguments, terminal),
        Some(Command::Breaking(arguments)) => breaking::run(&arguments, terminal),
        Some(Command::Changelog(arguments)) => changelog::run(&arguments, terminal),
        Some(Command::Explain(arguments)) => explain::run(&arguments, terminal),
        Some(Command::Lsp(arguments)) => lsp::run(&arguments),
        Some(Command::Completions(arguments)) => completions::run(&arguments, terminal),
        None if arguments.words.is_empty() => {
            terminal.error_text(&Arguments::command().render_help().to_string());
            Status::Failed
        }
        None => hint::run(&arguments.words, terminal),
    }
}

/// The commands alone, as shells complete them: where paths may stand too, zsh offers nothing behind a command.
fn command() -> clap::Command {
    Command::augment_subcommands(clap::Command::new("almanet-gen").version(env!("CARGO_PKG_VERSION")))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        super::command().debug_assert();
        <super::Arguments as clap::CommandFactory>::command().debug_assert();
    }
}
