//! What is expected at a place, told from the lexemes before it: the tree of a text that somebody is typing has holes where it is
//! needed most.

use crate::ide::document::Document;
use crate::resolve::vocabulary::Place;
use crate::source::Span;
use crate::syntax::{LexemeKind, lexemes};

/// What is expected, and what is written of it already.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) written: Span,
    pub(super) expected: Expected,
    /// The string around what is written, its quotes included, as far as there are some.
    pub(super) quoted: Option<Span>,
    /// What closes the brackets that are open here, up to the body in which they stand.
    pub(super) closers: String,
    /// Whether a whole default is expected, or a constant's value.
    pub(super) is_default: bool,
}

#[derive(Debug)]
pub(super) enum Expected {
    /// A new name, or prose: nothing that anybody could offer.
    Nothing,
    /// One of these, perhaps with what follows it.
    Keywords(&'static [&'static str]),
    /// An annotation; on what, where that is known.
    Annotation(Option<Place>),
    Type,
    TypeOrStream,
    Exception,
    /// A literal; in quotes, what it says.
    Value,
    /// A key of an object.
    Key,
    Constant,
    /// The path of an import.
    Import,
}

/// What is open at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frame {
    File,
    Fields,
    Enum,
    Union,
    Service,
    Parameters,
    Results,
    Payload,
    Arguments,
    /// What stands behind `@example`.
    Example,
    TypeArguments,
    Object,
    Array,
}

#[derive(Clone, Copy, Debug)]
struct Token {
    kind: LexemeKind,
    span: Span,
    first_on_line: bool,
}

/// A frame with the tokens of the member that is being written in it; annotations are left out.
#[derive(Debug)]
struct Open {
    frame: Frame,
    member: Vec<Token>,
    /// The annotation that was begun last, while nothing else followed.
    annotation: Option<Span>,
}

const DEFINITIONS: &[&str] = &["record", "enum", "union", "type", "const", "exception", "service", "open"];
const HEAD: &[&str] =
    &["namespace", "import", "record", "enum", "union", "type", "const", "exception", "service", "open"];

pub(super) fn at(document: &Document, offset: u32) -> Context {
    let text = document.text();
    let mut reader = Reader { text, open: vec![Open::new(Frame::File)] };
    let mut new_line = true;
    let mut written = Span::new(offset, offset);
    let mut quoted = None;
    let mut tokens = lexemes(text).take_while(|lexeme| lexeme.span.start < offset).peekable();
    let mut kept: Vec<Token> = Vec::new();
    while let Some(lexeme) = tokens.next() {
        let (kind, span) = (lexeme.kind, lexeme.span);
        if kind == LexemeKind::Blank {
            new_line |= text[span.start as usize..span.end.min(offset) as usize].contains(['\n', '\r']);
            continue;
        }
        if kind.is_trivia() {
            // Inside of a comment, or at the end of one that ends with its line.
            if span.end > offset || (span.end == offset && kind != LexemeKind::BlockComment) {
                return Context::nothing(written);
            }
            continue;
        }
        let ends_here = span.end >= offset && tokens.peek().is_none();
        if ends_here
            && matches!(kind, LexemeKind::String | LexemeKind::UnclosedString)
            && (span.end > offset || kind == LexemeKind::UnclosedString)
        {
            let end = if kind == LexemeKind::String { span.end - 1 } else { offset };
            written = Span::new(span.start + 1, end.max(span.start + 1));
            if kept.last().is_some_and(|last| &text[last.span.range()] == "import") {
                return Context { expected: Expected::Import, ..Context::nothing(written) };
            }
            quoted = Some(span);
            break;
        }
        if ends_here && matches!(kind, LexemeKind::Number) {
            return Context::nothing(written);
        }
        kept.push(Token { kind, span, first_on_line: std::mem::take(&mut new_line) });
    }
    // The word at the cursor with the names and dots before it is what is being written.
    let is_path = |token: &Token| matches!(token.kind, LexemeKind::Word | LexemeKind::Mark(b'.'));
    while quoted.is_none()
        && let Some(token) = kept.last().copied().filter(|token| is_path(token) && token.span.end >= written.start)
    {
        written.start = token.span.start;
        new_line = token.first_on_line;
        kept.pop();
        if token.first_on_line {
            break;
        }
    }
    if quoted.is_none() {
        written.end = offset.max(written.start);
    }
    for token in kept {
        reader.take(token);
    }
    let expected = match reader.expected(new_line) {
        expected if quoted.is_none() || matches!(expected, Expected::Value | Expected::Key) => expected,
        _ => Expected::Nothing,
    };
    let is_default = !matches!(reader.top().frame, Frame::Example | Frame::Object | Frame::Array);
    Context { written, expected, quoted, closers: reader.closers(), is_default }
}

