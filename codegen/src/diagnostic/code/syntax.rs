//! Codes of the grammar: `E01..`.

use super::codes;

codes! {
    /// Something stands where the grammar has no place for it.
    UNEXPECTED = "E0101" {
        why: "The message names what could stand there and what was found. Reading goes on at the next member or definition, so what follows is checked all the same.",
        example: Contract("namespace a\n\nrecord Point {\n    x: = 1\n}\n"),
        fix: "Write what is expected at the place shown.",
    }

    /// Brackets or comments are nested deeper than 64 levels.
    TOO_DEEP = "E0102" {
        why: "Readers of a contract recurse as deep as it is nested; the limit keeps any input from exhausting them. The place is the 65th opener.",
        example: Contract("namespace a\n\nconst deep: any = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n"),
        fix: "Give an inner part a name of its own: a type, a record or a const.",
    }

    /// A block comment is never closed.
    UNCLOSED_COMMENT = "E0103" {
        why: "Block comments nest, and an unclosed one runs to the end of the file: everything behind it is lost.",
        example: Contract("namespace a\n\n/* begun, and never ended\n"),
        fix: "Close it with */, once for each /* inside.",
    }

    /// A bracket is never closed.
    UNCLOSED_BRACKET = "E0104" {
        why: "The body goes on to the end of the file, or to a definition's keyword at the start of a line, which closes it.",
        example: Contract("namespace a\n\nrecord Point {\n    x: int32\n\nrecord Line {}\n"),
        fix: "Close the body before the place that the label shows.",
    }

    /// A closing bracket closes nothing.
    STRAY_BRACKET = "E0105" {
        why: "Outside of definitions nothing is open, so either the bracket is one too many or its opener is missing.",
        example: Contract("namespace a\n\nrecord Point { x: int32 } }\n"),
        fix: "Remove it, or open what it should close.",
    }

    /// A semicolon stands in a contract.
    SEMICOLON = "E0106" {
        why: "The language ends nothing with a semicolon: it is read as a comma, and said once for each file.",
        example: Contract("namespace a;\n\nrecord Point { x: int32; y: int32; }\n"),
        fix: "Leave semicolons out; between members write a comma or a new line.",
    }

    /// A string is not closed on its line.
    UNCLOSED_STRING = "E0107" {
        why: "Strings are JSON strings: a raw line break ends one, in error.",
        example: Contract("namespace a\n\nconst greeting: string = \"Hello,\n"),
        fix: "Close it with a double quote; write a line break inside as \\n.",
    }

    /// A string holds an escape that JSON does not know, or a raw control character.
    BAD_ESCAPE = "E0108" {
        why: "Strings are JSON strings, so that what a contract says and what travels are written alike.",
        example: Contract("namespace a\n\nconst path: string = \"C:\\users\"\n"),
        fix: "Use \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\uXXXX; a backslash itself is \\\\.",
    }

    /// A number is not written as JSON writes it.
    BAD_NUMBER = "E0109" {
        why: "Numbers are JSON numbers: no leading zero, no plus sign, a digit on either side of the point.",
        example: Contract("namespace a\n\nconst agent: int32 = 007\n"),
        fix: "Write the number as JSON does.",
    }

    /// A number touches a name.
    NUMBER_TOUCHES_NAME = "E0110" {
        why: "Only the units of a duration (ms, s, m, h) may touch a number, and only a whole one; anything else is more likely a slip than two tokens.",
        example: Contract("namespace a\n\nconst wait: duration = 5sec\n"),
        fix: "Write a duration as 250ms, 5s, 2m or 1h, or as an ISO 8601 string; put a space or a comma between other things.",
    }

    /// A comma is missing.
    MISSING_COMMA = "E0111" {
        why: "Between ( ), < >, [ ] and in an object literal commas are required; only in the { } body of a definition may they be left out.",
        example: Contract("namespace a\n\nrecord Scores {\n    by_name: map<string int64>\n}\n"),
        fix: "Put a comma between the two.",
    }

    /// A comma follows nothing.
    STRAY_COMMA = "E0112" {
        why: "A comma stands between two members or behind the last one, and nowhere else.",
        example: Contract("namespace a\n\nenum Mood { cheerful,, grumpy }\n"),
        fix: "Remove it.",
    }

    /// A file has no namespace.
    MISSING_NAMESPACE = "E0113" {
        why: "Every file belongs to one namespace: it begins the addresses of its services and keeps names of different files apart.",
        example: Contract("record Point { x: int32 }\n"),
        fix: "Begin the file with `namespace your.name`.",
    }

    /// A file has two namespaces.
    REPEATED_NAMESPACE = "E0114" {
        why: "A file belongs to one namespace; several files may share one.",
        example: Contract("namespace a\nnamespace b\n"),
        fix: "Move what belongs to the second namespace into a file of its own.",
    }

    /// The namespace or an import stands too late.
    OUT_OF_ORDER = "E0115" {
        why: "A file begins with its docs, then its namespace, then imports, then definitions, so that what it depends on is seen at once.",
        example: Files(&[
            ("main.almanet", "namespace a\n\nrecord Home { at: b.Point }\n\nimport \"point.almanet\"\n"),
            ("point.almanet", "namespace b\n\nrecord Point { x: int32 }\n"),
        ]),
        fix: "Move it up.",
    }

    /// A definition's keyword is unknown.
    UNKNOWN_DEFINITION = "E0116" {
        why: "Definitions are record, enum, union, type, const, exception and service, the second and third perhaps `open`.",
        example: Contract("namespace a\n\nrecrod Point { x: int32 }\n"),
        fix: "Use one of these keywords.",
    }

    /// A service's member is unknown.
    UNKNOWN_MEMBER = "E0117" {
        why: "A service holds procedures (perhaps `oneway`), topics, and reserved names.",
        example: Contract("namespace a\n\nservice greeting {\n    rpc greet(string) -> string\n}\n"),
        fix: "Use `procedure`, `oneway procedure`, `topic` or `reserved`.",
    }

    /// A field has no type.
    MISSING_TYPE = "E0118" {
        why: "Every field, parameter and named result says its type behind a colon.",
        example: Contract("namespace a\n\nrecord Point {\n    x\n    y: int32\n}\n"),
        fix: "Write `name: T`, or `name: T?` for one that may be absent.",
    }

    /// A file holds more than 1,000 errors.
    TOO_MANY = "E0119" {
        why: "So many errors have few causes, or the file is no contract; what is above the limit is not listed.",
        example: Situation("almanet-gen check on a file of another language that is named .almanet"),
        fix: "Mend the first ones and compile again.",
    }

    /// A variant has a value.
    VARIANT_WITH_VALUE = "E0120" {
        why: "A variant travels by its name, never by a number or another value.",
        example: Contract("namespace a\n\nenum Mood {\n    cheerful = 1\n    grumpy\n}\n"),
        fix: "Remove the value; `@name(\"wire\")` gives the variant another name to travel by.",
    }

    /// Several parameters have no names.
    UNNAMED_PARAMETERS = "E0121" {
        why: "A procedure takes one unnamed payload, or any number of named parameters.",
        example: Contract("namespace a\n\nservice calculator {\n    procedure add(int32, int32) -> int64\n}\n"),
        fix: "Name them: `add(a: int32, b: int32)`.",
    }

    /// A character stands outside of strings and comments that no contract holds there.
    UNKNOWN_CHARACTER = "E0122" {
        why: "Outside of strings and comments a contract is made of ASCII letters, digits, and a few marks.",
        example: Contract("namespace a\n\nconst greeting: string = 'Hello'\n"),
        fix: "Strings stand between double quotes, comments begin with //, names are ASCII letters, digits and `_`.",
    }

    /// A name is not an identifier.
    BAD_NAME = "E0123" {
        why: "A name becomes one in every target and perhaps a segment of an address, so it is an ASCII letter, then ASCII letters, digits and underscores.",
        example: Contract("namespace a\n\nrecord Person {\n    first-name: string\n}\n"),
        fix: "Write an identifier; `@name(\"first-name\")` makes another name travel.",
    }

    /// An annotation annotates nothing.
    DANGLING_ANNOTATION = "E0124" {
        why: "An annotation stands before what it annotates.",
        example: Contract("namespace a\n\nrecord Person {\n    name: string\n    @length(1..64)\n}\n"),
        fix: "Move it before the member or definition that it belongs to, or remove it.",
    }
}
