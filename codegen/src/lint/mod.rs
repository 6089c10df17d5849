//! What a contract's author would want to know although the contract stands: one file a rule.
//!
//! A rule's docs (what, why, an example, what to do) stand with its code in [`code::lints`](crate::diagnostic::code::lints).
//! Some lints are found by the compiler itself on its way; here they get their fixes. `// almanet-lint: allow CODE reason`
//! silences one on its own line and the next.

mod allow;
mod contract;
mod found;
mod rules;
mod words;

use rustc_hash::FxHashSet;

pub use contract::Contract;

use crate::diagnostic::{Code, Problem, Severity};
use found::Found;

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Its code, which has its docs.
    pub code: Code,
    /// What it belongs to; `lint.disable` in `almanet.yaml` takes this name, too.
    pub category: Category,
    /// Whether `lint --fix` can mend what it finds, all of it or some.
    pub fixable: bool,
    /// What looks for it; none where the compiler does on its way.
    check: Option<fn(&Contract<'_>, &mut Found<'_>)>,
}

impl Rule {
    /// Whether `lint` alone finds it, and not `check` already.
    #[must_use]
    pub const fn is_of_lint_alone(&self) -> bool {
        self.check.is_some()
    }
}

/// What rules have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// What readers learn from documents.
    Docs,
    /// What nothing needs.
    Unused,
    /// How long addresses are.
    Addresses,
    /// How things are called.
    Naming,
    /// What will be hard to change once it runs.
    Evolution,
    /// What is most likely not meant so.
    Design,
    /// Comments that silence lints.
    Allow,
}

impl Category {
    /// All of them, in the order of their rules' codes.
    pub const ALL: [Self; 7] =
        [Self::Docs, Self::Unused, Self::Addresses, Self::Naming, Self::Evolution, Self::Design, Self::Allow];

    /// As a configuration names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Docs => "docs",
            Self::Unused => "unused",
            Self::Addresses => "addresses",
            Self::Naming => "naming",
            Self::Evolution => "evolution",
            Self::Design => "design",
            Self::Allow => "allow",
        }
    }
}

/// Every rule, sorted by code.
#[must_use]
pub fn rules() -> &'static [Rule] {
    rules::ALL
}

/// Which rules speak: all, unless they are disabled.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    disabled: FxHashSet<Code>,
}

/// Neither a rule's code nor a category's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no lint and no category of lints `{0}`")]
pub struct UnknownLint(pub String);

impl Settings {
    /// Silences a rule by its code, or those of a category by its name.
    ///
    /// # Errors
    ///
    /// Where there is no such rule or category.
    pub fn disable(&mut self, name: &str) -> Result<(), UnknownLint> {
        let is_named = |rule: &&Rule| rule.code.as_str() == name || rule.category.name() == name;
        let mut named = rules().iter().filter(is_named).map(|rule| rule.code).peekable();
        if named.peek().is_none() {
            return Err(UnknownLint(name.to_owned()));
        }
        self.disabled.extend(named);
        Ok(())
    }

    fn speaks(&self, code: Code) -> bool {
        !self.disabled.contains(&code)
    }
}

/// What [`Settings::disable`] takes: codes, then categories.
pub fn names() -> impl Iterator<Item = &'static str> {
    rules().iter().map(|rule| rule.code.as_str()).chain(Category::ALL.into_iter().map(Category::name))
}

/// Everything that the rules find in a contract without errors, in no order. `problems` are those of the compiler: its errors
/// stay, its lints are treated as the rules' own.
#[must_use]
pub fn check(contract: &Contract<'_>, problems: Vec<Problem>, settings: &Settings) -> Vec<Problem> {
    let (lints, mut all): (Vec<_>, Vec<_>) =
        problems.into_iter().partition(|problem| problem.severity() == Severity::Warning);
    let mut found = Found::new(contract);
    for problem in lints {
        if settings.speaks(problem.code) {
            let problem = rules::with_fix(problem, &mut found);
            found.push(problem);
        }
    }
    for rule in rules().iter().filter(|rule| settings.speaks(rule.code)) {
        if let Some(check) = rule.check {
            check(contract, &mut found);
        }
    }
    all.extend(allow::apply(contract, found.into_problems(), settings));
    all
}

#[cfg(test)]
mod tests;
