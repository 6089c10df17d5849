//! Input, output and refused input side by side, each its own test.
//!
//! - `refused/PHASE/NAME.almanet` with `NAME.txt`, the drawn problems; or a folder `refused/PHASE/NAME/` of several files with
//!   `problems.txt`. Beside it stands `NAME.accepted.almanet`, or the folder `NAME.accepted`: the smallest change that
//!   leaves no problem.
//! - `golden/NAME/`: one or more contracts, `model.json` and the other exports, a folder for each target, and one for its skeletons.
//!
//! `BLESS=1 cargo test -p almanet-codegen --test golden` writes what is expected.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use almanet_codegen::Config;
use almanet_codegen::backend::{self, Input, Kind, Options, Skeletons};
use almanet_codegen::diagnostic::code::{self, Example};
use almanet_codegen::diagnostic::render::{Color, Format, to_string};
use almanet_codegen::diagnostic::{Report, Severity};
use almanet_codegen::export;
use almanet_codegen::lint;
use almanet_codegen::source::FileId;
use almanet_codegen::source::vfs::Memory;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut trials = refused(&tests.join("refused"));
    trials.push(Trial::test("refused::every_code", {
        let refused = tests.join("refused");
        move || every_code(&refused)
    }));
    trials.extend(golden(&tests.join("golden")));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Files by their path inside a case.
type Files = BTreeMap<String, Vec<u8>>;

fn refused(folder: &Path) -> Vec<Trial> {
    let mut trials = Vec::new();
    for phase in entries(folder) {
        for case in entries(&phase) {
            let name = format!("refused::{}::{}", name_of(&phase), stem_of(&case));
            if extension_of(&case) == "accepted" {
                trials.push(Trial::test(name, move || accepted_folder(&case)));
            } else if case.is_dir() {
                trials.push(Trial::test(name, move || refused_folder(&case)));
            } else if name_of(&case).ends_with(ACCEPTED) {
                trials.push(Trial::test(name, move || accepted(&case)));
            } else if extension_of(&case) == "almanet" {
                trials.push(Trial::test(name, move || refused_file(&case)));
            } else if !case.with_extension("almanet").exists() {
                trials.push(Trial::test(name, move || Err(stale(&case))));
            }
        }
    }
    trials
}

/// Each code that the text of contracts can raise, whatever the target, is raised by a refused one.
fn every_code(folder: &Path) -> Result<(), Failed> {
    let mut drawn = String::new();
    for phase in entries(folder) {
        for case in entries(&phase) {
            let problems = if case.is_dir() { case.join("problems.txt") } else { case };
            if extension_of(&problems) == "txt" && problems.exists() {
                drawn += &fs::read_to_string(problems)?;
            }
        }
    }
    // What `lint` alone finds has its own folders.
    let of_lint = |code| lint::rules().iter().any(|rule| rule.code == code && rule.is_of_lint_alone());
    let active = code::all().into_iter().filter(|entry| entry.retired.is_none() && !of_lint(entry.code));
    let shown = active
        .filter(|entry| matches!(entry.example, Example::Contract(_) | Example::Files(_) | Example::TargetOption(..)));
    let missing: Vec<&str> =
        shown.map(|entry| entry.code.as_str()).filter(|code| !drawn.contains(&format!("[{code}]"))).collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("no refused contract raises {missing:?}").into()) }
}

/// How the name of a refused contract's accepted neighbour ends.
const ACCEPTED: &str = ".accepted.almanet";

/// A contract without problems that differs from the refused one beside it.
fn accepted(contract: &Path) -> Result<(), Failed> {
    let refused = contract.with_file_name(name_of(contract).replace(ACCEPTED, ".almanet"));
    if fs::read(&refused).map_err(|_| stale(contract))? == fs::read(contract)? {
        return Err(format!("{} is the refused contract itself", contract.display()).into());
    }
    without_problems(&phase_of(contract), &Files::from([(name_of(contract), fs::read(contract)?)]))
}

