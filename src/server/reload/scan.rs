//! Finds the plans files that the arguments of a server name.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{self, Path, PathBuf};

use crate::files::source::{self, Source, SourceError};

/// The arguments of a server: files and folders.
pub(crate) struct Arguments {
    all: Vec<PathBuf>,
    /// The arguments that are directories, or were directories when they last existed.
    directories: HashSet<PathBuf>,
    /// The errors that have already been logged.
    logged_errors: HashSet<String>,
}

/// The plans files at one time.
#[derive(Default)]
pub(crate) struct Scan {
    /// By absolute path.
    pub(crate) sources: BTreeMap<PathBuf, Source>,
    /// Arguments that cannot be read, with the reason. Their files are assumed to exist still.
    pub(crate) hidden: Vec<(PathBuf, String)>,
    /// Arguments that do not exist, with the reason.
    pub(crate) missing: Vec<(PathBuf, String)>,
    /// How many files cannot be feeds, whatever their contents.
    unfit: usize,
}

impl Scan {
    /// The reason why an argument cannot be read, if a file that is not listed belongs to such an
    /// argument. The file may still exist.
    pub(crate) fn hides(&self, path: &Path) -> Option<&str> {
        let is_behind = |argument: &PathBuf| path == argument || path.parent() == Some(argument);
        let mut all = self.hidden.iter();
        all.find(|(argument, _)| is_behind(argument))
            .map(|(_, why)| why.as_str())
    }

    /// How many arguments and files are not served and not among `known` files.
    pub(crate) fn unknown<'k>(&self, known: impl Iterator<Item = &'k PathBuf> + Clone) -> usize {
        let arguments = self.hidden.iter().chain(&self.missing);
        let unknown = arguments.filter(|(argument, _)| {
            let mut known = known.clone();
            !known.any(|path| path == argument || path.parent() == Some(argument))
        });
        self.unfit + unknown.count()
    }
}

impl Arguments {
    /// Stores arguments. The files and folders that they name need not exist yet.
    pub(crate) fn new(all: Vec<PathBuf>) -> Self {
        Self {
            all,
            directories: HashSet::new(),
            logged_errors: HashSet::new(),
        }
    }

    /// Treats a missing argument as a directory that may come back.
    pub(crate) fn expect(&mut self, directory: PathBuf) {
        self.directories.insert(directory);
    }

    /// The absolute paths of the arguments, without standard input.
    pub(crate) fn paths(&self) -> impl Iterator<Item = PathBuf> + '_ {
        let files = self.all.iter().filter(|path| path.as_os_str() != "-");
        files.map(|path| absolute(path))
    }

    /// Lists the files. If two files have the same stem, the one in `known` counts, or else the
    /// first.
    pub(crate) fn scan(&mut self, known: &HashMap<String, PathBuf>) -> Scan {
        let mut scan = Scan::default();
        let mut errors_found = HashSet::new();
        for argument in &self.all {
            let path = absolute(argument);
            if path.is_dir() {
                self.directories.insert(path.clone());
            }
            let (sources, errors) = source::of_argument(argument);
            for source in sources {
                let path = source.path.as_deref().map_or_else(|| "-".into(), absolute);
                scan.sources.insert(path, source);
            }
            for error in errors {
                match &error {
                    SourceError::Refused(io_error) => {
                        let folder = path.parent().unwrap_or(Path::new("/"));
                        let is_deleted = io_error.kind() == std::io::ErrorKind::NotFound
                            && !self.directories.contains(&path)
                            && folder.read_dir().is_ok();
                        let list = match is_deleted {
                            true => &mut scan.missing,
                            false => &mut scan.hidden,
                        };
                        list.push((path.clone(), error.to_string()));
                    }
                    SourceError::Empty(_) => {}
                    _ => {
                        scan.unfit += 1;
                        errors_found.insert(error.to_string());
                    }
                }
            }
        }
        let mut stems: HashMap<String, PathBuf> = HashMap::new();
        let mut displaced = Vec::new();
        for (path, source) in &scan.sources {
            let Some(other) = stems.insert(source.stem().to_owned(), path.clone()) else {
                continue;
            };
            let is_known = known.get(source.stem()) == Some(path);
            let (winner, loser) = if is_known {
                (path.clone(), other)
            } else {
                (other, path.clone())
            };
            let (first, second) = (winner.display(), loser.display());
            let stem = source.stem();
            errors_found.insert(format!(
                "`{second}` is not served: `{first}` is the feed `{stem}` already"
            ));
            stems.insert(source.stem().to_owned(), winner);
            displaced.push(loser);
        }
        scan.unfit += displaced.len();
        for path in displaced {
            scan.sources.remove(&path);
        }
        errors_found.extend(scan.hidden.iter().map(|(_, why)| why.clone()));
        for problem in errors_found.difference(&self.logged_errors) {
            tracing::error!(problem, "what was served before is served on");
        }
        self.logged_errors = errors_found;
        scan
    }
}

fn absolute(path: &Path) -> PathBuf {
    path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
