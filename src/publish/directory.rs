//! A directory as a store, for whatever serves files: a web server, GitHub Pages.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Component, Path, PathBuf};

use crate::files::io_error::{IoError, reason};
use crate::files::output::{self, FileTransaction};
use crate::publish::manifest::{Digest, Ownership};
use crate::publish::store::{Put, Refused, StoreError, Version};

/// The file that is locked while another file is compared and written.
const LOCK: &str = "lock";
/// Octets of a manifest's part that are read.
const LONGEST: u64 = 1 << 30;

/// A directory; it need not be there yet.
pub(crate) struct Directory {
    root: PathBuf,
    is_private: bool,
}

impl Directory {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self {
            root,
            is_private: false,
        }
    }

    /// Its files are for their owner only.
    pub(crate) fn hide(&mut self) {
        self.is_private = true;
    }

    pub(crate) fn name(&self) -> String {
        self.root.display().to_string()
    }

    pub(crate) fn below(&self, name: &str) -> Self {
        Self::new(self.root.join(name))
    }

    /// Its path, whatever way leads there.
    pub(crate) fn address(&self) -> String {
        whole(&self.root).display().to_string()
    }

    pub(crate) fn contains(&self, other: &Self) -> bool {
        whole(&other.root).starts_with(whole(&self.root))
    }

    pub(crate) fn lacks(&self, path: &str) -> bool {
        let there = self.root.join(path).symlink_metadata();
        there.is_err_and(|error| is_gone(&error))
    }

    pub(crate) fn prepare(&self) -> Result<(), StoreError> {
        if self.root.metadata().is_ok_and(|there| !there.is_dir()) {
            let sentence = format!("cannot publish to `{}`: it is not a directory", self.name());
            return Err(StoreError::new(sentence));
        }
        fs::create_dir_all(&self.root).map_err(|error| refused("create", &self.root, &error))?;
        output::sweep(&self.root);
        Ok(())
    }

    pub(crate) fn list(&self) -> Result<Vec<String>, StoreError> {
        let refused = |error: &io::Error| refused("read", &self.root, error);
        let entries = match fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(refused(&error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| refused(&error))?;
            names.extend(entry.file_name().into_string());
        }
        Ok(names)
    }

    pub(crate) fn read(&self, name: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError> {
        let path = self.root.join(name);
        let read = || {
            let mut bytes = Vec::new();
            // Opening a pipe would wait for its other end.
            if !path.metadata()?.is_file() {
                return Err(io::Error::other("it is no file"));
            }
            File::open(&path)?.take(LONGEST).read_to_end(&mut bytes)?;
            io::Result::Ok(bytes)
        };
        match read() {
            Ok(bytes) => {
                let version = version(&bytes);
                Ok(Some((bytes, version)))
            }
            Err(error) if is_gone(&error) => Ok(None),
            Err(error) => Err(refused("read", &self.shown(name), &error)),
        }
    }

    pub(crate) fn swap(
        &self,
        name: &str,
        bytes: &[u8],
        before: Option<&Version>,
    ) -> Result<Option<Version>, StoreError> {
        let lock = self.root.join(LOCK);
        let _held = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock)
            .and_then(|file| file.lock().map(|()| file))
            .map_err(|error| refused("lock", &lock, &error))?;
        let there = self.read(name)?.map(|(_, version)| version);
        if there.as_ref() != before {
            return Ok(None);
        }
        let staging = FileTransaction::swept(&self.root, self.is_private);
        let staged = staging.stage(&self.root.join(name), bytes.to_vec());
        let written = staged.and_then(|()| staging.commit());
        written.map_err(|refusal| self.trouble(refusal))?;
        Ok(Some(version(bytes)))
    }

    pub(crate) fn put(&self, puts: &[Put<'_>]) -> Result<Refused, StoreError> {
        let staging = FileTransaction::swept(&self.root, self.is_private);
        let mut refusals = self.rehearse(puts)?;
        for put in puts {
            if refusals.iter().any(|(feed, _)| *feed == put.feed) {
                continue;
            }
            let path = self.root.join(&put.file.path);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(|error| {
                    let folder = self.shown(&put.file.path);
                    refused("create the folder of", &folder, &error)
                })?;
            }
            if let Err(refusal) = staging.stage(&path, put.file.body.clone()) {
                match refusal.kind() {
                    // The names of others may do.
                    ErrorKind::InvalidFilename | ErrorKind::IsADirectory => {
                        refusals.push((put.feed, self.trouble(refusal)));
                    }
                    _ => return Err(self.trouble(refusal)),
                }
            }
        }
        staging.commit().map_err(|refusal| self.trouble(refusal))?;
        Ok(refusals)
    }

    pub(crate) fn rehearse(&self, puts: &[Put<'_>]) -> Result<Refused, StoreError> {
        let mut refusals = Vec::new();
        for put in puts {
            let path = &put.file.path;
            let is_free = is_free(&self.root.join(path), put);
            if !is_free.map_err(|error| refused("read", &self.shown(path), &error))? {
                let sentence = format!(
                    "`{}` is there already, and no `weekahead publish` has put it there",
                    self.shown(path).display()
                );
                let trouble = StoreError::new(sentence)
                    .hint("publish to a directory of its own, or remove that file");
                refusals.push((put.feed, trouble));
            }
        }
        Ok(refusals)
    }

    pub(crate) fn remove(&self, paths: &[String]) -> Result<(), StoreError> {
        for name in paths {
            let path = self.root.join(name);
            match fs::remove_file(&path) {
                Ok(()) => {}
                Err(error) if is_gone(&error) => {}
                Err(error) => return Err(refused("remove", &self.shown(name), &error)),
            }
            // A feed's own folder is left by its last file.
            if let Some(folder) = path.parent().filter(|folder| *folder != self.root) {
                let _ = fs::remove_dir(folder);
            }
        }
        Ok(())
    }

    fn trouble(&self, refusal: IoError) -> StoreError {
        let path = refusal.path().strip_prefix(&self.root).ok();
        let shown = path
            .and_then(Path::to_str)
            .map_or_else(|| self.root.clone(), |path| self.shown(path));
        StoreError::new(refusal.on(shown).sentence())
    }

    /// A path in messages: where it has more than one part, the first is a secret.
    fn shown(&self, path: &str) -> PathBuf {
        match path.split_once('/') {
            Some((_, rest)) => self.root.join("…").join(rest),
            None => self.root.join(path),
        }
    }
}

