use std::io::{self, BufReader};

use clap::Args;

use crate::diagnostic::Status;
use crate::lsp::{self, Ended};

/// Serves editors: the language server protocol on standard input and output
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  almanet-gen lsp                       # what an editor runs; see the page below

Problems, completion, hover, navigation, rename and more; its log goes to standard error. It ends with the editor, with
status 0 where that said so, with 1 where it is gone. How editors are set up:
https://github.com/almanet/almanet/blob/main/codegen/docs/editors.md")]
pub(super) struct Arguments {
    /// What many editors add: the streams are the only way to talk to this server anyway
    #[arg(long, hide = true)]
    stdio: bool,
}

pub(super) fn run(_: &Arguments) -> Status {
    match lsp::serve(BufReader::new(io::stdin()), io::stdout()) {
        Ended::Orderly => Status::Clean,
        Ended::Abruptly => Status::Problems,
    }
}
