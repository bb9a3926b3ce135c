//! Checks at the start of a server that its plans files can be replaced later, when a renewal is
//! recorded.
//!
//! A file is replaced by a new file that is renamed over it, so its folder must be writable too.
//! The new file belongs to whoever runs the program. Only a trial shows whether the new file can be
//! given the owner of the old one.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use crate::files::io_error::IoError;
use crate::files::output::{self, Trial};

/// Why a file cannot be replaced.
#[derive(Debug)]
pub(crate) enum Irreplaceable {
    /// The system refuses to write the file or into its folder.
    Refused(IoError),
    /// The new file would have another owner or another group.
    ChangesOwner,
    /// The file is mounted alone, as containers do with `-v plans.yaml:/plans.yaml`. The system
    /// refuses to rename a file over it.
    Mounted,
}

impl Irreplaceable {
    /// The reason, without the path of the file.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Refused(error) => error.reason(),
            Self::ChangesOwner => {
                "it belongs to another user or group, and a recording would change that".to_owned()
            }
            Self::Mounted => "it is mounted as a single file, so it cannot be replaced".to_owned(),
        }
    }
}

/// Checks that a file can be replaced and would keep its owner. A symbolic link is followed. Writes
/// an empty temporary file into the folder and removes it again.
///
/// # Errors
///
/// Returns why the file cannot be replaced.
pub(crate) fn check_replaceable(path: &Path) -> Result<(), Irreplaceable> {
    let refused = |action, error| Irreplaceable::Refused(IoError::new(action, path, error));
    let metadata = fs::metadata(path).map_err(|error| refused("read", error))?;
    if !metadata.is_file() {
        let reason = io::Error::other("it is not a regular file");
        return Err(refused("change", reason));
    }
    let opened = File::options().read(true).write(true).open(path);
    let file = opened.map_err(|error| refused("write", error))?;
    if is_mount_point(&file) {
        return Err(Irreplaceable::Mounted);
    }
    match output::try_replace(path).map_err(Irreplaceable::Refused)? {
        Trial::KeepsOwner => Ok(()),
        Trial::ChangesOwner => Err(Irreplaceable::ChangesOwner),
    }
}

/// Whether a file is the root of a mount. If the system cannot tell, the first recording does.
#[cfg(target_os = "linux")]
fn is_mount_point(file: &File) -> bool {
    use rustix::fs::{AtFlags, StatxAttributes, StatxFlags, statx};
    let found = statx(file, c"", AtFlags::EMPTY_PATH, StatxFlags::empty());
    found.is_ok_and(|found| {
        let known = found
            .stx_attributes_mask
            .contains(StatxAttributes::MOUNT_ROOT);
        known && found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT)
    })
}

#[cfg(not(target_os = "linux"))]
fn is_mount_point(_: &File) -> bool {
    false
}
