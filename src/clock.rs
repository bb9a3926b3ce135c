//! What time it is, for what runs longer than a moment. The program makes the one clock; whatever
//! asks it can be given another.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;

/// A clock, and the zone of the machine.
#[derive(Clone)]
pub struct Clock {
    now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    local: fn(DateTime<Utc>) -> NaiveDateTime,
    midnight: fn(NaiveDate) -> DateTime<Utc>,
    today: Option<NaiveDate>,
}

impl Clock {
    /// A clock from what tells the time, what puts it into the machine's zone, and what tells when
    /// a day begins there. A fixed `today` stays today for ever.
    pub fn new(
        now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static,
        local: fn(DateTime<Utc>) -> NaiveDateTime,
        midnight: fn(NaiveDate) -> DateTime<Utc>,
        today: Option<NaiveDate>,
    ) -> Self {
        Self {
            now: Arc::new(now),
            local,
            midnight,
            today,
        }
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        (self.now)()
    }

    /// The time in seconds since the epoch.
    #[must_use]
    pub fn unix(&self) -> i64 {
        self.now().timestamp()
    }

    /// A time as clocks on the wall of a zone show it; of the machine's where there is none.
    #[must_use]
    pub fn local(&self, time: DateTime<Utc>, zone: Option<Tz>) -> NaiveDateTime {
        match zone {
            Some(zone) => time.with_timezone(&zone).naive_local(),
            None => (self.local)(time),
        }
    }

    /// When a day begins in a zone; where clocks skip midnight, in UTC.
    #[must_use]
    pub fn midnight(&self, day: NaiveDate, zone: Option<Tz>) -> DateTime<Utc> {
        let Some(zone) = zone else {
            return (self.midnight)(day);
        };
        let naive = day.and_time(NaiveTime::MIN);
        match zone.from_local_datetime(&naive).earliest() {
            Some(time) => time.with_timezone(&Utc),
            None => naive.and_utc(),
        }
    }

    /// The day in a zone.
    #[must_use]
    pub fn today(&self, zone: Option<Tz>) -> NaiveDate {
        self.today
            .unwrap_or_else(|| self.local(self.now(), zone).date())
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").finish_non_exhaustive()
    }
}
