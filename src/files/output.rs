//! Writes files completely or not at all.
//!
//! Each file is written to a temporary file in its folder and flushed to the disk. No file is
//! renamed to its own name before all files of the run are written. The next run in a folder
//! removes the temporary files of a run that was killed. The names of these files begin with the
//! name of a leader, which is a file that the run keeps locked. So the files of a run that is still
//! working are not removed.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::files::folder::{EntryKind, Folder, FolderEntry};
use crate::files::io_error::IoError;
use crate::files::spool::Spool;
use crate::files::temporary_name::{PREFIX, is_ours, random_name};

/// How many symbolic links are followed to a file.
const MAX_LINKS: usize = 40;
/// How many leaders other runs may remove as leftovers before this run fails.
const MAX_LEADERS: usize = 100;

/// Files that are written and not yet renamed to their own names. Dropping the transaction removes
/// them.
#[derive(Debug, Default)]
pub(crate) struct FileTransaction(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Whether only the owner may read new files.
    is_private: bool,
    /// The batches, by folder.
    batches: BTreeMap<PathBuf, Arc<Batch>>,
    /// Targets that are not regular files, and open descriptors, each with what is written to it.
    devices: Vec<(PathBuf, Spool)>,
    targets: HashSet<PathBuf>,
}

/// Files that are written into one folder and not yet renamed to their own names. Dropping the
/// batch removes them.
#[derive(Debug)]
pub(crate) struct Batch {
    folder: Folder,
    /// The path of the folder in messages.
    path: PathBuf,
    /// Whether only the owner may read new files.
    is_private: bool,
    /// The name of an empty file that is locked as long as the batch exists. Only leaders stay
    /// open: a run may write more files than it may have open.
    leader: String,
    _lock: File,
    /// The temporary names, each with the file's own name.
    members: Mutex<Vec<(String, OsString)>>,
}

impl FileTransaction {
    /// A transaction whose new files get the mode 0600.
    #[must_use]
    pub(crate) fn private() -> Self {
        Self(Mutex::new(State {
            is_private: true,
            ..State::default()
        }))
    }

    /// Writes `bytes` to a temporary file beside `path`. A symbolic link is followed. An existing
    /// file keeps its mode and, if the system allows it, its owner; a new one gets 0644 less the
    /// umask. A target that is not a regular file (a device, a pipe), or is an open descriptor, is
    /// written to by [`FileTransaction::commit`] and not replaced.
    ///
    /// # Errors
    ///
    /// The file cannot be written, or `path` is staged already.
    pub(crate) fn stage(&self, path: &Path, bytes: Vec<u8>) -> Result<(), IoError> {
        let refused = |error| IoError::new("write", path, error);
        match target(path).map_err(refused)? {
            Some(target) => {
                self.claim(&target).map_err(refused)?;
                let batch = self.batch(&target).map_err(refused)?;
                batch.add(name_of(&target), &bytes).map_err(refused)
            }
            None => {
                self.stage_device(path, bytes.into());
                Ok(())
            }
        }
    }

    /// Stages what [`FileTransaction::commit`] writes to a device.
    pub(crate) fn stage_device(&self, path: &Path, content: Spool) {
        self.state().devices.push((path.to_owned(), content));
    }

    /// Notes that a file is staged.
    ///
    /// # Errors
    ///
    /// It is staged already.
    pub(crate) fn claim(&self, target: &Path) -> io::Result<()> {
        let unique = folder_of(target).canonicalize()?.join(name_of(target));
        match self.state().targets.insert(unique) {
            true => Ok(()),
            false => Err(io::Error::other("another feed is written to the same file")),
        }
    }

    /// The batch of the folder of a file.
    ///
    /// # Errors
    ///
    /// Nothing can be written in the folder.
    pub(crate) fn batch(&self, target: &Path) -> io::Result<Arc<Batch>> {
        let folder = folder_of(target);
        let mut state = self.state();
        let is_private = state.is_private;
        match state.batches.entry(folder.to_owned()) {
            Entry::Occupied(batch) => Ok(Arc::clone(batch.get())),
            Entry::Vacant(slot) => {
                let open = Folder::open(folder)?;
                sweep(&open);
                let batch = Batch::begin(open, folder.to_owned(), is_private)?;
                Ok(Arc::clone(slot.insert(Arc::new(batch))))
            }
        }
    }

    /// Writes to the devices, then renames every file to its own name.
    ///
    /// # Errors
    ///
    /// A device cannot be written to, or a file cannot be renamed.
    pub(crate) fn commit(self) -> Result<(), IoError> {
        let state = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        for (path, content) in state.devices {
            let write = || content.copy_to(&mut File::options().append(true).open(&path)?);
            write().map_err(|error| IoError::new("write", &path, error))?;
        }
        commit(state.batches.values().map(Arc::as_ref))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes a new file, completely or not at all. Never overwrites an existing file and never follows
/// a symbolic link. The file gets the mode 0644 less the umask.
///
/// # Errors
///
/// The file cannot be written. The kind is [`io::ErrorKind::AlreadyExists`] if the path exists.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> Result<(), IoError> {
    let refused = |error| IoError::new("write", path, error);
    let folder = folder_of(path);
    let name = name_of(path);
    let open = Folder::open(folder).map_err(refused)?;
    sweep(&open);
    let batch = Batch::begin(open, folder.to_owned(), false).map_err(refused)?;
    let member = batch.write(bytes, None).map_err(refused)?;
    if let Err(error) = batch.folder.rename_new(member.as_ref(), name) {
        let _ = batch.folder.remove_file(member.as_ref());
        return Err(refused(error));
    }
    batch.flush()
}

/// What replacing a file would do to its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trial {
    /// The new file has the owner and the group of the old one.
    KeepsOwner,
    /// The system does not let this program give the new file the same owner and group.
    ChangesOwner,
}

