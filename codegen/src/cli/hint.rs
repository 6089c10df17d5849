use std::ffi::OsString;
use std::path::Path;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::diagnostic::Status;

use super::terminal::Terminal;

/// What other tools call these.
const HABITS: [(&[&str], &str); 8] = [
    (&["build", "compile", "codegen", "gen"], "generate"),
    (&["format"], "fmt"),
    (&["validate", "verify"], "check"),
    (&["new", "create"], "init"),
    (&["diff", "compat"], "breaking"),
    (&["doc", "site"], "docs"),
    (&["server", "language-server"], "lsp"),
    (&["version"], "--version"),
];

/// Options that other tools have, and what to write here.
const OPTIONS: [(&str, &str); 17] = [
    ("--json", "did you mean `--format json`?"),
    ("--sarif", "did you mean `--format sarif`?"),
    ("--output", "did you mean `--out`?"),
    ("--output-dir", "did you mean `--out`?"),
    ("-o", "did you mean `--out`?"),
    ("--lang", "did you mean `--target`?"),
    ("--language", "did you mean `--target`?"),
    ("-l", "did you mean `--target`?"),
    ("-t", "did you mean `--target`?"),
    ("--include", "did you mean `-I`?"),
    ("--dry-run", "did you mean `--check`?"),
    ("--watch", "did you mean `almanet-gen watch`?"),
    ("--color", NO_COLOR),
    ("--colour", NO_COLOR),
    ("--no-color", NO_COLOR),
    ("--write", "leave it out: files are written unless `--check` stands there"),
    ("-w", "leave it out: files are written unless `--check` stands there"),
];

const NO_COLOR: &str =
    "leave it out: colour is for terminals, unless the variable NO_COLOR=1 or CLICOLOR_FORCE=1 says otherwise";

/// An unknown option, answered by what is meant; where nobody knows that, not by how to pass it as a path, as clap does.
pub(super) fn unknown_option(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(written)) = error.get(ContextKind::InvalidArg) else { return error };
    if error.kind() != ErrorKind::UnknownArgument || error.get(ContextKind::SuggestedArg).is_some() {
        return error;
    }
    let meant = OPTIONS.iter().find(|(option, _)| option == written).map(|(_, meant)| *meant);
    error.remove(ContextKind::Suggested);
    if let Some(meant) = meant {
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(meant)]));
    }
    error
}

/// Answers `almanet-gen FILE…` and a mistyped command by what to type.
pub(super) fn run(words: &[OsString], terminal: &mut Terminal) -> Status {
    let first = words[0].to_string_lossy();
    let looks_like_path = |word: &OsString| Path::new(word).exists() || word.to_string_lossy().contains(['.', '/']);
    if looks_like_path(&words[0]) {
        let paths: Vec<_> = words.iter().map(|word| quoted(&word.to_string_lossy())).collect();
        let paths = paths.join(" ");
        terminal.failure(
            "say what to do with the contract",
            &format!(
                "to check it:\n    almanet-gen check {paths}\nto generate Rust from it:\n    almanet-gen generate {paths} --target rust --out src/contract"
            ),
        );
        return Status::Failed;
    }
    let meant = HABITS.iter().find(|(habits, _)| habits.contains(&&*first)).map(|(_, meant)| *meant);
    let commands: Vec<String> =
        super::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let near = commands.iter().min_by_key(|command| strsim::damerau_levenshtein(command, &first));
    let near = near.filter(|command| strsim::damerau_levenshtein(command, &first) <= 2).map(String::as_str);
    let remedy = match meant.or(near) {
        Some(command) => format!("did you mean `almanet-gen {command}`?"),
        None => format!("the commands are: {}; `almanet-gen --help` explains them", commands.join(", ")),
    };
    terminal.failure(&format!("there is no command and no file `{first}`"), &remedy);
    Status::Failed
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || "._-/+=@%,:".contains(character);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}
