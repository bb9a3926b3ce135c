//! Saves what is served, for the next server, and logs what cannot be saved or loaded.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::files::io_error::IoError;
use crate::server::Counts;
use crate::server::reload::deferred_logs::MAX_LOGGED_FILES;
use crate::server::reload::saved::{Header, SavedText, StateFolder, UnsavedText};
use crate::server::reload::served_file::ServedFile;

/// The saved texts of a server. Without a state folder there are none.
pub(crate) struct SavedTexts {
    folder: Option<StateFolder>,
    counts: Arc<Counts>,
    /// Why the last attempts to save texts failed, by the name of the feed.
    save_errors: BTreeMap<String, String>,
    /// What has been logged about files that cannot be loaded.
    logged_load_errors: HashSet<String>,
}

impl SavedTexts {
    pub(crate) fn new(folder: Option<StateFolder>, counts: Arc<Counts>) -> Self {
        Self {
            folder,
            counts,
            save_errors: BTreeMap::new(),
            logged_load_errors: HashSet::new(),
        }
    }

    /// Loads the text of a feed that an earlier server saved. If it cannot be loaded, logs that
    /// once.
    pub(crate) fn load(&mut self, stem: &str) -> Option<SavedText> {
        match self.folder.as_ref()?.load(stem) {
            Ok(saved) => saved,
            Err(error) => {
                self.log_load_error(&error);
                None
            }
        }
    }

    /// The names of the feeds that have a saved text. Logs which files cannot be used.
    pub(crate) fn stems(&mut self) -> Vec<String> {
        let Some(folder) = &self.folder else {
            return Vec::new();
        };
        let (stems, errors) = folder.stems();
        for error in errors {
            self.log_load_error(&error);
        }
        stems
    }

    fn log_load_error(&mut self, error: &IoError) {
        let problem = error.sentence();
        if self.logged_load_errors.insert(problem.clone()) {
            tracing::warn!(problem, "a saved list cannot be used");
        }
    }

    /// Whether a text could not be saved.
    pub(crate) fn has_unsaved(&self) -> bool {
        !self.save_errors.is_empty()
    }

    /// Saves the texts that are served, as far as the folder does not hold them already.
    pub(crate) fn save(&mut self, files: &mut BTreeMap<PathBuf, ServedFile>) {
        let Some(folder) = &self.folder else {
            return;
        };
        let mut stems = HashSet::new();
        let unsaved = files.iter().filter_map(|(path, file)| {
            let text = file.unsaved()?;
            // Two files can have one stem while the folder of one of them cannot be read.
            stems.insert(text.stem).then_some((path.clone(), text))
        });
        let (paths, texts): (Vec<PathBuf>, Vec<UnsavedText<'_>>) = unsaved.unzip();
        let results = folder.save(&texts);
        let headers: Vec<Header> = texts.into_iter().map(|text| text.header).collect();
        let mut failed = Vec::new();
        for ((path, header), result) in paths.iter().zip(headers).zip(results) {
            let Some(file) = files.get_mut(path) else {
                continue;
            };
            let stem = file.source.stem();
            match result {
                Ok(()) => {
                    self.save_errors.remove(stem);
                    file.stored = Some(header);
                }
                Err(error) => {
                    let problem = error.sentence();
                    let last = self.save_errors.insert(stem.to_owned(), problem.clone());
                    if last.as_ref() != Some(&problem) {
                        failed.push((file.source.name(), problem));
                    }
                }
            }
        }
        self.count();
        log_unsaved(&failed);
    }

    /// Removes the text of a feed whose plans file was deleted.
    pub(crate) fn remove(&mut self, stem: &str) {
        if let Some(folder) = &self.folder {
            folder.remove(stem);
        }
        self.save_errors.remove(stem);
        self.count();
    }

    fn count(&self) {
        self.counts.set_unsaved(self.save_errors.len());
    }
}

/// Logs the files whose texts could not be saved, each with the reason.
fn log_unsaved(failed: &[(String, String)]) {
    let message = "the list could not be saved for the next start: it is tried again";
    if failed.len() > MAX_LOGGED_FILES {
        let (files, problem) = (failed.len(), &failed[0].1);
        tracing::error!(files, problem, "{message}");
        return;
    }
    for (file, problem) in failed {
        tracing::error!(file, problem, "{message}");
    }
}
