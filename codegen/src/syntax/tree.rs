//! A cursor over what the grammar accepted, as pest's flat queue of starts and ends.

use pest::Parser as _;
use pest::Token;
use pest::iterators::Tokens;

use super::grammar::{Grammar, Rule};
use crate::source::Span;

/// Walks one accepted rule from its start to its end; trivia is passed over.
pub(super) struct Tree<'t> {
    tokens: Tokens<'t, Rule>,
    next: Option<(Rule, Edge, u32)>,
    base: u32,
    last_end: u32,
    end: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Start,
    End,
}

impl<'t> Tree<'t> {
    /// Reads `rule` at the start of `within`, a part of `text`; `Err` is where the grammar got stuck.
    pub(super) fn read(rule: Rule, text: &'t str, within: Span) -> Result<Self, u32> {
        match Grammar::parse(rule, &text[within.range()]) {
            Ok(pairs) => {
                let end = within.start + pairs.as_str().len() as u32;
                let mut tree =
                    Self { tokens: pairs.tokens(), next: None, base: within.start, last_end: within.start, end };
                tree.step();
                Ok(tree)
            }
            Err(error) => Err(within.start
                + match error.location {
                    pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => at as u32,
                }),
        }
    }

    /// Where the grammar stopped, trivia behind the last token included.
    pub(super) fn end(&self) -> u32 {
        self.end
    }

    /// Whether the next node is of this rule.
    pub(super) fn at(&self, rule: Rule) -> bool {
        matches!(self.next, Some((next, Edge::Start, _)) if next == rule)
    }

    /// The rule of the next node; `None` at the end of the node at hand.
    pub(super) fn peek(&self) -> Option<Rule> {
        match self.next {
            Some((rule, Edge::Start, _)) => Some(rule),
            _ => None,
        }
    }

    /// Where the next node begins.
    pub(super) fn position(&self) -> u32 {
        self.next.map_or(self.last_end, |(_, _, at)| at)
    }

    /// Goes into the next node.
    pub(super) fn enter(&mut self, rule: Rule) -> u32 {
        debug_assert!(self.at(rule), "the grammar and the tree disagree about {rule:?}");
        let start = self.position();
        self.step();
        start
    }

    /// Leaves a node that ends in a token of its own, such as a bracket.
    pub(super) fn leave(&mut self) -> u32 {
        let end = self.leave_loose();
        self.last_end = end;
        end
    }

    /// Leaves a node that may end in trivia.
    pub(super) fn leave_loose(&mut self) -> u32 {
        debug_assert!(self.peek().is_none(), "the tree leaves something unread");
        let end = self.position();
        self.step();
        end
    }

    /// Passes a node without inner ones.
    pub(super) fn leaf(&mut self, rule: Rule) -> Span {
        let start = self.enter(rule);
        Span::new(start, self.leave())
    }

    /// The end of the last token.
    pub(super) fn last_end(&self) -> u32 {
        self.last_end
    }

    /// Moves the end of the last token, for one that is no node.
    pub(super) fn extend_to(&mut self, end: u32) {
        self.last_end = end;
    }

    fn step(&mut self) {
        self.next = self.tokens.by_ref().find_map(|token| {
            let (rule, edge, at) = match token {
                Token::Start { rule, pos } => (rule, Edge::Start, pos.pos()),
                Token::End { rule, pos } => (rule, Edge::End, pos.pos()),
            };
            let is_trivia = matches!(rule, Rule::t | Rule::undocumented);
            (!is_trivia).then_some((rule, edge, self.base + at as u32))
        });
    }
}
