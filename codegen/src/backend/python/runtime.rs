//! The library that generated code stands on.

use super::literal;
use crate::backend::{OptionInfo, Options};

/// Which library generated code imports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runtime {
    /// `almanet_runtime`: this project's, with headers, streams and versions.
    Own,
    /// `almanet` 1.3.4 of PyPI.
    Peer,
}

pub(super) const OPTION: OptionInfo = OptionInfo {
    name: "runtime",
    values: &["almanet_runtime", "almanet"],
    summary: "The library that generated code imports: this project's, or almanet 1.3.4 of PyPI.",
};

impl Runtime {
    pub(super) fn of(options: &Options) -> Self {
        match options.values.get(OPTION.name).map(String::as_str) {
            Some("almanet") => Self::Peer,
            _ => Self::Own,
        }
    }

    /// The library's name.
    pub(super) fn library(self) -> &'static str {
        match self {
            Self::Own => "almanet_runtime",
            Self::Peer => "almanet",
        }
    }

    /// The module that generated modules name: the library itself, or what stands between.
    pub(super) fn module(self) -> &'static str {
        match self {
            Self::Own => "almanet_runtime",
            Self::Peer => "_almanet",
        }
    }

    /// What a class statement takes to have an exception travel by another name than its class's.
    pub(super) fn wire_name_argument(self, wire: &str) -> String {
        match self {
            Self::Own => format!(", wire_name={}", literal::quoted(wire)),
            Self::Peer => String::new(),
        }
    }

    /// The statement that does the same behind the class, where the class statement cannot.
    pub(super) fn wire_name_statement(self, class: &str, wire: &str) -> String {
        match self {
            Self::Own => String::new(),
            Self::Peer => format!("\n\n{class}.__name__ = {wire}\n"),
        }
    }
}
