//! Python modules that declare services for the library `almanet`, read as text: nothing of them is ever run.
//!
//! What is annotated becomes the JSON Schema that pydantic would make of it, and goes the way that introspection goes.

mod declared;
mod fields;
mod generics;
mod model;
mod names;
mod parsed;
mod parts;
mod raised;
mod schema;
mod scopes;
mod value;

use super::ImportError;
use super::document::Described;
use super::json::Json;
use names::Modules;

/// The largest module, in bytes. The parser recurses, and takes long over what is nested without end: no declaration of a
/// service needs more than this.
const MAX_MODULE: usize = 256 * 1024;
const MAX_LINE: usize = 2_000;
const MAX_BRACKETS: usize = 100;
const MAX_INDENT: usize = 200;
const STACK: usize = 1 << 30;

/// A module's source.
#[derive(Clone, Debug)]
pub struct Module {
    /// What it is imported by, which a service may take its address from: `guide.microservice.greeting`.
    pub name: String,
    /// Where it comes from, for messages.
    pub origin: String,
    /// The text.
    pub source: String,
}

/// What modules declare.
#[derive(Debug, Default)]
pub(super) struct Declared {
    pub(super) procedures: Vec<Procedure>,
    /// What is said of services, by prepath.
    pub(super) services: Vec<(String, ServiceFacts)>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct ServiceFacts {
    pub(super) notes: Vec<String>,
    pub(super) expose: bool,
}

#[derive(Debug)]
pub(super) struct Procedure {
    pub(super) described: Described,
    /// The name in the contract, where the address does not end in it.
    pub(super) expose: bool,
    pub(super) raises: Vec<Raised>,
    pub(super) notes: Vec<String>,
}

/// An exception that a procedure declares.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Raised {
    pub(super) name: String,
    pub(super) docs: Option<String>,
    /// `None` where there is no annotation.
    pub(super) payload: Option<Json>,
}

/// Reads modules, which may import each other.
pub(super) fn read(modules: &[Module]) -> Result<Declared, ImportError> {
    for module in modules {
        if let Some((line, why)) = beyond_limits(&module.source) {
            return Err(ImportError::Python { origin: module.origin.clone(), line, column: 1, why });
        }
    }
    std::thread::scope(|scope| {
        let reading = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || {
            let modules = Modules::parse(modules)?;
            let declared = declared::declared(&modules);
            if declared.procedures.is_empty() {
                return Err(ImportError::NoService { origins: modules.origins() });
            }
            Ok(declared)
        });
        let ended =
            reading.map_err(|error| error.to_string()).and_then(|it| it.join().map_err(|_| "it failed".to_owned()));
        ended.unwrap_or_else(|why| Err(ImportError::Reader(why)))
    })
}

/// The line that is too much for the parser, and why. Brackets in strings and comments count too.
fn beyond_limits(source: &str) -> Option<(usize, String)> {
    if source.len() > MAX_MODULE {
        return Some((1, format!("a module over {} KiB is not read", MAX_MODULE / 1024)));
    }
    let mut open = 0_usize;
    for (index, line) in source.split('\n').enumerate() {
        open = line.bytes().fold(open, |open, byte| match byte {
            b'(' | b'[' | b'{' => open + 1,
            b')' | b']' | b'}' => open.saturating_sub(1),
            _ => open,
        });
        let indent = line.len() - line.trim_start().len();
        let why = if line.len() > MAX_LINE {
            format!("a line of more than {MAX_LINE} bytes is not read")
        } else if open > MAX_BRACKETS {
            format!("more than {MAX_BRACKETS} open brackets are not read")
        } else if indent > MAX_INDENT {
            format!("a line that is indented by more than {MAX_INDENT} characters is not read")
        } else {
            continue;
        };
        return Some((index + 1, why));
    }
    None
}
