//! Compiles the contract under `schemas` into `OUT_DIR`.

fn main() -> almanet_codegen::BuildResult {
    almanet_codegen::Config::new().root("schemas").compile()
}
