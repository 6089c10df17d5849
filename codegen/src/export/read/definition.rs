//! Definitions, first without the values in them, which may be of any of them.

use std::time::Duration;

use super::{Node, ReadModelError, Reader};
use crate::model::{
    Alias, Constant, Constraints, CustomAnnotation, Enum, EnumVariant, Exception, ExceptionPayload, Field, Meta,
    NamespaceId, NumberRange, Openness, Payload, Procedure, ProcedureId, Record, Reply, Service, ServiceId, Topic,
    TopicId, Type, Union, UnionTag, UnionVariant, Value,
};

type Read<T> = Result<T, ReadModelError>;

impl Reader {
    pub(super) fn definitions(&mut self, root: &Node<'_>) -> Read<()> {
        for node in root.members("records")? {
            let record = self.record(&node)?;
            let namespace = record.namespace;
            let id = self.model.records.add(record);
            self.model.namespaces[namespace].records.push(id);
        }
        for node in root.members("enums")? {
            let enumeration = self.enumeration(&node)?;
            let namespace = enumeration.namespace;
            let id = self.model.enums.add(enumeration);
            self.model.namespaces[namespace].enums.push(id);
        }
        for node in root.members("unions")? {
            let union = self.union(&node)?;
            let namespace = union.namespace;
            let id = self.model.unions.add(union);
            self.model.namespaces[namespace].unions.push(id);
        }
        for node in root.members("aliases")? {
            let alias = self.alias(&node)?;
            let namespace = alias.namespace;
            let id = self.model.aliases.add(alias);
            self.model.namespaces[namespace].aliases.push(id);
        }
        self.follow_aliases(root)?;
        for node in root.members("constants")? {
            let (namespace, meta) = self.named(&node)?;
            let ty = self.ty(&node.member("type")?)?;
            let id = self.model.constants.add(Constant { meta, namespace, ty, value: Value::Null });
            self.model.namespaces[namespace].constants.push(id);
        }
        for node in root.members("exceptions")? {
            let exception = self.exception(&node)?;
            let namespace = exception.namespace;
            let id = self.model.exceptions.add(exception);
            self.model.namespaces[namespace].exceptions.push(id);
        }
        for node in root.members("services")? {
            let service = self.service(&node)?;
            let namespace = service.namespace;
            let id = self.model.services.add(service);
            self.model.namespaces[namespace].services.push(id);
        }
        self.values(root)
    }

    /// The namespace and what every definition has, of one that stands under its full name.
    fn named(&self, node: &Node<'_>) -> Read<(NamespaceId, Meta)> {
        let full = node.key();
        let (namespace, name) = full.rsplit_once('.').ok_or_else(|| node.wrong("the key is no full name"))?;
        let namespace = self.namespaces.get(namespace).ok_or_else(|| node.wrong("there is no such namespace"))?;
        Ok((*namespace, self.meta(node, name)?))
    }

    fn meta(&self, node: &Node<'_>, name: &str) -> Read<Meta> {
        let mut custom = Vec::new();
        if let Some(annotations) = node.member_or_none("annotations")? {
            for annotation in annotations.items()? {
                let arguments =
                    annotation.member("arguments")?.items()?.iter().map(|item| item.value.clone()).collect();
                custom.push(CustomAnnotation { name: annotation.member("name")?.text()?.into(), arguments });
            }
        }
        Ok(Meta {
            name: name.into(),
            location: self.place,
            docs: node.text_or_none("docs")?,
            deprecated: node.text_or_none("deprecated")?,
            unstable: node.flag("unstable")?,
            custom: custom.into(),
        })
    }

    /// What a member has: it names itself.
    fn member_meta(&self, node: &Node<'_>) -> Read<Meta> {
        self.meta(node, node.member("name")?.text()?)
    }

    fn record(&mut self, node: &Node<'_>) -> Read<Record> {
        let (namespace, meta) = self.named(node)?;
        let fields = self.fields(&node.member("fields")?)?;
        let (reserved, closed) = (node.texts("reserved")?, node.flag("closed")?);
        Ok(Record { meta, namespace, fields, reserved, closed, examples: Vec::new() })
    }

