//! Classes: models, enums, and what their fields say.

use ruff_python_ast::{Expr, ExprCall, Stmt, StmtAnnAssign, StmtClassDef};

use super::super::json::Json;
use super::fields::Fields;
use super::generics;
use super::parsed::{Parsed, docstring};
use super::parts::{noting, object, text, unknown, with, with_inner};
use super::schema::Lowering;
use super::value::{value, variants};

impl<'a> Lowering<'a> {
    /// A reference to a class, which becomes a definition.
    pub(super) fn class(&mut self, module: &'a Parsed, class: &'a StmtClassDef, name: &str) -> Json {
        self.defined(module, class, name, name, &class.name)
    }

    /// A reference to a class, which becomes the definition of this key and title.
    pub(super) fn defined(
        &mut self,
        module: &'a Parsed,
        class: &'a StmtClassDef,
        name: &str,
        key: &str,
        title: &str,
    ) -> Json {
        let reference = object([("$ref", Json::String(format!("#/$defs/{key}")))]);
        if self.definitions.iter().any(|(known, _)| known == key) {
            return reference;
        }
        let index = self.definitions.len();
        self.definitions.push((key.to_owned(), Json::Null));
        let mut schema = match variants(self.modules, name) {
            Some(variants) => {
                vec![("enum".to_owned(), Json::Array(variants.into_iter().map(|(_, value)| value).collect()))]
            }
            None => self.model(module, class),
        };
        schema.push(("title".to_owned(), text(title)));
        schema.extend(docstring(&class.body).map(|docs| ("description".to_owned(), Json::String(docs))));
        self.definitions[index].1 = Json::Object(schema);
        reference
    }

    fn model(&mut self, module: &'a Parsed, class: &'a StmtClassDef) -> Vec<(String, Json)> {
        let mut fields = Fields::default();
        self.collect(module, class, &mut fields, 0);
        if let Some(Json::Object(root)) = fields.root {
            return root;
        }
        if fields.is_tuple {
            let parts = fields.properties.into_iter().map(|(_, part)| part).collect();
            return vec![("type".to_owned(), text("array")), ("prefixItems".to_owned(), Json::Array(parts))];
        }
        fields.name_by_generator();
        fields.name_as_written();
        let Fields { properties, required, closed, is_model, remark, .. } = fields;
        if !is_model {
            let why = format!("the class {} there is no model, dataclass or TypedDict that could be read", class.name);
            let Json::Object(members) = unknown(why) else { return Vec::new() };
            return members;
        }
        let mut members = vec![
            ("type".to_owned(), text("object")),
            ("properties".to_owned(), Json::Object(properties)),
            ("required".to_owned(), Json::Array(required.iter().map(|name| text(name)).collect())),
        ];
        if closed {
            members.push(("additionalProperties".to_owned(), Json::Bool(false)));
        }
        members.extend(remark.map(|remark| ("x-remark".to_owned(), Json::String(remark))));
        members
    }

    /// The fields of a class behind those of the classes that it inherits from.
    fn collect(&mut self, module: &'a Parsed, class: &'a StmtClassDef, fields: &mut Fields, depth: usize) {
        let is_dataclass = class.decorator_list.iter().any(|decorator| {
            let name = match &decorator.expression {
                Expr::Call(call) => module.whole_name(&call.func),
                other => module.whole_name(other),
            };
            name.is_some_and(|name| name.ends_with("dataclass"))
        });
        fields.is_model |= is_dataclass;
        let total = class.arguments.as_ref().and_then(|arguments| arguments.find_keyword("total"));
        let is_total = total.and_then(|it| value(self.modules, module, &it.value)) != Some(Json::Bool(false));
        for base in class.arguments.iter().flat_map(|arguments| arguments.args.iter()) {
            let (base, given) = generics::base(base);
            let Some(name) = module.whole_name(base) else { continue };
            match name.rsplit('.').next().unwrap_or_default() {
                "BaseModel" | "TypedDict" => fields.is_model = true,
                "NamedTuple" => fields.is_tuple = true,
                "RootModel" => fields.root = given.first().map(|root| self.schema(module, root)),
                _ => {}
            }
            if let Some(found) = self.modules.find(&name)
                && let Stmt::ClassDef(inherited) = found.statement
                && depth < 16
            {
                let given: Vec<Json> = given.into_iter().map(|it| self.schema(module, it)).collect();
                let mut collect = |lowering: &mut Self| lowering.collect(found.module, inherited, fields, depth + 1);
                if given.is_empty() || self.with_parameters(found.module, inherited, given, &mut collect).is_none() {
                    collect(self);
                }
            }
        }
        let within = self.modules.within(module, class);
        for statement in &class.body {
            match statement {
                Stmt::AnnAssign(field) => self.field(within, field, fields, is_total),
                Stmt::Assign(assign) => fields.configure(self.modules, module, assign),
                _ => {}
            }
        }
    }

