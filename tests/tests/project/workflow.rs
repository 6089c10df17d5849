//! The workflow of CI and the hooks of pre-commit: every command of theirs, run in a clone.

use std::ffi::OsString;
use std::path::Path;

use serde_json::Value;

use super::{Project, sh};

/// Runs the steps of one job of the workflow in a clone.
#[track_caller]
pub(crate) fn job(project: &Project, clone: &Path, name: &str, variables: &[(&str, OsString)]) {
    let workflow = workflow(project);
    let job = &workflow["jobs"][name];
    assert!(job["runs-on"].is_string(), "there is no job {name}");
    let steps = job["steps"].as_array().expect("a job has steps");
    for step in steps {
        match (step["uses"].as_str(), step["run"].as_str()) {
            (Some(action), None) => assert_pinned(action),
            // What is installed is the program of this repository.
            (None, Some(command)) if command.starts_with("cargo install ") => {
                assert_eq!(command, concat!("cargo install --locked almanet-codegen@", env!("CARGO_PKG_VERSION")));
            }
            (None, Some(command)) => {
                let command = command.replace("${{ github.base_ref }}", "main");
                assert!(!command.contains("${{"), "{command}: that is not known here");
                sh(clone, &command, variables);
            }
            _ => panic!("{step} neither uses an action nor runs a command, or both"),
        }
    }
}

/// The names of the workflow's jobs.
#[track_caller]
pub(crate) fn jobs(project: &Project) -> Vec<String> {
    let workflow = workflow(project);
    // YAML 1.1 takes the key `on` for a boolean; GitHub does not.
    assert!(workflow["on"].is_object() && workflow["name"].is_string());
    workflow["jobs"].as_object().expect("there are jobs").keys().cloned().collect()
}

fn workflow(project: &Project) -> Value {
    serde_yaml::from_str(&project.read(".github/workflows/ci.yaml")).expect("it is YAML")
}

/// Runs every hook of pre-commit in a clone.
#[track_caller]
pub(crate) fn hooks(project: &Project, clone: &Path) {
    let config: Value = serde_yaml::from_str(&project.read(".pre-commit-config.yaml")).expect("it is YAML");
    let hooks: Vec<&Value> = config["repos"]
        .as_array()
        .expect("there are repositories")
        .iter()
        .flat_map(|repository| repository["hooks"].as_array().expect("each has hooks"))
        .collect();
    assert!(!hooks.is_empty());
    for hook in hooks {
        assert_eq!(hook["language"], "system", "{hook}");
        sh(clone, hook["entry"].as_str().expect("a hook runs something"), &[]);
    }
}

/// `OWNER/NAME@vN`.
fn assert_pinned(action: &str) {
    let version = action.split_once('@').map(|(_, version)| version);
    let digits = version.and_then(|version| version.strip_prefix('v'));
    let is_pinned = digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit()));
    assert!(is_pinned && action.split('/').count() == 2, "{action} is no action of one version");
}
