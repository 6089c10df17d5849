//! What the language's own words mean, in a sentence each.

/// What a built-in type is in JSON.
pub(in crate::ide) fn builtin(name: &str) -> &'static str {
    match name {
        "bool" => "`true` or `false`.",
        "int8" => "An integer from -128 to 127.",
        "int16" => "An integer from -32,768 to 32,767.",
        "int32" => "An integer of 32 bits.",
        "int64" => "An integer of 64 bits.",
        "uint8" => "An integer from 0 to 255.",
        "uint16" => "An integer from 0 to 65,535.",
        "uint32" => "An integer from 0 of 32 bits.",
        "uint64" => "An integer from 0 of 64 bits.",
        "float32" => "A number of 32 bits; neither NaN nor infinite.",
        "float64" => "A number of 64 bits; neither NaN nor infinite.",
        "string" => "Text.",
        "bytes" => "Bytes: a base64 string in JSON.",
        "uuid" => "A UUID: a hyphenated lower-case string in JSON.",
        "timestamp" => "An instant: RFC 3339 in UTC, `\"2026-01-31T12:30:00Z\"`.",
        "datetime" => "A civil date and time without an offset: `\"2026-01-31T12:30:00\"`.",
        "date" => "A civil date: `\"2026-01-31\"`.",
        "time" => "A civil time: `\"12:30:00\"`.",
        "duration" => "A length of time: ISO 8601, `\"PT5S\"`; in a contract `5s`, `250ms`, `2m`, `1h`.",
        "decimal" => "A decimal number: a string in JSON; at most 28 significant digits.",
        "any" => "Any JSON value, to depth 64.",
        "list" => "`list<T>`: values in order, an array in JSON.",
        "set" => "`set<T>`: values without order or repeats, an array in JSON; T is a scalar but no float.",
        "map" => "`map<K, V>`: an object in JSON; K is a string, integer, bool, uuid, date or enum.",
        "tuple" => "`tuple<A, B, …>`: 2 to 12 values, an array of exactly that length in JSON.",
        _ => "",
    }
}

/// How an annotation is written, and what it means.
pub(in crate::ide) fn annotation(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "deprecated" => ("@deprecated(\"why\")", "Marked so in every target."),
        "name" => ("@name(\"wire\")", "The name that travels, in place of the one in the source."),
        "prepath" => (
            "@prepath(\"a.b\")",
            "What addresses of the service's members begin with, in place of `NAMESPACE.SERVICE`.",
        ),
        "version" => (
            "@version(\"1.2.0\")",
            "The service's version (SemVer): its procedures answer at an address with `v1_2_0` in it, too.",
        ),
        "uri" => ("@uri(\"a.b.c\")", "The whole address of a procedure or a topic."),
        "channel" => ("@channel(\"c\")", "The NSQ channel that is consumed from."),
        "timeout" => ("@timeout(5s)", "How long a caller waits unless it says otherwise."),
        "tags" => ("@tags(\"a\", \"b\")", "Tags; those of a service and of its procedure add up."),
        "expose" => ("@expose", "Published for introspection."),
        "auth" => ("@auth(\"scope\")", "Refused without a credential that holds every scope."),
        "idempotent" => ("@idempotent", "Safe to run twice: a caller may try again."),
        "length" => {
            ("@length(1..64)", "The length, inclusive: characters of a string, bytes, items of a list, set or map.")
        }
        "range" => ("@range(0..100)", "The bounds, inclusive, of a number, a decimal or a duration."),
        "pattern" => ("@pattern(\"^[a-z]+$\")", "A regular expression; anchored only where written."),
        "tag" => ("@tag(\"type\")", "The union's tag sits inside the variant's record, under that name."),
        "closed" => ("@closed", "Unknown fields are refused."),
        "unstable" => ("@unstable", "May still change: left out of the check for breaking changes."),
        "example" => ("@example(…)", "A value that is shown in documents, and checked like a default."),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::resolve::vocabulary;

    #[test]
    fn every_word_of_the_language_is_explained() {
        for name in vocabulary::types() {
            assert!(!super::builtin(name).is_empty(), "{name}");
        }
        use vocabulary::Place as P;
        for place in [P::Record, P::Union, P::Service, P::Procedure, P::Topic, P::Field, P::Exception] {
            for name in vocabulary::annotations_of(place) {
                assert!(super::annotation(name).is_some(), "{name}");
            }
        }
    }
}
