//! From plans files to the files of a site, where they differ from what was put.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::manifest;
use crate::calendar::compile::{Compiled, compile};
use crate::calendar::feed::FORMAT;
use crate::files::failure::Failure;
use crate::files::io_error::IoError;
use crate::files::revisions::Revisions;
use crate::files::source::{Loaded, Source};
use crate::publish::manifest::{Digest, Entry};
use crate::publish::publisher::MadeAgain;
use crate::site::address::Base;
use crate::site::link::Key;
use crate::site::page::PageBody;
use crate::site::{self, Naming, Place};
use crate::time::clock::Clock;
use crate::time::revision::Revision;

/// Raised whenever the same plans give another page.
const PAGES: u8 = 3;

/// Something that is published. There may be millions, so it is small.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Item {
    /// A plans file, by its place among all.
    Feed(u32),
    /// The front page of the one feed that there is.
    OnlyFeed,
    /// The front page of several.
    Index,
    /// What crawlers ask for.
    Robots,
}

/// What an item is beside what was put of it.
pub(crate) enum Seen {
    /// It is the same.
    Unchanged,
    /// Nothing can be made of it now; what was put stays.
    Broken(Failure),
    /// The same, and another item says so.
    Stays,
    /// It was made again.
    Made(MadeAgain),
}

/// What every file of a run is made with.
pub(crate) struct Maker<'a> {
    pub(crate) sources: &'a [Source],
    pub(crate) key: Option<&'a Key>,
    pub(crate) base: Option<&'a Base>,
    pub(crate) naming: Naming,
    pub(crate) cache_control: String,
    pub(crate) revisions: Revisions,
    pub(crate) clock: Clock,
    /// Whether what is gone stays.
    pub(crate) keeps: bool,
    /// Whether problems are drawn in colour.
    pub(crate) styled: bool,
    /// What can be read only once.
    pub(crate) once: Once,
    /// Whether some clone is too shallow to tell a revision.
    pub(crate) is_shallow: AtomicBool,
}

/// Plans that come through a pipe, by their places among all: they are asked for more than once.
#[derive(Default)]
pub(crate) struct Once(Mutex<HashMap<usize, Arc<Loaded>>>);

impl Once {
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
    /// The name of an item in the manifest; of a feed it is the feed's.
    pub(crate) fn name(&self, item: Item) -> &str {
        match item {
            Item::Feed(index) => self.sources[index as usize].stem(),
            Item::OnlyFeed | Item::Index => site::FRONT,
            Item::Robots => site::ROBOTS,
        }
    }

    /// The part of the manifest to which an item belongs.
    pub(crate) fn part(&self, item: Item) -> manifest::Part {
        match item {
            Item::Feed(_) => manifest::Part::of(self.name(item)),
            Item::OnlyFeed | Item::Index | Item::Robots => manifest::Part::Front,
        }
    }

    /// Compares an item with its entry, and makes it where that differs.
    /// What is `absent` has never been put and cannot be made.
    pub(crate) fn look(
        &self,
        item: Item,
        entry: Option<&Entry>,
        absent: &BTreeSet<String>,
    ) -> Seen {
        match item {
            Item::Feed(index) => {
                let seen = self.feed(item, index as usize, entry);
                seen.unwrap_or_else(Seen::Broken)
            }
            Item::OnlyFeed => self.feed(item, 0, entry).unwrap_or(Seen::Stays),
            Item::Index => {
                let stems = self.sources.iter().map(Source::stem);
                let stems = stems.filter(|stem| !absent.contains(*stem));
                self.fixed(item, site::index(stems, self.naming), entry)
            }
            Item::Robots => self.fixed(item, site::robots(), entry),
        }
    }

    /// What costs less to make than to compare.
    fn fixed(&self, item: Item, file: site::File, entry: Option<&Entry>) -> Seen {
        let input = Digest::of([file.body.as_slice(), self.cache_control.as_bytes()]);
        if entry.is_some_and(|entry| !entry.is_doubtful() && entry.input == input) {
            return Seen::Unchanged;
        }
        let cache_control = &self.cache_control;
        Seen::Made(MadeAgain::new(
            self.name(item),
            input,
            None,
            vec![file],
            cache_control,
        ))
    }

    fn feed(&self, item: Item, index: usize, entry: Option<&Entry>) -> Result<Seen, Failure> {
        let source = &self.sources[index];
        let loaded = self.once.load(index, source)?;
        let (revision, is_shallow) = self.revisions.get(index, &loaded);
        self.is_shallow.fetch_or(is_shallow, Ordering::Relaxed);
        let input = self.input(source, &loaded, revision);
        let is_same = |entry: &Entry| {
            let mut period = entry.period.iter();
            let is_current = period.all(|it| it.contains(self.clock.today(it.zone)));
            let has_all = self.keeps || entry.kept.is_empty();
            !entry.is_doubtful() && is_current && has_all && entry.input == input
        };
        if entry.is_some_and(is_same) {
            return Ok(Seen::Unchanged);
        }
        let Compiled { plans, feed } = compile(source.stem(), &loaded.bytes, revision, &self.clock)
            .map_err(|problems| Failure::of(source, &loaded.bytes, &problems, self.styled))?;
        let list = plans.document.list();
        let settings = &list.settings;
        let (shown, period) = site::period(list, revision, plans.today);
        let token = self.key.map(|key| key.token(source.stem(), settings.link));
        let place = Place {
            stem: source.stem(),
            token: token.as_ref(),
            base: self.base,
            naming: self.naming,
        };
        let sheet = PageBody::without_today(list, source.stem(), revision, shown);
        let files = match item {
            Item::OnlyFeed => vec![place.front(&sheet)],
            _ => vec![place.feed(feed), place.page(&sheet)],
        };
        let cache_control = &self.cache_control;
        Ok(Seen::Made(MadeAgain::new(
            self.name(item),
            input,
            period,
            files,
            cache_control,
        )))
    }

    /// The hash of all that the files of a feed are made from, but for the year.
    fn input(&self, source: &Source, loaded: &Loaded, revision: Revision) -> Digest {
        let key = self.key.map(|key| key.token(source.stem(), 0));
        Digest::of([
            &[PAGES][..],
            &FORMAT.to_le_bytes(),
            source.stem().as_bytes(),
            key.as_ref().map_or(&[], |token| token.as_str().as_bytes()),
            self.base.map_or(&[], |base| base.as_str().as_bytes()),
            self.cache_control.as_bytes(),
            &revision.unix().to_le_bytes(),
            &loaded.bytes,
        ])
    }
}
