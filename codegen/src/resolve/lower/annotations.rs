use rustc_hash::FxHashMap;

use super::super::habits;
use super::Lowered;
use crate::ast::{Annotation, Literal};
use crate::diagnostic::Problem;
use crate::diagnostic::code::names as codes;
use crate::model::CustomAnnotation;
use crate::source::{Location, Span};

/// What annotations stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Record,
    Enum,
    Union,
    Alias,
    Constant,
    Exception,
    Service,
    Field,
    Parameter,
    Result,
    EnumVariant,
    UnionVariant,
    Procedure,
    Topic,
    /// An unnamed payload of a procedure or an exception.
    Payload,
    /// An unnamed reply.
    Reply,
}

impl Place {
    fn described(self) -> &'static str {
        match self {
            Self::Record => "a record",
            Self::Enum => "an enum",
            Self::Union => "a union",
            Self::Alias => "a type alias",
            Self::Constant => "a constant",
            Self::Exception => "an exception",
            Self::Service => "a service",
            Self::Field => "a field",
            Self::Parameter => "a parameter",
            Self::Result => "a result",
            Self::EnumVariant | Self::UnionVariant => "a variant",
            Self::Procedure => "a procedure",
            Self::Topic => "a topic",
            Self::Payload => "a payload without a name",
            Self::Reply => "a reply without a name",
        }
    }
}

/// A string argument with its place.
pub(super) type Text = (Box<str>, Span);

/// The annotations of one thing, by name. Those that may not stand there are reported and left out.
#[derive(Default)]
pub(super) struct Annotations {
    pub(super) deprecated: Option<Box<str>>,
    pub(super) unstable: bool,
    pub(super) custom: Vec<CustomAnnotation>,
    pub(super) name: Option<Text>,
    pub(super) prepath: Option<Text>,
    pub(super) version: Option<Text>,
    pub(super) uri: Option<Text>,
    pub(super) channel: Option<Text>,
    pub(super) timeout: Option<(Literal, Span)>,
    pub(super) tags: Vec<Box<str>>,
    pub(super) auth: Option<Vec<Box<str>>>,
    pub(super) expose: bool,
    pub(super) idempotent: bool,
    pub(super) closed: bool,
    pub(super) tag: Option<Text>,
    pub(super) length: Option<(Literal, Span)>,
    pub(super) range: Option<(Literal, Span)>,
    pub(super) pattern: Option<(Literal, Span)>,
    pub(super) examples: Vec<(Literal, Span)>,
    /// Whether one of them was refused: what it was meant to say is not known.
    pub(super) is_refused: bool,
}

pub(in crate::resolve) const NAMES: &[&str] = &[
    "@deprecated",
    "@name",
    "@prepath",
    "@version",
    "@uri",
    "@channel",
    "@timeout",
    "@tags",
    "@expose",
    "@auth",
    "@idempotent",
    "@length",
    "@range",
    "@pattern",
    "@tag",
    "@closed",
    "@unstable",
    "@example",
];

/// Where a built-in annotation may stand; `None` for one that the language does not know.
pub(in crate::resolve) fn may_stand(name: &str, place: Place) -> Option<bool> {
    use Place as P;
    let is_member = !matches!(place, P::Payload | P::Reply);
    Some(match name {
        "deprecated" | "unstable" => is_member,
        "name" => {
            matches!(place, P::Field | P::Parameter | P::Result | P::EnumVariant | P::UnionVariant | P::Exception)
        }
        "prepath" | "version" => place == P::Service,
        "uri" => matches!(place, P::Procedure | P::Topic),
        "channel" => matches!(place, P::Service | P::Procedure | P::Topic),
        "timeout" | "tags" | "expose" | "auth" => matches!(place, P::Service | P::Procedure),
        "idempotent" => place == P::Procedure,
        "length" | "range" | "pattern" => {
            matches!(place, P::Field | P::Parameter | P::Result | P::Alias | P::Payload | P::Reply | P::Topic)
        }
        "tag" => place == P::Union,
        "closed" => place == P::Record,
        "example" => matches!(
            place,
            P::Record
                | P::Enum
                | P::Union
                | P::Alias
                | P::Exception
                | P::Field
                | P::Parameter
                | P::Result
                | P::Procedure
        ),
        _ => return None,
    })
}

