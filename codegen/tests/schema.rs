//! `docs/almanet.schema.json`, which editors read, and the loader accept and refuse the same configurations.

use std::fs;
use std::path::Path;

use almanet_codegen::backend;
use almanet_codegen::config::Configuration;
use almanet_codegen::lint;
use serde_json::Value;

/// Accepted by both. What a schema cannot know (folders that exist, outputs that overlap) is left out here.
const ACCEPTED: &[&str] = &[
    "{ version: 1, schemas: [schemas] }",
    "{ version: 1, schemas: [schemas, schemas/deeper], generate: [], lint: {}, breaking: {} }",
    "{ version: 1, schemas: [schemas], generate: [{ target: rust, out: src/contract }] }",
    "{ version: 1, schemas: [schemas], generate: [{ target: rust, out: a }, { plugin: kotlin, out: b, package: net.example }] }",
    "{ version: 1, schemas: [schemas], generate: [{ target: python, out: a }] }",
    "{ version: 1, schemas: [schemas], generate: [{ target: python, out: a, runtime: almanet }] }",
    "{ version: 1, schemas: [schemas], lint: { disable: [] } }",
    "{ version: 1, schemas: [schemas], lint: { disable: [W0202, W0301, naming, docs] } }",
    "{ version: 1, schemas: [schemas], breaking: { against: main, category: wire, except: [] } }",
    "{ version: 1, schemas: [schemas], breaking: { category: source } }",
    "{ version: 1, schemas: [schemas], breaking: { except: [{ code: B0101, subject: a.s.p, reason: b }] } }",
    "{ version: 1, schemas: [schemas], breaking: { except: [{ code: B0101, subject: a.s.p, reason: b, until: '2999-12-31' }] } }",
];

/// Refused by both.
const REFUSED: &[&str] = &[
    "[]",
    "text",
    "{}",
    "{ version: 1 }",
    "{ schemas: [schemas] }",
    "{ version: 2, schemas: [schemas] }",
    "{ version: one, schemas: [schemas] }",
    "{ version: 1, schemas: schemas }",
    "{ version: 1, schemas: [] }",
    "{ version: 1, schemas: [1] }",
    "{ version: 1, schemas: [schemas], shemas: [] }",
    "{ version: 1, schemas: [schemas], generate: {} }",
    "{ version: 1, schemas: [schemas], generate: [{ target: rust }] }",
    "{ version: 1, schemas: [schemas], generate: [{ out: a }] }",
    "{ version: 1, schemas: [schemas], generate: [{ target: rsut, out: a }] }",
    "{ version: 1, schemas: [schemas], generate: [{ target: rust, out: 5 }] }",
    "{ version: 1, schemas: [schemas], generate: [{ target: rust, plugin: kotlin, out: a }] }",
    "{ version: 1, schemas: [schemas], generate: [{ target: rust, out: a, more: b }] }",
    "{ version: 1, schemas: [schemas], generate: [{ target: rust, out: a, runtime: almanet }] }",
    "{ version: 1, schemas: [schemas], generate: [{ target: python, out: a, runtime: asyncio }] }",
    "{ version: 1, schemas: [schemas], lint: [] }",
    "{ version: 1, schemas: [schemas], lint: { disable: E0001 } }",
    "{ version: 1, schemas: [schemas], lint: { disable: [E0001] } }",
    "{ version: 1, schemas: [schemas], lint: { disable: [name] } }",
    "{ version: 1, schemas: [schemas], lint: { disbale: [] } }",
    "{ version: 1, schemas: [schemas], breaking: { category: wires } }",
    "{ version: 1, schemas: [schemas], breaking: { agianst: main } }",
    "{ version: 1, schemas: [schemas], breaking: { except: [{ code: B0101, subject: a }] } }",
    "{ version: 1, schemas: [schemas], breaking: { except: [{ code: B0101, subject: a, reason: ' ' }] } }",
    "{ version: 1, schemas: [schemas], breaking: { except: [{ code: W0001, subject: a, reason: b }] } }",
    "{ version: 1, schemas: [schemas], breaking: { except: [{ code: B0101, subject: a, reason: b, until: soon }] } }",
    "{ version: 1, schemas: [schemas], breaking: { except: [{ code: B0101, subject: a, reason: b, more: c }] } }",
];

