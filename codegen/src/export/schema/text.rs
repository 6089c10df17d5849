//! Built-in types whose JSON is a string: what decoders take, as one pattern each.

use serde_json::{Value as Json, json};

use super::Dialect;

/// A built-in type whose JSON is a string of a certain form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Bytes,
    Date,
    DateTime,
    Decimal,
    Duration,
    Time,
    Timestamp,
    Uuid,
}

/// A date of the proleptic Gregorian calendar.
const DATE: &str = "([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|\
                    02-(0[1-9]|1[0-9]|2[0-8]))|\
                    ([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)";
const MINUTE: &str = "([01][0-9]|2[0-3]):[0-5][0-9]";
const FRACTION: &str = "(\\.[0-9]{1,9})?";

impl Text {
    pub(super) const ALL: [Self; 8] = [
        Self::Bytes,
        Self::Date,
        Self::DateTime,
        Self::Decimal,
        Self::Duration,
        Self::Time,
        Self::Timestamp,
        Self::Uuid,
    ];

    pub(super) fn bit(self) -> u8 {
        1 << self as u8
    }

    /// Its name in the language. A definition's name has a dot, so this is never one.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Decimal => "decimal",
            Self::Duration => "duration",
            Self::Time => "time",
            Self::Timestamp => "timestamp",
            Self::Uuid => "uuid",
        }
    }

    pub(super) fn schema(self, dialect: Dialect) -> Json {
        let mut schema = json!({ "type": "string", "pattern": self.pattern(), "description": self.description() });
        if let Some(format) = self.format(dialect) {
            schema["format"] = json!(format);
        }
        if self == Self::Bytes {
            schema["contentEncoding"] = json!("base64");
        }
        schema
    }

    /// Only formats that mean what this type is: JSON Schema's `time` has an offset, its `duration` no fraction.
    fn format(self, dialect: Dialect) -> Option<&'static str> {
        match self {
            Self::Timestamp => Some("date-time"),
            Self::Date => Some("date"),
            Self::Uuid => Some("uuid"),
            Self::DateTime if dialect == Dialect::OpenApi => Some("date-time-local"),
            Self::Time if dialect == Dialect::OpenApi => Some("time-local"),
            Self::Decimal if dialect == Dialect::OpenApi => Some("decimal"),
            _ => None,
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Bytes => "Base64; the standard alphabet with padding is written.",
            Self::Date => "ISO 8601, without an offset.",
            Self::DateTime => "RFC 3339 without an offset, up to nanoseconds.",
            Self::Decimal => "At most 28 significant digits and 28 decimals; E notation is read, never written.",
            Self::Duration => {
                "ISO 8601; a year has 365 days, a month 30. Days, hours, minutes and seconds are written."
            }
            Self::Time => "ISO 8601, without an offset, up to nanoseconds.",
            Self::Timestamp => "RFC 3339 with an offset, up to nanoseconds; UTC is written.",
            Self::Uuid => "Hyphenated and lower-case where it is written.",
        }
    }

    fn pattern(self) -> String {
        match self {
            Self::Bytes => format!("^({}|{})$", base64("A-Za-z0-9+/"), base64("A-Za-z0-9_-")),
            Self::Date => format!("^{DATE}$"),
            Self::DateTime => format!("^{DATE}[Tt ]{MINUTE}:[0-5][0-9]{FRACTION}$"),
            Self::Decimal => "^-?(0*[0-9]{1,28}(\\.[0-9]{1,28})?|[0-9]+(\\.[0-9]+)?[Ee][+-]?[0-9]+)$".to_owned(),
            Self::Duration => duration(),
            Self::Time => format!("^{MINUTE}:[0-5][0-9]{FRACTION}$"),
            Self::Timestamp => {
                format!("^{DATE}[Tt ]{MINUTE}:([0-5][0-9]|60){FRACTION}([Zz]|[+-]{MINUTE})$")
            }
            Self::Uuid => "^([0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32})$".to_owned(),
        }
    }
}

/// Groups of four digits, and a last one whose unused bits are zero.
fn base64(alphabet: &str) -> String {
    format!("([{alphabet}]{{4}})*([{alphabet}][AQgw](==)?|[{alphabet}]{{2}}[AEIMQUYcgkosw048]=?)?")
}

/// Each unit once, in order; the last number alone may have a fraction.
fn duration() -> String {
    let last = format!("[0-9]+{FRACTION}");
    let [years, months, weeks, days, hours, minutes] =
        ["Y", "M", "W", "D", "H", "M"].map(|unit| format!("([0-9]+{unit})?"));
    let time = format!("{hours}{minutes}{last}S|{hours}{last}M|{last}H");
    let dates = format!("{years}{months}{weeks}{last}D|{years}{months}{last}W|{years}{last}M|{last}Y");
    format!("^[+-]?P({years}{months}{weeks}{days}T({time})|{dates})$")
}
