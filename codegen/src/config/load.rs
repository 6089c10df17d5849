use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Map;

use super::file::{BreakingException, File, Generate, Text};
use super::locate::{Step, locate};
use super::structure::{mistake, near};
use super::{Configuration, ConfiguredOutput, Generator};
use crate::backend::{self, Options};
use crate::diagnostic::code::configuration as code;
use crate::diagnostic::{self, Code, Problem, Report};
use crate::lint;
use crate::plugin::{Plugin, PluginNameError};
use crate::source::vfs::{Disk, Kind, Vfs, decode, real};
use crate::source::{FileId, Location, SourceFile, Span};

/// The form that this version reads.
const VERSION: u32 = 1;

impl Configuration {
    /// Reads and checks a configuration. Its paths are relative to the folder that holds it.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it. A mistake in its structure hides what else is wrong.
    pub fn load(path: &Path) -> Result<Self, Report> {
        let mut report = Report::default();
        let text = match Disk.read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let place = report.place(path);
                let problem =
                    Problem::new(diagnostic::code::files::UNREADABLE, place, format!("cannot read this: {error}"));
                report.add([problem.with_help("allow reading it, or name the contracts on the command line")]);
                return Err(report);
            }
        };
        let name = path.display().to_string();
        match decode(text) {
            Ok(text) => Loader::new(path, name, text, report).load(),
            Err(error) => {
                let file = report.sources.add(SourceFile::new(name, error.lossy));
                let at = Location::new(file, Span::new(error.offset as u32, error.offset as u32 + 3));
                report.add([Problem::new(diagnostic::code::files::NOT_UTF8, at, "this is not UTF-8")]);
                Err(report)
            }
        }
    }
}

struct Loader {
    path: PathBuf,
    folder: PathBuf,
    text: String,
    file: FileId,
    report: Report,
}

impl Loader {
    fn new(path: &Path, name: String, text: String, mut report: Report) -> Self {
        let file = report.sources.add(SourceFile::new(name, text.as_str()));
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        Self { path: path.to_path_buf(), folder, text, file, report }
    }

    fn load(mut self) -> Result<Configuration, Report> {
        if let Some((at, why)) = too_much(&self.text) {
            let at = Location::new(self.file, Span::new(at, at));
            self.report.add([Problem::new(code::CONFIGURATION_SYNTAX, at, why)]);
            return Err(self.report);
        }
        let file: File = match serde_yaml::from_str(&self.text) {
            Ok(file) => file,
            Err(error) => {
                let mistake = mistake(&error, &self.text);
                let at = self.token(mistake.place);
                let problem = Problem { help: mistake.help, ..Problem::new(mistake.code, at, mistake.message) };
                self.report.add([problem]);
                return Err(self.report);
            }
        };
        if file.version != VERSION {
            let message = format!("version {} of the configuration is not known", file.version);
            self.problem(code::CONFIGURATION_VERSION, &[Step::Key("version")], message, "write `version: 1`");
        }
        let schemas = self.schemas(&file.schemas);
        let outputs: Vec<_> =
            file.generate.iter().enumerate().filter_map(|(index, entry)| self.output(index, entry)).collect();
        self.refuse_overlaps(&file.generate);
        let lints = ["lint", "disable"].map(Step::Key);
        for (index, disabled) in file.lint.disable.iter().enumerate() {
            self.known_lint(disabled, &[lints[0], lints[1], Step::Item(index)]);
        }
        let mut file = file;
        for (index, exception) in file.breaking.except.iter_mut().enumerate() {
            self.exception(index, exception);
        }
        if !self.report.problems.is_empty() {
            return Err(self.report);
        }
        Ok(Configuration {
            path: self.path,
            schemas,
            outputs,
            lint: file.lint,
            breaking: file.breaking,
            report: self.report,
        })
    }