fn accepted_folder(folder: &Path) -> Result<(), Failed> {
    let (contracts, others) = split(folder)?;
    if let Some(stray) = others.keys().next() {
        return Err(stale(&folder.join(stray)));
    }
    if split(&folder.with_extension(""))?.0 == contracts {
        return Err(format!("{} holds the refused contracts themselves", folder.display()).into());
    }
    without_problems(&phase_of(folder), &contracts)
}

fn without_problems(phase: &str, contracts: &Files) -> Result<(), Failed> {
    let report = report_of(phase, contracts);
    if report.problems.is_empty() { Ok(()) } else { Err(drawn(&report).into()) }
}

fn refused_file(contract: &Path) -> Result<(), Failed> {
    has_neighbour(&contract.with_extension("accepted.almanet"))?;
    let files = Files::from([(name_of(contract), fs::read(contract)?)]);
    expect(&contract.with_extension("txt"), &problems_of(&phase_of(contract), &files)?)
}

fn has_neighbour(neighbour: &Path) -> Result<(), Failed> {
    if neighbour.exists() {
        return Ok(());
    }
    Err(format!("{} is missing: the smallest change that is accepted", neighbour.display()).into())
}

fn refused_folder(folder: &Path) -> Result<(), Failed> {
    has_neighbour(&folder.with_extension("accepted"))?;
    let (contracts, others) = split(folder)?;
    if let Some(stray) = others.keys().find(|name| *name != "problems.txt") {
        return Err(stale(&folder.join(stray)));
    }
    expect(&folder.join("problems.txt"), &problems_of(&phase_of(folder), &contracts)?)
}

/// The problems of contracts that must have some; of every target, where the contracts themselves have none.
fn problems_of(phase: &str, contracts: &Files) -> Result<String, Failed> {
    let report = report_of(phase, contracts);
    if report.problems.is_empty() {
        return Err("a refused contract has no problems".into());
    }
    Ok(drawn(&report))
}

/// Every target with its defaults; in a phase called `TARGET-VALUE` that target with that value of an option.
fn report_of(phase: &str, contracts: &Files) -> Report {
    let checked = Config::new().root("").check_in(&memory(contracts));
    let mut report = checked.report;
    if let Some(model) = checked.model {
        let all = renderings(|name| name == phase);
        let is_special = all.iter().any(|(_, name, _)| name == phase);
        for (backend, _, values) in all.into_iter().filter(|(_, name, _)| !is_special || name == phase) {
            let options = Options { values, ..Options::default() };
            let input = Input { model: &model, sources: &report.sources, options: &options };
            let problems: Vec<_> = backend.problems(&input).iter().cloned().collect();
            report.add(problems);
        }
    }
    report
}

/// The phase that a refused case is of: the folder that it lies in.
fn phase_of(case: &Path) -> String {
    case.parent().map(name_of).unwrap_or_default()
}

fn golden(folder: &Path) -> Vec<Trial> {
    let case = |case: PathBuf| Trial::test(format!("golden::{}", name_of(&case)), move || golden_folder(&case));
    entries(folder).into_iter().map(case).collect()
}