    fn enumeration(&self, node: &Node<'_>) -> Read<Enum> {
        let (namespace, meta) = self.named(node)?;
        let variants = node.member("variants")?;
        let variants = variants.items()?;
        let variants = variants.iter().map(|variant| {
            let wire_name = variant.member("wire_name")?.text()?.into();
            Ok(EnumVariant { meta: self.member_meta(variant)?, wire_name })
        });
        let variants = variants.collect::<Read<_>>()?;
        let (openness, reserved) = (openness(node)?, node.texts("reserved")?);
        Ok(Enum { meta, namespace, openness, variants, reserved, examples: Vec::new() })
    }

    fn union(&mut self, node: &Node<'_>) -> Read<Union> {
        let (namespace, meta) = self.named(node)?;
        let mut variants = Vec::new();
        for variant in node.member("variants")?.items()? {
            let wire_name = variant.member("wire_name")?.text()?.into();
            let ty = variant.member_or_none("type")?.map(|ty| self.ty(&ty)).transpose()?;
            variants.push(UnionVariant { meta: self.member_meta(&variant)?, wire_name, ty });
        }
        let tag = node.text_or_none("tag")?.map_or(UnionTag::Beside, UnionTag::Inside);
        let (openness, reserved) = (openness(node)?, node.texts("reserved")?);
        Ok(Union { meta, namespace, openness, tag, variants, reserved, examples: Vec::new() })
    }

    fn alias(&mut self, node: &Node<'_>) -> Read<Alias> {
        let (namespace, meta) = self.named(node)?;
        let ty = self.ty(&node.member("type")?)?;
        let constraints = constraints(node)?;
        Ok(Alias { meta, namespace, ty, resolved: ty, constraints, examples: Vec::new() })
    }

    /// What each alias stands for in the end.
    fn follow_aliases(&mut self, root: &Node<'_>) -> Read<()> {
        for id in self.model.aliases.ids() {
            let mut ty = self.model.aliases[id].ty;
            let mut steps = 0;
            while let Type::Alias(next) = self.model.types[ty] {
                steps += 1;
                if steps > self.model.aliases.len() {
                    return Err(root.wrong("an alias is its own"));
                }
                ty = self.model.aliases[next].ty;
            }
            self.model.aliases[id].resolved = ty;
        }
        Ok(())
    }

    fn exception(&mut self, node: &Node<'_>) -> Read<Exception> {
        let (namespace, meta) = self.named(node)?;
        let payload = node.member("payload")?;
        let payload = if payload.value == "null" {
            ExceptionPayload::Null
        } else if let Some(fields) = payload.member_or_none("fields")? {
            ExceptionPayload::Fields(self.fields(&fields)?)
        } else {
            ExceptionPayload::Bare(self.ty(&payload.member("type")?)?, constraints(&payload)?)
        };
        let (wire_name, reserved) = (node.member("wire_name")?.text()?.into(), node.texts("reserved")?);
        Ok(Exception { meta, namespace, wire_name, payload, reserved, examples: Vec::new() })
    }

    fn service(&mut self, node: &Node<'_>) -> Read<Service> {
        let (namespace, meta) = self.named(node)?;
        let service = ServiceId::at(self.model.services.len());
        let (mut procedures, mut topics) = (Vec::<ProcedureId>::new(), Vec::<TopicId>::new());
        if let Some(list) = node.member_or_none("procedures")? {
            for item in list.items()? {
                let procedure = self.procedure(&item, service)?;
                procedures.push(self.model.procedures.add(procedure));
            }
        }
        if let Some(list) = node.member_or_none("topics")? {
            for item in list.items()? {
                let topic = Topic {
                    meta: self.member_meta(&item)?,
                    service,
                    uri: item.member("uri")?.text()?.into(),
                    channel: item.text_or_none("channel")?,
                    ty: self.ty(&item.member("type")?)?,
                    constraints: constraints(&item)?,
                };
                topics.push(self.model.topics.add(topic));
            }
        }
        Ok(Service {
            meta,
            namespace,
            prepath: node.member("prepath")?.text()?.into(),
            version: node.text_or_none("version")?,
            expose: node.flag("expose")?,
            tags: node.texts("tags")?,
            procedures,
            topics,
            reserved: node.texts("reserved")?,
        })
    }

