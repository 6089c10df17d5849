//! What writers of other languages write out of habit, and what it is called here.

/// A word of other languages, in lower case, and the word for it here.
type Habit = (&'static str, &'static str);

const TYPES: &[Habit] = &[
    ("int", "int32"),
    ("integer", "int64"),
    ("long", "int64"),
    ("int128", "int64"),
    ("i128", "int64"),
    ("uint128", "uint64"),
    ("u128", "uint64"),
    ("bigint", "int64"),
    ("short", "int16"),
    ("uint", "uint32"),
    ("unsigned", "uint32"),
    ("ulong", "uint64"),
    ("i8", "int8"),
    ("i16", "int16"),
    ("i32", "int32"),
    ("i64", "int64"),
    ("u8", "uint8"),
    ("u16", "uint16"),
    ("u32", "uint32"),
    ("u64", "uint64"),
    ("usize", "uint64"),
    ("byte", "uint8"),
    ("f32", "float32"),
    ("f64", "float64"),
    ("float", "float64"),
    ("double", "float64"),
    ("real", "float64"),
    ("number", "float64"),
    ("boolean", "bool"),
    ("str", "string"),
    ("text", "string"),
    ("char", "string"),
    ("url", "string"),
    ("uri", "string"),
    ("email", "string"),
    ("varchar", "string"),
    ("binary", "bytes"),
    ("buffer", "bytes"),
    ("file", "bytes"),
    ("blob", "bytes"),
    ("bytearray", "bytes"),
    ("guid", "uuid"),
    ("instant", "timestamp"),
    ("timedelta", "duration"),
    ("timespan", "duration"),
    ("interval", "duration"),
    ("localdate", "date"),
    ("localtime", "time"),
    ("localdatetime", "datetime"),
    ("numeric", "decimal"),
    ("bigdecimal", "decimal"),
    ("json", "any"),
    ("object", "any"),
    ("array", "list"),
    ("vec", "list"),
    ("vector", "list"),
    ("sequence", "list"),
    ("pair", "tuple"),
    ("dict", "map"),
    ("dictionary", "map"),
    ("hashmap", "map"),
    ("hashset", "set"),
];

/// What has no word of its own here.
const FORMS: &[Habit] = &[
    ("optional", "an optional type is written `T?`"),
    ("option", "an optional type is written `T?`"),
    ("nullable", "an optional type is written `T?`"),
    ("maybe", "an optional type is written `T?`"),
    ("void", "what has no reply has no `->`, and what has no payload has `()`"),
    ("unit", "what has no reply has no `->`, and what has no payload has `()`"),
    ("none", "what has no reply has no `->`, and what has no payload has `()`"),
    ("null", "what has no reply has no `->`, and what has no payload has `()`"),
    ("stream", "what a procedure answers alone is a stream, `-> stream T`; a field holds a `list<T>`"),
    ("enum", "a type has a name: define an `enum` outside, and name it here"),
    ("record", "a type has a name: define a `record` outside, and name it here"),
    ("union", "a type has a name: define a `union` outside, and name it here"),
    ("struct", "a type has a name: define a `record` outside, and name it here"),
    ("raises", "a type is missing before `raises`; what has no reply has no `->`"),
    ("empty", "what has no reply has no `->`, and what has no payload has `()`"),
    ("oneof", "a value of several types is a `union`"),
    ("either", "a value of several types is a `union`"),
];

const CONSTANTS: &[Habit] =
    &[("true", "true"), ("false", "false"), ("none", "null"), ("nil", "null"), ("null", "null"), ("undefined", "null")];

const ANNOTATIONS: &[Habit] = &[
    ("max", "range"),
    ("min", "range"),
    ("maximum", "range"),
    ("minimum", "range"),
    ("max_length", "length"),
    ("min_length", "length"),
    ("maxlength", "length"),
    ("minlength", "length"),
    ("maxitems", "length"),
    ("minitems", "length"),
    ("discriminator", "tag"),
    ("size", "length"),
    ("regex", "pattern"),
    ("format", "pattern"),
    ("alias", "name"),
    ("rename", "name"),
    ("json", "name"),
    ("experimental", "unstable"),
    ("beta", "unstable"),
    ("obsolete", "deprecated"),
    ("strict", "closed"),
    ("sealed", "closed"),
    ("scope", "auth"),
    ("role", "auth"),
    ("path", "prepath"),
    ("prefix", "prepath"),
    ("route", "uri"),
    ("public", "expose"),
    ("ttl", "timeout"),
    ("deadline", "timeout"),
];

/// The built-in type that is meant.
pub(super) fn ty(written: &str) -> Option<&'static str> {
    find(TYPES, written)
}

/// How that is written for which there is no type.
pub(super) fn form(written: &str) -> Option<&'static str> {
    find(FORMS, written)
}

/// The literal that is meant.
pub(super) fn constant(written: &str) -> Option<&'static str> {
    find(CONSTANTS, written)
}

/// The annotation that is meant.
pub(super) fn annotation(written: &str) -> Option<&'static str> {
    find(ANNOTATIONS, written)
}

fn find(habits: &[Habit], written: &str) -> Option<&'static str> {
    habits.iter().find(|(habit, _)| habit.eq_ignore_ascii_case(written)).map(|(_, meant)| *meant)
}

#[cfg(test)]
mod tests {
    use super::{ANNOTATIONS, TYPES};
    use crate::resolve::builtin;

    #[test]
    fn what_is_meant_is_a_word_of_the_language_and_what_is_written_is_none() {
        for (written, meant) in TYPES {
            assert!(builtin::NAMES.contains(meant) && !builtin::NAMES.contains(written), "{written}");
        }
        for (written, meant) in ANNOTATIONS {
            let known = crate::resolve::lower::annotations::NAMES;
            let is_known = |name: &str| known.contains(&&*format!("@{name}"));
            assert!(is_known(meant) && !is_known(written), "{written}");
        }
    }
}
