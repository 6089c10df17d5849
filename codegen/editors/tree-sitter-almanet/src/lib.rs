//! The grammar of Almanet's contracts for [tree-sitter](https://tree-sitter.github.io).

use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_almanet() -> *const ();
}

/// The grammar.
// SAFETY: the generated parser defines the function, and gives a language of the form that it says.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_almanet) };

/// What is coloured how.
pub const HIGHLIGHTS_QUERY: &str = include_str!("../queries/highlights.scm");

/// What can be folded.
pub const FOLDS_QUERY: &str = include_str!("../queries/folds.scm");
