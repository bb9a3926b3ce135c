//! Keeps the served feeds equal to the files on the disk.
//!
//! Files are compared by their text, and the feed of a file is made again only if its text differs.
//! The state machine of a file decides what follows from what is read
//! ([`step`](crate::server::reload::file_state::step)). This driver reads files, asks git and the
//! clocks, hands events to the state machines, and performs their effects.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{mem, thread};

use arc_swap::ArcSwap;
use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use crate::calendar::Stale;
use crate::files::git::{self, Commit, Repository};
use crate::files::source::Source;
use crate::server::reload::deferred_logs::{DeferredLogs, FileLog, MAX_LOGGED_FILES, log_unusable};
use crate::server::reload::error_summary::ErrorSummary;
use crate::server::reload::file_stamp::FileStamp;
use crate::server::reload::file_state::{Effect, Event, FileState, StaleNotice, Times};
use crate::server::reload::last_served::LastServed;
use crate::server::reload::make::{FeedOrder, Maker};
use crate::server::reload::pending_changes::PendingChanges;
use crate::server::reload::saved::{SavedText, StateFolder};
use crate::server::reload::saved_texts::SavedTexts;
use crate::server::reload::scan::{Arguments, Scan};
use crate::server::reload::served_file::{NewText, REREAD_DELAY, ReadOutcome, Reading, ServedFile};
use crate::server::{Counts, ServedFeed, Snapshot};
use crate::time::clock::Clock;
use crate::time::revision::Revision;

/// What a live site works with.
pub(crate) struct Options {
    pub(crate) maker: Maker,
    /// How long a file is broken before its feed says so.
    pub(crate) stale_after: Duration,
    /// The revision that the environment gives to every text.
    pub(crate) epoch: Option<Revision>,
    /// Whether a text is read twice before it counts, since nothing tells when it is complete.
    pub(crate) reads_twice: bool,
    pub(crate) counts: Arc<Counts>,
    pub(crate) snapshot: Arc<ArcSwap<Snapshot>>,
}

/// The plans files of a server and their feeds.
pub(crate) struct LiveSite {
    options: Options,
    arguments: Arguments,
    /// By absolute path.
    files: BTreeMap<PathBuf, ServedFile>,
    /// Whether a snapshot was published. Before that, the caller reports files that have no feed.
    is_serving: bool,
    /// How many arguments and files are not served and not among `files`.
    unknown: usize,
    /// The feeds that clients got last of files that were deleted. If a file comes back with another
    /// text, its stamps are later.
    forgotten: HashMap<String, LastServed>,
    saved_texts: SavedTexts,
    /// The repositories for which git did not answer in time when it was last asked.
    late_repositories: BTreeSet<PathBuf>,
    logs: DeferredLogs,
}

/// The work that remains after the effects of one round.
struct Round {
    now: DateTime<Utc>,
    /// Whether the snapshot has to be swapped.
    is_changed: bool,
    /// Whether so many files change in the same way that one log line covers them all.
    is_large: bool,
    /// Texts whose feeds are to be made, each with its revision.
    orders: Vec<(PathBuf, Arc<[u8]>, Revision)>,
    forgotten: Vec<PathBuf>,
}

impl Round {
    fn new(now: DateTime<Utc>) -> Self {
        Self {
            now,
            is_changed: false,
            is_large: false,
            orders: Vec::new(),
            forgotten: Vec::new(),
        }
    }
}

impl LiveSite {
    pub(crate) fn new(
        arguments: Vec<PathBuf>,
        state: Option<StateFolder>,
        options: Options,
    ) -> Self {
        let saved_texts = SavedTexts::new(state, Arc::clone(&options.counts));
        Self {
            options,
            arguments: Arguments::new(arguments),
            files: BTreeMap::new(),
            is_serving: false,
            unknown: 0,
            forgotten: HashMap::new(),
            saved_texts,
            late_repositories: BTreeSet::new(),
            logs: DeferredLogs::default(),
        }
    }

