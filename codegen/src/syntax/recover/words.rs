//! Keywords, and the nearest one to what was written.

/// What a definition begins with.
pub(super) const DEFINITIONS: [&str; 7] = ["record", "enum", "union", "type", "const", "exception", "service"];

/// What a service's member begins with.
pub(super) const MEMBERS: [&str; 4] = ["procedure", "oneway", "topic", "reserved"];

/// What other languages call these.
pub(super) const DEFINITION_ALIASES: [(&str, &str); 15] = [
    ("message", "record"),
    ("struct", "record"),
    ("structure", "record"),
    ("model", "record"),
    ("class", "record"),
    ("object", "record"),
    ("interface", "service"),
    ("error", "exception"),
    ("alias", "type"),
    ("typedef", "type"),
    ("scalar", "type"),
    ("constant", "const"),
    ("variant", "union"),
    ("oneof", "union"),
    ("flags", "enum"),
];

/// What other languages call a service's members.
pub(super) const MEMBER_ALIASES: [(&str, &str); 10] = [
    ("rpc", "procedure"),
    ("proc", "procedure"),
    ("function", "procedure"),
    ("func", "procedure"),
    ("fn", "procedure"),
    ("def", "procedure"),
    ("method", "procedure"),
    ("operation", "procedure"),
    ("channel", "topic"),
    ("event", "topic"),
];

/// The keyword that was most likely meant.
pub(super) fn nearest(word: &str, known: &[&'static str], aliases: &[(&str, &'static str)]) -> Option<&'static str> {
    /// Longer words are no keyword, and comparing them would take long.
    const MAX_LEN: usize = 20;
    if word.len() > MAX_LEN {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    if let Some((_, meant)) = aliases.iter().find(|(alias, _)| *alias == lower) {
        return Some(meant);
    }
    let distance = |known: &&'static str| strsim::damerau_levenshtein(&lower, known);
    let best = known.iter().copied().min_by_key(distance)?;
    (distance(&best) <= (best.len() / 3).max(1)).then_some(best)
}
