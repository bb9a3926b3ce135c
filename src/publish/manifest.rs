//! What a publisher has put into a store, so that its next run puts only what changed and removes
//! only what is its own.
//!
//! The manifest is in [`PARTS`] parts, by a hash of a feed's name, and one more for what belongs to
//! no feed. A shard of a publisher owns every Nth part, so shards never write the same one, and
//! another number of shards needs nothing to change hands but whole parts. A run holds few parts in
//! memory at a time, however many feeds there are.
//!
//! A path is *announced* in its part before anything is put there or removed, and leaves it after
//! it was removed, so nothing lies in the store that the manifest does not know, wherever a run
//! ends. An announcement says what may lie there by then, by hashes: what lies there and was
//! neither put nor announced is somebody else's, and is neither written over nor removed.
//!
//! What another run had announced may come true late, after its death even, while its last request
//! is on its way. So a run that finds such an announcement puts its own files and leaves the entry
//! *unsettled*: runs put it again until no such request can live any more.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use chrono_tz::Tz;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::text::value_error::ValueError;
use crate::time::date;

/// Parts for feeds.
pub(crate) const PARTS: usize = 256;
/// Raised when a manifest of an earlier version can no longer be read.
const VERSION: u32 = 1;
/// Octets of a hash that are kept: 128 bits put a second file of a given hash out of reach.
const HASHED: usize = 16;

/// The hash of what a file was made from, or of a file: 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Digest(String);

impl Digest {
    /// The hash of pieces, of which each counts with its length: other pieces of the same octets
    /// have another hash.
    #[must_use]
    pub(crate) fn of<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hash = Sha256::new();
        for piece in pieces {
            hash.update((piece.len() as u64).to_le_bytes());
            hash.update(piece);
        }
        Self(HEXLOWER.encode(&hash.finalize()[..HASHED]))
    }

    /// The digits.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A part of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    /// The front page and what else belongs to no feed.
    Front,
    /// The feeds whose names have this hash.
    Feeds(u8),
}

impl Part {
    /// The part of a feed.
    #[must_use]
    pub(crate) fn of(feed: &str) -> Self {
        Self::Feeds(Sha256::digest(feed)[0])
    }

    /// All parts.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Front).chain((0..=u8::MAX).map(Self::Feeds))
    }

    /// The name of its file.
    #[must_use]
    pub(crate) fn file(self) -> String {
        match self {
            Self::Front => "front.json".to_owned(),
            Self::Feeds(number) => format!("{number:02x}.json"),
        }
    }
}

/// One of the workers that share the feeds of a publisher, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shard {
    index: usize,
    count: usize,
}

impl Shard {
    /// Reads `2/4`, the second of four.
    ///
    /// # Errors
    ///
    /// What is not `I/N` with 1 ≤ I ≤ N ≤ 256.
    pub(crate) fn parse(text: &str) -> Result<Self, ValueError> {
        let number = |text: &str| {
            let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<usize>().ok().filter(|_| is_number)
        };
        let parsed = text.split_once('/').and_then(|(index, count)| {
            let (index, count) = (number(index)?, number(count)?);
            (1..=count)
                .contains(&index)
                .then_some(Self { index, count })
        });
        parsed.filter(|shard| shard.count <= PARTS).ok_or_else(|| {
            ValueError::new(format!(
                "`{text}` is no shard: I/N was expected, with I from 1 to N and N up to {PARTS}"
            ))
            .hint("the second of four workers is `2/4`")
        })
    }

    /// Whether a part is this shard's.
    #[must_use]
    pub(crate) fn owns(self, part: Part) -> bool {
        match part {
            Part::Front => self.index == 1,
            Part::Feeds(number) => usize::from(number) % self.count == self.index - 1,
        }
    }
}

/// The days for which a feed and its page are as they are, in the list's own time zone or the
/// machine's, as an interval of ISO 8601 whose end is not part of it:
/// `2026-12-01/2027-01-01 Europe/Oslo`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Period {
    /// The first day.
    pub(crate) since: NaiveDate,
    /// The first day that is none of them.
    pub(crate) until: NaiveDate,
    /// Whose days.
    pub(crate) zone: Option<Tz>,
}

impl Period {
    /// Whether a day is one of them.
    #[must_use]
    pub(crate) fn contains(&self, day: NaiveDate) -> bool {
        (self.since..self.until).contains(&day)
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        let Period { since, until, zone } = period;
        match zone {
            Some(zone) => format!("{since}/{until} {zone}"),
            None => format!("{since}/{until}"),
        }
    }
}

impl TryFrom<String> for Period {
    type Error = ValueError;

    fn try_from(text: String) -> Result<Self, ValueError> {
        let (days, zone) = match text.split_once(' ') {
            Some((days, zone)) => (days, Some(zone)),
            None => (text.as_str(), None),
        };
        let (since, until) = days
            .split_once('/')
            .ok_or_else(|| ValueError::new(format!("`{days}` is no interval")))?;
        let zone = zone.map(|zone| {
            zone.parse()
                .map_err(|_| ValueError::new(format!("`{zone}` is no time zone")))
        });
        Ok(Self {
            since: date::parse(since)?,
            until: date::parse(until)?,
            zone: zone.transpose()?,
        })
    }
}

/// Which bytes that lie at a path may be written over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ownership {
    /// All: a run has put there what it says.
    Put,
    /// Only those with these hashes: a run was about to put them.
    Intents(BTreeSet<Digest>),
}

