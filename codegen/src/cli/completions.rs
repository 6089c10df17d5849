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
    terminal.text(&if arguments.shell == Shell::Bash { mended(&script) } else { script.into_owned() });
    Status::Clean
}

/// In bash nothing is completed behind a subcommand of a program with a hyphen in its name: where the script looks for what to offer,
/// the hyphen became a separator (<https://github.com/clap-rs/clap/issues/6421>).
fn mended(script: &str) -> String {
    script.replace("almanet__subcmd__gen", "almanet__gen")
}