    fn procedure(&mut self, node: &Node<'_>, service: ServiceId) -> Read<Procedure> {
        let payload = node.member("payload")?;
        let payload = if payload.value == "null" {
            Payload::Null
        } else if let Some(fields) = payload.member_or_none("fields")? {
            Payload::Named(self.fields(&fields)?)
        } else {
            Payload::Bare(self.ty(&payload.member("type")?)?, constraints(&payload)?)
        };
        let reply = self.reply(&node.member("reply")?)?;
        let raises = node.texts("raises")?;
        let raises = raises.iter().map(|name| {
            self.exceptions.get(name).copied().ok_or_else(|| node.wrong(&format!("there is no exception `{name}`")))
        });
        let raises = raises.collect::<Read<_>>()?;
        let timeout = node.member_or_none("timeout_ms")?.map(|timeout| {
            let milliseconds = timeout.value.as_u64().ok_or_else(|| timeout.wrong("expected milliseconds"))?;
            Ok(Duration::from_millis(milliseconds))
        });
        Ok(Procedure {
            meta: self.member_meta(node)?,
            service,
            uri: node.member("uri")?.text()?.into(),
            versioned_uri: node.text_or_none("versioned_uri")?,
            channel: node.member("channel")?.text()?.into(),
            timeout: timeout.transpose()?,
            tags: node.texts("tags")?,
            expose: node.flag("expose")?,
            auth: if node.member_or_none("auth")?.is_some() { Some(node.texts("auth")?) } else { None },
            idempotent: node.flag("idempotent")?,
            payload,
            reply,
            raises,
            examples: Vec::new(),
        })
    }

    fn reply(&mut self, node: &Node<'_>) -> Read<Reply> {
        match node.value.as_str() {
            Some("oneway") => return Ok(Reply::Oneway),
            Some("null") => return Ok(Reply::Null),
            _ => {}
        }
        if let Some(fields) = node.member_or_none("fields")? {
            return Ok(Reply::Named(self.fields(&fields)?));
        }
        if let Some(stream) = node.member_or_none("stream")? {
            return Ok(Reply::Stream(self.ty(&stream.member("type")?)?, constraints(&stream)?));
        }
        Ok(Reply::Bare(self.ty(&node.member("type")?)?, constraints(node)?))
    }

    fn fields(&mut self, node: &Node<'_>) -> Read<Vec<Field>> {
        let mut fields = Vec::new();
        for field in node.items()? {
            fields.push(Field {
                meta: self.member_meta(&field)?,
                wire_name: field.member("wire_name")?.text()?.into(),
                ty: self.ty(&field.member("type")?)?,
                default: None,
                constraints: constraints(&field)?,
                examples: Vec::new(),
            });
        }
        Ok(fields)
    }
}

fn openness(node: &Node<'_>) -> Read<Openness> {
    Ok(if node.flag("open")? { Openness::Open } else { Openness::Closed })
}

fn constraints(node: &Node<'_>) -> Read<Constraints> {
    let Some(node) = node.member_or_none("constraints")? else { return Ok(Constraints::default()) };
    let length = node.member_or_none("length")?.map(|length| match &length.items()?[..] {
        [from, to] => Ok(Box::new((from.value.as_u64(), to.value.as_u64()))),
        _ => Err(length.wrong("a range has two bounds")),
    });
    let range = node.member_or_none("range")?.map(|range| match &range.items()?[..] {
        [from, to] => Ok(Box::new(NumberRange { from: bound(from)?, to: bound(to)? })),
        _ => Err(range.wrong("a range has two bounds")),
    });
    Ok(Constraints { length: length.transpose()?, range: range.transpose()?, pattern: node.text_or_none("pattern")? })
}

/// A bound tells by its form what it is a bound of.
fn bound(node: &Node<'_>) -> Read<Option<Value>> {
    let number = node.value.as_i64().map(i128::from).or(node.value.as_u64().map(i128::from));
    match node.value {
        serde_json::Value::Null => Ok(None),
        serde_json::Value::String(text) => Ok(Some(Value::Text(text.as_str().into()))),
        value => match (number, value.as_f64()) {
            (Some(int), _) => Ok(Some(Value::Int(int))),
            (None, Some(float)) => Ok(Some(Value::Float(float))),
            (None, None) => Err(node.wrong("this is no bound")),
        },
    }
}
