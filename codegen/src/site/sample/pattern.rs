//! A text that a pattern finds itself in.

use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind};

/// The longest text that is made.
const LONGEST: usize = 64;

/// A short text that matches, of at least so many characters where the pattern repeats something; none where that is not
/// easily told. What comes out is to be checked.
pub(super) fn matching(pattern: &str, least: usize) -> Option<String> {
    // Perl classes are ASCII in contracts, and any character of theirs will do.
    let hir = regex_syntax::Parser::new().parse(pattern).ok()?;
    let mut short = String::new();
    write(&hir, 0, &mut short)?;
    let missing = least.saturating_sub(short.chars().count());
    if missing == 0 {
        return Some(short);
    }
    let mut longer = String::new();
    write(&hir, missing, &mut longer)?;
    Some(longer)
}

fn write(hir: &Hir, more: usize, out: &mut String) -> Option<()> {
    if out.len() > LONGEST {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(()),
        HirKind::Literal(literal) => {
            out.push_str(std::str::from_utf8(&literal.0).ok()?);
            Some(())
        }
        HirKind::Class(Class::Unicode(class)) => {
            let likely =
                |wanted: char| class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&wanted));
            let found = ['a', 'A', '1', '0', ' ', '-', '_'].into_iter().find(|wanted| likely(*wanted));
            out.push(found.or_else(|| class.ranges().first().map(ClassUnicodeRange::start))?);
            Some(())
        }
        HirKind::Class(Class::Bytes(class)) => {
            out.push(char::from(class.ranges().first()?.start()));
            Some(())
        }
        HirKind::Repetition(repetition) => {
            let least = usize::try_from(repetition.min).ok()?;
            let most = repetition.max.map_or(Some(LONGEST), |max| usize::try_from(max).ok())?;
            for _ in 0..least.max(1 + more).min(most).max(least) {
                write(&repetition.sub, 0, out)?;
            }
            Some(())
        }
        HirKind::Capture(capture) => write(&capture.sub, more, out),
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, more, out)),
        HirKind::Alternation(parts) => write(parts.first()?, more, out),
    }
}

#[cfg(test)]
mod tests {
    use super::matching;
    use crate::model::Pattern;

    #[test]
    fn what_is_made_matches() {
        for pattern in ["^[0-9]{13}$", "^[a-z]+$", r"^\d{1,3}(\.\d{1,3}){3}$", "a|b", "^(?:ab)+c?$", r"[\w.-]+@[\w-]+"]
        {
            let text = matching(pattern, 0).expect("it can be made");
            assert!(Pattern::new(pattern).expect("it is one").is_match(&text), "{pattern}: {text}");
        }
        assert_eq!(matching("^[a-z]+$", 5).expect("it can be made").len(), 5);
        assert_eq!(matching("^(a{60}){60}$", 0), None);
    }
}
