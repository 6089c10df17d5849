//! Trees to the model: names become ids, annotations become fields. What needs every definition (values, constraints,
//! cycles) is set aside for later; each tree is dropped as soon as it is read.

pub(super) mod annotations;
mod arguments;
mod definitions;
mod members;
mod names;
mod services;
mod types;
mod variants;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::evaluation::Values;
use super::habits;
use super::scope::{Definition, Found, Scope};
use super::suggest::did_you_mean;
use super::{builtin, pending::Pending};
use crate::ast;
use crate::diagnostic::Problem;
use crate::diagnostic::code::{Code, names as codes};
use crate::model::{Model, Type, TypeId};
use crate::source::{FileId, Location, Span};

/// So many imports are searched for a name that is written without its namespace.
const MAX_IMPORTS: usize = 100;

/// The model as far as the trees tell it.
pub(super) struct Lowered<'t> {
    pub(super) texts: &'t [Arc<str>],
    pub(super) scope: Scope<'t>,
    pub(super) model: Model,
    pub(super) pending: Pending,
    pub(super) values: Values,
    pub(super) problems: Vec<Problem>,
    /// Definitions whose members cannot be relied on.
    pub(super) broken: FxHashSet<Definition>,
    interned: FxHashMap<Type, TypeId>,
    /// Namespaces that no import of a file brings, each told once.
    unknown_namespaces: FxHashSet<(FileId, &'t str)>,
    poison: Option<TypeId>,
    /// The file that is being read.
    pub(super) file: FileId,
    /// Unknown names that still get a suggestion; looking for them takes time.
    guesses: u32,
}

impl<'t> Lowered<'t> {
    pub(super) fn new(texts: &'t [Arc<str>], scope: Scope<'t>) -> Self {
        Self {
            texts,
            scope,
            model: Model::default(),
            pending: Pending::default(),
            values: Values::default(),
            problems: Vec::new(),
            broken: FxHashSet::default(),
            interned: FxHashMap::default(),
            unknown_namespaces: FxHashSet::default(),
            poison: None,
            file: FileId(0),
            guesses: 50,
        }
    }

    pub(super) fn at(&self, span: Span) -> Location {
        Location::new(self.file, span)
    }

