//! What a class has for fields, and what its configuration says of them.

use ruff_python_ast::{Expr, StmtAssign};

use super::super::json::Json;
use super::names::Modules;
use super::parsed::Parsed;
use super::parts::with;
use super::value::{text as text_of, value};

/// The fields of a class, as they are collected.
#[derive(Default)]
pub(super) struct Fields {
    pub(super) properties: Vec<(String, Json)>,
    pub(super) required: Vec<String>,
    pub(super) closed: bool,
    pub(super) is_model: bool,
    /// It is one of `NamedTuple`.
    pub(super) is_tuple: bool,
    /// What a `RootModel` holds.
    pub(super) root: Option<Json>,
    /// What makes the names that travel, of fields without an alias.
    pub(super) generator: Option<fn(&str) -> String>,
    pub(super) remark: Option<String>,
    /// Fields with an alias are taken by their names, too.
    reads_names: bool,
    /// They are written by their aliases; by their names unless it is said.
    writes_aliases: bool,
}

impl Fields {
    /// `model_config = ConfigDict(extra="forbid", alias_generator=to_camel)`, or a dictionary.
    pub(super) fn configure(&mut self, modules: &Modules, module: &Parsed, assign: &StmtAssign) {
        if !matches!(assign.targets.as_slice(), [Expr::Name(name)] if name.id.as_str() == "model_config") {
            return;
        }
        let option = |name: &str| match &*assign.value {
            Expr::Call(call) => call.arguments.find_keyword(name).map(|keyword| &keyword.value),
            Expr::Dict(options) => options.items.iter().find_map(|item| {
                let key = text_of(modules, module, item.key.as_ref()?)?;
                (key == name).then_some(&item.value)
            }),
            _ => None,
        };
        if let Some(extra) = option("extra") {
            self.closed = text_of(modules, module, extra).as_deref() == Some("forbid");
        }
        let is_true = |name: &str| option(name).and_then(|it| value(modules, module, it)) == Some(Json::Bool(true));
        self.reads_names |= is_true("populate_by_name") || is_true("validate_by_name");
        self.writes_aliases |= is_true("serialize_by_alias");
        if let Some(generator) = option("alias_generator") {
            let name = module.whole_name(generator).unwrap_or_default();
            self.generator = generator_of(name.rsplit('.').next().unwrap_or_default());
            if self.generator.is_none() {
                self.remark = Some("what names its fields there (`alias_generator`) has to be run".to_owned());
            }
        }
    }

    /// Gives each field without an alias the name that the generator makes.
    pub(super) fn name_by_generator(&mut self) {
        let Some(generator) = self.generator else { return };
        for (name, schema) in &mut self.properties {
            let wire = generator(name);
            if schema.get("x-alias").is_some() || wire == *name {
                continue;
            }
            self.required.iter_mut().filter(|required| *required == name).for_each(|it| it.clone_from(&wire));
            let own = std::mem::replace(name, wire);
            *schema = with(std::mem::replace(schema, Json::Null), "x-name", Some(Json::String(own)));
        }
    }

    /// Has what the library writes and reads be the names that travel.
    pub(super) fn name_as_written(&mut self) {
        let is_aliased = self.properties.iter().any(|(_, schema)| schema.get("x-name").is_some());
        if self.writes_aliases || !is_aliased {
            return;
        }
        if !self.reads_names {
            let remark =
                "its fields are read by their aliases there, and written by their names (no `serialize_by_alias`)";
            self.remark.get_or_insert_with(|| remark.to_owned());
            return;
        }
        for (wire, schema) in &mut self.properties {
            let Some(own) = schema.text("x-name").map(ToOwned::to_owned) else { continue };
            self.required.iter_mut().filter(|required| *required == wire).for_each(|it| it.clone_from(&own));
            *wire = own;
            if let Json::Object(members) = schema {
                members.retain(|(key, _)| key != "x-name" && key != "x-alias");
            }
        }
    }
}

/// The alias generators of pydantic.
fn generator_of(name: &str) -> Option<fn(&str) -> String> {
    match name {
        "to_camel" => Some(|name| {
            let pascal = pascal(name);
            let rest = pascal.trim_start_matches('_');
            let (start, first) = (pascal.len() - rest.len(), rest.chars().next().map_or(0, char::len_utf8));
            format!("{}{}{}", &pascal[..start], rest[..first].to_lowercase(), &rest[first..])
        }),
        "to_pascal" => Some(pascal),
        "to_snake" => Some(str::to_lowercase),
        _ => None,
    }
}

/// `created_at` as `CreatedAt`; leading underscores stay.
fn pascal(name: &str) -> String {
    let rest = name.trim_start_matches('_');
    let words = rest.split('_').map(|word| {
        let first = word.chars().next().map_or(0, char::len_utf8);
        format!("{}{}", word[..first].to_uppercase(), &word[first..])
    });
    format!("{}{}", &name[..name.len() - rest.len()], words.collect::<String>())
}
