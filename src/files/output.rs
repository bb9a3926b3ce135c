//! Writing files whole or not at all.
//!
//! Each file is written under another name in the folder where it belongs and flushed to the
//! disk; only when all of a run are there is the first renamed over what it replaces. What a kill
//! leaves behind is removed by the next run in that folder: the temporary files of a run carry the
//! name of a leader that the run holds locked, so nobody removes those of a run that goes on.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, NamedTempFile, TempPath};

use crate::files::io_error::IoError;

/// How the names of temporary files begin; members add a dot and more to their leader's name.
const PREFIX: &str = ".weekahead-tmp-";
/// Random characters in a temporary name.
const RANDOM: usize = 10;
/// Symbolic links that are followed to a file.
const MOST_LINKS: usize = 40;
/// Leaders that other runs may take for litter before we give up.
const MOST_LEADERS: usize = 100;

/// Files that are written and not yet where they belong. Dropped, it leaves nothing.
#[derive(Debug, Default)]
pub(crate) struct FileTransaction(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Whether new files are for their owner only.
    is_private: bool,
    /// A folder that has been swept.
    swept: Option<PathBuf>,
    /// By folder.
    batches: BTreeMap<PathBuf, Batch>,
    /// What is no regular file or an open descriptor, with what is to be written to it.
    devices: Vec<(PathBuf, Vec<u8>)>,
    targets: HashSet<PathBuf>,
}

/// The temporary files of one run in one folder.
#[derive(Debug)]
struct Batch {
    /// Locked as long as the batch lives; it holds nothing else.
    leader: NamedTempFile,
    members: Vec<(TempPath, PathBuf)>,
    /// Kept open for its flush at the end; a folder may be writable and not readable.
    folder: Option<File>,
}

impl FileTransaction {
    /// The same, but new files get 0600.
    #[must_use]
    pub(crate) fn private() -> Self {
        Self(Mutex::new(State {
            is_private: true,
            ..State::default()
        }))
    }

    /// The same, where [`sweep`] has been called for a folder: one that holds many files is read
    /// once, and not for every few files that are written. Of private files new ones get 0600.
    #[must_use]
    pub(crate) fn swept(folder: &Path, is_private: bool) -> Self {
        Self(Mutex::new(State {
            is_private,
            swept: Some(folder.to_owned()),
            ..State::default()
        }))
    }

    /// Writes `bytes` beside `path`. A symbolic link is followed. An existing file's mode is
    /// kept and, where the system lets us, its owner; a new one gets 0644 less the umask. What is
    /// no regular file (a device, a pipe), or an open descriptor, is written to by
    /// [`FileTransaction::commit`], and stays.
    ///
    /// # Errors
    ///
    /// The machine refused, or `path` is a file that is staged already.
    pub(crate) fn stage(&self, path: &Path, bytes: Vec<u8>) -> Result<(), IoError> {
        let refused = |error| IoError::new("write", path, error);
        let there = match fs::metadata(path) {
            Ok(there) if there.is_dir() => return Err(refused(io::ErrorKind::IsADirectory.into())),
            Ok(there) => Some(there),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(refused(error)),
        };
        let target = follow(path).map_err(refused)?;
        match target {
            Some(target) if there.as_ref().is_none_or(fs::Metadata::is_file) => {
                self.file(target, &bytes, there.as_ref()).map_err(refused)
            }
            _ => {
                self.state().devices.push((path.to_owned(), bytes));
                Ok(())
            }
        }
    }

    /// Puts every file where it belongs.
    ///
    /// # Errors
    ///
    /// The machine refused. Before the first file is renamed, devices have been written to.
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

