//! Remembers what a finished run was made from, so that the next one need not make the same again.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use super::config::{Config, Generation, Generator, Output};
use super::input;
use crate::backend::Skeletons;
use crate::output::{self, Recorded};
use crate::resolve::Input;
use crate::source::vfs::{Disk, Vfs};

/// Contracts smaller than this, in bytes, are made again as fast as they are looked up.
const WORTH_IT: usize = 1 << 20;

/// A folder of stamps, one for the output folders of each configuration.
///
/// A stamp is a digest of all that a run depends on: this build of the program, the options, the contracts' paths and texts, and the
/// records of what was written. It says that the run found no problem and left the disk so. It is trusted only where all of
/// that is the same again and each listed file still is what its record says; it is never needed, and can be deleted.
#[derive(Debug)]
pub struct Stamps {
    folder: PathBuf,
    /// What makes the outputs of the contracts.
    program: PathBuf,
    worth_it: usize,
}

/// A run that would have nothing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpToDate {
    /// Contracts that were read.
    pub files: usize,
    /// Generated files that are right already.
    pub unchanged: usize,
}

impl Stamps {
    /// The stamps of this user: below the system's folder for caches, if it has one.
    #[must_use]
    pub fn of_user() -> Option<Self> {
        let variable = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let caches = if cfg!(windows) {
            variable("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            variable("HOME").map(|home| home.join("Library/Caches"))
        } else {
            variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")))
        };
        let program = std::env::current_exe().ok()?;
        caches.map(|caches| Self { folder: caches.join("almanet"), program, worth_it: WORTH_IT })
    }

    /// Whether a former run made what is on disk from what is on disk. Reads contracts and outputs, and writes nothing.
    #[must_use]
    pub fn up_to_date(&self, config: &Config) -> Option<UpToDate> {
        let former = fs::read_to_string(self.place(config)?).ok()?;
        // Asked first, since it is soon told: a folder that was removed has to be made again.
        if config.outputs().iter().any(|output| output::record_text(&output.out).is_none()) {
            return None;
        }
        let found = input::find(&Disk, config.roots(), config.inputs());
        if !found.problems.is_empty() || !is_whole(config, &found.input.roots) {
            return None;
        }
        let texts = found.input.entries.iter().map(|path| Some((path.as_path(), Disk.read(path).ok()?)));
        if self.digest(config, &found.input.roots, texts)? != former {
            return None;
        }
        let mut unchanged = 0;
        for Output { out, .. } in config.outputs() {
            let Recorded { files, .. } = output::recorded(out)?;
            unchanged += files;
        }
        Some(UpToDate { files: found.input.entries.len(), unchanged })
    }

    /// Remembers a run that found no problem and wrote all it had to write. Failing to is no harm.
    pub fn remember(&self, config: &Config, generation: &Generation) {
        if generation.report.problems.is_empty() {
            // A stamp that could not be written is one that is not there.
            let _ = self.try_to_remember(config, generation);
        }
    }

    fn try_to_remember(&self, config: &Config, generation: &Generation) -> Option<io::Result<()>> {
        let Input { entries, roots } = &generation.input;
        // A file from elsewhere, or one that was reached by two paths, is not among what the next run would look at.
        if !is_whole(config, roots) || *entries != generation.files {
            return None;
        }
        // What was compiled, which the disk may not hold any more.
        let mut sources = generation.report.sources.iter().map(|(_, source)| source);
        let texts = generation.files.iter().map(|path| {
            let name = path.display().to_string();
            let source = sources.find(|source| source.name() == name)?;
            Some((path.as_path(), source.text().as_bytes().to_vec()))
        });
        let digest = self.digest(config, roots, texts)?;
        let place = self.place(config)?;
        Some(fs::create_dir_all(&self.folder).and_then(|()| {
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            file.write_all(digest.as_bytes())?;
            file.persist(place).map_err(io::Error::from)?;
            Ok(())
        }))
    }

    /// The stamp of these texts and of the records on disk; nothing where no stamp is worth it.
    fn digest<'a>(
        &self,
        config: &Config,
        roots: &[PathBuf],
        texts: impl Iterator<Item = Option<(&'a Path, Vec<u8>)>>,
    ) -> Option<String> {
        let mut all = Parts::default();
        let mut size = 0;
        for part in texts {
            let (path, text) = part?;
            size += text.len();
            all.add(path.as_os_str().as_encoded_bytes());
            all.add(&text);
        }
        if size < self.worth_it {
            return None;
        }
        all.add(self.program_identity()?.as_bytes());
        all.add(std::env::current_dir().ok()?.as_os_str().as_encoded_bytes());
        for root in roots {
            all.add(root.as_os_str().as_encoded_bytes());
        }
        for Output { generator, out } in config.outputs() {
            let (backend, options) = match generator {
                Generator::Target(backend, options) if options.skeletons == Skeletons::Omitted => (backend, options),
                // Nobody knows what a plugin depends on.
                Generator::Target(..) | Generator::Plugin(..) => return None,
            };
            all.add(format!("{backend:?} {options:?}").as_bytes());
            all.add(out.as_os_str().as_encoded_bytes());
            all.add(output::record_text(out)?.as_bytes());
        }
        Some(all.finish())
    }

    /// Which build of the program this is, without reading all of it.
    fn program_identity(&self) -> Option<String> {
        let metadata = fs::metadata(&self.program).ok()?;
        let built = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        let (version, size) = (env!("CARGO_PKG_VERSION"), metadata.len());
        Some(format!("{version} {} {size} {}", self.program.display(), built.as_nanos()))
    }

    /// The file of a configuration's stamp: there is one for each set of output folders.
    fn place(&self, config: &Config) -> Option<PathBuf> {
        let here = std::env::current_dir().ok()?;
        let mut name = Parts::default();
        for output in config.outputs() {
            name.add(here.join(&output.out).as_os_str().as_encoded_bytes());
        }
        (!config.outputs().is_empty()).then(|| self.folder.join(name.finish()))
    }
}

/// Whether every contract that an import can lead to is an entry: there is one root, and all below it is compiled.
fn is_whole(config: &Config, roots: &[PathBuf]) -> bool {
    let [root] = roots else { return false };
    config.inputs().iter().all(|input| input == root)
}

/// A digest of several parts, each apart from the next.
#[derive(Default)]
struct Parts(Sha256);

impl Parts {
    fn add(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    fn finish(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests;
