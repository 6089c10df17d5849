//! The exported model read back: a contract without its sources.

mod definition;
mod node;
mod value;

use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::IR_VERSION;
use crate::model::{AliasId, EnumId, ExceptionId, Model, Namespace, NamespaceId, RecordId, Type, TypeId, UnionId};
use crate::resolve::scalar;
use crate::source::{FileId, Location, Span};
use node::Node;

/// Why a text is no exported model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadModelError {
    /// It is not JSON.
    #[error("it is not JSON: {0}")]
    NotJson(String),
    /// It is of another version of the form.
    #[error("it is of version {0} of the form, and this almanet-gen reads version {IR_VERSION}")]
    Version(String),
    /// Something is not what it has to be.
    #[error("at `{place}`: {why}")]
    Malformed {
        /// Where, as the keys on the way to it.
        place: String,
        /// What is wrong.
        why: String,
    },
}

/// The model that [`ir`](super::ir) made this JSON of. Everything in it has the start of `file` for its place.
///
/// # Errors
///
/// Where the text is no exported model, or of a form that this version does not read.
pub fn read_ir(text: &str, file: FileId) -> Result<Model, ReadModelError> {
    let json: Json = serde_json::from_str(text).map_err(|error| ReadModelError::NotJson(error.to_string()))?;
    let root = Node::root(&json);
    let version = root.member("version")?;
    if version.value.as_u64() != Some(IR_VERSION.into()) {
        return Err(ReadModelError::Version(version.value.to_string()));
    }
    let mut reader = Reader {
        place: Location::new(file, Span::default()),
        model: Model::default(),
        namespaces: FxHashMap::default(),
        types: FxHashMap::default(),
        definitions: FxHashMap::default(),
        exceptions: FxHashMap::default(),
    };
    reader.namespaces(&root)?;
    reader.declare(&root)?;
    reader.definitions(&root)?;
    Ok(reader.model)
}

struct Reader {
    place: Location,
    model: Model,
    namespaces: FxHashMap<Box<str>, NamespaceId>,
    types: FxHashMap<Type, TypeId>,
    /// Records, enums, unions and aliases by full name.
    definitions: FxHashMap<Box<str>, Type>,
    exceptions: FxHashMap<Box<str>, ExceptionId>,
}

impl Reader {
    fn namespaces(&mut self, root: &Node<'_>) -> Result<(), ReadModelError> {
        for node in root.members("namespaces")? {
            let namespace = Namespace {
                name: node.key().into(),
                location: self.place,
                docs: node.text_or_none("docs")?,
                files: vec![self.place.file],
                standard: node.member("standard")?.bool()?,
                records: Vec::new(),
                enums: Vec::new(),
                unions: Vec::new(),
                aliases: Vec::new(),
                constants: Vec::new(),
                exceptions: Vec::new(),
                services: Vec::new(),
            };
            let id = self.model.namespaces.add(namespace);
            self.namespaces.insert(node.key().into(), id);
        }
        Ok(())
    }

    /// Gives each definition that others refer to its id.
    fn declare(&mut self, root: &Node<'_>) -> Result<(), ReadModelError> {
        let mut declare = |section: &str, what: fn(usize) -> Type| -> Result<(), ReadModelError> {
            for (index, node) in root.members(section)?.into_iter().enumerate() {
                self.definitions.insert(node.key().into(), what(index));
            }
            Ok(())
        };
        declare("records", |index| Type::Record(RecordId::at(index)))?;
        declare("enums", |index| Type::Enum(EnumId::at(index)))?;
        declare("unions", |index| Type::Union(UnionId::at(index)))?;
        declare("aliases", |index| Type::Alias(AliasId::at(index)))?;
        for (index, node) in root.members("exceptions")?.into_iter().enumerate() {
            self.exceptions.insert(node.key().into(), ExceptionId::at(index));
        }
        Ok(())
    }

    fn ty(&mut self, node: &Node<'_>) -> Result<TypeId, ReadModelError> {
        let ty = match node.value {
            Json::String(name) => scalar(name).ok_or_else(|| node.wrong("there is no such built-in type"))?,
            Json::Object(members) if members.len() == 1 => {
                let (kind, _) = members.iter().next().expect("there is one");
                let inner = node.member(kind)?;
                match kind.as_str() {
                    "list" => Type::List(self.ty(&inner)?),
                    "set" => Type::Set(self.ty(&inner)?),
                    "optional" => Type::Optional(self.ty(&inner)?),
                    "tuple" => Type::Tuple(self.all(&inner)?.into()),
                    "map" => match self.all(&inner)?[..] {
                        [key, value] => Type::Map(key, value),
                        _ => return Err(inner.wrong("a map has two types")),
                    },
                    "record" | "enum" | "union" | "alias" => {
                        let known = self.definitions.get(inner.text()?);
                        known.cloned().ok_or_else(|| inner.wrong("there is no such definition"))?
                    }
                    _ => return Err(node.wrong("this is no type")),
                }
            }
            _ => return Err(node.wrong("this is no type")),
        };
        if let Some(known) = self.types.get(&ty) {
            return Ok(*known);
        }
        let id = self.model.types.add(ty.clone());
        self.types.insert(ty, id);
        Ok(id)
    }

    fn all(&mut self, node: &Node<'_>) -> Result<Vec<TypeId>, ReadModelError> {
        node.items()?.iter().map(|item| self.ty(item)).collect()
    }
}
