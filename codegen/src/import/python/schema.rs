//! Annotations as the JSON Schema that pydantic makes of them.

use ruff_python_ast::{Expr, ExprCall, Operator, Stmt};
use ruff_python_parser::parse_expression;

use super::super::json::Json;
use super::names::{Found, Modules};
use super::parsed::Parsed;
use super::parts::{any, any_of, bounded, formatted, has_to_be_run, json_text, noting, object, of, text, unknown};
use super::value::value;

/// Makes schemas, and collects the definitions that they refer to.
pub(super) struct Lowering<'a> {
    pub(super) modules: &'a Modules,
    pub(super) definitions: Vec<(String, Json)>,
    /// The aliases that are on their way.
    aliases: Vec<String>,
    /// What type parameters stand for, by their whole names, and how many models they are within.
    pub(super) bound: Vec<(String, Json)>,
    pub(super) depth: usize,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(modules: &'a Modules) -> Self {
        Self { modules, definitions: Vec::new(), aliases: Vec::new(), bound: Vec::new(), depth: 0 }
    }

    /// A whole document: a schema with its definitions.
    pub(super) fn document(mut self, module: &'a Parsed, annotation: &Expr) -> Json {
        let schema = self.schema(module, annotation);
        let Json::Object(mut members) = schema else { return schema };
        if !self.definitions.is_empty() {
            members.push(("$defs".to_owned(), Json::Object(self.definitions)));
        }
        Json::Object(members)
    }

    /// The schema of an annotation.
    pub(super) fn schema(&mut self, module: &'a Parsed, annotation: &Expr) -> Json {
        match annotation {
            Expr::NoneLiteral(_) => of("null"),
            Expr::StringLiteral(text) => match parse_expression(text.value.to_str()) {
                Ok(parsed) => self.schema(module, &parsed.into_syntax().body),
                Err(_) => unknown(format!("its annotation there is the text {:?}", text.value.to_str())),
            },
            Expr::BinOp(union) if union.op == Operator::BitOr => {
                let mut choices = Vec::new();
                self.choices(module, annotation, &mut choices);
                any_of(choices)
            }
            Expr::Subscript(subscript) => {
                let arguments: Vec<&Expr> = match &*subscript.slice {
                    Expr::Tuple(tuple) => tuple.elts.iter().collect(),
                    other => vec![other],
                };
                let name = module.whole_name(&subscript.value).unwrap_or_default();
                self.generic(module, &name, &arguments)
            }
            Expr::Name(_) | Expr::Attribute(_) => {
                let name = module.whole_name(annotation).unwrap_or_default();
                self.named(&name)
            }
            Expr::Call(call) => self.constrained(module, call).unwrap_or_else(has_to_be_run),
            _ => has_to_be_run(),
        }
    }

    /// `conint(ge=0)`, `conlist(str, max_length=3)` and the like; `None` for other calls.
    fn constrained(&mut self, module: &'a Parsed, call: &ExprCall) -> Option<Json> {
        let name = module.whole_name(&call.func)?;
        let item = call.arguments.args.first().or_else(|| Some(&call.arguments.find_keyword("item_type")?.value));
        let schema = match name.strip_prefix("pydantic.")? {
            "constr" => of("string"),
            "conint" => of("integer"),
            "confloat" => of("number"),
            "condecimal" => formatted("decimal"),
            "conlist" => object([("type", text("array")), ("items", self.schema(module, item?))]),
            "conset" | "confrozenset" => {
                let item = self.schema(module, item?);
                object([("type", text("array")), ("items", item), ("uniqueItems", Json::Bool(true))])
            }
            _ => return None,
        };
        let keywords = call.arguments.keywords.iter().filter_map(|it| Some((it.arg.as_ref()?, &it.value)));
        Some(keywords.fold(schema, |schema, (key, argument)| self.keyword(module, schema, key, argument)))
    }

    fn choices(&mut self, module: &'a Parsed, annotation: &Expr, choices: &mut Vec<Json>) {
        match annotation {
            Expr::BinOp(union) if union.op == Operator::BitOr => {
                self.choices(module, &union.left, choices);
                self.choices(module, &union.right, choices);
            }
            other => choices.push(self.schema(module, other)),
        }
    }

    fn generic(&mut self, module: &'a Parsed, name: &str, arguments: &[&Expr]) -> Json {
        let last = name.rsplit('.').next().unwrap_or(name);
        let mut inner = |index: usize| arguments.get(index).map_or_else(any, |it| self.schema(module, it));
        match last {
            "Optional" => any_of(vec![inner(0), of("null")]),
            "Union" => any_of((0..arguments.len()).map(inner).collect()),
            "list" | "List" | "Sequence" | "MutableSequence" | "Iterable" | "Collection" => {
                object([("type", text("array")), ("items", inner(0))])
            }
            "deque" | "Deque" => object([("type", text("array")), ("items", inner(0))]),
            "Counter" => object([("type", text("object")), ("additionalProperties", of("integer"))]),
            "Json" => json_text(),
            "set" | "Set" | "frozenset" | "FrozenSet" | "AbstractSet" => {
                object([("type", text("array")), ("items", inner(0)), ("uniqueItems", Json::Bool(true))])
            }
            "dict" | "Dict" | "Mapping" | "MutableMapping" | "OrderedDict" | "defaultdict" | "DefaultDict" => {
                let (key, value) = (inner(0), inner(1));
                let mut members = vec![("type", text("object")), ("additionalProperties", value)];
                if key != of("string") {
                    let key = match key.text("type") {
                        Some("integer") => object([("pattern", text("^(0|-?[1-9][0-9]*)$"))]),
                        Some("boolean") => object([("enum", Json::Array(vec![text("true"), text("false")]))]),
                        _ => key,
                    };
                    members.push(("propertyNames", key));
                }
                object(members)
            }
            "tuple" | "Tuple" => match arguments {
                [_, Expr::EllipsisLiteral(_)] => object([("type", text("array")), ("items", inner(0))]),
                _ => {
                    let parts: Vec<Json> = (0..arguments.len()).map(inner).collect();
                    object([("type", text("array")), ("prefixItems", Json::Array(parts))])
                }
            },
            "Literal" => {
                let values: Option<Vec<Json>> = arguments.iter().map(|it| value(self.modules, module, it)).collect();
                match values.map(|values| (values.contains(&Json::Null), values)) {
                    Some((false, values)) => object([("enum", Json::Array(values))]),
                    Some((true, values)) => {
                        let others = values.into_iter().filter(|value| *value != Json::Null).collect();
                        any_of(vec![object([("enum", Json::Array(others))]), of("null")])
                    }
                    None => unknown("its Literal there has values that have to be run"),
                }
            }
            "Annotated" => {
                let schema = inner(0);
                arguments.iter().skip(1).fold(schema, |schema, metadata| self.annotated(module, schema, metadata))
            }
            "Required" | "NotRequired" | "ReadOnly" | "Final" | "ClassVar" => inner(0),
            _ => match self.modules.find(name) {
                Some(Found { module: own, statement: Stmt::ClassDef(class) }) => {
                    let given = arguments.iter().map(|it| self.schema(module, it)).collect();
                    self.parametrized(own, class, name, given)
                }
                _ => unknown(format!("its type there is {name}[…]")),
            },
        }
    }

    /// A type by its whole name.
    fn named(&mut self, name: &str) -> Json {
        let last = name.rsplit('.').next().unwrap_or(name);
        if let Some((_, bound)) = self.bound.iter().find(|(parameter, _)| parameter == name) {
            return bound.clone();
        }
        if let Some(found) = self.modules.find(name) {
            if found.is_variable() {
                return unknown(format!("its type there is {last}, for which nothing stands"));
            }
            if let Stmt::ClassDef(class) = found.statement {
                return self.class(found.module, class, name);
            }
            if self.aliases.iter().any(|alias| alias == name) {
                return unknown(format!("its type there is {last}, which is made of itself"));
            }
            self.aliases.push(name.to_owned());
            let schema = match found.statement {
                Stmt::Assign(assign) => self.aliased(found.module, &assign.value),
                Stmt::TypeAlias(alias) => self.schema(found.module, &alias.value),
                Stmt::AnnAssign(assign) => match &assign.value {
                    Some(value) => self.schema(found.module, value),
                    None => any(),
                },
                _ => unknown(format!("its type there is {name}")),
            };
            self.aliases.pop();
            return schema;
        }
        match last {
            "int" | "StrictInt" => of("integer"),
            "float" | "StrictFloat" | "FiniteFloat" => of("number"),
            "str" | "StrictStr" => of("string"),
            "bool" | "StrictBool" => of("boolean"),
            "None" | "NoneType" => of("null"),
            "Any" | "object" => any(),
            "Json" => json_text(),
            "SecretStr" => noting(of("string"), "it is hidden there where it is written"),
            "bytes" | "StrictBytes" => formatted("binary"),
            "Base64Bytes" | "Base64UrlBytes" => formatted("base64"),
            "UUID" | "UUID1" | "UUID3" | "UUID4" | "UUID5" => formatted("uuid"),
            "datetime" | "PastDatetime" | "FutureDatetime" => formatted("date-time"),
            "AwareDatetime" => formatted("aware-date-time"),
            "NaiveDatetime" => formatted("local-date-time"),
            "date" | "PastDate" | "FutureDate" => formatted("date"),
            "time" => formatted("time"),
            "timedelta" => formatted("duration"),
            "Decimal" => formatted("decimal"),
            "list" | "List" | "tuple" | "Tuple" | "Sequence" => object([("type", text("array"))]),
            "set" | "frozenset" | "Set" => object([("type", text("array")), ("uniqueItems", Json::Bool(true))]),
            "dict" | "Dict" | "Mapping" => of("object"),
            "PositiveInt" => bounded("integer", "minimum", "1"),
            "NonNegativeInt" => bounded("integer", "minimum", "0"),
            "NegativeInt" => bounded("integer", "maximum", "-1"),
            "NonPositiveInt" => bounded("integer", "maximum", "0"),
            "NonNegativeFloat" => bounded("number", "minimum", "0"),
            "NonPositiveFloat" => bounded("number", "maximum", "0"),
            "PositiveFloat" => bounded("number", "exclusiveMinimum", "0"),
            "NegativeFloat" => bounded("number", "exclusiveMaximum", "0"),
            "EmailStr" | "HttpUrl" | "AnyUrl" | "AnyHttpUrl" | "FileUrl" | "IPvAnyAddress" | "IPv4Address"
            | "IPv6Address" | "IPv4Network" | "IPv6Network" | "Path" | "PurePath" | "FilePath" | "DirectoryPath" => {
                formatted(last)
            }
            _ => {
                let name = name.trim_start_matches("builtins.");
                unknown(format!("its type there is {name}, which is in none of the modules"))
            }
        }
    }

    /// What a name stands for: `Name = list[int]`, `Name = NewType("Name", int)`.
    fn aliased(&mut self, module: &'a Parsed, value: &Expr) -> Json {
        if let Expr::Call(call) = value
            && module.whole_name(&call.func).is_some_and(|name| name.ends_with("NewType"))
            && let [_, of] = &call.arguments.args[..]
        {
            return self.schema(module, of);
        }
        self.schema(module, value)
    }
}
