//! Calls as a user of the generated Python package `contract` writes them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::model::{Model, NamespaceId, Payload, Procedure, Reply, ServiceId, Topic, Type, TypeId, UnionTag, Value};
use crate::resolve::duration_nanoseconds;
use crate::validate::names::python as names;

/// A call with these arguments, one for each parameter; none where one is left out.
pub(in crate::site) fn call(model: &Model, procedure: &Procedure, arguments: &[Option<Value>]) -> String {
    let mut writer = Writer { model, imports: BTreeSet::new() };
    let service = writer.service(procedure.service);
    let given: Vec<String> = match &procedure.payload {
        Payload::Null => Vec::new(),
        Payload::Bare(ty, _) => arguments.iter().flatten().map(|value| writer.value(*ty, value)).collect(),
        Payload::Named(fields) => {
            let given = fields.iter().zip(arguments).filter_map(|(field, value)| Some((field, value.as_ref()?)));
            let argument = |(field, value): (&crate::model::Field, &Value)| {
                format!("{}={}", names::parameter_name(&field.meta.name), writer.value(field.ty, value))
            };
            given.map(argument).collect()
        }
    };
    let arguments = wrapped(&given);
    let function = format!("{service}.{}", names::function_name(&procedure.meta.name));
    let function = if procedure.auth.is_some() { format!("{function}.options(token=token)") } else { function };
    let call = match &procedure.reply {
        Reply::Oneway | Reply::Null => format!("await {function}({arguments})\n"),
        Reply::Bare(..) | Reply::Named(_) => format!("reply = await {function}({arguments})\n"),
        Reply::Stream(..) => format!("async for value in {function}({arguments}):\n    print(value)\n"),
    };
    writer.whole(&call)
}

/// One message of a topic produced, and the messages of it consumed.
pub(in crate::site) fn topic(model: &Model, topic: &Topic, message: Option<&Value>) -> String {
    let mut writer = Writer { model, imports: BTreeSet::new() };
    let service = writer.service(topic.service);
    let name = format!("{service}.{}", names::function_name(&topic.meta.name));
    let mut text = String::new();
    if let Some(message) = message {
        let _ = writeln!(text, "await {name}.produce({})\n", writer.value(topic.ty, message));
    }
    let channel = topic.channel.as_deref().unwrap_or("my-service");
    let _ = write!(
        text,
        "async with {name}.consume({}) as messages:\n    async for message in messages:\n        print(message.payload)\n        await message.commit()\n",
        string(channel)
    );
    writer.whole(&text)
}

struct Writer<'a> {
    model: &'a Model,
    /// Whole lines.
    imports: BTreeSet<String>,
}

