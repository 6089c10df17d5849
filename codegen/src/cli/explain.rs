use std::fmt::Write;

use clap::Args;

use crate::diagnostic::{Entry, Example, Status, code};

use super::terminal::Terminal;

/// Explains a problem's code, or lists all codes
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  almanet-gen explain E0001
  almanet-gen explain                   # every code with one sentence")]
pub(super) struct Arguments {
    /// The code, as a problem shows it in brackets
    #[arg(value_hint = clap::ValueHint::Other)]
    code: Option<String>,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Status {
    let Some(code) = &arguments.code else {
        terminal.text(&list());
        return Status::Clean;
    };
    match code::find(code) {
        Some(entry) => {
            terminal.text(&explain(entry));
            Status::Clean
        }
        None => {
            let distance = |known: &str| strsim::damerau_levenshtein(known, &code.to_ascii_uppercase());
            let near = code::all().into_iter().map(|entry| entry.code.as_str()).min_by_key(|known| distance(known));
            let near = near.filter(|known| distance(known) <= 2);
            let near = near.map(|known| format!("did you mean {known}? ")).unwrap_or_default();
            terminal.failure(
                &format!("there is no code `{code}`"),
                &format!("{near}`almanet-gen explain` lists all codes"),
            );
            Status::Failed
        }
    }
}

fn list() -> String {
    code::all().into_iter().fold(String::new(), |mut list, entry| {
        let retired = if entry.retired.is_some() { "(retired) " } else { "" };
        writeln!(list, "{}  {retired}{}", entry.code, entry.summary).expect("a String takes everything");
        list
    })
}

fn explain(entry: &Entry) -> String {
    let mut text = format!("{}: {}\n\n{}\n", entry.code, entry.summary, entry.why);
    let mut add = |title: &str, body: &str| {
        write!(text, "\n{title}\n\n").expect("a String takes everything");
        for line in body.trim_end().lines() {
            let indent = if line.is_empty() { "" } else { "    " };
            writeln!(text, "{indent}{line}").expect("a String takes everything");
        }
    };
    match entry.example {
        Example::Contract(contract) => add("Example:", contract),
        Example::Target(target, contract) => add(&format!("Example, with --target {target}:"), contract),
        Example::TargetOption(target, (option, value), contract) => {
            add(&format!("Example, with `target: {target}, {option}: {value}`:"), contract);
        }
        Example::Change(old, new) => {
            add("Example, as it was:", old);
            add("Example, as it is:", new);
        }
        Example::Configuration(yaml) => add("Example, in almanet.yaml:", yaml),
        Example::Situation(situation) => add("Example:", situation),
        Example::Files(files) => {
            for (name, contract) in files {
                add(&format!("Example, {name}:"), contract);
            }
        }
    }
    write!(text, "\nWhat to do: {}\n", entry.fix).expect("a String takes everything");
    if let Some(why) = entry.retired {
        write!(text, "\nRetired: {why}\n").expect("a String takes everything");
    }
    text
}
