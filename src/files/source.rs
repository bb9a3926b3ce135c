//! Finds and reads plans files: files, directories, standard input.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::document::MAX_FILE_BYTES;
use crate::files::folder::{Folder, is_link};
use crate::files::io_error::IoError;

/// Names that no feed may have, since the server uses these paths itself, or seems to.
/// How messages call standard input.
pub(crate) const STDIN_NAME: &str = "<stdin>";

const RESERVED_STEMS: [&str; 3] = ["healthz", "robots", "robots.txt"];

/// How many folders in a directory are searched for files that are not read, and how many names in
/// all of them.
const MAX_FOLDERS: usize = 100;
const MAX_NAMES_BELOW: usize = 1000;
/// How many bytes of such a file are looked at.
const MAX_LOOK_BYTES: u64 = 16 << 10;

/// A plans file that is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// The file; `None` for standard input.
    pub(crate) path: Option<PathBuf>,
}

/// A plans file that has been read.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The content, at most one byte more than [`MAX_FILE_BYTES`].
    pub(crate) bytes: Vec<u8>,
    /// When the file was last changed, in seconds since the epoch; `None` for standard input.
    pub(crate) modified: Option<i64>,
}

/// Why a set of plans files cannot be used.
#[derive(Debug)]
pub(crate) enum SourceError {
    /// A path cannot be read.
    Refused(IoError),
    /// A directory without plans files.
    Empty(PathBuf),
    /// Two files whose feeds would have the same name.
    SameStem(PathBuf, PathBuf, String),
    /// One file named twice.
    Twice(PathBuf),
    /// A file whose page would have the address of a feed.
    CalendarName(PathBuf, String),
    /// A file whose feed would have a name that the server needs itself.
    Route(PathBuf, String),
    /// A file name that is not UTF-8, or has control characters.
    Unnamable(PathBuf),
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => f.write_str(&error.sentence()),
            Self::Empty(path) => write!(
                f,
                "no plans files in `{}`: no file name ends in .yaml or .yml",
                path.display()
            ),
            Self::SameStem(first, second, stem) => write!(
                f,
                "`{}` and `{}` would both be the feed `{stem}`",
                first.display(),
                second.display()
            ),
            Self::Twice(path) => write!(f, "`{}` is named twice", path.display()),
            Self::CalendarName(path, stem) => write!(
                f,
                "`{}` cannot be a feed: its page `{stem}` would look like a calendar",
                path.display()
            ),
            Self::Route(path, stem) => write!(
                f,
                "`{}` cannot be a feed: the server answers `{stem}` itself",
                path.display()
            ),
            Self::Unnamable(path) => write!(
                f,
                "`{}` cannot be the name of a feed: it is not printable UTF-8",
                path.display()
            ),
        }
    }
}

impl SourceError {
    /// What to do about the name of a file.
    #[must_use]
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Refused(_) | Self::Empty(_) | Self::Twice(_) => None,
            Self::SameStem(..) | Self::Route(..) | Self::Unnamable(_) => Some("rename the file"),
            Self::CalendarName(..) => Some("rename the file, without the `.ics`"),
        }
    }
}

impl std::error::Error for SourceError {}

/// Returns the plans files that one argument names, and the errors: a path that cannot be read, a
/// directory without plans files, names that no feed can have.
#[must_use]
pub(crate) fn of_argument(argument: &Path) -> (Vec<Source>, Vec<SourceError>) {
    let mut sources = Vec::new();
    let mut errors = Vec::new();
    if argument.as_os_str() == "-" {
        sources.push(Source { path: None });
        return (sources, errors);
    }
    let refused = |error| SourceError::Refused(IoError::new("read", argument, error));
    let paths = match fs::metadata(argument).map_err(refused) {
        Ok(metadata) if metadata.is_dir() => in_directory(argument),
        Ok(_) => Ok(vec![argument.to_owned()]),
        Err(error) => Err(error),
    };
    match paths {
        Err(error) => errors.push(error),
        Ok(paths) => {
            for path in paths {
                match named(path) {
                    Ok(source) => sources.push(source),
                    Err(error) => errors.push(error),
                }
            }
        }
    }
    (sources, errors)
}

