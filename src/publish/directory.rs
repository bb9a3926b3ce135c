//! A directory as a store: a web server, GitHub Pages or the like serves its files.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ffi::OsStr;
use std::fs::{self, TryLockError};
use std::io::{self, ErrorKind, Read as _};
use std::num::NonZeroUsize;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::files::folder::{EntryKind, Folder, is_link};
use crate::files::io_error::{IoError, reason};
use crate::files::lock;
use crate::files::output::{self, Batch};
use crate::publish::manifest::Ownership;
use crate::publish::store::{Put, RefusedGroups, Store, StoreError, Version};
use crate::site::Carrier;
use crate::site::digest::Digest;

/// The file that is locked while another file is compared and written.
const LOCK: &str = "lock";
/// How long a run waits for that lock. Another run has it for as long as it writes one file.
const LOCK_TIMEOUT: Duration = Duration::from_secs(60);
/// What to do about a link.
const NO_LINKS: &str = "links inside a site are not followed: remove the link (`--manifest` keeps the manifest \
     elsewhere)";
/// The maximum number of bytes that are read of a part of the manifest.
const MAX_PART_BYTES: u64 = 1 << 30;

/// A directory, which need not exist yet.
///
/// Its own path may lead through links. It is opened once, and whatever is in it is reached from
/// there without following a link, so nothing outside is read, written or removed.
pub(crate) struct Directory {
    /// The path for messages.
    root: PathBuf,
    handle: Arc<Handle>,
    is_private: bool,
    /// Held by the thread of this run that has or awaits the lock.
    turn: Mutex<()>,
}

/// The folder of a directory, which is opened when it is first needed.
struct Handle {
    place: Place,
    opened: OnceLock<Folder>,
}

enum Place {
    Path(PathBuf),
    /// The folder of this name in another directory.
    Below(Arc<Handle>, String),
}

impl Handle {
    fn new(place: Place) -> Arc<Self> {
        let opened = OnceLock::new();
        Arc::new(Self { place, opened })
    }

    fn folder(&self) -> io::Result<&Folder> {
        if let Some(folder) = self.opened.get() {
            return Ok(folder);
        }
        let opened = match &self.place {
            Place::Path(path) => Folder::open(path)?,
            Place::Below(parent, name) => parent.folder()?.folder(name.as_ref())?,
        };
        Ok(self.opened.get_or_init(|| opened))
    }

    fn create(&self) -> io::Result<&Folder> {
        match &self.place {
            Place::Path(path) => fs::create_dir_all(path)?,
            Place::Below(parent, name) => parent.create()?.create_folder(name.as_ref())?,
        }
        self.folder()
    }

    /// The folder of a path like `a/b`; the empty path is the directory itself.
    fn descend(&self, path: &str) -> io::Result<Folder> {
        let mut folder = self.folder()?.try_clone()?;
        for part in parts(path) {
            folder = folder.folder(part)?;
        }
        Ok(folder)
    }

    /// The same, and creates what does not exist.
    fn create_below(&self, path: &str) -> io::Result<Folder> {
        let mut folder = self.folder()?.try_clone()?;
        for part in parts(path) {
            folder.create_folder(part)?;
            folder = folder.folder(part)?;
        }
        Ok(folder)
    }
}

fn parts(path: &str) -> impl Iterator<Item = &OsStr> {
    path.split('/')
        .filter(|part| !part.is_empty())
        .map(OsStr::new)
}

/// The folder and the name of a path.
fn split(path: &str) -> (&str, &OsStr) {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    (folder, name.as_ref())
}

impl Directory {
    pub(crate) fn new(root: PathBuf) -> Self {
        let handle = Handle::new(Place::Path(root.clone()));
        Self::at(root, handle)
    }

    fn at(root: PathBuf, handle: Arc<Handle>) -> Self {
        Self {
            root,
            handle,
            is_private: false,
            turn: Mutex::new(()),
        }
    }

    /// A path for messages. The first part of a path with several parts is a secret.
    fn shown(&self, path: &str) -> PathBuf {
        match path.split_once('/') {
            Some((_, rest)) => self.root.join("…").join(rest),
            None => self.root.join(path),
        }
    }

    fn shown_folder(&self, folder: &str) -> PathBuf {
        match folder {
            "" => self.root.clone(),
            _ => self.shown(&format!("{folder}/")),
        }
    }

