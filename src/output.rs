//! Writing files whole or not at all.
//!
//! Each file is written under another name in the folder where it belongs, flushed to the disk,
//! and renamed over what was there; several are all written before the first is renamed. What a
//! kill leaves behind is removed by the next run in that folder: the temporary files of a run
//! belong to a leader that the run holds locked, so nobody removes those of a run that goes on.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, TempPath};

use crate::refusal::Refusal;

/// How the names of temporary files begin; members add a dot and more to their leader's name.
const PREFIX: &str = ".weekahead-";
/// Random characters in a leader's name.
const RANDOM: usize = 10;
/// Symbolic links that are followed to a file.
const MOST_LINKS: usize = 40;

/// A file to be written.
#[derive(Debug, Clone, Copy)]
pub struct Output<'a> {
    /// Where; a symbolic link is followed.
    pub path: &'a Path,
    /// What.
    pub bytes: &'a [u8],
}

/// Writes files: all of them, or after an error before the first rename none. An existing file
/// keeps its mode and, where the system lets it, its owner; a new one gets 0644 less the umask.
/// What is no regular file (a device, a pipe) is written to and stays.
///
/// # Errors
///
/// The machine refused.
pub fn write(outputs: &[Output<'_>]) -> Result<(), Refusal> {
    let mut batches: BTreeMap<PathBuf, Batch> = BTreeMap::new();
    for output in outputs {
        let refused = |error| Refusal::new("write", output.path, error);
        let target = follow(output.path).map_err(refused)?;
        let there = match fs::metadata(&target) {
            Ok(metadata) => Some(metadata),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(refused(error)),
        };
        match there {
            Some(metadata) if metadata.is_dir() => {
                return Err(refused(io::ErrorKind::IsADirectory.into()));
            }
            Some(metadata) if !metadata.is_file() => {
                let mut device = File::options().write(true).open(&target).map_err(refused)?;
                device.write_all(output.bytes).map_err(refused)?;
            }
            there => {
                let folder = match target.parent() {
                    Some(folder) if folder != Path::new("") => folder.to_owned(),
                    _ => PathBuf::from("."),
                };
                let batch = match batches.entry(folder) {
                    std::collections::btree_map::Entry::Occupied(batch) => batch.into_mut(),
                    std::collections::btree_map::Entry::Vacant(slot) => {
                        let batch = Batch::begin(slot.key()).map_err(refused)?;
                        slot.insert(batch)
                    }
                };
                batch.stage(target, output.bytes, there).map_err(refused)?;
            }
        }
    }
    for (folder, batch) in batches {
        batch
            .commit()
            .map_err(|(path, error)| Refusal::new("write", &path, error))?;
        sync_folder(&folder).map_err(|error| Refusal::new("write to", &folder, error))?;
    }
    Ok(())
}

/// Whether two paths are one file.
#[must_use]
pub fn same_file(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(a), Ok(b)) if a == b => true,
        (Ok(a), Ok(b)) => same_inode(&a, &b),
        _ => false,
    }
}

#[cfg(unix)]
fn same_inode(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |path| {
        let metadata: fs::Metadata = fs::metadata(path).ok()?;
        Some((metadata.dev(), metadata.ino()))
    };
    identity(one).is_some() && identity(one) == identity(other)
}

#[cfg(not(unix))]
fn same_inode(_: &Path, _: &Path) -> bool {
    false
}

/// The temporary files of one run in one folder.
struct Batch {
    folder: PathBuf,
    /// Locked as long as the batch lives; renamed last.
    leader: NamedTempFile,
    leads_to: Option<PathBuf>,
    members: Vec<(TempPath, PathBuf)>,
}

impl Batch {
    fn begin(folder: &Path) -> io::Result<Self> {
        clean(folder);
        let leader = loop {
            let leader = builder(PREFIX).tempfile_in(folder)?;
            // Between its creation and its lock another run may have taken it for litter.
            if leader.as_file().try_lock().is_ok() && leader.path().exists() {
                break leader;
            }
        };
        Ok(Self {
            folder: folder.to_owned(),
            leader,
            leads_to: None,
            members: Vec::new(),
        })
    }

    fn stage(
        &mut self,
        target: PathBuf,
        bytes: &[u8],
        there: Option<fs::Metadata>,
    ) -> io::Result<()> {
        if self.leads_to.is_none() {
            fill(self.leader.as_file(), bytes, there)?;
            self.leads_to = Some(target);
            return Ok(());
        }
        let leader = self.leader.path().file_name().unwrap_or_default();
        let prefix = format!("{}.", leader.to_string_lossy());
        let member = builder(&prefix).tempfile_in(&self.folder)?;
        fill(member.as_file(), bytes, there)?;
        // Only the leader is kept open: a run may write more files than it may hold open.
        self.members.push((member.into_temp_path(), target));
        Ok(())
    }

    fn commit(self) -> Result<(), (PathBuf, io::Error)> {
        for (member, target) in self.members {
            member
                .persist(&target)
                .map_err(|error| (target, error.error))?;
        }
        match self.leads_to {
            Some(target) => match self.leader.persist(&target) {
                Ok(_) => Ok(()),
                Err(error) => Err((target, error.error)),
            },
            None => Ok(()),
        }
    }
}

fn builder(prefix: &str) -> Builder<'_, 'static> {
    let mut builder = Builder::new();
    builder.prefix(prefix).suffix("").rand_bytes(RANDOM);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o644));
    }
    builder
}

fn fill(mut file: &File, bytes: &[u8], there: Option<fs::Metadata>) -> io::Result<()> {
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
fn clean(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with(PREFIX))
        .collect();
    for name in names {
        let leader = name
            .split('.')
            .nth(1)
            .map(|stem| folder.join(format!(".{stem}")));
        let Some(leader) = leader else { continue };
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

/// The file at the end of a chain of symbolic links, whether or not it exists.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(link) => {
                let folder = path.parent().unwrap_or(Path::new(""));
                path = folder.join(link);
            }
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
