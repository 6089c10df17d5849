// The contract language for tree-sitter. It reads every text that the compiler accepts, and some more: what stands where is the
// compiler's business.

/** Items with commas between them, and perhaps one behind the last. */
const list = (item) => seq(item, repeat(seq(",", item)), optional(","));

/** Members of a body: commas between them are optional. */
const members = (member) => seq("{", repeat(seq(member, optional(","))), "}");

module.exports = grammar({
  name: "almanet",
  word: ($) => $.identifier,
  externals: ($) => [$.block_comment],
  extras: ($) => [/[\s\uFEFF]/, $.line_comment, $.doc_comment, $.file_doc_comment, $.block_comment],
  // `raises a, b`: a comma goes on with the list, or ends the member.
  conflicts: ($) => [[$.raises]],
  supertypes: ($) => [$.definition, $.literal],

  rules: {
    source_file: ($) => repeat(choice($.namespace, $.import, $.definition)),

    namespace: ($) => seq("namespace", field("name", $.path)),
    import: ($) => seq("import", field("path", $.string), optional(seq("as", field("alias", $.identifier)))),

    definition: ($) => choice($.record, $.enum, $.union, $.alias, $.constant, $.exception, $.service),
    record: ($) => seq(repeat($.annotation), "record", field("name", $.identifier), field("body", $.fields)),
    enum: ($) => seq(repeat($.annotation), optional("open"), "enum", field("name", $.identifier), field("body", $.variants)),
    union: ($) => seq(repeat($.annotation), optional("open"), "union", field("name", $.identifier), field("body", $.variants)),
    alias: ($) => seq(repeat($.annotation), "type", field("name", $.identifier), "=", field("type", $._type)),
    constant: ($) =>
      seq(repeat($.annotation), "const", field("name", $.identifier), ":", field("type", $._type), "=", field("value", $.literal)),
    exception: ($) =>
      seq(repeat($.annotation), "exception", field("name", $.identifier), optional(field("body", choice($.fields, $.payload)))),
    service: ($) => seq(repeat($.annotation), "service", field("name", $.identifier), field("body", $.members)),

    fields: ($) => members(choice($.field, $.reserved)),
    field: ($) =>
      seq(repeat($.annotation), field("name", $._name), ":", field("type", $._type), optional(seq("=", field("default", $.literal)))),
    payload: ($) => seq("(", $._unnamed, ")"),
    variants: ($) => members(choice($.variant, $.reserved)),
    variant: ($) => seq(repeat($.annotation), field("name", $._name), optional(seq(":", field("type", $._type)))),
    reserved: ($) => prec.right(seq("reserved", $.string, repeat(seq(",", $.string)))),

    members: ($) => members(choice($.procedure, $.topic, $.reserved)),
    procedure: ($) =>
      seq(
        repeat($.annotation),
        optional("oneway"),
        "procedure",
        field("name", $.identifier),
        field("parameters", $.parameters),
        optional(field("returns", $.returns)),
        optional($.raises),
      ),
    parameters: ($) => seq("(", optional(choice(list($.field), $._unnamed)), ")"),
    returns: ($) => seq("->", choice($.results, seq(repeat($.annotation), optional(seq($.stream, repeat($.annotation))), $._type))),
    results: ($) => seq("(", optional(list($.field)), ")"),
    stream: (_) => "stream",
    raises: ($) => seq("raises", $.path, repeat(seq(",", $.path))),
    topic: ($) => seq(repeat($.annotation), "topic", field("name", $.identifier), ":", field("type", $._type)),
    _unnamed: ($) => seq(repeat($.annotation), field("type", $._type), optional(",")),

    annotation: ($) => prec.right(seq("@", field("name", $.path), optional($.arguments))),
    arguments: ($) => seq("(", optional(list(choice($.literal, $.range))), ")"),
    range: ($) => prec.right(choice(seq($.literal, "..", optional($.literal)), seq("..", $.literal))),

    _type: ($) => choice($.type, $.generic, $.optional),
    type: ($) => $.path,
    generic: ($) => seq(field("name", $.identifier), "<", list($._type), ">"),
    optional: ($) => seq($._type, "?"),

    literal: ($) => choice($.string, $.number, $.duration, $.boolean, $.null, $.list, $.object, $.constant_name),
    boolean: (_) => choice("true", "false"),
    null: (_) => "null",
    list: ($) => seq("[", optional(list($.literal)), "]"),
    object: ($) => seq("{", optional(list($.entry)), "}"),
    entry: ($) => seq(field("key", $.string), ":", field("value", $.literal)),
    constant_name: ($) => $.path,

    path: ($) => prec.right(seq($.identifier, repeat(seq(token.immediate("."), $.identifier)))),
    // A member may be called what begins another one.
    _name: ($) => choice($.identifier, alias("reserved", $.identifier)),
    identifier: (_) => /[A-Za-z][A-Za-z0-9_]*/,
    string: ($) => seq('"', repeat(choice(token.immediate(/[^"\\\r\n]+/), $.escape)), token.immediate('"')),
    escape: (_) => token.immediate(/\\[^\r\n]/),
    number: (_) => /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/,
    duration: (_) => /-?(0|[1-9][0-9]*)(ms|s|m|h)/,

    line_comment: (_) => token(prec(0, choice(/\/\/[^\r\n]*/, /\/\/\/\/[^\r\n]*/))),
    doc_comment: (_) => token(prec(1, /\/\/\/([^\/\r\n][^\r\n]*)?/)),
    file_doc_comment: (_) => token(prec(1, /\/\/![^\r\n]*/)),
  },
});
