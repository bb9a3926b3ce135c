//! A directory as a store, for whatever serves files: a web server, GitHub Pages.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use weekahead::manifest::{Claim, Digest};
use weekahead::output::{self, Staging};
use weekahead::refusal::reason;

use super::store::{Fault, Put, Trouble, Version};

/// The file that is locked while another file is compared and written.
const LOCK: &str = "lock";
/// Octets of a manifest's part that are read.
const LONGEST: u64 = 1 << 30;

/// A directory; it need not be there yet.
pub(super) struct Directory {
    root: PathBuf,
}

impl Directory {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(super) fn name(&self) -> String {
        self.root.display().to_string()
    }

    pub(super) fn below(&self, name: &str) -> Self {
        Self::new(self.root.join(name))
    }

    pub(super) fn contains(&self, other: &Self) -> bool {
        let whole = |path: &Path| {
            // What is not there yet has a beginning that is.
            let there = path.ancestors().find_map(|part| {
                let rest = path.strip_prefix(part).ok()?;
                let part = if part == Path::new("") {
                    Path::new(".")
                } else {
                    part
                };
                Some(part.canonicalize().ok()?.join(rest))
            });
            there.unwrap_or_else(|| path.to_owned())
        };
        whole(&other.root).starts_with(whole(&self.root))
    }

    pub(super) fn prepare(&self) -> Result<(), Trouble> {
        if self.root.metadata().is_ok_and(|there| !there.is_dir()) {
            let sentence = format!("cannot publish to `{}`: it is no directory", self.name());
            return Err(Trouble::new(sentence));
        }
        fs::create_dir_all(&self.root).map_err(|error| refused("create", &self.root, &error))?;
        output::sweep(&self.root);
        Ok(())
    }

    pub(super) fn list(&self) -> Result<Vec<String>, Trouble> {
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

    pub(super) fn read(&self, name: &str) -> Result<Option<(Vec<u8>, Version)>, Trouble> {
        let path = self.root.join(name);
        let read = || {
            let mut bytes = Vec::new();
            File::open(&path)?.take(LONGEST).read_to_end(&mut bytes)?;
            io::Result::Ok(bytes)
        };
        match read() {
            Ok(bytes) => {
                let version = version(&bytes);
                Ok(Some((bytes, version)))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(refused("read", &path, &error)),
        }
    }

    pub(super) fn swap(
        &self,
        name: &str,
        bytes: &[u8],
        before: Option<&Version>,
    ) -> Result<Option<Version>, Trouble> {
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
        self.write([(self.root.join(name), bytes)])?;
        Ok(Some(version(bytes)))
    }

    pub(super) fn put(&self, puts: &[Put<'_>]) -> Result<(), Trouble> {
        let mut files = Vec::with_capacity(puts.len());
        for put in puts {
            let path = self.root.join(&put.file.path);
            if !is_free(&path, put)? {
                let sentence = format!(
                    "`{}` is there already, and no `weekahead publish` has put it there",
                    path.display()
                );
                return Err(Trouble::new(sentence)
                    .fault(Fault::Foreign)
                    .hint("publish to a directory of its own, or remove that file"));
            }
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(|error| refused("create", folder, &error))?;
            }
            files.push((path, put.file.body.as_slice()));
        }
        self.write(files)
    }

    pub(super) fn remove(&self, paths: &[String]) -> Result<(), Trouble> {
        for path in paths {
            let path = self.root.join(path);
            match fs::remove_file(&path) {
                Ok(()) => {}
                Err(error) if is_gone(&error) => {}
                Err(error) => return Err(refused("remove", &path, &error)),
            }
            // A feed's own folder is left by its last file.
            if let Some(folder) = path.parent().filter(|folder| *folder != self.root) {
                let _ = fs::remove_dir(folder);
            }
        }
        Ok(())
    }

    fn write<'b>(
        &self,
        files: impl IntoIterator<Item = (PathBuf, &'b [u8])>,
    ) -> Result<(), Trouble> {
        let staging = Staging::swept(&self.root);
        let staged = files
            .into_iter()
            .try_for_each(|(path, bytes)| staging.stage(&path, bytes.to_vec()));
        staged
            .and_then(|()| staging.commit())
            .map_err(|refusal| Trouble::new(refusal.sentence()))
    }
}

fn version(bytes: &[u8]) -> Version {
    Version(Digest::of([bytes]).as_str().to_owned())
}

/// Whether nothing of others is lost when a file is written: there is none, or it is the same, or
/// ours.
fn is_free(path: &Path, put: &Put<'_>) -> Result<bool, Trouble> {
    if put.claim == Claim::Put {
        return Ok(true);
    }
    match fs::read(path) {
        Ok(there) => Ok(there == put.file.body || put.claim.covers(&there)),
        Err(error) if is_gone(&error) => Ok(true),
        Err(error) => Err(refused("read", path, &error)),
    }
}

fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn refused(action: &str, path: &Path, error: &io::Error) -> Trouble {
    let (path, reason) = (path.display(), reason(error));
    Trouble::new(format!("cannot {action} `{path}`: {reason}"))
}
