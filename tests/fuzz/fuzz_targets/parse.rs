//! Any bytes: reading them ends, loses nothing, and its problems point into them.
#![no_main]

use std::sync::Arc;

use almanet_codegen::ast::{CommentKind, File};
use almanet_codegen::diagnostic::Severity;
use almanet_codegen::source::{FileId, Span};
use almanet_codegen::syntax::{LexemeKind, lexemes, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text: Arc<str> = String::from_utf8_lossy(bytes).into();
    let (file, problems) = parse(FileId(0), Arc::clone(&text));

    let mut rebuilt = String::with_capacity(text.len());
    let (mut comments, mut docs) = (Vec::new(), Vec::new());
    for lexeme in lexemes(&text) {
        rebuilt.push_str(&text[lexeme.span.range()]);
        match lexeme.kind {
            LexemeKind::Blank => {}
            LexemeKind::Doc | LexemeKind::FileDoc => docs.push(lexeme.span),
            kind if kind.is_trivia() => comments.push(lexeme.span),
            _ => {}
        }
    }
    assert_eq!(*rebuilt, *text);
    assert_eq!(kept_comments(&file), comments);

    for problem in &problems {
        assert!(text.get(problem.location.span.range()).is_some(), "{problem:?}");
        assert!(problem.labels.iter().all(|label| text.get(label.location.span.range()).is_some()), "{problem:?}");
        assert_ne!(problem.message, "this cannot be read", "the grammar refuses what the recovery does not");
    }
    if problems.iter().all(|problem| problem.severity() == Severity::Warning) {
        assert_eq!(kept_docs(&file), docs);
        assert!(file.definitions.iter().all(|definition| !definition.broken));
    }
});

fn kept_comments(file: &File) -> Vec<Span> {
    let is_plain = |kind| kind != CommentKind::MisplacedDoc;
    file.comments.iter().filter(|comment| is_plain(comment.kind)).map(|comment| comment.span).collect()
}

fn kept_docs(file: &File) -> Vec<Span> {
    let misplaced = file.comments.iter().filter(|comment| comment.kind == CommentKind::MisplacedDoc);
    let mut docs: Vec<_> = misplaced.map(|comment| comment.span).chain(file.docs.iter().copied()).collect();
    file.for_each_head(|head| docs.extend(&head.docs));
    docs.sort_unstable();
    docs
}
