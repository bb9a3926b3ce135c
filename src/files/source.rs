//! Finds and reads plans files: files, directories, standard input.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::document::MAX_FILE_BYTES;
use crate::files::io_error::IoError;

/// Names that no feed may have, since the server uses these paths itself, or seems to.
/// How messages call standard input.
pub(crate) const STDIN_NAME: &str = "<stdin>";

const RESERVED_STEMS: [&str; 3] = ["healthz", "robots", "robots.txt"];

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
    /// A file whose page would have the address of another file's feed.
    HiddenPage(PathBuf, PathBuf),
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
                "no plans files in `{}`: none ends in .yaml or .yml",
                path.display()
            ),
            Self::SameStem(first, second, stem) => write!(
                f,
                "`{}` and `{}` would both be the feed `{stem}`",
                first.display(),
                second.display()
            ),
            Self::Twice(path) => write!(f, "`{}` is named twice", path.display()),
            Self::HiddenPage(page, feed) => write!(
                f,
                "the page of `{}` would stand in the place of the feed of `{}`",
                page.display(),
                feed.display()
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
            Self::SameStem(..) | Self::HiddenPage(..) | Self::Route(..) | Self::Unnamable(_) => {
                Some("rename the file")
            }
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

/// Errors about sources whose page `/NAME` is also `/OTHER.ics`, the feed of another source. That
/// happens only without a key: a page has no extension then.
#[must_use]
pub(crate) fn hidden_pages(sources: &[Source]) -> Vec<SourceError> {
    let ends_in_ics = |source: &&Source| source.stem().ends_with(".ics");
    if !sources.iter().any(|source| ends_in_ics(&source)) {
        return Vec::new();
    }
    let feeds = sources.iter().map(|source| (source.stem(), source));
    let feeds: HashMap<&str, &Source> = feeds.collect();
    let hidden = sources.iter().filter(ends_in_ics).filter_map(|page| {
        let feed = feeds.get(page.stem().strip_suffix(".ics")?)?;
        Some(SourceError::HiddenPage(page.argument(), feed.argument()))
    });
    hidden.collect()
}

fn in_directory(directory: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let refused = |error| SourceError::Refused(IoError::new("read", directory, error));
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory).map_err(refused)? {
        let path = entry.map_err(refused)?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        let is_hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        // Reading a pipe would wait for its writer. A link that leads nowhere is kept: reading it
        // gives an error.
        let is_other = || fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file());
        if matches!(ending, Some("yaml" | "yml")) && !is_hidden && !is_other() {
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
