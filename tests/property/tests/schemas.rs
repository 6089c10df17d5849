//! The exported JSON Schemas are true: what Rust writes they take, and what it refuses they refuse, as far as they can say it.

use std::collections::{BTreeMap, BTreeSet};

use almanet_codegen::source::vfs::Memory;
use almanet_codegen::{Config, export};
use almanet_property::{Body, Contract, Drawer, Precision, Role, contracts, seed};
use jsonschema::Validator;
use serde_json::{Value, json};

/// Values of each type.
const DRAWS: u64 = 20;

/// What JSON Schema has no words for, whatever the value.
const UNSAYABLE: [&str; 5] =
    ["a field twice", "a fraction for an integer", "a key twice in a map", "an unknown field twice", "nested too deep"];

/// A validator of each definition of each contract, with the definition's index.
fn validators(contracts: &[Contract], document: impl Fn(&almanet_codegen::model::Model) -> Value) -> Vec<Checked<'_>> {
    let mut all = Vec::new();
    for contract in contracts {
        let files = contract.files();
        let memory = files
            .iter()
            .fold(Memory::new(), |memory, (name, text)| memory.with(format!("schemas/{name}"), text.as_str()));
        let checked = Config::new().root("schemas").check_in(&memory);
        let document = document(&checked.model.expect("the contract is sound"));
        for (index, definition) in contract.definitions.iter().enumerate() {
            let namespace = format!("property.{}", contract.namespace(definition.place));
            let name = match &definition.body {
                Body::Record { role: Role::Parameters | Role::Notice | Role::Results, .. }
                | Body::Payload(_)
                | Body::Reply(_) => format!("{namespace}.desk.{}", definition.name.replace('_', "-")),
                Body::Topic(_) => format!("{namespace}.desk.{}-message", definition.name),
                Body::Stream(_) => format!("{namespace}.desk.{}-value", definition.name),
                _ => format!("{namespace}.{}", definition.name),
            };
            let validator = validator(&document, &name);
            all.push(Checked { contract, index, name, validator });
        }
    }
    all
}

struct Checked<'a> {
    contract: &'a Contract,
    index: usize,
    name: String,
    validator: Validator,
}

/// A validator of one definition of a document of any kind.
fn validator(document: &Value, name: &str) -> Validator {
    let (folder, draft) = match document.get("$defs") {
        Some(_) => ("$defs", jsonschema::Draft::Draft202012),
        None if document.get("asyncapi").is_some() => ("components/schemas", jsonschema::Draft::Draft7),
        None => ("components/schemas", jsonschema::Draft::Draft202012),
    };
    let mut whole = document.clone();
    // The only keyword of schemas at the root of a document that is none.
    whole["$ref"] = json!(format!("#/{folder}/{name}"));
    jsonschema::options().with_draft(draft).build(&whole).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn json_schema(model: &almanet_codegen::model::Model) -> Value {
    serde_json::to_value(export::JsonSchema::new(model)).expect("it is JSON")
}

#[test]
fn what_rust_writes_is_taken() {
    let contracts = contracts();
    let forms: [fn(&almanet_codegen::model::Model) -> Value; 3] = [
        json_schema,
        |model| serde_json::to_value(export::OpenApi::new(model)).expect("it is JSON"),
        |model| serde_json::to_value(export::AsyncApi::new(model)).expect("it is JSON"),
    ];
    for form in forms {
        let mut mistakes = Vec::new();
        for Checked { contract, index, name, validator } in validators(&contracts, form) {
            for draw in 0..DRAWS {
                let json = Drawer::new(contract, seed() ^ draw, Precision::Nanoseconds).definition(index);
                let loose = contract.loosened(index, &json, draw).json;
                for text in [json.to_string(), loose.to_string()] {
                    let value: Value = serde_json::from_str(&text).expect("it is JSON");
                    if let Err(error) = validator.validate(&value) {
                        mistakes.push(format!("{name}: {text}\nis refused at {}: {error}", error.instance_path()));
                    }
                }
            }
        }
        report(&mistakes);
    }
}

#[test]
fn what_rust_refuses_is_refused() {
    let contracts = contracts();
    let mut mistakes = Vec::new();
    let mut refused: BTreeMap<&str, usize> = BTreeMap::new();
    let mut made = BTreeSet::new();
    for Checked { contract, index, name, validator } in validators(&contracts, json_schema) {
        for draw in 0..3 {
            let value = Drawer::new(contract, seed() ^ draw, Precision::Nanoseconds).definition(index);
            for spoilt in contract.spoilt(index, &value, 40) {
                made.insert(spoilt.what);
                let is_taken = serde_json::from_str(&spoilt.json).is_ok_and(|value: Value| validator.is_valid(&value));
                if !is_taken {
                    *refused.entry(spoilt.what).or_default() += 1;
                } else if !UNSAYABLE.contains(&spoilt.what) && !is_unsayable(spoilt.what, &spoilt.instead) {
                    let (what, path, instead) = (spoilt.what, &spoilt.path, &spoilt.instead);
                    mistakes.push(format!("{name}: {what} at {path}, {instead}, is taken: {}", spoilt.json));
                }
            }
        }
    }
    report(&mistakes);
    let never: Vec<&&str> =
        made.iter().filter(|what| !UNSAYABLE.contains(*what) && !refused.contains_key(**what)).collect();
    assert!(never.is_empty(), "seed {}: never refused: {never:?}", seed());
}

/// The bodies that the reference of the wire shows are what the AsyncAPI document calls an invocation and a reply.
#[test]
fn the_bodies_that_travel_are_taken() {
    let contract = "namespace net.example\nservice greeting { procedure greet(string) -> string }\n";
    let checked = Config::new().root("").check_in(&Memory::new().with("greeting.almanet", contract));
    let model = checked.model.expect("the contract is sound");
    let document = serde_json::to_value(export::AsyncApi::new(&model)).expect("it is JSON");
    let (invocation, reply) = (validator(&document, "invocation"), validator(&document, "reply"));
    let wire = include_str!("../../../runtime/docs/wire.md");
    let mut bodies = 0;
    for line in wire.lines().filter(|line| line.starts_with("{\"")) {
        let body: Value = serde_json::from_str(line).expect("it is JSON");
        let (own, other) = if body.get("caller_id").is_some() { (&invocation, &reply) } else { (&reply, &invocation) };
        assert!(own.is_valid(&body), "{line}: {:?}", own.validate(&body));
        assert!(!other.is_valid(&body), "{line}");
        bodies += 1;
    }
    assert!(bodies > 5, "{bodies} bodies");
}

/// Ranges of decimals and durations, and the exact length of bytes: their JSON is a text. An integer that 64 bits do not
/// hold is a float to most readers of JSON, and the nearest one may be the type's own bound.
fn is_unsayable(what: &str, instead: &str) -> bool {
    let is_text = instead.starts_with('"');
    match what {
        "below its range" | "above its range" => is_text,
        "shorter than its length" | "longer than its length" => {
            is_text && instead.trim_matches('"').chars().all(|digit| matches!(digit, 'A' | '='))
        }
        "an integer too small" => instead == "-9223372036854775809",
        _ => false,
    }
}

fn report(mistakes: &[String]) {
    let shown = mistakes.iter().take(12).cloned().collect::<Vec<_>>().join("\n");
    assert!(mistakes.is_empty(), "seed {}: {} mistakes:\n{shown}", seed(), mistakes.len());
}
