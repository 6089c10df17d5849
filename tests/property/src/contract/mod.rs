//! A contract as a tree: what is drawn, written as `.almanet` text and as pydantic models, and what values follow.

mod draw;
mod text;
mod trim;

use crate::value::Json;

/// The contracts of a seed: the same ones each time.
pub(crate) fn contracts(seed: u64) -> Vec<Contract> {
    draw::contracts(seed)
}

/// One contract, of the namespace `property.NAME`.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The last segment of its namespace.
    pub name: String,
    /// What its docs and annotations are drawn from.
    pub seed: u64,
    /// Its constants, which defaults name.
    pub constants: Vec<Constant>,
    /// Its definitions, which refer to each other by index. Parameters stand before their results.
    pub definitions: Vec<Definition>,
}

/// A constant.
#[derive(Clone, Debug)]
pub struct Constant {
    /// Its name.
    pub name: String,
    /// Its type.
    pub shape: Shape,
    /// What it is.
    pub value: Json,
}

/// A definition, or what a procedure's parameters or results make.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Its name; for parameters and results `call_payload` and `call_reply`.
    pub name: String,
    /// Where it is written.
    pub place: Place,
    /// What it is.
    pub body: Body,
}

/// In which of a contract's two files, which import each other, a definition is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The one with the service, of the namespace `property.NAME`.
    Main,
    /// The other one, of the namespace `property.NAME_more`.
    More,
}

/// What a definition is.
#[derive(Clone, Debug)]
pub enum Body {
    /// An object of fields.
    Record {
        /// What the fields are of.
        role: Role,
        /// `@closed`.
        closed: bool,
        /// In the contract's order.
        fields: Vec<Field>,
    },
    /// An enum, whose variants hold nothing.
    Enum {
        /// Unknown variants are kept.
        open: bool,
        /// Source and wire names.
        variants: Vec<Named>,
    },
    /// A union.
    Union {
        /// Unknown variants are kept.
        open: bool,
        /// The tag inside the variant's record, or none where it stands beside the value.
        tag: Option<&'static str>,
        /// The variants and what they hold.
        variants: Vec<(Named, Option<Shape>)>,
    },
    /// A transparent alias.
    Alias(Bound),
    /// An exception with a bare payload, or without one.
    Exception(Option<Bound>),
    /// A procedure's unnamed payload, with constraints of its own.
    Payload(Bound),
    /// A procedure's unnamed result, with constraints of its own.
    Reply(Bound),
    /// A topic of another definition.
    Topic(usize),
    /// A procedure that streams another definition.
    Stream(usize),
}

/// What an object of fields is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A record.
    Record,
    /// An exception with fields.
    Exception,
    /// A procedure's named parameters.
    Parameters,
    /// The named parameters of one that nobody waits for.
    Notice,
    /// A procedure's named results.
    Results,
}

/// A member's names.
#[derive(Clone, Debug)]
pub struct Named {
    /// In the contract.
    pub name: String,
    /// In JSON.
    pub wire: String,
}

/// A field, parameter or result.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its names.
    pub named: Named,
    /// Its type and the constraints of its own.
    pub bound: Bound,
    /// Its default.
    pub default: Option<Preset>,
}

/// A field's default.
#[derive(Clone, Debug)]
pub struct Preset {
    /// What it is.
    pub value: Json,
    /// The constant that it is written as, by index.
    pub constant: Option<usize>,
}

/// A type with constraints.
#[derive(Clone, Debug)]
pub struct Bound {
    /// The type.
    pub shape: Shape,
    /// The constraints.
    pub limits: Limits,
}

/// Constraints.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// `@length`.
    pub length: Span<usize>,
    /// `@range`, in whole numbers or seconds.
    pub range: Span<i64>,
    /// `@pattern`, one of [`PATTERNS`].
    pub pattern: Option<usize>,
}

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A type that is built in and holds no other.
    Plain(Plain),
    /// `list<T>`
    List(Box<Shape>),
    /// `set<T>`
    Set(Box<Shape>),
    /// `map<K, V>`
    Map(Box<Shape>, Box<Shape>),
    /// `tuple<A, B, …>`
    Tuple(Vec<Shape>),
    /// `T?`
    Optional(Box<Shape>),
    /// A definition, by index.
    Named(usize),
}

/// The built-in types that hold no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the language's own names")]
pub enum Plain {
    Bool,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Float32,
    Float64,
    String,
    Bytes,
    Uuid,
    Timestamp,
    Datetime,
    Date,
    Time,
    Duration,
    Decimal,
    Any,
}

