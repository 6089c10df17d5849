//! Draws contracts, compiles them into `OUT_DIR`, and writes the table of their types.

#[path = "src/contract/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "the crate shows it, and uses all of it")]
mod contract;
#[path = "src/value/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "the crate shows it, and uses all of it")]
mod value;

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;

use almanet_codegen::Config;
use almanet_codegen::validate::names::rust;
use contract::{Body, Contract, Role};

/// The environment variable that names another seed.
const SEED_VARIABLE: &str = "ALMANET_PROPERTY_SEED";

const SEED: u64 = 20_261_121;

fn main() -> Result<(), Box<dyn Error>> {
    let seed = std::env::var(SEED_VARIABLE).map_or(Ok(SEED), |text| text.parse())?;
    println!("cargo::rerun-if-env-changed={SEED_VARIABLE}");
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rustc-env={SEED_VARIABLE}={seed}");

    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let schemas = out.join("schemas");
    std::fs::create_dir_all(&schemas)?;
    let mut table = String::from("&[\n");
    for contract in contract::contracts(seed) {
        for (name, text) in contract.files() {
            std::fs::write(schemas.join(name), text)?;
        }
        rows(&contract, &mut table);
    }
    table.push_str("]\n");
    std::fs::write(out.join("table.rs"), table)?;
    Config::new().root(schemas).compile()?;
    Ok(())
}

/// A row of the table for each type of the contract.
fn rows(contract: &Contract, table: &mut String) {
    for definition in &contract.definitions {
        let name = rust::type_name(&definition.name);
        let path = match &definition.body {
            Body::Alias(_) => continue,
            Body::Record { role: Role::Parameters | Role::Notice | Role::Results, .. }
            | Body::Payload(_)
            | Body::Reply(_) => format!("desk::{name}"),
            Body::Topic(of) | Body::Stream(of) => rust::type_name(&contract.definitions[*of].name),
            _ => name,
        };
        let place = match &definition.body {
            Body::Topic(of) | Body::Stream(of) => contract.definitions[*of].place,
            _ => definition.place,
        };
        let (module, contract, definition) = (contract.namespace(place), &contract.name, &definition.name);
        writeln!(table, "    (\"{contract}.{definition}\", trip::<generated::property::{module}::{path}>),")
            .expect("a String takes everything");
    }
}
