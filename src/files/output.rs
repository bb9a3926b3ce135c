//! Writes files completely or not at all.
//!
//! Each file is written to a temporary file in its folder and flushed to the disk. No file is
//! renamed to its own name before all files of the run are written. The next run in a folder
//! removes the temporary files of a run that was killed. The names of these files begin with the
//! name of a leader, which is a file that the run keeps locked. So the files of a run that is still
//! working are not removed.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, NamedTempFile, TempPath};

use crate::files::io_error::IoError;

/// The prefix of the names of temporary files. A member has its leader's name, a dot and more.
const PREFIX: &str = ".weekahead-tmp-";
/// How many random characters a temporary name has.
const RANDOM_CHARS: usize = 10;
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
    /// A folder in which [`sweep`] has been called.
    swept: Option<PathBuf>,
    /// The batches, by folder.
    batches: BTreeMap<PathBuf, Batch>,
    /// Targets that are not regular files, and open descriptors, each with what is written to it.
    devices: Vec<(PathBuf, Vec<u8>)>,
    targets: HashSet<PathBuf>,
}

/// The temporary files of one run in one folder.
#[derive(Debug)]
struct Batch {
    /// An empty file that is locked until the batch is dropped.
    leader: NamedTempFile,
    members: Vec<(TempPath, PathBuf)>,
    /// Open for the flush at the end; `None` if the folder is writable but not readable.
    folder: Option<File>,
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

    /// A transaction for a folder in which [`sweep`] has already been called. So a folder with many
    /// files is read once, not once for each transaction. If `is_private`, new files get the mode
    /// 0600.
    #[must_use]
    pub(crate) fn swept(folder: &Path, is_private: bool) -> Self {
        Self(Mutex::new(State {
            is_private,
            swept: Some(folder.to_owned()),
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
        let existing = match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                return Err(refused(io::ErrorKind::IsADirectory.into()));
            }
            Ok(metadata) => Some(metadata),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(refused(error)),
        };
        let target = follow(path).map_err(refused)?;
        match target {
            Some(target) if existing.as_ref().is_none_or(fs::Metadata::is_file) => self
                .stage_file(target, &bytes, existing.as_ref())
                .map_err(refused),
            _ => {
                self.state().devices.push((path.to_owned(), bytes));
                Ok(())
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
        for (path, bytes) in state.devices {
            let write = || File::options().append(true).open(&path)?.write_all(&bytes);
            write().map_err(|error| IoError::new("write", &path, error))?;
        }
        let mut folders = Vec::new();
        for (path, batch) in state.batches {
            for (member, target) in batch.members {
                member
                    .persist(&target)
                    .map_err(|error| IoError::new("write", &target, error.error))?;
            }
            folders.extend(batch.folder.map(|folder| (path, folder)));
        }
        for (path, folder) in folders {
            flush(&path, Some(&folder))?;
        }
        Ok(())
    }

    fn stage_file(
        &self,
        target: PathBuf,
        bytes: &[u8],
        existing: Option<&fs::Metadata>,
    ) -> io::Result<()> {
        let folder = match target.parent() {
            Some(folder) if folder != Path::new("") => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let name = target.file_name().unwrap_or_default();
        let unique = folder.canonicalize()?.join(name);
        let mut state = self.state();
        if !state.targets.insert(unique) {
            return Err(io::Error::other("another feed is written there as well"));
        }
        if state.swept.as_deref() != Some(&folder) && !state.batches.contains_key(&folder) {
            sweep(&folder);
        }
        let prefix = match state.batches.entry(folder.clone()) {
            Entry::Occupied(batch) => batch.get().prefix(),
            Entry::Vacant(slot) => slot.insert(Batch::begin(&folder)?).prefix(),
        };
        let is_private = state.is_private;
        drop(state);
        let mut builder = builder(&prefix);
        if is_private {
            make_private(&mut builder);
        }
        let member = builder.tempfile_in(&folder)?;
        fill(member.as_file(), bytes, existing)?;
        // Only leaders stay open: a run may write more files than it may have open.
        let member = member.into_temp_path();
        if let Some(batch) = self.state().batches.get_mut(&folder) {
            batch.members.push((member, target));
        }
        Ok(())
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
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    sweep(folder);
    let batch = Batch::begin(folder).map_err(refused)?;
    let member = builder(&batch.prefix())
        .tempfile_in(folder)
        .map_err(refused)?;
    fill(member.as_file(), bytes, None).map_err(refused)?;
    let member = member.into_temp_path();
    member
        .persist_noclobber(path)
        .map_err(|error| refused(error.error))?;
    flush(folder, batch.folder.as_ref())
}

impl Batch {
    fn begin(folder: &Path) -> io::Result<Self> {
        let mut tries = 0;
        let leader = loop {
            let leader = builder(PREFIX).tempfile_in(folder)?;
            match leader.as_file().try_lock() {
                // Another run may have removed the leader as a leftover after its creation and
                // before its lock.
                Ok(()) if leader.path().exists() => break leader,
                // On a file system without locks, leftovers cannot be distinguished from the files
                // of a running process, so they stay.
                Err(TryLockError::Error(_)) => break leader,
                Ok(()) | Err(TryLockError::WouldBlock) => {}
            }
            tries += 1;
            if tries == MAX_LEADERS {
                return Err(io::Error::other("other runs remove our temporary files"));
            }
        };
        Ok(Self {
            leader,
            members: Vec::new(),
            folder: File::open(folder).ok(),
        })
    }

    /// The prefix of the names of its members.
    fn prefix(&self) -> String {
        let name = self.leader.path().file_name().unwrap_or_default();
        format!("{}.", name.to_string_lossy())
    }
}

/// Flushes a folder to the disk.
fn flush(path: &Path, folder: Option<&File>) -> Result<(), IoError> {
    match folder.map_or(Ok(()), File::sync_all) {
        // Some file systems cannot flush folders.
        Err(error)
            if !matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
            ) =>
        {
            Err(IoError::new("write to", path, error))
        }
        _ => Ok(()),
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

fn builder(prefix: &str) -> Builder<'_, 'static> {
    let mut builder = Builder::new();
    builder.prefix(prefix).rand_bytes(RANDOM_CHARS);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o644));
    }
    builder
}

/// Makes the builder create temporary files with the mode 0600.
fn make_private(builder: &mut Builder<'_, '_>) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o600));
    }
    #[cfg(not(unix))]
    let _ = builder;
}

