use super::locate::{Step, locate};
use crate::diagnostic::Code;
use crate::diagnostic::code::configuration as code;

/// What is wrong with the file's structure, as serde found it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) code: Code,
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// Line and column, from 1.
    pub(super) place: (u32, u32),
}

/// Tells serde's error in our words. serde has no kinds to match, so its fixed phrases are read.
pub(super) fn mistake(error: &serde_yaml::Error, text: &str) -> Mistake {
    let (path, said) = parts(error);
    let place = error.location().map(|location| (location.line() as u32, location.column() as u32));
    let place = place.or_else(|| locate(text, &path_steps(&path))).unwrap_or((1, 1));
    let quoted: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
    let mistake = |code, message: String, help: Option<String>| Mistake { code, message, help, place };

    if said.starts_with("unknown field") {
        let (key, known) = quoted.split_first().map_or(("", &[][..]), |(key, known)| (*key, known));
        return mistake(
            code::CONFIGURATION_UNKNOWN_KEY,
            format!("unknown key `{key}`"),
            Some(near(key, known, "the keys here are")),
        );
    }
    if said.starts_with("unknown variant") {
        let (value, known) = quoted.split_first().map_or(("", &[][..]), |(value, known)| (*value, known));
        let help = near(value, known, "the values here are");
        return mistake(code::CONFIGURATION_WRONG_VALUE, format!("`{value}` means nothing here"), Some(help));
    }
    if said.starts_with("missing field") {
        let key = quoted.first().copied().unwrap_or_default();
        let help = format!("add `{key}:{}`", if key == "version" { " 1" } else { "" });
        return mistake(code::CONFIGURATION_MISSING_KEY, format!("the key `{key}` is missing"), Some(help));
    }
    if said.starts_with("duplicate field") {
        let key = quoted.first().copied().unwrap_or_default();
        let mut steps = path_steps(&path);
        steps.push(Step::KeyItself(key, 1));
        let place = locate(text, &steps).unwrap_or(place);
        let help = Some("remove one of them".to_owned());
        let message = format!("the key `{key}` stands twice");
        return Mistake { code: code::CONFIGURATION_DUPLICATE_KEY, message, help, place };
    }
    if let Some(rest) = said.strip_prefix("invalid type: ").or_else(|| said.strip_prefix("invalid value: ")) {
        let (found, expected) = rest.split_once(", expected ").unwrap_or((rest, "something else"));
        let (expected, found) = (plain(expected), plain(found));
        let is_quoted_number = found.trim_start_matches("the text ").trim_matches('"').parse::<u32>().is_ok();
        let help = match &*expected {
            "a list" => Some("a list stands between brackets, `[a, b]`, or on lines that begin with `- `"),
            "a mapping" => Some("a mapping is made of lines `key: value`"),
            "a whole number" if is_quoted_number => Some("write it without quotes"),
            _ => None,
        };
        let message = format!("expected {expected}, found {found}");
        return mistake(code::CONFIGURATION_WRONG_VALUE, message, help.map(ToOwned::to_owned));
    }
    let has_tabs = text.lines().any(|line| line.trim_start_matches(' ').starts_with('\t'));
    let help = has_tabs.then(|| "YAML is indented by blanks, never by tabs".to_owned());
    mistake(code::CONFIGURATION_SYNTAX, format!("this is not YAML: {said}"), help)
}

/// What to write instead: the nearest of the known words, or all of them.
pub(super) fn near(word: &str, known: &[&str], otherwise: &str) -> String {
    match crate::diagnostic::nearest(word, known.iter().copied()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("{otherwise} {}", known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")),
    }
}

/// The path that yaml_serde put before its message, and the message without the place behind it.
fn parts(error: &serde_yaml::Error) -> (String, String) {
    let mut said = error.to_string();
    if let Some(location) = error.location() {
        let suffix = format!(" at line {} column {}", location.line(), location.column());
        said = said.replacen(&suffix, "", 1);
    }
    let is_path =
        |text: &str| text.chars().all(|character| character.is_ascii_alphanumeric() || "_.[]-".contains(character));
    match said.split_once(": ") {
        Some((path, rest)) if is_path(path) && !["invalid type", "invalid value"].contains(&path) => {
            (path.to_owned(), rest.to_owned())
        }
        _ => (String::new(), said),
    }
}

fn path_steps(path: &str) -> Vec<Step<'_>> {
    let parts = path.split(['.', '[', ']']).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().map_or(Step::Key(part), Step::Item)).collect()
}

/// serde's names of things in people's words.
fn plain(said: &str) -> String {
    let said = said.strip_prefix("struct ").map_or(said, |_| "a mapping");
    match said {
        "unit value" | "Option value" | "null" => "nothing".to_owned(),
        "map" => "a mapping".to_owned(),
        "sequence" => "a list".to_owned(),
        "a sequence" => "a list".to_owned(),
        "u32" => "a whole number".to_owned(),
        said => said
            .replace("string \"", "the text \"")
            .replace("boolean `", "`")
            .replace("integer `", "`")
            .replace("floating point `", "`"),
    }
}
