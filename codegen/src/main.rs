//! `almanet-gen`, the command line over [`almanet_codegen`].

use std::process::ExitCode;

/// A compiler allocates much and little at a time: this takes a fifth off the time of a large contract.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    almanet_codegen::cli::run(std::env::args_os())
}
