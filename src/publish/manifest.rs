//! What a publisher has put into a store, so that its next run puts only what changed and removes
//! only what is its own.
//!
//! A manifest has [`PARTS`] parts for feeds, by a hash of the feed's name, and one for what belongs
//! to no feed. A shard of a publisher owns every Nth part, so two shards never write the same part,
//! and a change of the number of shards only changes the owners of whole parts. A run holds few
//! parts in memory at a time, however many feeds there are.
//!
//! Before a run puts or removes a file, it writes the path into the part as an *intent*, with the
//! hash of what it is about to put. A path leaves the part only after its file was removed. So the
//! manifest knows every file of ours in the store, wherever a run ends. A file that is neither put
//! nor intended is not ours; it is neither overwritten nor removed.
//!
//! An intent of another run may be carried out late, even after the end of that run, while its last
//! request is on its way. A run that finds such an intent puts its own files and keeps the intent
//! as *in flight*: each run puts the files again until no such request can exist any more.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::site::digest::Digest;
use crate::site::valid_days::ValidDays;
use crate::text::value_error::ValueError;

/// Parts for feeds.
const PARTS: usize = 256;
/// The version of the format, which an older program does not read.
const VERSION: u32 = 1;

/// A part of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    /// The front page and what else belongs to no feed.
    Front,
    /// The feeds whose names have a hash that begins with this byte.
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
    /// The text is not `I/N` with 1 ≤ I ≤ N ≤ 256.
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
                "`{text}` is not a shard: I/N was expected, with I from 1 to N and N up to \
                 {PARTS}"
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

/// Which bytes at a path are ours, so that they may be overwritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ownership {
    /// All: a run has put a file there.
    Put,
    /// Only those with these hashes: a run intended to put them.
    Intents(BTreeSet<Digest>),
}

impl Ownership {
    /// Whether the bytes at the path are ours.
    #[must_use]
    pub(crate) fn covers(&self, there: &[u8]) -> bool {
        match self {
            Self::Put => true,
            Self::Intents(digests) => digests.contains(&Digest::of([there])),
        }
    }
}

/// Paths at which a run was about to put or remove a file, each with the hashes of what it was
/// about to put.
pub(crate) type Intents = BTreeMap<String, BTreeSet<Digest>>;

/// Adds intents to others.
pub(crate) fn add_intents(to: &mut Intents, more: &Intents) {
    for (path, digests) in more {
        to.entry(path.clone())
            .or_default()
            .extend(digests.iter().cloned());
    }
}

/// What was put for one feed, or for one file that belongs to no feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// The hash of all that its files were made from.
    pub(crate) input: Digest,
    /// The number of the feed's secret link. It gives the address that the feed has with a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<u32>,
    /// The days during which the files stay the same. If there is no value, they never change.
    #[serde(rename = "period", default, skip_serializing_if = "Option::is_none")]
    pub(crate) valid_days: Option<ValidDays>,
    /// The Cache-Control with which they were put.
    pub(crate) cache_control: String,
    /// The hash of the bytes of each file, by its path in the store.
    pub(crate) files: BTreeMap<String, Digest>,
    /// Files that are kept although they would be removed without `--keep`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) kept: BTreeMap<String, Digest>,
    /// What a run was about to do, and has not yet reported as done.
    #[serde(
        rename = "announced",
        default,
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub(crate) intents: Intents,
    /// What another run was about to do, and may still do.
    #[serde(rename = "unsettled", default, skip_serializing_if = "Option::is_none")]
    pub(crate) in_flight: Option<InFlight>,
}

/// What another run was about to do, and may still do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InFlight {
    /// When it was found, in seconds since 1970.
    pub(crate) since: i64,
    /// What it was.
    #[serde(rename = "announced")]
    pub(crate) intents: Intents,
}

impl InFlight {
    /// Seconds after which no request of another run can still be on its way: S3 refuses a request
    /// that was signed 15 minutes ago, and clocks differ.
    const MAX_AGE: i64 = 20 * 60;

    /// The same, unless it is too old at `now`.
    #[must_use]
    pub(crate) fn at(self, now: i64) -> Option<Self> {
        match now - self.since {
            // A clock is or was wrong.
            ..0 => Some(Self { since: now, ..self }),
            0..Self::MAX_AGE => Some(self),
            _ => None,
        }
    }
}

impl Entry {
    /// The entry of a feed about which nothing is known.
    #[must_use]
    pub(crate) fn unknown() -> Self {
        Self {
            input: Digest::of([]),
            link: None,
            valid_days: None,
            cache_control: String::new(),
            files: BTreeMap::new(),
            kept: BTreeMap::new(),
            intents: BTreeMap::new(),
            in_flight: None,
        }
    }

    /// Whether a run was about to do something.
    #[must_use]
    pub(crate) fn has_intents(&self) -> bool {
        !self.intents.is_empty()
    }

    /// Whether the store may differ from `files`.
    #[must_use]
    pub(crate) fn is_doubtful(&self) -> bool {
        self.has_intents() || self.in_flight.is_some()
    }

