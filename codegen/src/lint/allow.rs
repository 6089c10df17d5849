//! `// almanet-lint: allow CODE reason`, or the same in `/* */`: silences lints on its own line and the next.

use rustc_hash::FxHashMap;

use super::{Contract, Settings, rules};
use crate::diagnostic::code::lints as codes;
use crate::diagnostic::{Code, Problem, nearest};
use crate::source::{Edit, FileId, Location, Span};
use crate::syntax::{LexemeKind, lexemes};

/// What such a comment begins with, its slashes aside.
const MARK: &str = "almanet-lint:";

/// One comment.
struct Allow {
    /// The comment.
    location: Location,
    /// The code, as it is written.
    code: Span,
    /// The rule's code; none where there is no such rule.
    known: Option<Code>,
    has_reason: bool,
    /// Whether nothing else stands on its line.
    alone: bool,
    /// The lines, from 1, on which it silences.
    lines: [u32; 2],
    used: bool,
}

/// Takes away what comments silence, and adds what is wrong with those comments.
pub(super) fn apply(contract: &Contract<'_>, mut problems: Vec<Problem>, settings: &Settings) -> Vec<Problem> {
    let mut allows: FxHashMap<FileId, Vec<Allow>> = FxHashMap::default();
    let finder = memchr::memmem::Finder::new(MARK);
    for file in contract.linted_files() {
        let text = contract.sources.get(file).text();
        if finder.find(text.as_bytes()).is_some() {
            allows.insert(file, read(contract, file));
        }
    }
    if allows.is_empty() {
        return problems;
    }
    problems.retain(|problem| {
        let Some(allows) = allows.get_mut(&problem.location.file) else { return true };
        let line = contract.sources.get(problem.location.file).line_of(problem.location.span.start);
        let silencing = |allow: &&mut Allow| allow.known == Some(problem.code) && allow.lines.contains(&line);
        let mut silenced = false;
        for allow in allows.iter_mut().filter(|allow| silencing(allow)) {
            allow.used = true;
            silenced |= allow.has_reason;
        }
        !silenced
    });
    let mut files: Vec<_> = allows.into_iter().collect();
    files.sort_unstable_by_key(|(file, _)| *file);
    for allow in files.iter().flat_map(|(_, allows)| allows) {
        problems.extend(wrong(contract, allow).filter(|problem| settings.speaks(problem.code)));
    }
    problems
}

/// What is wrong with a comment, if anything.
fn wrong(contract: &Contract<'_>, allow: &Allow) -> Option<Problem> {
    let at = Location::new(allow.location.file, allow.code);
    let written = contract.sources.text(at);
    let Some(code) = allow.known else {
        let message = if written.is_empty() {
            "this comment says not which lint it allows".to_owned()
        } else {
            format!("there is no lint `{written}` to allow")
        };
        let near = nearest(written, rules().iter().map(|rule| rule.code.as_str()));
        let help = near
            .map_or("write `// almanet-lint: allow CODE reason`".to_owned(), |near| format!("did you mean `{near}`?"));
        return Some(Problem::new(codes::ALLOW_UNKNOWN, at, message).with_help(help));
    };
    if !allow.used {
        let message = format!("there is no {code} on this line or the next to allow");
        let text = contract.sources.get(allow.location.file).text();
        let removal = Edit::removal(line_of(text, allow.location.span));
        return Some(
            Problem::new(codes::ALLOW_UNUSED, allow.location, message).with_fix("remove the comment", [removal]),
        );
    }
    (!allow.has_reason).then(|| {
        let message = format!("this comment gives no reason to allow {code}, so it does not");
        Problem::new(codes::ALLOW_WITHOUT_REASON, allow.location, message).with_help("write the reason behind the code")
    })
}

/// A comment with the line that holds nothing else, or with the blanks before it.
pub(super) fn line_of(text: &str, span: Span) -> Span {
    let before = &text[..span.start as usize];
    let start = before.trim_end_matches([' ', '\t']).len();
    let stands_alone = is_line(before);
    let rest = &text[span.end as usize..];
    let line_end = match rest.as_bytes() {
        [b'\r', b'\n', ..] => 2,
        [b'\n' | b'\r', ..] => 1,
        _ => 0,
    };
    Span::new(start as u32, span.end + if stands_alone { line_end } else { 0 })
}

/// Whether what follows a text begins a line, blanks aside.
fn is_line(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '\t']);
    before.is_empty() || before.ends_with(['\n', '\r'])
}

fn read(contract: &Contract<'_>, file: FileId) -> Vec<Allow> {
    let source = contract.sources.get(file);
    let text: &str = source.text();
    let mut allows: Vec<Allow> = Vec::new();
    for lexeme in lexemes(text) {
        let comment = &text[lexeme.span.range()];
        let (inside, closer) = match lexeme.kind {
            LexemeKind::LineComment => (comment.trim_start_matches('/'), ""),
            LexemeKind::BlockComment => (comment.trim_start_matches("/*").trim_end_matches("*/"), "*/"),
            _ => continue,
        };
        let Some(said) = inside.trim_start().strip_prefix(MARK) else { continue };
        let words = said.trim_start().strip_prefix("allow").unwrap_or_default().trim_start();
        let code = words.split_ascii_whitespace().next().unwrap_or_default();
        let start = lexeme.span.end - (words.len() + closer.len()) as u32;
        let line = source.line_of(lexeme.span.end - 1);
        allows.push(Allow {
            location: Location::new(file, lexeme.span),
            code: Span::new(start, start + code.len() as u32),
            known: rules().iter().map(|rule| rule.code).find(|known| known.as_str() == code),
            has_reason: words.split_ascii_whitespace().nth(1).is_some(),
            alone: is_line(&text[..lexeme.span.start as usize]),
            lines: [line, line + 1],
            used: false,
        });
    }
    // Several of them, one above the other, are about what stands below the last.
    for index in (1..allows.len()).rev() {
        if allows[index].alone && allows[index - 1].lines[1] == allows[index].lines[0] {
            allows[index - 1].lines[1] = allows[index].lines[1];
        }
    }
    allows
}
