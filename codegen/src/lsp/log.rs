//! The log, on standard error: what happens rarely, and what went wrong.

use std::io::Write as _;

/// Writes one line; that standard error is closed is nobody's problem.
pub(super) fn say(message: &str) {
    let _ = writeln!(std::io::stderr(), "almanet-gen lsp: {message}");
}
