//! The example of a plugin in Python, run by almanet-gen.
#![cfg(all(feature = "python", feature = "nsqd"))]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use almanet_tests::program::{built, root};

const OUTLINE: &str = "\
# What there is

## net.example.greeting

- `greet(string)` answers `string`
- `add(a: int32, b: int32)` answers `int64`
- `log(line: string)` answers `oneway`
- `greeted` publishes `net.example.Greeted`
";

#[test]
fn the_example_lists_what_a_contract_offers() {
    let python = std::env::var("PYTHON").expect("PYTHON names an interpreter");
    let plugin =
        root().join("examples/plugin_python/almanet-gen-outline").canonicalize().expect("the example is there");
    let text = fs::read_to_string(&plugin).expect("it is text");
    assert!(text.lines().count() < 60, "an example of under 60 lines");

    let folder = tempfile::tempdir().expect("a temporary folder");
    let started = folder.path().join("almanet-gen-outline");
    fs::write(&started, format!("#!/bin/sh\nexec \"{python}\" \"{}\"\n", plugin.display())).expect("it can be written");
    fs::set_permissions(&started, fs::Permissions::from_mode(0o755)).expect("it can be made executable");
    let golden = root().join("codegen/tests/golden/greeting/greeting.almanet");
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").expect("there is a PATH"));
    let output = Command::new(built("almanet-codegen", "almanet-gen"))
        .arg("generate")
        .arg(golden)
        .args(["--plugin", "outline", "--option", "title=What there is", "--out"])
        .arg(folder.path().join("out"))
        .env("PATH", path)
        .output()
        .expect("almanet-gen starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let made = fs::read_to_string(folder.path().join("out/OUTLINE.md")).expect("the plugin's file was written");
    assert_eq!(made, OUTLINE);
}
