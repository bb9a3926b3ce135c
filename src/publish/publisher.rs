//! Puts what changed and removes what is gone, one part of the manifest at a time.
//!
//! A run reads a part, compares the inputs of its feeds with the entries of the part, and makes the
//! feeds that differ. Before files are put, the run writes the part with the intents. Afterwards it
//! writes the part with the result. Both writes succeed only if nobody else has written the part
//! since it was read. Otherwise the run starts the part again from what the other run has written.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::iter;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::publish::journal::Journal;
use crate::publish::make::{Comparison, Item, MadeItem, Maker};
use crate::publish::manifest::{Entry, InFlight, Manifest, Ownership, Part, Shard};
use crate::publish::progress::{BrokenFeed, Change, Progress};
use crate::publish::store::{Put, Store, StoreError, Version};
use crate::site::digest::Digest;
use crate::site::{File, ROBOTS};

/// The minimum and the maximum number of feeds of a part whose files are in memory at a time.
const MIN_CHUNK: usize = 16;
const MAX_CHUNK: usize = 128;
/// How many times a long part is written, if a chunk of that length fits into memory.
const WRITES_PER_PART: usize = 16;
/// How many times a part is started before the run gives up because others keep writing it.
const MAX_ATTEMPTS: u32 = 200;
/// The pause after the first attempt; it grows by as much after each further one.
const CONFLICT_PAUSE: Duration = Duration::from_millis(20);
/// The longest pause.
const MAX_CONFLICT_PAUSE: Duration = Duration::from_millis(500);

/// A run.
pub(crate) struct Publisher<'a> {
    pub(crate) site: Box<dyn Store>,
    pub(crate) manifests: Box<dyn Store>,
    /// The address of the site for the manifest, unless the manifest is inside the site.
    pub(crate) address: Option<String>,
    pub(crate) maker: Maker<'a>,
    pub(crate) shard: Shard,
    /// Whether nothing is written.
    pub(crate) is_dry_run: bool,
    pub(crate) progress: Progress,
    /// Shows a line about the progress.
    pub(crate) show: &'a (dyn Fn(String) + Sync),
}

/// A part as it was last read or written.
struct OpenPart {
    part: Part,
    manifest: Manifest,
    version: Option<Version>,
    is_changed: bool,
    journal: Journal,
}

/// Why a part is not done.
enum PartError {
    /// Somebody else has written the part since it was read.
    Conflict,
    Store(StoreError),
}