fn golden_folder(folder: &Path) -> Result<(), Failed> {
    let (contracts, mut others) = split(folder)?;
    if contracts.is_empty() {
        return Err(format!("{} holds no contract", folder.display()).into());
    }
    let checked = Config::new().root("").check_in(&memory(&contracts));
    let errors = checked.report.problems.iter().any(|problem| problem.severity() == Severity::Error);
    let Some(model) = checked.model.filter(|_| !errors) else {
        return Err(format!("a golden contract has problems:\n{}", drawn(&checked.report)).into());
    };
    let exported = json(&export::ir(&model));
    let read = export::read_ir(&exported, FileId(0))?;
    if json(&export::ir(&read)) != exported {
        return Err("the model that was read back from its export is another one".into());
    }
    let mut expected = BTreeMap::from([
        ("model.json".to_owned(), exported),
        ("schema.json".to_owned(), json(&export::JsonSchema::new(&model))),
        ("openapi.json".to_owned(), json(&export::OpenApi::new(&model))),
        ("asyncapi.json".to_owned(), json(&export::AsyncApi::new(&model))),
    ]);
    for (backend, name, values) in renderings(|name| folder.join(name).is_dir()) {
        let options = Options { skeletons: Skeletons::Included, values, ..Options::default() };
        let input = Input { model: &model, sources: &checked.report.sources, options: &options };
        // What a target refuses has no files; what it says is a refused case of its own.
        if !backend.problems(&input).has_errors() {
            let folder = |kind| match kind {
                Kind::Generated => name.clone(),
                Kind::Skeleton => format!("{name}-skeleton"),
            };
            expected.extend(
                backend.files(&input).map(|file| (format!("{}/{}", folder(file.kind), file.path), file.content)),
            );
        }
    }
    for (path, content) in &expected {
        others.remove(path);
        expect(&folder.join(path), content)?;
    }
    match others.into_keys().next() {
        Some(path) if blessing() => Ok(fs::remove_file(folder.join(path))?),
        Some(path) => Err(stale(&folder.join(path))),
        None => Ok(()),
    }
}

/// As `almanet-gen export` prints it.
fn json(document: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(document).expect("every document is JSON") + "\n"
}

/// Every target with its defaults, and with each other value of its options that is asked for: `python-almanet`.
fn renderings(
    is_wanted: impl Fn(&str) -> bool,
) -> Vec<(&'static dyn backend::Backend, String, BTreeMap<String, String>)> {
    let mut renderings = Vec::new();
    for backend in backend::all() {
        renderings.push((*backend, backend.name().to_owned(), BTreeMap::new()));
        for option in backend.options() {
            for value in &option.values[1..] {
                let name = format!("{}-{value}", backend.name());
                if is_wanted(&name) {
                    let values = BTreeMap::from([(option.name.to_owned(), (*value).to_owned())]);
                    renderings.push((*backend, name, values));
                }
            }
        }
    }
    renderings
}

/// Compares a file with what it should hold, or writes it.
fn expect(path: &Path, content: &str) -> Result<(), Failed> {
    let on_disk = fs::read_to_string(path).unwrap_or_default();
    if on_disk == content {
        return Ok(());
    }
    if blessing() {
        fs::create_dir_all(path.parent().expect("a file is in a folder"))?;
        return Ok(fs::write(path, content)?);
    }
    let diff = similar::TextDiff::from_lines(on_disk.as_str(), content);
    let diff = diff.unified_diff().header("expected", "actual").to_string();
    Err(format!("{} differs; BLESS=1 accepts it\n{diff}", path.display()).into())
}

fn blessing() -> bool {
    std::env::var_os("BLESS").is_some_and(|value| value == "1")
}

fn stale(path: &Path) -> Failed {
    format!("{} belongs to no contract", path.display()).into()
}

fn drawn(report: &Report) -> String {
    to_string(&report.problems, &report.sources, Format::Human(Color::Never))
}

fn memory(files: &Files) -> Memory {
    files.iter().fold(Memory::new(), |memory, (path, content)| memory.with(path, content.clone()))
}

/// The contracts below a folder, and everything else.
fn split(folder: &Path) -> Result<(Files, Files), Failed> {
    let mut files = Files::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(inner) = folders.pop() {
        for path in entries(&inner) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("it was found there").to_string_lossy().replace('\\', "/");
                files.insert(name, fs::read(&path)?);
            }
        }
    }
    // A target's folder may hold anything; contracts stand outside of them.
    let is_target = |name: &str| backend::all().iter().any(|backend| name.starts_with(&format!("{}/", backend.name())));
    Ok(files.into_iter().partition(|(name, _)| name.ends_with(".almanet") && !is_target(name)))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("a folder that opened can be listed").path()).collect();
    paths.sort();
    paths
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn stem_of(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn extension_of(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().into_owned()
}
