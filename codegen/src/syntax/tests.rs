use std::sync::Arc;

use super::parse;
use crate::ast::{self, DefinitionKind, Parameters, Returns, TypeKind, docs_text};
use crate::diagnostic::Problem;
use crate::source::FileId;

mod lossless;
mod refused;
mod tree;

/// A contract that visits most of the grammar.
const GLANCE: &str = r#"//! Greets people and counts them.
namespace net.example

import "common/people.almanet"
import "common/other.almanet" as o

/// Raised for names that are not welcome.
exception access_denied {
    reason: string
    since: timestamp?
}
exception gone
exception denied(@length(1..5) string)

open enum Mood { cheerful, grumpy }

/// One greeting, as published after each call.
record Greeted {
    @length(1..64)
    name: string // plain
    mood: Mood = cheerful
    tags: list<string> = []
    by: common.Person?
    type: map<string, list<int32>> = {"a": [1, -2.5e3]}
    reserved "nick", "other"
    reserved: string?
}

union Shape { circle: float64, nothing }
@range(..5s) type Short = duration
const wait: duration = -250ms

@version("1.2.0")
service greeting {
    /// Greets one person.
    @timeout(5s)
    procedure greet(string) -> string raises access_denied, gone

    /// Named parameters make an object payload; named results make an object reply.
    procedure add(a: int32, b: int32 = 0) -> int64
    procedure split(name: string) -> (first: string, last: string?)

    oneway procedure log(line: string)
    procedure watch(since: timestamp) -> stream Greeted

    topic greeted: Greeted
}
"#;

fn parsed(text: &str) -> (ast::File, Vec<Problem>) {
    parse(FileId(0), Arc::from(text))
}

/// The codes of a contract's problems, each with the text it is drawn under.
fn problems(text: &str) -> Vec<(&'static str, String)> {
    let (file, problems) = parsed(text);
    problems.iter().map(|problem| (problem.code.as_str(), file.slice(problem.location.span).to_owned())).collect()
}
