//! The rules, one file each.

mod abbreviations;
mod address_near_limit;
mod boolean_parameters;
mod closed_in_reply;
mod closed_payload;
mod deprecated_in_use;
mod duplicate_shapes;
mod idempotent_oneway;
mod member_names;
mod misplaced_docs;
mod missing_docs;
mod missing_examples;
mod never_raised;
mod numbered_names;
mod singular_lists;
mod type_names;
mod unused_definitions;
mod unused_imports;

use super::Category::{Addresses, Allow, Design, Docs, Evolution, Naming, Unused};
use super::found::Found;
use super::{Category, Contract, Rule};
use crate::diagnostic::Problem;
use crate::diagnostic::code::{Code, lints};

/// Every rule, sorted by code.
pub(super) const ALL: &[Rule] = &[
    of_compiler(lints::MISPLACED_DOCS, Docs).fixable(),
    of_compiler(lints::MISPLACED_FILE_DOCS, Docs).fixable(),
    rule(lints::MISSING_DOCS, Docs, missing_docs::check),
    rule(lints::MISSING_EXAMPLE, Docs, missing_examples::check),
    of_compiler(lints::UNUSED_IMPORT, Unused).fixable(),
    of_compiler(lints::EXPOSED_ADDRESS_TOO_LONG, Addresses),
    rule(lints::UNUSED_DEFINITION, Unused, unused_definitions::check),
    rule(lints::NEVER_RAISED, Unused, never_raised::check),
    rule(lints::ADDRESS_NEAR_LIMIT, Addresses, address_near_limit::check),
    rule(lints::TYPE_NAME, Naming, type_names::check),
    rule(lints::MEMBER_NAME, Naming, member_names::check),
    rule(lints::SINGULAR_LIST, Naming, singular_lists::check),
    rule(lints::NUMBERED_NAMES, Naming, numbered_names::check),
    rule(lints::ABBREVIATION, Naming, abbreviations::check),
    rule(lints::CLOSED_IN_REPLY, Evolution, closed_in_reply::check),
    rule(lints::CLOSED_PAYLOAD, Evolution, closed_payload::check),
    rule(lints::BOOLEAN_PARAMETER, Evolution, boolean_parameters::check),
    rule(lints::DEPRECATED_IN_USE, Evolution, deprecated_in_use::check),
    rule(lints::IDEMPOTENT_ONEWAY, Design, idempotent_oneway::check).fixable(),
    rule(lints::DUPLICATE_SHAPE, Design, duplicate_shapes::check),
    of_compiler(lints::ALLOW_WITHOUT_REASON, Allow).of_lint(),
    of_compiler(lints::ALLOW_UNUSED, Allow).of_lint().fixable(),
    of_compiler(lints::ALLOW_UNKNOWN, Allow).of_lint(),
];

const fn rule(code: Code, category: Category, check: fn(&Contract<'_>, &mut Found<'_>)) -> Rule {
    Rule { code, category, fixable: false, check: Some(check) }
}

/// What the compiler finds on its way.
const fn of_compiler(code: Code, category: Category) -> Rule {
    Rule { code, category, fixable: false, check: None }
}

impl Rule {
    const fn fixable(mut self) -> Self {
        self.fixable = true;
        self
    }

    /// What is found once all rules have spoken.
    const fn of_lint(mut self) -> Self {
        self.check = Some(|_, _| {});
        self
    }
}

/// A lint of the compiler with the fix that it can have.
pub(super) fn with_fix(problem: Problem, found: &mut Found<'_>) -> Problem {
    match problem.code {
        lints::MISPLACED_DOCS | lints::MISPLACED_FILE_DOCS => misplaced_docs::with_fix(problem),
        lints::UNUSED_IMPORT => unused_imports::with_fix(problem, found),
        _ => problem,
    }
}
