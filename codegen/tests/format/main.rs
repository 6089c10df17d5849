//! Formatting: idempotent, changes no model, loses and moves no comment; over every contract of the repository, and over the
//! same with comments and blanks put everywhere.

#![expect(clippy::unwrap_used, reason = "what fails here is a failed test")]

mod torn;

use std::fs;
use std::path::{Path, PathBuf};

use almanet_codegen::format::{format, format_range};
use almanet_codegen::source::vfs::Memory;
use almanet_codegen::source::{Edit, Span};
use almanet_codegen::syntax::{LexemeKind, lexemes};
use almanet_codegen::{Config, export};
use torn::Torn;

/// Every contract of the repository that this crate's tests reach, `target` and hidden folders aside.
fn contracts() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the repository");
    let mut folders = vec![root.to_path_buf()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy();
            if path.is_symlink() || name.starts_with('.') || ["target", "node_modules"].contains(&&*name) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "almanet")
                && let Ok(text) = fs::read_to_string(&path)
            {
                found.push((path, text));
            }
        }
    }
    assert!(found.len() > 100, "{} contracts", found.len());
    found
}

/// What a contract says, whatever its layout; what is wrong with it, where something is.
fn meaning(text: &str) -> String {
    let files = Memory::new().with("common/people.almanet", "namespace common\n\nrecord Person {}\n");
    let checked = Config::new().root("").check_in(&files.with("contract.almanet", text));
    match checked.model {
        Some(model) => export::ir(&model).to_string(),
        None => {
            let messages = checked.report.problems.iter().map(|problem| (problem.code, problem.message.clone()));
            let mut messages: Vec<_> = messages.collect();
            messages.sort();
            format!("{messages:?}")
        }
    }
}

/// The tokens and comments of a text in order; without commas, which come and go, and blanks within comments.
fn words(text: &str) -> Vec<String> {
    let kept = lexemes(text).filter(|lexeme| !matches!(lexeme.kind, LexemeKind::Blank | LexemeKind::Mark(b',')));
    kept.map(|lexeme| {
        let text = &text[lexeme.span.range()];
        if lexeme.kind.is_trivia() { text.split_ascii_whitespace().collect() } else { text.to_owned() }
    })
    .collect()
}

/// Holds a formatted contract to all that must hold of one.
fn hold(text: &str, place: &dyn std::fmt::Display) -> String {
    let formatted = format(text).unwrap_or_else(|error| panic!("{place}: {error:?}\n{text}"));
    let again = format(&formatted).unwrap_or_else(|error| panic!("{place}: {error:?}\n{text}\n=>\n{formatted}"));
    assert_eq!(formatted, again, "{place} is formatted twice:\n{text}");
    assert_eq!(words(text), words(&formatted), "{place} has other tokens:\n{text}\n=>\n{formatted}");
    assert_eq!(meaning(text), meaning(&formatted), "{place} has another meaning:\n{text}\n=>\n{formatted}");
    assert!(formatted.ends_with('\n') && !formatted.ends_with("\n\n"), "{place}: the end of\n{formatted}");
    let tidy = |line: &str| line.trim_end_matches([' ', '\t', '\r']) == line;
    assert!(formatted.split('\n').all(tidy), "{place}: blanks end a line of\n{formatted}");
    formatted
}

#[test]
fn every_contract_of_the_repository_keeps_its_meaning() {
    for (path, text) in contracts() {
        if format(&text).is_ok() {
            hold(&text, &path.display());
        }
    }
}

/// What is refused stays as it was written: how is the point of it.
#[test]
fn every_contract_of_the_repository_is_formatted() {
    let kept = |path: &Path| {
        ["refused", "torn", "almanet-gen"].iter().any(|part| path.components().any(|one| one.as_os_str() == *part))
    };
    for (path, text) in contracts().into_iter().filter(|(path, _)| !kept(path)) {
        if let Ok(formatted) = format(&text) {
            assert_eq!(text, formatted, "{}: run `almanet-gen fmt` on it", path.display());
        }
    }
}

#[test]
fn comments_and_blanks_anywhere_are_kept() {
    let contracts: Vec<_> =
        contracts().into_iter().filter(|(_, text)| text.len() < 6_000 && format(text).is_ok()).collect();
    let runs = if std::env::var_os("LONG").is_some() { 40 } else { 2 };
    for (index, (path, text)) in contracts.iter().enumerate() {
        for run in 0..runs {
            let torn = Torn::new(index as u64 * 1_000 + run).tear(text);
            if format(&torn).is_ok() {
                hold(&torn, &format_args!("{} torn by {run}", path.display()));
            }
        }
    }
}

#[test]
fn a_comment_at_every_place_between_tokens_is_kept() {
    let contract = include_str!("../golden/greeting/greeting.almanet");
    let ends: Vec<usize> = lexemes(contract)
        .filter(|lexeme| lexeme.kind != LexemeKind::Blank)
        .map(|lexeme| lexeme.span.end as usize)
        .collect();
    let mut accepted = 0;
    for at in ends {
        for comment in torn::COMMENTS {
            let torn = format!("{}{comment}{}", &contract[..at], &contract[at..]);
            if format(&torn).is_ok() {
                accepted += 1;
                hold(&torn, &format_args!("{comment:?} at byte {at}"));
            }
        }
    }
    assert!(accepted > 1_000, "{accepted} places");
}

#[test]
fn a_range_gives_what_the_whole_gives_there() {
    let contracts: Vec<_> =
        contracts().into_iter().filter(|(_, text)| text.len() < 3_000 && format(text).is_ok()).collect();
    for (index, (path, text)) in contracts.iter().enumerate() {
        let torn = Torn::new(index as u64).tear(text);
        let Ok(formatted) = format(&torn) else { continue };
        let whole = format_range(&torn, Span::new(0, torn.len() as u32)).unwrap();
        assert_eq!(Edit::apply(&torn, &whole).unwrap(), formatted, "{}", path.display());
        for cut in [3, 7] {
            let (start, end) = (torn.len() / cut, torn.len() / cut + 10);
            let edits = format_range(&torn, Span::new(start as u32, end as u32)).unwrap();
            let edited = Edit::apply(&torn, &edits).unwrap();
            assert_eq!(words(&torn), words(&edited), "{} {start}..{end}", path.display());
            assert_eq!(
                format(&edited).as_ref(),
                Ok(&formatted),
                "{} {start}..{end}:\n{torn}\n=>\n{edited}",
                path.display()
            );
        }
    }
}
