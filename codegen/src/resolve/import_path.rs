use std::path::{Component, Path, PathBuf};

/// Where an import's path leads, before anything is read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// `almanet/paging.almanet`: a schema that the compiler carries, by what stands behind `almanet/`.
    Standard(String),
    /// One of these, the first that exists.
    Candidates(Vec<PathBuf>),
}

/// Why a path is refused as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is empty, absolute, or has a backslash.
    Malformed(&'static str),
    /// It climbs above every schema root.
    LeavesRoots,
}

/// Where `path` leads for a file shown as `importer`, under `roots`. A standard schema imports its siblings by `./`, too.
pub(super) fn target(path: &str, importer: &Path, roots: &[PathBuf]) -> Result<Target, Refusal> {
    if path.is_empty() {
        return Err(Refusal::Malformed("an import names a file"));
    }
    if path.chars().any(char::is_control) {
        return Err(Refusal::Malformed("it holds a control character"));
    }
    if path.contains('\\') {
        return Err(Refusal::Malformed("the parts of a path are separated by `/`"));
    }
    if path.starts_with('/') {
        return Err(Refusal::Malformed("an import path is relative to a schema root, or begins `./` or `../`"));
    }
    if let Some(standard) = path.strip_prefix("almanet/") {
        return normalized(Path::new(standard))
            .and_then(|path| path.to_str().map(|path| Target::Standard(path.to_owned())))
            .ok_or(Refusal::LeavesRoots);
    }
    if path.starts_with("./") || path.starts_with("../") {
        let folder = importer.parent().unwrap_or(Path::new(""));
        return relative(folder, path, roots).map(|path| Target::Candidates(vec![path])).ok_or(Refusal::LeavesRoots);
    }
    let inside = normalized(Path::new(path)).ok_or(Refusal::LeavesRoots)?;
    Ok(Target::Candidates(roots.iter().map(|root| root.join(&inside)).collect()))
}

/// `path` from `folder`, where it stays below a root; below the folder itself where no root holds it.
fn relative(folder: &Path, path: &str, roots: &[PathBuf]) -> Option<PathBuf> {
    let holding = roots.iter().filter_map(|root| {
        let below = folder.strip_prefix(root).ok().or_else(|| {
            // `.` and the empty path are the folder that the process runs in, which every relative path is below.
            (root == Path::new(".") && folder.is_relative()).then_some(folder)
        })?;
        Some((root, below))
    });
    let mut roots_seen = false;
    for (root, below) in holding {
        roots_seen = true;
        if let Some(inside) = normalized(&below.join(path)) {
            let here = root == Path::new(".") || root.as_os_str().is_empty();
            return Some(if here { inside } else { root.join(inside) });
        }
    }
    if roots_seen { None } else { normalized(Path::new(path)).map(|inside| folder.join(inside)) }
}

/// The path without `.` and `..`; `None` where it climbs above where it begins.
fn normalized(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => normal.push(part),
            Component::CurDir => {}
            Component::ParentDir => {
                if !normal.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots(roots: &[&str]) -> Vec<PathBuf> {
        roots.iter().map(PathBuf::from).collect()
    }

    fn candidates(path: &str, importer: &str, of: &[&str]) -> Result<Vec<String>, Refusal> {
        match target(path, Path::new(importer), &roots(of))? {
            Target::Candidates(all) => Ok(all.iter().map(|path| path.display().to_string()).collect()),
            Target::Standard(path) => Ok(vec![format!("<{path}>")]),
        }
    }

    #[test]
    fn a_plain_path_is_tried_in_each_root() {
        assert_eq!(
            candidates("a/b.almanet", "x/c.almanet", &["x", "y"]),
            Ok(vec!["x/a/b.almanet".into(), "y/a/b.almanet".into()])
        );
        assert_eq!(candidates("a/../b.almanet", "x/c.almanet", &["x"]), Ok(vec!["x/b.almanet".into()]));
        assert_eq!(candidates("almanet/paging.almanet", "x/c.almanet", &["x"]), Ok(vec!["<paging.almanet>".into()]));
    }

    #[test]
    fn a_relative_path_starts_at_its_file() {
        assert_eq!(candidates("./b.almanet", "x/n/c.almanet", &["x"]), Ok(vec!["x/n/b.almanet".into()]));
        assert_eq!(candidates("../b.almanet", "x/n/c.almanet", &["x"]), Ok(vec!["x/b.almanet".into()]));
        assert_eq!(candidates("../b.almanet", "n/c.almanet", &["."]), Ok(vec!["b.almanet".into()]));
    }

    #[test]
    fn no_path_leaves_every_root() {
        assert_eq!(candidates("../b.almanet", "x/c.almanet", &["x"]), Err(Refusal::LeavesRoots));
        assert_eq!(candidates("../b.almanet", "x/y/c.almanet", &["x/y", "x"]), Ok(vec!["x/b.almanet".into()]));
        assert_eq!(candidates("a/../../b.almanet", "x/c.almanet", &["x"]), Err(Refusal::LeavesRoots));
        assert_eq!(candidates("../b.almanet", "elsewhere/c.almanet", &["x"]), Err(Refusal::LeavesRoots));
        assert_eq!(candidates("almanet/../../b.almanet", "x/c.almanet", &["x"]), Err(Refusal::LeavesRoots));
    }

    #[test]
    fn absolute_paths_and_backslashes_are_malformed() {
        for path in ["", "/etc/passwd", "a\\b.almanet"] {
            assert!(matches!(candidates(path, "x/c.almanet", &["x"]), Err(Refusal::Malformed(_))), "{path}");
        }
    }
}
