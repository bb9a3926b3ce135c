//! Keeps what is served equal to what is on the disk.
//!
//! Files are compared by their text; only one that has another is made again. A file that cannot
//! be used leaves its last good feed standing, and says so. What is deleted is served for a while,
//! since editors and checkouts delete and write anew; what a directory that cannot be read would
//! hold is served on.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use crate::files::git::{self, Commit, Repository};
use crate::files::source::Source;
use crate::files::watch::unlinked;
use crate::server::reload::deferred_logs::Unsaid;
use crate::server::reload::error_summary::ErrorSummary;
use crate::server::reload::file_stamp::FileStamp;
use crate::server::reload::file_state::{FileState, Other};
use crate::server::reload::make::{Maker, Order};
use crate::server::reload::saved::{Header, State};
use crate::server::reload::scan::{Arguments, Scan};
use crate::server::{Counts, ServedFeed, Snapshot};
use crate::time::revision::Revision;

/// Files that are logged one by one; of more only the number is.
pub(crate) const LOGGED: usize = 20;
/// The time between two looks at a file where nobody says when it is whole.
const SECOND_LOOK: Duration = Duration::from_millis(200);
/// How much later than it was a change may be dated: clocks of file systems tick slowly.
const TICK: Duration = Duration::from_millis(20);

/// Which files may have another text.
#[derive(Debug, Default)]
pub(crate) struct PendingChanges {
    /// Those that something was heard of, and when last: since then they have been quiet.
    pub(crate) paths: HashMap<PathBuf, Instant>,
    /// Those that something is happening to: they are left alone, whatever their times and sizes
    /// say by now.
    pub(crate) unsettled: HashSet<PathBuf>,
    /// All, whatever is known of them.
    pub(crate) all: bool,
}

impl PendingChanges {
    /// Something is happening to a file.
    pub(crate) fn leave(&mut self, path: &Path) {
        self.unsettled.extend(unlinked(path));
        self.unsettled.insert(path.to_owned());
    }

    /// Whether something is happening to a file.
    pub(crate) fn is_unsettled(&self, path: &Path) -> bool {
        let is_there = |name: PathBuf| self.unsettled.contains(&name);
        self.unsettled.contains(path) || (!self.unsettled.is_empty() && names(path).any(is_there))
    }

    /// How long a file that something was heard of has been quiet.
    fn quiet(&self, path: &Path) -> Option<Duration> {
        let heard = self.paths.get(path);
        let by_name = || names(path).find_map(|name| self.paths.get(&name));
        heard.or_else(by_name).map(Instant::elapsed)
    }
}

/// What else the system may call a file where links are on the way to it, or where it is one.
fn names(path: &Path) -> impl Iterator<Item = PathBuf> {
    unlinked(path).into_iter().chain(path.canonicalize().ok())
}

/// What a keeper works with.
pub(crate) struct Options {
    pub(crate) maker: Maker,
    pub(crate) stale_after: Duration,
    /// The revision that the environment names for everything.
    pub(crate) epoch: Option<Revision>,
    pub(crate) state: Option<State>,
    /// Whether a text is read twice before it counts: nobody says when it is whole.
    pub(crate) reads_twice: bool,
    pub(crate) counts: Arc<Counts>,
    pub(crate) site: Arc<ArcSwap<Snapshot>>,
}

/// The plans files of a server and their feeds.
pub(crate) struct LiveSite {
    pub(crate) options: Options,
    arguments: Arguments,
    /// By absolute path.
    pub(crate) kept: BTreeMap<PathBuf, FileState>,
    /// Whether anything is served yet: a start says otherwise what is wrong.
    pub(crate) is_serving: bool,
    /// Arguments and files that nothing is served of, and that are not among `kept`.
    unseen: usize,
    /// Why the state could not be kept when that was last tried.
    unsaved: Option<String>,
    /// The repositories for which git did not answer in time when it was last asked.
    late: BTreeSet<PathBuf>,
    pub(crate) unsaid: Unsaid,
}

/// What a file that may have changed turned out to be.
enum Found {
    Same,
    /// Wrong as before.
    StillWrong,
    /// It changes at this moment.
    Unsettled,
    Other(Other),
    Refused(String),
}

impl LiveSite {
    pub(crate) fn new(arguments: Vec<PathBuf>, options: Options) -> Self {
        Self {
            options,
            arguments: Arguments::new(arguments),
            kept: BTreeMap::new(),
            is_serving: false,
            unseen: 0,
            unsaved: None,
            late: BTreeSet::new(),
            unsaid: Unsaid::default(),
        }
    }