/// Writes a temporary file, with the owner and mode of the file that it replaces.
fn fill(mut file: &File, bytes: &[u8], existing: Option<&fs::Metadata>) -> io::Result<()> {
    if let Some(existing) = existing {
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt as _, fchown};
            let created = file.metadata()?;
            if (created.uid(), created.gid()) != (existing.uid(), existing.gid()) {
                // Only root may change the owner. Other users keep what they can.
                let _ = fchown(file, Some(existing.uid()), Some(existing.gid()));
            }
        }
        file.set_permissions(existing.permissions())?;
    }
    file.write_all(bytes)?;
    file.sync_all()
}

/// Removes the temporary files that killed runs have left in a folder. Those that cannot be removed
/// stay.
pub(crate) fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| is_ours(name))
        .collect();
    for name in names {
        let leader = name
            .split('.')
            .nth(1)
            .map(|stem| folder.join(format!(".{stem}")));
        let Some(leader) = leader else { continue };
        // Opening a pipe of that name would wait for its other end.
        if fs::symlink_metadata(&leader).is_ok_and(|metadata| !metadata.is_file()) {
            continue;
        }
        let lock = File::options().write(true).open(&leader);
        let is_leftover = match &lock {
            Ok(file) => file.try_lock().is_ok(),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if is_leftover {
            let _ = fs::remove_file(folder.join(&name));
        }
    }
}

/// Whether [`builder`] gives such a name to a leader or to a member.
fn is_ours(name: &str) -> bool {
    let is_random = |part: &str| {
        part.len() == RANDOM_CHARS && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let parts = name.strip_prefix(PREFIX).map(|rest| rest.split_once('.'));
    match parts {
        Some(Some((leader, member))) => is_random(leader) && is_random(member),
        Some(None) => is_random(&name[PREFIX.len()..]),
        None => false,
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
