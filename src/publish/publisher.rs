//! Putting what changed and removing what is gone, one part of the manifest at a time.
//!
//! A part is read, what its feeds were made from is compared with it, and what differs is made
//! again. Before files are put, the part is written with what is announced; after that it is
//! written as it then is. Both writes go through only where nobody else has written the
//! part since it was read; otherwise the part is begun again with what the other left.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::publish::journal::Journal;
use crate::publish::make::{Item, Maker, Seen};
use crate::publish::manifest::{Digest, Entry, InFlight, Manifest, Ownership, Part, Period, Shard};
use crate::publish::progress::{Change, Progress};
use crate::publish::store::{ErrorKind, Put, Store, StoreError, Version};
use crate::site::{File, ROBOTS};

/// Feeds whose files are in memory at a time, for one part: at least, and at most.
const CHUNK: usize = 16;
const LONGEST_CHUNK: usize = 128;
/// Times that a long part is written, if that many feeds fit into memory.
const WRITES: usize = 16;
/// Times that a part is begun before others are believed to write it for ever.
const TRIES: u32 = 200;
/// The pause after the first time; each that follows is longer, up to the longest.
const PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// A run.
pub(crate) struct Publisher<'a> {
    pub(crate) site: Store,
    pub(crate) manifests: Store,
    /// What the manifest says of its site, where that is not around it.
    pub(crate) address: Option<String>,
    pub(crate) maker: Maker<'a>,
    pub(crate) shard: Shard,
    /// Whether nothing is written.
    pub(crate) is_rehearsal: bool,
    pub(crate) tally: Progress,
    /// Told how far it is, now and then.
    pub(crate) say: &'a (dyn Fn(String) + Sync),
}

/// A part as it was last read or written.
struct OpenPart {
    part: Part,
    manifest: Manifest,
    version: Option<Version>,
    is_changed: bool,
    promises: Journal,
}

/// Somebody else has written the part since.
struct Conflict;

