//! What must hold of a model, whatever the target: addresses, names in every built-in target, values.

pub mod names;
