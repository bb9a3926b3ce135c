//! The feed of a name that clients got last.
//!
//! Many clients compare stamps and keep the event with the later ones. So stamps never go back: if
//! the bytes of a feed change, its next stamps are later than the last ones, even if the file, its
//! commit or the environment gives an earlier time.

use crate::server::ReadyFeed;
use crate::site::digest::Digest;
use crate::site::entity::EntityTag;
use crate::time::revision::Revision;

/// The feed that clients got last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LastServed {
    /// The hash of the text of its plans file.
    text: Digest,
    /// The revision of that text.
    pub(crate) revision: Revision,
    /// Its bytes. They are unknown if an older version of this program saved the text.
    pub(crate) bytes: Option<ServedBytes>,
}

/// The bytes of a feed that was served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServedBytes {
    /// The entity tag, with its quotes.
    pub(crate) tag: String,
    /// The value of Last-Modified.
    pub(crate) modified: Revision,
}

impl LastServed {
    pub(crate) fn new(text: &[u8], revision: Revision, bytes: Option<ServedBytes>) -> Self {
        Self {
            text: Digest::of([text]),
            revision,
            bytes,
        }
    }

    pub(crate) fn of(ready: &ReadyFeed) -> Self {
        let meta = ready.meta();
        let bytes = ServedBytes {
            tag: ready.plain.tag.as_str().to_owned(),
            modified: meta.modified,
        };
        Self::new(&meta.text, meta.revision, Some(bytes))
    }

    /// Whether clients got exactly this feed, with this date.
    pub(crate) fn is(&self, ready: &ReadyFeed) -> bool {
        self.bytes.as_ref().is_some_and(|bytes| {
            bytes.tag == ready.plain.tag.as_str() && bytes.modified == ready.meta().modified
        })
    }

    /// The revision of a text: the last one if the text is the same, else a later one. `time` is
    /// when the text was last changed, as far as the file, git or the environment can tell.
    pub(crate) fn revision_of(&self, text: &[u8], time: Revision) -> Revision {
        if Digest::of([text]) == self.text {
            self.revision
        } else {
            time.max(self.revision.plus(1))
        }
    }

    /// When the bytes with this entity tag last changed: the last date if the bytes are the same,
    /// else `time` or, if that is not later than the last date, a second after it.
    pub(crate) fn modified_of(&self, tag: &EntityTag, time: Revision) -> Revision {
        match &self.bytes {
            Some(bytes) if bytes.tag == tag.as_str() => bytes.modified,
            Some(bytes) => time.max(bytes.modified.plus(1)),
            None => time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LastServed, ServedBytes};
    use crate::site::entity::EntityTag;
    use crate::time::revision::Revision;

    const SERVED: i64 = 1000;
    const MODIFIED: i64 = 2000;

    fn last() -> LastServed {
        let bytes = ServedBytes {
            tag: EntityTag::of(b"feed A").as_str().to_owned(),
            modified: Revision::from_unix(MODIFIED),
        };
        LastServed::new(b"A", Revision::from_unix(SERVED), Some(bytes))
    }

    #[test]
    fn another_text_is_later() {
        for (reason, text, time, expected) in [
            ("the same text is not newer", "A", 1500, SERVED),
            ("nor older", "A", 500, SERVED),
            ("a later text has its own time", "B", 1500, 1500),
            ("a text of the same second", "B", SERVED, SERVED + 1),
            (
                "an older commit, or a copy of an older file",
                "B",
                500,
                SERVED + 1,
            ),
        ] {
            let time = Revision::from_unix(time);
            let revision = last().revision_of(text.as_bytes(), time);
            assert_eq!(revision.unix(), expected, "{reason}");
        }
    }

    #[test]
    fn other_bytes_are_later() {
        let unknown = LastServed {
            bytes: None,
            ..last()
        };
        for (reason, last, feed, time, expected) in [
            (
                "the same bytes keep their date",
                last(),
                "feed A",
                3000,
                MODIFIED,
            ),
            ("even a later one", last(), "feed A", 1003, MODIFIED),
            (
                "other bytes have their own date",
                last(),
                "feed B",
                3000,
                3000,
            ),
            ("if it is later", last(), "feed B", 1003, MODIFIED + 1),
            ("bytes that nobody remembers", unknown, "feed B", 1003, 1003),
        ] {
            let tag = EntityTag::of(feed.as_bytes());
            let modified = last.modified_of(&tag, Revision::from_unix(time));
            assert_eq!(modified.unix(), expected, "{reason}");
        }
    }
}
