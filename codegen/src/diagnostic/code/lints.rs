//! Codes of lints: `W…`.

use super::codes;

codes! {
    /// Docs stand where they document nothing.
    MISPLACED_DOCS = "W0101" {
        why: "`///` documents the next definition, member, variant or parameter. Anywhere else it reaches no artefact, so its reader would never see it.",
        example: Contract("namespace a\n\nrecord Point {\n    x: int32\n    /// The end.\n}\n"),
        fix: "Move it before what it documents, or write `//`.",
    }

    /// Docs of the file stand behind its head.
    MISPLACED_FILE_DOCS = "W0102" {
        why: "`//!` documents the file, and stands before its namespace. Anywhere else it reaches no artefact.",
        example: Contract("namespace a\n\n//! About points.\nrecord Point { x: int32 }\n"),
        fix: "Move it to the head of the file, or write `///` or `//`.",
    }

    /// A definition, a procedure or a topic has no docs.
    MISSING_DOCS = "W0103" {
        why: "Docs reach every artefact: generated code, sites, editors. Whoever calls a service reads them, and often nothing else.",
        example: Contract("namespace a\n\nrecord Point {}\n"),
        fix: "Say in a sentence what it is for: `/// …` in the line above.",
    }

    /// A procedure shows no example of what it takes.
    MISSING_EXAMPLE = "W0104" {
        why: "An example answers at once what a value looks like. It is checked against type and constraints like a default, and shown in documents, so it cannot grow old.",
        example: Contract("namespace a\n\nservice s {\n    procedure greet(name: string)\n}\n"),
        fix: "Give an `@example(…)` to the procedure, to the type that it takes, or to each parameter that has no default.",
    }

    /// An import is not used.
    UNUSED_IMPORT = "W0201" {
        why: "No name of the file is used, so it is read, and watched by builds, for nothing.",
        example: Contract("namespace a\n\nimport \"almanet/money.almanet\"\n\nrecord R {}\n"),
        fix: "Leave it out. A file without definitions may import others only to gather them.",
    }

    /// A published member's address is too long for introspection.
    EXPOSED_ADDRESS_TOO_LONG = "W0202" {
        why: "What is marked @expose answers on `_rpc_._schema_.URI.CHANNEL`, which NSQ limits to 64 characters: nobody can ask for this one.",
        example: Contract("namespace a\n\nservice s {\n    @expose\n    @channel(\"a_channel_with_a_long_name_that_goes_on_and_on\")\n    procedure p()\n}\n"),
        fix: "Shorten the address or the channel, or leave @expose out.",
    }

    /// Nothing uses a definition.
    UNUSED_DEFINITION = "W0203" {
        why: "Whoever reads the contract looks for where it is used, and keeps it working for nobody. Where a compilation holds no service, its definitions are there for others, and none is reported; neither is a deprecated one.",
        example: Contract("namespace a\n\nrecord Point {}\n\nservice s {}\n"),
        fix: "Leave it out, or let something name it.",
    }

    /// No procedure raises an exception.
    NEVER_RAISED = "W0204" {
        why: "Only what stands behind `raises` reaches a caller as itself: a service that raises this one answers an internal error. Where a compilation holds no service, none is reported; neither is a deprecated one.",
        example: Contract("namespace a\n\nexception denied\n\nservice s {}\n"),
        fix: "Name it behind the `raises` of the procedures that raise it, or leave it out.",
    }

    /// An address has hardly room for a version.
    ADDRESS_NEAR_LIMIT = "W0205" {
        why: "NSQ allows 64 characters for a topic. An address that others call cannot change, and one with fewer than seven characters left cannot even take a version, which stands in it as `v1_2_0.`.",
        example: Contract("namespace a_company_with_a_long_name.a_department\n\nservice orders {\n    procedure search()\n}\n"),
        fix: "Shorten the names, or give the service a `@prepath`, while nobody calls it yet.",
    }

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

    /// A oneway procedure is @idempotent.
    IDEMPOTENT_ONEWAY = "W0501" {
        why: "@idempotent tells callers that they may call again where no reply came. A oneway procedure has no reply, so nobody calls again; the broker may deliver a message twice whatever the contract says.",
        example: Contract("namespace a\n\nservice s {\n    @idempotent\n    oneway procedure log()\n}\n"),
        fix: "Leave @idempotent out.",
    }

    /// Two records, or two enums, are the same but for their names.
    DUPLICATE_SHAPE = "W0502" {
        why: "Code that handles one cannot handle the other, and a change to one is forgotten in the other. From three fields or variants on it is no chance.",
        example: Contract("namespace a\n\nrecord Point {\n    x: int32\n    y: int32\n    z: int32\n}\n\nrecord Place {\n    x: int32\n    y: int32\n    z: int32\n}\n"),
        fix: "Use one of them for both, unless they will part one day: then allow it, and say so.",
    }

    /// A plugin warns of something.
    PLUGIN_WARNS = "W0590" {
        why: "The plugin answered a diagnostic of severity `warning`. Its files were written.",
        example: Situation("a plugin that answers {\"version\": 1, \"files\": [], \"diagnostics\": [{\"severity\": \"warning\", \"message\": \"a long name\"}]}"),
        fix: "What the message says; the plugin's documents may tell more.",
    }

    /// A comment allows a lint without a reason.
    ALLOW_WITHOUT_REASON = "W0901" {
        why: "Who reads it later cannot tell whether it still holds. Without a reason it silences nothing.",
        example: Contract("namespace a\n\n// almanet-lint: allow W0301\nrecord big_point {}\n"),
        fix: "Write the reason behind the code: `// almanet-lint: allow W0301 it is called so in the books`.",
    }

    /// A comment allows a lint that is not there.
    ALLOW_UNUSED = "W0902" {
        why: "It was mended, moved or disabled, and the comment would hide the next one.",
        example: Contract("namespace a\n\n// almanet-lint: allow W0301 it was called big_point once\nrecord BigPoint {}\n"),
        fix: "Remove the comment. It speaks for its own line and the next.",
    }

    /// A comment allows a lint that does not exist.
    ALLOW_UNKNOWN = "W0903" {
        why: "It silences nothing.",
        example: Contract("namespace a\n\n// almanet-lint: allow W031 it is called so in the books\nrecord BigPoint {}\n"),
        fix: "Correct the code; `almanet-gen explain` lists all of them.",
    }
}
