//! A folder that is open, and the files in it by their names.
//!
//! The system looks a path up again at each use. So somebody who may write to one of its folders
//! can redirect it by a symbolic link. Here names are looked up one at a time, in the open folder,
//! and no link is followed (`openat` with `O_NOFOLLOW`). Only regular files are opened, because
//! opening a pipe could wait forever.
//!
//! Systems other than Unix have no such calls. There each path is checked before it is used.

use std::error::Error;
use std::ffi::OsStr;
use std::fs::File;
use std::{fmt, io};

pub(crate) use system::Folder;

/// What a name in a folder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A link, a pipe, a socket or a device.
    Other,
}

/// A name in a folder: what it stands for, and who may use it.
#[derive(Debug, Clone)]
pub(crate) struct FolderEntry {
    pub(crate) kind: EntryKind,
    /// The permissions, without the bits that run a program as another user.
    #[cfg(unix)]
    pub(crate) mode: u32,
    /// The user and the group.
    #[cfg(unix)]
    pub(crate) owner: (u32, u32),
}

/// A symbolic link is where a file or a folder was expected.
#[derive(Debug)]
struct LinkInTheWay;

impl fmt::Display for LinkInTheWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is a symbolic link")
    }
}

impl Error for LinkInTheWay {}

/// Whether an error means that a symbolic link was not followed.
#[must_use]
pub(crate) fn is_link(error: &io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(|error| error.is::<LinkInTheWay>())
}

/// The file, if it is a regular one.
fn regular(file: File) -> io::Result<File> {
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(not_regular()),
    }
}

fn link_in_the_way() -> io::Error {
    io::Error::other(LinkInTheWay)
}

fn not_regular() -> io::Error {
    io::Error::other("it is not a regular file")
}

impl Folder {
    /// The folder of a name.
    ///
    /// # Errors
    ///
    /// There is none; see [`is_link`] for a link.
    pub(crate) fn folder(&self, name: &OsStr) -> io::Result<Self> {
        self.open_folder(name)
            .map_err(|error| self.explain(name, error))
    }

    /// Opens a regular file to read it.
    ///
    /// # Errors
    ///
    /// There is none; see [`is_link`] for a link.
    pub(crate) fn read(&self, name: &OsStr) -> io::Result<File> {
        let opened = self.open_file(name, Access::Read).and_then(regular);
        opened.map_err(|error| self.explain(name, error))
    }

    /// Opens a regular file to lock it, and creates it if there is none and `create` is set.
    ///
    /// # Errors
    ///
    /// It cannot be opened; see [`is_link`] for a link.
    pub(crate) fn open_lock(&self, name: &OsStr, create: bool) -> io::Result<File> {
        let opened = self
            .open_file(name, Access::Lock { create })
            .and_then(regular);
        opened.map_err(|error| self.explain(name, error))
    }

    /// Creates a file. The umask reduces its permissions.
    ///
    /// # Errors
    ///
    /// It cannot be created, or something has the name already.
    pub(crate) fn create(&self, name: &OsStr, is_private: bool) -> io::Result<File> {
        self.open_file(name, Access::Create { is_private })
    }

    /// The error of a system call with a better reason, if a link or a pipe is the reason.
    fn explain(&self, name: &OsStr, error: io::Error) -> io::Error {
        match error.kind() {
            io::ErrorKind::NotFound
            | io::ErrorKind::PermissionDenied
            | io::ErrorKind::InvalidFilename => error,
            _ if self.is_symlink(name) => link_in_the_way(),
            _ if self
                .entry(name)
                .is_ok_and(|entry| entry.kind == EntryKind::Other) =>
            {
                not_regular()
            }
            _ => error,
        }
    }
}

/// What a file is opened for.
#[derive(Clone, Copy)]
enum Access {
    Read,
    Lock { create: bool },
    Create { is_private: bool },
}

#[cfg(unix)]
mod system {
    use std::ffi::{OsStr, OsString};
    use std::fs::File;
    use std::io;
    use std::os::unix::ffi::OsStrExt as _;
    use std::path::Path;

    use rustix::fd::{AsFd as _, OwnedFd};
    use rustix::fs::{
        AtFlags, CWD, Dir, FileType, Mode, OFlags, fsync, linkat, mkdirat, openat, renameat,
        statat, unlinkat,
    };
    use rustix::io::Errno;

    use super::{Access, EntryKind, FolderEntry};

    /// Names can be looked up in a folder that may not be read.
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
    const SEARCH: OFlags = OFlags::PATH;
    #[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
    const SEARCH: OFlags = OFlags::RDONLY;