    fn schemas(&mut self, schemas: &[Text]) -> Vec<PathBuf> {
        if schemas.is_empty() {
            let path = [Step::Key("schemas")];
            let message = "there is nothing to compile";
            self.problem(
                code::CONFIGURATION_WRONG_VALUE,
                &path,
                message,
                "name a folder of contracts: `schemas: [schemas]`",
            );
        }
        let mut folders = Vec::new();
        for (index, schema) in schemas.iter().enumerate() {
            let folder = self.folder.join(&**schema);
            if schema.is_empty() || !matches!(Disk.kind(&folder), Ok(Some(Kind::Folder))) {
                let path = [Step::Key("schemas"), Step::Item(index)];
                let message = format!("there is no folder `{}`", folder.display());
                let help = match folder_like(&folder) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => {
                        "make the folder, or correct the name; it is relative to the folder of almanet.yaml".to_owned()
                    }
                };
                self.problem(code::CONFIGURATION_SCHEMAS_MISSING, &path, message, help);
            }
            folders.push(folder);
        }
        folders
    }

    fn output(&mut self, index: usize, entry: &Generate) -> Option<ConfiguredOutput> {
        let at = |step| [Step::Key("generate"), Step::Item(index), step];
        let whole = [Step::Key("generate"), Step::Item(index)];
        let generator = match (&entry.target, &entry.plugin) {
            (Some(name), None) => match backend::find(name) {
                Some(backend) => Generator::Target(backend),
                None => {
                    let known: Vec<&str> = backend::all().iter().map(|backend| backend.name()).collect();
                    let help = near(name, &known, "the targets are");
                    let message = format!("there is no target `{name}`");
                    self.problem(code::CONFIGURATION_UNKNOWN_TARGET, &at(Step::Key("target")), message, help);
                    return None;
                }
            },
            (None, Some(name)) => self.plugin(name, &entry.options, &at)?,
            (None, None) => {
                let message = "this output has neither `target` nor `plugin`";
                self.problem(code::CONFIGURATION_MISSING_KEY, &whole, message, "add `target:` or `plugin:`");
                return None;
            }
            (Some(_), Some(_)) => {
                let message = "this output has both `target` and `plugin`";
                let path = at(Step::KeyItself("plugin", 0));
                self.problem(code::CONFIGURATION_WRONG_VALUE, &path, message, "make two outputs of it");
                return None;
            }
        };
        let mut options = Options::default();
        if let Generator::Target(backend) = &generator {
            for (key, value) in &entry.options {
                self.option(*backend, key, value, &at, &mut options);
            }
        }
        if entry.out.is_empty() {
            let message = "the folder has no name";
            self.problem(
                code::CONFIGURATION_WRONG_VALUE,
                &at(Step::Key("out")),
                message,
                "write `.` for the folder of almanet.yaml",
            );
        }
        Some(ConfiguredOutput { generator, out: self.folder.join(&*entry.out), options })
    }

    fn plugin<'a>(
        &mut self,
        name: &Text,
        settings: &'a BTreeMap<String, serde_yaml::Value>,
        at: &dyn Fn(Step<'a>) -> [Step<'a>; 3],
    ) -> Option<Generator> {
        let plugin = match name.parse() {
            Ok(name) => Some(Plugin::new(name)),
            Err(error) => {
                let message = format!("`{name}` is no plugin");
                let help = PluginNameError::to_string(&error);
                self.problem(code::CONFIGURATION_WRONG_VALUE, &at(Step::Key("plugin")), message, help);
                None
            }
        };
        let mut all = Map::new();
        for (key, value) in settings {
            match serde_json::to_value(value) {
                Ok(value) => drop(all.insert(key.clone(), value)),
                Err(_) => {
                    let message = "this cannot be handed to a plugin";
                    let help = "settings are texts, numbers, `true`, `false`, nothing, lists, and mappings whose keys are texts";
                    self.problem(code::CONFIGURATION_WRONG_VALUE, &at(Step::Key(key)), message, help);
                }
            }
        }
        Some(Generator::Plugin(plugin?, all))
    }

    fn option<'a>(
        &mut self,
        backend: &dyn backend::Backend,
        key: &'a str,
        value: &serde_yaml::Value,
        at: &dyn Fn(Step<'a>) -> [Step<'a>; 3],
        options: &mut Options,
    ) {
        let Some(known) = backend.options().iter().find(|option| option.name == key) else {
            let keys =
                ["target", "plugin", "out"].into_iter().chain(backend.options().iter().map(|option| option.name));
            let help = near(key, &keys.collect::<Vec<_>>(), "the keys here are");
            let message = format!("unknown key `{key}`");
            self.problem(code::CONFIGURATION_UNKNOWN_KEY, &at(Step::KeyItself(key, 0)), message, help);
            return;
        };
        match value.as_str().filter(|value| known.values.contains(value)) {
            Some(value) => {
                options.values.insert(key.to_owned(), value.to_owned());
            }
            None => {
                let shown = value.as_str().map(|value| format!("`{value}` means nothing here"));
                let message = shown.unwrap_or_else(|| "this means nothing here".to_owned());
                let help = near(value.as_str().unwrap_or_default(), known.values, "the values here are");
                self.problem(code::CONFIGURATION_WRONG_VALUE, &at(Step::Key(key)), message, help);
            }
        }
    }

    fn exception(&mut self, index: usize, exception: &mut BreakingException) {
        let at = |key| [Step::Key("breaking"), Step::Key("except"), Step::Item(index), Step::Key(key)];
        self.known_code(&exception.code, 'B', &at("code"));
        exception.location = Some(self.location(&at("subject")));
        if exception.reason.trim().is_empty() {
            let help = "say why the change is wanted: whoever reads this later has to know";
            self.problem(code::CONFIGURATION_WRONG_VALUE, &at("reason"), "the reason is empty", help);
        }
        let Some(until) = &exception.until else { return };
        if until.parse::<jiff::civil::Date>().is_err() {
            let message = format!("`{until}` is not a date");
            self.problem(code::CONFIGURATION_WRONG_VALUE, &at("until"), message, "write it as `2026-12-31`");
        }
    }

    /// Folders by their real places, and as a disk sees them that does not tell capitals from small letters.
    fn refuse_overlaps(&mut self, outputs: &[Generate]) {
        let place = |output: &Generate| real(&self.folder.join(&*output.out));
        let folded = |path: PathBuf| PathBuf::from(path.to_string_lossy().to_lowercase());
        let folders: Vec<PathBuf> = outputs.iter().map(place).map(folded).collect();
        for (later, folder) in folders.iter().enumerate() {
            let earlier =
                folders[..later].iter().position(|other| folder.starts_with(other) || other.starts_with(folder));
            let Some(earlier) = earlier else { continue };
            let path = |index| [Step::Key("generate"), Step::Item(index), Step::Key("out")];
            let (at, other) = (self.location(&path(later)), self.location(&path(earlier)));
            let message = "two outputs go into one folder, or one into the other's";
            let problem = Problem::new(code::CONFIGURATION_OUTPUTS_OVERLAP, at, message);
            let help = "give each a folder of its own, by a name that differs in more than capitals";
            self.report.add([problem.with_label(other, "the other one").with_help(help)]);
        }
    }

    fn known_lint(&mut self, name: &str, path: &[Step<'_>]) {
        if lint::names().all(|known| known != name) {
            let help = match diagnostic::nearest(name, lint::names()) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => {
                    let categories: Vec<&str> = lint::Category::ALL.into_iter().map(lint::Category::name).collect();
                    format!("`almanet-gen explain` lists all codes; the categories are {}", categories.join(", "))
                }
            };
            let message = format!("there is no lint and no category of lints `{name}`");
            self.problem(code::CONFIGURATION_UNKNOWN_CODE, path, message, help);
        }
    }

    fn known_code(&mut self, name: &str, letter: char, path: &[Step<'_>]) {
        let known: Vec<&str> = diagnostic::code::all().into_iter().map(|entry| entry.code.as_str()).collect();
        let known: Vec<&str> = known.into_iter().filter(|code| code.starts_with(letter)).collect();
        if !known.contains(&name) {
            let help = match diagnostic::nearest(name, known) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => "`almanet-gen explain` lists all codes".to_owned(),
            };
            self.problem(
                code::CONFIGURATION_UNKNOWN_CODE,
                path,
                format!("there is no code `{name}` to name here"),
                help,
            );
        }
    }

    fn problem(&mut self, code: Code, path: &[Step<'_>], message: impl Into<String>, help: impl Into<String>) {
        let location = self.location(path);
        self.report.add([Problem::new(code, location, message).with_help(help)]);
    }

    fn location(&self, path: &[Step<'_>]) -> Location {
        self.token(locate(&self.text, path).unwrap_or((1, 1)))
    }

    /// From a line and column to the end of the word that begins there, or of the line for a bracket or quote.
    fn token(&self, (line, column): (u32, u32)) -> Location {
        let file = self.report.sources.get(self.file);
        let line = file.line(line);
        let text = &self.text[line.range()];
        let start = text.char_indices().nth(column as usize - 1).map_or(text.len(), |(at, _)| at);
        let rest = &text[start..];
        let length = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => rest[1..].find(quote).map_or(rest.len(), |end| end + 2),
            Some('[' | '{') => 1,
            _ => rest.find([',', ':', ' ', ']', '}', '#']).unwrap_or(rest.len()),
        };
        let start = line.start + start as u32;
        Location::new(self.file, Span::new(start, start + length as u32))
    }
}

/// Where a text is none that anybody wrote as a configuration. The YAML reader takes time in the square of the depth.
pub(super) fn too_much(text: &str) -> Option<(u32, &'static str)> {
    const MAX_SIZE: usize = 1 << 20;
    const MAX_DEPTH: usize = 64;
    if text.len() > MAX_SIZE {
        return Some((0, "a configuration is at most 1 MiB large"));
    }
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Some((at as u32, "brackets are nested deeper than 64"));
        }
    }
    None
}

/// The name of a folder beside one that is not there, where it is close.
fn folder_like(missing: &Path) -> Option<String> {
    let beside = missing.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folders = std::fs::read_dir(beside).ok()?.flatten().filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> = folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    diagnostic::nearest(missing.file_name()?.to_str()?, names.iter().map(String::as_str)).map(ToOwned::to_owned)
}
