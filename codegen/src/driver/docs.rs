use std::path::Path;

use super::config::{Checked, Config, Generation, add_output_errors, recover};
use super::progress::Progress;
use crate::diagnostic::Report;
use crate::output::Plan;
use crate::site::{Format, Site};

impl Config {
    /// Puts a folder of documents back to what it was before a run that was killed in the middle of writing.
    ///
    /// # Errors
    ///
    /// Another run is writing there right now, or what a run left cannot be removed.
    pub fn recover_documents(&self, out: &Path) -> Result<(), Report> {
        recover(std::iter::once(out))
    }

    /// Checks the contracts, makes their documents and compares them with a folder. Nothing is written; pages that differ wait
    /// in a temporary file where they are many.
    #[must_use]
    pub fn plan_documents(&self, format: Format, out: &Path, progress: &dyn Progress) -> Generation {
        let Checked { mut report, model, files, input } = self.check_watched(progress);
        let plans = match model.map(|model| Plan::of(out, Site::of(&model, format).files())) {
            None => Vec::new(),
            Some(Ok(plan)) => vec![plan],
            Some(Err(errors)) => {
                add_output_errors(&mut report, &errors);
                Vec::new()
            }
        };
        Generation { report, plans, files, input }
    }
}
