use super::{Problem, Severity, code};

/// More errors than this in one file say nothing more, nor do more warnings.
const MAX_OF_ONE_FILE: usize = 1_000;

/// How many problems of one file were let through.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limit {
    errors: usize,
    warnings: usize,
}

impl Limit {
    /// The next problem of the file as it is to be reported: the one above the limit says that the rest is left out.
    #[must_use]
    pub fn admit(&mut self, problem: Problem) -> Option<Problem> {
        let is_last = problem.code == code::syntax::TOO_MANY;
        let count = match problem.severity() {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        *count += 1;
        match (*count, problem.severity()) {
            (..=MAX_OF_ONE_FILE, _) if is_last => {
                *count = MAX_OF_ONE_FILE + 1;
                Some(problem)
            }
            (..MAX_OF_ONE_FILE, _) | (MAX_OF_ONE_FILE, Severity::Error) => Some(problem),
            (MAX_OF_ONE_FILE, Severity::Warning) => {
                let help = problem.help.iter().map(String::as_str).chain(["more warnings of this file are not listed"]);
                let help = help.collect::<Vec<_>>().join("; ");
                Some(problem.with_help(help))
            }
            (count, Severity::Error) if count == MAX_OF_ONE_FILE + 1 => {
                let message = format!("more than {MAX_OF_ONE_FILE} errors; the rest of this file is not reported");
                let last = Problem::new(code::syntax::TOO_MANY, problem.location, message);
                Some(last.with_help("mend the first ones; is this file a contract?"))
            }
            _ => None,
        }
    }
}
