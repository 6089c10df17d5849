use std::fmt::{self, Write as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::backend::{self, Layout, Options};
use crate::diagnostic::render::{self, Color, Format};
use crate::diagnostic::{Report, Status};

use super::config::{Config, Output};

/// What a build script's `main` returns.
pub type BuildResult = Result<(), BuildError>;

/// Why a build script's contract was not compiled.
///
/// A `main` that returns it prints its `Debug` form, which therefore is the problems drawn over the contract.
#[derive(thiserror::Error)]
#[error("{text}")]
pub struct BuildError {
    text: String,
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl BuildError {
    fn of(report: &Report) -> Self {
        let drawn = render::to_string(&report.problems, &report.sources, Format::Human(Color::Never));
        Self { text: format!("the contract was not compiled: {}\n\n{drawn}", report.count()) }
    }
}

impl Config {
    /// In a build script: compiles the contracts to Rust in `OUT_DIR`, for `almanet_runtime::include_contract!`, and tells
    /// cargo to run the script again when a contract changes, or one is added to a folder.
    ///
    /// Warnings are shown by cargo as the package's.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the contracts, at once; where `OUT_DIR` is not set, that is outside of a build script; and the
    /// second time in one: a `Config` takes any number of roots, and what it writes is one file.
    pub fn compile(self) -> BuildResult {
        static HAS_COMPILED: AtomicBool = AtomicBool::new(false);

        let out = std::env::var_os("OUT_DIR").map(PathBuf::from).ok_or_else(|| BuildError {
            text: "OUT_DIR is not set: `Config::compile` is for build scripts; elsewhere run `almanet-gen generate`"
                .to_owned(),
        })?;
        if HAS_COMPILED.swap(true, Ordering::Relaxed) {
            let text = "this build script has compiled contracts already, and would replace what it wrote: give every folder to \
                        one `Config`, as in `Config::new().root(\"a\").root(\"b\").compile()`";
            return Err(BuildError { text: text.to_owned() });
        }
        let watched: Vec<PathBuf> = self.roots().iter().chain(self.inputs()).cloned().collect();
        let rust = backend::find("rust").expect("the Rust target is built in");
        let options = Options { layout: Layout::SingleFile, ..Options::default() };
        let config = self.output(Output::with_options(rust, out, options));
        config.recover().map_err(|report| BuildError::of(&report))?;
        let mut generation = config.plan();
        let mut lines = String::new();
        for path in watched.iter().chain(&generation.files) {
            writeln!(lines, "cargo::rerun-if-changed={}", path.display()).expect("a String takes everything");
        }
        print!("{lines}");

        generation.write();
        let report = generation.report;
        if report.status() != Status::Clean {
            return Err(BuildError::of(&report));
        }
        for warning in &report.problems {
            let place = report.sources.get(warning.location.file).line_column(warning.location.span.start);
            let file = report.sources.get(warning.location.file).name();
            let message = warning.message.replace('\n', " ");
            println!("cargo::warning={file}:{}:{}: {message} [{}]", place.line, place.column, warning.code);
        }
        Ok(())
    }
}
