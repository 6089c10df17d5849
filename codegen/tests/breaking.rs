//! Each rule of `breaking` by its smallest pair of contracts, and by the nearest neighbour that it does not mind.
//!
//! `breaking/CODE/old.almanet` and `new.almanet` raise CODE alone, `accepted.almanet` in place of `new.almanet` raises nothing;
//! `problems.txt` shows what is drawn. `BLESS=1 cargo test -p almanet-codegen --test breaking` writes that.

use std::fs;
use std::path::{Path, PathBuf};

use almanet_codegen::Config;
use almanet_codegen::breaking::{self, Category, Verdict};
use almanet_codegen::diagnostic::code::{self, Example};
use almanet_codegen::diagnostic::render::{Color, Format, to_string};
use almanet_codegen::diagnostic::{Report, Severity};
use almanet_codegen::model::Model;
use almanet_codegen::source::FileId;
use almanet_codegen::source::vfs::Memory;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let folder = tests.join("breaking");
    let mut trials = vec![Trial::test("every_rule_has_its_pair", {
        let folder = folder.clone();
        move || every_rule(&folder)
    })];
    for case in entries(&folder) {
        let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
        trials.push(Trial::test(name, move || pair(&case)));
    }
    for case in entries(&tests.join("golden")) {
        let name = format!("itself::{}", case.file_name().unwrap_or_default().to_string_lossy());
        trials.push(Trial::test(name, move || itself(&case)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// A code without a pair is as wrong as a folder without a code.
fn every_rule(folder: &Path) -> Result<(), Failed> {
    let codes: Vec<&str> = code::all()
        .into_iter()
        .filter(|entry| entry.retired.is_none() && entry.code.as_str().starts_with('B'))
        .map(|entry| match entry.example {
            Example::Change(..) => Ok(entry.code.as_str()),
            _ => Err(format!("the example of {} is no change", entry.code)),
        })
        .collect::<Result<_, _>>()?;
    let folders: Vec<String> = entries(folder)
        .iter()
        .map(|case| case.file_name().unwrap_or_default().to_string_lossy().into_owned())
        .collect();
    if codes == folders { Ok(()) } else { Err(format!("codes {codes:?}, folders {folders:?}").into()) }
}

fn pair(case: &Path) -> Result<(), Failed> {
    let code = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for file in entries(case) {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !["old.almanet", "new.almanet", "accepted.almanet", "problems.txt"].contains(&&*name) {
            return Err(format!("{} belongs to no pair", file.display()).into());
        }
    }
    let (old, new) = (case.join("old.almanet"), case.join("new.almanet"));
    // A rule about code alone is silent about what travels.
    let (category, (report, verdict)) = match compared(&old, &new, Category::Wire)? {
        (_, verdict) if codes(&verdict).is_empty() => (Category::Source, compared(&old, &new, Category::Source)?),
        wire => (Category::Wire, wire),
    };
    if codes(&verdict) != [code.as_str()] {
        return Err(format!("the pair raises {:?} of {category:?}", codes(&verdict)).into());
    }
    let accepted = case.join("accepted.almanet");
    if fs::read(&accepted)? == fs::read(&new)? || fs::read(&accepted)? == fs::read(&old)? {
        return Err("the accepted neighbour is one of the pair".into());
    }
    let (_, neighbour) = compared(&old, &accepted, category)?;
    if !neighbour.problems.is_empty() {
        return Err(format!("the accepted neighbour raises {:?}", codes(&neighbour)).into());
    }
    let mut report = report;
    report.add(verdict.problems);
    expect(&case.join("problems.txt"), &to_string(&report.problems, &report.sources, Format::Human(Color::Never)))
}

/// Nothing breaks what it is.
fn itself(case: &Path) -> Result<(), Failed> {
    let mut memory = Memory::new();
    let mut folders = vec![case.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "almanet") {
                memory = memory.with(path.strip_prefix(case)?, fs::read(&path)?);
            }
        }
    }
    let model = |memory: &Memory| Config::new().root("").check_in(memory).model.ok_or("the golden has problems");
    let (old, new) = (model(&memory)?, model(&memory)?);
    let comparison = breaking::compare(&old, &new);
    let verdict = breaking::judge(&comparison, Category::Source, &[]);
    if comparison.changes.is_empty() && verdict.problems.is_empty() {
        return Ok(());
    }
    Err(format!("it differs from itself: {:?}", comparison.changes).into())
}

fn compared(old: &Path, new: &Path, category: Category) -> Result<(Report, Verdict), Failed> {
    let (old, old_model) = checked(old)?;
    let (mut report, new_model) = checked(new)?;
    let mut comparison = breaking::compare(&old_model, &new_model);
    let first = report.sources.append(old.sources);
    for former in comparison.changes.iter_mut().filter_map(|change| change.former.as_mut()) {
        former.file = FileId(former.file.0 + first.0);
    }
    Ok((report, breaking::judge(&comparison, category, &[])))
}

fn checked(path: &Path) -> Result<(Report, Model), Failed> {
    let name = path.file_name().unwrap_or_default();
    let memory = Memory::new().with(name, fs::read(path)?);
    let checked = Config::new().root("").check_in(&memory);
    let errors = checked.report.problems.iter().any(|problem| problem.severity() == Severity::Error);
    match checked.model.filter(|_| !errors) {
        Some(model) => Ok((Report { sources: checked.report.sources, problems: Vec::new() }, model)),
        None => Err(format!(
            "{} has problems:\n{}",
            path.display(),
            to_string(&checked.report.problems, &checked.report.sources, Format::Human(Color::Never))
        )
        .into()),
    }
}

fn codes(verdict: &Verdict) -> Vec<&'static str> {
    let mut codes: Vec<&str> = verdict.problems.iter().map(|problem| problem.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn expect(path: &Path, content: &str) -> Result<(), Failed> {
    let on_disk = fs::read_to_string(path).unwrap_or_default();
    if on_disk == content {
        return Ok(());
    }
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        return Ok(fs::write(path, content)?);
    }
    let diff = similar::TextDiff::from_lines(on_disk.as_str(), content);
    let diff = diff.unified_diff().header("expected", "actual").to_string();
    Err(format!("{} differs; BLESS=1 accepts it\n{diff}", path.display()).into())
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    paths.sort();
    paths
}
