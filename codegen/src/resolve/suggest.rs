//! Names that look like what was written.

/// Nobody mistypes a longer name by a letter or two, and the distance takes time in the square of it.
const MAX_LENGTH: usize = 64;

/// So many names are looked at: a contract of a hundred thousand unknown names ends in time, too.
const MAX_NAMES: usize = 2_000;

/// `; did you mean "…"?`, where one of the names is close to what was written; else nothing.
pub(super) fn did_you_mean<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    closest(written, names).map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"))
}

/// The closest name, the first of equals: at most a third of its letters differ, casing aside.
fn closest<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if written.len() > MAX_LENGTH {
        return None;
    }
    let lower = written.to_ascii_lowercase();
    let allowed = (lower.len() / 3).clamp(1, 4);
    let mut best: Option<(usize, &str)> = None;
    for name in names.into_iter().take(MAX_NAMES) {
        // The distance is at least the difference in length; this spares most of a long list.
        if name.len().abs_diff(lower.len()) > allowed || name == written {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&lower, &name.to_ascii_lowercase());
        if distance <= allowed && distance < lower.len() && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_close_is_suggested() {
        let names = ["string", "int32", "int64", "timestamp", "Person"];
        assert_eq!(did_you_mean("strng", names), "; did you mean \"string\"?");
        assert_eq!(did_you_mean("person", names), "; did you mean \"Person\"?");
        assert_eq!(did_you_mean("int46", names), "; did you mean \"int64\"?");
    }

    #[test]
    fn what_is_far_is_not() {
        assert_eq!(did_you_mean("Invoice", ["string", "Person", "x"]), "");
        assert_eq!(did_you_mean("a", ["b", "c"]), "");
    }
}