    /// The names of all feeds, served or not.
    fn stems(&self) -> HashSet<&str> {
        self.files.values().map(|file| file.source.stem()).collect()
    }

    /// Every plans file that is known.
    pub(crate) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.files.keys()
    }

    /// The paths to watch: the arguments, and files that are links.
    pub(crate) fn watched_paths(&self) -> Vec<PathBuf> {
        let links = self.files.keys().filter(|path| path.is_symlink()).cloned();
        self.arguments.paths().chain(links).collect()
    }

    /// The text of a feed that is served.
    #[cfg(test)]
    pub(crate) fn feed(&self, stem: &str) -> Option<String> {
        let mut files = self.files.values();
        let file = files.find(|file| file.source.stem() == stem)?;
        let body = &file.state.feed()?.ready.plain.body;
        String::from_utf8(body.to_vec()).ok()
    }

    /// The date with which a feed is served.
    #[cfg(test)]
    pub(crate) fn last_modified(&self, stem: &str) -> String {
        let mut files = self.files.values();
        let file = files.find(|file| file.source.stem() == stem);
        let feed = file.and_then(|file| file.state.feed());
        feed.map_or_else(String::new, |feed| feed.ready.meta().modified.http())
    }

    /// How many feeds and events are served.
    pub(crate) fn served(&self) -> (usize, usize) {
        let feeds = self.files.values().filter_map(|file| file.state.feed());
        feeds.fold((0, 0), |(count, events), feed| {
            (count + 1, events + feed.events)
        })
    }

    /// Whether the state of a file waits for time to pass.
    pub(crate) fn waits_for_time(&self) -> bool {
        self.files.values().any(|file| file.state.waits_for_time())
    }

    /// Whether a file could not be read, whatever its text is.
    pub(crate) fn has_unreadable(&self) -> bool {
        self.files.values().any(|file| file.state.is_unreadable())
    }

    /// What is wrong with the files that have no feed.
    pub(crate) fn unservable(&self) -> impl Iterator<Item = &ErrorSummary> {
        let without = self
            .files
            .values()
            .filter(|file| file.state.feed().is_none());
        without.filter_map(|file| file.state.broken().map(|broken| &broken.summary))
    }

    /// Logs the files that have no feed.
    pub(crate) fn log_unservable(&self) {
        for file in self
            .files
            .values()
            .filter(|file| file.state.feed().is_none())
        {
            let problem = file
                .state
                .broken()
                .map(|broken| broken.summary.log.as_str());
            log_unusable(&file.source.name(), problem, false);
        }
    }

    /// Reads the files that may have changed, makes the feeds of new texts, and swaps the snapshot.
    /// Returns the files that are being changed at this moment, to be read again.
    pub(crate) fn refresh(&mut self, changes: &PendingChanges) -> Vec<PathBuf> {
        let now = self.options.maker.clock.now();
        let is_first = !self.is_serving;
        let scan = self.scan(now);
        if is_first {
            self.recall(&scan, now);
        }
        let mut round = Round::new(now);
        let unknown = scan.unknown(self.files.keys());
        round.is_changed = mem::replace(&mut self.unknown, unknown) != unknown;
        let mut unsettled = Vec::new();
        let mut new_texts = Vec::new();
        for (path, stamp, outcome) in self.read_files(&scan, changes, is_first) {
            if let Some(file) = self.files.get_mut(&path) {
                file.stamp = stamp;
            }
            match outcome {
                ReadOutcome::Unchanged => {}
                ReadOutcome::Served => self.apply(&path, Event::ServedTextRead, &mut round),
                ReadOutcome::Unsettled => {
                    self.mark_unread(&path);
                    unsettled.push(path);
                }
                ReadOutcome::New(text) => new_texts.push(text),
                ReadOutcome::Unreadable(sentence) => {
                    let summary = ErrorSummary::plain(sentence);
                    self.apply(&path, Event::Unreadable { summary, now }, &mut round);
                }
            }
        }
        if self.options.reads_twice && !is_first && !new_texts.is_empty() {
            new_texts = self.reread(new_texts, &mut unsettled);
        }
        round.is_changed |= !new_texts.is_empty();
        unsettled.extend(self.make_feeds(new_texts, is_first, &mut round));
        self.apply_time(&mut round);
        if round.is_changed || is_first {
            self.publish();
        } else if self.saved_texts.has_unsaved() {
            self.saved_texts.save(&mut self.files);
        }
        unsettled
    }

    /// Tells the state machines the time, and performs their effects.
    pub(crate) fn tick(&mut self) {
        let mut round = Round::new(self.options.maker.clock.now());
        self.apply_time(&mut round);
        if round.is_changed {
            self.publish();
        }
    }

    /// Serves the texts that an earlier server saved, for files that have no other feed.
    pub(crate) fn restore(&mut self) {
        let mut round = Round::new(self.options.maker.clock.now());
        let saved = self.files.iter().filter_map(|(path, file)| {
            let saved = file.state.saved()?;
            let order = FeedOrder {
                source: &file.source,
                text: Arc::clone(&saved.text),
                revision: saved.header.revision(),
                stale: None,
                last: file.last_served.as_ref(),
            };
            let feed = self.options.maker.make(&order).ok()?;
            Some((path.clone(), feed))
        });
        for (path, feed) in saved.collect::<Vec<_>>() {
            self.apply(&path, Event::SavedFeedMade(feed), &mut round);
        }
        if round.is_changed {
            self.apply_time(&mut round);
            self.publish();
        }
    }

    /// Hands an event to the state machine of a file, and performs the effects.
    fn apply(&mut self, path: &Path, event: Event, round: &mut Round) {
        if let Some(file) = self.files.get_mut(path) {
            let effects = file.step(event);
            self.perform(path, effects, round);
        }
    }

    fn perform(&mut self, path: &Path, effects: Vec<Effect>, round: &mut Round) {
        for effect in effects {
            match effect {
                Effect::MakeFeed { text, revision } => {
                    round.orders.push((path.to_owned(), text, revision));
                }
                Effect::RemakeFeed { notice } => self.remake(path, notice, round),
                Effect::Publish => round.is_changed = true,
                Effect::Log(log) => self.log(path, log, round),
                Effect::CountGoodReload => self.options.counts.good_reload(round.now.timestamp()),
                Effect::CountBadReload => self.options.counts.bad_reload(),
                Effect::CountRestored(since) => self.options.counts.restored(since.timestamp()),
                Effect::Forget => round.forgotten.push(path.to_owned()),
            }
        }
    }

    /// Logs something about a file once it is published.
    fn log(&mut self, path: &Path, log: FileLog, round: &Round) {
        let is_summed_up =
            round.is_large && matches!(log, FileLog::Loaded { .. } | FileLog::Deleted);
        // At the start the caller reports the number of feeds and the files without one.
        let is_said_by_caller = !self.is_serving
            && matches!(
                log,
                FileLog::Loaded { .. }
                    | FileLog::Unusable {
                        has_feed: false,
                        ..
                    }
            );
        if let Some(file) = self.files.get(path)
            && !is_summed_up
            && !is_said_by_caller
        {
            self.logs.add(file.source.name(), log);
        }
    }

    /// Lists the files that exist, and notes which are missing.
    fn scan(&mut self, now: DateTime<Utc>) -> Scan {
        let stem =
            |(path, file): (&PathBuf, &ServedFile)| (file.source.stem().to_owned(), path.clone());
        let stems: HashMap<String, PathBuf> = self.files.iter().map(stem).collect();
        let scan = self.arguments.scan(&stems);
        for (path, source) in &scan.sources {
            if !self.files.contains_key(path) {
                let mut file = ServedFile::new(source, self.saved_texts.load(source.stem()));
                // A file with the same name and another ending may have been served.
                let other = stems.get(source.stem());
                let other = other.and_then(|other| self.files.get(other)?.last_served.clone());
                let last = other.or_else(|| self.forgotten.remove(source.stem()));
                file.last_served = last.or(file.last_served);
                self.files.insert(path.clone(), file);
            }
        }
        let at = Instant::now();
        let effects = self.step_all(|path, _| {
            if scan.sources.contains_key(path) {
                return Some(Event::Found);
            }
            Some(match scan.hides(path) {
                Some(sentence) => Event::Unreadable {
                    summary: ErrorSummary::plain(sentence.to_owned()),
                    now,
                },
                None => Event::NotFound { at },
            })
        });
        let mut round = Round::new(now);
        for (path, effects) in effects {
            self.perform(&path, effects, &mut round);
        }
        if round.is_changed {
            self.publish();
        }
        scan
    }

    /// Hands its event, if it has one, to the state machine of every file. Returns the effects,
    /// where there are any.
    fn step_all(
        &mut self,
        event: impl Fn(&Path, &FileState) -> Option<Event>,
    ) -> Vec<(PathBuf, Vec<Effect>)> {
        let mut all = Vec::new();
        for (path, file) in &mut self.files {
            let event = event(path, &file.state);
            let effects = event.map_or_else(Vec::new, |event| file.step(event));
            if !effects.is_empty() {
                all.push((path.clone(), effects));
            }
        }
        all
    }

    /// If a folder does not exist at the start, takes its files from what an earlier server saved.
    /// If the folder is mounted later, it has all of these files.
    fn recall(&mut self, scan: &Scan, now: DateTime<Utc>) {
        let mut stems = self.saved_texts.stems();
        let Some((directory, sentence)) = scan.missing.first() else {
            return;
        };
        let known = self.stems();
        stems.retain(|stem| !known.contains(stem.as_str()));
        let mut round = Round::new(now);
        for stem in stems {
            let saved = self.saved_texts.load(&stem);
            let name = saved.as_ref().and_then(SavedText::file_name);
            let path = directory.join(name.unwrap_or(&format!("{stem}.yaml")));
            let source = Source {
                path: Some(path.clone()),
            };
            let file = ServedFile::new(&source, saved);
            self.files.insert(path.clone(), file);
            self.arguments.expect(directory.clone());
            let summary = ErrorSummary::plain(sentence.clone());
            self.apply(&path, Event::Unreadable { summary, now }, &mut round);
        }
    }

    /// Reads the files that may have changed. Returns each with the stamp that it had before.
    fn read_files(
        &self,
        scan: &Scan,
        changes: &PendingChanges,
        is_first: bool,
    ) -> Vec<(PathBuf, Option<FileStamp>, ReadOutcome)> {
        let listed = self
            .files
            .iter()
            .filter(|(path, _)| scan.sources.contains_key(*path));
        let due: Vec<(&PathBuf, &ServedFile, Option<FileStamp>)> = listed
            .map(|(path, file)| (path, file, FileStamp::of(path)))
            .filter(|(path, file, stamp)| file.is_due(path, stamp.as_ref(), changes))
            .collect();
        let reading = Reading {
            changes,
            is_first,
            reads_twice: self.options.reads_twice,
        };
        due.into_par_iter()
            .map(|(path, file, stamp)| (path.clone(), stamp, file.read(path, stamp, &reading)))
            .collect()
    }

    /// Waits, reads the files again, and returns the texts that have not changed.
    fn reread(&self, new_texts: Vec<NewText>, unsettled: &mut Vec<PathBuf>) -> Vec<NewText> {
        thread::sleep(REREAD_DELAY);
        let is_same = |new: &NewText| {
            let again = self.files.get(&new.path).map(|file| file.source.load());
            again.is_some_and(|again| again.is_ok_and(|again| *again.bytes == *new.text))
        };
        let (same, changed): (Vec<_>, Vec<_>) = new_texts.into_par_iter().partition(is_same);
        unsettled.extend(changed.into_iter().map(|new| new.path));
        same
    }

    /// Makes the feeds of new texts. Returns the files that have changed again meanwhile. For them,
    /// git's answer may not be about the text that was read.
    fn make_feeds(
        &mut self,
        new_texts: Vec<NewText>,
        is_first: bool,
        round: &mut Round,
    ) -> Vec<PathBuf> {
        let commits = self.commits(&new_texts, is_first);
        let is_steady = |new: &NewText| {
            let file = self.files.get(&new.path);
            file.is_some_and(|file| file.stamp == FileStamp::of(&new.path))
        };
        let (steady, moved): (Vec<_>, Vec<_>) = new_texts
            .into_iter()
            .zip(commits)
            .partition(|(new, commit)| is_first || commit.is_none() || is_steady(new));
        let moved: Vec<PathBuf> = moved.into_iter().map(|(new, _)| new.path).collect();
        for path in &moved {
            self.mark_unread(path);
        }
        let (epoch, now) = (self.options.epoch, round.now);
        let revised: Vec<(NewText, Revision)> = steady
            .into_par_iter()
            .map(|(new, commit)| {
                let time = new.time(commit.as_ref(), epoch, now);
                let file = self.files.get(&new.path);
                let last = file.and_then(|file| file.last_served.as_ref());
                let revision = last.map_or(time, |last| last.revision_of(&new.text, time));
                (new, revision)
            })
            .collect();
        for (NewText { path, text, .. }, revision) in revised {
            self.apply(&path, Event::NewTextRead { text, revision }, round);
        }
        self.fill_orders(round);
        moved
    }

    /// Makes the feeds that the state machines have ordered.
    fn fill_orders(&mut self, round: &mut Round) {
        let made: Vec<_> = mem::take(&mut round.orders)
            .into_par_iter()
            .filter_map(|(path, text, revision)| {
                let file = self.files.get(&path)?;
                let order = FeedOrder {
                    source: &file.source,
                    text: Arc::clone(&text),
                    revision,
                    stale: None,
                    last: file.last_served.as_ref(),
                };
                Some((path, text, self.options.maker.make(&order)))
            })
            .collect();
        let count = made.len();
        round.is_large = count > MAX_LOGGED_FILES;
        let now = round.now;
        for (path, text, result) in made {
            let event = match result {
                Ok(feed) => Event::FeedMade(feed),
                Err(summary) => Event::TextRefused { text, summary, now },
            };
            self.apply(&path, event, round);
        }
        if round.is_large && self.is_serving {
            self.logs.add_many_loaded(count);
        }
        round.is_large = false;
    }

    /// Makes the feed of the served text again.
    fn remake(&mut self, path: &Path, notice: Option<StaleNotice>, round: &mut Round) {
        let Some(file) = self.files.get(path) else {
            return;
        };
        let Some(meta) = file.state.feed().map(|feed| feed.ready.meta()) else {
            return;
        };
        let clock = &self.options.maker.clock;
        let stale = notice.map(|notice| Stale {
            since: clock.local(notice.since, meta.zone).date(),
            day: notice.day,
            revised: notice.revised,
        });
        let order = FeedOrder {
            source: &file.source,
            text: Arc::clone(&meta.text),
            revision: meta.revision,
            stale,
            last: file.last_served.as_ref(),
        };
        let event = match self.options.maker.make(&order) {
            Ok(feed) => Event::FeedRemade(feed),
            // The text was good before, so only the passing of time can have made the feed too
            // large.
            Err(summary) => Event::RemakeRefused {
                problem: summary.log,
                year: feed_year(clock, &file.state),
            },
        };
        self.apply(path, event, round);
    }

    /// Hands the time to the state machine of every file, and forgets deleted files.
    fn apply_time(&mut self, round: &mut Round) {
        let stale_after = TimeDelta::from_std(self.options.stale_after).unwrap_or(TimeDelta::MAX);
        let (now, instant) = (round.now, Instant::now());
        let clock = self.options.maker.clock.clone();
        let effects = self.step_all(|_, state| {
            state.depends_on_time().then(|| {
                let zone = state.feed().and_then(|feed| feed.ready.meta().zone);
                let today = clock.today(zone);
                Event::TimePassed(Times {
                    now,
                    instant,
                    stale_after,
                    today,
                    midnight: clock.midnight(today, zone),
                })
            })
        });
        let is_deleted = |(_, effects): &&(_, Vec<Effect>)| effects.contains(&Effect::Forget);
        let deleted = effects.iter().filter(is_deleted).count();
        round.is_large = deleted > MAX_LOGGED_FILES;
        for (path, effects) in effects {
            self.perform(&path, effects, round);
        }
        if round.is_large {
            self.logs.add_many_deleted(deleted);
        }
        round.is_large = false;
        self.forget(mem::take(&mut round.forgotten));
    }

    fn forget(&mut self, paths: Vec<PathBuf>) {
        let removed = paths.iter().filter_map(|path| self.files.remove(path));
        let removed: Vec<ServedFile> = removed.collect();
        if removed.is_empty() {
            return;
        }
        let left: HashSet<String> = self.stems().into_iter().map(str::to_owned).collect();
        for file in removed {
            let stem = file.source.stem();
            if left.contains(stem) {
                continue;
            }
            self.saved_texts.remove(stem);
            let last = file.last_served.clone();
            self.forgotten
                .extend(last.map(|last| (stem.to_owned(), last)));
        }
    }

    /// Makes the next round read a file again, whatever its stamp is.
    fn mark_unread(&mut self, path: &Path) {
        if let Some(file) = self.files.get_mut(path) {
            file.stamp = None;
        }
    }

    /// Asks git for the newest commit of each file, once for each repository.
    fn commits(&mut self, new_texts: &[NewText], is_first: bool) -> Vec<Option<Commit>> {
        if self.options.epoch.is_some() || new_texts.is_empty() {
            return vec![None; new_texts.len()];
        }
        let paths: Vec<&Path> = new_texts.iter().map(|new| new.path.as_path()).collect();
        let commits = git::commits(&paths, git::ANSWER_TIMEOUT);
        let is_newly_late = self.note_late(&commits.repositories);
        // If git refuses a repository once, it refuses the repository each time.
        if is_first || is_newly_late {
            for warning in &commits.warnings {
                tracing::warn!(problem = warning, "git could not be asked");
            }
        }
        commits.list
    }

    /// Notes the repositories for which git did not answer in time. Returns whether one of them is
    /// new.
    fn note_late(&mut self, repositories: &[Repository]) -> bool {
        let was_late = !self.late_repositories.is_empty();
        let mut is_newly_late = false;
        for Repository { root, is_late } in repositories {
            if *is_late {
                is_newly_late |= self.late_repositories.insert(root.clone());
            } else {
                self.late_repositories.remove(root);
            }
        }
        if was_late && self.late_repositories.is_empty() {
            tracing::info!("git answers again");
        }
        is_newly_late
    }

    /// Swaps the snapshot, writes the deferred log lines, and saves the state.
    fn publish(&mut self) {
        let entries = self.files.values().filter_map(|file| {
            Some(Arc::new(ServedFeed {
                ready: Arc::clone(&file.state.feed()?.ready),
                error: file.state.broken().map(|broken| broken.error()),
                fetches: Arc::clone(&file.fetches),
            }))
        });
        let snapshot = Snapshot::new(entries, self.unservable().count() + self.unknown);
        let snapshot = snapshot.with_late_git(!self.late_repositories.is_empty());
        self.options.snapshot.store(Arc::new(snapshot));
        self.is_serving = true;
        self.files.values_mut().for_each(ServedFile::note_served);
        self.logs.emit();
        self.saved_texts.save(&mut self.files);
    }
}

/// The calendar year in the zone of a feed, if the feed depends on it.
fn feed_year(clock: &Clock, state: &FileState) -> Option<i32> {
    let feed = state.feed().filter(|feed| feed.year.is_some())?;
    Some(clock.today(feed.ready.meta().zone).year())
}