impl Ownership {
    /// Whether what lies there is ours.
    #[must_use]
    pub(crate) fn covers(&self, there: &[u8]) -> bool {
        match self {
            Self::Put => true,
            Self::Intents(digests) => digests.contains(&Digest::of([there])),
        }
    }
}

/// Paths at which something was about to be put or removed, with the hashes of what was about to
/// be put.
pub(crate) type Intents = BTreeMap<String, BTreeSet<Digest>>;

/// Adds announcements to others.
pub(crate) fn announce(to: &mut Intents, more: &Intents) {
    for (path, digests) in more {
        to.entry(path.clone())
            .or_default()
            .extend(digests.iter().cloned());
    }
}

/// What was put for one feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// The hash of all that its files were made from.
    pub(crate) input: Digest,
    /// When they are so; always, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) period: Option<Period>,
    /// The Cache-Control that they were put with.
    pub(crate) cache_control: String,
    /// The hash of each file's bytes, by its path in the store.
    pub(crate) files: BTreeMap<String, Digest>,
    /// Files that would have been removed, had that been allowed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) kept: BTreeMap<String, Digest>,
    /// What a run was about to do, while nothing says that it did.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) announced: Intents,
    /// What another run was about to do, and might still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unsettled: Option<InFlight>,
}

/// What another run had announced, and might still do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InFlight {
    /// When that was found, in seconds since 1970.
    pub(crate) since: i64,
    /// What it was.
    pub(crate) announced: Intents,
}

impl InFlight {
    /// Seconds after which no request of another run can still be on its way: S3 refuses one that
    /// was signed 15 minutes ago, and clocks differ.
    const SETTLED: i64 = 20 * 60;

    /// What is left of it at a time.
    #[must_use]
    pub(crate) fn at(self, now: i64) -> Option<Self> {
        match now - self.since {
            // A clock was wrong.
            ..0 => Some(Self { since: now, ..self }),
            0..Self::SETTLED => Some(self),
            _ => None,
        }
    }
}

impl Entry {
    /// The entry of a feed of which nothing is known.
    #[must_use]
    pub(crate) fn unknown() -> Self {
        Self {
            input: Digest::of([]),
            period: None,
            cache_control: String::new(),
            files: BTreeMap::new(),
            kept: BTreeMap::new(),
            announced: BTreeMap::new(),
            unsettled: None,
        }
    }

    /// Whether a run was about to do something.
    #[must_use]
    pub(crate) fn is_pending(&self) -> bool {
        !self.announced.is_empty()
    }

    /// Whether the store may differ from what its files say.
    #[must_use]
    pub(crate) fn is_doubtful(&self) -> bool {
        self.is_pending() || self.unsettled.is_some()
    }

    /// All paths at which something of ours may lie.
    pub(crate) fn paths(&self) -> BTreeSet<&String> {
        let unsettled = self.unsettled.iter().flat_map(|it| it.announced.keys());
        let put = self.files.keys().chain(self.kept.keys());
        put.chain(self.announced.keys()).chain(unsettled).collect()
    }

    /// What of a path is ours.
    #[must_use]
    pub(crate) fn claim(&self, path: &str) -> Ownership {
        if self.files.contains_key(path) || self.kept.contains_key(path) {
            return Ownership::Put;
        }
        let unsettled = self.unsettled.as_ref();
        let unsettled = unsettled.and_then(|it| it.announced.get(path));
        let announced = self.announced.get(path).into_iter().chain(unsettled);
        Ownership::Intents(announced.flatten().cloned().collect())
    }
}

/// One part of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    version: u32,
    /// Where what it knows lies, unless that is around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) site: Option<String>,
    /// By the feed's name.
    pub(crate) entries: BTreeMap<String, Entry>,
}

impl Default for Manifest {
    fn default() -> Self {
        Self {
            version: VERSION,
            site: None,
            entries: BTreeMap::new(),
        }
    }
}

impl Manifest {
    /// Reads a part.
    ///
    /// # Errors
    ///
    /// What was not written by [`Manifest::write`], or by a later version of it.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, ValueError> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| {
            ValueError::new(format!("it is not a manifest: {error}"))
                .hint("`weekahead publish` writes it; nothing else may")
        })?;
        if manifest.version != VERSION {
            let version = manifest.version;
            return Err(ValueError::new(format!(
                "it is a manifest of version {version}, and this program reads version {VERSION}"
            ))
            .hint("use the program that wrote it, or a newer one"));
        }
        let paths = |entry| Entry::paths(entry).into_iter();
        let mut paths = manifest.entries.values().flat_map(paths);
        let outside = paths.find(|path| !is_inside(path)).cloned();
        drop(paths);
        match outside {
            Some(path) => Err(ValueError::new(format!(
                "it is not a manifest: `{path}` is not a path"
            ))
            .hint("`weekahead publish` writes it; nothing else may")),
            None => Ok(manifest),
        }
    }

    /// Its text; the same entries give the same text.
    #[must_use]
    pub(crate) fn write(&self) -> Vec<u8> {
        // Strings and numbers always serialize.
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        text
    }
}

/// Whether a path leads to a place in a store, and not beside it.
fn is_inside(path: &str) -> bool {
    path.split('/').all(|part| !["", ".", ".."].contains(&part)) && !path.contains('\0')
}
