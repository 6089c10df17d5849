use std::io::{self, BufRead as _, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};

use crate::diagnostic::Status;
use crate::init::{self, CreateError, ProjectName};

use super::interrupt;
use super::terminal::Terminal;

/// Makes a new project: a contract, a service that runs, its test, and what a repository needs
///
/// Asks for the project's name where --name does not give it. Nothing that is there already is replaced.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  almanet-gen init                      # asks, and makes a folder of the name it is told
  almanet-gen init --language both --name zoo
  almanet-gen init . --name yatzee      # asks nothing, and takes the present folder")]
pub(super) struct Arguments {
    /// Folder to make, or one that is there; without it, one of the project's name
    #[arg(value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
    /// The project's name
    #[arg(long, value_hint = ValueHint::Other)]
    name: Option<ProjectName>,
    /// What it is written in
    #[arg(long, value_enum, default_value_t)]
    language: Language,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Language {
    /// Rust
    #[default]
    Rust,
    /// Python
    Python,
    /// The service in Rust and in Python, which share its calls
    Both,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Status {
    let usual = usual_name(arguments.dir.as_deref());
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => match ask(&usual, terminal) {
            Ok(name) => name,
            Err(error) => {
                terminal.failure(&error, "answer again, or give the name with `--name`");
                return Status::Failed;
            }
        },
    };
    let language = match arguments.language {
        Language::Rust => init::Language::Rust,
        Language::Python => init::Language::Python,
        Language::Both => init::Language::Both,
    };
    let folder = arguments.dir.clone().unwrap_or_else(|| PathBuf::from(name.as_str()));
    let created = {
        let _uninterrupted = interrupt::uninterrupted();
        init::create(&folder, &name, language)
    };
    match created {
        Ok(created) => {
            let entries: String = created.entries.iter().map(|entry| format!("  {}\n", entry.display())).collect();
            let shown = folder.display();
            terminal.text(&format!("made {shown}:\n{entries}\nto start the service:\n"));
            let step = if folder.as_os_str() == "." { String::new() } else { format!("  cd {shown}\n") };
            terminal.text(&format!("{step}  {}\n", start(language, &name)));
            Status::Clean
        }
        Err(error) => {
            let remedy = match &error {
                CreateError::Exists(_) => "move it away, or name another folder",
                CreateError::Write { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                    "free space on the disk, or name another folder"
                }
                CreateError::Write { .. } => "allow writing there, or name another folder",
                _ => "this is a defect of almanet-gen",
            };
            terminal.failure(&error.to_string(), remedy);
            Status::Failed
        }
    }
}

fn start(language: init::Language, name: &ProjectName) -> String {
    match language {
        init::Language::Rust | init::Language::Both => "cargo run".to_owned(),
        init::Language::Python => format!(
            "python -m venv .venv && .venv/bin/pip install -e '.[test]'\n  .venv/bin/python -m contract.{name}.__microservice"
        ),
    }
}

/// What Enter alone means: the folder's own name, where it is one for a project.
fn usual_name(dir: Option<&Path>) -> ProjectName {
    let folder = dir.and_then(|dir| match dir.file_name() {
        Some(name) => Some(name.to_owned()),
        None => dir.canonicalize().ok()?.file_name().map(ToOwned::to_owned),
    });
    let name = folder.and_then(|name| name.to_str()?.replace('-', "_").parse().ok());
    name.unwrap_or_else(ProjectName::usual)
}

/// Asks until the answer is a name; where nobody is there to answer again, once.
fn ask(usual: &ProjectName, terminal: &mut Terminal) -> Result<ProjectName, String> {
    loop {
        terminal.text(&format!("project_name [{usual}]: "));
        let mut answer = String::new();
        let read =
            io::stdin().lock().read_line(&mut answer).map_err(|error| format!("cannot read an answer: {error}"))?;
        if !io::IsTerminal::is_terminal(&io::stdin()) {
            // Whoever reads what comes next does not see the answer.
            terminal.text("\n");
        }
        let answer = answer.trim();
        if read == 0 || answer.is_empty() {
            return Ok(usual.clone());
        }
        match answer.parse() {
            Ok(name) => return Ok(name),
            Err(error) if io::IsTerminal::is_terminal(&io::stdin()) => {
                let error: init::ProjectNameError = error;
                terminal.error_text(&format!("{error}\n"));
                io::stderr().flush().map_err(|error| error.to_string())?;
            }
            Err(error) => return Err(error.to_string()),
        }
    }
}
