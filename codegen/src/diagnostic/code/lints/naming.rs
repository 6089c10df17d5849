//! How things are called.

use super::codes;

codes! {
    /// A type is not called in UpperCamelCase.
    TYPE_NAME = "W0301" {
        why: "One way to write names tells what a name is: types in UpperCamelCase, what travels and what is called in snake_case. Each target converts to its own custom from there.",
        example: Contract("namespace a\n\nrecord big_point {}\n"),
        fix: "Rename it. Names of records, enums, unions and aliases do not travel: only code that names them changes.",
    }

    /// A member, exception, service or constant is not called in snake_case.
    MEMBER_NAME = "W0302" {
        why: "One way to write names tells what a name is: types in UpperCamelCase, what travels and what is called in snake_case. Each target converts to its own custom from there.",
        example: Contract("namespace a\n\nrecord Point {\n    fromLeft: int32\n}\n"),
        fix: "Rename it; where it travels already under the old name, keep that by `@name(\"…\")`, or by `@uri(\"…\")` for a procedure.",
    }

    /// A list is called like one thing.
    SINGULAR_LIST = "W0303" {
        why: "Lists are called by a plural nearly everywhere, so that a reader takes `tag` for one. Words for many things, such as `history` or `batch`, are plurals here.",
        example: Contract("namespace a\n\nrecord Point {\n    tag: list<string>\n}\n"),
        fix: "Call it by the plural; where it travels already, keep that name by `@name(\"…\")`.",
    }

    /// Names beside each other differ by a number alone.
    NUMBERED_NAMES = "W0304" {
        why: "Numbers tell the order, not what each is. Things of a kind are a list; things of different kinds have names.",
        example: Contract("namespace a\n\nrecord Letter {\n    line1: string\n    line2: string\n}\n"),
        fix: "Make them one list, or tell by name what each is.",
    }

    /// A name cuts a word short.
    ABBREVIATION = "W0305" {
        why: "A contract is read by people of other teams, who do not share the habit. What everybody writes short, such as `id`, `url` or `max`, is not meant.",
        example: Contract("namespace a\n\nrecord Order {\n    qty: int32\n}\n"),
        fix: "Write the word; where it travels already, keep the old name by `@name(\"…\")`.",
    }
}
