//! Each example prints what stands beside it, over the broker in its own process.

use std::fs;
use std::process::Command;

use almanet_tests::program::{built, root};

fn prints_what_is_written(name: &str) {
    let output = Command::new(built(name, name)).env_remove("ALMANET_URL").output().expect("the example starts");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    let expected = fs::read_to_string(root().join("examples").join(name).join("output.txt")).expect("output.txt");
    assert_eq!(printed, expected);
}

#[test]
fn greeting() {
    prints_what_is_written("greeting");
}

#[test]
fn net_example() {
    prints_what_is_written("net_example");
}

#[test]
fn tour() {
    prints_what_is_written("tour");
}

#[test]
fn every_example_is_tested() {
    let mut names: Vec<String> = fs::read_dir(root().join("examples"))
        .expect("examples")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    assert_eq!(names, ["greeting", "net_example", "tour"]);
}
