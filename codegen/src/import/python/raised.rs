//! The exceptions that procedures declare.

use ruff_python_ast::{Expr, Operator, Stmt, StmtClassDef};

use super::Raised;
use super::names::Modules;
use super::parsed::{Parsed, docstring};
use super::schema::Lowering;
use super::value::FUEL;

/// The exceptions of a set, which may be put together of others by name; what is not told is noted.
pub(super) fn raised(modules: &Modules, module: &Parsed, exceptions: &Expr, notes: &mut Vec<String>) -> Vec<Raised> {
    let (mut found, mut fuel) = (Vec::new(), FUEL);
    if collect(modules, module, exceptions, &mut fuel, &mut found).is_none() {
        notes.push("its exceptions there have to be run".to_owned());
    }
    let mut raises: Vec<Raised> = Vec::new();
    for one in found {
        match one {
            Some(one) if raises.contains(&one) => {}
            Some(one) => raises.push(one),
            None => notes.push("it raises an exception there that is in none of the modules".to_owned()),
        }
    }
    raises
}

/// Each of them; `None` where some would have to be run to be known.
fn collect(
    modules: &Modules,
    module: &Parsed,
    exceptions: &Expr,
    fuel: &mut u32,
    found: &mut Vec<Option<Raised>>,
) -> Option<()> {
    *fuel = fuel.checked_sub(1)?;
    let mut each = |parts: &[Expr]| parts.iter().try_for_each(|it| collect(modules, module, it, fuel, found));
    match exceptions {
        Expr::Set(set) => each(&set.elts),
        Expr::List(list) => each(&list.elts),
        Expr::Tuple(tuple) => each(&tuple.elts),
        Expr::Starred(starred) => each(std::slice::from_ref(&starred.value)),
        Expr::BinOp(sum) if matches!(sum.op, Operator::BitOr | Operator::Add) => {
            each(std::slice::from_ref(&sum.left))?;
            each(std::slice::from_ref(&sum.right))
        }
        Expr::Call(call) => match (module.whole_name(&call.func)?.as_str(), &call.arguments.args[..]) {
            ("builtins.set" | "builtins.frozenset" | "builtins.list" | "builtins.tuple", parts) => each(parts),
            _ => None,
        },
        Expr::Name(_) | Expr::Attribute(_) => {
            let held = modules.find(&module.whole_name(exceptions)?).and_then(|it| match it.statement {
                Stmt::Assign(assign) => Some((it.module, &*assign.value)),
                Stmt::AnnAssign(assign) => Some((it.module, assign.value.as_deref()?)),
                _ => None,
            });
            if let Some((module, held)) = held {
                return collect(modules, module, held, fuel, found);
            }
            found.push(exception(modules, module, exceptions));
            Some(())
        }
        _ => None,
    }
}

fn exception(modules: &Modules, module: &Parsed, exception: &Expr) -> Option<Raised> {
    let name = module.whole_name(exception)?;
    let last = name.rsplit('.').next().unwrap_or(&name);
    if last.starts_with("rpc_") {
        // The protocol's own, which every procedure may raise.
        return Some(Raised { name: last.to_owned(), docs: None, payload: None });
    }
    let found = modules.find(&name)?;
    let Stmt::ClassDef(class) = found.statement else { return None };
    let payload = annotation(modules, found.module, class, 0)
        .map(|(module, annotation)| Lowering::new(modules).document(module, annotation));
    Some(Raised { name: class.name.to_string(), docs: docstring(&class.body), payload })
}

/// The annotation of an exception's payload, its own or that of an exception that it inherits from, and where it stands.
fn annotation<'a>(
    modules: &'a Modules,
    module: &'a Parsed,
    class: &'a StmtClassDef,
    depth: usize,
) -> Option<(&'a Parsed, &'a Expr)> {
    let own = class.body.iter().find_map(|statement| match statement {
        Stmt::AnnAssign(field) if matches!(&*field.target, Expr::Name(name) if name.id.as_str() == "payload") => {
            Some(&*field.annotation)
        }
        _ => None,
    });
    if let Some(own) = own {
        return Some((modules.within(module, class), own));
    }
    class.arguments.iter().flat_map(|arguments| arguments.args.iter()).find_map(|base| {
        let found = modules.find(&module.whole_name(base)?)?;
        let Stmt::ClassDef(inherited) = found.statement else { return None };
        (depth < 16).then(|| annotation(modules, found.module, inherited, depth + 1))?
    })
}
