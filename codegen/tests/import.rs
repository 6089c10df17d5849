//! What was read and the contract that came of it lie side by side under `tests/import`; `BLESS=1` writes the contracts anew.
//! Each is clean, and has the addresses that were read.
#![cfg(feature = "import")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use almanet_codegen::import::{self, Imported, Module};
use almanet_codegen::source::vfs::Memory;
use almanet_codegen::{Config, export};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import").join(name)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Compares with what is on disk, and checks it as a contract.
fn holds(name: &str, imported: &Imported) -> serde_json::Value {
    let folder = folder(name).join("contract");
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        drop(fs::remove_dir_all(&folder));
        for (path, text) in &imported.files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
    }
    for (path, text) in &imported.files {
        assert_eq!(*text, read(&folder.join(path)), "{path} differs; BLESS=1 accepts it");
    }
    checked(imported)
}

fn checked(imported: &Imported) -> serde_json::Value {
    let files = imported.files.iter().fold(Memory::new(), |files, (path, text)| files.with(path, text.as_str()));
    let checked = Config::new().root("").check_in(&files);
    assert!(checked.report.problems.is_empty(), "{:#?}", checked.report.problems);
    export::ir(&checked.model.expect("it has no problems"))
}

/// Every address with its channel.
fn addresses(model: &serde_json::Value) -> BTreeSet<String> {
    let services = model["services"].as_object().expect("services by name");
    let procedures = services.values().flat_map(|service| service["procedures"].as_array().into_iter().flatten());
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    procedures.map(|procedure| format!("{}:{}", text(&procedure["uri"]), text(&procedure["channel"]))).collect()
}

fn set(addresses: &[&str]) -> BTreeSet<String> {
    addresses.iter().map(ToString::to_string).collect()
}

#[test]
fn documents_of_a_fleet_become_its_contract() {
    let documents = read(&folder("fleet").join("documents.json"));
    let imported = import::documents([("documents.json", documents.as_str())]).expect("they are documents");
    let expected = [
        "shop.health:almanet.python",
        "shop.stock.desk.find:almanet.python",
        "shop.stock.desk.free:almanet.python",
        "shop.stock.desk.hidden:almanet.python",
        "shop.stock.desk.move:almanet.python",
        "shop.stock.desk.place:stock.writers",
        "shop.stock.notes.note:almanet.python",
    ];
    assert_eq!(addresses(&holds("fleet", &imported)), set(&expected));
}

/// A module below a folder of this test's.
fn module(root: &str, path: &str) -> Module {
    let name = path.trim_end_matches(".py").trim_end_matches("/__init__").replace('/', ".");
    Module { name, origin: path.to_owned(), source: read(&folder(root).join(path)) }
}

#[test]
fn the_three_files_of_the_guide_become_its_contract() {
    let files = ["greeting.py", "_greeting.py", "__microservice.py"];
    let modules = files.map(|file| module("guide", &format!("guide/microservice/{file}")));
    let imported = import::python(&modules).expect("they are Python");
    let model = holds("guide", &imported);
    assert_eq!(addresses(&model), set(&["guide.microservice.greeting.greet:almanet.python"]));
    let raises = &model["services"]["guide.microservice.greeting"]["procedures"][0]["raises"];
    assert_eq!(*raises, serde_json::json!(["guide.microservice.access_denied"]));
}

#[test]
fn modules_that_import_each_other_become_contracts() {
    let modules = ["shop/desk.py", "shop/models.py"].map(|path| module("modules", path));
    let imported = import::python(&modules).expect("they are Python");
    let expected = [
        "shop.desk.note:almanet.python",
        "shop.moves:stock.writers",
        "shop.stock.desk.anything:almanet.python",
        "shop.stock.desk.find:almanet.python",
        "shop.stock.desk.ping:almanet.python",
    ];
    assert_eq!(addresses(&holds("modules", &imported)), set(&expected));
}

#[test]
fn generic_models_and_texts_that_are_put_together_are_read() {
    let imported = import::python(&[module("odd", "shop/kiosk.py")]).expect("it is Python");
    let expected = [
        "shop.kiosk.bell.ring:almanet.python",
        "shop.kiosk.bell.tree:almanet.python",
        "shop.kiosk.open:almanet.python",
        "shop.kiosk.somewhere:almanet.python",
        "shop.kiosk.till.find:almanet.python",
        "shop.kiosk.till.pages:almanet.python",
    ];
    assert_eq!(addresses(&holds("odd", &imported)), set(&expected));
}

#[test]
fn packages_are_read_wherever_in_them_something_is_declared() {
    let files = [
        "__init__.py",
        "shared/__init__.py",
        "shared/money.py",
        "shared/base.py",
        "orders/__init__.py",
        "orders/errors.py",
        "orders/public.py",
    ];
    let modules = files.map(|file| module("packages", &format!("depot/{file}")));
    let imported = import::python(&modules).expect("they are Python");
    let procedures = [
        "applied",
        "both",
        "called",
        "find",
        "get",
        "in_a_class",
        "in_a_function",
        "in_a_loop",
        "of_a_set",
        "of_half_a_set",
        "opaque",
        "plain",
        "shout",
        "unknowable",
        "where",
    ];
    let expected: Vec<String> = procedures.iter().map(|name| format!("depot.orders.{name}:almanet.python")).collect();
    assert_eq!(addresses(&holds("packages", &imported)), expected.into_iter().collect());
}

#[test]
fn names_that_stand_for_each_other_end() {
    let module = |name: &str, source: &str| Module {
        name: name.to_owned(),
        origin: format!("{name}.py"),
        source: source.to_owned(),
    };
    let service = "import almanet\ns = almanet.new_remote_service('a.b')\n@s.public_procedure(channel=A)\nasync def f(payload: A): ...\n";
    for names in
        ["A = A\n", "A = B\nB = A\n", "A = A + A\n", "A = f'{A}{A}'\n", "type A = list[A]\n", "from b import A\n"]
    {
        let modules = [module("a", &format!("{names}{service}")), module("b", "from a import A\n")];
        let imported = import::python(&modules).expect("they are Python");
        assert_eq!(addresses(&checked(&imported)), set(&["a.b.f:almanet.python"]), "{names}");
    }
}

#[test]
fn what_is_no_python_is_refused_at_its_place() {
    let of = |source: &str| {
        let module = Module { name: "m".to_owned(), origin: "m.py".to_owned(), source: source.to_owned() };
        import::python(&[module]).expect_err("nothing can be imported").to_string()
    };
    assert_eq!(of("x = 1\ndef f(:\n    pass\n").split(": ").next(), Some("m.py:2:7"));
    assert!(of("x = 1\n").starts_with("m.py: no procedure of a `new_remote_service`"));
    assert!(of(&"#".repeat(300 * 1024)).contains("a module over 256 KiB is not read"));
    assert!(of(&"x = 1 #".repeat(300)).contains("a line of more than 2000 bytes"));
    assert!(of(&"(\n".repeat(1_000)).starts_with("m.py:101:1: more than 100 open brackets"));
    assert!(of(&format!("if x:\n{}y\n", " ".repeat(300))).contains("indented by more than 200"));
    // As deep as the limits let it be.
    for nested in ["-\\\n", "not \\\n", "lambda: \\\n", "x if y else \\\n"] {
        of(&format!("x = {}1\n", nested.repeat(2_000)));
    }
}
