//! [`Config::compile`] as a build script runs it: a process of its own, with `OUT_DIR`, in the package's folder.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Output, Termination};

use almanet_codegen::Config;
use libtest_mimic::{Arguments, Failed, Trial};

/// Set for the process that is the build script.
const ROLE: &str = "ALMANET_TEST_IS_BUILD_SCRIPT";

fn main() -> ExitCode {
    if std::env::var_os(ROLE).is_some_and(|role| role == "twice") {
        Config::new().root("schemas/common").compile().expect("the first time there is nothing to replace");
    }
    if std::env::var_os(ROLE).is_some() {
        return Config::new().root("schemas").compile().report();
    }
    let trials = vec![
        Trial::test("rust_is_written_and_cargo_is_told_what_to_watch", written),
        Trial::test("a_second_run_touches_nothing", untouched),
        Trial::test("problems_are_drawn_and_nothing_is_written", refused),
        Trial::test("warnings_reach_cargo", warned),
        Trial::test("a_script_that_compiles_twice_is_told_to_do_it_once", twice),
        Trial::test("outside_of_a_build_script_it_says_so", outside),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn package(contract: &str) -> Result<tempfile::TempDir, Failed> {
    let folder = tempfile::tempdir()?;
    fs::create_dir_all(folder.path().join("schemas/common"))?;
    fs::create_dir(folder.path().join("out"))?;
    fs::write(
        folder.path().join("schemas/common/people.almanet"),
        "namespace common\n\nrecord Person { name: string }\n",
    )?;
    fs::write(folder.path().join("schemas/greeting.almanet"), contract)?;
    Ok(folder)
}

fn run(package: &Path) -> Result<Output, Failed> {
    let script = std::env::current_exe()?;
    Ok(Command::new(script).env(ROLE, "1").env("OUT_DIR", package.join("out")).current_dir(package).output()?)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const CONTRACT: &str = "namespace net.example\n\nimport \"common/people.almanet\"\n\nservice greeting {\n    procedure greet(common.Person) -> string\n}\n";

fn written() -> Result<(), Failed> {
    let package = package(CONTRACT)?;
    let output = run(package.path())?;
    assert!(output.status.success(), "{output:?}");
    let mut lines: Vec<String> = text(&output.stdout).lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(
        lines,
        [
            "cargo::rerun-if-changed=schemas",
            "cargo::rerun-if-changed=schemas/common/people.almanet",
            "cargo::rerun-if-changed=schemas/greeting.almanet",
        ]
    );
    let rust = fs::read_to_string(package.path().join("out/almanet.rs"))?;
    assert!(rust.contains("pub mod net") && rust.contains("pub struct Person"), "{rust}");
    Ok(())
}

fn untouched() -> Result<(), Failed> {
    let package = package(CONTRACT)?;
    let time = || fs::metadata(package.path().join("out/almanet.rs")).and_then(|metadata| metadata.modified());
    run(package.path())?;
    let before = time()?;
    assert!(run(package.path())?.status.success());
    assert_eq!(time()?, before);
    Ok(())
}

fn refused() -> Result<(), Failed> {
    let package = package(&CONTRACT.replace("string", "strng"))?;
    let output = run(package.path())?;
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    for part in [
        "Error: the contract was not compiled: 1 problem\n\nerror[E0207]: ",
        "\n --> schemas/greeting.almanet:6:39\n",
        "^^^^^",
    ] {
        assert!(said.contains(part), "{part:?} is missing:\n{said}");
    }
    assert!(text(&output.stdout).contains("cargo::rerun-if-changed=schemas/greeting.almanet\n"));
    assert_eq!(fs::read_dir(package.path().join("out"))?.count(), 0);
    Ok(())
}

fn warned() -> Result<(), Failed> {
    let package = package(&CONTRACT.replace("common.Person", "string"))?;
    let output = run(package.path())?;
    assert!(output.status.success(), "{output:?}");
    let said = text(&output.stdout);
    let warning = said.lines().find(|line| line.starts_with("cargo::warning=schemas/greeting.almanet:3:"));
    assert!(warning.is_some_and(|line| line.ends_with(']')), "{said}");
    Ok(())
}

fn twice() -> Result<(), Failed> {
    let package = package(CONTRACT)?;
    let script = std::env::current_exe()?;
    let output = Command::new(script)
        .env(ROLE, "twice")
        .env("OUT_DIR", package.path().join("out"))
        .current_dir(&package)
        .output()?;
    let said = text(&output.stderr);
    assert!(!output.status.success() && said.contains("give every folder to one `Config`"), "{said}");
    let rust = fs::read_to_string(package.path().join("out/almanet.rs"))?;
    assert!(rust.contains("pub mod common") && !rust.contains("pub mod net"), "{rust}");
    Ok(())
}

fn outside() -> Result<(), Failed> {
    let package = package(CONTRACT)?;
    let script = std::env::current_exe()?;
    let output = Command::new(script).env(ROLE, "1").env_remove("OUT_DIR").current_dir(package.path()).output()?;
    let said = text(&output.stderr);
    assert!(
        !output.status.success() && said.contains("OUT_DIR is not set") && said.contains("almanet-gen generate"),
        "{said}"
    );
    Ok(())
}
