//! The regular expressions that Rust's `regex` and ECMA-262 (with its `u` flag) read alike.

use std::fmt::Write as _;

use regex_syntax::ast::{
    Assertion, AssertionKind, Ast, ClassPerl, ClassPerlKind, ClassSet, ClassSetItem, ClassUnicode, ClassUnicodeKind,
    GroupKind, Literal, LiteralKind, Repetition, Span, Visitor, parse, visit,
};

/// The greatest size of a compiled pattern, in bytes.
const SIZE_LIMIT: usize = 1 << 20;

/// A pattern of a contract: `\d` and `\w` ASCII, `.` and `\s` as ECMA-262 has them.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: regex::Regex,
}

/// Why a text is no pattern that every target reads alike.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PatternError(String);

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// Where it is none, or uses what only one of the two knows or reads otherwise.
    pub fn new(source: &str) -> Result<Self, PatternError> {
        let mut parser = parse::ParserBuilder::new().nest_limit(64).build();
        let ast = parser.parse(source).map_err(|error| PatternError(error.kind().to_string()))?;
        let common = visit(&ast, Common { source, ascii: String::new(), copied: 0, class_depth: 0 })?;
        let regex = regex::RegexBuilder::new(&common).size_limit(SIZE_LIMIT).build();
        regex.map(|regex| Self { regex }).map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => PatternError("it is larger than 1 MiB once compiled".into()),
            other => PatternError(other.to_string()),
        })
    }

    /// The same pattern with `.`, `\d`, `\s` and `\w` spelled out, as `regex` reads it.
    #[must_use]
    pub fn ascii(&self) -> &str {
        self.regex.as_str()
    }

    /// Whether it is found in a text; it is anchored only where written.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

/// Refuses what is not common, and writes the pattern again with ASCII classes.
struct Common<'p> {
    source: &'p str,
    ascii: String,
    copied: usize,
    class_depth: u32,
}

/// General categories, which both know by these names.
const CATEGORIES: &[&str] = &[
    "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi",
    "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs",
];

