//! The plans file of a renewal: found, opened, and replaced.

use std::io::ErrorKind;
use std::path::Path;

use crate::cli::error::{CliError, require_all};
use crate::cli::parallel::in_parallel;
use crate::cli::plans_files::{self, OpenPlans, missing_hint};
use crate::cli::renew::known_ids::{KnownIds, several_named};
use crate::files::io_error::IoError;
use crate::files::lock::{LOCK_TIMEOUT, LockedFile, ReplaceError, with_mark_of};
use crate::files::source::Source;
use crate::text::value_error::quoted;

/// The file that an argument names; in a directory, the file with the plan that has the id `wanted`,
/// or else with the only plan of that name.
pub(crate) fn find_file(
    argument: &Path,
    wanted: &str,
    is_dry_run: bool,
    styled: bool,
) -> Result<Source, CliError> {
    if argument.as_os_str() == "-" {
        return match is_dry_run {
            true => Ok(Source { path: None }),
            false => Err(CliError::usage("cannot write the change to standard input")
                .hint("name the plans file, or add `--dry-run` to see what would change")),
        };
    }
    if !argument.is_dir() {
        return Ok(Source {
            path: Some(argument.to_owned()),
        });
    }
    let sources = plans_files::find(&[argument.to_owned()])?;
    let results = in_parallel(&sources, |source| {
        let loaded = source.load()?;
        let plans = OpenPlans::new(source, &loaded.bytes, styled)?;
        Ok(KnownIds::of(plans.list(), wanted))
    });
    let ids = require_all(results)?;
    let mut found = sources.iter().zip(&ids).filter(|(_, ids)| ids.has_wanted);
    match (found.next(), found.next()) {
        (Some((source, _)), None) => Ok(source.clone()),
        (Some((first, _)), Some((second, _))) => {
            let (first, second, id) = (first.name(), second.name(), quoted(wanted));
            let message = format!("both `{first}` and `{second}` have a plan with the id {id}");
            Err(CliError::usage(message).hint(format!("name one: `{first}`")))
        }
        (None, _) => {
            let by_file = sources.iter().zip(&ids);
            let named =
                by_file.flat_map(|(source, ids)| ids.named.iter().map(move |id| (source, id)));
            let named: Vec<(&Source, &String)> = named.collect();
            match named[..] {
                [] => {
                    let all = ids.into_iter().reduce(KnownIds::and).unwrap_or_default();
                    Err(all.unknown(wanted, &argument.display().to_string()))
                }
                [(source, _)] => Ok(source.clone()),
                _ => {
                    let named = named.iter();
                    let ids =
                        named.map(|(source, id)| format!("{} in `{}`", quoted(id), source.name()));
                    Err(several_named(wanted, ids))
                }
            }
        }
    }
}

/// A plans file that is open: locked, so that it can be replaced, or only read.
pub(crate) enum OpenFile<'a> {
    Locked(&'a Path, LockedFile),
    Read(Vec<u8>),
}

impl<'a> OpenFile<'a> {
    /// Reads a file, or standard input.
    pub(crate) fn read(source: &Source) -> Result<OpenFile<'static>, CliError> {
        match source.load() {
            Ok(loaded) => Ok(OpenFile::Read(loaded.bytes)),
            Err(error) => Err(io_error(&error)),
        }
    }

    /// Locks and reads a file. If another process has it locked, `waits` is given a sentence that
    /// says so.
    pub(crate) fn lock(source: &'a Source, waits: impl FnOnce(&str)) -> Result<Self, CliError> {
        let Some(path) = &source.path else {
            return Self::read(source);
        };
        let waits = || {
            let name = path.display();
            waits(&format!("waiting for another run that changes `{name}`"));
        };
        match LockedFile::take(path, LOCK_TIMEOUT, waits) {
            Ok(locked) => Ok(Self::Locked(path, locked)),
            Err(error) => Err(io_error(&error)),
        }
    }

    /// What was read.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Locked(_, locked) => locked.bytes(),
            Self::Read(bytes) => bytes,
        }
    }

    /// The content after an edit.
    pub(crate) fn edited(&self, text: &str) -> Vec<u8> {
        with_mark_of(self.bytes(), text)
    }

    /// Writes the new text over a locked file, unless the file has changed since it was read.
    pub(crate) fn replace(&self, text: &str) -> Result<(), CliError> {
        let Self::Locked(path, locked) = self else {
            return Ok(());
        };
        let replaced = locked.replace(self.edited(text));
        replaced.map_err(|error| match error {
            ReplaceError::Changed => {
                let name = path.display();
                let message = format!("another program changed `{name}` in the meantime");
                CliError::refused(message).hint("nothing was written: try again")
            }
            ReplaceError::Refused(error) => io_error(&error),
        })
    }
}

fn io_error(error: &IoError) -> CliError {
    let hint = match error.kind() {
        ErrorKind::TimedOut => Some("nothing was written: end the other process, then try again"),
        kind => missing_hint(kind, error.path()),
    };
    CliError::refused(error.sentence()).maybe_hint(hint)
}
