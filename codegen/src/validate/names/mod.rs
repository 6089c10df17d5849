//! What each built-in target makes of a contract's names: casing, keywords, names that are taken. Pure functions, which
//! the targets call too, so that what is checked is what is written.

pub(crate) mod casing;
pub mod go;
pub mod python;
pub mod rust;
pub mod typescript;

/// Appends `_` to a name that is one of `taken`, a sorted list.
fn freed(mut name: String, taken: &[&str]) -> String {
    debug_assert!(taken.is_sorted(), "{taken:?}");
    if taken.binary_search(&name.as_str()).is_ok() {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests;
