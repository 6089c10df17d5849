use std::path::Path;

use super::config::{Checked, Config, Generation, add_output_errors, recover};
use super::progress::Progress;
use crate::breaking;
use crate::diagnostic::Report;
use crate::output::Plan;
use crate::site::{Format, Site};

/// Which documents of contracts are made.
#[derive(Clone, Copy, Debug)]
pub struct Documents<'a> {
    /// What kind.
    pub format: Format,
    /// The folder that they go into.
    pub out: &'a Path,
    /// What the contracts are compared with, as [`Config::past`] reads it, to tell what changed.
    pub since: Option<&'a str>,
    /// The `almanet.yaml` that the contracts are of.
    pub project: Option<&'a Path>,
}

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
    ///
    /// # Errors
    ///
    /// Where there is no contract to tell changes [`since`](Documents::since).
    pub fn plan_documents(&self, documents: &Documents<'_>, progress: &dyn Progress) -> Result<Generation, Report> {
        let Checked { mut report, model, files, input } = self.check_watched(progress);
        let Some(model) = model else { return Ok(Generation { report, plans: Vec::new(), files, input }) };
        let mut site = Site::of(&model, documents.format);
        if let Some(since) = documents.since {
            let past = self.past(since, documents.project)?;
            site = site.since(since, breaking::compare(&past.model, &model));
        }
        let plans = match Plan::new(documents.out, site.files()) {
            Ok(plan) => vec![plan],
            Err(errors) => {
                add_output_errors(&mut report, &errors);
                Vec::new()
            }
        };
        Ok(Generation { report, plans, files, input })
    }
}
