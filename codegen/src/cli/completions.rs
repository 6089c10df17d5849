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
    terminal.output(|out| out.write_all(&script));
    Status::Clean
}
