//! The tour visits every rule of the grammar: with any one of them broken, it no longer parses.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use almanet_codegen::source::FileId;
use almanet_codegen::syntax;
use almanet_tests::program::root;
use pest_meta::optimizer::{OptimizedExpr, OptimizedRule, optimize};
use pest_meta::parser::{self, Rule};
use pest_vm::Vm;

/// What a file is made of, with the grammar's rule that reads it.
type Part = (&'static str, String);

fn grammar() -> Vec<OptimizedRule> {
    let text = fs::read_to_string(root().join("codegen/src/syntax/grammar.pest")).expect("the grammar");
    let pairs = parser::parse(Rule::grammar_rules, &text).expect("the grammar parses");
    optimize(parser::consume_rules(pairs).expect("the grammar's rules are sound"))
}

fn contracts(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).expect("the tour's schemas") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            texts.extend(contracts(&path));
        } else {
            texts.push(fs::read_to_string(&path).expect("a contract"));
        }
    }
    texts
}

fn parts() -> Vec<Part> {
    // What the formatter leaves out, so that the tour does not show it: a comma behind the last exception.
    let comma = "service door { procedure open() raises closed, procedure close() }".to_owned();
    let mut parts = vec![("definition", comma)];
    for text in contracts(&root().join("examples/tour/schemas")) {
        let (file, problems) = syntax::parse(FileId(0), Arc::from(text.as_str()));
        assert_eq!(problems, [], "the tour has no problem of syntax");
        let namespace = file.namespace.expect("a contract has a namespace");
        parts.push(("namespace", format!("namespace {}", &text[namespace.span.range()])));
        parts.extend(file.imports.iter().map(|import| ("import", text[import.span.range()].to_owned())));
        // The grammar begins behind the docs, which the tree keeps with the definition.
        parts.extend(file.definitions.iter().map(|definition| {
            let docs = definition.head.docs.last().map_or(definition.span.start, |line| line.end);
            let annotated = definition.head.annotations.first().map_or(docs, |first| docs.min(first.span.start));
            let from = annotated.max(definition.span.start) as usize;
            ("definition", text[from..definition.span.end as usize].trim_start().to_owned())
        }));
    }
    parts
}

/// Whether every part is read to its end.
fn reads(rules: Vec<OptimizedRule>, parts: &[Part]) -> bool {
    let vm = Vm::new(rules);
    parts.iter().all(|(rule, text)| {
        vm.parse(rule, text)
            .is_ok_and(|mut pairs| pairs.next().is_some_and(|pair| pair.as_str().trim_end() == text.trim_end()))
    })
}

#[test]
fn the_tour_visits_every_rule() {
    let (rules, parts) = (grammar(), parts());
    assert!(rules.len() > 40, "only {} rules were read", rules.len());
    assert!(reads(rules.clone(), &parts), "the grammar as it is reads the tour");
    let unvisited: Vec<&str> = (0..rules.len())
        .filter(|broken| {
            let mut rules = rules.clone();
            // Nothing holds both a character and its absence.
            rules[*broken].expr = OptimizedExpr::Seq(
                Box::new(OptimizedExpr::NegPred(Box::new(OptimizedExpr::Ident("ANY".to_owned())))),
                Box::new(OptimizedExpr::Ident("ANY".to_owned())),
            );
            reads(rules, &parts)
        })
        .map(|unvisited| rules[unvisited].name.as_str())
        .collect();
    assert_eq!(unvisited, [""; 0], "the tour has no use for these rules");
}
