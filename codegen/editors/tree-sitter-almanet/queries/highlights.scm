[
  "namespace" "import" "as"
] @keyword.import

[
  "record" "enum" "union" "type" "const" "exception" "service" "topic"
] @keyword.type

"procedure" @keyword.function
"raises" @keyword.exception
"reserved" @keyword
["open" "oneway"] @keyword.modifier
(stream) @keyword.modifier

(line_comment) @comment
(block_comment) @comment
(doc_comment) @comment.documentation
(file_doc_comment) @comment.documentation

(string) @string
(import path: (string) @string.special.path)
(escape) @string.escape
(number) @number
(duration) @number
(boolean) @boolean
(null) @constant.builtin
(constant_name) @constant

(namespace name: (path) @module)
(import alias: (identifier) @module)

(type (path (identifier) @type .))
(generic name: (identifier) @type.builtin)
((type (path . (identifier) @type.builtin .))
  (#match? @type.builtin "^(bool|u?int(8|16|32|64)|float(32|64)|string|bytes|uuid|timestamp|datetime|date|time|duration|decimal|any)$"))
(raises (path (identifier) @type .))

(record name: (identifier) @type)
(enum name: (identifier) @type)
(union name: (identifier) @type)
(alias name: (identifier) @type.definition)
(exception name: (identifier) @type)
(service name: (identifier) @type)
(constant name: (identifier) @constant)

(field name: (identifier) @property)
(parameters (field name: (identifier) @variable.parameter))
(variant name: (identifier) @constant)
(procedure name: (identifier) @function.method)
(topic name: (identifier) @function.method)
(entry key: (string) @property)

(annotation "@" @attribute name: (path) @attribute)

["{" "}" "(" ")" "[" "]" "<" ">"] @punctuation.bracket
["," ":" "."] @punctuation.delimiter
["=" "->" ".." "?"] @operator
