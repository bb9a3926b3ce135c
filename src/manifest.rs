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

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::date;
use crate::invalid::Invalid;

/// Parts for feeds.
pub const PARTS: usize = 256;
/// Raised when a manifest of an earlier version can no longer be read.
const VERSION: u32 = 1;
/// Octets of a hash that are kept: nobody can make two files of one, and none are compared that
/// an enemy has chosen for long.
const HASHED: usize = 16;

/// The hash of what a file was made from, or of a file: 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(String);

impl Digest {
    /// The hash of pieces, of which each counts with its length: other pieces of the same octets
    /// have another hash.
    #[must_use]
    pub fn of<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hash = Sha256::new();
        for piece in pieces {
            hash.update((piece.len() as u64).to_le_bytes());
            hash.update(piece);
        }
        let mut text = String::with_capacity(2 * HASHED);
        for octet in &hash.finalize()[..HASHED] {
            // Writing to a String does not fail.
            let _ = write!(text, "{octet:02x}");
        }
        Self(text)
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A part of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The front page and what else belongs to no feed.
    Front,
    /// The feeds whose names have this hash.
    Feeds(u8),
}

impl Part {
    /// The part of a feed.
    #[must_use]
    pub fn of(feed: &str) -> Self {
        Self::Feeds(Sha256::digest(feed)[0])
    }

    /// All parts.
    pub fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Front).chain((0..=u8::MAX).map(Self::Feeds))
    }

    /// The name of its file.
    #[must_use]
    pub fn file(self) -> String {
        match self {
            Self::Front => "front.json".to_owned(),
            Self::Feeds(number) => format!("{number:02x}.json"),
        }
    }
}

/// One of the workers that share the feeds of a publisher, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: usize,
    count: usize,
}

impl Shard {
    /// All feeds.
    pub const WHOLE: Self = Self { index: 1, count: 1 };

    /// Reads `2/4`, the second of four.
    ///
    /// # Errors
    ///
    /// What is not `I/N` with 1 ≤ I ≤ N ≤ 256.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
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
            Invalid::new(format!(
                "`{text}` is no shard: I/N was expected, with I from 1 to N and N up to {PARTS}"
            ))
            .hint("the second of four workers is `2/4`")
        })
    }

    /// Whether a part is this shard's.
    #[must_use]
    pub fn owns(self, part: Part) -> bool {
        match part {
            Part::Front => self.index == 1,
            Part::Feeds(number) => usize::from(number) % self.count == self.index - 1,
        }
    }
}

/// The day from which on a feed and its page are others than they were, in the list's own time zone
/// or the machine's: `2027-01-01 Europe/Oslo`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Due {
    /// The first day.
    pub day: NaiveDate,
    /// Whose day.
    pub zone: Option<Tz>,
}

impl From<Due> for String {
    fn from(due: Due) -> Self {
        match due.zone {
            Some(zone) => format!("{} {zone}", due.day),
            None => due.day.to_string(),
        }
    }
}

impl TryFrom<String> for Due {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        let (day, zone) = match text.split_once(' ') {
            Some((day, zone)) => (day, Some(zone)),
            None => (text.as_str(), None),
        };
        let zone = zone.map(|zone| {
            zone.parse()
                .map_err(|_| Invalid::new(format!("`{zone}` is no time zone")))
        });
        Ok(Self {
            day: date::parse(day)?,
            zone: zone.transpose()?,
        })
    }
}

/// Which bytes that lie at a path may be written over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// All: a run has put there what it says.
    Put,
    /// Only those with these hashes: a run was about to put them.
    Announced(BTreeSet<Digest>),
}

impl Claim {
    /// Whether what lies there is ours.
    #[must_use]
    pub fn covers(&self, there: &[u8]) -> bool {
        match self {
            Self::Put => true,
            Self::Announced(digests) => digests.contains(&Digest::of([there])),
        }
    }
}

