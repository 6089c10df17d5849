//! The workspace's own programs, built when a test first asks for them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Builds the program `name` of `package` as `cargo test` itself builds, and says where it is.
///
/// # Panics
///
/// Where it does not build.
#[must_use]
pub fn built(package: &str, name: &str) -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--message-format=json", "--package", package, "--bin", name])
        .current_dir(root())
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == name)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .expect("cargo names what it built")
}

/// The programs under `examples`, by name.
///
/// # Panics
///
/// Where the folder cannot be listed.
#[must_use]
pub fn examples() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root().join("examples"))
        .expect("examples")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| root().join("examples").join(name).join("Cargo.toml").exists())
        .collect();
    names.sort();
    names
}

/// Runs an example on the broker that `url` names, or else the one in its own process, and compares what it prints with
/// its `output.txt`.
///
/// # Panics
///
/// Where the example fails, or prints something else.
pub fn prints_what_is_written(name: &str, url: Option<&str>) {
    let mut example = Command::new(built(name, name));
    match url {
        Some(url) => example.env("ALMANET_URL", url),
        None => example.env_remove("ALMANET_URL"),
    };
    let output = example.output().expect("the example starts");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{name}: {printed}{}", String::from_utf8_lossy(&output.stderr));
    let expected = fs::read_to_string(root().join("examples").join(name).join("output.txt")).expect("output.txt");
    assert_eq!(printed, expected, "{name}");
}
