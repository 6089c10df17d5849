use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// One step from a value of a YAML document to one inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// The value under a key.
    Key(&'a str),
    /// The key itself, where it stands for the Nth time (from 0).
    KeyItself(&'a str, usize),
    /// An item of a sequence.
    Item(usize),
}

/// Line and column, both from 1 and in characters, of what a path leads to.
///
/// yaml_serde tells places with errors alone. So the document is read once more by a visitor that follows the path
/// and fails at its end: the error says where that is.
pub(super) fn locate(text: &str, path: &[Step<'_>]) -> Option<(u32, u32)> {
    let error = Follow(path).deserialize(serde_yaml::Deserializer::from_str(text)).err()?;
    // Any other error than ours means that the path leads nowhere.
    let location = error.to_string().contains(ARRIVED).then(|| error.location())??;
    Some((location.line() as u32, location.column() as u32))
}

const ARRIVED: &str = "\u{2}arrived\u{3}";

struct Follow<'a>(&'a [Step<'a>]);

impl<'de> DeserializeSeed<'de> for Follow<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.0.is_empty() { deserializer.deserialize_any(Arrived) } else { deserializer.deserialize_any(self) }
    }
}

impl<'de> Visitor<'de> for Follow<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping or a sequence")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut times = 0;
        loop {
            let wanted = match self.0[0] {
                Step::KeyItself(key, nth) => Some((key, nth == times)),
                _ => None,
            };
            let Some(key) = map.next_key_seed(Key { arrive_at: wanted.and_then(|(key, now)| now.then_some(key)) })?
            else {
                return Ok(());
            };
            match self.0[0] {
                Step::Key(wanted) if wanted == key => return map.next_value_seed(Follow(&self.0[1..])),
                Step::KeyItself(wanted, _) if wanted == key => times += 1,
                _ => {}
            }
            map.next_value::<IgnoredAny>()?;
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        let Step::Item(wanted) = self.0[0] else { return Ok(()) };
        for _ in 0..wanted {
            if sequence.next_element::<IgnoredAny>()?.is_none() {
                return Ok(());
            }
        }
        sequence.next_element_seed(Follow(&self.0[1..])).map(drop)
    }
}

/// A key, as a string; fails where it is the one to arrive at.
struct Key<'a> {
    arrive_at: Option<&'a str>,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<String, E> {
        if self.arrive_at == Some(key) { Err(E::custom(ARRIVED)) } else { Ok(key.to_owned()) }
    }
}

/// Fails at whatever it visits.
struct Arrived;

macro_rules! arrive {
    ($($visit:ident($($argument:ty)?)),*) => {
        $(fn $visit<E: Error>(self $(, _: $argument)?) -> Result<(), E> { Err(E::custom(ARRIVED)) })*
    };
}

impl<'de> Visitor<'de> for Arrived {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    arrive!(
        visit_bool(bool),
        visit_i64(i64),
        visit_u64(u64),
        visit_f64(f64),
        visit_str(&str),
        visit_unit(),
        visit_none()
    );

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Err(A::Error::custom(ARRIVED))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Err(A::Error::custom(ARRIVED))
    }
}