/// Does what [`FileTransaction`] does to replace a file, except for the last step: writes an empty
/// temporary file beside it, and removes that again.
///
/// # Errors
///
/// Nothing can be written beside the file, or `path` leads to an open descriptor.
pub(crate) fn try_replace(path: &Path) -> Result<Trial, IoError> {
    let refused = |error| IoError::new("write", path, error);
    let target = follow(path).map_err(refused)?.ok_or_else(|| {
        let reason = io::Error::other("it is an open descriptor");
        IoError::new("replace", path, reason)
    })?;
    let folder = folder_of(&target);
    let in_folder = |error| IoError::new("write to", folder, error);
    let open = Folder::open(folder).map_err(in_folder)?;
    sweep(&open);
    let batch = Batch::begin(open, folder.to_owned(), false).map_err(in_folder)?;
    let existing = batch.folder.entry(target.file_name().unwrap_or_default());
    let existing = existing.map_err(refused)?;
    let member = batch.write(&[], Some(&existing)).map_err(in_folder)?;
    let written = batch.folder.entry(member.as_ref());
    let _ = batch.folder.remove_file(member.as_ref());
    Ok(
        match has_same_owner(&existing, &written.map_err(in_folder)?) {
            true => Trial::KeepsOwner,
            false => Trial::ChangesOwner,
        },
    )
}

#[cfg(unix)]
fn has_same_owner(one: &FolderEntry, other: &FolderEntry) -> bool {
    one.owner == other.owner
}

/// On other systems a file has no owner that a rename would change.
#[cfg(not(unix))]
fn has_same_owner(_: &FolderEntry, _: &FolderEntry) -> bool {
    true
}

/// Renames the files of all batches to their own names, and flushes the folders to the disk.
///
/// # Errors
///
/// A file cannot be renamed, or a folder cannot be flushed.
pub(crate) fn commit<'b>(batches: impl Iterator<Item = &'b Batch> + Clone) -> Result<(), IoError> {
    for batch in batches.clone() {
        batch.rename()?;
    }
    for batch in batches {
        batch.flush()?;
    }
    Ok(())
}

