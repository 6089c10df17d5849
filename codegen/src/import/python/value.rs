//! Expressions whose value can be told without running anything.

use ruff_python_ast::{Expr, FStringPart, InterpolatedStringElement, Number, Operator, Stmt, UnaryOp};

use super::super::json::Json;
use super::names::Modules;
use super::parsed::Parsed;

/// How many steps may be taken to tell one value: names may stand for each other in circles.
pub(super) const FUEL: u32 = 10_000;

/// The value of an expression as JSON; `None` where it would have to be run.
pub(super) fn value(modules: &Modules, module: &Parsed, expression: &Expr) -> Option<Json> {
    let mut fuel = FUEL;
    evaluate(modules, module, expression, &mut fuel)
}

/// The same, within so many steps.
fn evaluate(modules: &Modules, module: &Parsed, expression: &Expr, fuel: &mut u32) -> Option<Json> {
    *fuel = fuel.checked_sub(1)?;
    let mut inner = |expression: &Expr| evaluate(modules, module, expression, fuel);
    match expression {
        Expr::NoneLiteral(_) => Some(Json::Null),
        Expr::BooleanLiteral(literal) => Some(Json::Bool(literal.value)),
        Expr::StringLiteral(literal) => Some(Json::String(literal.value.to_str().to_owned())),
        Expr::BytesLiteral(literal) => {
            let bytes: Vec<u8> = literal.value.bytes().collect();
            String::from_utf8(bytes).ok().map(Json::String)
        }
        Expr::NumberLiteral(literal) => number(&literal.value),
        Expr::UnaryOp(unary) if unary.op == UnaryOp::USub => match inner(&unary.operand)? {
            Json::Number(number) => serde_json::from_str(&format!("-{number}")).ok().map(Json::Number),
            _ => None,
        },
        // Texts that are put together.
        Expr::BinOp(sum) if sum.op == Operator::Add => match (inner(&sum.left)?, inner(&sum.right)?) {
            (Json::String(one), Json::String(other)) => Some(Json::String(one + &other)),
            _ => None,
        },
        Expr::FString(text) => {
            let mut whole = String::new();
            for part in &text.value {
                let elements = match part {
                    FStringPart::Literal(literal) => {
                        whole.push_str(&literal.value);
                        continue;
                    }
                    FStringPart::FString(formatted) => &formatted.elements,
                };
                for element in elements {
                    match element {
                        InterpolatedStringElement::Literal(literal) => whole.push_str(&literal.value),
                        InterpolatedStringElement::Interpolation(it)
                            if it.format_spec.is_none() && it.conversion.is_none() =>
                        {
                            whole.push_str(inner(&it.expression)?.as_str()?);
                        }
                        InterpolatedStringElement::Interpolation(_) => return None,
                    }
                }
            }
            Some(Json::String(whole))
        }
        Expr::List(list) => list.elts.iter().map(&mut inner).collect::<Option<_>>().map(Json::Array),
        Expr::Tuple(tuple) => tuple.elts.iter().map(&mut inner).collect::<Option<_>>().map(Json::Array),
        Expr::Set(set) => set.elts.iter().map(&mut inner).collect::<Option<_>>().map(Json::Array),
        Expr::Dict(dict) => {
            let mut member = |item: &ruff_python_ast::DictItem| {
                let Json::String(key) = inner(item.key.as_ref()?)? else { return None };
                Some((key, inner(&item.value)?))
            };
            dict.items.iter().map(&mut member).collect::<Option<_>>().map(Json::Object)
        }
        Expr::Call(call) => {
            let name = module.whole_name(&call.func)?;
            match (name.as_str(), &call.arguments.args[..]) {
                ("builtins.list" | "builtins.set" | "builtins.tuple" | "builtins.frozenset", []) => {
                    Some(Json::Array(Vec::new()))
                }
                ("builtins.dict", []) if call.arguments.keywords.is_empty() => Some(Json::Object(Vec::new())),
                ("decimal.Decimal" | "uuid.UUID", [text]) => match inner(text)? {
                    Json::Number(number) => Some(Json::String(number.to_string())),
                    other => Some(other),
                },
                _ => None,
            }
        }
        // A constant of a module, or a variant of an enum.
        Expr::Name(_) | Expr::Attribute(_) => {
            let name = module.whole_name(expression)?;
            if name == "builtins.__name__" {
                return Some(Json::String(module.module.clone()));
            }
            if let Some(found) = modules.find(&name) {
                return match found.statement {
                    Stmt::Assign(assign) if !is_itself(&assign.value, expression) => {
                        evaluate(modules, found.module, &assign.value, fuel)
                    }
                    Stmt::AnnAssign(assign) => evaluate(modules, found.module, assign.value.as_deref()?, fuel),
                    _ => None,
                };
            }
            let (class, variant) = name.rsplit_once('.')?;
            variants_within(modules, class, fuel)?.into_iter().find(|(name, _)| name == variant).map(|(_, value)| value)
        }
        _ => None,
    }
}

/// The variants of an enum, by the whole name of its class.
pub(super) fn variants(modules: &Modules, class: &str) -> Option<Vec<(String, Json)>> {
    let mut fuel = FUEL;
    variants_within(modules, class, &mut fuel)
}

/// The same, within so many steps.
fn variants_within(modules: &Modules, class: &str, fuel: &mut u32) -> Option<Vec<(String, Json)>> {
    let found = modules.find(class)?;
    let Stmt::ClassDef(definition) = found.statement else { return None };
    let bases = definition.arguments.iter().flat_map(|arguments| arguments.args.iter());
    let is_enum = bases
        .filter_map(|base| found.module.whole_name(base))
        .any(|name| ["enum.Enum", "enum.StrEnum", "enum.IntEnum"].contains(&name.as_str()));
    if !is_enum {
        return None;
    }
    let mut variant = |statement: &Stmt| {
        let Stmt::Assign(assign) = statement else { return None };
        let [Expr::Name(name)] = assign.targets.as_slice() else { return None };
        let is_auto = matches!(&*assign.value, Expr::Call(call)
            if found.module.whole_name(&call.func).is_some_and(|name| name.ends_with("auto")));
        let value = if is_auto {
            Some(Json::String(name.id.to_lowercase()))
        } else {
            evaluate(modules, found.module, &assign.value, fuel)
        };
        Some((name.id.to_string(), value?))
    };
    Some(definition.body.iter().filter_map(&mut variant).collect())
}

/// A text that is told without running anything.
pub(super) fn text(modules: &Modules, module: &Parsed, expression: &Expr) -> Option<String> {
    match value(modules, module, expression)? {
        Json::String(text) => Some(text),
        _ => None,
    }
}

/// Texts of a list or a set of them.
pub(super) fn texts(modules: &Modules, module: &Parsed, expression: &Expr) -> Option<Vec<String>> {
    let Json::Array(items) = value(modules, module, expression)? else { return None };
    items.iter().map(|item| item.as_str().map(ToOwned::to_owned)).collect()
}

fn is_itself(value: &Expr, name: &Expr) -> bool {
    matches!((value, name), (Expr::Name(value), Expr::Name(name)) if value.id == name.id)
}

fn number(number: &Number) -> Option<Json> {
    match number {
        Number::Int(int) => serde_json::from_str(&int.to_string()).ok().map(Json::Number),
        Number::Float(float) => serde_json::Number::from_f64(*float).map(Json::Number),
        Number::Complex { .. } => None,
    }
}