/// What was put for one feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The hash of all that its files were made from.
    pub input: Digest,
    /// When they change without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
    /// The Cache-Control that they were put with.
    pub cache_control: String,
    /// The hash of each file's bytes, by its path in the store.
    pub files: BTreeMap<String, Digest>,
    /// The paths at which a run was about to put or remove something, while nothing says that it
    /// did, with the hashes of what it was about to put.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub announced: BTreeMap<String, BTreeSet<Digest>>,
}

impl Entry {
    /// Whether the store may differ from what its files say.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        !self.announced.is_empty()
    }

    /// All paths at which something of ours may lie.
    pub fn paths(&self) -> impl Iterator<Item = &String> {
        let announced = self.announced.keys();
        let only = announced.filter(|path| !self.files.contains_key(*path));
        self.files.keys().chain(only)
    }

    /// What of a path is ours.
    #[must_use]
    pub fn claim(&self, path: &str) -> Claim {
        match self.files.contains_key(path) {
            true => Claim::Put,
            false => Claim::Announced(self.announced.get(path).cloned().unwrap_or_default()),
        }
    }
}

/// One part of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    version: u32,
    /// By the feed's name.
    pub entries: BTreeMap<String, Entry>,
}

impl Default for Manifest {
    fn default() -> Self {
        Self {
            version: VERSION,
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
    pub fn read(bytes: &[u8]) -> Result<Self, Invalid> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| {
            Invalid::new(format!("it is no manifest: {error}"))
                .hint("`weekahead publish` writes it; nothing else may")
        })?;
        if manifest.version != VERSION {
            let version = manifest.version;
            return Err(Invalid::new(format!(
                "it is a manifest of version {version}, and this program reads version {VERSION}"
            ))
            .hint("use the program that wrote it, or a newer one"));
        }
        Ok(manifest)
    }

    /// Its text; the same entries give the same text.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        // Strings and numbers always serialize.
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use chrono_tz::Tz;

    use super::{Digest, Due, Entry, Manifest, Part, Shard};

    #[test]
    fn every_part_belongs_to_one_shard() {
        for count in [1, 2, 3, 4, 7, 256] {
            let shards: Vec<Shard> = (1..=count)
                .map(|index| Shard::parse(&format!("{index}/{count}")).expect("a shard"))
                .collect();
            for part in Part::all() {
                let owners = shards.iter().filter(|shard| shard.owns(part)).count();
                assert_eq!(owners, 1, "{part:?} of {count}");
            }
        }
        assert!(Shard::WHOLE.owns(Part::Front));
    }

    #[test]
    fn a_shard_is_one_of_some() {
        for text in ["", "1", "0/4", "5/4", "1/257", "+1/2", "1/2/3", "a/b", "1/"] {
            let error = Shard::parse(text).expect_err(text);
            assert_eq!(
                error.message,
                format!(
                    "`{text}` is no shard: I/N was expected, with I from 1 to N and N up to 256"
                )
            );
        }
    }

    #[test]
    fn pieces_count_with_their_lengths() {
        let of = |pieces: &[&str]| Digest::of(pieces.iter().map(|piece| piece.as_bytes()));
        assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["", "a"]), of(&["a"]));
    }

    #[test]
    fn what_is_written_is_read() {
        let mut manifest = Manifest::default();
        let digest = Digest::of([&b"x"[..]]);
        manifest.entries.insert(
            "漢 \"a\"".to_owned(),
            Entry {
                input: digest.clone(),
                due: Some(Due {
                    day: NaiveDate::from_ymd_opt(2027, 1, 1).expect("a day"),
                    zone: Some(Tz::Europe__Oslo),
                }),
                cache_control: "no-store".to_owned(),
                files: [("a/b.ics".to_owned(), digest.clone())].into(),
                announced: [("a/b".to_owned(), [digest].into())].into(),
            },
        );
        assert_eq!(Manifest::read(&manifest.write()), Ok(manifest));
        for (text, message) in [
            (
                "<html>",
                "it is no manifest: expected value at line 1 column 1",
            ),
            (
                "{\"version\": 2, \"entries\": {}}",
                "it is a manifest of version 2, and this program reads version 1",
            ),
        ] {
            let error = Manifest::read(text.as_bytes()).expect_err(text);
            assert_eq!(error.message, message);
        }
    }
}