    fn file(&self, target: PathBuf, bytes: &[u8], there: Option<&fs::Metadata>) -> io::Result<()> {
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
            hide(&mut builder);
        }
        let member = builder.tempfile_in(&folder)?;
        fill(member.as_file(), bytes, there)?;
        // Only leaders are kept open: a run may write more files than it may hold open.
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

/// Writes a file that is new, whole or not at all; never over one that exists, nor through a
/// symbolic link. It gets 0644 less the umask.
///
/// # Errors
///
/// The machine refused; of kind [`io::ErrorKind::AlreadyExists`] where something is there.
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
                // Between its creation and its lock another run may have taken it for litter.
                Ok(()) if leader.path().exists() => break leader,
                // A file system without locks: such a run is not told from litter, which then
                // stays.
                Err(TryLockError::Error(_)) => break leader,
                Ok(()) | Err(TryLockError::WouldBlock) => {}
            }
            tries += 1;
            if tries == MOST_LEADERS {
                return Err(io::Error::other("other runs remove our temporary files"));
            }
        };
        Ok(Self {
            leader,
            members: Vec::new(),
            folder: File::open(folder).ok(),
        })
    }

    /// How the names of its members begin.
    fn prefix(&self) -> String {
        let name = self.leader.path().file_name().unwrap_or_default();
        format!("{}.", name.to_string_lossy())
    }
}

/// Flushes a folder to the disk.
fn flush(path: &Path, folder: Option<&File>) -> Result<(), IoError> {
    match folder.map_or(Ok(()), File::sync_all) {
        // Some file systems flush no folders.
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

/// What tells a file from all others, by whatever path.
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
        let there = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        inode(path, &there).map(Self)
    }
}

#[cfg(unix)]
fn inode(_: &Path, there: &fs::Metadata) -> Option<Inode> {
    use std::os::unix::fs::MetadataExt as _;
    Some((there.dev(), there.ino()))
}

#[cfg(not(unix))]
fn inode(path: &Path, _: &fs::Metadata) -> Option<Inode> {
    fs::canonicalize(path).ok()
}

fn builder(prefix: &str) -> Builder<'_, 'static> {
    let mut builder = Builder::new();
    builder.prefix(prefix).rand_bytes(RANDOM);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o644));
    }
    builder
}

/// For the owner only.
fn hide(builder: &mut Builder<'_, '_>) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o600));
    }
    #[cfg(not(unix))]
    let _ = builder;
}

fn fill(mut file: &File, bytes: &[u8], there: Option<&fs::Metadata>) -> io::Result<()> {
    if let Some(there) = there {
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt as _, fchown};
            let mine = file.metadata()?;
            if (mine.uid(), mine.gid()) != (there.uid(), there.gid()) {
                // Only root may give a file away; another user keeps what it can.
                let _ = fchown(file, Some(there.uid()), Some(there.gid()));
            }
        }
        file.set_permissions(there.permissions())?;
    }
    file.write_all(bytes)?;
    file.sync_all()
}

/// Removes what runs that were killed have left in a folder. What cannot be removed stays.
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
        if fs::symlink_metadata(&leader).is_ok_and(|there| !there.is_file()) {
            continue;
        }
        let lock = File::options().write(true).open(&leader);
        let is_litter = match &lock {
            Ok(file) => file.try_lock().is_ok(),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if is_litter {
            let _ = fs::remove_file(folder.join(&name));
        }
    }
}

/// Whether a name is one that [`builder`] gives: a leader's, or a member's behind it.
fn is_ours(name: &str) -> bool {
    let is_random =
        |part: &str| part.len() == RANDOM && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let parts = name.strip_prefix(PREFIX).map(|rest| rest.split_once('.'));
    match parts {
        Some(Some((leader, member))) => is_random(leader) && is_random(member),
        Some(None) => is_random(&name[PREFIX.len()..]),
        None => false,
    }
}

/// Whether a path names an open descriptor: what is behind it is written to, whatever it is, since
/// others may be writing there as well.
fn is_descriptor(path: &Path) -> bool {
    path.starts_with("/dev/fd")
        || (path.starts_with("/proc") && path.components().any(|part| part.as_os_str() == "fd"))
}

/// The file at the end of a chain of symbolic links, whether or not it exists; none where an open
/// descriptor is on the way.
fn follow(path: &Path) -> io::Result<Option<PathBuf>> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
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
