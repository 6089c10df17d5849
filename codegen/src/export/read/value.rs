//! Values by type, once every definition is known.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

use super::{Node, ReadModelError, Reader};
use crate::model::{ExceptionPayload, Field, Id, Openness, Payload, Type, TypeId, UnionTag, Value};

type Read<T> = Result<T, ReadModelError>;

/// The default and the examples of a field.
type Shown = (Option<Value>, Vec<Value>);

impl Reader {
    pub(super) fn values(&mut self, root: &Node<'_>) -> Read<()> {
        for (index, node) in root.members("records")?.iter().enumerate() {
            let id = Id::at(index);
            let record = &self.model.records[id];
            let shown = self.fields_shown(&record.fields, &node.member("fields")?)?;
            let examples = self.examples(node, |item| Ok(Value::Record(id, self.record_value(id, item, None)?)))?;
            let record = &mut self.model.records[id];
            show(&mut record.fields, shown);
            record.examples = examples;
        }
        for (index, node) in root.members("enums")?.iter().enumerate() {
            let id = Id::at(index);
            self.model.enums[id].examples = self.examples(node, |item| self.by_type(&Type::Enum(id), item))?;
        }
        for (index, node) in root.members("unions")?.iter().enumerate() {
            let id = Id::at(index);
            self.model.unions[id].examples = self.examples(node, |item| self.by_type(&Type::Union(id), item))?;
        }
        for (index, node) in root.members("aliases")?.iter().enumerate() {
            let id = Id::at(index);
            let ty = self.model.aliases[id].ty;
            self.model.aliases[id].examples = self.examples(node, |item| self.value(ty, item))?;
        }
        for (index, node) in root.members("constants")?.iter().enumerate() {
            let id = Id::at(index);
            let value = self.value(self.model.constants[id].ty, &node.member("value")?)?;
            self.model.constants[id].value = value;
        }
        for (index, node) in root.members("exceptions")?.iter().enumerate() {
            self.exception_values(index, node)?;
        }
        let mut procedure = 0;
        for node in root.members("services")? {
            let Some(list) = node.member_or_none("procedures")? else { continue };
            for item in list.items()? {
                self.procedure_values(procedure, &item)?;
                procedure += 1;
            }
        }
        Ok(())
    }

    fn exception_values(&mut self, index: usize, node: &Node<'_>) -> Read<()> {
        let id = Id::at(index);
        let payload = node.member("payload")?;
        let examples = match &self.model.exceptions[id].payload {
            ExceptionPayload::Null => Vec::new(),
            ExceptionPayload::Bare(ty, _) => self.examples(node, |item| self.value(*ty, item))?,
            ExceptionPayload::Fields(fields) => self.examples(node, |item| self.named_values(fields, item))?,
        };
        let shown = match &self.model.exceptions[id].payload {
            ExceptionPayload::Fields(fields) => self.fields_shown(fields, &payload.member("fields")?)?,
            ExceptionPayload::Bare(..) | ExceptionPayload::Null => Vec::new(),
        };
        let exception = &mut self.model.exceptions[id];
        exception.examples = examples;
        if let ExceptionPayload::Fields(fields) = &mut exception.payload {
            show(fields, shown);
        }
        Ok(())
    }

    fn procedure_values(&mut self, index: usize, node: &Node<'_>) -> Read<()> {
        let id = Id::at(index);
        let procedure = &self.model.procedures[id];
        let examples = match &procedure.payload {
            Payload::Null => Vec::new(),
            Payload::Bare(ty, _) => self.examples(node, |item| self.value(*ty, item))?,
            Payload::Named(fields) => self.examples(node, |item| self.named_values(fields, item))?,
        };
        let parameters = match &procedure.payload {
            Payload::Named(fields) => self.fields_shown(fields, &node.member("payload")?.member("fields")?)?,
            Payload::Null | Payload::Bare(..) => Vec::new(),
        };
        let results = match &procedure.reply {
            crate::model::Reply::Named(fields) => {
                self.fields_shown(fields, &node.member("reply")?.member("fields")?)?
            }
            _ => Vec::new(),
        };
        let procedure = &mut self.model.procedures[id];
        procedure.examples = examples;
        if let Payload::Named(fields) = &mut procedure.payload {
            show(fields, parameters);
        }
        if let crate::model::Reply::Named(fields) = &mut procedure.reply {
            show(fields, results);
        }
        Ok(())
    }

    fn fields_shown(&self, fields: &[Field], node: &Node<'_>) -> Read<Vec<Shown>> {
        let mut shown = Vec::new();
        for (field, node) in fields.iter().zip(node.items()?) {
            let default = node.member_or_none("default")?.map(|default| self.value(field.ty, &default)).transpose()?;
            shown.push((default, self.examples(&node, |item| self.value(field.ty, item))?));
        }
        Ok(shown)
    }