impl Writer<'_> {
    fn whole(&self, text: &str) -> String {
        let imports: String = self.imports.iter().fold(String::new(), |all, line| all + line + "\n");
        if imports.is_empty() { text.to_owned() } else { format!("{imports}\n{text}") }
    }

    fn package(&self, namespace: NamespaceId) -> String {
        let name = &self.model.namespaces[namespace].name;
        let segments: Vec<String> = name.split('.').map(names::module_name).collect();
        format!("contract.{}", segments.join("."))
    }

    fn service(&mut self, id: ServiceId) -> String {
        let service = &self.model.services[id];
        let module = names::module_name(&service.meta.name);
        self.imports.insert(format!("from {} import {module}", self.package(service.namespace)));
        module
    }

    fn class(&mut self, namespace: NamespaceId, name: &str) -> String {
        let class = names::type_name(name);
        self.imports.insert(format!("from {} import {class}", self.package(namespace)));
        class
    }

    fn import(&mut self, module: &str, name: &str) -> String {
        self.imports.insert(format!("from {module} import {name}"));
        name.to_owned()
    }

    fn value(&mut self, ty: TypeId, value: &Value) -> String {
        let model = self.model;
        match (model.shape(ty), value) {
            (_, Value::Null) => "None".to_owned(),
            (Type::Optional(inner), value) => self.value(*inner, value),
            (_, Value::Bool(value)) => if *value { "True" } else { "False" }.to_owned(),
            (_, Value::Int(value)) => value.to_string(),
            (_, Value::Float(value)) => format!("{value:?}"),
            (_, Value::String(text) | Value::UnknownVariant(_, text)) => string(text),
            (_, Value::Bytes(bytes)) => format!("b\"{}\"", bytes.escape_ascii()),
            (ty, Value::Text(text)) => self.text(ty, text),
            (_, Value::Any(json)) => any(json),
            (Type::Tuple(types), Value::Sequence(items)) => {
                let items: Vec<String> = types.iter().zip(items).map(|(ty, value)| self.value(*ty, value)).collect();
                format!("({})", items.join(", "))
            }
            (Type::Set(_), Value::Sequence(items)) if items.is_empty() => "set()".to_owned(),
            (shape, Value::Sequence(items)) => {
                let (Type::List(item) | Type::Set(item)) = shape else { return "None".to_owned() };
                let (open, close) = if matches!(shape, Type::Set(_)) { ("{", "}") } else { ("[", "]") };
                let items: Vec<String> = items.iter().map(|value| self.value(*item, value)).collect();
                format!("{open}{}{close}", items.join(", "))
            }
            (Type::Map(key, item), Value::Map(entries)) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(name, value)| format!("{}: {}", self.value(*key, name), self.value(*item, value)))
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }
            (_, Value::Map(_)) => "{}".to_owned(),
            (_, Value::Record(id, values)) => {
                let record = &model.records[*id];
                let class = self.class(record.namespace, &record.meta.name);
                format!("{class}({})", self.fields(*id, values))
            }
            (_, Value::Enum(id, index)) => {
                let item = &model.enums[*id];
                let class = self.class(item.namespace, &item.meta.name);
                format!("{class}.{}", names::variant_name(&item.variants[*index as usize].meta.name))
            }
            (_, Value::Union(id, index, held)) => {
                let union = &model.unions[*id];
                let variant = &union.variants[*index as usize];
                let class = format!("{}_{}", union.meta.name, variant.meta.name);
                let class = self.class(union.namespace, &class);
                match (&union.tag, variant.ty.zip(held.as_deref())) {
                    (_, None) => format!("{class}()"),
                    (UnionTag::Inside(_), Some((_, Value::Record(id, values)))) => {
                        format!("{class}({})", self.fields(*id, values))
                    }
                    (_, Some((ty, held))) => format!("{class}(value={})", self.value(ty, held)),
                }
            }
        }
    }

    fn fields(&mut self, id: crate::model::RecordId, values: &[Option<Value>]) -> String {
        let given = self.model.records[id].fields.iter().zip(values);
        let given = given.filter_map(|(field, value)| Some((field, value.as_ref()?)));
        // What is the default already need not be said.
        let given = given.filter(|(field, value)| field.default.as_deref() != Some(*value));
        let fields: Vec<String> = given
            .map(|(field, value)| format!("{}={}", names::field_name(&field.meta.name), self.value(field.ty, value)))
            .collect();
        fields.join(", ")
    }

    fn text(&mut self, ty: &Type, text: &str) -> String {
        match ty {
            Type::Uuid => format!("{}({})", self.import("uuid", "UUID"), string(text)),
            Type::Timestamp | Type::DateTime => {
                format!("{}.fromisoformat({})", self.import("datetime", "datetime"), string(text))
            }
            Type::Date => format!("{}.fromisoformat({})", self.import("datetime", "date"), string(text)),
            Type::Time => format!("{}.fromisoformat({})", self.import("datetime", "time"), string(text)),
            Type::Decimal => format!("{}({})", self.import("decimal", "Decimal"), string(text)),
            Type::Duration => {
                let seconds = duration_nanoseconds(text).unwrap_or(0) as f64 / 1e9;
                format!("{}(seconds={seconds})", self.import("datetime", "timedelta"))
            }
            _ => string(text),
        }
    }
}

/// A string literal: JSON's, whose escapes Python reads alike but for those outside of the BMP, which are not escaped.
fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn any(json: &serde_json::Value) -> String {
    match json {
        serde_json::Value::Null => "None".to_owned(),
        serde_json::Value::Bool(true) => "True".to_owned(),
        serde_json::Value::Bool(false) => "False".to_owned(),
        serde_json::Value::Array(items) => {
            format!("[{}]", items.iter().map(any).collect::<Vec<_>>().join(", "))
        }
        serde_json::Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{}: {}", string(name), any(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// On one line where they fit, else one a line.
fn wrapped(arguments: &[String]) -> String {
    let line = arguments.join(", ");
    if line.len() <= 40 || arguments.len() < 2 { line } else { format!("\n    {},\n", arguments.join(",\n    ")) }
}
