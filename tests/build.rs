//! Compiles the tests' own contracts into `OUT_DIR`, and one that was imported.

fn main() -> almanet_codegen::BuildResult {
    almanet_codegen::Config::new().root("schemas").root("../codegen/tests/import/fleet/contract").compile()
}
