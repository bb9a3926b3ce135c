//! Plans files from arguments to documents, with everything that is wrong said on the way.

use std::path::PathBuf;

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use weekahead::document::{Document, Problems};
use weekahead::report::{Reporter, Severity};
use weekahead::source::{self, Loaded, Source, SourceError};

use super::Outcome;
use super::terminal::Terminal;

/// A plans file and what was read from it.
pub(super) struct File {
    pub(super) source: Source,
    pub(super) loaded: Loaded,
}

impl File {
    /// A reporter of its problems.
    pub(super) fn reporter<'a>(&'a self, name: &'a str, styled: bool) -> Reporter<'a> {
        Reporter::new(name, &self.loaded.bytes, styled)
    }
}

/// Reads the files that arguments name.
pub(super) fn load(plans: &[PathBuf], terminal: &mut Terminal) -> Result<Vec<File>, Outcome> {
    let sources = source::find(plans).map_err(|error| {
        terminal.error(&error.to_string(), error.hint().as_deref());
        match error {
            SourceError::Refused(_) => Outcome::Refused,
            SourceError::Empty(_)
            | SourceError::SameStem(..)
            | SourceError::Route(..)
            | SourceError::Unnamable(_) => Outcome::Problems,
        }
    })?;
    let loaded = in_parallel(&sources, Source::load);
    let mut files = Vec::with_capacity(sources.len());
    let mut refused = false;
    for (source, loaded) in sources.into_iter().zip(loaded) {
        match loaded {
            Ok(loaded) => files.push(File { source, loaded }),
            Err(refusal) => {
                terminal.error(&refusal.to_string(), None);
                refused = true;
            }
        }
    }
    if refused {
        Err(Outcome::Refused)
    } else {
        Ok(files)
    }
}

/// Reads the document of each file.
pub(super) fn documents(files: &[File]) -> Vec<Result<Document<'_>, Problems>> {
    in_parallel(files, |file| Document::read(&file.loaded.bytes))
}

/// The documents, or all problems of all files on standard error.
pub(super) fn all_good<'f>(
    files: &[File],
    documents: Vec<Result<Document<'f>, Problems>>,
    terminal: &mut Terminal,
) -> Result<Vec<Document<'f>>, Outcome> {
    let mut good = Vec::with_capacity(documents.len());
    let mut count = 0;
    for (file, document) in files.iter().zip(documents) {
        match document {
            Ok(document) => good.push(document),
            Err(problems) => {
                let name = file.source.name();
                let reporter = file.reporter(&name, terminal.is_styled());
                for problem in problems.list() {
                    terminal.show(&reporter.draw(problem, Severity::Error));
                }
                count += problems.list().len() + problems.omitted();
                if problems.omitted() > 0 {
                    terminal.say(&format!(
                        "{name}: {} more problems are not shown",
                        problems.omitted()
                    ));
                }
            }
        }
    }
    if count == 0 {
        return Ok(good);
    }
    let plural = if count == 1 { "problem" } else { "problems" };
    terminal.say(&format!("{count} {plural}; nothing was written"));
    Err(Outcome::Problems)
}

/// Maps in parallel; one item needs no threads.
pub(super) fn in_parallel<'t, T: Sync, R: Send>(
    items: &'t [T],
    map: impl Fn(&'t T) -> R + Sync + Send,
) -> Vec<R> {
    match items {
        [one] => vec![map(one)],
        many => {
            let mut results = Vec::new();
            many.par_iter().map(map).collect_into_vec(&mut results);
            results
        }
    }
}