impl Publisher<'_> {
    /// Publishes items, sorted by their parts, and removes what the manifest has besides.
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
                let published = self.part(*part, items, is_lost);
                if published.is_err() {
                    has_failed.store(true, Ordering::Relaxed);
                }
                published
            })
            .reduce(|| Ok(()), |first, second| first.and(second))?;
        // The front page shows what could be made.
        front.map_or(Ok(()), |items| self.part(Part::Front, items, is_lost))
    }

    /// Whether the manifest has outlived its site, as far as a store that does not say so for
    /// each file is asked.
    fn is_lost(&self) -> Result<bool, StoreError> {
        if self.address.is_none() || self.site.is_near() {
            return Ok(false);
        }
        let (manifest, _) = self.load(Part::Front)?;
        let robots = manifest.entries.get(ROBOTS);
        let was_put = robots.is_some_and(|robots| !robots.is_doubtful());
        Ok(was_put && self.site.read(ROBOTS)?.is_none())
    }

    fn part(&self, part: Part, items: &[Item], is_lost: bool) -> Result<(), StoreError> {
        let mut promises = Journal::default();
        for attempt in 1..=TRIES {
            let mut held = self.read(part, promises)?;
            let mut changes = Vec::new();
            match self.attempt(&mut held, items, is_lost, &mut changes) {
                Ok(Ok(())) => {
                    if let Some(line) = self.tally.add(changes) {
                        (self.say)(line);
                    }
                    return Ok(());
                }
                Ok(Err(Conflict)) => thread::sleep((PAUSE * attempt).min(LONGEST_PAUSE)),
                Err(trouble) => {
                    self.give_up(part, held.promises);
                    return Err(trouble);
                }
            }
            promises = held.promises;
        }
        self.give_up(part, promises);
        let sentence = format!(
            "`{}` in `{}` is written by others again and again",
            part.file(),
            self.manifests.name()
        );
        Err(StoreError::new(sentence).hint("wait until the other publishers are done"))
    }

    /// Sees to it that the next run does what this one has announced and cannot do. What fails
    /// here has failed before, and is said.
    fn give_up(&self, part: Part, mut promises: Journal) {
        for _ in 0..TRIES {
            if promises.is_empty() {
                return;
            }
            let Ok(mut held) = self.read(part, promises) else {
                return;
            };
            match self.write(&mut held, []) {
                Ok(Err(Conflict)) => promises = held.promises,
                Ok(Ok(())) | Err(_) => return,
            }
        }
    }

    fn attempt(
        &self,
        held: &mut OpenPart,
        items: &[Item],
        is_lost: bool,
        changes: &mut Vec<Change>,
    ) -> Result<Result<(), Conflict>, StoreError> {
        // The more feeds a part has the longer it is, and the fewer times it should be written.
        let length = (items.len() / WRITES).clamp(CHUNK, LONGEST_CHUNK);
        for chunk in items.chunks(length) {
            for item in chunk {
                self.miss(
                    held.manifest.entries.get_mut(self.maker.name(*item)),
                    is_lost,
                );
            }
            let absent = match held.part {
                Part::Front => self.tally.absent(),
                Part::Feeds(_) => BTreeSet::new(),
            };
            let seen: Vec<(Item, Seen)> = chunk
                .par_iter()
                .map(|item| {
                    let entry = held.manifest.entries.get(self.maker.name(*item));
                    (*item, self.maker.look(*item, entry, &absent))
                })
                .collect();
            if let Err(overtaken) = self.renew(held, seen, changes)? {
                return Ok(Err(overtaken));
            }
        }
        if let Err(overtaken) = self.clear(held, items, changes)? {
            return Ok(Err(overtaken));
        }
        self.write(held, [])
    }

    /// Announces files of an entry that are no longer there.
    fn miss(&self, entry: Option<&mut Entry>, is_lost: bool) {
        let Some(entry) = entry else { return };
        for path in entry.files.keys() {
            if is_lost || self.site.lacks(path) {
                entry.announced.entry(path.clone()).or_default();
            }
        }
    }

    /// Puts what differs of some feeds.
    fn renew(
        &self,
        held: &mut OpenPart,
        seen: Vec<(Item, Seen)>,
        changes: &mut Vec<Change>,
    ) -> Result<Result<(), Conflict>, StoreError> {
        let mut made = Vec::new();
        for (item, seen) in seen {
            match seen {
                Seen::Unchanged => changes.push(Change::Unchanged),
                Seen::Broken(failure) => {
                    let name = self.maker.name(item);
                    let is_absent = !held.manifest.entries.contains_key(name);
                    changes.push(Change::Broken(failure, is_absent.then(|| name.to_owned())));
                }
                Seen::Stays => {}
                Seen::Made(one) => made.push(one),
            }
        }
        if made.is_empty() {
            return Ok(Ok(()));
        }
        let entries = &mut held.manifest.entries;
        let befores: Vec<Option<Entry>> = made
            .iter()
            .map(|one| entries.get(&one.name).cloned())
            .collect();
        for (one, before) in made.iter().zip(&befores) {
            entries.insert(one.name.clone(), announced(&one.entry, before.as_ref()));
        }
        held.is_changed = true;
        if let Err(overtaken) = self.write(held, made.iter().map(|one| &one.name))? {
            return Ok(Err(overtaken));
        }
        let mut puts = Vec::new();
        for (index, (one, before)) in made.iter().zip(&befores).enumerate() {
            changes.push(Change::Made);
            let before = before.as_ref();
            for file in one
                .files
                .iter()
                .filter(|file| !is_put(file, &one.entry, before))
            {
                let claim = before.map(|before| before.claim(&file.path));
                puts.push(Put {
                    file,
                    feed: index,
                    claim: claim.unwrap_or(Ownership::Intents(BTreeSet::new())),
                    cache_control: &self.maker.cache_control,
                });
            }
        }
        let refused = match self.is_rehearsal {
            true => self.site.rehearse(&puts)?,
            false => self.site.put(&puts)?,
        };
        // Another publisher may have put it, after it had read which paths are ours.
        if !refused.is_empty() && self.load(held.part)?.1 != held.version {
            return Ok(Err(Conflict));
        }
        let feeds: HashSet<usize> = refused.iter().map(|(feed, _)| *feed).collect();
        for put in puts.iter().filter(|put| !feeds.contains(&put.feed)) {
            changes.push(Change::Put(put.file.path.clone(), put.file.body.len()));
        }
        changes.extend(
            refused
                .into_iter()
                .map(|(_, trouble)| Change::Refused(trouble)),
        );
        for (index, (one, before)) in made.into_iter().zip(befores).enumerate() {
            // What could not be put stays announced.
            if feeds.contains(&index) {
                continue;
            }
            let mut entry = one.entry;
            if let Some(before) = &before {
                entry.kept = self.remove(before, &entry.files, changes)?;
            }
            entry.unsettled = self.unsettled(held, &one.name, before.as_ref());
            held.manifest.entries.insert(one.name, entry);
        }
        Ok(Ok(()))
    }

    /// What another run may still do: nothing where it could do it only while it lives, since
    /// then it sees that it was overtaken.
    fn unsettled(&self, held: &OpenPart, name: &str, before: Option<&Entry>) -> Option<InFlight> {
        if self.site.is_near() {
            return None;
        }
        let now = self.maker.clock.unix();
        held.promises.unsettled(name, before, now)
    }

    /// Removes the files of feeds that are no longer there.
    fn clear(
        &self,
        held: &mut OpenPart,
        items: &[Item],
        changes: &mut Vec<Change>,
    ) -> Result<Result<(), Conflict>, StoreError> {
        let present: HashSet<&str> = items.iter().map(|item| self.maker.name(*item)).collect();
        let entries = held.manifest.entries.iter_mut();
        let gone = entries.filter(|(name, _)| !present.contains(name.as_str()));
        let gone: Vec<(&String, &mut Entry)> = gone.collect();
        if gone.is_empty() || self.maker.keeps {
            return Ok(Ok(()));
        }
        let mut befores = Vec::new();
        for (name, entry) in gone {
            let before = entry.clone();
            for path in before.paths() {
                // Whoever still has the feed puts it again when it sees this.
                entry.announced.entry(path.clone()).or_default();
            }
            befores.push((name.clone(), before));
        }
        held.is_changed = true;
        if let Err(overtaken) = self.write(held, befores.iter().map(|(name, _)| name))? {
            return Ok(Err(overtaken));
        }
        for (name, before) in befores {
            self.remove(&before, &BTreeMap::new(), changes)?;
            match self.unsettled(held, &name, Some(&before)) {
                None => held.manifest.entries.remove(&name),
                unsettled => held.manifest.entries.insert(
                    name,
                    Entry {
                        unsettled,
                        ..Entry::unknown()
                    },
                ),
            };
        }
        held.is_changed = true;
        Ok(Ok(()))
    }

    /// Removes what is ours of an entry and not among its new files, unless what is gone stays;
    /// then what stays.
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
                && before.claim(path).covers(&there)
            {
                ours.insert(path.clone(), Digest::of([there.as_slice()]));
            }
        }
        if self.maker.keeps {
            return Ok(ours);
        }
        let paths: Vec<String> = ours.into_keys().collect();
        if !self.is_rehearsal && !paths.is_empty() {
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
            sentence: format!("`{name}` in `{place}`: {error}"),
            hint: error.hint,
            fault: ErrorKind::Refused,
        })?;
        match &manifest.site {
            Some(site) if self.address.as_ref() != Some(site) => {
                let sentence =
                    format!("`{place}` is the manifest of `{site}`, and not of this site");
                Err(StoreError::new(sentence).hint(
                    "give each site a manifest of its own; when a site has moved, begin with a \
                     new one in an empty place",
                ))
            }
            _ => Ok((manifest, Some(version))),
        }
    }

    fn read(&self, part: Part, mut promises: Journal) -> Result<OpenPart, StoreError> {
        let (mut manifest, version) = self.load(part)?;
        let is_changed = promises.take(&mut manifest);
        Ok(OpenPart {
            part,
            manifest,
            version,
            is_changed,
            promises,
        })
    }

    /// Writes a part that has changed, in which some entries are now announced by this run.
    fn write<'n>(
        &self,
        held: &mut OpenPart,
        announced: impl IntoIterator<Item = &'n String>,
    ) -> Result<Result<(), Conflict>, StoreError> {
        if !held.is_changed || self.is_rehearsal {
            return Ok(Ok(()));
        }
        let name = held.part.file();
        held.manifest.site = self.address.clone();
        let bytes = held.manifest.write();
        let version = self.manifests.swap(&name, &bytes, held.version.as_ref())?;
        let Some(version) = version else {
            return Ok(Err(Conflict));
        };
        held.version = Some(version);
        held.promises.renew(&held.manifest, announced);
        // What follows a pending entry is the entry as it is.
        held.is_changed = held.manifest.entries.values().any(Entry::is_pending);
        Ok(Ok(()))
    }
}

