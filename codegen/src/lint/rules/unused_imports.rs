//! An import that nothing needs goes, with its line where nothing else stands there.

use crate::diagnostic::Problem;
use crate::lint::allow::line_of;
use crate::lint::found::Found;
use crate::source::Edit;

pub(super) fn with_fix(problem: Problem, found: &mut Found<'_>) -> Problem {
    let tree = found.tree(problem.location.file);
    let Some(import) = tree.imports.iter().find(|import| import.path.span == problem.location.span) else {
        return problem;
    };
    let removal = Edit::removal(line_of(&tree.text, import.span));
    problem.with_fix("remove the import", [removal])
}