    /// Whether a page was put beside the feed.
    #[must_use]
    pub(crate) fn has_page(&self) -> bool {
        self.files.keys().any(|path| !path.ends_with(".ics"))
    }

    /// All paths at which there may be a file of ours.
    pub(crate) fn paths(&self) -> BTreeSet<&String> {
        let in_flight = self.in_flight.iter().flat_map(|it| it.intents.keys());
        let put = self.files.keys().chain(self.kept.keys());
        put.chain(self.intents.keys()).chain(in_flight).collect()
    }

    /// Which bytes at a path are ours.
    #[must_use]
    pub(crate) fn ownership(&self, path: &str) -> Ownership {
        if self.files.contains_key(path) || self.kept.contains_key(path) {
            return Ownership::Put;
        }
        let in_flight = self.in_flight.as_ref();
        let in_flight = in_flight.and_then(|it| it.intents.get(path));
        let intents = self.intents.get(path).into_iter().chain(in_flight);
        Ownership::Intents(intents.flatten().cloned().collect())
    }
}

/// One part of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    version: u32,
    /// The address of the site, unless the manifest is inside the site.
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
    /// The bytes are not a manifest, or a manifest of another version.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, ValueError> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| {
            ValueError::new(format!("it is not a manifest: {error}"))
                .hint("only `weekahead publish` may write this file")
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
            .hint("only `weekahead publish` may write this file")),
            None => Ok(manifest),
        }
    }

    /// Its text. The same entries give the same text.
    #[must_use]
    pub(crate) fn write(&self) -> Vec<u8> {
        // Strings and numbers always serialize.
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        text
    }
}

/// Whether a path stays inside a store.
fn is_inside(path: &str) -> bool {
    path.split('/').all(|part| !["", ".", ".."].contains(&part)) && !path.contains('\0')
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use chrono_tz::Tz;

    use super::{Digest, Entry, InFlight, Manifest, Ownership, Part, Shard, ValidDays};

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
        assert!(Shard { index: 1, count: 1 }.owns(Part::Front));
    }

    #[test]
    fn a_shard_is_one_of_some() {
        for text in ["", "1", "0/4", "5/4", "1/257", "+1/2", "1/2/3", "a/b", "1/"] {
            let error = Shard::parse(text).expect_err(text);
            assert_eq!(
                error.message,
                format!(
                    "`{text}` is not a shard: I/N was expected, with I from 1 to N and N up to 256"
                )
            );
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let mut manifest = Manifest::default();
        let digest = Digest::of([&b"x"[..]]);
        let day = |month, day| NaiveDate::from_ymd_opt(2027, month, day).expect("a day");
        manifest.site = Some("s3://bucket/site".to_owned());
        manifest.entries.insert(
            "漢 \"a\"".to_owned(),
            Entry {
                input: digest.clone(),
                link: Some(2),
                valid_days: Some(ValidDays {
                    since: day(1, 1),
                    until: day(2, 1),
                    zone: Some(Tz::Europe__Oslo),
                }),
                cache_control: "no-store".to_owned(),
                files: [("a/b.ics".to_owned(), digest.clone())].into(),
                kept: [("c".to_owned(), digest.clone())].into(),
                intents: [("a/b".to_owned(), [digest.clone()].into())].into(),
                in_flight: Some(InFlight {
                    since: 1,
                    intents: [("d".to_owned(), [digest].into())].into(),
                }),
            },
        );
        assert_eq!(Manifest::read(&manifest.write()), Ok(manifest));
        for (text, message) in [
            (
                "<html>",
                "it is not a manifest: expected value at line 1 column 1",
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

    #[test]
    fn no_path_leads_out() {
        for path in ["../evil", "/evil", "a//b", "a/../../b", "", "a/", "."] {
            let mut manifest = Manifest::default();
            let mut entry = Entry::unknown();
            entry.files.insert(path.to_owned(), Digest::of([]));
            manifest.entries.insert("a".to_owned(), entry);
            let error = Manifest::read(&manifest.write()).expect_err(path);
            let message = format!("it is not a manifest: `{path}` is not a path");
            assert_eq!(error.message, message);
        }
    }

    #[test]
    fn requests_in_flight_are_forgotten_after_a_while() {
        let digest = Digest::of([]);
        let in_flight = |since| InFlight {
            since,
            intents: [("a".to_owned(), [digest.clone()].into())].into(),
        };
        let left = |now| in_flight(1000).at(now).map(|left| left.since);
        assert_eq!(left(1000), Some(1000));
        assert_eq!(left(1000 + 1199), Some(1000));
        assert_eq!(left(1000 + 1200), None);
        assert_eq!(left(900), Some(900), "a clock was wrong");
        let mut entry = Entry::unknown();
        entry.in_flight = Some(in_flight(1000));
        assert!(entry.is_doubtful() && !entry.has_intents());
        assert_eq!(entry.ownership("a"), Ownership::Intents([digest].into()));
        assert_eq!(entry.ownership("b"), Ownership::Intents([].into()));
    }
}
