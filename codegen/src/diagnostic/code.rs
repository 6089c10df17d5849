//! The list of codes. A retired code stays listed and is never given out again.

use super::Severity;

/// A problem's stable code. Each phase takes codes from its own hundred:
/// `E00..` files and configuration, `E01..` syntax, `E02..` names and types, `E03..` values,
/// `E04..` addresses and collisions, `E05..` targets, `W…` lints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

impl Code {
    /// `E…` are errors, `W…` warnings.
    #[must_use]
    pub fn severity(self) -> Severity {
        if self.0.starts_with('W') { Severity::Warning } else { Severity::Error }
    }
}