    fn examples(&self, node: &Node<'_>, read: impl Fn(&Node<'_>) -> Read<Value>) -> Read<Vec<Value>> {
        let Some(examples) = node.member_or_none("examples")? else { return Ok(Vec::new()) };
        examples.items()?.iter().map(read).collect()
    }

    /// Values of named parameters, or of an exception's fields.
    fn named_values(&self, fields: &[Field], node: &Node<'_>) -> Read<Value> {
        let mut entries = Vec::new();
        for field in fields {
            if let Some(value) = node.member_or_none(&field.wire_name)? {
                entries.push((Value::String(field.wire_name.clone()), self.value(field.ty, &value)?));
            }
        }
        Ok(Value::Map(entries.into()))
    }

    fn record_value(
        &self,
        id: Id<crate::model::Record>,
        node: &Node<'_>,
        tag: Option<&str>,
    ) -> Read<Box<[Option<Value>]>> {
        let fields = self.model.records[id].fields.iter().filter(|field| tag != Some(&*field.wire_name));
        fields
            .map(|field| node.member_or_none(&field.wire_name)?.map(|value| self.value(field.ty, &value)).transpose())
            .collect()
    }

    fn value(&self, ty: TypeId, node: &Node<'_>) -> Read<Value> {
        self.by_type(self.model.shape(ty), node)
    }

    fn by_type(&self, ty: &Type, node: &Node<'_>) -> Read<Value> {
        let wrong = |what: &str| node.wrong(&format!("expected {what}"));
        Ok(match ty {
            Type::Any => Value::Any(node.value.clone()),
            Type::Optional(_) if node.value.is_null() => Value::Null,
            Type::Optional(inner) => self.value(*inner, node)?,
            Type::Bool => Value::Bool(node.bool()?),
            Type::Int(_) => {
                let int = node.value.as_i64().map(i128::from).or(node.value.as_u64().map(i128::from));
                Value::Int(int.ok_or_else(|| wrong("an integer"))?)
            }
            Type::Float(_) => Value::Float(node.value.as_f64().ok_or_else(|| wrong("a number"))?),
            Type::String => Value::String(node.text()?.into()),
            Type::Bytes => Value::Bytes(STANDARD.decode(node.text()?).map_err(|_| wrong("base64"))?.into()),
            Type::Uuid
            | Type::Timestamp
            | Type::DateTime
            | Type::Date
            | Type::Time
            | Type::Duration
            | Type::Decimal => Value::Text(node.text()?.into()),
            Type::List(item) | Type::Set(item) => {
                Value::Sequence(node.items()?.iter().map(|node| self.value(*item, node)).collect::<Read<_>>()?)
            }
            Type::Tuple(types) => {
                let items = node.items()?;
                let items = items.iter().zip(types).map(|(node, ty)| self.value(*ty, node));
                Value::Sequence(items.collect::<Read<_>>()?)
            }
            Type::Map(key, item) => {
                let object = node.value.as_object().ok_or_else(|| wrong("an object"))?;
                let entry = |name: &String| Ok((self.key(*key, name, node)?, self.value(*item, &node.member(name)?)?));
                Value::Map(object.keys().map(entry).collect::<Read<_>>()?)
            }
            Type::Record(id) => Value::Record(*id, self.record_value(*id, node, None)?),
            Type::Enum(id) => {
                let (name, known) = (node.text()?, &self.model.enums[*id]);
                match known.variants.iter().position(|variant| &*variant.wire_name == name) {
                    Some(variant) => Value::Enum(*id, variant as u32),
                    None if known.openness == Openness::Open => Value::UnknownVariant(*id, name.into()),
                    None => return Err(wrong("one of the enum's variants")),
                }
            }
            Type::Union(id) => {
                let union = &self.model.unions[*id];
                let tag = match &union.tag {
                    UnionTag::Beside => "kind",
                    UnionTag::Inside(tag) => tag,
                };
                let name = node.member(tag)?;
                let position = union.variants.iter().position(|variant| name.value == &*variant.wire_name);
                let position = position.ok_or_else(|| wrong("one of the union's variants"))?;
                let carried = match (union.variants[position].ty, &union.tag) {
                    (None, _) => None,
                    (Some(ty), UnionTag::Beside) => Some(self.value(ty, &node.member("value")?)?),
                    (Some(ty), UnionTag::Inside(_)) => Some(self.value(ty, node)?),
                };
                Value::Union(*id, position as u32, carried.map(Box::new))
            }
            Type::Alias(alias) => self.value(self.model.aliases[*alias].resolved, node)?,
        })
    }

    /// A key of a map, which is a string in JSON whatever it is.
    fn key(&self, ty: TypeId, name: &str, node: &Node<'_>) -> Read<Value> {
        let json = match self.model.shape(ty) {
            Type::Int(_) | Type::Bool => serde_json::from_str(name).unwrap_or_default(),
            _ => Json::String(name.to_owned()),
        };
        self.value(ty, &Node::root(&json)).map_err(|_| node.wrong(&format!("`{name}` is no key of this map")))
    }
}

fn show(fields: &mut [Field], shown: Vec<Shown>) {
    for (field, (default, examples)) in fields.iter_mut().zip(shown) {
        field.default = default.map(Box::new);
        field.examples = examples;
    }
}
