use crate::project::Project;

const GREET: &str = r#"{"uri": "net.example.greeting.greet", "channel": "almanet.python", "description": "Greets.",
    "payload": {"type": "string"}, "return": {"type": "string"}}"#;

const CONTRACT: &str = "\
namespace net.example

// TODO(import): introspection tells neither exceptions (`raises`) nor timeouts (`@timeout`) nor topics: add them
service greeting {
    /// Greets.
    @expose
    procedure greet(string) -> string
}
";

#[test]
fn a_contract_is_printed_or_written_and_checks() {
    let project = Project::new().with("greet.json", GREET);
    let run = project.run(&["import", "greet.json"]);
    assert_eq!((run.status, run.stdout.as_str()), (0, CONTRACT), "{}", run.stderr);
    project.run(&["import", "greet.json", "--out", "schemas"]).ends(0, &["wrote schemas/net/example.almanet\n"]);
    assert_eq!(project.read("schemas/net/example.almanet"), CONTRACT);
    project.run(&["check", "schemas"]).ends(0, &["no problems"]);
}

#[test]
fn a_contract_that_is_there_is_never_overwritten() {
    let project = Project::new().with("greet.json", GREET).with("schemas/net/example.almanet", "mine\n");
    project.run(&["import", "greet.json", "--out", "schemas"]).ends(2, &["net/example.almanet is there already"]);
    assert_eq!(project.read("schemas/net/example.almanet"), "mine\n");
}

#[test]
fn two_contracts_need_a_folder() {
    let other = GREET.replace("net.example", "net.other");
    let project = Project::new().with("all.json", format!("[{GREET}, {other}]"));
    project.run(&["import", "all.json"]).ends(2, &["net/example.almanet, net/other.almanet", "--out schemas"]);
    let run = project.run(&["import", "all.json", "--out", "schemas"]);
    run.ends(0, &["wrote schemas/net/other.almanet\n"]);
}

#[test]
fn where_one_contract_cannot_be_written_none_is() {
    let other = GREET.replace("net.example", "other.net");
    let project = Project::new().with("all.json", format!("[{GREET}, {other}]")).with("schemas/other", "a file");
    let before = project.tree();
    project.run(&["import", "all.json", "--out", "schemas"]).ends(2, &["schemas/other: ", "--out DIR"]);
    assert_eq!(project.tree(), before);
}

#[test]
fn sources_that_hold_no_documents_are_named_with_what_is_wrong() {
    let project =
        Project::new().with("not.json", "{\"uri\": ").with("other.json", "{\"name\": 1}").with("empty.json", "");
    project.run(&["import", "not.json"]).ends(2, &["not.json: EOF while parsing", "an object, or an array"]);
    project.run(&["import", "other.json"]).ends(2, &["other.json: this is no schema document", "neither `uri` nor"]);
    project.run(&["import", "empty.json"]).ends(2, &["empty.json: there is no document in it"]);
    project.run(&["import", "127.0.0.1:4150"]).ends(2, &["did you mean the broker `nsq://127.0.0.1:4150`?"]);
    project.run(&["import", "absent.json"]).ends(2, &["absent.json: No such file"]);
    project.run(&["import"]).ends(2, &["SOURCE"]);
    project.run(&["import", "a.json", "--address", "a.b.c"]).ends(2, &["--address is for a fleet"]);
    project.run(&["import", "a.json", "nsq://127.0.0.1:1"]).ends(2, &["a broker's URL stands alone"]);
    project.run(&["import", "nsq://127.0.0.1:1", "--wait", "0"]).ends(2, &["--wait 0 is no time to wait"]);
    project.run(&["import", "nsq://127.0.0.1:1"]).ends(2, &["no nsqd can be reached"]);
    project.run(&["import", "http://127.0.0.1:1"]).ends(2, &["write nsq://host:4150"]);
}

#[test]
fn what_a_service_says_of_itself_cannot_become_a_part_of_the_contract() {
    let hostile = r##"{"uri": "net.example.greeting.greet", "channel": "a\"b", "tags": ["x\")\nservice evil {}"],
        "description": "one\rservice evil {}\u2028service worse {}\nservice third {}",
        "payload": {"type": "object", "title": "P", "properties": {"} service evil {": {"type": "integer", "multipleOf": 2},
            "b": {"type": "string", "format": "x\nservice evil {}", "default": "\"\n"}}},
        "return": {"$ref": "#/$defs/a\nservice evil {}"}}"##;
    let project = Project::new().with("hostile.json", hostile);
    let run = project.run(&["import", "hostile.json"]);
    assert!(!run.stdout.lines().any(|line| line.trim_start().starts_with("service ") && !line.contains("greeting")));
    assert!(run.stdout.contains("/// one\n    /// service evil {}"), "{}", run.stdout);
    // A channel that NSQ does not take is told of in the contract that comes of it.
    run.ends(1, &["a\\\"b"]);
}

#[test]
fn a_module_is_called_by_its_path() {
    let source = "import almanet\nservice = almanet.new_remote_service(__name__)\n@service.public_procedure\n\
                  async def greet(payload: str) -> str: ...\n";
    let project =
        Project::new().with("guide/greeting.py", source).with("guide/__init__.py", "").with("wrong.py", "def f(:\n");
    let run = project.run(&["import", "guide/greeting.py"]);
    assert!(run.stdout.starts_with("namespace guide\n") && run.stdout.contains("\nservice greeting {"), "{run:?}");
    let whole = project.path("guide/greeting.py");
    let run = project.run(&["import", whole.to_str().unwrap()]);
    assert!(run.stdout.starts_with("namespace guide\n"), "its package is known by __init__.py: {run:?}");
    project.run(&["import", "wrong.py"]).ends(2, &["wrong.py:1:7: "]);
    project.run(&["import", "absent.py"]).ends(2, &["absent.py: No such file"]);
    project.run(&["import", "guide/__init__.py"]).ends(2, &["no procedure of a `new_remote_service`"]);
    project.run(&["import", "wrong.py", "a.json"]).ends(2, &["modules and documents stand apart"]);
}
