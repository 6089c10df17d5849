//! What the documents of contracts show is true, and writing them is as careful as writing code.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use almanet_codegen::Config;
use almanet_codegen::export::JsonSchema;
use almanet_codegen::model::Model;
use almanet_codegen::site::{Format, Site};
use almanet_codegen::source::vfs::Memory;
use serde_json::Value;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn model_of(folder: &Path) -> Model {
    let checked = Config::new().root(folder).input(folder).check();
    checked.model.unwrap_or_else(|| panic!("{}: {:?}", folder.display(), checked.report.problems))
}

/// The tour's contracts, and every golden one.
fn models() -> Vec<Model> {
    let golden = fs::read_dir(repository().join("codegen/tests/golden")).expect("it is there");
    let mut folders: Vec<PathBuf> = golden.map(|entry| entry.expect("it can be listed").path()).collect();
    folders.push(repository().join("examples/tour/schemas"));
    folders.sort();
    folders.iter().map(|folder| model_of(folder)).collect()
}

/// A sample on a page of Markdown: of what, its label, its text.
struct Sample {
    of: String,
    label: String,
    text: String,
}

/// All samples of a contract, named in full.
fn samples_of(model: &Model) -> Vec<Sample> {
    let mut samples = Vec::new();
    for file in Site::of(model, Format::Markdown).files() {
        let page = file.path.trim_end_matches(".md");
        let mut of = String::new();
        let mut label = String::new();
        let mut lines = file.content.lines();
        while let Some(line) = lines.next() {
            if let Some(id) = line.strip_prefix("<a id=\"").and_then(|rest| rest.strip_suffix("\"></a>")) {
                of = format!("{page}.{id}");
            } else if let Some(name) = line.strip_suffix(':') {
                label = name.to_owned();
            } else if line.starts_with("```") {
                let fence = line.trim_end_matches(|character| character != '`');
                let text: Vec<&str> = lines.by_ref().take_while(|line| *line != fence).collect();
                samples.push(Sample { of: of.clone(), label: label.clone(), text: text.join("\n") });
            }
        }
    }
    samples
}

#[test]
fn values_that_are_shown_are_of_their_types() {
    let mut checked = 0;
    for model in models() {
        let document = serde_json::to_value(JsonSchema::new(&model)).expect("it is JSON");
        for Sample { of, label, text } in samples_of(&model) {
            let json = || serde_json::from_str::<Value>(&text).unwrap_or_else(|error| panic!("{of}: {error}\n{text}"));
            let (name, value) = match label.as_str() {
                "Payload" => (format!("{of}-payload"), json()),
                "Reply" => (format!("{of}-reply"), json()),
                "Value" => (format!("{of}-value"), json()),
                "Message" => (format!("{of}-message"), json()),
                // An exception is shown as it travels: its name beside what it carries.
                "JSON" if json().get("payload").is_some() && json().get("name").is_some() => {
                    (of.clone(), json()["payload"].clone())
                }
                "JSON" => (of.clone(), json()),
                _ => continue,
            };
            let mut schema = document.clone();
            schema["$ref"] = format!("#/$defs/{name}").into();
            let validator = jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
            if let Err(error) = validator.validate(&value) {
                panic!("{name}, {label}: {error}\n{text}");
            }
            checked += 1;
        }
    }
    assert!(checked > 200, "{checked} values");
}

#[test]
fn calls_that_are_shown_are_rust() {
    let mut checked = 0;
    for model in models() {
        for Sample { of, text, .. } in samples_of(&model).into_iter().filter(|sample| sample.label == "Rust") {
            let program = format!("async fn sample() {{\n{text}\n}}");
            if let Err(error) = syn::parse_file(&program) {
                panic!("{of}: {error}\n{text}");
            }
            checked += 1;
        }
    }
    assert!(checked > 80, "{checked} calls");
}

#[test]
fn a_call_names_what_must_be_given_and_nothing_else() {
    let model = model_of(&repository().join("examples/tour/schemas"));
    let samples = samples_of(&model);
    let shown = |of: &str, label: &str| {
        let sample = samples.iter().find(|sample| sample.of == of && sample.label == label);
        sample.unwrap_or_else(|| panic!("{of} has no {label}")).text.clone()
    };
    let rust = "use contract::tour::shop::shop::ShopClient;\n\nlet client = ShopClient::new(&session);\n\
                let reply = client.find(\"9780441172719\").await?;";
    assert_eq!(shown("tour.shop.shop.find", "Rust"), rust);
    let python = "from contract.tour.shop import shop\n\nreply = await shop.find(\"9780441172719\")";
    assert_eq!(shown("tour.shop.shop.find", "Python"), python);
    assert!(shown("tour.shop.shop.restock", "Rust").contains("ShopClient::new(&session).with_token(token)"));
    assert!(shown("tour.shop.shop.sell_off", "Rust").contains("while let Some(value) = values.next().await"));
}