impl From<StoreError> for PartError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Publisher<'_> {
    /// Publishes items, which are sorted by their parts, and removes everything else in the
    /// manifest.
    pub(crate) fn run(&self, items: &[Item]) -> Result<(), StoreError> {
        let mut parts: BTreeMap<Part, &[Item]> = BTreeMap::new();
        for name in self.manifests.list()? {
            let known = Part::all().find(|part| part.file() == name);
            if let Some(part) = known.filter(|part| self.shard.owns(*part)) {
                parts.insert(part, &[]);
            }
        }
        for items in items.chunk_by(|a, b| self.maker.part(*a) == self.maker.part(*b)) {
            parts.insert(self.maker.part(items[0]), items);
        }
        let is_lost = self.is_lost()?;
        let front = parts.remove(&Part::Front);
        let parts: Vec<(Part, &[Item])> = parts.into_iter().collect();
        let has_failed = AtomicBool::new(false);
        parts
            .par_iter()
            .map(|(part, items)| {
                if has_failed.load(Ordering::Relaxed) {
                    return Ok(());
                }
                let published = self.publish_part(*part, items, is_lost);
                if published.is_err() {
                    has_failed.store(true, Ordering::Relaxed);
                }
                published
            })
            .reduce(|| Ok(()), |first, second| first.and(second))?;
        // The front page comes last, since it lists only feeds that could be made.
        front.map_or(Ok(()), |items| {
            self.publish_part(Part::Front, items, is_lost)
        })
    }

    /// Whether the site is gone while its manifest, which is elsewhere, still exists. This is
    /// checked only in a store that is not local. In a local store each file is checked.
    fn is_lost(&self) -> Result<bool, StoreError> {
        if self.address.is_none() || self.site.is_local() {
            return Ok(false);
        }
        let (manifest, _) = self.load(Part::Front)?;
        let robots = manifest.entries.get(ROBOTS);
        let was_put = robots.is_some_and(|robots| !robots.is_doubtful());
        Ok(was_put && self.site.read(ROBOTS)?.is_none())
    }

    fn publish_part(&self, part: Part, items: &[Item], is_lost: bool) -> Result<(), StoreError> {
        let mut journal = Journal::default();
        for attempt in 1..=MAX_ATTEMPTS {
            let mut open = self.read(part, journal)?;
            let mut changes = Vec::new();
            match self.attempt(&mut open, items, is_lost, &mut changes) {
                Ok(()) => {
                    if let Some(line) = self.progress.add(changes) {
                        (self.show)(line);
                    }
                    return Ok(());
                }
                Err(PartError::Conflict) => {
                    thread::sleep((CONFLICT_PAUSE * attempt).min(MAX_CONFLICT_PAUSE));
                }
                Err(PartError::Store(error)) => {
                    self.release(part, open.journal);
                    return Err(error);
                }
            }
            journal = open.journal;
        }
        self.release(part, journal);
        let sentence = format!(
            "other runs keep writing `{}` in `{}`",
            part.file(),
            self.manifests.name()
        );
        Err(StoreError::new(sentence).hint("wait until the other publishers are done"))
    }

    /// Leaves a part that is not done: writes the intents that are not carried out, so that the
    /// next run carries them out. An error here has the same cause as the one that is reported.
    fn release(&self, part: Part, mut journal: Journal) {
        for _ in 0..MAX_ATTEMPTS {
            if journal.is_empty() {
                return;
            }
            let Ok(mut open) = self.read(part, journal) else {
                return;
            };
            match self.write(&mut open, []) {
                Err(PartError::Conflict) => journal = open.journal,
                Ok(()) | Err(PartError::Store(_)) => return,
            }
        }
    }

    fn attempt(
        &self,
        open: &mut OpenPart,
        items: &[Item],
        is_lost: bool,
        changes: &mut Vec<Change>,
    ) -> Result<(), PartError> {
        // The more feeds a part has, the longer it is, and the fewer times it should be written.
        let length = (items.len() / WRITES_PER_PART).clamp(MIN_CHUNK, MAX_CHUNK);
        for chunk in items.chunks(length) {
            for item in chunk {
                let entry = open.manifest.entries.get_mut(self.maker.name(*item));
                self.mark_missing(entry, is_lost);
            }
            let absent = match open.part {
                Part::Front => self.progress.absent(),
                Part::Feeds(_) => BTreeSet::new(),
            };
            let compared: Vec<(Item, Comparison)> = chunk
                .par_iter()
                .map(|item| {
                    let entry = open.manifest.entries.get(self.maker.name(*item));
                    (*item, self.maker.compare(*item, entry, &absent))
                })
                .collect();
            self.put_changed(open, compared, changes)?;
        }
        self.remove_gone(open, items, changes)?;
        self.write(open, [])
    }

    /// Adds an intent for each file of an entry that is no longer there.
    fn mark_missing(&self, entry: Option<&mut Entry>, is_lost: bool) {
        let Some(entry) = entry else { return };
        for path in entry.files.keys() {
            if is_lost || self.site.lacks(path) {
                entry.intents.entry(path.clone()).or_default();
            }
        }
    }

    /// Puts the files of some items that have changed.
    fn put_changed(
        &self,
        open: &mut OpenPart,
        compared: Vec<(Item, Comparison)>,
        changes: &mut Vec<Change>,
    ) -> Result<(), PartError> {
        let made = self.changed_items(open, compared, changes);
        if made.is_empty() {
            return Ok(());
        }
        let entries = &mut open.manifest.entries;
        let befores: Vec<Option<Entry>> = made
            .iter()
            .map(|item| entries.get(&item.name).cloned())
            .collect();
        for (item, before) in made.iter().zip(&befores) {
            entries.insert(item.name.clone(), intended(&item.entry, before.as_ref()));
        }
        open.is_changed = true;
        self.write(open, made.iter().map(|item| &item.name))?;
        let again = made.iter().filter(|item| !item.is_broken);
        changes.extend(again.map(|_| Change::Made));
        let puts = self.puts(&made, &befores);
        let refused = match self.is_dry_run {
            true => self.site.rehearse(&puts)?,
            false => self.site.put(&puts)?,
        };
        // Another publisher may have put a file after it had read which paths are ours.
        if !refused.is_empty() && self.load(open.part)?.1 != open.version {
            return Err(PartError::Conflict);
        }
        let groups: HashSet<usize> = refused.iter().map(|(group, _)| *group).collect();
        for put in puts.iter().filter(|put| !groups.contains(&put.group)) {
            changes.push(Change::Put(put.file.path.clone(), put.file.body.len()));
        }
        let refused = refused.into_iter();
        changes.extend(refused.map(|(_, error)| Change::Refused(error)));
        for (group, (item, before)) in made.into_iter().zip(befores).enumerate() {
            // The intents of what could not be put stay.
            if groups.contains(&group) {
                continue;
            }
            let mut entry = item.entry;
            if let Some(before) = &before {
                entry.kept = self.remove(before, &entry.files, changes)?;
            }
            entry.in_flight = self.in_flight(open, &item.name, before.as_ref());
            open.manifest.entries.insert(item.name, entry);
        }
        Ok(())
    }

    /// The items that were made again; the others are only reported.
    fn changed_items(
        &self,
        open: &OpenPart,
        compared: Vec<(Item, Comparison)>,
        changes: &mut Vec<Change>,
    ) -> Vec<MadeItem> {
        let mut made = Vec::new();
        for (item, comparison) in compared {
            let entry = open.manifest.entries.get(self.maker.name(item));
            // What is made again is counted when its old files would be removed.
            let kept = Change::Kept(entry.map_or(0, |entry| entry.kept.len()));
            match comparison {
                Comparison::Unchanged => changes.extend([Change::Unchanged, kept]),
                Comparison::Broken(failure) => {
                    let name = self.maker.name(item);
                    let item = entry.and_then(|entry| self.broken_item(name, entry));
                    let after = item.as_ref().map(|item| &item.entry).or(entry);
                    let feed = self.broken_feed(entry, after);
                    let has_page = after.is_some_and(Entry::has_page);
                    let without_page = (!has_page).then(|| name.to_owned());
                    changes.push(Change::Broken(failure, feed, without_page));
                    match item {
                        Some(item) => made.push(item),
                        None => changes.push(kept),
                    }
                }
                Comparison::BrokenElsewhere => {}
                Comparison::Made(item) => made.push(item),
            }
        }
        made
    }

    /// The item of a broken plans file, if something that was put for it must go. With another key
    /// its last good feed moves to its new address, so that the old one is closed. If that feed
    /// cannot be read, the old address is closed all the same: a key is changed because somebody
    /// knows too much.
    fn broken_item(&self, name: &str, entry: &Entry) -> Option<MadeItem> {
        let keeps = self.maker.keeps_removed;
        let Some(new) = self.maker.new_address(name, entry) else {
            let closes = !entry.kept.is_empty() && !keeps;
            return closes.then(|| Maker::without_kept(name, entry));
        };
        let file_name = |path: &str| path.rsplit('/').next().map(str::to_owned);
        let paths = entry.paths().into_iter();
        let olds = paths.filter(|path| file_name(path) == file_name(&new.path));
        // A run that was killed may have moved it already.
        let body = iter::once(&new.path).chain(olds).find_map(|path| {
            let (body, _) = self.site.read(path).ok()??;
            let digest = Digest::of([body.as_slice()]);
            let is_put = entry.files.get(path) == Some(&digest);
            let intents = entry.intents.get(path);
            let is_ours = is_put || intents.is_some_and(|digests| digests.contains(&digest));
            is_ours.then_some(body)
        });
        if body.is_none() && keeps {
            return None;
        }
        Some(self.maker.moved(name, entry, new, body))
    }

    /// What becomes of the feed of a broken plans file, from its entries before and after.
    fn broken_feed(&self, before: Option<&Entry>, after: Option<&Entry>) -> BrokenFeed {
        let [before, after] = [before, after].map(|entry| entry.map(|entry| &entry.files));
        match (before, after) {
            (Some(before), Some(after)) if after.is_empty() && !before.is_empty() => {
                BrokenFeed::Closed
            }
            (_, None) => BrokenFeed::Absent,
            (_, Some(after)) if after.is_empty() => BrokenFeed::Absent,
            (Some(before), Some(after)) if before.keys().ne(after.keys()) => {
                match self.maker.keeps_removed {
                    true => BrokenFeed::Copied,
                    false => BrokenFeed::Moved,
                }
            }
            _ if self.maker.site.is_secret() => BrokenFeed::StaysSecret,
            _ => BrokenFeed::Stays,
        }
    }

    /// The files of some items that are not in the store yet, each item as a group.
    fn puts<'f>(&'f self, made: &'f [MadeItem], befores: &[Option<Entry>]) -> Vec<Put<'f>> {
        let mut puts = Vec::new();
        for (group, (item, before)) in made.iter().zip(befores).enumerate() {
            let before = before.as_ref();
            let files = item.files.iter();
            for file in files.filter(|file| !is_put(file, &item.entry, before)) {
                let ownership = before.map(|before| before.ownership(&file.path));
                puts.push(Put {
                    file,
                    group,
                    ownership: ownership.unwrap_or(Ownership::Intents(BTreeSet::new())),
                    cache_control: &self.maker.cache_control,
                });
            }
        }
        puts
    }

    /// What another run may still do to an entry. In a local store it can do nothing: a run that is
    /// alive notices the conflict.
    fn in_flight(&self, open: &OpenPart, name: &str, before: Option<&Entry>) -> Option<InFlight> {
        if self.site.is_local() {
            return None;
        }
        let now = self.maker.clock.unix();
        open.journal.in_flight(name, before, now)
    }

    /// Removes the files of feeds that are gone.
    fn remove_gone(
        &self,
        open: &mut OpenPart,
        items: &[Item],
        changes: &mut Vec<Change>,
    ) -> Result<(), PartError> {
        let present: HashSet<&str> = items.iter().map(|item| self.maker.name(*item)).collect();
        let entries = open.manifest.entries.iter_mut();
        let gone = entries.filter(|(name, _)| !present.contains(name.as_str()));
        let gone: Vec<(&String, &mut Entry)> = gone.collect();
        if self.maker.keeps_removed {
            let paths = gone.iter().map(|(_, entry)| entry.paths().len());
            changes.push(Change::Kept(paths.sum()));
            return Ok(());
        }
        if gone.is_empty() {
            return Ok(());
        }
        let mut befores = Vec::new();
        for (name, entry) in gone {
            let before = entry.clone();
            for path in before.paths() {
                // A run that still has the feed puts it again when it sees this.
                entry.intents.entry(path.clone()).or_default();
            }
            befores.push((name.clone(), before));
        }
        open.is_changed = true;
        self.write(open, befores.iter().map(|(name, _)| name))?;
        for (name, before) in befores {
            self.remove(&before, &BTreeMap::new(), changes)?;
            match self.in_flight(open, &name, Some(&before)) {
                None => open.manifest.entries.remove(&name),
                in_flight => open.manifest.entries.insert(
                    name,
                    Entry {
                        in_flight,
                        ..Entry::unknown()
                    },
                ),
            };
        }
        open.is_changed = true;
        Ok(())
    }

    /// Removes the files of an entry that are not among its new files. With `--keep` they stay, and
    /// are returned.
    fn remove(
        &self,
        before: &Entry,
        files: &BTreeMap<String, Digest>,
        changes: &mut Vec<Change>,
    ) -> Result<BTreeMap<String, Digest>, StoreError> {
        let mut ours = BTreeMap::new();
        for path in before.paths() {
            if files.contains_key(path) {
                continue;
            }
            let put = before.files.get(path).or(before.kept.get(path));
            if let Some(digest) = put {
                ours.insert(path.clone(), digest.clone());
            } else if let Some((there, _)) = self.site.read(path)?
                && before.ownership(path).covers(&there)
            {
                ours.insert(path.clone(), Digest::of([there.as_slice()]));
            }
        }
        if self.maker.keeps_removed {
            changes.push(Change::Kept(ours.len()));
            return Ok(ours);
        }
        let paths: Vec<String> = ours.into_keys().collect();
        if !self.is_dry_run && !paths.is_empty() {
            self.site.remove(&paths)?;
        }
        changes.extend(paths.into_iter().map(Change::Removed));
        Ok(BTreeMap::new())
    }

    fn load(&self, part: Part) -> Result<(Manifest, Option<Version>), StoreError> {
        let name = part.file();
        let Some((bytes, version)) = self.manifests.read(&name)? else {
            return Ok((Manifest::default(), None));
        };
        let place = self.manifests.name();
        let manifest = Manifest::read(&bytes).map_err(|error| StoreError {
            hint: error.hint.clone(),
            ..StoreError::new(format!("`{name}` in `{place}`: {error}"))
        })?;
        match &manifest.site {
            Some(site) if self.address.as_ref() != Some(site) => {
                let sentence =
                    format!("`{place}` is the manifest of `{site}`, and not of this site");
                Err(StoreError::new(sentence).hint(
                    "give each site its own manifest; if the site has moved, name an empty place \
                     for a new manifest",
                ))
            }
            _ => Ok((manifest, Some(version))),
        }
    }

    fn read(&self, part: Part, mut journal: Journal) -> Result<OpenPart, StoreError> {
        let (mut manifest, version) = self.load(part)?;
        let is_changed = journal.merge(&mut manifest);
        Ok(OpenPart {
            part,
            manifest,
            version,
            is_changed,
            journal,
        })
    }

    /// Writes a part if it has changed. The intents of the entries `intending` are now those of
    /// this run.
    fn write<'n>(
        &self,
        open: &mut OpenPart,
        intending: impl IntoIterator<Item = &'n String>,
    ) -> Result<(), PartError> {
        if !open.is_changed || self.is_dry_run {
            return Ok(());
        }
        let name = open.part.file();
        open.manifest.site = self.address.clone();
        let bytes = open.manifest.write();
        let version = self.manifests.swap(&name, &bytes, open.version.as_ref())?;
        open.version = Some(version.ok_or(PartError::Conflict)?);
        open.journal.follow(&open.manifest, intending);
        // An entry with intents is written again when they are carried out.
        open.is_changed = open.manifest.entries.values().any(Entry::has_intents);
        Ok(())
    }
}

/// An entry while its files are put: what was there before, and what may be there by now.
fn intended(entry: &Entry, before: Option<&Entry>) -> Entry {
    // Until the files are put, the entry must not say that they are.
    let mut intended = before.cloned().unwrap_or_else(|| Entry {
        files: BTreeMap::new(),
        ..entry.clone()
    });
    for (path, digest) in &entry.files {
        let digests = intended.intents.entry(path.clone()).or_default();
        digests.insert(digest.clone());
    }
    for path in intended.files.keys() {
        intended.intents.entry(path.clone()).or_default();
    }
    intended
}

/// Whether the store already has a file exactly as it would be put.
fn is_put(file: &File, entry: &Entry, before: Option<&Entry>) -> bool {
    before.is_some_and(|before| {
        !before.intents.contains_key(&file.path)
            && before.in_flight.is_none()
            && before.cache_control == entry.cache_control
            && before.files.get(&file.path) == entry.files.get(&file.path)
    })
}
