//! The conformance contract in Python, for either library.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use almanet_codegen::backend::{self, Options};
use almanet_codegen::{Config, driver};

/// The library that Python is generated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Library {
    /// This project's package.
    AlmanetRuntime,
    /// The one of PyPI, 1.3.4.
    Almanet,
}

impl Library {
    /// The module that headers import.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AlmanetRuntime => "almanet_runtime",
            Self::Almanet => "almanet",
        }
    }

    /// An interpreter that has it.
    pub(crate) fn interpreter(self) -> OsString {
        let variable = match self {
            Self::AlmanetRuntime => "PROJECT_PYTHON",
            Self::Almanet => "PYTHON",
        };
        std::env::var_os(variable).unwrap_or_else(|| panic!("{variable} names a Python with {}", self.name()))
    }

    /// Makes the package `generated` in a folder of this library's own, below `folder`.
    pub(crate) fn generate(self, folder: &Path) -> PathBuf {
        let folder = folder.join(self.name());
        let schemas = almanet_conformance::folder().join("schemas");
        let schemas = match self {
            Self::AlmanetRuntime => schemas,
            Self::Almanet => carried(&schemas, &folder.join("schemas")),
        };
        let values = [("runtime".to_owned(), self.name().to_owned())].into();
        let options = Options { values, ..Options::default() };
        let python = backend::find("python").expect("there is a target");
        let output = driver::Output::with_options(python, folder.join("generated"), options);
        let mut generation = Config::new().root(schemas).output(output).plan();
        assert!(generation.report.problems.is_empty(), "{:?}", generation.report.problems);
        generation.write();
        folder
    }
}

/// The contract without what the library of PyPI cannot carry: its stream, and its call for a credential.
fn carried(contract: &Path, copy: &Path) -> PathBuf {
    fs::create_dir_all(copy).expect("a temporary folder takes folders");
    for entry in fs::read_dir(contract).expect("the contract is there") {
        let path = entry.expect("a folder that opened can be listed").path();
        let text = fs::read_to_string(&path).expect("a contract is text");
        let is_carried = |line: &&str| !line.contains("-> stream") && !line.trim_start().starts_with("@auth");
        let kept: Vec<&str> = text.lines().filter(is_carried).collect();
        let name = path.file_name().expect("a file has a name");
        fs::write(copy.join(name), kept.join("\n")).expect("a temporary folder takes files");
    }
    copy.to_path_buf()
}
