use std::fmt;

use crate::diagnostic::Severity;

/// A problem's stable code: `E…` for errors, `W…` for lints, `B…` for breaking changes.
///
/// Only the files beside this one make codes, each together with its [`Entry`]. Each phase takes codes from its own
/// hundred: `E00..` files, configuration and output, `E01..` syntax, `E02..` names and types, `E03..` values, `E04..`
/// addresses and collisions, `E05..` targets, `W…` lints, `B…` breaking changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static str);

impl Code {
    pub(super) const fn new(code: &'static str) -> Self {
        Self(code)
    }

    /// As it is printed: `E0201`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// `E…` are errors, `W…` warnings.
    #[must_use]
    pub fn severity(self) -> Severity {
        if self.0.starts_with('W') { Severity::Warning } else { Severity::Error }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

/// What `almanet-gen explain CODE` tells.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// One sentence.
    pub summary: &'static str,
    /// Why it is a problem.
    pub why: &'static str,
    /// What raises it.
    pub example: Example,
    /// How to mend it.
    pub fix: &'static str,
    /// Why it is not raised any more.
    pub retired: Option<&'static str>,
}

/// What raises a code. A test checks every contract here: it raises this code and no other.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Example {
    /// One contract.
    Contract(&'static str),
    /// Several files with their paths, all of them checked, the folder that holds them being the schema root.
    Files(&'static [(&'static str, &'static str)]),
    /// A contract that a target refuses: the target's name, the contract.
    Target(&'static str, &'static str),
    /// A contract that a target refuses with a setting of its own: the target's name, the setting and its value, the contract.
    TargetOption(&'static str, (&'static str, &'static str), &'static str),
    /// An `almanet.yaml`, beside a folder `schemas` that holds a contract.
    Configuration(&'static str),
    /// A contract as it was and as it is, whose change breaks something.
    Change(&'static str, &'static str),
    /// Something that no file's text shows, told in words: a command, a state of the disk.
    Situation(&'static str),
}

/// Makes the constants of one phase and their entries, in the order of their codes.
///
/// The constant's docs are the summary: `/// One sentence.` then
/// `NAME = "E0201" { why: "…", example: Contract("…"), fix: "…" }`, with `retired: "why",` at the end of a retired one.
macro_rules! codes {
    ($(
        $(#[doc = $summary:literal])+
        $name:ident = $code:literal {
            why: $why:expr,
            example: $example:ident($($content:tt)*),
            fix: $fix:expr,
            $(retired: $retired:expr,)?
        }
    )*) => {
        $(
            $(#[doc = $summary])+
            pub const $name: $crate::diagnostic::code::Code = $crate::diagnostic::code::Code::new($code);
        )*

        /// The docs of this phase's codes.
        pub(super) const ENTRIES: &[$crate::diagnostic::code::Entry] = &[$(
            $crate::diagnostic::code::Entry {
                code: $name,
                summary: concat!($($summary),+).trim_ascii(),
                why: $why,
                example: $crate::diagnostic::code::Example::$example($($content)*),
                fix: $fix,
                retired: codes!(@retired $($retired)?),
            }
        ),*];
    };
    (@retired) => { None };
    (@retired $why:expr) => { Some($why) };
}

pub(super) use codes;
