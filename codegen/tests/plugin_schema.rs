//! `docs/plugin.schema.json` describes what plugins are asked and answer: each model of the goldens, member by member.

#![expect(clippy::unwrap_used, reason = "what fails here is a failed test")]

use std::fs;
use std::path::Path;

use almanet_codegen::plugin::{Request, Response};
use jsonschema::Validator;
use serde_json::{Map, Value, json};

fn schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/plugin.schema.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// One of its definitions, with members that it does not describe refused: the schema itself lets them pass, since later
/// versions may add some.
fn strictly(definition: &str) -> Validator {
    let mut schema = schema();
    for definition in schema["$defs"].as_object_mut().unwrap().values_mut() {
        close(definition);
    }
    schema.as_object_mut().unwrap().remove("anyOf");
    schema["$ref"] = json!(format!("#/$defs/{definition}"));
    jsonschema::validator_for(&schema).unwrap()
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            object.values_mut().for_each(close);
            if object.get("properties").is_some_and(Value::is_object) && object.contains_key("type") {
                object.entry("additionalProperties").or_insert(json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

fn models() -> Vec<(String, Value)> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let folders = fs::read_dir(golden).unwrap().map(|entry| entry.unwrap().path());
    let models: Vec<_> = folders
        .map(|folder| {
            let text = fs::read_to_string(folder.join("model.json")).unwrap();
            (folder.display().to_string(), serde_json::from_str(&text).unwrap())
        })
        .collect();
    assert!(models.len() > 10);
    models
}

#[test]
fn every_request_is_described() {
    let request = strictly("request");
    for (golden, model) in models() {
        let asked = serde_json::to_value(Request::new(model, Map::from_iter([("a".to_owned(), json!(1))]))).unwrap();
        let errors: Vec<String> =
            request.iter_errors(&asked).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{golden}: {errors:#?}");
    }
}

#[test]
fn what_no_model_says_is_refused() {
    let model = strictly("model");
    let (_, fine) = models().into_iter().find(|(golden, _)| golden.ends_with("greeting")).unwrap();
    assert!(model.is_valid(&fine));
    let spoilt: [fn(&mut Value); 6] = [
        |model| model["version"] = json!(2),
        |model| model["more"] = json!({}),
        |model| drop(model.as_object_mut().unwrap().remove("services")),
        |model| model["records"]["net.example.Greeted"]["fields"][0]["type"] = json!("strng"),
        |model| model["records"]["net.example.Greeted"]["fields"][0]["colour"] = json!("blue"),
        |model| model["services"]["net.example.greeting"]["procedures"][0]["reply"] = json!("nothing"),
    ];
    for spoil in spoilt {
        let mut model_spoilt = fine.clone();
        spoil(&mut model_spoilt);
        assert!(!model.is_valid(&model_spoilt), "{model_spoilt:#}");
    }
}

#[test]
fn the_schema_and_the_reader_of_responses_agree() {
    let response =
        jsonschema::validator_for(&json!({ "$ref": "#/$defs/response", "$defs": schema()["$defs"] })).unwrap();
    let cases = [
        (json!({ "version": 1, "files": [] }), true),
        (json!({ "version": 1, "files": [{ "path": "a", "content": "b" }], "later": 1 }), true),
        (
            json!({ "version": 1, "files": [], "diagnostics": [{ "severity": "error", "message": "m", "subject": null }] }),
            true,
        ),
        (
            json!({ "version": 1, "files": [], "diagnostics": [{ "severity": "warning", "message": "m", "help": "h" }] }),
            true,
        ),
        (json!({ "version": 1 }), false),
        (json!({ "files": [] }), false),
        (json!({ "version": "1", "files": [] }), false),
        (json!({ "version": 1, "files": {} }), false),
        (json!({ "version": 1, "files": [{ "path": "a" }] }), false),
        (json!({ "version": 1, "files": [{ "path": "a", "content": 1 }] }), false),
        (json!({ "version": 1, "files": [], "diagnostics": [{ "severity": "fatal", "message": "m" }] }), false),
        (json!({ "version": 1, "files": [], "diagnostics": [{ "severity": "error" }] }), false),
    ];
    for (answer, is_fine) in cases {
        assert_eq!(response.is_valid(&answer), is_fine, "the schema: {answer}");
        assert_eq!(serde_json::from_value::<Response>(answer.clone()).is_ok(), is_fine, "the reader: {answer}");
    }
}