impl Context {
    fn nothing(written: Span) -> Self {
        Self { written, expected: Expected::Nothing, quoted: None, closers: String::new(), is_default: false }
    }
}

impl Open {
    fn new(frame: Frame) -> Self {
        Self { frame, member: Vec::new(), annotation: None }
    }
}

struct Reader<'t> {
    text: &'t str,
    open: Vec<Open>,
}

impl<'t> Reader<'t> {
    fn word(&self, token: Token) -> &'t str {
        if token.kind == LexemeKind::Word { &self.text[token.span.range()] } else { "" }
    }

    fn top(&mut self) -> &mut Open {
        if self.open.is_empty() {
            self.open.push(Open::new(Frame::File));
        }
        let last = self.open.len() - 1;
        &mut self.open[last]
    }

    fn take(&mut self, token: Token) {
        // A keyword of the file's at the start of a line closes whatever is open, as in the parser.
        let word = self.word(token);
        if token.first_on_line && HEAD.contains(&word) && self.begins_line(token) {
            self.open.truncate(1);
            self.top().member.clear();
        }
        if token.first_on_line {
            self.close_broken(word);
        }
        if token.first_on_line && self.is_new_member(word) {
            self.top().member.clear();
        }
        match token.kind {
            LexemeKind::Mark(b'@') => {
                let open = self.top();
                open.annotation = Some(token.span);
                return;
            }
            LexemeKind::Mark(opener @ (b'{' | b'(' | b'[' | b'<')) => {
                let frame = self.opened(opener);
                self.open.push(Open::new(frame));
                return;
            }
            LexemeKind::Mark(closer @ (b'}' | b')' | b']' | b'>')) => return self.close(closer, token),
            LexemeKind::Mark(b',' | b';') => return self.comma(token),
            _ => {}
        }
        let open = self.top();
        if open.annotation.is_some() {
            // The annotation's name; what follows that is the member again.
            let named =
                open.annotation.is_some_and(|at| at.end == token.span.start) || token.kind == LexemeKind::Mark(b'.');
            if named {
                open.annotation = Some(token.span);
                return;
            }
            open.annotation = None;
        }
        // `name :` begins a member, whatever the line before it lacks.
        let begins = token.kind == LexemeKind::Mark(b':') && matches!(open.frame, Frame::Fields | Frame::Union);
        if let Some(name) = open.member.last().copied().filter(|last| begins && last.first_on_line) {
            open.member = vec![name];
        }
        open.member.push(token);
    }

    /// Closes brackets that somebody is still typing in: types do not go on in the next line, nor does a member's keyword stand in another.
    fn close_broken(&mut self, word: &str) {
        while self.open.last().is_some_and(|open| open.frame == Frame::TypeArguments) {
            self.open.pop();
        }
        let service = self.open.iter().rposition(|open| open.frame == Frame::Service);
        if let Some(service) = service.filter(|_| matches!(word, "procedure" | "oneway" | "topic")) {
            self.open.truncate(service + 1);
            self.top().member.clear();
        }
    }

    /// Whether a keyword stands at the very start of its line: a field may have a keyword's name.
    fn begins_line(&self, token: Token) -> bool {
        token.span.start == 0 || self.text.as_bytes()[token.span.start as usize - 1] == b'\n'
    }

    fn is_new_member(&mut self, word: &str) -> bool {
        let text = self.text;
        let open = self.top();
        let Some(last) = open.member.last() else { return false };
        let first = open.member.first().map_or("", |token| &text[token.span.range()]);
        let last = &text[last.span.range()];
        match open.frame {
            Frame::File => DEFINITIONS.contains(&word) || first == "import",
            Frame::Fields | Frame::Union | Frame::Enum => !matches!(last, ":" | "=" | "." | ".."),
            Frame::Service => {
                matches!(word, "procedure" | "oneway" | "topic" | "reserved") && first != "oneway"
                    || word == "procedure" && last != "oneway"
            }
            _ => false,
        }
    }

    fn opened(&mut self, opener: u8) -> Frame {
        let text = self.text;
        let open = self.top();
        if let Some(name) = open.annotation.filter(|_| opener == b'(') {
            return if &text[name.range()] == "example" { Frame::Example } else { Frame::Arguments };
        }
        let words: Vec<&str> = open.member.iter().map(|token| &text[token.span.range()]).collect();
        match (open.frame, opener) {
            (_, b'<') => Frame::TypeArguments,
            (Frame::File, b'{') => match words.iter().find(|word| DEFINITIONS[..].contains(word) && **word != "open") {
                Some(&"enum") => Frame::Enum,
                Some(&"union") => Frame::Union,
                Some(&"service") => Frame::Service,
                Some(&"const") => Frame::Object,
                _ => Frame::Fields,
            },
            (Frame::File, b'(') => Frame::Payload,
            (Frame::Service, b'(') if words.contains(&"->") => Frame::Results,
            (Frame::Service, b'(') => Frame::Parameters,
            (_, b'{') => Frame::Object,
            _ => Frame::Array,
        }
    }

    fn close(&mut self, closer: u8, token: Token) {
        if self.open.len() > 1 {
            self.open.pop();
        }
        let open = self.top();
        let ends_definition = open.frame == Frame::File && closer == b'}';
        if ends_definition {
            open.member.clear();
        } else if open.annotation.take().is_none() {
            open.member.push(token);
        }
    }

    fn comma(&mut self, token: Token) {
        let text = self.text;
        let open = self.top();
        let in_raises =
            open.frame == Frame::Service && open.member.iter().any(|token| &text[token.span.range()] == "raises");
        if in_raises {
            open.member.push(token);
        } else {
            open.member.clear();
        }
    }

    /// What is expected behind what was taken; `new_line`: on a line of its own.
    fn expected(&mut self, new_line: bool) -> Expected {
        let text = self.text;
        if new_line {
            self.close_broken("");
        }
        if new_line && self.is_new_member("procedure") {
            self.top().member.clear();
        }
        let place = self.place();
        let open = self.top();
        if open.annotation.is_some_and(|at| &text[at.range()] == "@") {
            return Expected::Annotation(place);
        }
        let member = &open.member;
        let words: Vec<&str> = member.iter().map(|token| &text[token.span.range()]).collect();
        let last = words.last().copied().unwrap_or_default();
        let first = words.first().copied().unwrap_or_default();
        match open.frame {
            Frame::File => match (first, last) {
                ("", _) => Expected::Keywords(HEAD),
                ("open", "open") => Expected::Keywords(&["enum", "union"]),
                ("import", _) if words.len() == 2 => Expected::Keywords(&["as"]),
                ("type", "=") | ("const", ":") => Expected::Type,
                ("const", "=") => Expected::Value,
                _ if new_line && words.len() > 1 && first != "namespace" => Expected::Keywords(DEFINITIONS),
                ("namespace", _) if new_line && words.len() > 1 => Expected::Keywords(HEAD),
                _ => Expected::Nothing,
            },
            Frame::Fields => match last {
                "" => Expected::Keywords(&["reserved"]),
                ":" => Expected::Type,
                "=" => Expected::Value,
                _ => Expected::Nothing,
            },
            Frame::Enum | Frame::Union => match last {
                "" => Expected::Keywords(&["reserved"]),
                ":" if open.frame == Frame::Union => Expected::Type,
                _ => Expected::Nothing,
            },
            Frame::Service => match last {
                "" => Expected::Keywords(&["procedure", "oneway", "topic", "reserved"]),
                "oneway" => Expected::Keywords(&["procedure"]),
                ":" | "stream" => Expected::Type,
                "->" => Expected::TypeOrStream,
                "raises" => Expected::Exception,
                "," if words.contains(&"raises") => Expected::Exception,
                ")" if !words.contains(&"->") => Expected::Keywords(&["->", "raises"]),
                _ if words.contains(&"->") && !words.contains(&"raises") && first != "oneway" => {
                    Expected::Keywords(&["raises"])
                }
                _ => Expected::Nothing,
            },
            Frame::Parameters | Frame::Results => match last {
                // An unnamed payload, unless it is a parameter's new name.
                "" | ":" => Expected::Type,
                "=" => Expected::Value,
                _ => Expected::Nothing,
            },
            Frame::Payload | Frame::TypeArguments => Expected::Type,
            Frame::Arguments => match last {
                "" | ".." => Expected::Constant,
                _ => Expected::Nothing,
            },
            Frame::Example | Frame::Array => match last {
                "" => Expected::Value,
                _ => Expected::Nothing,
            },
            Frame::Object => match last {
                "" => Expected::Key,
                ":" => Expected::Value,
                _ => Expected::Nothing,
            },
        }
    }

    /// On what an annotation would stand here, as far as that is settled before its keyword.
    fn place(&mut self) -> Option<Place> {
        match self.top().frame {
            Frame::Fields => Some(Place::Field),
            Frame::Enum => Some(Place::EnumVariant),
            Frame::Union => Some(Place::UnionVariant),
            Frame::Parameters => Some(Place::Parameter),
            Frame::Results => Some(Place::Result),
            Frame::Payload => Some(Place::Payload),
            Frame::File
            | Frame::Service
            | Frame::Arguments
            | Frame::Example
            | Frame::TypeArguments
            | Frame::Object
            | Frame::Array => None,
        }
    }

    /// What closes the brackets that are open, up to a body.
    fn closers(&self) -> String {
        let closer = |open: &Open| match open.frame {
            Frame::Object => Some('}'),
            Frame::Array => Some(']'),
            Frame::Example | Frame::Parameters | Frame::Results => Some(')'),
            _ => None,
        };
        self.open.iter().rev().map_while(closer).collect()
    }
}
