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
use weekahead::manifest::{Claim, Digest, Due, Entry, Manifest, Part, Shard};
use weekahead::site::File;

use super::make::{Item, Maker, Seen};
use super::store::{Fault, Put, Store, Trouble, Version};
use super::tally::{Change, Tally};

/// Feeds whose files are in memory at a time, for one part.
const CHUNK: usize = 16;
/// Times that a part is begun before others are believed to write it for ever.
const TRIES: u32 = 20;
/// The pause after the first time; each that follows is longer.
const PAUSE: Duration = Duration::from_millis(20);

/// A run.
pub(super) struct Publisher<'a> {
    pub(super) site: Store,
    pub(super) manifests: Store,
    pub(super) maker: Maker<'a>,
    pub(super) shard: Shard,
    /// Whether what is gone stays.
    pub(super) keeps: bool,
    /// Whether nothing is written.
    pub(super) is_rehearsal: bool,
    pub(super) tally: Tally,
    /// Told how far it is, now and then.
    pub(super) say: &'a (dyn Fn(String) + Sync),
}

/// A part as it was last read or written.
struct Held {
    part: Part,
    manifest: Manifest,
    version: Option<Version>,
    is_changed: bool,
}

/// Somebody else has written the part since.
struct Overtaken;

impl Publisher<'_> {
    /// Publishes items, sorted by their parts, and removes what the manifest has besides.
    pub(super) fn run(&self, items: &[Item]) -> Result<(), Trouble> {
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
        let parts: Vec<(Part, &[Item])> = parts.into_iter().collect();
        let has_failed = AtomicBool::new(false);
        parts
            .par_iter()
            .map(|(part, items)| {
                if has_failed.load(Ordering::Relaxed) {
                    return Ok(());
                }
                let published = self.part(*part, items);
                if published.is_err() {
                    has_failed.store(true, Ordering::Relaxed);
                }
                published
            })
            .reduce(|| Ok(()), |first, second| first.and(second))
    }

    fn part(&self, part: Part, items: &[Item]) -> Result<(), Trouble> {
        for attempt in 1..=TRIES {
            let mut changes = Vec::new();
            match self.attempt(part, items, &mut changes)? {
                Ok(()) => {
                    if let Some(line) = self.tally.add(changes) {
                        (self.say)(line);
                    }
                    return Ok(());
                }
                Err(Overtaken) => thread::sleep(PAUSE * attempt),
            }
        }
        let sentence = format!(
            "`{}` in `{}` is written by others again and again",
            part.file(),
            self.manifests.name()
        );
        Err(Trouble::new(sentence).hint("wait until the other publishers are done"))
    }

    fn attempt(
        &self,
        part: Part,
        items: &[Item],
        changes: &mut Vec<Change>,
    ) -> Result<Result<(), Overtaken>, Trouble> {
        let mut held = self.read(part)?;
        for chunk in items.chunks(CHUNK) {
            let seen: Vec<Seen> = chunk
                .par_iter()
                .map(|item| {
                    let entry = held.manifest.entries.get(self.maker.name(*item));
                    self.maker.look(*item, entry)
                })
                .collect();
            if let Err(overtaken) = self.renew(&mut held, seen, changes)? {
                return Ok(Err(overtaken));
            }
        }
        if let Err(overtaken) = self.clear(&mut held, items, changes)? {
            return Ok(Err(overtaken));
        }
        self.write(&mut held)
    }

    /// Puts what differs of some feeds.
    fn renew(
        &self,
        held: &mut Held,
        seen: Vec<Seen>,
        changes: &mut Vec<Change>,
    ) -> Result<Result<(), Overtaken>, Trouble> {
        let mut made = Vec::new();
        for seen in seen {
            match seen {
                Seen::Unchanged => changes.push(Change::Unchanged),
                Seen::Broken(failure) => changes.push(Change::Broken(failure)),
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
        if let Err(overtaken) = self.write(held)? {
            return Ok(Err(overtaken));
        }
        let mut puts = Vec::new();
        let mut gone = Vec::new();
        for (one, before) in made.iter().zip(&befores) {
            changes.push(Change::Made);
            let before = before.as_ref();
            for file in one
                .files
                .iter()
                .filter(|file| !is_put(file, &one.entry, before))
            {
                changes.push(Change::Put(file.path.clone(), file.body.len()));
                let claim = before.map(|before| before.claim(&file.path));
                puts.push(Put {
                    file,
                    claim: claim.unwrap_or(Claim::Announced(BTreeSet::new())),
                    cache_control: &self.maker.cache_control,
                });
            }
            if let Some(before) = before {
                let paths = before.paths();
                let paths = paths.filter(|path| !one.entry.files.contains_key(*path));
                gone.extend(paths.map(|path| (path.clone(), before.claim(path))));
            }
        }
        if !self.is_rehearsal
            && let Err(trouble) = self.site.put(&puts)
        {
            // Another publisher may have put it, after it had read which paths are ours.
            let is_overtaken =
                trouble.fault == Fault::Foreign && self.read(held.part)?.version != held.version;
            return if is_overtaken {
                Ok(Err(Overtaken))
            } else {
                Err(trouble)
            };
        }
        let kept = self.remove(gone, changes)?;
        for (one, before) in made.into_iter().zip(befores) {
            let mut entry = one.entry;
            for (path, digest) in before.into_iter().flat_map(|entry| entry.files) {
                if kept.contains(&path) {
                    entry.files.insert(path, digest);
                }
            }
            held.manifest.entries.insert(one.name, entry);
        }
        Ok(Ok(()))
    }

    /// Removes the files of feeds that are no longer there.
    fn clear(
        &self,
        held: &mut Held,
        items: &[Item],
        changes: &mut Vec<Change>,
    ) -> Result<Result<(), Overtaken>, Trouble> {
        let present: HashSet<&str> = items.iter().map(|item| self.maker.name(*item)).collect();
        let entries = held.manifest.entries.iter_mut();
        let mut gone: Vec<(&String, &mut Entry)> = entries
            .filter(|(name, _)| !present.contains(name.as_str()))
            .collect();
        if gone.is_empty() || self.keeps {
            return Ok(Ok(()));
        }
        let mut names = Vec::new();
        let mut claims = Vec::new();
        for (name, entry) in &mut gone {
            let paths: Vec<String> = entry.paths().cloned().collect();
            for path in paths {
                claims.push((path.clone(), entry.claim(&path)));
                // Whoever still has the feed puts it again when it sees this.
                entry.announced.entry(path).or_default();
            }
            names.push((*name).clone());
        }
        held.is_changed = true;
        if let Err(overtaken) = self.write(held)? {
            return Ok(Err(overtaken));
        }
        self.remove(claims, changes)?;
        for name in names {
            held.manifest.entries.remove(&name);
        }
        held.is_changed = true;
        Ok(Ok(()))
    }

    /// Removes what is ours at some paths, unless what is gone stays; the paths at which it stays.
    fn remove(
        &self,
        claims: Vec<(String, Claim)>,
        changes: &mut Vec<Change>,
    ) -> Result<HashSet<String>, Trouble> {
        if self.keeps {
            return Ok(claims.into_iter().map(|(path, _)| path).collect());
        }
        let mut paths = Vec::with_capacity(claims.len());
        for (path, claim) in claims {
            let is_ours = claim == Claim::Put
                || self
                    .site
                    .read(&path)?
                    .is_some_and(|(there, _)| claim.covers(&there));
            if is_ours {
                paths.push(path);
            }
        }
        if !self.is_rehearsal && !paths.is_empty() {
            self.site.remove(&paths)?;
        }
        changes.extend(paths.into_iter().map(Change::Removed));
        Ok(HashSet::new())
    }

    fn read(&self, part: Part) -> Result<Held, Trouble> {
        let name = part.file();
        let (manifest, version) = match self.manifests.read(&name)? {
            None => (Manifest::default(), None),
            Some((bytes, version)) => {
                let manifest = Manifest::read(&bytes).map_err(|error| Trouble {
                    sentence: format!("`{name}` in `{}`: {error}", self.manifests.name()),
                    hint: error.hint,
                    fault: Fault::Refused,
                })?;
                (manifest, Some(version))
            }
        };
        Ok(Held {
            part,
            manifest,
            version,
            is_changed: false,
        })
    }

    fn write(&self, held: &mut Held) -> Result<Result<(), Overtaken>, Trouble> {
        if !held.is_changed || self.is_rehearsal {
            return Ok(Ok(()));
        }
        let name = held.part.file();
        let bytes = held.manifest.write();
        let version = self.manifests.swap(&name, &bytes, held.version.as_ref())?;
        let Some(version) = version else {
            return Ok(Err(Overtaken));
        };
        held.version = Some(version);
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
            && before.cache_control == entry.cache_control
            && before.files.get(&file.path) == entry.files.get(&file.path)
    })
}

/// A feed or the front page, made again.
pub(super) struct MadeAgain {
    pub(super) name: String,
    pub(super) entry: Entry,
    pub(super) files: Vec<File>,
}

impl MadeAgain {
    pub(super) fn new(
        name: &str,
        input: Digest,
        due: Option<Due>,
        files: Vec<File>,
        cache_control: &str,
    ) -> Self {
        let digests = files.iter().map(|file| (file.path.clone(), file.digest()));
        Self {
            name: name.to_owned(),
            entry: Entry {
                input,
                due,
                cache_control: cache_control.to_owned(),
                files: digests.collect(),
                announced: BTreeMap::new(),
            },
            files,
        }
    }
}
