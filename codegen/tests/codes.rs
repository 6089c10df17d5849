//! Every example in the list of codes raises its code and no other.

use std::collections::BTreeSet;
use std::fs;

use almanet_codegen::Config;
use almanet_codegen::backend::{self, Input, Options};
use almanet_codegen::breaking::{self, Category};
use almanet_codegen::config::Configuration;
use almanet_codegen::diagnostic::{Code, Entry, Example, code};
use almanet_codegen::lint;
use almanet_codegen::source::vfs::Memory;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    // What `lint` alone finds is held by the tests of lints.
    let of_lint = |code| lint::rules().iter().any(|rule| rule.code == code && rule.is_of_lint_alone());
    let active = code::all().into_iter().filter(|entry| entry.retired.is_none() && !of_lint(entry.code));
    let trials = active.filter(|entry| !matches!(entry.example, Example::Situation(_))).map(|entry| {
        Trial::test(entry.code.as_str(), move || {
            let raised = raised(entry)?;
            if raised == BTreeSet::from([entry.code]) {
                return Ok(());
            }
            Err(format!("the example of {} raises {raised:?}", entry.code).into())
        })
    });
    let trials: Vec<Trial> = trials.collect();
    assert!(!trials.is_empty());
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn raised(entry: &Entry) -> Result<BTreeSet<Code>, Failed> {
    match entry.example {
        Example::Contract(text) => Ok(checked(&Memory::new().with("contract.almanet", text))),
        Example::Files(files) => {
            Ok(checked(&files.iter().fold(Memory::new(), |memory, (path, text)| memory.with(path, *text))))
        }
        Example::Target(target, text) => refused_by(target, &Options::default(), text),
        Example::TargetOption(target, (option, value), text) => {
            let values = [(option.to_owned(), value.to_owned())].into();
            refused_by(target, &Options { values, ..Options::default() }, text)
        }
        Example::Change(old, new) => {
            let contract = |text| {
                let checked = Config::new().root("").check_in(&Memory::new().with("contract.almanet", text));
                checked.model.ok_or("the contract itself has problems")
            };
            let comparison = breaking::compare(&contract(old)?, &contract(new)?);
            let raised = |category| {
                let problems = breaking::judge(&comparison, category, &[]).problems;
                problems.iter().map(|problem| problem.code).collect::<BTreeSet<Code>>()
            };
            // A rule about code alone is silent about what travels.
            let wire = raised(Category::Wire);
            Ok(if wire.is_empty() { raised(Category::Source) } else { wire })
        }
        Example::Configuration(yaml) => {
            let folder = tempfile::tempdir()?;
            fs::create_dir(folder.path().join("schemas"))?;
            fs::write(folder.path().join("almanet.yaml"), yaml)?;
            match Configuration::load(&folder.path().join("almanet.yaml")) {
                Ok(_) => Ok(BTreeSet::new()),
                Err(report) => Ok(report.problems.iter().map(|problem| problem.code).collect()),
            }
        }
        _ => Err("an example of a new kind needs a way to run it here".into()),
    }
}

fn refused_by(target: &str, options: &Options, text: &str) -> Result<BTreeSet<Code>, Failed> {
    let checked = Config::new().root("").check_in(&Memory::new().with("contract.almanet", text));
    let backend = backend::find(target).ok_or_else(|| format!("there is no target {target}"))?;
    let model = checked.model.ok_or("the contract itself has problems")?;
    let input = Input { model: &model, sources: &checked.report.sources, options };
    Ok(backend.problems(&input).iter().map(|problem| problem.code).collect())
}

fn checked(memory: &Memory) -> BTreeSet<Code> {
    let report = Config::new().root("").check_in(memory).report;
    report.problems.iter().map(|problem| problem.code).collect()
}
