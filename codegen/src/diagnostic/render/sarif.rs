use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::extent;
use crate::diagnostic::{Code, Fix, Problem, Severity, code};
use crate::source::{Edit, FileId, LineColumn, Location, Sources};

/// A log of the Static Analysis Results Interchange Format, version 2.1.0 (OASIS).
pub(super) fn write(out: &mut dyn Write, problems: &[Problem], sources: &Sources) -> io::Result<()> {
    let codes: BTreeSet<Code> = problems.iter().map(|problem| problem.code).collect();
    let rules: Vec<Value> = code::all().into_iter().filter(|entry| codes.contains(&entry.code)).map(rule).collect();
    let results: Vec<Value> = problems.iter().map(|problem| result(problem, sources, &codes)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "almanet-gen",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_HOMEPAGE"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn rule(entry: &code::Entry) -> Value {
    json!({
        "id": entry.code.as_str(),
        "shortDescription": { "text": entry.summary },
        "fullDescription": { "text": entry.why },
        "help": { "text": entry.fix },
        "defaultConfiguration": { "level": level(entry.code) },
    })
}

fn result(problem: &Problem, sources: &Sources, codes: &BTreeSet<Code>) -> Value {
    let message = match &problem.help {
        Some(help) => format!("{}\nhelp: {help}", problem.message),
        None => problem.message.clone(),
    };
    let related = problem.labels.iter().map(
        |label| json!({ "physicalLocation": place(label.location, sources), "message": { "text": label.message } }),
    );
    let mut result = json!({
        "ruleId": problem.code.as_str(),
        "ruleIndex": codes.iter().position(|code| *code == problem.code),
        "level": level(problem.code),
        "message": { "text": message },
        "locations": [{ "physicalLocation": place(problem.location, sources) }],
        "relatedLocations": related.collect::<Vec<_>>(),
    });
    if let Some(fix) = &problem.fix {
        result["fixes"] = json!([change(fix, problem.location.file, sources)]);
    }
    result
}

fn change(fix: &Fix, file: FileId, sources: &Sources) -> Value {
    let replacement = |edit: &Edit| {
        let (start, end) = extent(Location::new(file, edit.span), sources);
        json!({
            "deletedRegion": region(start, end),
            "insertedContent": { "text": edit.text },
        })
    };
    let replacements: Vec<Value> = fix.edits.iter().map(replacement).collect();
    json!({
        "description": { "text": fix.title },
        "artifactChanges": [{
            "artifactLocation": { "uri": uri(sources.get(file).name()) },
            "replacements": replacements,
        }],
    })
}

fn level(code: Code) -> &'static str {
    match code.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn place(location: Location, sources: &Sources) -> Value {
    let (start, end) = extent(location, sources);
    json!({
        "artifactLocation": { "uri": uri(sources.get(location.file).name()) },
        "region": region(start, end),
    })
}

fn region(start: LineColumn, end: LineColumn) -> Value {
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// A path as a URI reference: relative stays relative, absolute becomes `file:///…`.
fn uri(path: &str) -> String {
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte);
    let escaped =
        path.bytes().map(|byte| if plain(byte) { (byte as char).to_string() } else { format!("%{byte:02X}") });
    let escaped: String = escaped.collect();
    if path.starts_with('/') { format!("file://{escaped}") } else { escaped }
}
