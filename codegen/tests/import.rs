//! What was read and the contract that came of it lie side by side under `tests/import`; `BLESS=1` writes the contracts anew.
//! Each is clean, and has the addresses that were read.
#![cfg(feature = "import")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use almanet_codegen::import::{self, Imported};
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
