use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::model::{Constraints, Type, Value};
use crate::resolve::duration_nanoseconds;

/// Everything that constrains a value: of the field that it stands in, and of each alias on the way to its type.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Limits {
    length: Interval<u64>,
    range: Interval<Bound>,
    patterns: Vec<Box<str>>,
}

/// From the least to the greatest, both inside; none where there is no end.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Interval<T> {
    from: Option<T>,
    to: Option<T>,
}

impl<T> Default for Interval<T> {
    fn default() -> Self {
        Self { from: None, to: None }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Bound {
    /// Integers, nanoseconds, decimals in 28 digits behind the point: whatever is exact.
    Int(i128),
    Decimal(Decimal),
    Float(f64),
}

impl Bound {
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Int(int) => Some(Self::Int(*int)),
            Value::Float(float) => Some(Self::Float(*float)),
            Value::Text(text) => {
                let decimal = text.parse::<Decimal>().ok().map(Self::Decimal);
                decimal.or_else(|| duration_nanoseconds(text).ok().map(Self::Int))
            }
            _ => None,
        }
    }

    fn float(self) -> f64 {
        match self {
            Self::Int(int) => int as f64,
            Self::Decimal(decimal) => decimal.to_f64().unwrap_or(f64::NAN),
            Self::Float(float) => float,
        }
    }

    fn is_at_most(self, other: Self) -> bool {
        match (self, other) {
            (Self::Int(one), Self::Int(other)) => one <= other,
            (Self::Decimal(one), Self::Decimal(other)) => one <= other,
            (one, other) => one.float() <= other.float(),
        }
    }
}

impl<T: Copy> Interval<T> {
    /// What is in both.
    fn and(self, other: Self, is_at_most: impl Fn(T, T) -> bool) -> Self {
        let greater = |one: T, other: T| if is_at_most(one, other) { other } else { one };
        let less = |one: T, other: T| if is_at_most(one, other) { one } else { other };
        Self { from: both(self.from, other.from, greater), to: both(self.to, other.to, less) }
    }

    /// Whether all that is in the other one is in this.
    fn holds(self, other: Self, is_at_most: impl Fn(T, T) -> bool) -> bool {
        let from = self.from.is_none_or(|mine| other.from.is_some_and(|its| is_at_most(mine, its)));
        from && self.to.is_none_or(|mine| other.to.is_some_and(|its| is_at_most(its, mine)))
    }
}

fn both<T>(one: Option<T>, other: Option<T>, choose: impl FnOnce(T, T) -> T) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(choose(one, other)),
        (one, other) => one.or(other),
    }
}

impl Limits {
    pub(super) fn of(constraints: &Constraints) -> Self {
        Self::default().and(constraints)
    }

    /// With more constraints.
    pub(super) fn and(mut self, constraints: &Constraints) -> Self {
        if let Some((from, to)) = constraints.length.as_deref().copied() {
            self.length = self.length.and(Interval { from, to }, |one, other| one <= other);
        }
        if let Some(range) = &constraints.range {
            let bound = |value: &Option<Value>| value.as_ref().and_then(Bound::of);
            let range = Interval { from: bound(&range.from), to: bound(&range.to) };
            self.range = self.range.and(range, Bound::is_at_most);
        }
        if let Some(pattern) = &constraints.pattern
            && !self.patterns.contains(pattern)
        {
            self.patterns.push(pattern.clone());
            self.patterns.sort();
        }
        self
    }

    /// With the bounds that a type has by itself.
    pub(super) fn of_type(mut self, ty: &Type) -> Self {
        if let Type::Int(int) = ty {
            let (least, greatest) = int.bounds();
            let own = Interval { from: Some(Bound::Int(least)), to: Some(Bound::Int(greatest)) };
            self.range = self.range.and(own, Bound::is_at_most);
        }
        // No length is below nothing.
        self.length = self.length.and(Interval { from: Some(0), to: None }, |one, other| one <= other);
        self
    }

    /// Whether every value within the other ones is within these.
    pub(super) fn hold(&self, others: &Self) -> bool {
        self.length.holds(others.length, |one, other| one <= other)
            && self.range.holds(others.range, Bound::is_at_most)
            && self.patterns.iter().all(|pattern| others.patterns.contains(pattern))
    }

    /// Whether values of this many items are within them.
    pub(super) fn hold_length(&self, length: u64) -> bool {
        let exactly = Interval { from: Some(length), to: Some(length) };
        self.length.holds(exactly, |one, other| one <= other)
    }

    /// Whether a length is asked for.
    pub(super) fn have_least_length(&self) -> bool {
        self.length.from.is_some_and(|from| from > 0)
    }

    /// Whether there is none at all, but for bounds that every text meets.
    pub(super) fn are_none(&self) -> bool {
        self.patterns.is_empty()
            && self.range == Interval::default()
            && self.length.to.is_none()
            && !self.have_least_length()
    }

    /// Whether all numbers within them are whole numbers that a float of so many bits keeps.
    pub(super) fn fit_float(&self, bits: u32) -> bool {
        let most = Bound::Int(1_i128 << bits);
        let least = Bound::Int(-(1_i128 << bits));
        Interval { from: Some(least), to: Some(most) }.holds(self.range, Bound::is_at_most)
    }
}
