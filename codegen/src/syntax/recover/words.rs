//! Keywords, and the nearest one to what was written.

/// What a definition begins with.
pub(super) const DEFINITIONS: [&str; 7] = ["record", "enum", "union", "type", "const", "exception", "service"];

/// Whether a word begins an item of a file.
pub(in crate::syntax) fn begins_item(word: &str) -> bool {
    matches!(word, "import" | "namespace" | "open") || DEFINITIONS.contains(&word)
}

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

/// What stands in other languages where a contract has something else: outside of definitions …
pub(super) const HEAD_HABITS: [(&str, &str); 9] = [
    ("package", "did you mean `namespace`?"),
    ("module", "did you mean `namespace`?"),
    ("include", "did you mean `import`?"),
    ("use", "did you mean `import`?"),
    ("from", "files are imported, not names: `import \"a/b.almanet\"`"),
    ("require", "did you mean `import`?"),
    ("syntax", "a contract begins with its `namespace`: leave this line out"),
    ("edition", "a contract begins with its `namespace`: leave this line out"),
    ("option", "what is said of a definition is an annotation before it: `@name(…)`"),
];

/// … where a procedure goes on …
pub(super) const MEMBER_HABITS: [(&str, &str); 8] = [
    ("async", "leave it out: every procedure can be awaited"),
    ("raises", "a topic raises nothing: only a procedure does"),
    ("returns", "what a procedure replies stands behind `->`"),
    ("return", "what a procedure replies stands behind `->`"),
    ("throws", "what a procedure may fail with stands behind `raises`"),
    ("throw", "what a procedure may fail with stands behind `raises`"),
    ("raise", "what a procedure may fail with stands behind `raises`"),
    ("errors", "what a procedure may fail with stands behind `raises`"),
];

/// … and between a definition's name and its braces.
pub(super) const BODY_HABITS: [(&str, &str); 7] = [
    ("=", "what a definition holds stands between braces; `type Name = T` gives a type another name"),
    ("<", "definitions take no types: write one for each"),
    ("(", "fields stand between braces: `{ a: A, b: B }`"),
    (":", "a definition extends no other: write its fields again, or give it a field of that type"),
    ("extends", "a definition extends no other: write its fields again, or give it a field of that type"),
    ("implements", "a definition extends no other: write its fields again, or give it a field of that type"),
    ("with", "a definition extends no other: write its fields again, or give it a field of that type"),
];

/// What to write instead.
pub(super) fn habit(written: &str, habits: &[(&str, &'static str)]) -> Option<&'static str> {
    habits.iter().find(|(habit, _)| *habit == written).map(|(_, help)| *help)
}

/// Whether a word looks like the type of a field whose name stands behind it.
pub(super) fn is_like_type(word: &str) -> bool {
    ["int", "uint", "float"].iter().any(|number| word.starts_with(number))
        || ["string", "bool", "bytes", "double", "boolean", "str", "uuid", "timestamp", "date"].contains(&word)
}

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