/// The plans files that arguments name: files, `-`, and the `*.yaml` and `*.yml` of directories
/// (only regular files directly in the directory, without dot files), sorted by name.
///
/// # Errors
///
/// Returns all errors: paths that cannot be read, directories without plans files, feeds with the
/// same name, names that no feed can have.
pub(crate) fn find(arguments: &[PathBuf]) -> Result<Vec<Source>, Vec<SourceError>> {
    let mut sources = Vec::new();
    let mut errors = Vec::new();
    for argument in arguments {
        let (found, wrong) = of_argument(argument);
        sources.extend(found);
        errors.extend(wrong);
    }
    errors.extend(clashes(&sources));
    if errors.is_empty() {
        Ok(sources)
    } else {
        Err(errors)
    }
}

/// Errors about sources whose feeds would have the same name, sorted by that name.
#[must_use]
pub(crate) fn clashes(sources: &[Source]) -> Vec<SourceError> {
    let mut by_stem: Vec<&Source> = sources.iter().collect();
    // The sort is stable: sources with the same name stay in their order.
    by_stem.sort_by_key(|source| source.stem());
    let neighbours = by_stem.windows(2);
    let pairs = neighbours.filter(|pair| pair[0].stem() == pair[1].stem());
    let same = |a: &Path, b: &Path| a == b || a.canonicalize().ok() == b.canonicalize().ok();
    pairs
        .map(|pair| {
            let (first, second) = (pair[0].argument(), pair[1].argument());
            if same(&first, &second) {
                SourceError::Twice(second)
            } else {
                SourceError::SameStem(first, second, pair[1].stem().to_owned())
            }
        })
        .collect()
}

/// The files of a directory that look like plans files and are not read, relative to it and sorted:
/// `Papers.YAML`, `x.yaml.bak`, `old/a.yaml`. Only visible folders directly in the directory are
/// searched, no links, and only a limited number of names. A file in such a folder must also look
/// like plans inside.
#[must_use]
pub(crate) fn unread(directory: &Path) -> Vec<PathBuf> {
    let mut unread = Vec::new();
    let mut folders = Vec::new();
    let mut read = HashSet::new();
    for (name, is_link_or_file, is_folder) in visible(directory) {
        match name.to_str() {
            _ if is_folder => folders.push(name),
            Some(text) if is_read(Path::new(text)) => drop(read.insert(name)),
            Some(text) if has_plans_name(text) && is_link_or_file => unread.push(name),
            _ => {}
        }
    }
    // A copy that an editor leaves beside the file.
    unread.retain(|name| {
        let name = name.to_string_lossy();
        let original = name.trim_start_matches('#').trim_end_matches(['#', '~']);
        original == name || !read.contains(OsStr::new(original))
    });
    let mut unread: Vec<PathBuf> = unread.into_iter().map(PathBuf::from).collect();
    folders.sort();
    let mut names_left = MAX_NAMES_BELOW;
    for folder in folders.into_iter().take(MAX_FOLDERS) {
        let path = directory.join(&folder);
        for (name, is_file, _) in visible(&path).take(names_left) {
            names_left -= 1;
            let has_plans_name = name.to_str().is_some_and(has_plans_name);
            if is_file && has_plans_name && has_plans(&path, &name) {
                unread.push(Path::new(&folder).join(name));
            }
        }
    }
    unread.sort();
    unread
}

/// The names in a folder that do not begin with a dot, each with whether it is a regular file or a
/// link to one, and whether it is a folder and no link.
fn visible(folder: &Path) -> impl Iterator<Item = (OsString, bool, bool)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let entries = entries.filter(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."));
    entries.filter_map(|entry| {
        let kind = entry.file_type().ok()?;
        let is_file = match kind.is_symlink() {
            true => fs::metadata(entry.path()).is_ok_and(|there| there.is_file()),
            false => kind.is_file(),
        };
        Some((entry.file_name(), is_file, kind.is_dir()))
    })
}

/// Whether a name has the ending of a plans file in capitals, or something after it.
fn has_plans_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".yaml", ".yml"].iter().any(|ending| {
        let mut found = name.match_indices(ending);
        found.any(|(start, _)| {
            let rest = &name[start + ending.len()..];
            !rest.starts_with(|c: char| c.is_alphanumeric())
        })
    })
}