fn schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/almanet.schema.json");
    serde_json::from_str(&fs::read_to_string(path).expect("the schema is there")).expect("the schema is JSON")
}

fn loads(yaml: &str) -> bool {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    fs::create_dir_all(folder.path().join("schemas/deeper")).expect("a folder can be made");
    let path = folder.path().join("almanet.yaml");
    fs::write(&path, yaml).expect("a file can be written");
    Configuration::load(&path).is_ok()
}

#[test]
fn the_schema_and_the_loader_agree() {
    let schema = schema();
    for (samples, accepted) in [(ACCEPTED, true), (REFUSED, false)] {
        for yaml in samples {
            let value: Value = serde_yaml::from_str(yaml).expect("the sample is YAML");
            assert_eq!(loads(yaml), accepted, "the loader: {yaml}");
            assert_eq!(holds(&schema, &value), accepted, "the schema: {yaml}");
        }
    }
}

#[test]
fn the_schema_names_every_target_and_its_options() {
    let schema = schema();
    let outputs = items(&schema["properties"]["generate"]["items"]["oneOf"]).iter();
    let known: Vec<(&str, Vec<(&str, Value)>)> = outputs
        .filter_map(|output| {
            let properties = output["properties"].as_object().expect("an object");
            let target = properties.get("target")?["const"].as_str()?;
            let options = properties.iter().filter(|(key, _)| *key != "target" && *key != "out");
            Some((target, options.map(|(key, schema)| (key.as_str(), schema["enum"].clone())).collect()))
        })
        .collect();
    let options = |backend: &dyn backend::Backend| {
        backend.options().iter().map(|option| (option.name, option.values.into())).collect()
    };
    let expected: Vec<_> = backend::all().iter().map(|backend| (backend.name(), options(*backend))).collect();
    assert_eq!(known, expected);
}

#[test]
fn the_schema_names_every_lint() {
    let schema = schema();
    let names = &schema["properties"]["lint"]["properties"]["disable"]["items"]["enum"];
    let known: Vec<Value> = lint::names().map(Into::into).collect();
    assert_eq!(names.as_array(), Some(&known));
}

/// Whether a value is what a JSON Schema says, of the keywords that ours uses. A keyword that is none of them fails.
fn holds(schema: &Value, value: &Value) -> bool {
    let keywords = schema.as_object().expect("a schema is an object");
    keywords.iter().all(|(keyword, rule)| match keyword.as_str() {
        "$schema" | "title" | "description" => true,
        "type" => match rule.as_str() {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            other => panic!("type {other:?}"),
        },
        "const" => value == rule,
        "enum" => items(rule).contains(value),
        "not" => !holds(rule, value),
        "oneOf" => items(rule).iter().filter(|schema| holds(schema, value)).count() == 1,
        "items" => value.as_array().is_none_or(|all| all.iter().all(|item| holds(rule, item))),
        "minItems" => value.as_array().is_none_or(|all| all.len() as u64 >= rule.as_u64().expect("a number")),
        "pattern" => {
            let pattern = regex::Regex::new(rule.as_str().expect("a pattern")).expect("a pattern");
            value.as_str().is_none_or(|text| pattern.is_match(text))
        }
        "required" => value
            .as_object()
            .is_none_or(|object| items(rule).iter().all(|key| object.contains_key(key.as_str().expect("a key")))),
        "properties" => value.as_object().is_none_or(|object| {
            rule.as_object()
                .expect("an object")
                .iter()
                .all(|(key, schema)| object.get(key).is_none_or(|item| holds(schema, item)))
        }),
        "additionalProperties" => {
            assert_eq!(rule, &Value::Bool(false));
            value.as_object().is_none_or(|object| object.keys().all(|key| schema["properties"].get(key).is_some()))
        }
        other => panic!("the keyword {other} is not known here"),
    })
}

fn items(rule: &Value) -> &Vec<Value> {
    rule.as_array().expect("an array")
}
