//! `almanet-gen`, the command line over [`almanet_codegen`].

fn main() {}
