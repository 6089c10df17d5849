//! Modules, and what a name in one of them means.

use std::collections::HashMap;
use std::rc::Rc;

use ruff_python_ast::{Expr, Stmt, StmtClassDef, StmtImportFrom};
use ruff_python_parser::parse_module;

use super::super::ImportError;
use super::Module;
use super::scopes;

/// Every module that was given, parsed.
pub(super) struct Modules {
    modules: Vec<Parsed>,
    /// Those of classes and functions.
    scopes: Vec<Parsed>,
}

/// One module, or what a class or function in it holds.
pub(super) struct Parsed {
    pub(super) name: String,
    /// The name of the module.
    pub(super) module: String,
    origin: String,
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

/// Something that is defined at the top of a module.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) module: &'a Parsed,
    pub(super) statement: &'a Stmt,
}

impl Modules {
    pub(super) fn parse(modules: &[Module]) -> Result<Self, ImportError> {
        let mut modules = modules.iter().map(Parsed::parse).collect::<Result<Vec<_>, _>>()?;
        scopes::take_over(&mut modules);
        let mut inner = Vec::new();
        modules.iter().for_each(|module| scopes::inner(module, &mut inner));
        Ok(Self { modules, scopes: inner })
    }

    pub(super) fn origins(&self) -> String {
        self.modules.iter().map(|module| module.origin.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// All modules and the scopes in them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Parsed> {
        self.modules.iter().chain(&self.scopes)
    }

    /// Where names in the body of a class are looked up.
    pub(super) fn within<'a>(&'a self, module: &'a Parsed, class: &StmtClassDef) -> &'a Parsed {
        let name = join(&module.name, &class.name);
        self.scopes.iter().find(|scope| scope.name == name).unwrap_or(module)
    }

    /// What a whole name is defined as, where one of the modules defines it; the last definition counts.
    pub(super) fn find(&self, name: &str) -> Option<Found<'_>> {
        let mut name = name;
        // What a module hands on from another one, which may hand it back.
        for _ in 0..=self.modules.len() {
            let (module, last) = name.rsplit_once('.')?;
            let module = self.iter().find(|parsed| parsed.name == module)?;
            if let Some(statement) = module.body.iter().rev().find(|statement| defines(statement, last)) {
                return Some(Found { module, statement });
            }
            name = module.imported.get(last)?;
        }
        None
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

    fn parse(module: &Module) -> Result<Self, ImportError> {
        let parsed = parse_module(&module.source).map_err(|error| {
            let before = &module.source[..usize::from(error.location.start()).min(module.source.len())];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
            ImportError::Python { origin: module.origin.clone(), line, column, why: error.error.to_string() }
        })?;
        let mut body = Vec::new();
        scopes::flatten(parsed.into_syntax().body, &mut body);
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

fn join(module: &str, name: &str) -> String {
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

fn defines(statement: &Stmt, name: &str) -> bool {
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
