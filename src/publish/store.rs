//! Where a site is put, and where its manifest is: a directory, or a bucket of an object store.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;

#[cfg(feature = "publish")]
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::publish::directory::Directory;
use crate::publish::manifest::Ownership;
#[cfg(feature = "publish")]
use crate::publish::s3;
#[cfg(feature = "publish")]
use crate::publish::s3::Bucket;
use crate::site::{File, Naming};

/// Why a store did not do what it was asked for: a sentence, and what to do.
#[derive(Debug)]
pub(crate) struct StoreError {
    pub(crate) sentence: String,
    pub(crate) hint: Option<String>,
    pub(crate) fault: ErrorKind,
}

/// What kind of trouble it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    /// What was asked for cannot be.
    Usage,
    /// The store, or the way to it, refused.
    Refused,
}

impl StoreError {
    pub(crate) fn new(sentence: String) -> Self {
        Self {
            sentence,
            hint: None,
            fault: ErrorKind::Refused,
        }
    }

    pub(crate) fn fault(mut self, fault: ErrorKind) -> Self {
        self.fault = fault;
        self
    }

    pub(crate) fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(hint.to_owned());
        self
    }
}

/// Feeds with a file that cannot be put where it belongs, by their numbers, and why.
pub(crate) type Refused = Vec<(usize, StoreError)>;

/// What a store says that a file was when it was read; another writer changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version(pub(crate) String);

/// A file that is put, and what may lie there already.
pub(crate) struct Put<'a> {
    pub(crate) file: &'a File,
    /// The number of its feed among those that are put together.
    pub(crate) feed: usize,
    pub(crate) claim: Ownership,
    /// For a store that keeps it with the file.
    #[cfg_attr(
        not(feature = "publish"),
        expect(dead_code, reason = "a directory keeps none")
    )]
    pub(crate) cache_control: &'a str,
}

#[cfg(feature = "publish")]
impl From<s3::BucketError> for StoreError {
    fn from(failure: s3::BucketError) -> Self {
        Self {
            sentence: failure.sentence,
            hint: failure.hint,
            fault: match failure.fault {
                s3::Fault::Address => ErrorKind::Usage,
                s3::Fault::Refused | s3::Fault::Foreign => ErrorKind::Refused,
            },
        }
    }
}

/// Files that are on their way to a bucket at a time, unless something else is asked for.
#[cfg(feature = "publish")]
const IN_FLIGHT: usize = 32;

/// A place for files.
pub(crate) enum Store {
    Directory(Directory),
    #[cfg(feature = "publish")]
    Bucket(Bucket),
}

impl Store {
    /// The store that an argument names: a directory, `file://` with its path, or
    /// `s3://BUCKET/PREFIX`.
    pub(crate) fn parse(text: &str) -> Result<Self, StoreError> {
        if let Some(rest) = text.strip_prefix("s3://") {
            return bucket(rest);
        }
        if text.is_empty() {
            let sentence = "the place to publish to has no name".to_owned();
            return Err(StoreError::new(sentence)
                .fault(ErrorKind::Usage)
                .hint("a directory (`.` is this one), or `s3://BUCKET/PREFIX`"));
        }
        let path = match text.strip_prefix("file://") {
            Some(path) => path,
            // `s3:/` is a slip; another letter before `:/` may be a drive.
            None => match text
                .split_once("://")
                .or(text.strip_prefix("s3:/").map(|rest| ("s3", rest)))
            {
                Some((scheme, _)) => {
                    let sentence = format!("`{scheme}://` is no store that can be published to");
                    return Err(StoreError::new(sentence)
                        .fault(ErrorKind::Usage)
                        .hint("a directory, or `s3://BUCKET/PREFIX` for any S3-compatible store"));
                }
                None => text,
            },
        };
        Ok(Self::Directory(Directory::new(PathBuf::from(path))))
    }

