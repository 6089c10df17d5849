//! What generated code says about a type, once: its records, enums and unions.

/// A record of the contract.
#[derive(Debug)]
pub struct Record {
    /// Its name in the contract.
    pub name: &'static str,
    /// Its fields, in the contract's order.
    pub fields: &'static [Field],
    /// What becomes of fields that it does not have.
    pub unknown: Unknown,
}

/// A field of a record, by its wire name.
#[derive(Clone, Copy, Debug)]
pub enum Field {
    /// It must be there.
    Required(&'static str),
    /// It may be absent, being optional or having a default.
    Optional(&'static str),
}

/// What becomes of the fields that a record does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// They are checked to be JSON, and ignored.
    Ignored,
    /// They are refused: the record is `@closed`.
    Refused,
}

impl Field {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Required(name) | Self::Optional(name) => name,
        }
    }
}

impl Record {
    /// The index of the field with this wire name, looked for from the one that is likely.
    pub(super) fn find(&self, key: &str, likely: usize) -> Option<usize> {
        match self.fields.get(likely) {
            Some(field) if field.name() == key => Some(likely),
            _ => self.fields.iter().position(|field| field.name() == key),
        }
    }
}

/// An enum of the contract.
#[derive(Debug)]
pub struct Enum {
    /// Its name in the contract.
    pub name: &'static str,
    /// Its variants' wire names, in the contract's order.
    pub variants: &'static [&'static str],
}

impl Enum {
    /// The index of the variant with this wire name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.variants.iter().position(|variant| *variant == name)
    }
}

/// A union of the contract.
#[derive(Debug)]
pub struct Union {
    /// Its name in the contract.
    pub name: &'static str,
    /// Where a value names its variant.
    pub tag: Tag,
    /// The variants, in the contract's order.
    pub variants: &'static [Variant],
}

/// Where a union's value names its variant.
#[derive(Clone, Copy, Debug)]
pub enum Tag {
    /// `{"kind": "circle", "value": {…}}`.
    Beside,
    /// Under this name, inside the variant's record.
    Inside(&'static str),
}

/// A variant of a union, by its wire name.
#[derive(Clone, Copy, Debug)]
pub enum Variant {
    /// It holds a value.
    Holding(&'static str),
    /// It is the name alone.
    Empty(&'static str),
}

impl Tag {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Beside => "kind",
            Self::Inside(name) => name,
        }
    }
}

impl Variant {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Holding(name) | Self::Empty(name) => name,
        }
    }
}
