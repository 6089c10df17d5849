//! Codes of imports, names and types: `E02..`.

use super::codes;

codes! {
    /// An import names a file that is not there.
    IMPORT_NOT_FOUND = "E0201" {
        why: "An import's path is looked up under the schema roots, in order, and none of them has such a file. Paths that begin `almanet/` name the schemas that the compiler carries.",
        example: Contract("namespace a\n\nimport \"people.almanet\"\n"),
        fix: "Correct the path, or name the folder that holds the file as a schema root (-I, or `schemas` in almanet.yaml).",
    }

    /// An import's path leads out of every schema root.
    IMPORT_LEAVES_ROOTS = "E0202" {
        why: "What a contract needs lies below its schema roots, so that a checkout or a package of them is complete.",
        example: Contract("namespace a\n\nimport \"../../people.almanet\"\n"),
        fix: "Move the file below a root, or name the folder above as a root.",
    }

    /// An import's path is not written as a path.
    MALFORMED_IMPORT = "E0203" {
        why: "A path is relative, its parts have `/` between them on every system, and it is not empty.",
        example: Contract("namespace a\n\nimport \"/people.almanet\"\n"),
        fix: "Write the path as it is below a schema root, or from this file with `./` or `../`.",
    }

    /// Two imports of a file have one alias, or an alias has a name that is taken.
    BAD_ALIAS = "E0204" {
        why: "An alias names one namespace; a built-in type's name or `stream` would hide the language's own.",
        example: Contract("namespace a\n\nimport \"almanet/money.almanet\" as string\n"),
        fix: "Take another alias, or leave it out and write the namespace in full.",
    }

    /// A name is defined twice in a namespace.
    REPEATED_DEFINITION = "E0205" {
        why: "Files of a namespace share its names, so one name could mean either of two things.",
        example: Contract("namespace a\n\nrecord R {}\n\nenum R { b }\n"),
        fix: "Rename one of them.",
    }

    /// A definition, variant or constant has a name that the language needs itself.
    TAKEN_NAME = "E0206" {
        why: "A definition called like a built-in type, or a variant called `true`, would hide what the language means by it.",
        example: Contract("namespace a\n\nrecord string {}\n"),
        fix: "Take another name; @name keeps what travels, where it matters.",
    }

    /// A type is not known.
    UNKNOWN_TYPE = "E0207" {
        why: "There is neither a built-in type nor a definition of that name in this namespace.",
        example: Contract("namespace a\n\nrecord R { x: strng }\n"),
        fix: "Correct the name, or define the type.",
    }

    /// An exception is not known.
    UNKNOWN_EXCEPTION = "E0208" {
        why: "`raises` names exceptions, and there is no definition of that name in this namespace.",
        example: Contract("namespace a\n\nservice s { procedure p() raises denied }\n"),
        fix: "Correct the name, or define the exception.",
    }

    /// A constant or variant is not known.
    UNKNOWN_CONSTANT = "E0209" {
        why: "A bare name among literals is a variant of the expected enum or a constant, and there is neither.",
        example: Contract("namespace a\n\nrecord R { x: int32 = most }\n"),
        fix: "Correct the name; a string stands in quotes.",
    }

    /// A namespace is not imported.
    UNKNOWN_NAMESPACE = "E0210" {
        why: "Names of another namespace need an import of the file that defines them, in the file that uses them.",
        example: Contract("namespace a\n\nrecord R { x: people.Person }\n"),
        fix: "Import the file, and write the namespace in full or as the import's alias.",
    }

    /// A name is defined in a file that is not imported.
    NOT_IMPORTED = "E0211" {
        why: "A file says what it needs. Files of one namespace see each other where one imports the other, directly or not; another namespace's file is imported itself.",
        example: Files(&[("a.almanet", "namespace a\n\nrecord R { x: S }\n"), ("b.almanet", "namespace a\n\nrecord S {}\n")]),
        fix: "Import the file that defines it.",
    }

    /// What stands where a type is needed is none.
    NOT_A_TYPE = "E0212" {
        why: "Records, enums, unions, aliases and built-in types are types; services, exceptions and constants are not.",
        example: Contract("namespace a\n\nexception denied\n\nrecord R { x: denied }\n"),
        fix: "Name a type. What an exception carries can be a record that both use.",
    }

    /// What stands behind `raises` is no exception.
    NOT_AN_EXCEPTION = "E0213" {
        why: "Only an exception travels as one.",
        example: Contract("namespace a\n\nrecord Denied {}\n\nservice s { procedure p() raises Denied }\n"),
        fix: "Define `exception denied(Denied)`, and raise that.",
    }

    /// What stands where a value is needed is no constant.
    NOT_A_CONSTANT = "E0214" {
        why: "A name among literals is a variant of the expected enum or a constant.",
        example: Contract("namespace a\n\nrecord R {}\n\nrecord S { x: int32 = R }\n"),
        fix: "Name a constant, or write the value.",
    }

    /// A type has the wrong number of types in `<` `>`.
    WRONG_TYPE_ARGUMENTS = "E0215" {
        why: "`list` and `set` hold one type, `map` two, `tuple` two to twelve, and no other type takes any.",
        example: Contract("namespace a\n\nrecord R { x: map<string> }\n"),
        fix: "Write the types that it holds.",
    }

    /// `?` stands behind a type that has null already.
    NESTED_OPTIONAL = "E0216" {
        why: "JSON has one null, so a second `?`, or one behind `any` or an optional alias, could not be told apart.",
        example: Contract("namespace a\n\nrecord R { x: any? }\n"),
        fix: "Leave the `?` out.",
    }

    /// A set holds something that cannot be told apart reliably.
    BAD_SET_ELEMENT = "E0217" {
        why: "Sets hold scalars: two floats that print alike may differ, and every language compares lists and records in its own way.",
        example: Contract("namespace a\n\nrecord R { x: set<float64> }\n"),
        fix: "Use a list, or a set of a string, a number without fraction, an enum …",
    }

    /// A map has keys that JSON cannot write.
    BAD_MAP_KEY = "E0218" {
        why: "Keys of a JSON object are strings; a string, an integer, a bool, a uuid, a date and an enum have one form as such.",
        example: Contract("namespace a\n\nrecord R { x: map<float64, string> }\n"),
        fix: "Take another key, or a list of records.",
    }

    /// An alias stands for itself.
    ALIAS_CYCLE = "E0219" {
        why: "Following it never ends at a type.",
        example: Contract("namespace a\n\ntype A = list<B>\n\ntype B = A\n"),
        fix: "Use a record where a type holds itself.",
    }

    /// No value of a type could ever be finite.
    INFINITE_TYPE = "E0220" {
        why: "A record that holds itself without a list, a map or `?` between, or a union all of whose variants do, has no value that could be written down.",
        example: Contract("namespace a\n\nrecord R { next: R }\n"),
        fix: "Make the field optional, or a list.",
    }

    /// A definition has two members of one name.
    REPEATED_MEMBER = "E0221" {
        why: "A name within a definition means one thing.",
        example: Contract("namespace a\n\nrecord R { x: string, x: int32 }\n"),
        fix: "Rename one of them.",
    }

    /// Two members of a definition travel by one name.
    REPEATED_WIRE_NAME = "E0222" {
        why: "A reader could not tell which of them was sent.",
        example: Contract("namespace a\n\nrecord R { x: string, @name(\"x\") y: int32 }\n"),
        fix: "Give one of them another name with @name.",
    }

    /// A name that was reserved is used again.
    RESERVED_NAME = "E0223" {
        why: "It was used once, and peers of that time would read the new meaning as the old one.",
        example: Contract("namespace a\n\nrecord R { x: string, reserved \"x\" }\n"),
        fix: "Take another name.",
    }

    /// A name that travels is empty.
    EMPTY_WIRE_NAME = "E0224" {
        why: "An empty key is legal JSON and surprises every reader.",
        example: Contract("namespace a\n\nrecord R { @name(\"\") x: string }\n"),
        fix: "Write the name, or leave @name out.",
    }

    /// An enum or a union has no variant.
    NO_VARIANTS = "E0225" {
        why: "It would have no value.",
        example: Contract("namespace a\n\nenum E {}\n"),
        fix: "Add a variant.",
    }

    /// A variant of an enum has a type.
    TYPED_ENUM_VARIANT = "E0226" {
        why: "An enum's variants are names; what carries values is a union.",
        example: Contract("namespace a\n\nenum E { b: string }\n"),
        fix: "Make it a `union`, or leave the type out.",
    }

    /// An exception travels by a name of the protocol.
    PROTOCOL_EXCEPTION = "E0227" {
        why: "`InternalError` and names that begin `rpc_` are sent by the runtime itself, and a caller would take one for the other.",
        example: Contract("namespace a\n\nexception rpc_denied\n"),
        fix: "Take another name.",
    }

    /// An exception travels by something that is no identifier.
    EXCEPTION_NOT_IDENTIFIER = "E0228" {
        why: "Peers make a class of it, and routers match it, so it is a letter, then letters, digits and `_`.",
        example: Contract("namespace a\n\n@name(\"access denied\")\nexception access_denied\n"),
        fix: "Write an identifier.",
    }

    /// A procedure raises an exception twice.
    RAISED_TWICE = "E0229" {
        why: "Once says it all; the second one is most likely a slip for another.",
        example: Contract("namespace a\n\nexception gone\n\nservice s { procedure p() raises gone, gone }\n"),
        fix: "Leave one out.",
    }

    /// A procedure raises two exceptions that travel by one name.
    AMBIGUOUS_RAISES = "E0230" {
        why: "The name is all that tells them apart, so a caller could not know which was raised.",
        example: Contract("namespace a\n\nexception gone\n\n@name(\"gone\")\nexception lost\n\nservice s { procedure p() raises gone, lost }\n"),
        fix: "Give one of them another name with @name, or raise one alone.",
    }

    /// A oneway procedure has a reply or exceptions.
    ONEWAY_ANSWERS = "E0231" {
        why: "Nobody waits for a oneway call, so neither a reply nor an exception has anywhere to go.",
        example: Contract("namespace a\n\nservice s { oneway procedure p() -> string }\n"),
        fix: "Leave out `oneway`, or what stands behind `->` and `raises`.",
    }

    /// A procedure names its results and has none.
    EMPTY_RESULTS = "E0232" {
        why: "`-> ()` could mean null or an empty object, and peers would differ.",
        example: Contract("namespace a\n\nservice s { procedure p() -> () }\n"),
        fix: "Leave out `->` for null, or answer an empty record.",
    }

    /// An annotation is not known.
    UNKNOWN_ANNOTATION = "E0233" {
        why: "A misspelt annotation would silently do nothing.",
        example: Contract("namespace a\n\nrecord R { @lenght(1..64) x: string }\n"),
        fix: "Correct the name. One of your own, for a plugin, has a dot: @acme.owner(\"team\").",
    }

    /// An annotation stands where it means nothing.
    MISPLACED_ANNOTATION = "E0234" {
        why: "It would silently do nothing.",
        example: Contract("namespace a\n\n@idempotent\nrecord R {}\n"),
        fix: "Move it to what it belongs on, or leave it out.",
    }

    /// An annotation stands on one thing twice.
    REPEATED_ANNOTATION = "E0235" {
        why: "Only @example may say several things.",
        example: Contract("namespace a\n\nrecord R { @length(1..) @length(..9) x: string }\n"),
        fix: "Leave one out, or make one of both.",
    }

    /// An annotation has arguments that it does not take.
    WRONG_ARGUMENTS = "E0236" {
        why: "What it means hangs on them.",
        example: Contract("namespace a\n\n@deprecated\nrecord R {}\n"),
        fix: "Write what the message asks for.",
    }

    /// A timeout is shorter than a millisecond or longer than 14 minutes.
    TIMEOUT_OUT_OF_RANGE = "E0237" {
        why: "The broker gives up on what is in flight after 15 minutes, and a call is measured in milliseconds.",
        example: Contract("namespace a\n\nservice s {\n    @timeout(1h)\n    procedure p()\n}\n"),
        fix: "Take a timeout between; what takes longer answers at once and reports on a topic.",
    }

    /// A union with its tag inside has a variant that has no place for it.
    BAD_TAGGED_VARIANT = "E0238" {
        why: "With @tag the tag is one more member of the variant's object, so a variant is a record without such a field, or has no type.",
        example: Contract("namespace a\n\n@tag(\"type\")\nunion U { b: string }\n"),
        fix: "Leave @tag out, or make the variant a record; rename the field that the tag meets.",
    }

    /// A file has no namespace that it may have.
    BAD_NAMESPACE = "E0239" {
        why: "A namespace that equals another's NAMESPACE.SERVICE would give two things one module and one address.",
        example: Files(&[("a.almanet", "namespace a\n\nservice b {}\n"), ("b.almanet", "namespace a.b\n")]),
        fix: "Rename the namespace or the service.",
    }
}
