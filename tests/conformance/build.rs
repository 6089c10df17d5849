//! Compiles the contract into `OUT_DIR`, and writes the table of the types that vectors are of.

#[path = "src/vector.rs"]
#[allow(dead_code, unreachable_pub, reason = "the crate shows it, and uses all of it")]
mod vector;

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use almanet_codegen::Config;
use almanet_codegen::validate::names::rust;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=vectors");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let types: BTreeSet<String> =
        vector::read(Path::new("vectors"))?.into_iter().map(|vector| vector.type_name).collect();
    let mut table = String::from("&[\n");
    for name in types {
        writeln!(table, "    (\"{name}\", trip::<generated::{}>),", path(&name))?;
    }
    table.push_str("]\n");
    std::fs::write(out.join("table.rs"), table)?;
    Config::new().root("schemas").compile()?;
    Ok(())
}

/// Where the generated Rust of a type is: `a.Thing`, or `a.service.procedure/payload`.
fn path(name: &str) -> String {
    let (name, suffix) = match name.split_once('/') {
        Some((procedure, "payload")) => (procedure, "Payload"),
        Some((procedure, _)) => (procedure, "Reply"),
        None => (name, ""),
    };
    let (modules, last) = name.rsplit_once('.').unwrap_or(("", name));
    let modules: Vec<String> = modules.split('.').map(rust::module_name).collect();
    format!("{}::{}{suffix}", modules.join("::"), rust::type_name(last))
}
