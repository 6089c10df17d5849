use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueHint};

use crate::backend::File;
use crate::diagnostic::Status;
use crate::driver::Config;
use crate::import::{self, ImportError, Imported, Module};
use crate::output::{self, Plan};
use crate::source::vfs::Memory;

use super::interrupt;
use super::paths::ProblemFormat;
use super::terminal::Terminal;

/// Writes contracts of what runs already
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  almanet-gen import nsq://127.0.0.1:4150 --out schemas     # what services say of themselves
  almanet-gen import nsq://127.0.0.1:4150 --address net.example.greeting.greet
  almanet-gen import guide/microservice/greeting.py --out schemas   # Python, which is not run
  almanet-gen import documents.json > greeting.almanet      # what was collected before

What cannot be known becomes a comment that begins with TODO(import).")]
pub(super) struct Arguments {
    /// A broker's URL, or Python modules, or files of schema documents; `-` reads documents from standard input
    #[arg(value_name = "SOURCE", required = true, value_hint = ValueHint::AnyPath)]
    sources: Vec<String>,
    /// A procedure that no service lists, perhaps with its channel; may be given several times
    #[arg(long = "address", value_name = "URI[:CHANNEL]", value_hint = ValueHint::Other)]
    addresses: Vec<String>,
    /// Seconds that services have to answer
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0, value_hint = ValueHint::Other)]
    wait: f64,
    /// The folder for the contracts; without it they go to standard output
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
}

/// The channel of an address that is given without one.
const DEFAULT_CHANNEL: &str = "almanet.python";

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Status {
    let imported = match arguments.imported() {
        Ok(imported) => imported,
        Err(Failure { message, remedy }) => {
            terminal.failure(&message, &remedy);
            return Status::Failed;
        }
    };
    let files = imported.files.iter().fold(Memory::new(), |files, (path, text)| files.with(path, text.as_str()));
    let report = Config::new().root("").check_in(&files).report;
    terminal.problems(&report, ProblemFormat::Human);
    let written = match &arguments.out {
        Some(out) => write(&imported, out, terminal),
        None => print(&imported, terminal),
    };
    report.status().max(written)
}

/// What went wrong, and what to do about it.
struct Failure {
    message: String,
    remedy: String,
}

impl Arguments {
    fn imported(&self) -> Result<Imported, Failure> {
        let wait = Duration::try_from_secs_f64(self.wait).ok().filter(|wait| !wait.is_zero() && *wait <= MOST);
        let Some(wait) = wait else {
            return Err(failed(
                format!("--wait {} is no time to wait", self.wait),
                "give seconds, from above 0 to 600",
            ));
        };
        let is_url = |source: &&String| source.contains("://") || source.starts_with("embedded:");
        match self.sources.iter().find(is_url) {
            Some(url) if self.sources.len() == 1 => Ok(import::fleet(url, wait, &self.addresses())?),
            Some(_) => Err(failed("a broker's URL stands alone", "import a fleet and files in two runs")),
            None if !self.addresses.is_empty() => {
                Err(failed("--address is for a fleet", "name the broker: almanet-gen import nsq://127.0.0.1:4150"))
            }
            None => self.files(),
        }
    }

    fn files(&self) -> Result<Imported, Failure> {
        let is_module = |source: &&String| Path::new(source).extension().is_some_and(|extension| extension == "py");
        match self.sources.iter().filter(is_module).count() {
            0 => self.documents(),
            count if count == self.sources.len() => self.modules(),
            _ => Err(failed("modules and documents stand apart", "import them in two runs")),
        }
    }

    fn modules(&self) -> Result<Imported, Failure> {
        let mut modules = Vec::new();
        for origin in &self.sources {
            let source = fs::read_to_string(origin);
            let source = source.map_err(|error| failed(format!("{origin}: {error}"), "name a Python module"))?;
            modules.push(Module { name: module_name(Path::new(origin)), origin: origin.clone(), source });
        }
        Ok(import::python(&modules)?)
    }

