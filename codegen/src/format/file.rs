//! The file as a whole: what stands at its top, and the empty lines between.

use super::printer::{Fit, Printer, TooWide};
use crate::syntax::LexemeKind;

/// What stands at the top of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Namespace,
    Import,
    Definition,
}

/// The item before the one at hand.
#[derive(Clone, Copy)]
struct Previous {
    kind: Kind,
    /// Whether it goes over several lines, its head aside.
    tall: bool,
}

/// What belongs together with no empty line in it: comments, and the item behind them.
#[derive(Clone, Copy)]
struct Group {
    /// Where it begins in the output, the line end before it included.
    out: usize,
    /// Whether an empty line stands before it, or nothing.
    apart: bool,
}

impl Printer<'_> {
    pub(super) fn file(&mut self) -> Fit {
        let mut previous: Option<Previous> = None;
        let mut group: Option<Group> = None;
        while let Some(next) = self.cursor.next() {
            let first = self.out.is_empty();
            if !first {
                self.line(next.lines);
            }
            self.begun = false;
            let here = Group { out: self.out.len(), apart: first || next.lines > 1 };
            let group_at_hand = *group.get_or_insert(here);
            let group_at_hand = if here.apart { here } else { group_at_hand };
            group = Some(group_at_hand);
            if next.kind != LexemeKind::Doc && self.leading_comment()? {
                self.seam();
                continue;
            }
            let (kind, tall) = self.item()?;
            self.trailing_comments();
            let parted = previous.is_some_and(|previous| previous.kind != kind || previous.tall || tall);
            if parted && !group_at_hand.apart {
                self.empty_line_at(group_at_hand.out);
            }
            self.seam();
            previous = Some(Previous { kind, tall });
            group = None;
        }
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        Ok(())
    }

    fn item(&mut self) -> Result<(Kind, bool), TooWide> {
        self.head()?;
        if self.cursor.next().is_none() {
            // Docs that document nothing end the file.
            return Ok((Kind::Definition, false));
        }
        self.flush();
        let start = self.out.len();
        let kind = match self.next_word() {
            Some("namespace") => {
                self.token()?;
                self.space();
                self.path()?;
                Kind::Namespace
            }
            Some("import") => {
                self.import()?;
                Kind::Import
            }
            _ => {
                self.definition()?;
                Kind::Definition
            }
        };
        Ok((kind, self.out[start..].contains('\n')))
    }

    fn import(&mut self) -> Fit {
        self.token()?;
        self.space();
        self.token()?;
        if self.next_word() == Some("as") {
            self.space();
            self.token()?;
            self.space();
            self.token()?;
        }
        Ok(())
    }

    fn empty_line_at(&mut self, at: usize) {
        self.out.insert(at, '\n');
        for seam in self.seams.iter_mut().rev().take_while(|seam| seam.out as usize > at) {
            seam.out += 1;
        }
    }
}