impl Common<'_> {
    fn refuse<T>(&self, span: &Span, why: &str) -> Result<T, PatternError> {
        let text: String = self.text(span).chars().take(20).collect();
        Err(PatternError(format!("`{text}` {why}")))
    }

    fn text(&self, span: &Span) -> &str {
        &self.source[span.start.offset..span.end.offset]
    }

    fn replace(&mut self, span: &Span, by: &str) {
        self.ascii.push_str(&self.source[self.copied..span.start.offset]);
        self.ascii.push_str(by);
        self.copied = span.end.offset;
    }

    fn perl(&mut self, class: &ClassPerl) {
        let inside = self.class_depth > 0;
        let not = if class.negated { "^" } else { "" };
        let set = match class.kind {
            ClassPerlKind::Digit => "0-9",
            ClassPerlKind::Word => "0-9A-Za-z_",
            // To ECMA-262 the byte order mark is a blank, and the next line (U+0085) is none.
            ClassPerlKind::Space => return self.replace(&class.span, &format!(r"[{not}\s\ufeff--\u0085]")),
        };
        let mut by = String::new();
        // Inside a class a negated one stands as a class of its own.
        let _ = if inside && !class.negated { write!(by, "{set}") } else { write!(by, "[{not}{set}]") };
        self.replace(&class.span, &by);
    }

    fn unicode(&self, class: &ClassUnicode) -> Result<(), PatternError> {
        match &class.kind {
            ClassUnicodeKind::Named(name) if CATEGORIES.contains(&name.as_str()) => Ok(()),
            _ => self.refuse(&class.span, "is no class that both know: \\p{…} takes a general category, as in \\p{Lu}"),
        }
    }

    fn literal(&self, literal: &Literal) -> Result<(), PatternError> {
        let text = self.text(&literal.span);
        match literal.kind {
            LiteralKind::Verbatim => match literal.c {
                '{' | '}' | ']' => self.refuse(&literal.span, "needs a backslash before it"),
                '[' if self.class_depth > 0 => self.refuse(&literal.span, "needs a backslash before it"),
                _ => Ok(()),
            },
            LiteralKind::Meta => {
                let known = "^$\\.*+?()[]{}|/".contains(literal.c) || (literal.c == '-' && self.class_depth > 0);
                if known { Ok(()) } else { self.refuse(&literal.span, "needs no backslash, and ECMA-262 refuses it") }
            }
            LiteralKind::Superfluous if literal.c == '/' => Ok(()),
            LiteralKind::Superfluous => self.refuse(&literal.span, "needs no backslash, and ECMA-262 refuses it"),
            LiteralKind::Octal => self.refuse(&literal.span, "is an octal escape"),
            LiteralKind::HexFixed(_) if text.starts_with("\\U") => {
                self.refuse(&literal.span, "is not known to ECMA-262")
            }
            LiteralKind::HexBrace(_) if !text.starts_with("\\u") => {
                self.refuse(&literal.span, "is not known to ECMA-262")
            }
            LiteralKind::HexFixed(_) | LiteralKind::HexBrace(_) => Ok(()),
            LiteralKind::Special(_) if matches!(text, "\\t" | "\\n" | "\\r" | "\\v" | "\\f") => Ok(()),
            LiteralKind::Special(_) => self.refuse(&literal.span, "is not known to ECMA-262"),
        }
    }

    fn assertion(&mut self, assertion: &Assertion) -> Result<(), PatternError> {
        match assertion.kind {
            AssertionKind::StartLine | AssertionKind::EndLine => Ok(()),
            AssertionKind::WordBoundary => {
                self.replace(&assertion.span, "(?-u:\\b)");
                Ok(())
            }
            AssertionKind::NotWordBoundary => self
                .refuse(&assertion.span, "is read otherwise by Rust, where it stands between the bytes of a character"),
            _ => self.refuse(&assertion.span, "is not known to ECMA-262"),
        }
    }

    fn repetition(&self, repetition: &Repetition) -> Result<(), PatternError> {
        let operator = self.text(&repetition.op.span);
        if operator.starts_with("{,") || operator.contains(' ') {
            return self.refuse(&repetition.op.span, "is no count to ECMA-262");
        }
        match &*repetition.ast {
            Ast::Repetition(_) | Ast::Assertion(_) | Ast::Empty(_) | Ast::Flags(_) => {
                self.refuse(&repetition.span, "repeats what ECMA-262 does not")
            }
            _ => Ok(()),
        }
    }
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
}