impl Batch {
    /// Begins a batch in a folder, whose path is for messages. If `is_private`, new files get the
    /// mode 0600.
    ///
    /// # Errors
    ///
    /// Nothing can be written in the folder.
    pub(crate) fn begin(folder: Folder, path: PathBuf, is_private: bool) -> io::Result<Self> {
        for _ in 0..MAX_LEADERS {
            let leader = format!("{PREFIX}{}", random_name()?);
            let lock = match folder.create(leader.as_ref(), is_private) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                lock => lock?,
            };
            match lock.try_lock() {
                // Another run may have removed the leader as a leftover after its creation and
                // before its lock.
                Ok(()) if folder.entry(leader.as_ref()).is_err() => continue,
                Err(TryLockError::WouldBlock) => continue,
                // On a file system without locks, leftovers cannot be distinguished from the files
                // of a running process, so they stay.
                Ok(()) | Err(TryLockError::Error(_)) => {}
            }
            return Ok(Self {
                folder,
                path,
                is_private,
                leader,
                _lock: lock,
                members: Mutex::default(),
            });
        }
        Err(io::Error::other("other runs remove our temporary files"))
    }

    /// Writes `bytes` to a temporary file that [`commit`] renames to `name`. An existing file keeps
    /// its mode and, if the system allows it, its owner.
    ///
    /// # Errors
    ///
    /// The file cannot be written, or a folder has the name.
    pub(crate) fn add(&self, name: &OsStr, bytes: &[u8]) -> io::Result<()> {
        let existing = self.existing(name)?;
        let member = self.write(bytes, existing.as_ref())?;
        self.keep(member, name);
        Ok(())
    }

    /// The existing file with a name.
    ///
    /// # Errors
    ///
    /// A folder has the name.
    pub(crate) fn existing(&self, name: &OsStr) -> io::Result<Option<FolderEntry>> {
        match self.folder.entry(name) {
            Ok(entry) if entry.kind == EntryKind::Folder => Err(io::ErrorKind::IsADirectory.into()),
            Ok(entry) => Ok(Some(entry).filter(|entry| entry.kind == EntryKind::File)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a temporary file, and returns its name.
    fn write(&self, bytes: &[u8], existing: Option<&FolderEntry>) -> io::Result<String> {
        let (member, mut file) = self.create(existing)?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        if let Err(error) = written {
            self.discard(&member);
            return Err(error);
        }
        Ok(member)
    }

    /// Creates a temporary file with the owner and mode of the file that it will replace, and
    /// returns its name.
    pub(crate) fn create(&self, existing: Option<&FolderEntry>) -> io::Result<(String, File)> {
        let member = format!("{}.{}", self.leader, random_name()?);
        let file = self.folder.create(member.as_ref(), self.is_private)?;
        if let Err(error) = adopt(&file, existing) {
            self.discard(&member);
            return Err(error);
        }
        Ok((member, file))
    }

    /// Removes a temporary file.
    pub(crate) fn discard(&self, member: &str) {
        let _ = self.folder.remove_file(member.as_ref());
    }

    /// Lets [`commit`] rename a temporary file to `name`.
    pub(crate) fn keep(&self, member: String, name: &OsStr) {
        self.members().push((member, name.to_owned()));
    }

    fn rename(&self) -> Result<(), IoError> {
        let mut members = self.members();
        while let Some((member, name)) = members.pop() {
            if let Err(error) = self.folder.rename(member.as_ref(), &name) {
                let _ = self.folder.remove_file(member.as_ref());
                return Err(IoError::new("write", &self.path.join(name), error));
            }
        }
        Ok(())
    }

    fn flush(&self) -> Result<(), IoError> {
        let flushed = self.folder.sync();
        flushed.map_err(|error| IoError::new("write to", &self.path, error))
    }

    fn members(&self) -> MutexGuard<'_, Vec<(String, OsString)>> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        // What cannot be removed is removed by the next run.
        for (member, _) in self.members().drain(..) {
            let _ = self.folder.remove_file(member.as_ref());
        }
        let _ = self.folder.remove_file(self.leader.as_ref());
    }
}

/// The file that is replaced when something is written to a path: the file itself, or the file at
/// the end of its symbolic links. `None` if the path is a device, a pipe or an open descriptor,
/// which is written to.
///
/// # Errors
///
/// The path is a folder, or cannot be followed.
pub(crate) fn target(path: &Path) -> io::Result<Option<PathBuf>> {
    let is_file = match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(metadata) => metadata.is_file(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(error),
    };
    Ok(follow(path)?.filter(|_| is_file))
}

/// The name of a file without its folder.
pub(crate) fn name_of(path: &Path) -> &OsStr {
    path.file_name().unwrap_or_default()
}

/// The folder of a file.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// The identity of a file, the same for every path that leads to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Identity(Inode);

#[cfg(unix)]
type Inode = (u64, u64);
#[cfg(not(unix))]
type Inode = PathBuf;

impl Identity {
    /// The identity of a regular file that exists.
    #[must_use]
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        inode(path, &metadata).map(Self)
    }
}

#[cfg(unix)]
fn inode(_: &Path, metadata: &fs::Metadata) -> Option<Inode> {
    use std::os::unix::fs::MetadataExt as _;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn inode(path: &Path, _: &fs::Metadata) -> Option<Inode> {
    fs::canonicalize(path).ok()
}

/// Gives a temporary file the owner and mode of the file that it replaces.
fn adopt(file: &File, existing: Option<&FolderEntry>) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(existing) = existing {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
        let created = file.metadata()?;
        let (user, group) = existing.owner;
        if (created.uid(), created.gid()) != (user, group) {
            // Only root may change the owner. Other users keep what they can.
            let _ = fchown(file, Some(user), Some(group));
        }
        file.set_permissions(fs::Permissions::from_mode(existing.mode))?;
    }
    #[cfg(not(unix))]
    let _ = (file, existing);
    Ok(())
}

/// Removes the temporary files that killed runs have left in a folder. Those that cannot be removed
/// stay.
pub(crate) fn sweep(folder: &Folder) {
    let names = folder.names().unwrap_or_default();
    let names = names.into_iter().filter_map(|name| name.into_string().ok());
    let names: Vec<String> = names.filter(|name| is_ours(name)).collect();
    for name in names {
        let Some(leader) = name.split('.').nth(1) else {
            continue;
        };
        let leader = format!(".{leader}");
        let lock = folder.open_lock(leader.as_ref(), false);
        let is_leftover = match &lock {
            Ok(file) => file.try_lock().is_ok(),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if is_leftover {
            let _ = folder.remove_file(name.as_ref());
        }
    }
}

/// Whether a path names an open descriptor. Its file is written to and never replaced, since other
/// processes may write there as well.
fn is_descriptor(path: &Path) -> bool {
    path.starts_with("/dev/fd")
        || (path.starts_with("/proc") && path.components().any(|part| part.as_os_str() == "fd"))
}

/// The file at the end of a chain of symbolic links, whether or not it exists; `None` if an open
/// descriptor is on the way.
fn follow(path: &Path) -> io::Result<Option<PathBuf>> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        if is_descriptor(&path) {
            return Ok(None);
        }
        match fs::read_link(&path) {
            Ok(link) => {
                let folder = path.parent().unwrap_or(Path::new(""));
                path = folder.join(link);
            }
            Err(_) => return Ok(Some(path)),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}
