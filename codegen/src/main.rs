//! `almanet-gen`, the command line over [`almanet_codegen`].

use std::process::ExitCode;

fn main() -> ExitCode {
    almanet_codegen::cli::run(std::env::args_os())
}