    pub(super) fn text(&self, span: Span) -> &'t str {
        &self.texts[self.file.0 as usize][span.range()]
    }

    pub(super) fn problem(&mut self, code: Code, span: Span, message: impl Into<String>) {
        let problem = Problem::new(code, self.at(span), message);
        self.problems.push(problem);
    }

    pub(super) fn intern(&mut self, ty: Type) -> TypeId {
        if let Some(id) = self.interned.get(&ty) {
            return *id;
        }
        let id = self.model.types.add(ty.clone());
        self.interned.insert(ty, id);
        id
    }

    /// Stands for a type that could not be read, so that it is complained of once. It equals no other type.
    pub(super) fn poison(&mut self) -> TypeId {
        *self.poison.get_or_insert_with(|| self.model.types.add(Type::Any))
    }

    pub(super) fn is_poison(&self, ty: TypeId) -> bool {
        self.poison == Some(ty)
    }

    /// The definition that a path names; `None` where there is none, which is then reported as an unknown `wanted`.
    pub(super) fn find(&mut self, path: &ast::Path, wanted: Wanted) -> Option<super::scope::Declaration> {
        let text = self.text(path.span);
        let at = self.at(path.span);
        let what = wanted.described();
        match self.scope.find(self.file, text) {
            Found::Declaration(declaration) => return Some(declaration),
            Found::Unreadable => {}
            Found::NotImported(declaration) => {
                let file = declaration.location.file;
                let message = format!("{what} \"{text}\" is defined in a file that is not imported here");
                self.problems.push(
                    Problem::new(codes::NOT_IMPORTED, at, message)
                        .with_label(declaration.location, "defined here")
                        .with_help("import that file; a name of another namespace needs an import of its own file"),
                );
                debug_assert_ne!(file, self.file);
            }
            Found::UnknownNamespace => {
                let (namespace, name) = text.rsplit_once('.').unwrap_or((text, text));
                if !self.unknown_namespaces.insert((self.file, namespace)) {
                    return None;
                }
                let guess = self.guess(namespace, |lowered| lowered.scope.imported_namespaces(lowered.file));
                let message = format!("no import brings a namespace \"{namespace}\"{guess}");
                let help = self.elsewhere(name).unwrap_or_else(|| format!("import the file that defines \"{text}\""));
                let help = format!("{help}; the file's other names in \"{namespace}\" are not reported");
                self.problems.push(Problem::new(codes::UNKNOWN_NAMESPACE, at, message).with_help(help));
            }
            Found::UnknownName(namespace) => {
                let (prefix, name) = text.rsplit_once('.').map_or(("", text), |(prefix, name)| (prefix, name));
                let habit = prefix.is_empty().then(|| wanted.habit(name)).flatten();
                let near = self.guess(name, |lowered| {
                    let mut names = lowered.scope.visible_names(namespace, wanted.accepts());
                    if prefix.is_empty() && wanted == Wanted::Type {
                        names.extend(builtin::NAMES);
                    }
                    names
                });
                // A name that differs in case alone is nearer than a habit.
                let is_case = near.to_ascii_lowercase().contains(&format!("\"{}\"", name.to_ascii_lowercase()));
                let habit = habit.filter(|_| !is_case);
                let guess = habit.map_or(near, |meant| format!("; did you mean \"{meant}\"?"));
                let message = if prefix.is_empty() {
                    format!("unknown {what} \"{name}\"{guess}")
                } else {
                    format!("namespace \"{prefix}\" has no {what} \"{name}\"{guess}")
                };
                let mut problem = Problem::new(wanted.unknown(), at, message);
                problem.help = prefix.is_empty().then(|| self.elsewhere(name).or_else(|| wanted.form(name))).flatten();
                self.problems.push(problem);
            }
        }
        None
    }

    /// A namespace that is imported and has such a name.
    fn elsewhere(&self, name: &str) -> Option<String> {
        let imports = &self.scope.files[self.file.0 as usize].imports;
        imports.iter().take(MAX_IMPORTS).find_map(|import| {
            let target = import.target?;
            let namespace = &self.scope.namespaces[self.scope.namespace(target).index()];
            let declaration = namespace.names.get(name)?;
            (declaration.location.file == target)
                .then(|| format!("there is \"{}.{name}\"", import.alias.map_or(namespace.name, |(alias, _)| alias)))
        })
    }

    /// A suggestion, as long as there were not too many: names are gathered only for those that there are.
    pub(super) fn guess(&mut self, written: &str, names: impl for<'a> FnOnce(&'a Self) -> Vec<&'a str>) -> String {
        if self.guesses == 0 {
            return String::new();
        }
        self.guesses -= 1;
        did_you_mean(written, names(self))
    }
}

/// What a name is expected to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Type,
    Exception,
    Constant,
}

impl Wanted {
    fn described(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Exception => "exception",
            Self::Constant => "constant",
        }
    }

    fn accepts(self) -> fn(Definition) -> bool {
        match self {
            Self::Type => Definition::is_type,
            Self::Exception => |what| matches!(what, Definition::Exception(_)),
            Self::Constant => |what| matches!(what, Definition::Constant(_)),
        }
    }

    /// What writers of other languages mean by a name.
    fn habit(self, name: &str) -> Option<&'static str> {
        match self {
            Self::Type => habits::ty(name),
            Self::Constant => habits::constant(name),
            Self::Exception => None,
        }
    }

    fn form(self, name: &str) -> Option<String> {
        (self == Self::Type).then(|| habits::form(name)).flatten().map(ToOwned::to_owned)
    }

    fn unknown(self) -> Code {
        match self {
            Self::Type => codes::UNKNOWN_TYPE,
            Self::Exception => codes::UNKNOWN_EXCEPTION,
            Self::Constant => codes::UNKNOWN_CONSTANT,
        }
    }
}
