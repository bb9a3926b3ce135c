//! The revision of a plans file: the second in which its text last changed. If a server has served
//! another text with this revision or a later one, it gives the new text a later one.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// Seconds since the epoch, from 1970 to the end of 9998.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revision(i64);

/// 9998-12-31T23:59:59Z.
const LAST_SECOND: i64 = 253_370_764_799;
/// 2020-01-01T00:00:00Z, the origin of sequence numbers.
const SEQUENCE_ZERO: i64 = 1_577_836_800;

impl Revision {
    /// Makes a revision from seconds since the epoch, clamped to the allowed years.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Self {
        Self(seconds.clamp(0, LAST_SECOND))
    }

    /// The revision `seconds` later.
    #[must_use]
    pub(crate) fn plus(self, seconds: i64) -> Self {
        Self::from_unix(self.0.saturating_add(seconds))
    }

    /// The day of the revision in `zone`, or in UTC if `zone` is `None`. The machine's zone is not
    /// used, because it must not change a feed.
    #[must_use]
    pub(crate) fn day(self, zone: Option<Tz>) -> NaiveDate {
        match zone {
            Some(zone) => self.utc().with_timezone(&zone).date_naive(),
            None => self.utc().date_naive(),
        }
    }

    /// The revision in UTC, as iCalendar writes it (RFC 5545, section 3.3.5, form 2).
    #[must_use]
    pub(crate) fn stamp(self) -> String {
        self.utc().format("%Y%m%dT%H%M%SZ").to_string()
    }

    /// The revision as an HTTP date (RFC 9110, section 5.6.7).
    #[must_use]
    pub fn http(self) -> String {
        self.utc().format("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    /// Seconds since the epoch.
    #[must_use]
    pub fn unix(self) -> i64 {
        self.0
    }

    /// Seconds since 2020, at least 0 and at most 2³¹ − 1 (RFC 5545, section 3.8.7.4).
    #[must_use]
    pub(crate) fn sequence(self) -> i32 {
        let seconds = (self.0 - SEQUENCE_ZERO).max(0);
        i32::try_from(seconds).unwrap_or(i32::MAX)
    }

    fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0, 0).unwrap_or_default()
    }
}