    /// How it is called in messages.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Directory(directory) => directory.name(),
            #[cfg(feature = "publish")]
            Self::Bucket(bucket) => bucket.address(),
        }
    }

    /// How paths of pages end in it.
    pub(crate) fn naming(&self) -> Naming {
        match self {
            Self::Directory(_) => Naming::Html,
            #[cfg(feature = "publish")]
            Self::Bucket(_) => Naming::Bare,
        }
    }

    /// How many files are on their way to it at a time, unless something else is asked for.
    pub(crate) fn concurrency(&self) -> usize {
        match self {
            Self::Directory(_) => cores(),
            #[cfg(feature = "publish")]
            Self::Bucket(_) => IN_FLIGHT,
        }
    }

    /// How it is called in a manifest that lies elsewhere.
    pub(crate) fn address(&self) -> String {
        match self {
            Self::Directory(directory) => directory.address(),
            #[cfg(feature = "publish")]
            Self::Bucket(bucket) => bucket.address(),
        }
    }

    /// A place inside it.
    pub(crate) fn below(&self, name: &str) -> Self {
        match self {
            Self::Directory(directory) => Self::Directory(directory.below(name)),
            #[cfg(feature = "publish")]
            Self::Bucket(bucket) => Self::Bucket(bucket.below(name)),
        }
    }

    /// Whether `other` is this place or inside it.
    pub(crate) fn contains(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Directory(this), Self::Directory(other)) => this.contains(other),
            #[cfg(feature = "publish")]
            (Self::Bucket(this), Self::Bucket(other)) => this.contains(other),
            #[cfg(feature = "publish")]
            (Self::Directory(_), Self::Bucket(_)) | (Self::Bucket(_), Self::Directory(_)) => false,
        }
    }

    /// Lets nobody else read what is written in it, where files have owners.
    pub(crate) fn hide(&mut self) {
        match self {
            Self::Directory(directory) => directory.hide(),
            #[cfg(feature = "publish")]
            Self::Bucket(_) => {}
        }
    }

    /// Makes ready what is needed before anything is written.
    pub(crate) fn prepare(&self) -> Result<(), StoreError> {
        match self {
            Self::Directory(directory) => directory.prepare(),
            #[cfg(feature = "publish")]
            // Buckets have owners and a bill: none is made by the way.
            Self::Bucket(_) => Ok(()),
        }
    }

    /// The names of the files right in it.
    pub(crate) fn list(&self) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Directory(directory) => directory.list(),
            #[cfg(feature = "publish")]
            Self::Bucket(bucket) => Ok(bucket.list()?),
        }
    }

    /// A file and its version, if it is there.
    pub(crate) fn read(&self, name: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError> {
        match self {
            Self::Directory(directory) => directory.read(name),
            #[cfg(feature = "publish")]
            Self::Bucket(bucket) => {
                let found = bucket.read(name)?;
                Ok(found.map(|(bytes, version)| (bytes, Version(version.0))))
            }
        }
    }

    /// Writes a file if it is still of the version that was read; its new version, or `None`
    /// where somebody else has written it since.
    pub(crate) fn swap(
        &self,
        name: &str,
        bytes: &[u8],
        before: Option<&Version>,
    ) -> Result<Option<Version>, StoreError> {
        match self {
            Self::Directory(directory) => directory.swap(name, bytes, before),
            #[cfg(feature = "publish")]
            Self::Bucket(bucket) => {
                let before = before.map(|version| s3::Version(version.0.clone()));
                let version = bucket.swap(name, bytes, before.as_ref())?;
                Ok(version.map(|version| Version(version.0)))
            }
        }
    }

    /// Puts files; each is whole or as it was at every moment. Gives the feeds that have a file
    /// that cannot be put where it belongs, while others can.
    pub(crate) fn put(&self, puts: &[Put<'_>]) -> Result<Refused, StoreError> {
        match self {
            Self::Directory(directory) => directory.put(puts),
            #[cfg(feature = "publish")]
            Self::Bucket(bucket) => puts
                .par_iter()
                .filter_map(
                    |put| match bucket.put(put.file, put.cache_control, &put.claim) {
                        Ok(()) => None,
                        Err(failure) if failure.fault == s3::Fault::Foreign => {
                            Some(Ok((put.feed, failure.into())))
                        }
                        Err(failure) => Some(Err(failure.into())),
                    },
                )
                .collect(),
        }
    }

    /// What [`Store::put`] would refuse, with nothing put.
    pub(crate) fn rehearse(&self, puts: &[Put<'_>]) -> Result<Refused, StoreError> {
        match self {
            Self::Directory(directory) => directory.rehearse(puts),
            #[cfg(feature = "publish")]
            Self::Bucket(bucket) => puts
                .par_iter()
                .filter(|put| put.claim != Ownership::Put)
                .filter_map(|put| match bucket.read(&put.file.path) {
                    Ok(Some((there, _))) if there != put.file.body && !put.claim.covers(&there) => {
                        Some(Ok((put.feed, bucket.foreign(&put.file.path).into())))
                    }
                    Ok(_) => None,
                    Err(failure) => Some(Err(failure.into())),
                })
                .collect(),
        }
    }

    /// Whether it costs nothing to ask it for each file, and nothing that it was asked for can be
    /// on its way any more when a run has ended.
    pub(crate) fn is_near(&self) -> bool {
        match self {
            Self::Directory(_) => true,
            #[cfg(feature = "publish")]
            Self::Bucket(_) => false,
        }
    }

    /// Whether it says that a file is not there.
    pub(crate) fn lacks(&self, path: &str) -> bool {
        match self {
            Self::Directory(directory) => directory.lacks(path),
            #[cfg(feature = "publish")]
            Self::Bucket(_) => false,
        }
    }

    /// Removes files; those that are not there count as removed.
    pub(crate) fn remove(&self, paths: &[String]) -> Result<(), StoreError> {
        match self {
            Self::Directory(directory) => directory.remove(paths),
            #[cfg(feature = "publish")]
            Self::Bucket(bucket) => Ok(bucket.remove(paths)?),
        }
    }
}

#[cfg(feature = "publish")]
fn bucket(address: &str) -> Result<Store, StoreError> {
    let environment = std::env::vars_os();
    let environment = environment
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    Ok(Store::Bucket(Bucket::open(address, environment)?))
}

#[cfg(not(feature = "publish"))]
fn bucket(_: &str) -> Result<Store, StoreError> {
    Err(
        StoreError::new("this weekahead was built without the feature `publish`".to_owned())
            .fault(ErrorKind::Usage)
            .hint("build it with `cargo install --path . --features publish`"),
    )
}

/// Threads that the machine runs at a time.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}
