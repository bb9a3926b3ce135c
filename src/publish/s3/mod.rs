//! A bucket of an S3-compatible object store, and a prefix in it.
//!
//! The face is synchronous: whoever calls waits for the answer, so as many requests are under way
//! as there are threads that call. What a request may ask again without harm is asked again by
//! `object_store`; a conditional put that ended without a clear answer is settled here, by reading
//! what is there. Nothing is tried for much longer than a minute.

mod cause;
mod setup;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt as _};
use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, Error, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions,
    PutPayload, UpdateVersion,
};
use tokio::runtime::Runtime;

use crate::publish::manifest::Ownership;
use crate::site::File;
use cause::Cause;

/// From when on nothing is tried again.
const PATIENCE: Duration = Duration::from_secs(60);
/// The pause before the second try; each that follows is longer by it.
const PAUSE: Duration = Duration::from_millis(100);
/// Octets of an object that are read.
const LONGEST: u64 = 1 << 30;

/// Why a bucket did not do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BucketError {
    /// The sentence; no key, no token and no secret path is in it.
    pub(crate) sentence: String,
    /// What to do.
    pub(crate) hint: Option<String>,
    /// What went wrong.
    pub(crate) fault: Fault,
}

/// What went wrong, as far as a program must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The address of the bucket is none.
    Address,
    /// The store, the network or the settings refused.
    Refused,
    /// Somebody else's object is where one should have been put.
    Foreign,
}

/// What a store says that an object is; whatever is written there gives it another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version(pub String);

/// A bucket and a prefix in it.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    store: Arc<AmazonS3>,
    runtime: Arc<Runtime>,
    name: String,
    /// Where requests go, for messages.
    host: String,
    /// Without a slash at either end; empty for the whole bucket.
    prefix: String,
    /// How often one thing is tried at most.
    tries: usize,
}

