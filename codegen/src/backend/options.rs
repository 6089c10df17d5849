use std::collections::BTreeMap;

/// What a user chose for one run of a target. The default is what `generate --target NAME` does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// How the generated modules are spread over files.
    pub layout: Layout,
    /// Whether skeletons of implementations are made.
    pub skeletons: Skeletons,
    /// Settings of the target itself, by name. Only names of its [`OptionInfo`]s stand here, with values that these allow.
    pub values: BTreeMap<String, String>,
    /// Whether the target formats each file as a whole with its language's formatter: slow, and never needed, since
    /// what it makes has that form already. The tests hold it to that.
    #[doc(hidden)]
    pub formatting: Formatting,
}

/// How the generated modules are spread over files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Layout {
    /// A file for each module, in folders.
    #[default]
    Tree,
    /// All modules nested in one file, to be included in a program from a build script's folder.
    SingleFile,
}

/// Whether skeletons of implementations are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Skeletons {
    /// None is made.
    #[default]
    Omitted,
    /// One for each service, as [`Kind::Skeleton`](super::Kind::Skeleton).
    Included,
}

/// Whether a target formats what its templates made.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Formatting {
    /// Only the items whose lines the templates cannot break well.
    #[default]
    WhereNeeded,
    /// Every file as a whole.
    Everything,
}

/// A setting of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionInfo {
    /// Its key in `almanet.yaml`.
    pub name: &'static str,
    /// The values it takes; the first is the default.
    pub values: &'static [&'static str],
    /// What it is for, in one sentence.
    pub summary: &'static str,
}
