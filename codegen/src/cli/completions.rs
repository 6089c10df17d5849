use std::fmt::Write as _;

use clap::Args;
use clap_complete::Shell;

use crate::diagnostic::Status;

use super::terminal::Terminal;

/// Prints completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  almanet-gen completions bash > ~/.local/share/bash-completion/completions/almanet-gen
  almanet-gen completions zsh > ~/.zfunc/_almanet-gen
  almanet-gen completions fish > ~/.config/fish/completions/almanet-gen.fish")]
pub(super) struct Arguments {
    /// The shell
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Status {
    // clap_complete panics where its writer fails, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::command(), "almanet-gen", &mut script);
    let script = String::from_utf8_lossy(&script);
    terminal.text(&match arguments.shell {
        Shell::Bash => mended_bash(&script),
        Shell::Fish => mended_fish(&script, &super::command()),
        _ => script.into_owned(),
    });
    Status::Clean
}

/// In bash nothing is completed behind a subcommand of a program with a hyphen in its name: where the script looks for what to offer,
/// the hyphen became a separator (<https://github.com/clap-rs/clap/issues/6421>).
fn mended_bash(script: &str) -> String {
    script.replace("almanet__subcmd__gen", "almanet__gen")
}

/// In fish nothing but files is completed where a value has no option before it, and nothing behind `help`, which counts as the
/// command that it asks for.
fn mended_fish(script: &str, command: &clap::Command) -> String {
    let mut script = script.replace(" completions help\" -f", " completions\" -f");
    for subcommand in command.get_subcommands() {
        for argument in subcommand.get_positionals() {
            let values = argument.get_possible_values();
            let names: Vec<&str> = values.iter().map(clap::builder::PossibleValue::get_name).collect();
            if !names.is_empty() {
                let (name, names) = (subcommand.get_name(), names.join(" "));
                let _ = writeln!(
                    script,
                    "complete -c almanet-gen -n \"__fish_almanet_gen_using_subcommand {name}\" -f -a \"{names}\""
                );
            }
        }
    }
    script
}