impl Bucket {
    /// The bucket of `BUCKET/PREFIX`, by the `AWS_*` variables among `environment`. Nothing is
    /// asked of it yet.
    ///
    /// # Errors
    ///
    /// What is no bucket's name or no prefix, and settings with which none can be reached.
    pub(crate) fn open(
        address: &str,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, BucketError> {
        let (name, prefix) = address.split_once('/').unwrap_or((address, ""));
        let prefix = prefix.trim_end_matches('/');
        // Parsed, a slash at the beginning is lost.
        let has_empty = !prefix.is_empty() && prefix.split('/').any(str::is_empty);
        if !is_name(name) || has_empty || Path::parse(prefix).is_err() {
            let is_prefix = is_name(name);
            let what = if is_prefix { "prefix" } else { "bucket's name" };
            return Err(BucketError {
                sentence: format!("`s3://{address}` has no {what} that can be used"),
                hint: Some(
                    "`s3://BUCKET/PREFIX`; no part of the prefix may be empty, `.` or `..`"
                        .to_owned(),
                ),
                fault: Fault::Address,
            });
        }
        let setup = setup::connect(name, environment)?;
        Ok(Self {
            store: Arc::new(setup.store),
            runtime: Arc::new(setup.runtime),
            name: name.to_owned(),
            host: setup.host,
            prefix: prefix.to_owned(),
            tries: setup.tries,
        })
    }

    /// Its address.
    #[must_use]
    pub(crate) fn address(&self) -> String {
        match self.prefix.as_str() {
            "" => format!("s3://{}", self.name),
            prefix => format!("s3://{}/{prefix}", self.name),
        }
    }

    /// The place of this name inside it.
    #[must_use]
    pub(crate) fn below(&self, name: &str) -> Self {
        Self {
            prefix: self.key(name),
            ..self.clone()
        }
    }

    /// Whether `other` is this place or inside it.
    #[must_use]
    pub(crate) fn contains(&self, other: &Self) -> bool {
        let rest = other.prefix.strip_prefix(&self.prefix);
        let is_below =
            |rest: &str| self.prefix.is_empty() || rest.is_empty() || rest.starts_with('/');
        self.name == other.name && rest.is_some_and(is_below)
    }

    /// The names of the objects right in it.
    ///
    /// # Errors
    ///
    /// What the store refuses.
    pub(crate) fn list(&self) -> Result<Vec<String>, BucketError> {
        let prefix = Path::parse(&self.prefix).unwrap_or_default();
        let action = "list the manifest";
        self.wait(action, async || {
            let listed = self.store.list_with_delimiter(Some(&prefix)).await?;
            let objects = listed.objects.into_iter();
            Ok(objects
                .filter_map(|object| object.location.filename().map(str::to_owned))
                .collect())
        })
    }

    /// An object and its version, if it is there.
    ///
    /// # Errors
    ///
    /// What the store refuses.
    pub(crate) fn read(&self, name: &str) -> Result<Option<(Vec<u8>, Version)>, BucketError> {
        // Where a path has more than one part, the first is a secret.
        let shown = name.rsplit('/').next().unwrap_or(name);
        let (path, action) = (self.path(name)?, format!("read `{shown}`"));
        self.wait(&action, async || self.get(&path).await)
    }

    /// Writes an object if it is still of the version that was read; its new version, or `None`
    /// where somebody else has written it since.
    ///
    /// # Errors
    ///
    /// What the store refuses.
    pub(crate) fn swap(
        &self,
        name: &str,
        bytes: &[u8],
        before: Option<&Version>,
    ) -> Result<Option<Version>, BucketError> {
        let (path, action) = (self.path(name)?, format!("write `{name}`"));
        let payload = PutPayload::from(bytes.to_vec());
        let mode = match before {
            None => PutMode::Create,
            Some(Version(tag)) => PutMode::Update(UpdateVersion {
                e_tag: Some(tag.clone()),
                version: None,
            }),
        };
        let mut attributes = Attributes::new();
        attributes.insert(Attribute::ContentType, "application/json".into());
        attributes.insert(Attribute::CacheControl, "no-store".into());
        let options = PutOptions {
            mode,
            attributes,
            ..PutOptions::default()
        };
        self.settle(&action, async || {
            let put = self.store.put_opts(&path, payload.clone(), options.clone());
            let error = match put.await {
                Ok(put) => match put.e_tag {
                    Some(tag) => return Ok(ControlFlow::Break(Some(Version(tag)))),
                    None => return Err(untagged()),
                },
                Err(error) if is_unclear(&error) => error,
                Err(error) => return Err(error),
            };
            let there = self.get(&path).await?;
            Ok(match there {
                Some((there, version)) if there == bytes => ControlFlow::Break(Some(version)),
                there if there.as_ref().map(|(_, version)| version) != before => {
                    ControlFlow::Break(None)
                }
                // It is as it was: another try may do it.
                _ => ControlFlow::Continue(error),
            })
        })
    }

    /// Puts a file where there is none, or the same, or what is claimed.
    ///
    /// # Errors
    ///
    /// What the store refuses, and somebody else's object.
    pub(crate) fn put(
        &self,
        file: &File,
        cache_control: &str,
        claim: &Ownership,
    ) -> Result<(), BucketError> {
        let path = self.path(&file.path)?;
        let payload = PutPayload::from(file.body.clone());
        let mut attributes = Attributes::new();
        attributes.insert(Attribute::ContentType, file.kind.into());
        attributes.insert(Attribute::CacheControl, cache_control.to_owned().into());
        if let Some(disposition) = &file.disposition {
            attributes.insert(Attribute::ContentDisposition, disposition.clone().into());
        }
        let overwrite = PutOptions::from(attributes);
        let create = PutOptions {
            mode: PutMode::Create,
            ..overwrite.clone()
        };
        let action = "put a file";
        let must_put = *claim == Ownership::Put
            || self
                .settle(action, async || {
                    let put = self.store.put_opts(&path, payload.clone(), create.clone());
                    let error = match put.await {
                        Ok(_) => return Ok(ControlFlow::Break(Some(false))),
                        Err(error) if is_unclear(&error) => error,
                        Err(error) => return Err(error),
                    };
                    Ok(match self.get(&path).await? {
                        // Of the same bytes something else may be said.
                        Some((there, _)) if there == file.body || claim.covers(&there) => {
                            ControlFlow::Break(Some(true))
                        }
                        Some(_) => ControlFlow::Break(None),
                        None => ControlFlow::Continue(error),
                    })
                })?
                .ok_or_else(|| self.foreign(&file.path))?;
        if must_put {
            self.wait(action, async || {
                let put = self
                    .store
                    .put_opts(&path, payload.clone(), overwrite.clone());
                put.await.map(|_| ())
            })?;
        }
        Ok(())
    }

    /// Removes objects; those that are not there count as removed.
    ///
    /// # Errors
    ///
    /// What the store refuses.
    pub(crate) fn remove(&self, names: &[String]) -> Result<(), BucketError> {
        let paths = names.iter().map(|name| self.path(name));
        let paths = paths.collect::<Result<Vec<Path>, BucketError>>()?;
        self.wait("remove files", async || {
            let paths = stream::iter(paths.clone()).map(Ok).boxed();
            let mut removed = self.store.delete_stream(paths);
            while let Some(removed) = removed.next().await {
                match removed {
                    Ok(_) | Err(Error::NotFound { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        })
    }

    /// An object, if it is there; of one that is longer than any of ours, nothing.
    async fn get(&self, path: &Path) -> Result<Option<(Vec<u8>, Version)>, Error> {
        let found = match self.store.get(path).await {
            Ok(found) => found,
            Err(error) if Cause::of(&error).is_absent() => return Ok(None),
            Err(error) => return Err(error),
        };
        let version = found.meta.e_tag.clone().map(Version);
        let version = version.ok_or_else(untagged)?;
        let bytes = match found.meta.size > LONGEST {
            true => Vec::new(),
            false => found.bytes().await?.to_vec(),
        };
        Ok(Some((bytes, version)))
    }

    /// Waits for what can be asked twice without harm.
    fn wait<T>(
        &self,
        action: &str,
        ask: impl AsyncFn() -> Result<T, Error>,
    ) -> Result<T, BucketError> {
        self.settle(action, async || ask().await.map(ControlFlow::Break))
    }

    /// Asks until it is settled, as long as what happens may pass.
    fn settle<T>(
        &self,
        action: &str,
        ask: impl AsyncFn() -> Result<ControlFlow<T, Error>, Error>,
    ) -> Result<T, BucketError> {
        let since = Instant::now();
        self.runtime.block_on(async {
            for attempt in 1.. {
                let (error, may_pass) = match ask().await {
                    Ok(ControlFlow::Break(done)) => return Ok(done),
                    Ok(ControlFlow::Continue(error)) => (error, true),
                    Err(error) => {
                        let may_pass = Cause::of(&error).may_pass();
                        (error, may_pass)
                    }
                };
                if !may_pass || attempt >= self.tries || since.elapsed() > PATIENCE {
                    return Err(self.failure(action, &error));
                }
                let attempt = u32::try_from(attempt).unwrap_or(u32::MAX);
                tokio::time::sleep(PAUSE.saturating_mul(attempt)).await;
            }
            Err(self.failure(action, &untagged()))
        })
    }

    fn failure(&self, action: &str, error: &Error) -> BucketError {
        let (reason, hint) = Cause::of(error).say(&self.host);
        BucketError {
            sentence: format!("cannot {action} in bucket `{}`: {reason}", self.name),
            hint: Some(hint),
            fault: Fault::Refused,
        }
    }

    /// That somebody else's object is at a path.
    #[must_use]
    pub(crate) fn foreign(&self, path: &str) -> BucketError {
        // Where a path has more than one part, the first is a secret.
        let place = match path.rsplit_once('/') {
            Some((_, name)) => format!("`{name}` is in `{}` already", self.address()),
            None => format!("`{}/{path}` is there already", self.address()),
        };
        BucketError {
            sentence: format!("{place}, and no `weekahead publish` has put it there"),
            hint: Some("publish to a prefix of its own, or remove that object".to_owned()),
            fault: Fault::Foreign,
        }
    }

    fn key(&self, name: &str) -> String {
        match self.prefix.as_str() {
            "" => name.to_owned(),
            prefix => format!("{prefix}/{name}"),
        }
    }

    fn path(&self, name: &str) -> Result<Path, BucketError> {
        // Parsed, a key is as it was written; made otherwise, its `%` would be encoded twice.
        Path::parse(self.key(name)).map_err(|_| BucketError {
            sentence: format!("bucket `{}` can keep nothing under such a name", self.name),
            hint: Some("a plans file may not be called `.` or `..`".to_owned()),
            fault: Fault::Refused,
        })
    }
}

/// Whether this may be a bucket's name: S3's own characters, and those of other stores.
fn is_name(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    !name.is_empty() && name.bytes().all(is_allowed) && name != "." && name != ".."
}

/// Whether a conditional put may have been done all the same, by this try or one before it.
fn is_unclear(error: &Error) -> bool {
    let is_refused = matches!(
        error,
        Error::AlreadyExists { .. } | Error::Precondition { .. } | Error::NotModified { .. }
    );
    (is_refused && !Cause::of(error).is_missing_bucket()) || Cause::of(error).may_pass()
}

fn untagged() -> Error {
    Error::Generic {
        store: "S3",
        source: cause::UNTAGGED.into(),
    }
}