/// Every plain type with its name in the language.
pub(crate) const PLAIN: [(Plain, &str); 21] = [
    (Plain::Bool, "bool"),
    (Plain::Int8, "int8"),
    (Plain::Int16, "int16"),
    (Plain::Int32, "int32"),
    (Plain::Int64, "int64"),
    (Plain::Uint8, "uint8"),
    (Plain::Uint16, "uint16"),
    (Plain::Uint32, "uint32"),
    (Plain::Uint64, "uint64"),
    (Plain::Float32, "float32"),
    (Plain::Float64, "float64"),
    (Plain::String, "string"),
    (Plain::Bytes, "bytes"),
    (Plain::Uuid, "uuid"),
    (Plain::Timestamp, "timestamp"),
    (Plain::Datetime, "datetime"),
    (Plain::Date, "date"),
    (Plain::Time, "time"),
    (Plain::Duration, "duration"),
    (Plain::Decimal, "decimal"),
    (Plain::Any, "any"),
];

/// Patterns, each with texts that match it.
pub const PATTERNS: [(&str, &[&str]); 4] = [
    ("^[a-z]+$", &["a", "abc", "zzzzzzzzz"]),
    (r"^[A-Z]\w{0,5}$", &["A", "B_9", "Zebra1"]),
    ("^(on|off)$", &["on", "off"]),
    (r#"^"\d{3}-\d{2}""#, &["\"123-45\"", "\"000-00\" and more"]),
];

impl Plain {
    /// Its name in the language.
    #[must_use]
    pub fn name(self) -> &'static str {
        PLAIN.iter().find(|(plain, _)| *plain == self).map_or("", |(_, name)| name)
    }

    /// The least and the greatest value of an integer type.
    #[must_use]
    pub fn bounds(self) -> Option<(i128, i128)> {
        let (bits, signed) = match self {
            Self::Int8 => (8, true),
            Self::Int16 => (16, true),
            Self::Int32 => (32, true),
            Self::Int64 => (64, true),
            Self::Uint8 => (8, false),
            Self::Uint16 => (16, false),
            Self::Uint32 => (32, false),
            Self::Uint64 => (64, false),
            _ => return None,
        };
        Some(if signed { (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) } else { (0, (1 << bits) - 1) })
    }
}

impl Contract {
    /// The type with the aliases on its top followed, and the constraints that they add.
    #[must_use]
    pub fn resolved<'a>(&'a self, shape: &'a Shape, mut limits: Limits) -> (&'a Shape, Limits) {
        let mut shape = shape;
        while let Shape::Named(index) = shape
            && let Some(Definition { body: Body::Alias(bound), .. }) = self.definitions.get(*index)
        {
            limits = limits.and(bound.limits);
            shape = &bound.shape;
        }
        (shape, limits)
    }

    /// The type below its aliases, and below `?` and what that holds.
    #[must_use]
    pub fn core<'a>(&'a self, shape: &'a Shape) -> &'a Shape {
        match self.resolved(shape, Limits::default()).0 {
            Shape::Optional(inner) => self.resolved(inner, Limits::default()).0,
            core => core,
        }
    }

    /// Whether null is one of its values because it, or the alias that it is, is optional.
    #[must_use]
    pub fn is_optional(&self, shape: &Shape) -> bool {
        matches!(self.resolved(shape, Limits::default()).0, Shape::Optional(_))
    }
}

impl Limits {
    /// Both these and the other ones, of which one at most has a pattern.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            length: both(self.length, other.length),
            range: both(self.range, other.range),
            pattern: self.pattern.or(other.pattern),
        }
    }

    /// Whether no value is within them.
    #[must_use]
    pub fn is_contradiction(self) -> bool {
        let length = matches!(self.length, Some((Some(min), Some(max))) if min > max);
        length || matches!(self.range, Some((Some(min), Some(max))) if min > max)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.length.is_none() && self.range.is_none() && self.pattern.is_none()
    }
}

impl Bound {
    /// A type without constraints of its own.
    #[must_use]
    pub fn free(shape: Shape) -> Self {
        Self { shape, limits: Limits::default() }
    }
}

/// Bounds, of which one may be absent.
pub type Span<T> = Option<(Option<T>, Option<T>)>;

fn both<T: Ord + Copy>(one: Span<T>, other: Span<T>) -> Span<T> {
    let (Some(one), Some(other)) = (one, other) else { return one.or(other) };
    // No lower bound is less than any, no upper bound is to be left out.
    Some((one.0.max(other.0), one.1.into_iter().chain(other.1).min()))
}
