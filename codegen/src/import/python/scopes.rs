//! What a module's classes and functions hold, and names that it takes over by `*`: each scope is read like a module.

use std::collections::HashMap;

use ruff_python_ast::{Expr, Stmt};

use super::parsed::{Parsed, defined, flatten};

/// The scopes of a module's classes and functions that define something, named like it and they.
pub(super) fn inner(outer: &Parsed, out: &mut Vec<Parsed>) {
    let names = outer.names();
    for statement in &outer.body {
        let (name, body) = match statement {
            Stmt::ClassDef(class) => (&class.name, class.body.iter().filter(|it| counts(it)).cloned().collect()),
            Stmt::FunctionDef(function) => (&function.name, function.body.iter().cloned().collect::<Vec<_>>()),
            _ => continue,
        };
        let mut flat = Vec::new();
        flatten(body, &mut flat);
        if flat.iter().all(|statement| defined(statement).is_empty()) {
            continue;
        }
        let scope = outer.scope(name, flat, &names);
        inner(&scope, out);
        out.push(scope);
    }
}

/// Whether a name in the body of a class means this: fields and methods are no types, as in `date: date`.
fn counts(statement: &Stmt) -> bool {
    match statement {
        Stmt::AnnAssign(_) => false,
        Stmt::FunctionDef(function) => function.decorator_list.iter().any(|decorator| match &decorator.expression {
            Expr::Call(call) => matches!(&*call.func, Expr::Attribute(_)),
            other => matches!(other, Expr::Attribute(_)),
        }),
        _ => true,
    }
}

/// Names that modules take over from others by `*`, which may have taken them over themselves.
pub(super) fn take_over(modules: &mut [Parsed]) {
    for _ in 0..modules.len() {
        let handed_on: HashMap<String, Vec<(String, String)>> =
            modules.iter().map(|module| (module.name.clone(), public(module))).collect();
        let mut changed = false;
        for module in modules.iter_mut() {
            let own: Vec<String> = module.body.iter().flat_map(defined).map(ToOwned::to_owned).collect();
            for star in &module.stars {
                for (name, whole) in handed_on.get(star).cloned().unwrap_or_else(|| known(star)) {
                    if !own.contains(&name) && !module.imported.contains_key(&name) {
                        module.imported.insert(name, whole);
                        changed = true;
                    }
                }
            }
        }
        if !changed {
            return;
        }
    }
}

/// What a module hands on, by whole names.
fn public(module: &Parsed) -> Vec<(String, String)> {
    let own = module.body.iter().flat_map(defined).map(|name| (name.to_owned(), format!("{}.{name}", module.name)));
    let others = module.imported.iter().map(|(name, whole)| (name.clone(), whole.clone()));
    own.chain(others).filter(|(name, _)| !name.starts_with('_')).collect()
}

/// What is looked for in modules that are not given. Types are known by their last names alone.
fn known(module: &str) -> Vec<(String, String)> {
    let names: &[&str] = match module {
        "almanet" | "almanet_runtime" => &["new_remote_service", "remote_service", "remote_exception"],
        "pydantic" => &["constr", "conint", "confloat", "condecimal", "conlist", "conset", "confrozenset"],
        "enum" => &["Enum", "StrEnum", "IntEnum"],
        "decimal" => &["Decimal"],
        "uuid" => &["UUID"],
        _ => &[],
    };
    names.iter().map(|name| ((*name).to_owned(), format!("{module}.{name}"))).collect()
}
