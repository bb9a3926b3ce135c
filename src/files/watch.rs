//! Watches files, and reports which of them may have changed.
//!
//! The watch of a single file is lost when an editor renames another file over it, so this module
//! watches directories, including those on the path of symbolic links. If a directory is replaced,
//! the new one is watched. If a directory does not exist, its nearest ancestor is watched until the
//! directory appears.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

/// How many symbolic links are followed from one path.
const MAX_LINKS: usize = 40;

/// Something happened in a watched directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileEvent {
    /// The path of the event; `None` if events were lost, so that any path may have changed.
    pub(crate) path: Option<PathBuf>,
    /// Whether a writer may still have the file open.
    pub(crate) is_unfinished: bool,
}

/// The directories that are watched.
#[derive(Debug)]
pub(crate) struct Watch {
    watcher: RecommendedWatcher,
    /// The directories, each with its identity, since another directory may replace it.
    watched: HashMap<PathBuf, Identity>,
    /// Directories in which the events of every file count.
    folders: HashSet<PathBuf>,
    /// Single paths whose events count: those on the way to a file.
    steps: HashSet<PathBuf>,
}

/// The device and inode of a directory; `None` on systems without them.
type Identity = Option<(u64, u64)>;

impl Watch {
    /// Creates a watch without any directories. `on_event` is called from another thread for each
    /// event.
    ///
    /// # Errors
    ///
    /// The system's reason why nothing can be watched.
    pub(crate) fn new(on_event: impl Fn(FileEvent) + Send + 'static) -> Result<Self, String> {
        let handler = move |event: notify::Result<Event>| match event {
            Ok(event) => file_events(event).into_iter().for_each(&on_event),
            // The queue of the system was full, or a directory is gone.
            Err(_) => on_event(FileEvent {
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

    /// Watches the directories in which an event can change the content behind absolute paths, and
    /// no others.
    ///
    /// # Errors
    ///
    /// The system's reason why a directory cannot be watched. The others are watched.
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
            for step in add_directories(path, &mut wanted) {
                self.steps.extend(with_real_folder(&step));
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
            // The watch of a deleted directory has ended by itself.
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
    /// Whether an event of this path can change the content behind the followed paths. Their
    /// directories contain other files as well.
    #[must_use]
    pub(crate) fn concerns(&self, path: &Path) -> bool {
        let is_within = |folder: &Path| self.folders.contains(folder);
        let concerns =
            |path: &Path| self.steps.contains(path) || path.parent().is_some_and(is_within);
        // If a folder is watched by two paths, its events name only one of them.
        concerns(path) || with_real_folder(path).is_some_and(|path| concerns(&path))
    }
}

/// The path, with all links in its folder resolved; `None` if the folder does not exist.
#[must_use]
pub(crate) fn with_real_folder(path: &Path) -> Option<PathBuf> {
    let folder = path.parent()?.canonicalize().ok()?;
    Some(folder.join(path.file_name()?))
}

/// Adds the directories in which an event can change the content behind `path`: the path itself if
/// it is a directory, its parent, its grandparent, and the same for every link on the way. Returns
/// the path and the links on the way.
fn add_directories(path: &Path, directories: &mut BTreeSet<PathBuf>) -> Vec<PathBuf> {
    let mut path = path.to_owned();
    let mut steps = Vec::new();
    for _ in 0..MAX_LINKS {
        if path.is_dir() {
            directories.insert(path.clone());
        }
        for above in path.ancestors().skip(1).take(2) {
            directories.insert(existing(above));
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
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
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

/// The file events in an event of the system. Reads cause events as well, but those are ignored.
fn file_events(event: Event) -> Vec<FileEvent> {
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
    let file_event = |path| FileEvent {
        path: Some(path),
        is_unfinished,
    };
    event.paths.into_iter().map(file_event).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::add_directories;

    #[cfg(unix)]
    #[test]
    fn directories_of_links_and_of_missing_paths_are_watched() {
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
            add_directories(path, &mut all);
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
