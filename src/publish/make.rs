//! Makes the files of a site from plans files, if they differ from what was put.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::calendar::compile::{Compiled, compile};
use crate::calendar::feed::FORMAT;
use crate::files::failure::Failure;
use crate::files::io_error::IoError;
use crate::files::revisions::Revisions;
use crate::files::source::{Loaded, Source};
use crate::publish::manifest::{Entry, Part};
use crate::site::digest::Digest;
use crate::site::page::{ListedFeed, PageBody};
use crate::site::valid_days::{ValidDays, page_days};
use crate::site::{FRONT, File, ROBOTS, Site};
use crate::time::clock::Clock;
use crate::time::revision::Revision;

/// The version of the page: raised whenever the same plans give a different page.
const PAGE_FORMAT: u8 = 5;

/// Something that is published. There may be millions of items, so this type is small.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Item {
    /// The feed of a plans file, by its index among all plans files.
    Feed(u32),
    /// The front page of a site with one feed.
    OnlyFeed,
    /// The front page of a site with several feeds.
    Index,
    /// The rules for crawlers.
    Robots,
}

/// How an item compares with what was put for it.
pub(crate) enum Comparison {
    /// The item is the same.
    Unchanged,
    /// The item cannot be made now. The files that were put stay.
    Broken(Failure),
    /// The item is the front page of a broken feed. The error is reported for the feed.
    BrokenElsewhere,
    /// The item has changed and was made again.
    Made(MadeItem),
}

/// A feed or a front page with its files, and its manifest entry once they are put.
pub(crate) struct MadeItem {
    pub(crate) name: String,
    pub(crate) entry: Entry,
    pub(crate) files: Vec<File>,
    /// Whether the plans file is broken, so that its files are not made again.
    pub(crate) is_broken: bool,
}

/// What is needed to make every file of a run.
pub(crate) struct Maker<'a> {
    pub(crate) sources: &'a [Source],
    pub(crate) site: Site,
    pub(crate) cache_control: String,
    pub(crate) revisions: Revisions,
    pub(crate) clock: Clock,
    /// Whether files are kept that would otherwise be removed.
    pub(crate) keeps_removed: bool,
    /// Whether problems are drawn in colour.
    pub(crate) is_styled: bool,
    /// Sources that can be read only once.
    pub(crate) pipes: Pipes,
    /// Whether some clone is too shallow to tell a revision.
    pub(crate) is_shallow: AtomicBool,
}

/// The bytes that were read from pipes, by the index of the source. They are kept because the
/// content of a source is needed more than once.
#[derive(Default)]
pub(crate) struct Pipes(Mutex<HashMap<usize, Arc<Loaded>>>);

impl Pipes {
    fn load(&self, index: usize, source: &Source) -> Result<Arc<Loaded>, IoError> {
        let is_file = |path: &PathBuf| path.metadata().is_ok_and(|there| there.is_file());
        if source.path.as_ref().is_some_and(is_file) {
            return source.load().map(Arc::new);
        }
        let mut loaded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = loaded.get(&index) {
            return Ok(Arc::clone(loaded));
        }
        let read = Arc::new(source.load()?);
        loaded.insert(index, Arc::clone(&read));
        Ok(read)
    }
}