impl Visitor for Common<'_> {
    type Output = String;
    type Err = PatternError;

    fn finish(mut self) -> Result<String, PatternError> {
        self.ascii.push_str(&self.source[self.copied..]);
        Ok(self.ascii)
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), PatternError> {
        match ast {
            Ast::Flags(flags) => self.refuse(&flags.span, "sets flags inside the pattern"),
            Ast::Literal(literal) => self.literal(literal),
            Ast::Assertion(assertion) => self.assertion(assertion),
            // To ECMA-262 more than one character ends a line.
            Ast::Dot(span) => {
                self.replace(span, r"[^\n\r\u2028\u2029]");
                Ok(())
            }
            Ast::ClassUnicode(class) => self.unicode(class),
            Ast::ClassPerl(class) => {
                self.perl(class);
                Ok(())
            }
            Ast::ClassBracketed(class) => {
                if let ClassSet::BinaryOp(operation) = &class.kind {
                    return self.refuse(&operation.span, "is an operation on classes");
                }
                self.class_depth += 1;
                Ok(())
            }
            Ast::Repetition(repetition) => self.repetition(repetition),
            Ast::Group(group) => match &group.kind {
                GroupKind::CaptureName { starts_with_p: true, .. } => {
                    self.refuse(&group.span, "names a group by `?P`; write `(?<name>…)`")
                }
                GroupKind::CaptureName { name, .. } if !is_plain(&name.name) => {
                    self.refuse(&name.span, "is no name of a group to both: a letter, then letters, digits and `_`")
                }
                GroupKind::NonCapturing(flags) if !flags.items.is_empty() => {
                    self.refuse(&group.span, "sets flags inside the pattern")
                }
                _ => Ok(()),
            },
            Ast::Empty(_) | Ast::Alternation(_) | Ast::Concat(_) => Ok(()),
        }
    }

    fn visit_post(&mut self, ast: &Ast) -> Result<(), PatternError> {
        if matches!(ast, Ast::ClassBracketed(_)) {
            self.class_depth -= 1;
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), PatternError> {
        match item {
            ClassSetItem::Literal(literal) => self.literal(literal),
            ClassSetItem::Range(range) => {
                self.literal(&range.start)?;
                self.literal(&range.end)
            }
            ClassSetItem::Unicode(class) => self.unicode(class),
            ClassSetItem::Perl(class) => {
                self.perl(class);
                Ok(())
            }
            ClassSetItem::Ascii(class) => self.refuse(&class.span, "is not known to ECMA-262"),
            ClassSetItem::Bracketed(class) => self.refuse(&class.span, "is a class inside a class"),
            ClassSetItem::Empty(_) | ClassSetItem::Union(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_part_is_read() {
        for source in [
            "",
            "^[a-z]+$",
            r"^\d{1,3}(\.\d{1,3}){3}$",
            r"[\w.-]+@[\w-]+",
            "(?<year>[0-9]{4})-",
            "a|b|",
            r"\bword\b",
            "[^ab]",
            r"\p{Lu}\p{L}*",
            r"\u00e9|\x41|\u{1F600}",
            "(?:ab)+?",
            r"[\]\[\\]",
            r"\/a\/b",
            r"[\s\S]\s+\S*[^\s,]",
        ] {
            assert!(Pattern::new(source).is_ok(), "{source}: {:?}", Pattern::new(source).err());
        }
    }

    #[test]
    fn what_only_one_side_knows_is_refused() {
        for source in [
            "(",
            "a**",
            "^*",
            "(?i)a",
            "(?i:a)",
            "(?P<n>a)",
            "(?=a)",
            r"(a)\1",
            r"\Aa\z",
            "[[:alpha:]]",
            "[a[b]]",
            "[a&&b]",
            r"\pL",
            r"\p{Greek}",
            r"\x{41}",
            r"\U0001F600",
            r"\a",
            r"\%",
            r"\-",
            "a{,3}",
            "a{1, 2}",
            "}",
            "]",
            r"\B",
            r"\<",
            "(?<a.b>c)",
            "(?<é>c)",
            "(?x) a",
            "(((((a{1000}){1000}){1000}){1000}){1000})",
        ] {
            assert!(Pattern::new(source).is_err(), "{source}");
        }
        assert!(Pattern::new(&"(".repeat(100_000)).is_err());
    }

    #[test]
    fn digits_and_words_are_ascii() {
        let pattern = |source: &str| Pattern::new(source).expect("a pattern");
        assert!(pattern(r"^\d$").is_match("7") && !pattern(r"^\d$").is_match("٣"));
        assert!(pattern(r"^[\w-]+$").is_match("a-b_1") && !pattern(r"^[\w-]+$").is_match("é"));
        assert!(pattern(r"^\W$").is_match("é") && pattern(r"^[\D]$").is_match("x"));
        assert!(pattern("b").is_match("abc"), "it is anchored only where written");
    }

    #[test]
    fn lines_and_blanks_are_those_of_ecma() {
        let pattern = |source: &str| Pattern::new(source).expect("a pattern");
        for end in ["\n", "\r", "\u{2028}", "\u{2029}"] {
            assert!(!pattern("^.$").is_match(end) && pattern(r"^\s$").is_match(end), "{end:?}");
        }
        assert!(pattern("^.$").is_match("\u{85}") && pattern("^.$").is_match("é"));
        assert!(pattern(r"^\s$").is_match("\u{feff}") && !pattern(r"^[\s]$").is_match("\u{85}"));
        assert!(pattern(r"^\S$").is_match("\u{85}") && !pattern(r"^[\S,]$").is_match("\u{feff}"));
        assert!(pattern(r"^[^\s,]$").is_match("a") && !pattern(r"^[^\s,]$").is_match(" "));
        assert!(
            pattern(r"^[\s\S]$").is_match("\n") && pattern(r"^[.]$").is_match(".") && !pattern(r"^\.$").is_match("a")
        );
    }
}
