//! The words of a name.

/// The words of a name, as they are written: `first_name`, `firstName` and `FirstName` have two.
pub(super) fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split('_').flat_map(|part| Humps { rest: part }).filter(|word| !word.is_empty())
}

/// The last word of a name, without digits behind it.
pub(super) fn last_word(name: &str) -> &str {
    words(name).last().unwrap_or_default().trim_end_matches(|digit: char| digit.is_ascii_digit())
}

struct Humps<'n> {
    rest: &'n str,
}

impl<'n> Iterator for Humps<'n> {
    type Item = &'n str;

    fn next(&mut self) -> Option<&'n str> {
        if self.rest.is_empty() {
            return None;
        }
        let bytes = self.rest.as_bytes();
        let begins = |at: &usize| {
            let lower_before = bytes[at - 1].is_ascii_lowercase() || bytes[at - 1].is_ascii_digit();
            let lower_behind = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
            bytes[*at].is_ascii_uppercase() && (lower_before || lower_behind)
        };
        let end = (1..bytes.len()).find(begins).unwrap_or(bytes.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(word)
    }
}

/// Words that end like a plural and are none, or are the same in both.
const NO_PLURALS: [&str; 14] = [
    "address", "status", "process", "access", "class", "alias", "basis", "analysis", "bus", "bonus", "gas", "lens",
    "canvas", "atlas",
];

/// Plurals that do not end in `s`, and words for many things.
const COLLECTIVES: [&str; 93] = [
    // Words that have no plural.
    "to",
    "cc",
    "bcc",
    "from",
    "for",
    "with",
    "by",
    "of",
    "in",
    "on",
    "at",
    "not",
    "and",
    "or",
    // What has no other plural, or none at all.
    "people",
    "personnel",
    "alumni",
    "bacteria",
    "dice",
    "formulae",
    "foci",
    "fungi",
    "loci",
    "nuclei",
    "phenomena",
    "radii",
    "schemata",
    "strata",
    "children",
    "men",
    "women",
    "feet",
    "teeth",
    "mice",
    "geese",
    "sheep",
    "fish",
    "data",
    "metadata",
    "media",
    "criteria",
    "indices",
    "vertices",
    "matrices",
    "info",
    "information",
    "evidence",
    "feedback",
    "equipment",
    "hardware",
    "software",
    "luggage",
    "mail",
    // Orders of things.
    "set",
    "array",
    "vector",
    "tuple",
    "pair",
    "range",
    "sequence",
    "series",
    "chain",
    "queue",
    "stack",
    "path",
    "route",
    "polyline",
    "polygon",
    "embedding",
    "trace",
    "log",
    "history",
    "timeline",
    "feed",
    "schedule",
    "agenda",
    "roster",
    "backlog",
    // Groups of them.
    "batch",
    "page",
    "stock",
    "content",
    "inventory",
    "catalogue",
    "catalog",
    "collection",
    "group",
    "basket",
    "cart",
    "rest",
    "staff",
    "crew",
    "team",
];

/// Shorter words that end in `s`, such as `gps`, say nothing of many where others follow.
const SHORTEST_PLURAL: usize = 4;

/// Whether a name says that there are many: by its last word, or by one before, as in `errors_found`.
pub(super) fn is_plural(name: &str) -> bool {
    let word = last_word(name).to_ascii_lowercase();
    let ends_so = |word: &str| word.ends_with('s') && !word.ends_with("ss") && !NO_PLURALS.contains(&word);
    COLLECTIVES.contains(&&*word)
        || word.ends_with("list")
        || ends_so(&word)
        || words(name).any(|word| word.len() >= SHORTEST_PLURAL && ends_so(&word.to_ascii_lowercase()))
}

const IRREGULARS: [(&str, &str); 6] = [
    ("child", "children"),
    ("criterion", "criteria"),
    ("foot", "feet"),
    ("man", "men"),
    ("person", "people"),
    ("woman", "women"),
];

/// A word's plural, as far as rules go.
pub(super) fn plural(name: &str) -> String {
    let irregular = IRREGULARS.iter().find(|(one, _)| words(name).last() == Some(one));
    if let Some((one, many)) = irregular {
        return format!("{}{many}", &name[..name.len() - one.len()]);
    }
    let consonant_before_y = || !name[..name.len() - 1].ends_with(['a', 'e', 'i', 'o', 'u']);
    match name {
        _ if name.ends_with('y') && consonant_before_y() => format!("{}ies", &name[..name.len() - 1]),
        _ if ["s", "x", "z", "ch", "sh"].iter().any(|end| name.ends_with(end)) => format!("{name}es"),
        _ => format!("{name}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_plural, last_word, plural, words};

    fn all(name: &str) -> Vec<&str> {
        words(name).collect()
    }

    #[test]
    fn names_have_words() {
        assert_eq!(all("first_name"), ["first", "name"]);
        assert_eq!(all("FirstName"), ["First", "Name"]);
        assert_eq!(all("HTTPServer2Url"), ["HTTP", "Server2", "Url"]);
        assert_eq!(all("_a__B_"), ["a", "B"]);
        assert_eq!(last_word("line2"), "line");
    }

    #[test]
    fn plurals_are_known_by_their_ends() {
        for plural in [
            "names",
            "open_orders",
            "people",
            "boxes",
            "metadata",
            "sheep",
            "allowlist",
            "list",
            "errorsFound",
            "items_per_page",
            "line_items_v2",
            "cc",
            "any_of",
        ] {
            assert!(is_plural(plural), "{plural}");
        }
        for singular in ["name", "address", "status", "class", "status_code", "gps_fix", "page_number"] {
            assert!(!is_plural(singular), "{singular}");
        }
        assert_eq!(["entry", "day", "box", "tag"].map(plural), ["entries", "days", "boxes", "tags"]);
        assert_eq!(["grand_child", "human"].map(plural), ["grand_children", "humans"]);
    }
}
