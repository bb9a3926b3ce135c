//! What happens to files: which of them may have another content by now.
//!
//! A file that is watched itself goes deaf when an editor renames another over it, so directories
//! are watched, also those that symbolic links lead through. A directory that is replaced is
//! watched again; of one that is not there its nearest ancestor is, until it appears.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

/// Symbolic links that are followed from one path.
const MOST_LINKS: usize = 40;

/// Something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileEvent {
    /// To what; to anything where it is not known.
    pub(crate) path: Option<PathBuf>,
    /// Whether somebody may still be writing there.
    pub(crate) is_unfinished: bool,
}

/// Watches directories.
#[derive(Debug)]
pub(crate) struct Watch {
    watcher: RecommendedWatcher,
    /// The directories, with what tells one from another that took its place.
    watched: HashMap<PathBuf, Identity>,
    /// Directories in which everything counts.
    folders: HashSet<PathBuf>,
    /// Single paths that count.
    steps: HashSet<PathBuf>,
}

/// A directory's device and inode; nothing where the system has none.
type Identity = Option<(u64, u64)>;

impl Watch {
    /// Begins to watch nothing. `tell` is called from another thread for every sign.
    ///
    /// # Errors
    ///
    /// The system's sentence, where it watches nothing for us.
    pub(crate) fn new(tell: impl Fn(FileEvent) + Send + 'static) -> Result<Self, String> {
        let handler = move |event: notify::Result<Event>| match event {
            Ok(event) => signs(event).into_iter().for_each(&tell),
            // The queue ran over, or a directory is gone.
            Err(_) => tell(FileEvent {
                path: None,
                is_unfinished: false,
            }),
        };
        match notify::recommended_watcher(handler) {
            Ok(watcher) => Ok(Self {
                watcher,
                watched: HashMap::new(),
                folders: HashSet::new(),
                steps: HashSet::new(),
            }),
            Err(error) => Err(sentence(&error)),
        }
    }

    /// Watches what can change the content behind absolute paths, and no longer what cannot.
    ///
    /// # Errors
    ///
    /// The system's sentence, if a directory could not be watched; the others are.
    pub(crate) fn follow<'p>(
        &mut self,
        paths: impl Iterator<Item = &'p Path>,
    ) -> Result<(), String> {
        let mut wanted = BTreeSet::new();
        self.folders.clear();
        self.steps.clear();
        for path in paths {
            if path.is_dir() {
                self.folders.insert(path.to_owned());
                self.folders.extend(path.canonicalize());
            }
            for step in chain(path, &mut wanted) {
                self.steps.extend(unlinked(&step));
                self.steps.extend(step.ancestors().map(Path::to_owned));
            }
        }
        let gone: Vec<PathBuf> = self
            .watched
            .iter()
            .filter(|(path, identity)| !wanted.contains(*path) || identity_of(path) != **identity)
            .map(|(path, _)| path.clone())
            .collect();
        for path in gone {
            // One that was deleted is not watched any more.
            let _ = self.watcher.unwatch(&path);
            self.watched.remove(&path);
        }
        let mut result = Ok(());
        for path in wanted {
            if self.watched.contains_key(&path) {
                continue;
            }
            let identity = identity_of(&path);
            match self.watcher.watch(&path, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.watched.insert(path, identity);
                }
                Err(error) => {
                    result = Err(format!("`{}`: {}", path.display(), sentence(&error)));
                }
            }
        }
        result
    }
}

impl Watch {
    /// Whether what happens to a path can change the content behind those that are followed. Their
    /// directories hold other things as well.
    #[must_use]
    pub(crate) fn concerns(&self, path: &Path) -> bool {
        let is_within = |folder: &Path| self.folders.contains(folder);
        let concerns =
            |path: &Path| self.steps.contains(path) || path.parent().is_some_and(is_within);
        // A folder that is watched by two paths is told of by one of them.
        concerns(path) || unlinked(path).is_some_and(|path| concerns(&path))
    }
}

/// A path whose folder is called by its own name, whatever links lead there; nothing where there
/// is no such folder.
#[must_use]
pub(crate) fn unlinked(path: &Path) -> Option<PathBuf> {
    let folder = path.parent()?.canonicalize().ok()?;
    Some(folder.join(path.file_name()?))
}

/// The directories in which an event can change the content behind `path`: its own if it is one,
/// its parent, that one's parent, and those of every link on the way. Returns the steps of it.
fn chain(path: &Path, into: &mut BTreeSet<PathBuf>) -> Vec<PathBuf> {
    let mut path = path.to_owned();
    let mut steps = Vec::new();
    for _ in 0..MOST_LINKS {
        if path.is_dir() {
            into.insert(path.clone());
        }
        for above in path.ancestors().skip(1).take(2) {
            into.insert(existing(above));
        }
        steps.push(path.clone());
        match fs::read_link(&path) {
            Ok(link) => path = path.parent().unwrap_or(Path::new("/")).join(link),
            Err(_) => break,
        }
    }
    steps
}

/// The nearest directory at or above a path.
fn existing(path: &Path) -> PathBuf {
    let mut all = path.ancestors();
    all.find(|path| path.is_dir())
        .unwrap_or(Path::new("/"))
        .to_owned()
}

#[cfg(unix)]
fn identity_of(path: &Path) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    let there = fs::metadata(path).ok()?;
    Some((there.dev(), there.ino()))
}

#[cfg(not(unix))]
fn identity_of(_: &Path) -> Identity {
    None
}

fn sentence(error: &notify::Error) -> String {
    match &error.kind {
        notify::ErrorKind::Io(error) => crate::files::io_error::reason(error),
        notify::ErrorKind::MaxFilesWatch => "too many files are watched on this system".to_owned(),
        notify::ErrorKind::PathNotFound => "no such file or directory".to_owned(),
        _ => error.to_string(),
    }
}

/// What an event says. Reading makes events as well, which say nothing.
fn signs(event: Event) -> Vec<FileEvent> {
    let is_unfinished = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
        EventKind::Access(_) => return Vec::new(),
        // Only Linux says when a writer is done.
        EventKind::Create(CreateKind::File) | EventKind::Modify(ModifyKind::Data(_)) => {
            cfg!(target_os = "linux")
        }
        _ => false,
    };
    if event.need_rescan() || event.paths.is_empty() {
        return vec![FileEvent {
            path: None,
            is_unfinished: false,
        }];
    }
    let sign = |path| FileEvent {
        path: Some(path),
        is_unfinished,
    };
    event.paths.into_iter().map(sign).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::chain;

    #[cfg(unix)]
    #[test]
    fn follows_links_and_waits_for_what_is_not_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        std::fs::create_dir_all(root.join("v1")).expect("a folder");
        std::fs::write(root.join("v1/plans.yaml"), "").expect("a file");
        std::os::unix::fs::symlink("v1", root.join("data")).expect("a link");
        std::fs::create_dir(root.join("config")).expect("a folder");
        std::os::unix::fs::symlink("../data/plans.yaml", root.join("config/plans.yaml"))
            .expect("a link");
        let watched = |path: &Path| {
            let mut all = BTreeSet::new();
            chain(path, &mut all);
            let below = |path: &std::path::PathBuf| path.starts_with(root).then(|| path.clone());
            all.iter().filter_map(below).collect::<Vec<_>>()
        };
        assert_eq!(
            watched(&root.join("config/plans.yaml")),
            [
                root.to_owned(),
                root.join("config"),
                root.join("config/.."),
                root.join("config/../data"),
            ]
            .into_iter()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
        );
        assert_eq!(
            watched(&root.join("later/on/plans.yaml")),
            [root.to_owned()]
        );
    }
}