impl Maker<'_> {
    /// The name of an item in the manifest; for a feed, the name of the feed.
    pub(crate) fn name(&self, item: Item) -> &str {
        match item {
            Item::Feed(index) => self.sources[index as usize].stem(),
            Item::OnlyFeed | Item::Index => FRONT,
            Item::Robots => ROBOTS,
        }
    }

    /// The part of the manifest to which an item belongs.
    pub(crate) fn part(&self, item: Item) -> Part {
        match item {
            Item::Feed(_) => Part::of(self.name(item)),
            Item::OnlyFeed | Item::Index | Item::Robots => Part::Front,
        }
    }

    /// Compares an item with its entry, and makes it if it has changed. The feeds `absent`
    /// cannot be made and have no page.
    pub(crate) fn compare(
        &self,
        item: Item,
        entry: Option<&Entry>,
        absent: &BTreeSet<String>,
    ) -> Comparison {
        match item {
            Item::Feed(index) => {
                let compared = self.compare_feed(item, index as usize, entry);
                compared.unwrap_or_else(Comparison::Broken)
            }
            Item::OnlyFeed => {
                let compared = self.compare_feed(item, 0, entry);
                compared.unwrap_or(Comparison::BrokenElsewhere)
            }
            Item::Index => {
                let stems = self.sources.iter().map(Source::stem);
                let stems = stems.filter(|stem| !absent.contains(*stem));
                // What is due depends on the day on which the page is read.
                let feeds = stems.map(|stem| ListedFeed {
                    name: stem,
                    path: self.site.place(stem, None).link(),
                    state: None,
                });
                self.compare_file(item, self.site.index(feeds), entry)
            }
            Item::Robots => self.compare_file(item, File::robots(), entry),
        }
    }

    /// Compares a file that is cheap to make.
    fn compare_file(&self, item: Item, file: File, entry: Option<&Entry>) -> Comparison {
        let input = Digest::of([file.body.as_slice(), self.cache_control.as_bytes()]);
        if entry.is_some_and(|entry| !entry.is_doubtful() && entry.input == input) {
            return Comparison::Unchanged;
        }
        Comparison::Made(self.made(item, input, None, vec![file]))
    }

    fn compare_feed(
        &self,
        item: Item,
        index: usize,
        entry: Option<&Entry>,
    ) -> Result<Comparison, Failure> {
        let source = &self.sources[index];
        let loaded = self.pipes.load(index, source)?;
        let (revision, is_shallow) = self.revisions.get(index, &loaded);
        self.is_shallow.fetch_or(is_shallow, Ordering::Relaxed);
        let input = self.input(source, &loaded, revision);
        let is_same = |entry: &Entry| {
            let mut valid_days = entry.valid_days.iter();
            let is_valid = valid_days.all(|it| {
                let is_known = self.clock.unknown_today(it.zone).is_none();
                is_known && it.contains(self.clock.today(it.zone))
            });
            let is_clean = self.keeps_removed || entry.kept.is_empty();
            !entry.is_doubtful() && is_valid && is_clean && entry.input == input
        };
        if entry.is_some_and(is_same) {
            return Ok(Comparison::Unchanged);
        }
        let (stem, file) = (source.stem(), source.file_name());
        let Compiled { plans, feed } = compile(stem, file, &loaded.bytes, revision, &self.clock)
            .map_err(|problems| Failure::of(source, &loaded.bytes, &problems, self.is_styled))?;
        if let Some(why) = plans.unknown_zone(&self.clock) {
            return Err(Failure::UnknownZone(why.clone()));
        }
        let list = plans.document.list();
        let settings = &list.settings;
        let (shown, valid_days) = page_days(list, revision, plans.today);
        let token = self.site.token(source.stem(), settings.link);
        let place = self.site.place(source.stem(), token.as_ref());
        let sheet = PageBody::without_today(list, source.stem(), revision, shown);
        let files = match item {
            Item::OnlyFeed => vec![place.front(&sheet)],
            _ => vec![place.feed(feed), place.page(&sheet)],
        };
        let mut made = self.made(item, input, valid_days, files);
        made.entry.link = Some(settings.link);
        Ok(Comparison::Made(made))
    }

    /// The feed of a broken plans file, still without its bytes, at the address where it belongs
    /// now, if something of it may be at another one: it was put with another key. `None` also if
    /// the manifest of an older version does not say enough.
    pub(crate) fn new_address(&self, name: &str, entry: &Entry) -> Option<File> {
        let token = self.site.token(name, entry.link?);
        let file = self.site.place(name, token.as_ref()).feed_with(Vec::new());
        let in_flight = entry.in_flight.iter().flat_map(|it| it.intents.keys());
        let mut paths = entry
            .files
            .keys()
            .chain(entry.intents.keys())
            .chain(in_flight);
        let is_elsewhere = paths.any(|path| folder_of(path) != folder_of(&file.path));
        is_elsewhere.then_some(file)
    }

    /// The item of a broken plans file that loses only what was kept for it.
    pub(crate) fn without_kept(name: &str, before: &Entry) -> MadeItem {
        let mut intents = before.intents.clone();
        intents.retain(|path, _| before.files.contains_key(path));
        MadeItem {
            name: name.to_owned(),
            entry: Entry {
                kept: BTreeMap::new(),
                intents,
                in_flight: None,
                ..before.clone()
            },
            files: Vec::new(),
            is_broken: true,
        }
    }

    /// The item of a broken plans file whose last good feed goes to the address `new`. Without a
    /// `body` nothing goes there, and only the old address is closed. The page stays behind: it
    /// shows the old address.
    pub(crate) fn moved(
        &self,
        name: &str,
        before: &Entry,
        new: File,
        body: Option<Vec<u8>>,
    ) -> MadeItem {
        let mut files = before.files.clone();
        files.retain(|path, _| folder_of(path) == folder_of(&new.path));
        let feed = body.map(|body| File { body, ..new });
        files.extend(feed.iter().map(|feed| (feed.path.clone(), feed.digest())));
        MadeItem {
            name: name.to_owned(),
            entry: Entry {
                link: before.link,
                cache_control: self.cache_control.clone(),
                files,
                ..Entry::unknown()
            },
            files: feed.into_iter().collect(),
            is_broken: true,
        }
    }

    fn made(
        &self,
        item: Item,
        input: Digest,
        valid_days: Option<ValidDays>,
        files: Vec<File>,
    ) -> MadeItem {
        let digests = files.iter().map(|file| (file.path.clone(), file.digest()));
        MadeItem {
            name: self.name(item).to_owned(),
            entry: Entry {
                input,
                valid_days,
                cache_control: self.cache_control.clone(),
                files: digests.collect(),
                ..Entry::unknown()
            },
            files,
            is_broken: false,
        }
    }

    /// The hash of all that the files of a feed are made from, except the year.
    fn input(&self, source: &Source, loaded: &Loaded, revision: Revision) -> Digest {
        let key = self.site.token(source.stem(), 0);
        let base = self.site.base.as_ref();
        Digest::of([
            &[PAGE_FORMAT][..],
            &FORMAT.to_le_bytes(),
            source.stem().as_bytes(),
            source.file_name().unwrap_or_default().as_bytes(),
            key.as_ref().map_or(&[], |token| token.as_str().as_bytes()),
            base.map_or(&[], |base| base.as_str().as_bytes()),
            self.cache_control.as_bytes(),
            &revision.unix().to_le_bytes(),
            &loaded.bytes,
        ])
    }
}

/// The folder of a path in a site, if it is in one.
fn folder_of(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}
