//! The grammar, compiled by pest from `grammar.pest`.

#![allow(missing_docs, reason = "pest documents the rules it derives by their comments in the grammar, if at all")]

use pest_derive::Parser;

#[derive(Parser)]
#[grammar = "syntax/grammar.pest"]
pub(super) struct Grammar;
