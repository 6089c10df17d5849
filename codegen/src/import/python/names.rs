//! Modules, and what a name in one of them means.

use std::collections::HashMap;

use ruff_python_ast::{ExceptHandler, Expr, Stmt, StmtImportFrom};
use ruff_python_parser::parse_module;

use super::super::ImportError;
use super::Module;

/// Every module that was given, parsed.
pub(super) struct Modules {
    modules: Vec<Parsed>,
}

/// One module.
pub(super) struct Parsed {
    pub(super) name: String,
    origin: String,
    pub(super) body: Vec<Stmt>,
    /// The whole name of each that an import brings in.
    imported: HashMap<String, String>,
}

/// Something that is defined at the top of a module.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) module: &'a Parsed,
    pub(super) statement: &'a Stmt,
}

impl Modules {
    pub(super) fn parse(modules: &[Module]) -> Result<Self, ImportError> {
        let modules = modules.iter().map(Parsed::parse).collect::<Result<_, _>>()?;
        Ok(Self { modules })
    }

    pub(super) fn origins(&self) -> String {
        self.modules.iter().map(|module| module.origin.as_str()).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Parsed> {
        self.modules.iter()
    }

    /// What a whole name is defined as, where one of the modules defines it; the last definition counts.
    pub(super) fn find(&self, name: &str) -> Option<Found<'_>> {
        let mut name = name;
        // What a module hands on from another one, which may hand it back.
        for _ in 0..=self.modules.len() {
            let (module, last) = name.rsplit_once('.')?;
            let module = self.modules.iter().find(|parsed| parsed.name == module)?;
            if let Some(statement) = module.body.iter().rev().find(|statement| defines(statement, last)) {
                return Some(Found { module, statement });
            }
            name = module.imported.get(last)?;
        }
        None
    }
}

impl Parsed {
    fn parse(module: &Module) -> Result<Self, ImportError> {
        let parsed = parse_module(&module.source).map_err(|error| {
            let before = &module.source[..usize::from(error.location.start()).min(module.source.len())];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
            ImportError::Python { origin: module.origin.clone(), line, column, why: error.error.to_string() }
        })?;
        let mut body = Vec::new();
        flatten(parsed.into_syntax().body, &mut body);
        let mut imported = HashMap::new();
        for statement in &body {
            match statement {
                Stmt::Import(import) => {
                    for alias in &import.names {
                        let (bound, whole) = match &alias.asname {
                            Some(name) => (name.to_string(), alias.name.to_string()),
                            // `import a.b` binds `a`.
                            None => {
                                let first = alias.name.split('.').next().unwrap_or(&alias.name).to_owned();
                                (first.clone(), first)
                            }
                        };
                        imported.insert(bound, whole);
                    }
                }
                Stmt::ImportFrom(import) => {
                    let from = absolute(&module.name, import);
                    for alias in &import.names {
                        let bound = alias.asname.as_ref().unwrap_or(&alias.name).to_string();
                        imported.insert(bound, join(&from, &alias.name));
                    }
                }
                _ => {}
            }
        }
        Ok(Self { name: module.name.clone(), origin: module.origin.clone(), body, imported })
    }

    /// The whole name of an expression that is one: `datetime.date`, `Order` as `shop.models.Order`.
    pub(super) fn whole_name(&self, expression: &Expr) -> Option<String> {
        match expression {
            Expr::Name(name) => {
                let name = name.id.as_str();
                if let Some(whole) = self.imported.get(name) {
                    return Some(whole.clone());
                }
                let is_own = self.body.iter().any(|statement| defines(statement, name));
                Some(if is_own { join(&self.name, name) } else { join("builtins", name) })
            }
            Expr::Attribute(attribute) => Some(join(&self.whole_name(&attribute.value)?, &attribute.attr)),
            _ => None,
        }
    }
}

/// The statements of a body with those that stand in blocks of it: what is declared `if` something holds is declared.
fn flatten(statements: impl IntoIterator<Item = Stmt>, out: &mut Vec<Stmt>) {
    for statement in statements {
        match statement {
            Stmt::If(block) => {
                flatten(block.body, out);
                block.elif_else_clauses.into_iter().for_each(|clause| flatten(clause.body, out));
            }
            // What is imported first is what there should be.
            Stmt::Try(block) => {
                block.handlers.into_iter().for_each(|ExceptHandler::ExceptHandler(handler)| flatten(handler.body, out));
                [block.body, block.orelse, block.finalbody].into_iter().for_each(|body| flatten(body, out));
            }
            Stmt::With(block) => flatten(block.body, out),
            other => out.push(other),
        }
    }
}

fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}.{name}") }
}

/// The module that an import is from, whole.
fn absolute(own: &str, import: &StmtImportFrom) -> String {
    let named = import.module.as_ref().map(ToString::to_string).unwrap_or_default();
    if import.level == 0 {
        return named;
    }
    let mut package: Vec<&str> = own.split('.').collect();
    package.truncate(package.len().saturating_sub(import.level as usize));
    join(&package.join("."), &named).trim_end_matches('.').to_owned()
}

fn defines(statement: &Stmt, name: &str) -> bool {
    let is_name = |target: &Expr| matches!(target, Expr::Name(found) if found.id.as_str() == name);
    match statement {
        Stmt::ClassDef(class) => class.name.as_str() == name,
        Stmt::FunctionDef(function) => function.name.as_str() == name,
        Stmt::Assign(assign) => assign.targets.iter().any(is_name),
        Stmt::AnnAssign(assign) => is_name(&assign.target),
        Stmt::TypeAlias(alias) => is_name(&alias.name),
        _ => false,
    }
}

/// The docstring of a body.
pub(super) fn docstring(body: &[Stmt]) -> Option<String> {
    let Stmt::Expr(first) = body.first()? else { return None };
    let Expr::StringLiteral(text) = &*first.value else { return None };
    let text = super::super::document::clean(text.value.to_str());
    (!text.is_empty()).then_some(text)
}
