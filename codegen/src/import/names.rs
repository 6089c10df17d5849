//! Names that a contract can have, made of those that a fleet has.

use super::draft::Name;
use crate::resolve::BUILT_IN_TYPES;
pub(super) use crate::resolve::is_identifier;

/// Names that were given in one scope.
#[derive(Debug, Default)]
pub(super) struct Scope {
    taken: Vec<String>,
}

impl Scope {
    /// A name for what travels as `wire`, unlike any other of the scope in every target.
    pub(super) fn name(&mut self, wire: &str) -> Name {
        Name { name: self.unlike(&identifier(wire)), wire: wire.to_owned() }
    }

    /// A name for a definition.
    pub(super) fn definition(&mut self, wanted: &str) -> String {
        let wanted = identifier(wanted);
        let wanted =
            if wanted == "stream" || BUILT_IN_TYPES.contains(&&*wanted) { format!("{wanted}_") } else { wanted };
        self.unlike(&wanted)
    }

    fn unlike(&mut self, wanted: &str) -> String {
        let mut candidate = wanted.to_owned();
        let mut number = 2;
        while self.taken.contains(&folded(&candidate)) {
            candidate = format!("{wanted}_{number}");
            number += 1;
        }
        self.taken.push(folded(&candidate));
        candidate
    }
}

/// What two names share that become one in some target.
fn folded(name: &str) -> String {
    name.chars().filter(|&letter| letter != '_').map(|letter| letter.to_ascii_lowercase()).collect()
}

/// A text as an identifier: what cannot stand in one becomes `_`.
pub(super) fn identifier(text: &str) -> String {
    let letters: String =
        text.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
    let trimmed = if is_identifier(text) { text } else { letters.trim_matches('_') };
    match trimmed.chars().next() {
        None => "unnamed".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("n{trimmed}"),
        Some(_) if ["true", "false", "null"].contains(&trimmed) => format!("{trimmed}_"),
        Some(_) => trimmed.to_owned(),
    }
}

/// `order_line` and `items` as `OrderLineItems`: a name for what has none of its own.
pub(super) fn joined(parts: &[&str]) -> String {
    let words = parts.iter().flat_map(|part| part.split(|letter: char| !letter.is_ascii_alphanumeric()));
    words
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
        })
        .collect()
}