#[test]
fn the_index_of_the_search_has_a_limit() {
    let mut contract = String::from("namespace large\n");
    for index in 0..20_000 {
        contract += &format!("/// {}\nrecord R{index} {{ field: string }}\n", "A long text of docs. ".repeat(20));
    }
    let checked = Config::new().root("").check_in(&Memory::new().with("large.almanet", contract));
    let model = checked.model.expect("it is sound");
    let site = Site::of(&model, Format::Html);
    let files = site.files();
    let (index, largest) = files.fold((0, 0), |(index, largest), file| match file.path.as_str() {
        "assets/search-index.js" => (file.content.len(), largest),
        _ => (index, largest.max(file.content.len())),
    });
    assert!((1_000_000..4_000_000).contains(&index), "{index} bytes");
    assert!(largest < 1_000_000, "a page of {largest} bytes");
}

fn docs(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_almanet-gen"));
    command.arg("docs").args(arguments).current_dir(folder).output().expect("it starts")
}

#[test]
fn documents_are_written_as_code_is() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let contract = |text: &str| fs::write(folder.path().join("a.almanet"), text).expect("it can be written");
    let site = folder.path().join("site");
    contract("namespace one.two\nservice three { procedure four() }\n");
    let first = docs(folder.path(), &["a.almanet", "--out", "site"]);
    assert_eq!(first.status.code(), Some(0), "{first:?}");
    assert!(site.join("one.two.three.html").exists() && site.join(".almanet-files.json").exists());
    let again = docs(folder.path(), &["a.almanet", "--out", "site"]);
    assert!(String::from_utf8_lossy(&again.stderr).contains(" 0 written, 0 removed, "), "{again:?}");
    assert_eq!(docs(folder.path(), &["a.almanet", "--out", "site", "--check"]).status.code(), Some(0));

    contract("namespace one.two\nservice other { procedure four() }\n");
    assert_eq!(docs(folder.path(), &["a.almanet", "--out", "site", "--check"]).status.code(), Some(1));
    assert!(site.join("one.two.three.html").exists(), "--check writes nothing");
    assert_eq!(docs(folder.path(), &["a.almanet", "--out", "site"]).status.code(), Some(0));
    assert!(!site.join("one.two.three.html").exists() && site.join("one.two.other.html").exists());

    contract("namespace one.two\nservice other { procedure four( }\n");
    let broken = docs(folder.path(), &["a.almanet", "--out", "site"]);
    assert_eq!(broken.status.code(), Some(1), "{broken:?}");
    assert!(site.join("one.two.other.html").exists(), "nothing is touched");
    contract("namespace one.two\nservice other { procedure four() }\n");
    fs::write(folder.path().join("mine.md"), "mine").expect("it can be written");
    fs::create_dir(folder.path().join("md")).expect("it can be made");
    fs::write(folder.path().join("md/index.md"), "mine").expect("it can be written");
    let foreign = docs(folder.path(), &["a.almanet", "--format", "markdown", "--out", "md"]);
    assert_eq!(foreign.status.code(), Some(2), "{foreign:?}");
    assert_eq!(fs::read_to_string(folder.path().join("md/index.md")).expect("it is there"), "mine");
}

#[test]
fn what_changed_is_told_on_a_page_and_beside_it() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let write = |path: &str, text: &str| {
        fs::create_dir_all(folder.path().join(path).parent().expect("it is in one")).expect("it can be made");
        fs::write(folder.path().join(path), text).expect("it can be written");
    };
    write("old/a.almanet", "namespace one\nservice two { procedure gone() procedure stays(string) }\n");
    write("new/a.almanet", "namespace one\nservice two { procedure fresh() procedure stays(int32) }\n");
    let run = docs(folder.path(), &["new", "--out", "site", "--since", "./old"]);
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    let page = |name: &str| fs::read_to_string(folder.path().join("site").join(name)).expect("it is there");
    let changes = page("changes.html");
    assert!(changes.contains("<a href=\"one.two.html#fresh\">one.two.fresh</a>"), "{changes}");
    assert!(changes.contains("removed") && changes.contains("Breaks old callers"), "{changes}");
    assert!(changes.contains("<code>one.two.fresh</code> was added"), "{changes}");
    let service = page("one.two.html");
    assert!(service.contains("<span class=\"badge good\">new</span>"), "{service}");
    assert!(service.contains("<span class=\"badge good\">changed</span>"), "{service}");
    assert!(page("index.html").contains("href=\"changes.html\""));

    let nothing = docs(folder.path(), &["new", "--out", "site", "--since", "./elsewhere"]);
    assert_eq!(nothing.status.code(), Some(2), "{nothing:?}");
    assert!(String::from_utf8_lossy(&nothing.stderr).contains("elsewhere"), "{nothing:?}");
    assert!(folder.path().join("site/changes.html").exists(), "nothing is touched");
}
