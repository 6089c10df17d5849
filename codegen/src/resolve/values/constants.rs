use std::rc::Rc;

use crate::ast::{Literal, LiteralKind};
use crate::model::{ConstantId, Id};
use crate::resolve::evaluation::State;
use crate::resolve::lower::Lowered;
use crate::resolve::scope::{Definition, Found};

impl Lowered<'_> {
    /// Evaluates all constants.
    pub(super) fn settle_constants(&mut self) {
        let constants = Rc::new(std::mem::take(&mut self.pending.constants));
        self.values.constant_states = vec![State::New; constants.len()];
        self.values.constants = Rc::clone(&constants);
        for start in 0..constants.len() {
            if self.values.constant_states[start] == State::New {
                self.settle_constant(start);
            }
        }
    }

    /// Evaluates a constant behind those that it names: along a list instead of a recursion, for a chain may be as long as a
    /// file.
    pub(super) fn settle_constant(&mut self, start: usize) {
        let mut path = vec![(start, self.enter_constant(start))];
        while let Some((index, needs)) = path.last_mut() {
            let index = *index;
            match needs.pop() {
                Some(next) if self.values.constant_states[next.index()] == State::New => {
                    let needs = self.enter_constant(next.index());
                    path.push((next.index(), needs));
                }
                Some(_) => {}
                None => {
                    self.evaluate_constant(index);
                    path.pop();
                }
            }
        }
    }

    fn enter_constant(&mut self, index: usize) -> Vec<ConstantId> {
        self.values.constant_states[index] = State::Running;
        let constants = Rc::clone(&self.values.constants);
        let mut needs = Vec::new();
        self.file = constants[index].location.file;
        if let Some(literal) = &constants[index].literal {
            self.constants_in(literal, &mut needs);
        }
        needs
    }

    /// The constants that a literal names, variants of the same name among them.
    fn constants_in(&self, literal: &Literal, found: &mut Vec<ConstantId>) {
        match &literal.kind {
            LiteralKind::Name(path) => {
                if let Found::Declaration(declaration) = self.scope.find(self.file, self.text(path.span))
                    && let Definition::Constant(id) = declaration.what
                {
                    found.push(id);
                }
            }
            LiteralKind::List(items) => items.iter().for_each(|item| self.constants_in(item, found)),
            LiteralKind::Object(entries) => entries.iter().for_each(|(_, value)| self.constants_in(value, found)),
            _ => {}
        }
    }

    fn evaluate_constant(&mut self, index: usize) {
        // Another constant may have found the circle that this one is part of.
        if self.values.constant_states[index] == State::Failed {
            return;
        }
        let constants = Rc::clone(&self.values.constants);
        let constant = &constants[index];
        let id: ConstantId = Id::at(index);
        self.file = constant.location.file;
        let ty = self.model.constants[id].ty;
        let value = constant.literal.as_ref().and_then(|literal| self.evaluate(literal, ty));
        let value = value.and_then(|value| self.checked_depth(value, constant.location));
        self.values.constant_states[index] = match value {
            Some(value) => {
                self.model.constants[id].value = value;
                State::Done
            }
            None => State::Failed,
        };
    }

    pub(super) fn is_evaluated(&self, id: ConstantId) -> bool {
        self.values.constant_states[id.index()] == State::Done
    }
}
