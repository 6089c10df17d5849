//! All modules, and what a whole name means in them.

use ruff_python_ast::{Expr, Stmt, StmtClassDef};

use super::super::ImportError;
use super::Module;
use super::parsed::{Parsed, defines, join};
use super::scopes;

/// Every module that was given, parsed.
pub(super) struct Modules {
    modules: Vec<Parsed>,
    /// Those of classes and functions.
    scopes: Vec<Parsed>,
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

impl Found<'_> {
    /// Whether it is a type variable.
    pub(super) fn is_variable(&self) -> bool {
        let Stmt::Assign(assign) = self.statement else { return false };
        let Expr::Call(call) = &*assign.value else { return false };
        self.module.whole_name(&call.func).is_some_and(|name| name.ends_with(".TypeVar"))
    }
}
