use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Contract;
use crate::ast;
use crate::diagnostic::Problem;
use crate::source::FileId;
use crate::syntax;

/// What the rules found so far, and the trees that fixes are made from.
pub(super) struct Found<'c> {
    contract: &'c Contract<'c>,
    problems: Vec<Problem>,
    trees: FxHashMap<FileId, Rc<ast::File>>,
}

impl<'c> Found<'c> {
    pub(super) fn new(contract: &'c Contract<'c>) -> Self {
        Self { contract, problems: Vec::new(), trees: FxHashMap::default() }
    }

    /// Adds a problem, unless it lies in a file that is not linted.
    pub(super) fn push(&mut self, problem: Problem) {
        if self.contract.covers(problem.location) {
            self.problems.push(problem);
        }
    }

    /// A file's tree, parsed once more: few files need one.
    pub(super) fn tree(&mut self, file: FileId) -> Rc<ast::File> {
        let text = self.contract.sources.get(file).text();
        Rc::clone(self.trees.entry(file).or_insert_with(|| Rc::new(syntax::parse(file, Arc::clone(text)).0)))
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}
