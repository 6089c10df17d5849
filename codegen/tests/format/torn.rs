//! A contract with comments and blanks put at random between its tokens.

use almanet_codegen::syntax::{LexemeKind, lexemes};

/// What is put between tokens.
pub(crate) const COMMENTS: [&str; 13] = [
    " // a line\n",
    "\n// a line of its own\n",
    "\n\n  // a line apart\n\n",
    "/**/",
    " /* a block */ ",
    "\n/* a block of its own */\n",
    "\n\t/* blocks /* nest */\n\t   and go on\n\n   */ ",
    " /* over\r\n     lines */\n",
    "\n/// docs\n",
    " /// docs behind something\r\n",
    "\n//! docs of the file\n",
    "\n//// no docs\r",
    "\n\n\n",
];

/// Draws where, and what: the same for the same seed.
pub(crate) struct Torn(u64);

impl Torn {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound
    }

    /// The contract with other blanks, and with comments.
    pub(crate) fn tear(mut self, text: &str) -> String {
        let often = [3, 10, 40, 200][self.below(4)];
        // Docs before the namespace that belong to nothing else are lints, and before the file's docs too.
        let mut torn = String::new();
        for lexeme in lexemes(text) {
            let written = &text[lexeme.span.range()];
            match lexeme.kind {
                LexemeKind::Blank if self.below(4) == 0 => {
                    torn.push_str(["\n", " ", "\n\n", "\r\n", "\t"][self.below(5)]);
                }
                _ => torn.push_str(written),
            }
            if lexeme.kind.is_trivia() && lexeme.kind != LexemeKind::Blank {
                torn.push('\n');
            }
            let touches = written.ends_with(['.', '@']) || text[lexeme.span.end as usize..].starts_with(['.', '@']);
            if !touches && self.below(often) == 0 {
                torn.push_str(COMMENTS[self.below(COMMENTS.len())]);
            }
        }
        torn
    }
}
