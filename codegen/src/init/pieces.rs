use super::ProjectName;

/// In what a project is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Rust.
    #[default]
    Rust,
    /// Python.
    Python,
    /// The service in both, each of which can take the calls.
    Both,
}

impl Language {
    /// The targets of its almanet.yaml, each with its folder.
    pub(super) fn outputs(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Rust => &[("rust", "src/contract")],
            Self::Python => &[("python", "contract")],
            Self::Both => &[("rust", "src/contract"), ("python", "contract")],
        }
    }

    fn takes(self, piece: Of) -> bool {
        match piece {
            Of::Everyone => true,
            Of::Rust => matches!(self, Self::Rust | Self::Both),
            Of::Python => matches!(self, Self::Python | Self::Both),
        }
    }
}

/// Whose piece of a file it is.
#[derive(Clone, Copy)]
enum Of {
    Everyone,
    Rust,
    Python,
}

/// Pieces of files: what stands in `templates/init`, with `my_project` where the project's name belongs, and `this_version` where the
/// compiler's version does. A file is made of all of its pieces, in this order.
const PIECES: &[(&str, Of, &str)] = &[
    ("almanet.yaml", Of::Everyone, include_str!("../../templates/init/common/almanet.yaml")),
    ("almanet.yaml", Of::Rust, include_str!("../../templates/init/rust/almanet.yaml")),
    ("almanet.yaml", Of::Python, include_str!("../../templates/init/python/almanet.yaml")),
    ("schemas/greeting.almanet", Of::Everyone, include_str!("../../templates/init/common/schemas/greeting.almanet")),
    ("README.md", Of::Everyone, include_str!("../../templates/init/common/README.md")),
    ("README.md", Of::Rust, include_str!("../../templates/init/rust/README.md")),
    ("README.md", Of::Python, include_str!("../../templates/init/python/README.md")),
    ("README.md", Of::Everyone, include_str!("../../templates/init/tail/README.md")),
    (".gitignore", Of::Everyone, include_str!("../../templates/init/common/gitignore")),
    (".gitignore", Of::Rust, include_str!("../../templates/init/rust/gitignore")),
    (".gitignore", Of::Python, include_str!("../../templates/init/python/gitignore")),
    (".dockerignore", Of::Everyone, include_str!("../../templates/init/common/dockerignore")),
    (".dockerignore", Of::Rust, include_str!("../../templates/init/rust/dockerignore")),
    (".dockerignore", Of::Python, include_str!("../../templates/init/python/dockerignore")),
    (".pre-commit-config.yaml", Of::Everyone, include_str!("../../templates/init/common/pre-commit-config.yaml")),
    (".github/workflows/ci.yaml", Of::Everyone, include_str!("../../templates/init/common/ci.yaml")),
    (".github/workflows/ci.yaml", Of::Rust, include_str!("../../templates/init/rust/ci.yaml")),
    (".github/workflows/ci.yaml", Of::Python, include_str!("../../templates/init/python/ci.yaml")),
    ("compose.yaml", Of::Everyone, include_str!("../../templates/init/common/compose.yaml")),
    ("compose.yaml", Of::Rust, include_str!("../../templates/init/rust/compose.yaml")),
    ("compose.yaml", Of::Python, include_str!("../../templates/init/python/compose.yaml")),
    ("compose.yaml", Of::Everyone, include_str!("../../templates/init/tail/compose.yaml")),
    ("Dockerfile", Of::Rust, include_str!("../../templates/init/rust/Dockerfile")),
    ("Dockerfile", Of::Python, include_str!("../../templates/init/python/Dockerfile")),
    // Under its own name, cargo would leave the folder out of this crate's package.
    ("Cargo.toml", Of::Rust, include_str!("../../templates/init/rust/manifest.toml")),
    ("src/lib.rs", Of::Rust, include_str!("../../templates/init/rust/src/lib.rs")),
    ("src/service.rs", Of::Rust, include_str!("../../templates/init/rust/src/service.rs")),
    ("src/main.rs", Of::Rust, include_str!("../../templates/init/rust/src/main.rs")),
    ("src/bin/greet.rs", Of::Rust, include_str!("../../templates/init/rust/src/bin/greet.rs")),
    ("tests/greeting.rs", Of::Rust, include_str!("../../templates/init/rust/tests/greeting.rs")),
    ("pyproject.toml", Of::Python, include_str!("../../templates/init/python/project.toml")),
    ("contract/my_project/_greeting.py", Of::Python, include_str!("../../templates/init/python/contract/_greeting.py")),
    (
        "contract/my_project/__microservice.py",
        Of::Python,
        include_str!("../../templates/init/python/contract/microservice.py"),
    ),
    ("greet.py", Of::Python, include_str!("../../templates/init/python/greet.py")),
    ("tests/test_greeting.py", Of::Python, include_str!("../../templates/init/python/tests/test_greeting.py")),
];

/// The files of a project that are written once, each with its path and its text.
pub(super) fn files(name: &ProjectName, language: Language) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for (path, _, text) in PIECES.iter().filter(|(_, piece, _)| language.takes(*piece)) {
        let text = text.replace("this_version", env!("CARGO_PKG_VERSION"));
        let [path, text] = [path, &*text].map(|it| it.replace("my_project", name.as_str()));
        match files.iter_mut().find(|(known, _)| *known == path) {
            Some((_, whole)) => whole.push_str(&text),
            None => files.push((path, text)),
        }
    }
    files
}