/// A path without links and `..`; what is not there yet has a beginning that is.
fn whole(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = path.ancestors().find_map(|part| {
        let rest = path.strip_prefix(part).ok()?;
        Some((part.canonicalize().ok()?, rest))
    });
    let Some((mut whole, rest)) = there else {
        return path;
    };
    for part in rest.components() {
        match part {
            Component::ParentDir => {
                whole.pop();
            }
            part => whole.push(part),
        }
    }
    whole
}

fn version(bytes: &[u8]) -> Version {
    Version(Digest::of([bytes]).as_str().to_owned())
}

/// Whether nothing of others is lost when a file is written: there is none, or it is the same, or
/// ours. A link, a folder or a pipe never is.
fn is_free(path: &Path, put: &Put<'_>) -> io::Result<bool> {
    match path.symlink_metadata() {
        Ok(there) if !there.is_file() => Ok(false),
        Ok(_) if put.claim == Ownership::Put => Ok(true),
        Ok(_) => fs::read(path).map(|there| there == put.file.body || put.claim.covers(&there)),
        Err(error) if is_gone(&error) => Ok(true),
        Err(error) => Err(error),
    }
}

/// Whether there is nothing, or can be nothing.
fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename
    )
}

fn refused(action: &str, path: &Path, error: &io::Error) -> StoreError {
    let (path, reason) = (path.display(), reason(error));
    StoreError::new(format!("cannot {action} `{path}`: {reason}"))
}
