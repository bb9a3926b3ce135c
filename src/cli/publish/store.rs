//! Where a site is put, and where its manifest is: a directory, or a bucket of an object store.

use std::path::PathBuf;

#[cfg(feature = "publish")]
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
#[cfg(feature = "publish")]
use weekahead::bucket::{self, Bucket};
use weekahead::manifest::Claim;
use weekahead::site::{File, Naming};

use super::directory::Directory;

/// Why a store did not do what it was asked for: a sentence, and what to do.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) sentence: String,
    pub(super) hint: Option<String>,
    pub(super) fault: Fault,
}

/// What kind of trouble it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// What was asked for cannot be.
    Usage,
    /// The store, or the way to it, refused.
    Refused,
}

impl Trouble {
    pub(super) fn new(sentence: String) -> Self {
        Self {
            sentence,
            hint: None,
            fault: Fault::Refused,
        }
    }

    pub(super) fn fault(mut self, fault: Fault) -> Self {
        self.fault = fault;
        self
    }

    pub(super) fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(hint.to_owned());
        self
    }
}

/// Feeds with a file that cannot be put where it belongs, by their numbers, and why.
pub(super) type Refused = Vec<(usize, Trouble)>;

/// What a store says that a file was when it was read; another writer changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version(pub(super) String);

/// A file that is put, and what may lie there already.
pub(super) struct Put<'a> {
    pub(super) file: &'a File,
    /// The number of its feed among those that are put together.
    pub(super) feed: usize,
    pub(super) claim: Claim,
    /// For a store that keeps it with the file.
    #[cfg_attr(
        not(feature = "publish"),
        expect(dead_code, reason = "a directory keeps none")
    )]
    pub(super) cache_control: &'a str,
}

#[cfg(feature = "publish")]
impl From<bucket::Failure> for Trouble {
    fn from(failure: bucket::Failure) -> Self {
        Self {
            sentence: failure.sentence,
            hint: failure.hint,
            fault: match failure.fault {
                bucket::Fault::Address => Fault::Usage,
                bucket::Fault::Refused | bucket::Fault::Foreign => Fault::Refused,
            },
        }
    }
}

/// Files that are on their way to a bucket at a time, unless something else is asked for.
#[cfg(feature = "publish")]
const IN_FLIGHT: usize = 32;

/// A place for files.
pub(super) enum Store {
    Directory(Directory),
    #[cfg(feature = "publish")]
    Bucket(Bucket),
}

