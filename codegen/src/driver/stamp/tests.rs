use std::fs;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use super::{Stamps, UpToDate};
use crate::backend;
use crate::driver::{Config, Output};

const CONTRACT: &str = "namespace net.example\n\n/// Greets.\nservice greeting {\n    /// Greets one.\n    procedure greet(string) -> string\n}\n";

/// A folder with a contract, one to generate into, and one for stamps.
struct Place {
    folder: TempDir,
    stamps: Stamps,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("schemas")).unwrap();
        let program = folder.path().join("program");
        fs::write(&program, "a compiler").unwrap();
        let stamps = Stamps { folder: folder.path().join("stamps"), program, worth_it: 0 };
        let place = Self { folder, stamps };
        place.contract("schemas/greeting.almanet", CONTRACT);
        place
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn contract(&self, path: &str, text: &str) {
        fs::write(self.path().join(path), text).unwrap();
    }

    fn config(&self) -> Config {
        let out = self.path().join("out");
        let rust = backend::find("rust").unwrap();
        Config::new().input(self.path().join("schemas")).output(Output::new(rust, out))
    }

    /// Generates as the command line does.
    fn generate(&self, config: &Config) {
        let mut generation = config.plan();
        generation.write();
        self.stamps.remember(config, &generation);
    }

    fn up_to_date(&self) -> bool {
        self.stamps.up_to_date(&self.config()).is_some()
    }
}

#[test]
fn what_was_just_generated_is_up_to_date() {
    let place = Place::new();
    assert!(!place.up_to_date());
    place.generate(&place.config());
    let listed = 4;
    assert_eq!(place.stamps.up_to_date(&place.config()), Some(UpToDate { files: 1, unchanged: listed }));
}

#[test]
fn a_changed_contract_is_not() {
    let place = Place::new();
    place.generate(&place.config());
    place.contract("schemas/greeting.almanet", &CONTRACT.replace("Greets one", "Greets two"));
    assert!(!place.up_to_date());
    place.contract("schemas/greeting.almanet", CONTRACT);
    assert!(place.up_to_date());
}

#[test]
fn a_new_or_renamed_contract_is_not() {
    let place = Place::new();
    place.generate(&place.config());
    place.contract("schemas/other.almanet", "namespace net.other\n");
    assert!(!place.up_to_date());
    fs::remove_file(place.path().join("schemas/other.almanet")).unwrap();
    assert!(place.up_to_date());
    fs::rename(place.path().join("schemas/greeting.almanet"), place.path().join("schemas/greet.almanet")).unwrap();
    assert!(!place.up_to_date());
}

#[test]
fn an_output_that_was_changed_or_is_gone_is_not() {
    for meddle in [|file: &Path| fs::write(file, "mine").unwrap(), |file: &Path| fs::remove_file(file).unwrap()] {
        for file in ["mod.rs", crate::output::RECORD_NAME] {
            let place = Place::new();
            place.generate(&place.config());
            meddle(&place.path().join("out").join(file));
            assert!(!place.up_to_date(), "{file}");
        }
    }
}

#[test]
fn other_options_are_not() {
    let place = Place::new();
    place.generate(&place.config());
    let options = backend::Options { layout: backend::Layout::SingleFile, ..backend::Options::default() };
    let rust = backend::find("rust").unwrap();
    let output = Output::with_options(rust, place.path().join("out"), options);
    let config = Config::new().input(place.path().join("schemas")).output(output);
    assert_eq!(place.stamps.up_to_date(&config), None);
}

/// The file outside could change, or be shadowed, and no listing of the entries would tell.
#[test]
fn contracts_that_lead_out_of_what_is_listed_are_not_remembered() {
    let place = Place::new();
    fs::create_dir(place.path().join("vendor")).unwrap();
    place.contract("vendor/money.almanet", "namespace money\n\n/// Money.\ntype amount = int64\n");
    let config = place.config().root(place.path().join("vendor"));
    place.generate(&config);
    assert_eq!(place.stamps.up_to_date(&config), None);
}

/// The link could be led elsewhere, and every listed contract would be the same.
#[cfg(unix)]
#[test]
fn contracts_that_are_reached_through_links_are_not_remembered() {
    let place = Place::new();
    place.contract("schemas/money.almanet", "namespace money\n\n/// Money.\ntype amount = int64\n");
    fs::create_dir(place.path().join("schemas/.links")).unwrap();
    std::os::unix::fs::symlink("../money.almanet", place.path().join("schemas/.links/money.almanet")).unwrap();
    for (import, is_remembered) in [("money.almanet", true), (".links/money.almanet", false)] {
        let contract = format!(
            "namespace net.example\n\nimport \"{import}\" as money\n\nservice greeting {{\n    procedure greet(money.amount) -> string\n}}\n"
        );
        place.contract("schemas/greeting.almanet", &contract);
        let generation = place.config().plan();
        assert!(generation.report.problems.is_empty(), "{:?}", generation.report.problems);
        place.generate(&place.config());
        assert_eq!(place.up_to_date(), is_remembered, "{import}");
    }
}

#[test]
fn what_another_compiler_made_is_not() {
    let place = Place::new();
    for another in ["a better compiler", "b compiler"] {
        let program = place.path().join("program");
        fs::write(&program, "a compiler").unwrap();
        place.generate(&place.config());
        assert!(place.up_to_date());
        let built = fs::metadata(&program).unwrap().modified().unwrap();
        fs::write(&program, another).unwrap();
        fs::File::options()
            .write(true)
            .open(&program)
            .unwrap()
            .set_modified(built + Duration::from_nanos(100))
            .unwrap();
        assert!(!place.up_to_date(), "{another}");
    }
}

#[test]
fn problems_are_told_every_time() {
    let place = Place::new();
    place.contract(
        "schemas/greeting.almanet",
        "namespace net.example\n\nservice greeting {\n    procedure greet(strng)\n}\n",
    );
    place.generate(&place.config());
    assert!(!place.up_to_date());
}

#[test]
fn small_contracts_are_not_worth_a_stamp() {
    let mut place = Place::new();
    place.stamps.worth_it = CONTRACT.len() + 1;
    place.generate(&place.config());
    assert!(!place.path().join("stamps").exists());
}
