//! A bucket of an S3-compatible object store, or a prefix in one, as a store.
//!
//! Its functions block, so there are as many requests at a time as there are calling threads.
//! `object_store` repeats requests that can be repeated without harm. If a conditional put ends
//! without a clear answer, this module reads what is there to find out. No request is tried for
//! much longer than a minute.

mod cause;
mod setup;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt as _};
use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, Error, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions,
    PutPayload, UpdateVersion,
};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use tokio::runtime::Runtime;

use crate::publish::manifest::Ownership;
use crate::publish::store::{ErrorKind, Put, RefusedGroups, Store, StoreError, Version};
use crate::site::{Carrier, File};
use cause::Cause;
use setup::RETRY_TIME;

/// Requests at a time, unless the user says otherwise.
const CONCURRENCY: usize = 32;
/// The pause before the second try; it grows by as much before each further try.
const RETRY_PAUSE: Duration = Duration::from_millis(100);
/// The maximum number of bytes that are read of an object.
const MAX_OBJECT_BYTES: u64 = 1 << 30;

/// A bucket and a prefix in it.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    store: Arc<AmazonS3>,
    runtime: Arc<Runtime>,
    name: String,
    /// The host to which requests go, for messages.
    host: String,
    /// Without a slash at either end; empty for the whole bucket.
    prefix: String,
    /// How many times a request is tried at most.
    tries: usize,
}