    /// A folder that is open.
    #[derive(Debug)]
    pub(crate) struct Folder(OwnedFd);

    impl Folder {
        /// Opens the folder at a path. Links on the path are followed.
        ///
        /// # Errors
        ///
        /// There is none.
        pub(crate) fn open(path: &Path) -> io::Result<Self> {
            let flags = SEARCH | OFlags::DIRECTORY | OFlags::CLOEXEC;
            Ok(Self(openat(CWD, path, flags, Mode::empty())?))
        }

        /// The same folder, open once more.
        ///
        /// # Errors
        ///
        /// Too many files are open.
        pub(crate) fn try_clone(&self) -> io::Result<Self> {
            self.0.try_clone().map(Self)
        }

        pub(super) fn open_folder(&self, name: &OsStr) -> io::Result<Self> {
            let flags = SEARCH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            Ok(Self(openat(&self.0, name, flags, Mode::empty())?))
        }

        pub(super) fn open_file(&self, name: &OsStr, access: Access) -> io::Result<File> {
            let flags = match access {
                Access::Read => OFlags::RDONLY,
                Access::Lock { create: false } => OFlags::WRONLY,
                Access::Lock { create: true } => OFlags::WRONLY | OFlags::CREATE,
                Access::Create { .. } => OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL,
            };
            let mode = match access {
                Access::Create { is_private: true } => 0o600,
                _ => 0o644,
            };
            let never_wait = OFlags::NONBLOCK | OFlags::NOCTTY;
            let flags = flags | never_wait | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let opened = openat(&self.0, name, flags, Mode::from_raw_mode(mode))?;
            Ok(File::from(opened))
        }

        /// Creates a folder, unless something has the name already.
        ///
        /// # Errors
        ///
        /// It cannot be created.
        pub(crate) fn create_folder(&self, name: &OsStr) -> io::Result<()> {
            match mkdirat(&self.0, name, Mode::from_raw_mode(0o777)) {
                Ok(()) | Err(Errno::EXIST) => Ok(()),
                Err(error) => Err(error.into()),
            }
        }

        /// What a name stands for. A link is not followed.
        ///
        /// # Errors
        ///
        /// Nothing has the name, or it cannot be looked up.
        pub(crate) fn entry(&self, name: &OsStr) -> io::Result<FolderEntry> {
            let found = statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?;
            let kind = match FileType::from_raw_mode(found.st_mode) {
                FileType::RegularFile => EntryKind::File,
                FileType::Directory => EntryKind::Folder,
                _ => EntryKind::Other,
            };
            #[allow(clippy::useless_conversion)] // the type is smaller on some systems
            let mode = u32::from(found.st_mode) & 0o777;
            Ok(FolderEntry {
                kind,
                mode,
                owner: (found.st_uid, found.st_gid),
            })
        }

        pub(super) fn is_symlink(&self, name: &OsStr) -> bool {
            let found = statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW);
            found.is_ok_and(|found| FileType::from_raw_mode(found.st_mode) == FileType::Symlink)
        }

        /// Renames a file within the folder, over a file that has the new name.
        ///
        /// # Errors
        ///
        /// It cannot be renamed.
        pub(crate) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
            Ok(renameat(&self.0, from, &self.0, to)?)
        }

        /// Renames a file within the folder, unless something has the new name.
        ///
        /// # Errors
        ///
        /// It cannot be renamed. The kind is [`io::ErrorKind::AlreadyExists`] if the name is taken.
        pub(crate) fn rename_new(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
            #[cfg(any(target_os = "linux", target_os = "macos"))]
            {
                use rustix::fs::{RenameFlags, renameat_with};
                match renameat_with(&self.0, from, &self.0, to, RenameFlags::NOREPLACE) {
                    // Not every file system can.
                    Err(Errno::NOSYS | Errno::INVAL | Errno::NOTSUP) => {}
                    done => return Ok(done?),
                }
            }
            linkat(&self.0, from, &self.0, to, AtFlags::empty())?;
            self.remove_file(from)
        }

        /// Removes a file or a link.
        ///
        /// # Errors
        ///
        /// It cannot be removed.
        pub(crate) fn remove_file(&self, name: &OsStr) -> io::Result<()> {
            Ok(unlinkat(&self.0, name, AtFlags::empty())?)
        }

        /// Removes an empty folder.
        ///
        /// # Errors
        ///
        /// It cannot be removed.
        pub(crate) fn remove_folder(&self, name: &OsStr) -> io::Result<()> {
            Ok(unlinkat(&self.0, name, AtFlags::REMOVEDIR)?)
        }

        /// The names in the folder, in any order.
        ///
        /// # Errors
        ///
        /// The folder may not be read.
        pub(crate) fn names(&self) -> io::Result<Vec<OsString>> {
            let mut names = Vec::new();
            for entry in Dir::new(self.reopen()?)? {
                let entry = entry?;
                let name = OsStr::from_bytes(entry.file_name().to_bytes());
                if name != "." && name != ".." {
                    names.push(name.to_owned());
                }
            }
            Ok(names)
        }

        /// Flushes the folder to the disk, if that is possible.
        ///
        /// # Errors
        ///
        /// The disk refuses.
        pub(crate) fn sync(&self) -> io::Result<()> {
            // A folder that may be written to and not read cannot be flushed.
            let Ok(folder) = self.reopen() else {
                return Ok(());
            };
            match fsync(folder.as_fd()) {
                // Some file systems cannot flush folders.
                Ok(()) | Err(Errno::INVAL | Errno::NOTSUP) => Ok(()),
                Err(error) => Err(error.into()),
            }
        }

        fn reopen(&self) -> rustix::io::Result<OwnedFd> {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            openat(&self.0, ".", flags, Mode::empty())
        }
    }
}

