//! What will be hard to change once it runs.

use super::codes;

codes! {
    /// A closed enum or union is in what a service answers, raises or publishes.
    CLOSED_IN_REPLY = "W0401" {
        why: "A closed one refuses variants that it does not know. So a new variant breaks every caller and consumer that was built before; an open one they keep, and write back as it was.",
        example: Contract("namespace a\n\nenum State { placed, paid }\n\nservice s {\n    procedure state() -> State\n}\n"),
        fix: "Write `open enum` or `open union`, unless there can never be another variant.",
    }

    /// What a procedure takes has no room for anything more.
    CLOSED_PAYLOAD = "W0402" {
        why: "A payload that is a string, a number or a list takes no second parameter, and a record that is @closed refuses a new field: either change breaks all callers at once. An object grows by fields that are optional or have a default.",
        example: Contract("namespace a\n\nservice s {\n    procedure greet(string)\n}\n"),
        fix: "Name the parameter, `greet(name: string)`, while nobody calls it yet; or take a record that is not @closed.",
    }

    /// A parameter is true or false.
    BOOLEAN_PARAMETER = "W0403" {
        why: "`send(true)` tells no reader what is true, and the third case that comes one day has no room.",
        example: Contract("namespace a\n\nservice s {\n    procedure send(urgent: bool)\n}\n"),
        fix: "Take an enum whose variants say what is wanted, or make it two procedures.",
    }

    /// Something that is not deprecated uses what is.
    DEPRECATED_IN_USE = "W0404" {
        why: "What is deprecated will go. Everything that uses it has to change before, and new uses should not come.",
        example: Contract("namespace a\n\n@deprecated(\"use Place\")\nrecord Point {}\n\nrecord Map {\n    centre: Point\n}\n"),
        fix: "Use what the reason names instead, or deprecate the user, too.",
    }
}