impl Bucket {
    /// Opens the bucket of `BUCKET/PREFIX` with the `AWS_*` variables in `environment`. Sends no
    /// request yet.
    ///
    /// # Errors
    ///
    /// The name of the bucket or the prefix is not valid, or the variables cannot be used.
    pub(crate) fn open(
        address: &str,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, StoreError> {
        let (name, prefix) = address.split_once('/').unwrap_or((address, ""));
        let prefix = prefix.trim_end_matches('/');
        // Parsing drops a slash at the beginning.
        let has_empty = !prefix.is_empty() && prefix.split('/').any(str::is_empty);
        if !is_name(name) || has_empty || Path::parse(prefix).is_err() {
            let has_name = is_name(name);
            let what = if has_name { "prefix" } else { "bucket's name" };
            let sentence = format!("`s3://{address}` has no {what} that can be used");
            return Err(StoreError::new(sentence)
                .kind(ErrorKind::Usage)
                .hint("`s3://BUCKET/PREFIX`; no part of the prefix may be empty, `.` or `..`"));
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

    /// Puts a file if its path has no object, the same bytes, or bytes that are ours.
    fn put_file(
        &self,
        file: &File,
        cache_control: &str,
        ownership: &Ownership,
    ) -> Result<(), StoreError> {
        let path = self.path(&file.path)?;
        let payload = PutPayload::from(file.body.clone());
        let mut attributes = Attributes::new();
        attributes.insert(Attribute::ContentType, file.media_type.into());
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
        let must_put = *ownership == Ownership::Put
            || self
                .retry_until_known(action, async || {
                    let put = self.store.put_opts(&path, payload.clone(), create.clone());
                    let error = match put.await {
                        Ok(_) => return Ok(ControlFlow::Break(Some(false))),
                        Err(error) if is_unclear(&error) => error,
                        Err(error) => return Err(error),
                    };
                    Ok(match self.get(&path).await? {
                        // The same bytes may have other attributes.
                        Some((there, _)) if there == file.body || ownership.covers(&there) => {
                            ControlFlow::Break(Some(true))
                        }
                        Some(_) => ControlFlow::Break(None),
                        None => ControlFlow::Continue(error),
                    })
                })?
                .ok_or_else(|| self.not_ours(&file.path))?;
        if must_put {
            self.retry(action, async || {
                let put = self
                    .store
                    .put_opts(&path, payload.clone(), overwrite.clone());
                put.await.map(|_| ())
            })?;
        }
        Ok(())
    }

    /// An object, if it exists. An object that is longer than any of ours counts as empty.
    async fn get(&self, path: &Path) -> Result<Option<(Vec<u8>, Version)>, Error> {
        let found = match self.store.get(path).await {
            Ok(found) => found,
            Err(error) if Cause::of(&error).is_absent() => return Ok(None),
            Err(error) => return Err(error),
        };
        let version = found.meta.e_tag.clone().map(Version);
        let version = version.ok_or_else(untagged)?;
        let bytes = match found.meta.size > MAX_OBJECT_BYTES {
            true => Vec::new(),
            false => found.bytes().await?.to_vec(),
        };
        Ok(Some((bytes, version)))
    }

    /// Sends a request that can be repeated without harm.
    fn retry<T>(
        &self,
        action: &str,
        ask: impl AsyncFn() -> Result<T, Error>,
    ) -> Result<T, StoreError> {
        self.retry_until_known(action, async || ask().await.map(ControlFlow::Break))
    }

    /// Sends a request until its result is known, as long as its errors may be temporary.
    fn retry_until_known<T>(
        &self,
        action: &str,
        ask: impl AsyncFn() -> Result<ControlFlow<T, Error>, Error>,
    ) -> Result<T, StoreError> {
        let since = Instant::now();
        self.runtime.block_on(async {
            for attempt in 1.. {
                let (error, is_temporary) = match ask().await {
                    Ok(ControlFlow::Break(done)) => return Ok(done),
                    Ok(ControlFlow::Continue(error)) => (error, true),
                    Err(error) => {
                        let is_temporary = Cause::of(&error).is_temporary();
                        (error, is_temporary)
                    }
                };
                if !is_temporary || attempt >= self.tries || since.elapsed() > RETRY_TIME {
                    return Err(self.store_error(action, &error));
                }
                let attempt = u32::try_from(attempt).unwrap_or(u32::MAX);
                tokio::time::sleep(RETRY_PAUSE.saturating_mul(attempt)).await;
            }
            Err(self.store_error(action, &untagged()))
        })
    }

    fn store_error(&self, action: &str, error: &Error) -> StoreError {
        let (reason, hint) = Cause::of(error).describe(&self.host);
        let sentence = format!("cannot {action} in bucket `{}`: {reason}", self.name);
        StoreError::new(sentence).hint(&hint)
    }

    /// The error that a path has an object which is not ours.
    fn not_ours(&self, path: &str) -> StoreError {
        // The first part of a path with several parts is a secret.
        let place = match path.rsplit_once('/') {
            Some((_, name)) => format!("`{name}` is in `{}` already", self.name()),
            None => format!("`{}/{path}` exists already", self.name()),
        };
        StoreError::new(format!("{place}, and `weekahead publish` did not write it"))
            .kind(ErrorKind::NotOurs)
            .hint("publish to a prefix that holds nothing else, or remove that object")
    }

    fn key(&self, name: &str) -> String {
        match self.prefix.as_str() {
            "" => name.to_owned(),
            prefix => format!("{prefix}/{name}"),
        }
    }

    fn path(&self, name: &str) -> Result<Path, StoreError> {
        // Parsing keeps a key as it is written; `Path::from` would encode its `%` again.
        Path::parse(self.key(name)).map_err(|_| {
            let sentence = format!(
                "bucket `{}` cannot store a file with such a name",
                self.name
            );
            StoreError::new(sentence).hint("a plans file may not be called `.` or `..`")
        })
    }
}

impl Store for Bucket {
    fn name(&self) -> String {
        match self.prefix.as_str() {
            "" => format!("s3://{}", self.name),
            prefix => format!("s3://{}/{prefix}", self.name),
        }
    }

    fn location(&self) -> PathBuf {
        self.name().into()
    }

    fn below(&self, name: &str) -> Box<dyn Store> {
        Box::new(Self {
            prefix: self.key(name),
            ..self.clone()
        })
    }

    fn carrier(&self) -> Carrier {
        Carrier::Bucket
    }

    fn concurrency(&self) -> usize {
        CONCURRENCY
    }

    /// Does nothing: a bucket has an owner and costs money, so the user creates it.
    fn prepare(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn list(&self) -> Result<Vec<String>, StoreError> {
        let prefix = Path::parse(&self.prefix).unwrap_or_default();
        let action = "list the manifest";
        self.retry(action, async || {
            let listed = self.store.list_with_delimiter(Some(&prefix)).await?;
            let objects = listed.objects.into_iter();
            Ok(objects
                .filter_map(|object| object.location.filename().map(str::to_owned))
                .collect())
        })
    }

    fn read(&self, name: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError> {
        // The first part of a path with several parts is a secret.
        let shown = name.rsplit('/').next().unwrap_or(name);
        let (path, action) = (self.path(name)?, format!("read `{shown}`"));
        self.retry(&action, async || self.get(&path).await)
    }

    fn swap(
        &self,
        name: &str,
        bytes: &[u8],
        before: Option<&Version>,
    ) -> Result<Option<Version>, StoreError> {
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
        self.retry_until_known(&action, async || {
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
                // Nothing has changed, so another try may succeed.
                _ => ControlFlow::Continue(error),
            })
        })
    }

    fn put(&self, puts: &[Put<'_>]) -> Result<RefusedGroups, StoreError> {
        puts.par_iter()
            .filter_map(|put| {
                let done = self.put_file(put.file, put.cache_control, &put.ownership);
                match done {
                    Ok(()) => None,
                    Err(error) if error.kind == ErrorKind::NotOurs => Some(Ok((put.group, error))),
                    Err(error) => Some(Err(error)),
                }
            })
            .collect()
    }

    fn rehearse(&self, puts: &[Put<'_>]) -> Result<RefusedGroups, StoreError> {
        puts.par_iter()
            .filter(|put| put.ownership != Ownership::Put)
            .filter_map(|put| match self.read(&put.file.path) {
                Ok(Some((there, _))) if there != put.file.body && !put.ownership.covers(&there) => {
                    Some(Ok((put.group, self.not_ours(&put.file.path))))
                }
                Ok(_) => None,
                Err(error) => Some(Err(error)),
            })
            .collect()
    }

    fn is_local(&self) -> bool {
        false
    }

    fn lacks(&self, _: &str) -> bool {
        false
    }

    fn remove(&self, names: &[String]) -> Result<(), StoreError> {
        let paths = names.iter().map(|name| self.path(name));
        let paths = paths.collect::<Result<Vec<Path>, StoreError>>()?;
        self.retry("remove files", async || {
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
}

/// Whether a text may be the name of a bucket, in S3 or in another store.
fn is_name(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    !name.is_empty() && name.bytes().all(is_allowed) && name != "." && name != ".."
}

/// Whether a conditional put may have been done in spite of the error, by this try or an earlier
/// one.
fn is_unclear(error: &Error) -> bool {
    let is_refused = matches!(
        error,
        Error::AlreadyExists { .. } | Error::Precondition { .. } | Error::NotModified { .. }
    );
    (is_refused && !Cause::of(error).is_missing_bucket()) || Cause::of(error).is_temporary()
}

fn untagged() -> Error {
    Error::Generic {
        store: "S3",
        source: cause::UNTAGGED.into(),
    }
}
