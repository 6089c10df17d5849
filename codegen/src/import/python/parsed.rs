//! One module as it is written, and what a name in it means.

use std::collections::HashMap;
use std::rc::Rc;

use ruff_python_ast::{ExceptHandler, Expr, Stmt, StmtImportFrom};
use ruff_python_parser::parse_module;

use super::super::ImportError;
use super::Module;

/// One module, or what a class or function in it holds.
pub(super) struct Parsed {
    pub(super) name: String,
    /// The name of the module.
    pub(super) module: String,
    pub(super) origin: String,
    pub(super) body: Vec<Stmt>,
    /// The whole name of each that an import brings in.
    pub(super) imported: HashMap<String, String>,
    /// The modules of which all names are brought in.
    pub(super) stars: Vec<String>,
    /// What is known around a class or function.
    outer: Option<Rc<Outer>>,
}

/// The names of a scope for those in it: whole ones, by what they are called there.
pub(super) struct Outer {
    names: HashMap<String, String>,
    outer: Option<Rc<Outer>>,
}

impl Outer {
    fn find(&self, name: &str) -> Option<&String> {
        let mut scope = self;
        loop {
            if let Some(whole) = scope.names.get(name) {
                return Some(whole);
            }
            scope = scope.outer.as_deref()?;
        }
    }
}

impl Parsed {
    /// Its names for the scopes in it.
    pub(super) fn names(&self) -> Rc<Outer> {
        let mut names = self.imported.clone();
        let own = self.body.iter().flat_map(defined);
        names.extend(own.map(|own| (own.to_owned(), join(&self.name, own))));
        Rc::new(Outer { names, outer: self.outer.clone() })
    }

    /// What a class or function in it holds.
    pub(super) fn scope(&self, name: &str, body: Vec<Stmt>, names: &Rc<Outer>) -> Self {
        let (module, origin, outer) = (self.module.clone(), self.origin.clone(), Some(Rc::clone(names)));
        let (imported, stars) = (HashMap::new(), Vec::new());
        Self { name: join(&self.name, name), module, origin, body, imported, stars, outer }
    }

    pub(super) fn parse(module: &Module) -> Result<Self, ImportError> {
        let parsed = parse_module(&module.source).map_err(|error| {
            let before = &module.source[..usize::from(error.location.start()).min(module.source.len())];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
            ImportError::Python { origin: module.origin.clone(), line, column, why: error.error.to_string() }
        })?;
        let mut body = Vec::new();
        flatten(parsed.into_syntax().body, &mut body);
        let (mut imported, mut stars) = (HashMap::new(), Vec::new());
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
                    let from = absolute(module, import);
                    for alias in &import.names {
                        if &*alias.name == "*" {
                            stars.push(from.clone());
                            continue;
                        }
                        let bound = alias.asname.as_ref().unwrap_or(&alias.name).to_string();
                        imported.insert(bound, join(&from, &alias.name));
                    }
                }
                _ => {}
            }
        }
        let (name, origin) = (module.name.clone(), module.origin.clone());
        Ok(Self { module: name.clone(), name, origin, body, imported, stars, outer: None })
    }

    /// The whole name of an expression that is one: `datetime.date`, `Order` as `shop.models.Order`.
    pub(super) fn whole_name(&self, expression: &Expr) -> Option<String> {
        match expression {
            Expr::Name(name) => {
                let name = name.id.as_str();
                if let Some(whole) = self.imported.get(name) {
                    return Some(whole.clone());
                }
                if self.body.iter().any(|statement| defines(statement, name)) {
                    return Some(join(&self.name, name));
                }
                let outer = self.outer.as_ref().and_then(|outer| outer.find(name));
                Some(outer.cloned().unwrap_or_else(|| join("builtins", name)))
            }
            Expr::Attribute(attribute) => Some(join(&self.whole_name(&attribute.value)?, &attribute.attr)),
            _ => None,
        }
    }
}

pub(super) fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}.{name}") }
}

/// The module that an import is from, whole.
fn absolute(module: &Module, import: &StmtImportFrom) -> String {
    let named = import.module.as_ref().map(ToString::to_string).unwrap_or_default();
    if import.level == 0 {
        return named;
    }
    let mut package: Vec<&str> = module.name.split('.').collect();
    // A package's own module is in it.
    let is_package = std::path::Path::new(&module.origin).file_stem().is_some_and(|stem| stem == "__init__");
    package.truncate((package.len() + usize::from(is_package)).saturating_sub(import.level as usize));
    join(&package.join("."), &named).trim_end_matches('.').to_owned()
}

/// Whether a statement defines this name.
pub(super) fn defines(statement: &Stmt, name: &str) -> bool {
    defined(statement).contains(&name)
}

/// The names that a statement defines.
pub(super) fn defined(statement: &Stmt) -> Vec<&str> {
    fn name(target: &Expr) -> Option<&str> {
        if let Expr::Name(name) = target { Some(name.id.as_str()) } else { None }
    }
    match statement {
        Stmt::ClassDef(class) => vec![class.name.as_str()],
        Stmt::FunctionDef(function) => vec![function.name.as_str()],
        Stmt::Assign(assign) => assign.targets.iter().filter_map(name).collect(),
        Stmt::AnnAssign(assign) => name(&assign.target).into_iter().collect(),
        Stmt::TypeAlias(alias) => name(&alias.name).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The docstring of a body.
pub(super) fn docstring(body: &[Stmt]) -> Option<String> {
    let Stmt::Expr(first) = body.first()? else { return None };
    let Expr::StringLiteral(text) = &*first.value else { return None };
    let text = super::super::document::clean(text.value.to_str());
    (!text.is_empty()).then_some(text)
}

/// The statements of a body with those that stand in blocks of it: what is declared `if` something holds is declared.
pub(super) fn flatten(statements: impl IntoIterator<Item = Stmt>, out: &mut Vec<Stmt>) {
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
            Stmt::For(block) => flatten(block.body, out),
            Stmt::While(block) => flatten(block.body, out),
            other => out.push(other),
        }
    }
}