    fn field(&mut self, module: &'a Parsed, field: &'a StmtAnnAssign, fields: &mut Fields, is_total: bool) {
        let Expr::Name(name) = &*field.target else { return };
        let is_constant = |annotation: &Expr| {
            let value = if let Expr::Subscript(subscript) = annotation { &subscript.value } else { annotation };
            module.whole_name(value).is_some_and(|name| name.ends_with("ClassVar"))
        };
        if name.id.starts_with('_') || is_constant(&field.annotation) {
            return;
        }
        let mut schema = self.schema(module, &field.annotation);
        let mut is_required = if is_total {
            !is_marked(module, &field.annotation, "NotRequired")
        } else {
            is_marked(module, &field.annotation, "Required")
        };
        match field.value.as_deref() {
            None => {}
            Some(Expr::EllipsisLiteral(_)) => {}
            Some(Expr::Call(call)) if is_field(module, call) => {
                is_required = !has_default(call);
                schema = self.annotated_by(module, schema, call);
            }
            Some(default) => {
                is_required = false;
                schema = with(schema, "default", value(self.modules, module, default));
            }
        }
        let alias = match &schema {
            Json::Object(members) => {
                members.iter().find(|(key, _)| key == "x-alias").and_then(|(_, name)| name.as_str())
            }
            _ => None,
        };
        let wire = alias.unwrap_or(&name.id).to_owned();
        if wire != name.id.as_str() {
            schema = with(schema, "x-name", Some(text(&name.id)));
        }
        fields.properties.retain(|(known, _)| *known != wire);
        fields.required.retain(|known| *known != wire);
        if is_required {
            fields.required.push(wire.clone());
        }
        fields.properties.push((wire, schema));
    }

    /// A schema with what metadata of `Annotated` says.
    pub(super) fn annotated(&mut self, module: &'a Parsed, schema: Json, metadata: &Expr) -> Json {
        match metadata {
            Expr::Call(call) => self.annotated_by(module, schema, call),
            _ => schema,
        }
    }

    fn annotated_by(&mut self, module: &'a Parsed, schema: Json, call: &ExprCall) -> Json {
        let name = module.whole_name(&call.func).unwrap_or_default();
        let mut schema = schema;
        let first = call.arguments.args.first();
        let positional = match name.rsplit('.').next().unwrap_or_default() {
            "Field" => Some("default"),
            "field" => None,
            "Ge" => Some("ge"),
            "Gt" => Some("gt"),
            "Le" => Some("le"),
            "Lt" => Some("lt"),
            "MinLen" => Some("min_length"),
            "MaxLen" => Some("max_length"),
            "Discriminator" => Some("discriminator"),
            "Strict" | "StringConstraints" | "Len" | "Interval" => None,
            other => return noting(schema, &format!("what {other}(…) does there is not known")),
        };
        if let (Some(key), Some(argument)) = (positional, first)
            && !matches!(argument, Expr::EllipsisLiteral(_))
        {
            schema = self.keyword(module, schema, key, argument);
        }
        for keyword in &call.arguments.keywords {
            if let Some(key) = &keyword.arg {
                schema = self.keyword(module, schema, key, &keyword.value);
            }
        }
        schema
    }