impl Store {
    /// The store that an argument names: a directory, `file://` with its path, or
    /// `s3://BUCKET/PREFIX`.
    pub(super) fn parse(text: &str) -> Result<Self, Trouble> {
        if let Some(rest) = text.strip_prefix("s3://") {
            return bucket(rest);
        }
        if text.is_empty() {
            let sentence = "the place to publish to has no name".to_owned();
            return Err(Trouble::new(sentence)
                .fault(Fault::Usage)
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
                    return Err(Trouble::new(sentence)
                        .fault(Fault::Usage)
                        .hint("a directory, or `s3://BUCKET/PREFIX` for any S3-compatible store"));
                }
                None => text,
            },
        };
        Ok(Self::Directory(Directory::new(PathBuf::from(path))))
    }

    /// How it is called in messages.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Directory(directory) => directory.name(),
            #[cfg(feature = "publish")]
            Self::Bucket(bucket) => bucket.address(),
        }
    }

    /// How paths of pages end in it.
    pub(super) fn naming(&self) -> Naming {
        match self {
            Self::Directory(_) => Naming::Html,
            #[cfg(feature = "publish")]
            Self::Bucket(_) => Naming::Bare,
        }
    }

    /// How many files are on their way to it at a time, unless something else is asked for.
    pub(super) fn concurrency(&self) -> usize {
        match self {
            Self::Directory(_) => super::cores(),
            #[cfg(feature = "publish")]
            Self::Bucket(_) => IN_FLIGHT,
        }
    }

    /// How it is called in a manifest that lies elsewhere.
    pub(super) fn address(&self) -> String {
        match self {
            Self::Directory(directory) => directory.address(),
            #[cfg(feature = "publish")]
            Self::Bucket(bucket) => bucket.address(),
        }
    }

    /// A place inside it.
    pub(super) fn below(&self, name: &str) -> Self {
        match self {
            Self::Directory(directory) => Self::Directory(directory.below(name)),
            #[cfg(feature = "publish")]
            Self::Bucket(bucket) => Self::Bucket(bucket.below(name)),
        }
    }

    /// Whether `other` is this place or inside it.
    pub(super) fn contains(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Directory(this), Self::Directory(other)) => this.contains(other),
            #[cfg(feature = "publish")]
            (Self::Bucket(this), Self::Bucket(other)) => this.contains(other),
            #[cfg(feature = "publish")]
            (Self::Directory(_), Self::Bucket(_)) | (Self::Bucket(_), Self::Directory(_)) => false,
        }
    }

    /// Lets nobody else read what is written in it, where files have owners.
    pub(super) fn hide(&mut self) {
        match self {
            Self::Directory(directory) => directory.hide(),
            #[cfg(feature = "publish")]
            Self::Bucket(_) => {}
        }
    }

    /// Makes ready what is needed before anything is written.
    pub(super) fn prepare(&self) -> Result<(), Trouble> {
        match self {
            Self::Directory(directory) => directory.prepare(),
            #[cfg(feature = "publish")]
            // Buckets have owners and a bill: none is made by the way.
            Self::Bucket(_) => Ok(()),
        }
    }

    /// The names of the files right in it.
    pub(super) fn list(&self) -> Result<Vec<String>, Trouble> {
        match self {
            Self::Directory(directory) => directory.list(),
            #[cfg(feature = "publish")]
            Self::Bucket(bucket) => Ok(bucket.list()?),
        }
    }

    /// A file and its version, if it is there.
    pub(super) fn read(&self, name: &str) -> Result<Option<(Vec<u8>, Version)>, Trouble> {
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
    pub(super) fn swap(
        &self,
        name: &str,
        bytes: &[u8],
        before: Option<&Version>,
    ) -> Result<Option<Version>, Trouble> {
        match self {
            Self::Directory(directory) => directory.swap(name, bytes, before),
            #[cfg(feature = "publish")]
            Self::Bucket(bucket) => {
                let before = before.map(|version| bucket::Version(version.0.clone()));
                let version = bucket.swap(name, bytes, before.as_ref())?;
                Ok(version.map(|version| Version(version.0)))
            }
        }
    }

    /// Puts files; each is whole or as it was at every moment. Gives the feeds that have a file
    /// that cannot be put where it belongs, while others can.
    pub(super) fn put(&self, puts: &[Put<'_>]) -> Result<Refused, Trouble> {
        match self {
            Self::Directory(directory) => directory.put(puts),
            #[cfg(feature = "publish")]
            Self::Bucket(bucket) => puts
                .par_iter()
                .filter_map(
                    |put| match bucket.put(put.file, put.cache_control, &put.claim) {
                        Ok(()) => None,
                        Err(failure) if failure.fault == bucket::Fault::Foreign => {
                            Some(Ok((put.feed, failure.into())))
                        }
                        Err(failure) => Some(Err(failure.into())),
                    },
                )
                .collect(),
        }
    }

    /// What [`Store::put`] would refuse, with nothing put.
    pub(super) fn rehearse(&self, puts: &[Put<'_>]) -> Result<Refused, Trouble> {
        match self {
            Self::Directory(directory) => directory.rehearse(puts),
            #[cfg(feature = "publish")]
            Self::Bucket(bucket) => puts
                .par_iter()
                .filter(|put| put.claim != Claim::Put)
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
    pub(super) fn is_near(&self) -> bool {
        match self {
            Self::Directory(_) => true,
            #[cfg(feature = "publish")]
            Self::Bucket(_) => false,
        }
    }

    /// Whether it says that a file is not there.
    pub(super) fn lacks(&self, path: &str) -> bool {
        match self {
            Self::Directory(directory) => directory.lacks(path),
            #[cfg(feature = "publish")]
            Self::Bucket(_) => false,
        }
    }

    /// Removes files; those that are not there count as removed.
    pub(super) fn remove(&self, paths: &[String]) -> Result<(), Trouble> {
        match self {
            Self::Directory(directory) => directory.remove(paths),
            #[cfg(feature = "publish")]
            Self::Bucket(bucket) => Ok(bucket.remove(paths)?),
        }
    }
}

#[cfg(feature = "publish")]
fn bucket(address: &str) -> Result<Store, Trouble> {
    let environment = std::env::vars_os();
    let environment = environment
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    Ok(Store::Bucket(Bucket::open(address, environment)?))
}

#[cfg(not(feature = "publish"))]
fn bucket(_: &str) -> Result<Store, Trouble> {
    Err(
        Trouble::new("this weekahead was built without the feature `publish`".to_owned())
            .fault(Fault::Usage)
            .hint("build it with `cargo install --path . --features publish`"),
    )
}
