//! What the Rust target's templates emit has prettyplease's form already, blank lines and comments aside.

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_golden_has_the_form_of_prettyplease() {
    let goldens = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut files = Vec::new();
    rust_files(&goldens, &mut files);
    assert!(files.len() > 20, "only {} generated files below {}", files.len(), goldens.display());
    for path in files {
        let text = fs::read_to_string(&path).expect("a golden can be read");
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let expected = prettyplease::unparse(&file);
        assert_eq!(lines(&text), lines(&expected), "{} is not in prettyplease's form", path.display());
    }
}

/// The lines that matter: prettyplease drops comments, and blank lines part items here.
fn lines(text: &str) -> Vec<&str> {
    let is_comment = |line: &str| line.starts_with("// ");
    text.lines().map(str::trim_end).filter(|line| !line.is_empty() && !is_comment(line)).collect()
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of goldens can be listed") {
        let path = entry.expect("a folder that opened can be listed").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
