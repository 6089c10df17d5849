//! The table of `runtime/docs/json.md`: what becomes of odd JSON.

use std::fs;
use std::path::Path;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    /// The type, as the rows of the language's type table are called.
    pub row: String,
    /// What is read.
    pub json: String,
    /// What Rust writes after reading it; none where it refuses it.
    pub rust: Option<String>,
    /// The same of pydantic.
    pub pydantic: Option<String>,
}

/// Every row.
///
/// # Panics
///
/// Where the document is not there, or a row has another form.
#[must_use]
pub fn table() -> Vec<Odd> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/docs/json.md");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let rows: Vec<Odd> = text.lines().filter(|line| line.contains("| `")).map(row).collect();
    assert!(!rows.is_empty(), "{} holds a table", path.display());
    rows
}

fn row(line: &str) -> Odd {
    let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
    let [row, json, rust, pydantic] = cells[..] else { panic!("four cells: {line}") };
    let written = |cell: &str| match cell {
        "refused" => None,
        "same" => Some(code(json)),
        cell => Some(code(cell)),
    };
    Odd { row: row.to_owned(), json: code(json), rust: written(rust), pydantic: written(pydantic) }
}

fn code(cell: &str) -> String {
    cell.strip_prefix('`').and_then(|cell| cell.strip_suffix('`')).unwrap_or_else(|| panic!("code: {cell}")).to_owned()
}