    /// A schema with what one argument of `Field(…)` says.
    pub(super) fn keyword(&mut self, module: &'a Parsed, schema: Json, key: &str, argument: &Expr) -> Json {
        let known = || value(self.modules, module, argument);
        let is_list = schema.text("type") == Some("array");
        let is_map = schema.text("type") == Some("object");
        match key {
            "default" => with(schema, "default", known()),
            "default_factory" => {
                let empty = module.whole_name(argument).and_then(|name| match name.as_str() {
                    "builtins.list" | "builtins.set" | "builtins.tuple" => Some(Json::Array(Vec::new())),
                    "builtins.dict" => Some(Json::Object(Vec::new())),
                    _ => None,
                });
                with(schema, "default", empty)
            }
            "alias" | "serialization_alias" | "validation_alias" => {
                match known().or_else(|| self.first(module, argument)) {
                    Some(alias) => with(schema, "x-alias", Some(alias)),
                    None => noting(schema, "its alias there has to be run"),
                }
            }
            "exclude" if known() == Some(Json::Bool(true)) => noting(schema, "it is not written there"),
            "max_digits" | "decimal_places" => match known() {
                Some(most) => noting(schema, &format!("its {key} there is {most}")),
                None => schema,
            },
            "description" => with(schema, "description", known()),
            "deprecated" => with(schema, "deprecated", Some(Json::Bool(true))),
            "ge" => with_inner(schema, "minimum", known()),
            "gt" => with_inner(schema, "exclusiveMinimum", known()),
            "le" => with_inner(schema, "maximum", known()),
            "lt" => with_inner(schema, "exclusiveMaximum", known()),
            "multiple_of" => with_inner(schema, "multipleOf", known()),
            "min_length" if is_list => with(schema, "minItems", known()),
            "max_length" if is_list => with(schema, "maxItems", known()),
            "min_length" if is_map => with(schema, "minProperties", known()),
            "max_length" if is_map => with(schema, "maxProperties", known()),
            "min_length" => with_inner(schema, "minLength", known()),
            "max_length" => with_inner(schema, "maxLength", known()),
            "pattern" => with_inner(schema, "pattern", known()),
            "discriminator" => self.discriminated(schema, known()),
            _ => schema,
        }
    }

    /// The first of `AliasChoices("this", "that")`.
    fn first(&self, module: &'a Parsed, argument: &Expr) -> Option<Json> {
        let Expr::Call(call) = argument else { return None };
        let is_choice = module.whole_name(&call.func)?.ends_with("AliasChoices");
        value(self.modules, module, call.arguments.args.first().filter(|_| is_choice)?)
    }

    /// A union with the mapping from tags to models that pydantic makes.
    fn discriminated(&self, schema: Json, tag: Option<Json>) -> Json {
        let Some(Json::String(tag)) = tag else { return schema };
        let mut mapping = Vec::new();
        let choices = schema.get("anyOf").map(|choices| choices.items().to_vec()).unwrap_or_default();
        for choice in &choices {
            let Some(reference) = choice.text("$ref") else { return schema };
            let name = reference.trim_start_matches("#/$defs/");
            let definition = self.definitions.iter().find(|(known, _)| known == name).map(|(_, schema)| schema);
            let values = definition.and_then(|schema| schema.get("properties")?.get(&tag)?.get("enum"));
            for value in values.map_or(&[][..], Json::items) {
                mapping.extend(value.as_str().map(|value| (value.to_owned(), text(reference))));
            }
        }
        if mapping.len() < choices.len() {
            return schema;
        }
        let discriminator = object([("propertyName", Json::String(tag)), ("mapping", Json::Object(mapping))]);
        object([("oneOf", Json::Array(choices)), ("discriminator", discriminator)])
    }
}

fn is_field(module: &Parsed, call: &ExprCall) -> bool {
    module.whole_name(&call.func).is_some_and(|name| name.ends_with("Field") || name.ends_with(".field"))
}

fn has_default(call: &ExprCall) -> bool {
    let first = call.arguments.args.first();
    first.is_some_and(|first| !matches!(first, Expr::EllipsisLiteral(_)))
        || ["default", "default_factory"].iter().any(|name| call.arguments.find_keyword(name).is_some())
}

/// Whether an annotation is `MARK[…]`.
fn is_marked(module: &Parsed, annotation: &Expr, mark: &str) -> bool {
    let Expr::Subscript(subscript) = annotation else { return false };
    module.whole_name(&subscript.value).is_some_and(|name| name.rsplit('.').next() == Some(mark))
}