/// Whether a file has the words that every list of plans has. It counts as one if it cannot be read.
fn has_plans(folder: &Path, name: &OsStr) -> bool {
    let read = || {
        let mut bytes = Vec::new();
        let file = Folder::open(folder)?.read(name)?;
        file.take(MAX_LOOK_BYTES).read_to_end(&mut bytes)?;
        io::Result::Ok(bytes)
    };
    read().map_or_else(
        |error| !is_link(&error),
        |bytes| {
            let has = |word: &str| {
                bytes
                    .windows(word.len())
                    .any(|part| part == word.as_bytes())
            };
            has("name") && (has("expires") || has("renewed"))
        },
    )
}

/// Whether a directory's file of this name is read.
fn is_read(name: &Path) -> bool {
    let ending = name.extension().and_then(|ending| ending.to_str());
    matches!(ending, Some("yaml" | "yml"))
}

fn in_directory(directory: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let refused = |error| SourceError::Refused(IoError::new("read", directory, error));
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory).map_err(refused)? {
        let path = entry.map_err(refused)?.path();
        let is_hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        // Reading a pipe would wait for its writer. A link that leads nowhere is kept: reading it
        // gives an error.
        let is_other = || fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file());
        if is_read(&path) && !is_hidden && !is_other() {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(SourceError::Empty(directory.to_owned()));
    }
    paths.sort();
    Ok(paths)
}

fn named(path: PathBuf) -> Result<Source, SourceError> {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    match stem {
        Some(stem) if RESERVED_STEMS.contains(&stem) => {
            let stem = stem.to_owned();
            Err(SourceError::Route(path, stem))
        }
        Some(stem) if stem.to_ascii_lowercase().ends_with(".ics") => {
            let stem = stem.to_owned();
            Err(SourceError::CalendarName(path, stem))
        }
        Some(stem) if !stem.contains(char::is_control) => Ok(Source { path: Some(path) }),
        _ => Err(SourceError::Unnamable(path)),
    }
}

impl Source {
    /// The name of the feed: the stem of the file; `plans` for standard input.
    #[must_use]
    pub(crate) fn stem(&self) -> &str {
        let stem = self.path.as_deref().and_then(Path::file_stem);
        // A file whose name is not UTF-8 has no feed.
        stem.map_or(Some("plans"), OsStr::to_str)
            .unwrap_or_default()
    }

    /// The name of the file without its folder, for a command that a user types in that folder.
    /// `None` for standard input, and for a name that cannot be typed.
    #[must_use]
    pub(crate) fn file_name(&self) -> Option<&str> {
        let name = self.path.as_deref()?.file_name()?.to_str()?;
        (!name.contains(char::is_control)).then_some(name)
    }

    /// The argument that names the file: the path, or `-`.
    fn argument(&self) -> PathBuf {
        self.path.clone().unwrap_or_else(|| "-".into())
    }

    /// The name of the file in messages.
    #[must_use]
    pub(crate) fn name(&self) -> String {
        match &self.path {
            Some(path) => path.display().to_string(),
            None => STDIN_NAME.to_owned(),
        }
    }

    /// Reads at most one byte more than [`MAX_FILE_BYTES`], since the file may be an endless pipe
    /// or device.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub(crate) fn load(&self) -> Result<Loaded, IoError> {
        let Some(path) = &self.path else {
            let bytes = read(io::stdin().lock(), 0)
                .map_err(|error| IoError::new("read", Path::new("<stdin>"), error))?;
            return Ok(Loaded {
                bytes,
                modified: None,
            });
        };
        let refused = |error| IoError::new("read", path, error);
        let file = File::open(path).map_err(refused)?;
        let metadata = file.metadata().map_err(refused)?;
        let bytes = read(&file, metadata.len()).map_err(refused)?;
        let modified = metadata.modified().ok().filter(|_| metadata.is_file());
        Ok(Loaded {
            bytes,
            modified: modified.map(|time| match time.duration_since(UNIX_EPOCH) {
                Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
                Err(_) => 0,
            }),
        })
    }
}

fn read(from: impl Read, expected: u64) -> io::Result<Vec<u8>> {
    let limit = MAX_FILE_BYTES as u64 + 1;
    let mut bytes = Vec::with_capacity(expected.min(limit) as usize + 1);
    from.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}
