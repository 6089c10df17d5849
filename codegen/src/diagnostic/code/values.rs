//! Codes of values, constants and constraints: `E03..`.

use super::codes;

codes! {
    /// A value is not one of its type.
    WRONG_VALUE = "E0301" {
        why: "Defaults, examples and constants are read against their types when the contract is compiled, so that no generated code is wrong later. A value whose JSON is a string (uuid, timestamp, decimal, bytes …) is written as that string.",
        example: Contract("namespace a\n\nrecord R { x: int32 = \"1\" }\n"),
        fix: "Write a value of the type.",
    }

    /// A number does not fit its type.
    OUT_OF_RANGE = "E0302" {
        why: "Readers refuse a number that does not fit, so it could never travel.",
        example: Contract("namespace a\n\nrecord R { x: int8 = 200 }\n"),
        fix: "Take a larger type, or a smaller number.",
    }

    /// A value breaks a constraint of its type.
    CONSTRAINT_BROKEN = "E0303" {
        why: "What a contract gives as a default or an example passes its own checks.",
        example: Contract("namespace a\n\nrecord R {\n    @length(3..)\n    x: string = \"ab\"\n}\n"),
        fix: "Mend the value or the constraint.",
    }

    /// A record in a value has no such field.
    UNKNOWN_FIELD = "E0304" {
        why: "Records are written in their JSON form, fields by the names that travel; another name is most likely a slip.",
        example: Contract("namespace a\n\nrecord P { name: string? }\n\nrecord R { x: P = {\"nmae\": \"n\"} }\n"),
        fix: "Correct the name. @name changes what travels.",
    }

    /// A record in a value lacks a field.
    MISSING_FIELD = "E0305" {
        why: "A field without a default that is not optional is always there.",
        example: Contract("namespace a\n\nrecord P { name: string }\n\nrecord R { x: P = {} }\n"),
        fix: "Write the field, or give it a default.",
    }

    /// A key stands twice in an object.
    REPEATED_KEY = "E0306" {
        why: "Readers differ in which of them they keep, so one is refused.",
        example: Contract("namespace a\n\nrecord R { x: map<string, int32> = {\"k\": 1, \"k\": 2} }\n"),
        fix: "Leave one out.",
    }

    /// An optional field has a default other than null.
    DEFAULT_OF_OPTIONAL = "E0307" {
        why: "Absent and null mean the same, so a default would take null's place and nobody could send it.",
        example: Contract("namespace a\n\nrecord R { x: int32? = 1 }\n"),
        fix: "Leave out the `?`, or the default.",
    }

    /// A default holds itself.
    ENDLESS_DEFAULT = "E0308" {
        why: "Writing it out would never end.",
        example: Contract("namespace a\n\nrecord R { x: S = {} }\n\nrecord S { y: list<R> = [{}] }\n"),
        fix: "Break the circle: make a field optional, or give a default that needs no other.",
    }

    /// A constant is defined by itself.
    CONSTANT_CYCLE = "E0309" {
        why: "Following it never ends at a value.",
        example: Contract("namespace a\n\nconst b: int32 = c\n\nconst c: int32 = b\n"),
        fix: "Give one of them a value of its own.",
    }

    /// A value grows too large once constants and defaults are written out.
    VALUE_TOO_LARGE = "E0310" {
        why: "Constants that hold constants, and defaults that hold defaults, multiply: a few lines could fill any memory.",
        example: Situation("thirty records, each with two fields whose defaults are the next record's"),
        fix: "Write less by reference: such a value belongs into the program.",
    }

    /// A constraint does not fit the type that it stands on.
    CONSTRAINT_MISFIT = "E0311" {
        why: "@length measures strings, bytes, lists, sets and maps, @range numbers, decimals and durations, @pattern strings; elsewhere it would do nothing.",
        example: Contract("namespace a\n\nrecord R {\n    @length(1..)\n    x: int32\n}\n"),
        fix: "Leave it out, or take the one that fits. What a list holds is constrained through an alias.",
    }

    /// A range is none that could hold.
    BAD_RANGE = "E0312" {
        why: "A range has a bound at least, its bounds are literals of the type (whole numbers for a length), and the first is not above the second.",
        example: Contract("namespace a\n\nrecord R {\n    @length(9..1)\n    x: string\n}\n"),
        fix: "Write `1..64`, `1..` or `..64`, both ends included; @length(5) is exactly 5.",
    }

    /// A pattern is none that all targets read alike.
    BAD_PATTERN = "E0313" {
        why: "A pattern is checked in every language, so it holds to what Rust's `regex` and ECMA-262 share: no look-around, no back references, no flags, no escapes of one side alone.",
        example: Contract("namespace a\n\nrecord R {\n    @pattern(\"(?i)abc\")\n    x: string\n}\n"),
        fix: "Write it with what both share.",
    }

    /// An example has nothing that it could be an example of.
    NOTHING_TO_SHOW = "E0314" {
        why: "The example of a procedure is its payload, that of an exception what it carries, and this one has none.",
        example: Contract("namespace a\n\nservice s {\n    @example(1)\n    procedure p()\n}\n"),
        fix: "Leave it out.",
    }
}