#[cfg(not(unix))]
mod system {
    use std::ffi::{OsStr, OsString};
    use std::fs::{self, File};
    use std::io;
    use std::path::{Path, PathBuf};

    use super::{Access, EntryKind, FolderEntry, link_in_the_way};

    /// A folder that was found.
    #[derive(Debug, Clone)]
    pub(crate) struct Folder(PathBuf);

    impl Folder {
        /// Finds the folder at a path. Links on the path are followed.
        ///
        /// # Errors
        ///
        /// There is none.
        pub(crate) fn open(path: &Path) -> io::Result<Self> {
            let path = path.canonicalize()?;
            match path.is_dir() {
                true => Ok(Self(path)),
                false => Err(io::ErrorKind::NotADirectory.into()),
            }
        }

        /// The same folder.
        ///
        /// # Errors
        ///
        /// None.
        pub(crate) fn try_clone(&self) -> io::Result<Self> {
            Ok(self.clone())
        }

        pub(super) fn open_folder(&self, name: &OsStr) -> io::Result<Self> {
            match self.entry(name)?.kind {
                EntryKind::Folder => Ok(Self(self.0.join(name))),
                _ => Err(io::ErrorKind::NotADirectory.into()),
            }
        }

        pub(super) fn open_file(&self, name: &OsStr, access: Access) -> io::Result<File> {
            if self.is_symlink(name) {
                return Err(link_in_the_way());
            }
            let mut options = File::options();
            match access {
                Access::Read => options.read(true),
                Access::Lock { create } => options.write(true).create(create),
                Access::Create { .. } => options.write(true).create_new(true),
            };
            options.open(self.0.join(name))
        }

        /// Creates a folder, unless something has the name already.
        ///
        /// # Errors
        ///
        /// It cannot be created.
        pub(crate) fn create_folder(&self, name: &OsStr) -> io::Result<()> {
            match fs::create_dir(self.0.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
                _ => Ok(()),
            }
        }

        /// What a name stands for. A link is not followed.
        ///
        /// # Errors
        ///
        /// Nothing has the name, or it cannot be looked up.
        pub(crate) fn entry(&self, name: &OsStr) -> io::Result<FolderEntry> {
            let found = self.0.join(name).symlink_metadata()?;
            let kind = match () {
                () if found.is_file() => EntryKind::File,
                () if found.is_dir() => EntryKind::Folder,
                () => EntryKind::Other,
            };
            Ok(FolderEntry { kind })
        }

        pub(super) fn is_symlink(&self, name: &OsStr) -> bool {
            let found = self.0.join(name).symlink_metadata();
            found.is_ok_and(|found| found.is_symlink())
        }

        /// Renames a file within the folder, over a file that has the new name.
        ///
        /// # Errors
        ///
        /// It cannot be renamed.
        pub(crate) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
            fs::rename(self.0.join(from), self.0.join(to))
        }

        /// Renames a file within the folder, unless something has the new name.
        ///
        /// # Errors
        ///
        /// It cannot be renamed. The kind is [`io::ErrorKind::AlreadyExists`] if the name is taken.
        pub(crate) fn rename_new(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
            fs::hard_link(self.0.join(from), self.0.join(to))?;
            self.remove_file(from)
        }

        /// Removes a file or a link.
        ///
        /// # Errors
        ///
        /// It cannot be removed.
        pub(crate) fn remove_file(&self, name: &OsStr) -> io::Result<()> {
            fs::remove_file(self.0.join(name))
        }