/// An entry while its files are put: what was there before, and what may be there by now.
fn announced(entry: &Entry, before: Option<&Entry>) -> Entry {
    // Until they are put, nothing says that they are as they will be.
    let mut announced = before.cloned().unwrap_or_else(|| Entry {
        files: BTreeMap::new(),
        ..entry.clone()
    });
    for (path, digest) in &entry.files {
        let digests = announced.announced.entry(path.clone()).or_default();
        digests.insert(digest.clone());
    }
    for path in announced.files.keys() {
        announced.announced.entry(path.clone()).or_default();
    }
    announced
}

/// Whether a file lies there as it would be put.
fn is_put(file: &File, entry: &Entry, before: Option<&Entry>) -> bool {
    before.is_some_and(|before| {
        !before.announced.contains_key(&file.path)
            && before.unsettled.is_none()
            && before.cache_control == entry.cache_control
            && before.files.get(&file.path) == entry.files.get(&file.path)
    })
}

/// A feed or the front page, made again.
pub(crate) struct MadeAgain {
    pub(crate) name: String,
    pub(crate) entry: Entry,
    pub(crate) files: Vec<File>,
}

impl MadeAgain {
    pub(crate) fn new(
        name: &str,
        input: Digest,
        period: Option<Period>,
        files: Vec<File>,
        cache_control: &str,
    ) -> Self {
        let digests = files.iter().map(|file| (file.path.clone(), file.digest()));
        Self {
            name: name.to_owned(),
            entry: Entry {
                input,
                period,
                cache_control: cache_control.to_owned(),
                files: digests.collect(),
                ..Entry::unknown()
            },
            files,
        }
    }
}
