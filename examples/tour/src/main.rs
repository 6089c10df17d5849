//! To come.
mod contract {
    almanet_runtime::include_contract!();
}
fn main() {}