        /// Removes an empty folder.
        ///
        /// # Errors
        ///
        /// It cannot be removed.
        pub(crate) fn remove_folder(&self, name: &OsStr) -> io::Result<()> {
            fs::remove_dir(self.0.join(name))
        }

        /// The names in the folder, in any order.
        ///
        /// # Errors
        ///
        /// The folder may not be read.
        pub(crate) fn names(&self) -> io::Result<Vec<OsString>> {
            fs::read_dir(&self.0)?
                .map(|entry| Ok(entry?.file_name()))
                .collect()
        }

        /// Does nothing: only Unix flushes folders.
        ///
        /// # Errors
        ///
        /// None.
        pub(crate) fn sync(&self) -> io::Result<()> {
            Ok(())
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;
    use std::fs;
    use std::io::{self, Read as _};
    use std::os::unix::fs::symlink;

    use rustix::fs::{CWD, Mode, mkfifoat};

    use super::{EntryKind, Folder, is_link};

    #[test]
    fn links_and_pipes_are_refused() {
        let place = tempfile::tempdir().expect("a folder");
        let root = place.path();
        fs::create_dir(root.join("in")).expect("a folder");
        fs::create_dir(root.join("out")).expect("a folder");
        fs::write(root.join("out/file"), "secret").expect("a file");
        symlink("../out", root.join("in/folder")).expect("a link");
        symlink("../out/file", root.join("in/file")).expect("a link");
        symlink("nowhere", root.join("in/new")).expect("a link");
        mkfifoat(CWD, root.join("in/pipe"), Mode::from_raw_mode(0o644)).expect("a pipe");
        symlink("in", root.join("link")).expect("a link");

        // The folder itself may be reached by a link.
        let folder = Folder::open(&root.join("link")).expect("a folder");
        let name = |name: &'static str| OsStr::new(name);
        for (what, error) in [
            ("folder", folder.folder(name("folder")).expect_err("folder")),
            ("read", folder.read(name("file")).expect_err("read")),
            (
                "lock",
                folder.open_lock(name("file"), false).expect_err("lock"),
            ),
            ("new", folder.open_lock(name("new"), true).expect_err("new")),
        ] {
            assert!(is_link(&error), "{what}: {error}");
            assert_eq!(error.to_string(), "it is a symbolic link");
        }
        for error in [
            folder.read(name("pipe")).expect_err("read"),
            folder.open_lock(name("pipe"), true).expect_err("lock"),
        ] {
            assert_eq!(error.to_string(), "it is not a regular file");
        }
        let taken = folder.create(name("new"), false).expect_err("create");
        assert_eq!(taken.kind(), io::ErrorKind::AlreadyExists);
        assert!(!root.join("in/nowhere").exists());
        // A link is removed and renamed over, and its target stays.
        assert_eq!(
            folder.entry(name("file")).expect("a link").kind,
            EntryKind::Other
        );
        folder.create(name("mine"), false).expect("a file");
        folder.rename(name("mine"), name("file")).expect("a rename");
        folder.remove_file(name("folder")).expect("a removal");
        let kept = fs::read_to_string(root.join("out/file")).expect("a file");
        assert_eq!(kept, "secret");
    }

    #[test]
    fn the_folder_stays_the_one_that_was_opened() {
        let place = tempfile::tempdir().expect("a folder");
        let root = place.path();
        fs::create_dir(root.join("a")).expect("a folder");
        fs::create_dir(root.join("out")).expect("a folder");
        fs::write(root.join("a/file"), "ours").expect("a file");
        fs::write(root.join("out/file"), "theirs").expect("a file");
        let folder = Folder::open(&root.join("a")).expect("a folder");
        fs::rename(root.join("a"), root.join("b")).expect("a rename");
        symlink("out", root.join("a")).expect("a link");
        let mut text = String::new();
        let mut file = folder.read(OsStr::new("file")).expect("a file");
        file.read_to_string(&mut text).expect("a text");
        assert_eq!(text, "ours");
        folder.remove_file(OsStr::new("file")).expect("a removal");
        assert!(root.join("out/file").exists() && !root.join("b/file").exists());
    }

    #[test]
    fn a_new_name_is_never_taken_from_another_file() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(place.path()).expect("a folder");
        let [one, two] = ["one", "two"].map(OsStr::new);
        folder.create(one, false).expect("a file");
        folder.rename_new(one, two).expect("a rename");
        folder.create(one, false).expect("a file");
        let taken = folder.rename_new(one, two).expect_err("a taken name");
        assert_eq!(taken.kind(), io::ErrorKind::AlreadyExists);
        let mut names = folder.names().expect("names");
        names.sort();
        assert_eq!(names, [one, two]);
    }
}
