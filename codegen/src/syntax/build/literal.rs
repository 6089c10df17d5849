use super::Builder;
use crate::ast::{Literal, LiteralKind, StringLiteral};
use crate::source::Span;
use crate::syntax::escape::unescape;
use crate::syntax::grammar::Rule;

impl Builder<'_, '_> {
    /// The literals in an annotation's parentheses, ranges among them.
    pub(super) fn arguments(&mut self) -> Vec<Literal> {
        self.tree.enter(Rule::arguments);
        let mut arguments = Vec::new();
        while self.tree.peek().is_some() {
            arguments.push(self.argument());
        }
        self.tree.leave();
        arguments
    }

    fn argument(&mut self) -> Literal {
        let start = self.tree.position();
        let lower = (!self.tree.at(Rule::upper)).then(|| self.literal());
        match lower {
            Some(literal) if !self.tree.at(Rule::upper) => literal,
            lower => {
                let upper = self.upper_bound();
                let kind = LiteralKind::Range(lower.map(Box::new), upper.map(Box::new));
                Literal { span: self.since(start), kind }
            }
        }
    }

    fn upper_bound(&mut self) -> Option<Literal> {
        let dots = self.tree.enter(Rule::upper);
        self.tree.extend_to(dots + 2);
        let bound = self.tree.peek().is_some().then(|| self.literal());
        self.tree.leave_loose();
        bound
    }

    pub(super) fn literal(&mut self) -> Literal {
        match self.tree.peek() {
            Some(Rule::path) => self.word(),
            Some(Rule::string) => {
                let StringLiteral { span, value } = self.string();
                Literal { span, kind: LiteralKind::String(value) }
            }
            Some(Rule::list) => self.list(),
            Some(Rule::object) => self.object(),
            Some(Rule::duration) => Literal { span: self.tree.leaf(Rule::duration), kind: LiteralKind::Duration },
            _ => Literal { span: self.tree.leaf(Rule::number), kind: LiteralKind::Number },
        }
    }

    fn word(&mut self) -> Literal {
        let path = self.path();
        let span = path.span;
        let kind = match &self.text[span.range()] {
            "null" => LiteralKind::Null,
            "true" => LiteralKind::Bool(true),
            "false" => LiteralKind::Bool(false),
            _ => LiteralKind::Name(path),
        };
        Literal { span, kind }
    }

    fn list(&mut self) -> Literal {
        let start = self.tree.enter(Rule::list);
        let mut items = Vec::new();
        while self.tree.peek().is_some() {
            items.push(self.literal());
        }
        Literal { span: Span::new(start, self.tree.leave()), kind: LiteralKind::List(items) }
    }

    fn object(&mut self) -> Literal {
        let start = self.tree.enter(Rule::object);
        let mut entries = Vec::new();
        while self.tree.at(Rule::string) {
            entries.push((self.string(), self.literal()));
        }
        Literal { span: Span::new(start, self.tree.leave()), kind: LiteralKind::Object(entries) }
    }

    pub(super) fn string(&mut self) -> StringLiteral {
        let span = self.tree.leaf(Rule::string);
        let inner = Span::new(span.start + 1, span.end - 1);
        let (value, faults) = unescape(&self.text[inner.range()]);
        for fault in faults {
            self.broken = true;
            self.report.push(fault.problem(self.report, inner.start));
        }
        StringLiteral { span, value }
    }
}
