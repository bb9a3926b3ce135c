//! Which plans files there are.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{self, Path, PathBuf};

use crate::files::source::{self, Source, SourceError};

/// The arguments of a server, and what was found behind them.
pub(crate) struct Arguments {
    all: Vec<PathBuf>,
    /// Those that are directories, or were when they were last seen.
    directories: HashSet<PathBuf>,
    /// What was said of them, and is not said again.
    complaints: HashSet<String>,
}

/// The plans files at one time, by absolute path.
#[derive(Default)]
pub(crate) struct Scan {
    pub(crate) sources: BTreeMap<PathBuf, Source>,
    /// Arguments behind which nothing can be seen, with the reason: what was there counts as there.
    pub(crate) hidden: Vec<(PathBuf, String)>,
    /// Arguments that are not there, with the reason.
    pub(crate) missing: Vec<(PathBuf, String)>,
    /// Files that cannot be feeds, whatever is in them.
    unfit: usize,
}

impl Scan {
    /// Why a file that is not listed may be there all the same.
    pub(crate) fn hides(&self, path: &Path) -> Option<&str> {
        let is_behind = |argument: &PathBuf| path == argument || path.parent() == Some(argument);
        let mut all = self.hidden.iter();
        all.find(|(argument, _)| is_behind(argument))
            .map(|(_, why)| why.as_str())
    }

    /// How many arguments and files nothing is served of that none of `kept` stands for.
    pub(crate) fn unseen<'k>(&self, kept: impl Iterator<Item = &'k PathBuf> + Clone) -> usize {
        let arguments = self.hidden.iter().chain(&self.missing);
        let unseen = arguments.filter(|(argument, _)| {
            let mut kept = kept.clone();
            !kept.any(|path| path == argument || path.parent() == Some(argument))
        });
        self.unfit + unseen.count()
    }
}

impl Arguments {
    /// Takes arguments that may name what is not there yet.
    pub(crate) fn new(all: Vec<PathBuf>) -> Self {
        Self {
            all,
            directories: HashSet::new(),
            complaints: HashSet::new(),
        }
    }

    /// Takes one that is not there for a directory, which may come back.
    pub(crate) fn expect(&mut self, directory: PathBuf) {
        self.directories.insert(directory);
    }

    /// Their absolute paths; standard input has none.
    pub(crate) fn paths(&self) -> impl Iterator<Item = PathBuf> + '_ {
        let files = self.all.iter().filter(|path| path.as_os_str() != "-");
        files.map(|path| absolute(path))
    }

    /// Looks what is there. Of two files with one stem the one in `kept` counts, else the first.
    pub(crate) fn list(&mut self, kept: &HashMap<String, PathBuf>) -> Scan {
        let mut listing = Scan::default();
        let mut said = HashSet::new();
        for argument in &self.all {
            let path = absolute(argument);
            if path.is_dir() {
                self.directories.insert(path.clone());
            }
            let (sources, errors) = source::of_argument(argument);
            for source in sources {
                let path = source.path.as_deref().map_or_else(|| "-".into(), absolute);
                listing.sources.insert(path, source);
            }
            for error in errors {
                match &error {
                    SourceError::Refused(refusal) => {
                        let folder = path.parent().unwrap_or(Path::new("/"));
                        let is_deleted = refusal.kind() == std::io::ErrorKind::NotFound
                            && !self.directories.contains(&path)
                            && folder.read_dir().is_ok();
                        let list = match is_deleted {
                            true => &mut listing.missing,
                            false => &mut listing.hidden,
                        };
                        list.push((path.clone(), error.to_string()));
                    }
                    SourceError::Empty(_) => {}
                    _ => {
                        listing.unfit += 1;
                        said.insert(error.to_string());
                    }
                }
            }
        }
        let mut stems: HashMap<String, PathBuf> = HashMap::new();
        let mut losers = Vec::new();
        for (path, source) in &listing.sources {
            let Some(other) = stems.insert(source.stem().to_owned(), path.clone()) else {
                continue;
            };
            let is_kept = kept.get(source.stem()) == Some(path);
            let (winner, loser) = if is_kept {
                (path.clone(), other)
            } else {
                (other, path.clone())
            };
            let (first, second) = (winner.display(), loser.display());
            let stem = source.stem();
            said.insert(format!(
                "`{second}` is not served: `{first}` is the feed `{stem}` already"
            ));
            stems.insert(source.stem().to_owned(), winner);
            losers.push(loser);
        }
        listing.unfit += losers.len();
        for loser in losers {
            listing.sources.remove(&loser);
        }
        said.extend(listing.hidden.iter().map(|(_, why)| why.clone()));
        for complaint in said.difference(&self.complaints) {
            tracing::error!(problem = complaint, "what was served before is served on");
        }
        self.complaints = said;
        listing
    }
}

fn absolute(path: &Path) -> PathBuf {
    path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
