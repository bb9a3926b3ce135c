//! A directory as a store: a web server, GitHub Pages or the like serves its files.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::num::NonZeroUsize;
use std::path::{Component, Path, PathBuf};
use std::thread;

use crate::files::io_error::{IoError, reason};
use crate::files::output::{self, FileTransaction};
use crate::publish::manifest::Ownership;
use crate::publish::store::{Put, RefusedGroups, Store, StoreError, Version};
use crate::site::Carrier;
use crate::site::digest::Digest;

/// The file that is locked while another file is compared and written.
const LOCK: &str = "lock";
/// The maximum number of bytes that are read of a part of the manifest.
const MAX_PART_BYTES: u64 = 1 << 30;

/// A directory, which need not exist yet.
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

    fn store_error(&self, error: IoError) -> StoreError {
        let path = error.path().strip_prefix(&self.root).ok();
        let shown = path
            .and_then(Path::to_str)
            .map_or_else(|| self.root.clone(), |path| self.shown(path));
        StoreError::new(error.on(shown).sentence())
    }

    /// A path for messages. The first part of a path with several parts is a secret.
    fn shown(&self, path: &str) -> PathBuf {
        match path.split_once('/') {
            Some((_, rest)) => self.root.join("…").join(rest),
            None => self.root.join(path),
        }
    }
}

impl Store for Directory {
    fn name(&self) -> String {
        self.root.display().to_string()
    }

    fn location(&self) -> PathBuf {
        resolve(&self.root)
    }

    fn below(&self, name: &str) -> Box<dyn Store> {
        Box::new(Self::new(self.root.join(name)))
    }

    fn carrier(&self) -> Carrier {
        Carrier::Directory
    }

    fn concurrency(&self) -> usize {
        thread::available_parallelism().map_or(1, NonZeroUsize::get)
    }

    fn make_private(&mut self) {
        self.is_private = true;
    }

    fn prepare(&self) -> Result<(), StoreError> {
        if self.root.metadata().is_ok_and(|there| !there.is_dir()) {
            let sentence = format!("cannot publish to `{}`: it is not a directory", self.name());
            return Err(StoreError::new(sentence));
        }
        fs::create_dir_all(&self.root).map_err(|error| refused("create", &self.root, &error))?;
        output::sweep(&self.root);
        Ok(())
    }

    fn list(&self) -> Result<Vec<String>, StoreError> {
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

    fn read(&self, name: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError> {
        let path = self.root.join(name);
        let read = || {
            let mut bytes = Vec::new();
            // Opening a pipe would wait for its other end.
            if !path.metadata()?.is_file() {
                return Err(io::Error::other("it is no file"));
            }
            File::open(&path)?
                .take(MAX_PART_BYTES)
                .read_to_end(&mut bytes)?;
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

    fn swap(
        &self,
        name: &str,
        bytes: &[u8],
        before: Option<&Version>,
    ) -> Result<Option<Version>, StoreError> {
        let lock = self.root.join(LOCK);
        let _locked = File::options()
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
        let transaction = FileTransaction::swept(&self.root, self.is_private);
        let staged = transaction.stage(&self.root.join(name), bytes.to_vec());
        let written = staged.and_then(|()| transaction.commit());
        written.map_err(|error| self.store_error(error))?;
        Ok(Some(version(bytes)))
    }

    fn put(&self, puts: &[Put<'_>]) -> Result<RefusedGroups, StoreError> {
        let transaction = FileTransaction::swept(&self.root, self.is_private);
        let mut refused_groups = self.rehearse(puts)?;
        for put in puts {
            if refused_groups.iter().any(|(group, _)| *group == put.group) {
                continue;
            }
            let path = self.root.join(&put.file.path);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(|error| {
                    let folder = self.shown(&put.file.path);
                    refused("create the folder of", &folder, &error)
                })?;
            }
            if let Err(error) = transaction.stage(&path, put.file.body.clone()) {
                match error.kind() {
                    // Other names may still be possible.
                    ErrorKind::InvalidFilename | ErrorKind::IsADirectory => {
                        refused_groups.push((put.group, self.store_error(error)));
                    }
                    _ => return Err(self.store_error(error)),
                }
            }
        }
        transaction
            .commit()
            .map_err(|error| self.store_error(error))?;
        Ok(refused_groups)
    }

    fn rehearse(&self, puts: &[Put<'_>]) -> Result<RefusedGroups, StoreError> {
        let mut refused_groups = Vec::new();
        for put in puts {
            let path = &put.file.path;
            let may_write = may_write(&self.root.join(path), put);
            if !may_write.map_err(|error| refused("read", &self.shown(path), &error))? {
                let sentence = format!(
                    "`{}` is there already, and no `weekahead publish` has put it there",
                    self.shown(path).display()
                );
                let error = StoreError::new(sentence)
                    .hint("publish to a directory of its own, or remove that file");
                refused_groups.push((put.group, error));
            }
        }
        Ok(refused_groups)
    }

    fn remove(&self, paths: &[String]) -> Result<(), StoreError> {
        for name in paths {
            let path = self.root.join(name);
            match fs::remove_file(&path) {
                Ok(()) => {}
                Err(error) if is_gone(&error) => {}
                Err(error) => return Err(refused("remove", &self.shown(name), &error)),
            }
            // The folder of a secret is removed with its last file.
            if let Some(folder) = path.parent().filter(|folder| *folder != self.root) {
                let _ = fs::remove_dir(folder);
            }
        }
        Ok(())
    }

    fn is_local(&self) -> bool {
        true
    }

    fn lacks(&self, path: &str) -> bool {
        let there = self.root.join(path).symlink_metadata();
        there.is_err_and(|error| is_gone(&error))
    }
}

/// A path without links and `..`. If the path does not exist yet, only the part that exists is
/// resolved.
fn resolve(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = path.ancestors().find_map(|part| {
        let rest = path.strip_prefix(part).ok()?;
        Some((part.canonicalize().ok()?, rest))
    });
    let Some((mut resolved, rest)) = there else {
        return path;
    };
    for part in rest.components() {
        match part {
            Component::ParentDir => {
                resolved.pop();
            }
            part => resolved.push(part),
        }
    }
    resolved
}

fn version(bytes: &[u8]) -> Version {
    Version(Digest::of([bytes]).as_str().to_owned())
}

/// Whether a file may be written: nothing is at the path, or the same bytes, or a file of ours. A
/// link, a folder and a pipe are never ours.
fn may_write(path: &Path, put: &Put<'_>) -> io::Result<bool> {
    match path.symlink_metadata() {
        Ok(there) if !there.is_file() => Ok(false),
        Ok(_) if put.ownership == Ownership::Put => Ok(true),
        Ok(_) => fs::read(path).map(|there| there == put.file.body || put.ownership.covers(&there)),
        Err(error) if is_gone(&error) => Ok(true),
        Err(error) => Err(error),
    }
}

/// Whether an error means that nothing is at a path, or that nothing can be there.
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