    fn documents(&self) -> Result<Imported, Failure> {
        let mut texts = Vec::new();
        for source in &self.sources {
            let text = if source == "-" { standard_input() } else { fs::read_to_string(source) };
            let text = text.map_err(|error| {
                let remedy = if is_address(source) {
                    format!("did you mean the broker `nsq://{source}`?")
                } else {
                    "name a file of JSON documents".to_owned()
                };
                failed(format!("{source}: {error}"), remedy)
            })?;
            texts.push((source.as_str(), text));
        }
        Ok(import::documents(texts.iter().map(|(source, text)| (*source, text.as_str())))?)
    }

    fn addresses(&self) -> Vec<(String, String)> {
        let split = |address: &String| {
            let (uri, channel) = address.split_once(':').unwrap_or((address, DEFAULT_CHANNEL));
            (uri.to_owned(), channel.to_owned())
        };
        self.addresses.iter().map(split).collect()
    }
}

/// The longest that services have to answer.
const MOST: Duration = Duration::from_secs(600);

/// Whether this looks like `host:port`.
fn is_address(source: &str) -> bool {
    source.rsplit_once(':').is_some_and(|(host, port)| !host.contains('/') && port.parse::<u16>().is_ok())
}

/// What a module is imported by: its path as it is given, or, of one that leads elsewhere, as far as its packages go.
fn module_name(path: &Path) -> String {
    let stem = path.with_extension("");
    let is_plain = stem.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let mut parts: Vec<String> = Vec::new();
    let mut folder = stem.as_path();
    while let Some(name) = folder.file_name() {
        parts.insert(0, name.to_string_lossy().into_owned());
        folder = folder.parent().unwrap_or(Path::new(""));
        if !is_plain && !folder.join("__init__.py").exists() {
            break;
        }
    }
    if parts.last().is_some_and(|last| last == "__init__") {
        parts.pop();
    }
    parts.join(".")
}

fn standard_input() -> std::io::Result<String> {
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text)?;
    Ok(text)
}

fn failed(message: impl Into<String>, remedy: impl Into<String>) -> Failure {
    Failure { message: message.into(), remedy: remedy.into() }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        let remedy = match &error {
            ImportError::Silent { .. } => {
                "Services are found that publish themselves: `include_to_api=True` in Python, `@expose` in a contract. Name \
                 those of others by --address, give them more time by --wait, or import the Python modules that declare them."
            }
            ImportError::Python { .. } => "Python 3 modules are read.",
            ImportError::NoService { .. } => {
                "Name the public headers, where `almanet.new_remote_service` and `@service.public_procedure` stand, and the modules \
                 of their models."
            }
            ImportError::Broker(_) => "Is it the URL of the broker, and does it run?",
            _ => "Give what `_schema_.client` and `_schema_.URI.CHANNEL` answered: an object, or an array of them.",
        };
        failed(error.to_string(), remedy)
    }
}

/// Writes every contract that is not there yet, or none.
fn write(imported: &Imported, out: &Path, terminal: &mut Terminal) -> Status {
    let paths: Vec<PathBuf> = imported.files.iter().map(|(path, _)| out.join(path)).collect();
    if let Some(taken) = paths.iter().find(|path| path.exists()) {
        let message = format!("{} is there already", taken.display());
        terminal.failure(
            &message,
            "Nothing was written: a contract is never overwritten. Give another --out, or remove it.",
        );
        return Status::Failed;
    }
    let files = imported.files.iter().map(|(path, text)| File::skeleton(path, text));
    let written = {
        let _uninterrupted = interrupt::uninterrupted();
        Plan::new(out, files).and_then(|plan| output::write(vec![plan]))
    };
    if let Err(errors) = written {
        for error in errors {
            terminal
                .failure(&format!("{}: {error}", error.path.display()), "Give a folder that can be written: --out DIR");
        }
        return Status::Failed;
    }
    for path in paths {
        terminal.error_text(&format!("wrote {}\n", path.display()));
    }
    Status::Clean
}

fn print(imported: &Imported, terminal: &mut Terminal) -> Status {
    match imported.files.as_slice() {
        [(_, text)] => {
            terminal.text(text);
            Status::Clean
        }
        files => {
            let names: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
            let message = format!("these are {} contracts: {}", files.len(), names.join(", "));
            terminal.failure(&message, "Name a folder for them: --out schemas");
            Status::Failed
        }
    }
}
