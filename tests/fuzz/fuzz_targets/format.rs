//! Any text that parses: formatting it twice is formatting it once, and changes neither its tokens nor its meaning.
#![no_main]

use almanet_codegen::format::{format, format_range};
use almanet_codegen::source::vfs::Memory;
use almanet_codegen::source::{Edit, Span};
use almanet_codegen::syntax::{LexemeKind, lexemes};
use almanet_codegen::{Config, export};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let Ok(formatted) = format(text) else { return };
    assert_eq!(format(&formatted).as_ref(), Ok(&formatted), "{text:?}");
    assert_eq!(words(text), words(&formatted));
    assert_eq!(meaning(text), meaning(&formatted), "{text:?}");

    let half = Span::new(text.len() as u32 / 3, text.len() as u32 / 2);
    let edits = format_range(text, half).expect("the whole could be formatted");
    let edited = Edit::apply(text, &edits).expect("the edits are within the text");
    assert_eq!(format(&edited), Ok(formatted), "{text:?}");
});

/// Tokens and comments; without commas, which come and go, and blanks within comments.
fn words(text: &str) -> Vec<String> {
    let kept = lexemes(text).filter(|lexeme| !matches!(lexeme.kind, LexemeKind::Blank | LexemeKind::Mark(b',')));
    kept.map(|lexeme| {
        let text = &text[lexeme.span.range()];
        if lexeme.kind.is_trivia() { text.split_ascii_whitespace().collect() } else { text.to_owned() }
    })
    .collect()
}

fn meaning(text: &str) -> String {
    let checked = Config::new().root("").check_in(&Memory::new().with("contract.almanet", text));
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
