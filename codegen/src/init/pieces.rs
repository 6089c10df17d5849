use super::ProjectName;

/// In what a project is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Rust.
    #[default]
    Rust,
}

impl Language {
    /// The targets of its almanet.yaml, each with its folder.
    pub(super) fn outputs(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Rust => &[("rust", "src/contract")],
        }
    }

    fn has_rust(self) -> bool {
        matches!(self, Self::Rust)
    }
}

/// Whose piece of a file it is.
#[derive(Clone, Copy)]
enum Of {
    Everyone,
    Rust,
}

/// Pieces of files: what stands in `templates/init`, with `my_project` where the project's name belongs. A file is made of all of
/// its pieces, in this order.
const PIECES: &[(&str, Of, &str)] = &[
    ("almanet.yaml", Of::Everyone, include_str!("../../templates/init/common/almanet.yaml")),
    ("almanet.yaml", Of::Rust, include_str!("../../templates/init/rust/almanet.yaml")),
    ("schemas/greeting.almanet", Of::Everyone, include_str!("../../templates/init/common/schemas/greeting.almanet")),
    ("README.md", Of::Everyone, include_str!("../../templates/init/common/README.md")),
    ("README.md", Of::Rust, include_str!("../../templates/init/rust/README.md")),
    ("README.md", Of::Everyone, include_str!("../../templates/init/tail/README.md")),
    (".gitignore", Of::Everyone, include_str!("../../templates/init/common/gitignore")),
    (".gitignore", Of::Rust, include_str!("../../templates/init/rust/gitignore")),
    (".dockerignore", Of::Everyone, include_str!("../../templates/init/common/dockerignore")),
    (".dockerignore", Of::Rust, include_str!("../../templates/init/rust/dockerignore")),
    (".pre-commit-config.yaml", Of::Everyone, include_str!("../../templates/init/common/pre-commit-config.yaml")),
    (".github/workflows/ci.yaml", Of::Everyone, include_str!("../../templates/init/common/ci.yaml")),
    (".github/workflows/ci.yaml", Of::Rust, include_str!("../../templates/init/rust/ci.yaml")),
    ("compose.yaml", Of::Everyone, include_str!("../../templates/init/common/compose.yaml")),
    ("compose.yaml", Of::Rust, include_str!("../../templates/init/rust/compose.yaml")),
    ("compose.yaml", Of::Everyone, include_str!("../../templates/init/tail/compose.yaml")),
    ("Dockerfile", Of::Rust, include_str!("../../templates/init/rust/Dockerfile")),
    // Under its own name, cargo would leave the folder out of this crate's package.
    ("Cargo.toml", Of::Rust, include_str!("../../templates/init/rust/manifest.toml")),
    ("src/lib.rs", Of::Rust, include_str!("../../templates/init/rust/src/lib.rs")),
    ("src/service.rs", Of::Rust, include_str!("../../templates/init/rust/src/service.rs")),
    ("src/main.rs", Of::Rust, include_str!("../../templates/init/rust/src/main.rs")),
    ("src/bin/greet.rs", Of::Rust, include_str!("../../templates/init/rust/src/bin/greet.rs")),
    ("tests/greeting.rs", Of::Rust, include_str!("../../templates/init/rust/tests/greeting.rs")),
];

/// The files of a project that are written once, each with its path and its text.
pub(super) fn files(name: &ProjectName, language: Language) -> Vec<(&'static str, String)> {
    let mut files: Vec<(&str, String)> = Vec::new();
    for (path, of, text) in PIECES {
        let is_wanted = match of {
            Of::Everyone => true,
            Of::Rust => language.has_rust(),
        };
        if !is_wanted {
            continue;
        }
        let text = text.replace("my_project", name.as_str());
        match files.iter_mut().find(|(known, _)| known == path) {
            Some((_, whole)) => whole.push_str(&text),
            None => files.push((path, text)),
        }
    }
    files
}