/// Where it may stand, for people.
fn places(name: &str) -> &'static str {
    match name {
        "name" => "a field, a parameter, a result, a variant or an exception",
        "prepath" | "version" => "a service",
        "uri" => "a procedure or a topic",
        "channel" => "a service, a procedure or a topic",
        "timeout" | "tags" | "expose" | "auth" => "a service or a procedure",
        "idempotent" => "a procedure",
        "length" | "range" | "pattern" => "a field, a parameter, a payload, a result, a topic or a type alias",
        "tag" => "a union",
        "closed" => "a record",
        "example" => "a type, an exception, a field, a parameter or a procedure",
        _ => "a definition or a member",
    }
}

impl<'t> Lowered<'t> {
    pub(super) fn annotations(&mut self, written: Vec<Annotation>, place: Place) -> Annotations {
        let mut annotations = Annotations::default();
        if written.is_empty() {
            return annotations;
        }
        let mut seen: FxHashMap<&'t str, Location> = FxHashMap::default();
        let before = self.problems.len();
        for annotation in written {
            let name = self.text(annotation.name.span);
            let at = self.at(annotation.span);
            if name != "example"
                && let Some(first) = seen.get(name)
            {
                let problem = Problem::new(codes::REPEATED_ANNOTATION, at, format!("\"@{name}\" stands here twice"));
                self.problems.push(problem.with_label(*first, "first here"));
                continue;
            }
            seen.insert(name, at);
            self.annotation(&mut annotations, name, annotation, place);
        }
        annotations.is_refused = self.problems.len() > before;
        annotations
    }

    fn annotation(&mut self, into: &mut Annotations, name: &'t str, annotation: Annotation, place: Place) {
        if annotation.name.segments.len() > 1 {
            let arguments = annotation.arguments.unwrap_or_default();
            let arguments = arguments.iter().map(|argument| self.argument_json(argument)).collect();
            into.custom.push(CustomAnnotation { name: name.into(), arguments });
            return;
        }
        let span = annotation.span;
        match may_stand(name, place) {
            Some(true) => {}
            Some(false) => {
                let message = format!("\"@{name}\" cannot stand on {}", place.described());
                let problem = Problem::new(codes::MISPLACED_ANNOTATION, self.at(span), message);
                self.problems.push(problem.with_help(format!("it belongs on {}", places(name))));
                return;
            }
            None => {
                let near = self.guess(&format!("@{name}"), |_| NAMES.to_vec());
                let guess = habits::annotation(name).map_or(near, |meant| format!("; did you mean \"@{meant}\"?"));
                let message = format!("unknown annotation \"@{name}\"{guess}");
                let help = "an annotation of your own has a dot in its name, as in @acme.owner(\"team\")";
                let problem = Problem::new(codes::UNKNOWN_ANNOTATION, self.at(span), message);
                self.problems.push(problem.with_help(help));
                return;
            }
        }
        match name {
            "deprecated" => into.deprecated = self.one_text(name, annotation).map(|(text, _)| text),
            "unstable" => into.unstable = self.no_argument(name, &annotation),
            "name" => into.name = self.one_text(name, annotation),
            "prepath" => into.prepath = self.one_text(name, annotation),
            "version" => into.version = self.one_text(name, annotation),
            "uri" => into.uri = self.one_text(name, annotation),
            "channel" => into.channel = self.one_text(name, annotation),
            "tag" => into.tag = self.one_text(name, annotation),
            "timeout" => into.timeout = self.one_literal(name, "a duration, as in @timeout(5s)", annotation),
            "tags" => into.tags = self.texts(name, annotation).unwrap_or_default(),
            "auth" => into.auth = self.texts(name, annotation),
            "expose" => into.expose = self.no_argument(name, &annotation),
            "idempotent" => into.idempotent = self.no_argument(name, &annotation),
            "closed" => into.closed = self.no_argument(name, &annotation),
            "length" => into.length = self.one_literal(name, "a range, as in @length(1..64)", annotation),
            "range" => into.range = self.one_literal(name, "a range, as in @range(0..100)", annotation),
            "pattern" => into.pattern = self.one_literal(name, "a string, as in @pattern(\"^[a-z]+$\")", annotation),
            _ => into.examples.extend(self.one_literal(name, "one literal", annotation)),
        }
    }
}
