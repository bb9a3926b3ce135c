//! What a publisher needs from the place to which it publishes.

use std::path::PathBuf;

use crate::publish::manifest::Ownership;
use crate::site::{Carrier, File};

/// Why a store did not do what it was asked for: a sentence, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoreError {
    /// The sentence; no key, no token and no secret path is in it.
    pub(crate) sentence: String,
    /// What to do.
    pub(crate) hint: Option<String>,
    pub(crate) kind: ErrorKind,
}

/// What kind of error it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    /// The address or the arguments are wrong.
    Usage,
    /// The store, the network or the settings refused.
    Refused,
    /// A file that is not ours is where one should have been put.
    #[cfg(feature = "publish")]
    NotOurs,
}

impl StoreError {
    /// Something was refused.
    pub(crate) fn new(sentence: String) -> Self {
        Self {
            sentence,
            hint: None,
            kind: ErrorKind::Refused,
        }
    }

    /// The same error of another kind.
    pub(crate) fn kind(self, kind: ErrorKind) -> Self {
        Self { kind, ..self }
    }

    /// The same error with what to do.
    pub(crate) fn hint(self, hint: &str) -> Self {
        Self {
            hint: Some(hint.to_owned()),
            ..self
        }
    }
}

/// The numbers of the groups with a file that cannot be put, each with the reason.
pub(crate) type RefusedGroups = Vec<(usize, StoreError)>;

/// Identifies the content of a file when it was read; another write changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version(pub(crate) String);

/// A file to put, and what may already be at its path.
pub(crate) struct Put<'a> {
    pub(crate) file: &'a File,
    /// The number of the feed or front page to which the file belongs.
    pub(crate) group: usize,
    /// Which bytes at the path may be written over.
    pub(crate) ownership: Ownership,
    /// For a store that keeps it with the file.
    #[cfg_attr(
        not(feature = "publish"),
        expect(dead_code, reason = "a directory does not keep it")
    )]
    pub(crate) cache_control: &'a str,
}

/// A place for files: a directory or a bucket.
pub(crate) trait Store: Send + Sync {
    /// Its name in messages.
    fn name(&self) -> String;

    /// Its absolute address, as a path so that places can be compared.
    fn location(&self) -> PathBuf;

    /// The same address as text, for a manifest that is kept elsewhere.
    fn address(&self) -> String {
        self.location().display().to_string()
    }

    /// Whether `other` is this place or inside it.
    fn contains(&self, other: &dyn Store) -> bool {
        other.location().starts_with(self.location())
    }

    /// A place inside it.
    fn below(&self, name: &str) -> Box<dyn Store>;

    /// What kind of site it carries.
    fn carrier(&self) -> Carrier;

    /// How many files are sent to it at a time, unless the user says otherwise.
    fn concurrency(&self) -> usize;

    /// Lets only the owner read the files that are written in it, if files have owners.
    fn make_private(&mut self) {}

    /// Prepares the place before anything is written.
    fn prepare(&self) -> Result<(), StoreError>;

    /// The names of the files directly in it.
    fn list(&self) -> Result<Vec<String>, StoreError>;

    /// A file and its version, if it is there.
    fn read(&self, name: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError>;

    /// Writes a file if it still has the version that was read. Returns its new version, or `None`
    /// if somebody else has written it since.
    fn swap(
        &self,
        name: &str,
        bytes: &[u8],
        before: Option<&Version>,
    ) -> Result<Option<Version>, StoreError>;

    /// Puts files; at every moment each file is the old one or the new one. Returns the groups
    /// with a file that cannot be put, while other groups can.
    fn put(&self, puts: &[Put<'_>]) -> Result<RefusedGroups, StoreError>;

    /// What [`Store::put`] would refuse; puts nothing.
    fn rehearse(&self, puts: &[Put<'_>]) -> Result<RefusedGroups, StoreError>;

    /// Whether it costs nothing to look at each file, and no request can still be on its way when
    /// a run has ended.
    fn is_local(&self) -> bool;

    /// Whether a file is known to be absent. A store that is not local does not look.
    fn lacks(&self, path: &str) -> bool;

    /// Removes files; those that are not there count as removed.
    fn remove(&self, paths: &[String]) -> Result<(), StoreError>;
}
