//! Every rule, by the smallest contract that triggers it and its nearest neighbour that does not, side by side:
//! `CODE/triggers.almanet` with `CODE/problems.txt`, the drawn problems, and `CODE/fixed.almanet` where it can be fixed;
//! `CODE/passes.almanet`.
//!
//! `BLESS=1 cargo test -p almanet-codegen --test lint` writes what is expected, `docs/lints.md` too.

mod page;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use almanet_codegen::Config;
use almanet_codegen::diagnostic::render::{Color, Format, to_string};
use almanet_codegen::diagnostic::{Example, Severity, code};
use almanet_codegen::lint::{self, Rule, Settings};
use almanet_codegen::source::vfs::Memory;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint");
    let mut trials: Vec<Trial> = lint::rules()
        .iter()
        .map(|rule| {
            let folder = cases.join(rule.code.as_str());
            Trial::test(rule.code.as_str(), move || case(rule, &folder))
        })
        .collect();
    trials.push(Trial::test("every_folder_is_of_a_rule", move || every_folder_is_of_a_rule(&cases)));
    trials.push(Trial::test("every_lint_is_a_rule", every_lint_is_a_rule));
    trials.push(Trial::test("the_page_tells_every_rule", page::tells_every_rule));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Everything but one rule silenced; comments that allow need what they allow.
fn only(rule: &Rule) -> Settings {
    let mut settings = Settings::default();
    let speaks = |name: &str| name == rule.code.as_str() || (rule.category.name() == "allow" && name == "W0301");
    for other in lint::rules().iter().map(|rule| rule.code.as_str()).filter(|name| !speaks(name)) {
        settings.disable(other).expect("it is a rule's code");
    }
    settings
}

fn case(rule: &'static Rule, folder: &Path) -> Result<(), Failed> {
    let triggers = read(&folder.join("triggers.almanet"))?;
    let passes = read(&folder.join("passes.almanet"))?;
    let example = code::find(rule.code.as_str()).map(|entry| entry.example);
    if !matches!(example, Some(Example::Contract(text)) if text == triggers) {
        return Err("`explain` shows another contract than triggers.almanet".into());
    }

    let drawn = problems(rule, &triggers, None)?;
    if !drawn.contains(&format!("warning[{}]", rule.code)) {
        return Err(format!("triggers.almanet raises no {}:\n{drawn}", rule.code).into());
    }
    expect(&folder.join("problems.txt"), &drawn)?;
    let others = problems(rule, &passes, Some(rule))?;
    if !others.is_empty() {
        return Err(format!("passes.almanet has problems:\n{others}").into());
    }

    let memory = Memory::new().with("contract.almanet", triggers.as_str());
    let fixed = config().fix_in(&memory, &only(rule));
    match (rule.fixable, fixed.changed.as_slice()) {
        (true, [file]) => {
            expect(&folder.join("fixed.almanet"), &file.formatted)?;
            let left = fixed.linted.report.problems.iter().filter(|problem| problem.code == rule.code).count();
            if left == 0 && fixed.fixed > 0 { Ok(()) } else { Err(format!("{left} problems are left").into()) }
        }
        (true, _) => Err("the rule says that it is fixable, and fixes nothing".into()),
        (false, []) => Ok(()),
        (false, _) => Err("the rule says that it is not fixable, and fixes something".into()),
    }
}

/// The problems of a contract, drawn: all that the rule and those that it needs find, or the rule's own alone.
fn problems(rule: &Rule, contract: &str, own: Option<&Rule>) -> Result<String, Failed> {
    let linted = config().lint_in(&Memory::new().with("contract.almanet", contract), &only(rule));
    let mut problems = linted.report.problems;
    if problems.iter().any(|problem| problem.severity() == Severity::Error) {
        let drawn = to_string(&problems, &linted.report.sources, Format::Human(Color::Never));
        return Err(format!("the contract has errors:\n{drawn}").into());
    }
    problems.retain(|problem| own.is_none_or(|rule| rule.code == problem.code));
    Ok(to_string(&problems, &linted.report.sources, Format::Human(Color::Never)))
}

fn config() -> Config {
    Config::new().root("")
}

fn every_folder_is_of_a_rule(cases: &Path) -> Result<(), Failed> {
    let mut folders = BTreeSet::new();
    for entry in fs::read_dir(cases)? {
        let path = entry?.path();
        if path.is_dir() {
            folders.insert(path.file_name().unwrap_or_default().to_string_lossy().into_owned());
        }
    }
    let rules: BTreeSet<String> = lint::rules().iter().map(|rule| rule.code.as_str().to_owned()).collect();
    if folders == rules { Ok(()) } else { Err(format!("folders {folders:?}, rules {rules:?}").into()) }
}

fn every_lint_is_a_rule() -> Result<(), Failed> {
    // What no contract alone shows is said by others: plugins.
    let shown = |entry: &&code::Entry| entry.retired.is_none() && matches!(entry.example, Example::Contract(_));
    let active = code::all().into_iter().filter(shown);
    let lints: Vec<_> = active.map(|entry| entry.code).filter(|code| code.severity() == Severity::Warning).collect();
    let rules: Vec<_> = lint::rules().iter().map(|rule| rule.code).collect();
    if lints == rules { Ok(()) } else { Err(format!("codes {lints:?}, rules {rules:?}").into()) }
}

fn read(path: &Path) -> Result<String, Failed> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// Holds a text to what a file says, or blesses it.
fn expect(path: &PathBuf, text: &str) -> Result<(), Failed> {
    if std::env::var_os("BLESS").is_some() {
        return Ok(fs::write(path, text)?);
    }
    let expected = read(path)?;
    if expected == text {
        return Ok(());
    }
    Err(format!("{} differs; BLESS=1 writes it:\n{text}", path.display()).into())
}