    fn begin(&self, folder: &str) -> io::Result<Batch> {
        let open = self.handle.create_below(folder)?;
        // The directory itself was swept before: it may have many files.
        if !folder.is_empty() {
            output::sweep(&open);
        }
        Batch::begin(open, self.shown_folder(folder), self.is_private)
    }

    /// Whether a file may be written: nothing is at the path, or the same bytes, or a file of ours.
    /// A link, a folder and a pipe are never ours.
    fn may_write(&self, put: &Put<'_>) -> io::Result<bool> {
        let (folder, name) = split(&put.file.path);
        let look = || {
            let folder = self.handle.descend(folder)?;
            let entry = folder.entry(name)?;
            if entry.kind != EntryKind::File || put.ownership == Ownership::Put {
                return Ok(entry.kind == EntryKind::File);
            }
            let there = read(&folder, name)?;
            io::Result::Ok(there == put.file.body || put.ownership.covers(&there))
        };
        match look() {
            Err(error) if is_gone(&error) => Ok(true),
            may_write => may_write,
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
        let place = Place::Below(Arc::clone(&self.handle), name.to_owned());
        Box::new(Self::at(self.root.join(name), Handle::new(place)))
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
        let folder = self.handle.create();
        output::sweep(folder.map_err(|error| refused("create", &self.root, &error))?);
        Ok(())
    }

    fn list(&self) -> Result<Vec<String>, StoreError> {
        let names = match self.handle.folder().and_then(Folder::names) {
            Ok(names) => names,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(refused("read", &self.root, &error)),
        };
        let names = names.into_iter();
        Ok(names.filter_map(|name| name.into_string().ok()).collect())
    }

    fn read(&self, name: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError> {
        let (folder, leaf) = split(name);
        let folder = self.handle.descend(folder);
        match folder.and_then(|folder| read(&folder, leaf)) {
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
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let lock = || {
            let file = self.handle.folder()?.open_lock(LOCK.as_ref(), true)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) => {
                    if !lock::wait(&file, Instant::now(), LOCK_TIMEOUT) {
                        return Err(lock::locked_for(LOCK_TIMEOUT));
                    }
                }
            }
            Ok(file)
        };
        let _locked = lock().map_err(|error| refused("lock", &self.root.join(LOCK), &error))?;
        let there = self.read(name)?.map(|(_, version)| version);
        if there.as_ref() != before {
            return Ok(None);
        }
        let written = self.begin("").and_then(|batch| {
            batch.add(name.as_ref(), bytes)?;
            Ok(batch)
        });
        let batch = written.map_err(|error| refused("write", &self.root.join(name), &error))?;
        commit([&batch])?;
        Ok(Some(version(bytes)))
    }

    fn put(&self, puts: &[Put<'_>]) -> Result<RefusedGroups, StoreError> {
        let mut refused_groups = self.rehearse(puts)?;
        let mut batches: BTreeMap<&str, Batch> = BTreeMap::new();
        for put in puts {
            let path = &put.file.path;
            if refused_groups.iter().any(|(group, _)| *group == put.group) {
                continue;
            }
            let (folder, name) = split(path);
            let batch = match batches.entry(folder) {
                Entry::Occupied(batch) => batch.into_mut(),
                Entry::Vacant(slot) => slot.insert(self.begin(folder).map_err(|error| {
                    let folder = self.shown_folder(folder);
                    refused("write in", &folder, &error)
                })?),
            };
            if let Err(error) = batch.add(name, &put.file.body) {
                let store_error = refused("write", &self.shown(path), &error);
                match error.kind() {
                    // Other names may still be possible.
                    ErrorKind::InvalidFilename | ErrorKind::IsADirectory => {
                        refused_groups.push((put.group, store_error));
                    }
                    _ => return Err(store_error),
                }
            }
        }
        commit(batches.values())?;
        Ok(refused_groups)
    }

    fn rehearse(&self, puts: &[Put<'_>]) -> Result<RefusedGroups, StoreError> {
        let mut refused_groups = Vec::new();
        for put in puts {
            let shown = self.shown(&put.file.path);
            let error = match self.may_write(put) {
                Ok(true) => continue,
                Ok(false) => StoreError::new(format!(
                    "`{}` exists already, and `weekahead publish` did not write it",
                    shown.display()
                ))
                .hint("publish to a directory that holds nothing else, or remove that file"),
                Err(error) if is_link(&error) => refused("write", &shown, &error),
                Err(error) => return Err(refused("read", &shown, &error)),
            };
            refused_groups.push((put.group, error));
        }
        Ok(refused_groups)
    }

    fn remove(&self, paths: &[String]) -> Result<(), StoreError> {
        for path in paths {
            let (folder, name) = split(path);
            let removed = self.handle.descend(folder);
            match removed.and_then(|folder| folder.remove_file(name)) {
                Ok(()) => {}
                Err(error) if is_gone(&error) => {}
                Err(error) => return Err(refused("remove", &self.shown(path), &error)),
            }
            // The folder of a secret is removed with its last file.
            if !folder.is_empty() {
                let (above, name) = split(folder);
                let above = self.handle.descend(above);
                let _ = above.and_then(|above| above.remove_folder(name));
            }
        }
        Ok(())
    }

    fn is_local(&self) -> bool {
        true
    }

    fn lacks(&self, path: &str) -> bool {
        let (folder, name) = split(path);
        let there = self.handle.descend(folder);
        // What a link leads to is not what was put. Putting it again tells the user.
        there
            .and_then(|folder| folder.entry(name))
            .is_err_and(|error| is_gone(&error) || is_link(&error))
    }
}

fn read(folder: &Folder, name: &OsStr) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = folder.read(name)?;
    file.take(MAX_PART_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn commit<'b, B>(batches: B) -> Result<(), StoreError>
where
    B: IntoIterator<Item = &'b Batch, IntoIter: Clone>,
{
    let committed = output::commit(batches.into_iter());
    committed.map_err(|error: IoError| StoreError::new(error.sentence()))
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

/// Whether an error means that nothing is at a path, or that nothing can be there.
fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename
    )
}

fn refused(action: &str, path: &Path, error: &io::Error) -> StoreError {
    let (path, why) = (path.display(), reason(error));
    let refused = StoreError::new(format!("cannot {action} `{path}`: {why}"));
    match is_link(error) {
        true => refused.hint(NO_LINKS),
        false => refused,
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use rustix::fs::{CWD, RenameFlags, renameat_with};

    use super::Directory;
    use crate::publish::manifest::Ownership;
    use crate::publish::store::{Put, Store as _};
    use crate::site::{File, TEXT};

    /// How many rounds with each outcome there must be.
    const ROUNDS: usize = 100;

    /// Another process swaps the folder of a secret for a link to a folder outside, again and
    /// again, while files are put, read and removed.
    #[test]
    fn a_folder_that_becomes_a_link_leads_nowhere() {
        let place = tempfile::tempdir().expect("a folder");
        let root = place.path().join("site");
        let (folder, link, outside) = (
            root.join("token"),
            root.join("link"),
            place.path().join("outside"),
        );
        for folder in [&folder, &outside] {
            fs::create_dir_all(folder).expect("a folder");
        }
        fs::write(outside.join("a.ics"), "theirs").expect("a file");
        symlink(&outside, &link).expect("a link");
        let directory = Directory::new(root);
        directory.prepare().expect("a directory");
        let path = "token/a.ics".to_owned();
        let is_done = AtomicBool::new(false);
        let (mut put, mut refused) = (0, 0);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    // The folder is removed with its last file.
                    let _ = fs::create_dir(&folder);
                    let _ = renameat_with(CWD, &folder, CWD, &link, RenameFlags::EXCHANGE);
                }
            });
            while put < ROUNDS || refused < ROUNDS {
                let file = File {
                    path: path.clone(),
                    body: format!("ours {put}").into_bytes(),
                    media_type: TEXT,
                    disposition: None,
                };
                let done = directory.put(&[Put {
                    file: &file,
                    group: 0,
                    ownership: Ownership::Put,
                    cache_control: "",
                }]);
                match done {
                    Ok(groups) if groups.is_empty() => put += 1,
                    _ => refused += 1,
                }
                if let Ok(Some((bytes, _))) = directory.read(&path) {
                    assert!(bytes.starts_with(b"ours"), "{put} {refused}");
                }
                directory.lacks(&path);
                if put % 2 == 0 {
                    let _ = directory.remove(std::slice::from_ref(&path));
                }
                let kept = fs::read(outside.join("a.ics")).ok();
                if kept.as_deref() != Some(b"theirs") || names(&outside) != ["a.ics"] {
                    is_done.store(true, Ordering::Relaxed);
                    assert_eq!((put, refused, names(&outside)), (0, 0, Vec::new()));
                }
            }
            is_done.store(true, Ordering::Relaxed);
        });
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let names: BTreeSet<String> = entries
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.into_iter().collect()
    }
}