    /// The names of all feeds, served or not.
    pub(crate) fn stems(&self) -> HashSet<&str> {
        self.kept.values().map(|kept| kept.source.stem()).collect()
    }

    /// Every plans file that is known.
    pub(crate) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.kept.keys()
    }

    /// The paths to watch: the arguments, and files that are links.
    pub(crate) fn watched(&self) -> Vec<PathBuf> {
        let links = self.kept.keys().filter(|path| path.is_symlink()).cloned();
        self.arguments.paths().chain(links).collect()
    }

    /// The text of a feed that is served.
    #[cfg(test)]
    pub(crate) fn feed(&self, stem: &str) -> Option<String> {
        let kept = self.kept.values().find(|kept| kept.source.stem() == stem)?;
        let body = &kept.good.as_ref()?.ready.plain.body;
        String::from_utf8(body.to_vec()).ok()
    }

    /// How many feeds and events are served.
    pub(crate) fn served(&self) -> (usize, usize) {
        let good = self.kept.values().filter_map(|kept| kept.good.as_ref());
        good.fold((0, 0), |(feeds, events), good| {
            (feeds + 1, events + good.events)
        })
    }

    /// Whether something waits for its time.
    pub(crate) fn waits(&self) -> bool {
        let mut all = self.kept.values();
        all.any(|kept| kept.gone.is_some() || kept.trouble.is_some())
    }

    /// Whether a file could not be read, whatever its text is.
    pub(crate) fn is_refused(&self) -> bool {
        let mut all = self.kept.values();
        all.any(|kept| kept.trouble.is_some() && kept.faulty.is_none())
    }

    /// Looks at the disk, makes what changed, and swaps the snapshot. Returns files that somebody
    /// was writing to, to be looked at again.
    pub(crate) fn refresh(&mut self, dirty: &PendingChanges) -> Vec<PathBuf> {
        let now = self.options.maker.clock.now();
        let is_first = !self.is_serving;
        let listing = self.list(now);
        if is_first {
            self.recall(&listing, now);
        }
        let looked: Vec<(PathBuf, Option<FileStamp>)> = self
            .kept
            .iter()
            .filter(|(path, _)| listing.sources.contains_key(*path))
            .filter_map(|(path, kept)| {
                let signature = FileStamp::of(path);
                kept.is_due(path, signature.as_ref(), dirty)
                    .then(|| (path.clone(), signature))
            })
            .collect();
        let unseen = listing.unseen(self.kept.keys());
        let mut changed = std::mem::replace(&mut self.unseen, unseen) != unseen;
        let mut unsettled = Vec::new();
        let mut others = Vec::new();
        let found: Vec<_> = looked
            .into_par_iter()
            .map(|(path, signature)| {
                let found = self.look(&path, signature, dirty, is_first);
                (path, signature, found)
            })
            .collect();
        for (path, signature, found) in found {
            if let Some(kept) = self.kept.get_mut(&path) {
                kept.signature = signature;
            }
            match found {
                Found::Same => changed |= self.mend(&path),
                Found::StillWrong => {}
                Found::Unsettled => {
                    if let Some(kept) = self.kept.get_mut(&path) {
                        kept.signature = None;
                    }
                    unsettled.push(path);
                }
                Found::Other(other) => others.push(other),
                Found::Refused(why) => {
                    changed |= self.fail(&path, ErrorSummary::plain(why), None, now);
                }
            }
        }
        if self.options.reads_twice && !is_first && !others.is_empty() {
            others = self.look_again(others, &mut unsettled);
        }
        changed |= !others.is_empty();
        unsettled.extend(self.make(others, is_first, now));
        changed |= self.turn(now);
        if changed || is_first {
            self.publish();
        } else if self.unsaved.is_some() {
            self.save();
        }
        unsettled
    }

    /// Takes in what is there, and marks what is not.
    fn list(&mut self, now: DateTime<Utc>) -> Scan {
        let stem =
            |(path, kept): (&PathBuf, &FileState)| (kept.source.stem().to_owned(), path.clone());
        let stems: HashMap<String, PathBuf> = self.kept.iter().map(stem).collect();
        let listing = self.arguments.list(&stems);
        for (path, source) in &listing.sources {
            if !self.kept.contains_key(path) {
                let saved = self.options.state.as_ref();
                let saved = saved.and_then(|state| state.load(source.stem()));
                self.kept
                    .insert(path.clone(), FileState::new(source, saved));
            }
        }
        let mut hidden = Vec::new();
        for (path, kept) in &mut self.kept {
            if listing.sources.contains_key(path) {
                kept.gone = None;
            } else if let Some(why) = listing.hides(path) {
                kept.gone = None;
                hidden.push((path.clone(), why.to_owned()));
            } else {
                kept.gone.get_or_insert_with(Instant::now);
            }
        }
        for (path, why) in hidden {
            if self.fail(&path, ErrorSummary::plain(why), None, now) {
                self.publish();
            }
        }
        listing
    }

    /// Takes in what an earlier server kept of a directory that is not there at the start: one that
    /// is mounted later still has all of it.
    fn recall(&mut self, listing: &Scan, now: DateTime<Utc>) {
        let state = self.options.state.as_ref();
        let (Some(state), Some((directory, why))) = (state, listing.missing.first()) else {
            return;
        };
        let known = self.stems();
        let mut recalled = Vec::new();
        for stem in state.stems() {
            if known.contains(stem.as_str()) {
                continue;
            }
            let path = directory.join(format!("{stem}.yaml"));
            let source = Source {
                path: Some(path.clone()),
            };
            recalled.push((path, FileState::new(&source, state.load(&stem))));
        }
        for (path, kept) in recalled {
            self.kept.insert(path.clone(), kept);
            self.arguments.expect(directory.clone());
            self.fail(&path, ErrorSummary::plain(why.clone()), None, now);
        }
    }

    fn look(
        &self,
        path: &Path,
        signature: Option<FileStamp>,
        dirty: &PendingChanges,
        is_first: bool,
    ) -> Found {
        let Some(kept) = self.kept.get(path) else {
            return Found::StillWrong;
        };
        if !is_first && signature.is_some_and(|signature| signature.is_pipe()) {
            return Found::StillWrong;
        }
        let loaded = match kept.source.load() {
            Ok(loaded) => loaded,
            // Deleted after it was listed; a link that leads nowhere is another thing.
            Err(refusal) if refusal.kind() == ErrorKind::NotFound && !path.is_symlink() => {
                return Found::StillWrong;
            }
            Err(refusal) => return Found::Refused(refusal.sentence()),
        };
        let served = kept.good.as_ref().map(|good| good.ready.meta());
        if served.is_some_and(|made| *made.text == *loaded.bytes) {
            return Found::Same;
        }
        if kept.faulty.as_ref() == Some(&loaded.bytes) {
            return Found::StillWrong;
        }
        if kept.source.path.is_some() {
            let is_within = |time| signature.is_some_and(|it| it.is_within(time, TICK));
            let has_settled = match dirty.quiet(path) {
                _ if is_first || self.options.reads_twice => true,
                // A later change is one that was not heard of yet.
                Some(quiet) => !is_within(quiet),
                None if dirty.all => !is_within(SECOND_LOOK),
                // Nothing was heard of this one: its writer may be at work.
                None => signature == kept.signature,
            };
            if !has_settled || signature != FileStamp::of(path) {
                return Found::Unsettled;
            }
        }
        Found::Other(Other {
            path: path.to_owned(),
            text: loaded.bytes.into(),
            modified: loaded.modified,
        })
    }

    /// Waits, and keeps the texts that are the same after that.
    fn look_again(&self, others: Vec<Other>, unsettled: &mut Vec<PathBuf>) -> Vec<Other> {
        thread::sleep(SECOND_LOOK);
        let is_same = |other: &Other| {
            let again = self.kept.get(&other.path).map(|kept| kept.source.load());
            again.is_some_and(|again| again.is_ok_and(|again| *again.bytes == *other.text))
        };
        let (same, moving): (Vec<_>, Vec<_>) = others.into_par_iter().partition(is_same);
        unsettled.extend(moving.into_iter().map(|other| other.path));
        same
    }

    /// Makes feeds of other texts. Returns files that have changed once more meanwhile: what git
    /// says by then is not of the text that was read.
    fn make(&mut self, others: Vec<Other>, is_first: bool, now: DateTime<Utc>) -> Vec<PathBuf> {
        let commits = self.commits(&others, is_first);
        let is_there = |other: &Other| {
            let kept = self.kept.get(&other.path);
            kept.is_some_and(|kept| kept.signature == FileStamp::of(&other.path))
        };
        let (steady, moved): (Vec<_>, Vec<_>) = others
            .into_iter()
            .zip(commits)
            .partition(|(other, commit)| is_first || commit.is_none() || is_there(other));
        let moved: Vec<PathBuf> = moved.into_iter().map(|(other, _)| other.path).collect();
        for path in &moved {
            if let Some(kept) = self.kept.get_mut(path) {
                kept.signature = None;
            }
        }
        let made: Vec<_> = steady
            .into_par_iter()
            .filter_map(|(other, commit)| {
                let kept = self.kept.get(&other.path)?;
                let order = Order {
                    source: &kept.source,
                    revision: kept.revise(&other, commit.as_ref(), self.options.epoch, now),
                    text: Arc::clone(&other.text),
                    stale: None,
                };
                let made = self.options.maker.make(&order);
                Some((other, made))
            })
            .collect();
        let number = made.len();
        for (other, made) in made {
            match made {
                Err(diagnosis) => {
                    let text = other.text.to_vec();
                    self.fail(&other.path, diagnosis, Some(text), now);
                }
                Ok(good) => {
                    let Some(kept) = self.kept.get_mut(&other.path) else {
                        continue;
                    };
                    if self.is_serving && number <= LOGGED {
                        let (plans, events) = (good.ready.plans(), good.events);
                        let file = kept.source.name();
                        self.unsaid.add(move || {
                            tracing::info!(file, plans, events, "loaded");
                        });
                    }
                    kept.take(good);
                    self.options.counts.good_reload(now.timestamp());
                }
            }
        }
        if self.is_serving && number > LOGGED {
            self.unsaid
                .add(move || tracing::info!(files = number, "loaded"));
        }
        moved
    }

    /// The newest commit of each file, asked of git once for each repository.
    fn commits(&mut self, others: &[Other], is_first: bool) -> Vec<Option<Commit>> {
        if self.options.epoch.is_some() || others.is_empty() {
            return vec![None; others.len()];
        }
        let paths: Vec<&Path> = others.iter().map(|other| other.path.as_path()).collect();
        let commits = git::commits(&paths, git::ANSWER_TIMEOUT);
        let is_newly_late = self.note_late(&commits.repositories);
        // What git refuses it refuses each time.
        if is_first || is_newly_late {
            for warning in &commits.warnings {
                tracing::warn!(problem = warning, "git could not be asked");
            }
        }
        commits.list
    }

    /// Remembers for which repositories git did not answer in time. Whether that is new of one.
    fn note_late(&mut self, repositories: &[Repository]) -> bool {
        let was_late = !self.late.is_empty();
        let mut is_newly_late = false;
        for Repository { root, is_late } in repositories {
            if *is_late {
                is_newly_late |= self.late.insert(root.clone());
            } else {
                self.late.remove(root);
            }
        }
        if was_late && self.late.is_empty() {
            tracing::info!("git answers again");
        }
        is_newly_late
    }

    pub(crate) fn publish(&mut self) {
        let entries = self.kept.values().filter_map(|kept| {
            Some(Arc::new(ServedFeed {
                ready: Arc::clone(&kept.good.as_ref()?.ready),
                error: kept.trouble.clone(),
                fetches: Arc::clone(&kept.fetches),
            }))
        });
        // Of one that has not settled yet nothing is wrong.
        let is_unserved = |kept: &&FileState| kept.good.is_none() && kept.trouble.is_some();
        let unserved = self.kept.values().filter(is_unserved);
        let site = Snapshot::new(entries, unserved.count() + self.unseen);
        let site = site.with_late_git(!self.late.is_empty());
        self.options.site.store(Arc::new(site));
        self.is_serving = true;
        self.unsaid.say();
        self.save();
    }

    /// Keeps what is served for a server to come.
    fn save(&mut self) {
        let Some(state) = &self.options.state else {
            return;
        };
        let all = self.kept.values_mut().filter_map(|kept| {
            let made = kept.good.as_ref()?.ready.meta();
            let since = kept.trouble.as_ref().map(|it| it.since.timestamp());
            let stored = (
                Header::new(made.revision.unix(), since),
                Arc::clone(&made.text),
            );
            let is_stored = kept.stored.as_ref() == Some(&stored);
            kept.stored = Some(stored.clone());
            (!is_stored).then_some((kept.source.stem(), stored.0, stored.1))
        });
        let refusal = state.save(all).err().map(|refusal| refusal.sentence());
        if refusal.is_some() {
            // Nothing of it is known to be there.
            self.kept.values_mut().for_each(|kept| kept.stored = None);
        }
        if refusal.is_some() && refusal != self.unsaved {
            tracing::error!(
                problem = refusal,
                "the state could not be saved: it is tried again"
            );
        }
        self.unsaved = refusal;
    }
}
