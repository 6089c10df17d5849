//! After a syntax error: the exact place, what was expected there, and where to go on.

mod fault;
mod number;
mod stream;

use super::file::{FileParser, Limit, Stop};
use crate::diagnostic::code::syntax as codes;
use crate::source::Span;

impl FileParser<'_> {
    pub(super) fn recover_namespace(&mut self, at: u32, limit: Limit) -> u32 {
        self.skip(at, limit)
    }
    pub(super) fn recover_import(&mut self, at: u32, limit: Limit) -> u32 {
        self.skip(at, limit)
    }
    pub(super) fn recover_definition(&mut self, at: u32, limit: Limit) -> u32 {
        self.skip(at, limit)
    }
    pub(super) fn recover_stray(&mut self, at: u32) -> u32 {
        let l = self.limit(at);
        self.skip(at, l)
    }
    fn skip(&mut self, at: u32, limit: Limit) -> u32 {
        if limit.stop != Stop::Barrier {
            let p = self.report.problem(codes::UNEXPECTED, Span::new(at, at + 1), "this cannot be read");
            self.report.push(p);
        }
        self.scan.keyword_line_from(limit.at).unwrap_or(self.text.len() as u32)
    }
}
