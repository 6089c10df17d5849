//! What a simulation repeats must not depend on chance or on the machine's clock.

use std::fs;
use std::path::{Path, PathBuf};

/// Every source file of the runtime's crates, tests of their own left out.
fn sources() -> Vec<(PathBuf, String)> {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime");
    let mut folders: Vec<_> = ["src", "nsq/src", "broker/src"].map(|folder| runtime.join(folder)).into();
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the runtime is there") {
            let path = entry.expect("a folder can be read").path();
            let is_test = path.file_stem().is_some_and(|stem| stem == "tests" || stem == "scripted");
            if path.is_dir() && !is_test {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test {
                let text = fs::read_to_string(&path).expect("sources are text");
                sources.push((path, text));
            }
        }
    }
    assert!(sources.len() > 50, "the runtime was found");
    sources
}

#[test]
fn every_choice_between_what_is_ready_has_an_order() {
    for (path, text) in sources() {
        for (_, body) in text.match_indices("select! {").map(|(at, start)| text.split_at(at + start.len())) {
            assert!(body.trim_start().starts_with("biased;"), "{}: a `select!` without `biased;`", path.display());
        }
    }
}

#[test]
fn one_function_alone_reads_the_wall_clock() {
    for (path, text) in sources() {
        let is_clock = path.ends_with("nsq/src/clock.rs");
        assert_eq!(text.contains("SystemTime::now"), is_clock, "{}: `clock::now` tells the time", path.display());
    }
}
