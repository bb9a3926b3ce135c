//! The clock, for code that runs for longer than a moment. The program makes one clock; tests pass
//! their own.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

/// A clock, and the time zone of the machine.
#[derive(Clone)]
pub struct Clock {
    now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    local: fn(DateTime<Utc>) -> NaiveDateTime,
    midnight: fn(NaiveDate) -> DateTime<Utc>,
    today: Option<NaiveDate>,
}

impl Clock {
    /// Makes a clock from three functions: the current time, a time in the machine's zone, and the
    /// beginning of a day in that zone. If `today` is given, it is always the current day.
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

    /// Makes a clock that always returns noon of a day, in UTC.
    pub(crate) fn fixed(today: NaiveDate) -> Self {
        let noon = today.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(12);
        Self::new(
            move || noon,
            |time| time.naive_utc(),
            |day| day.and_time(NaiveTime::MIN).and_utc(),
            Some(today),
        )
    }

    /// The current time.
    #[must_use]
    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.now)()
    }

    /// The current time in seconds since the epoch.
    #[must_use]
    pub(crate) fn unix(&self) -> i64 {
        self.now().timestamp()
    }

    /// The local time in `zone`, or in the machine's zone if `zone` is `None`.
    #[must_use]
    pub(crate) fn local(&self, time: DateTime<Utc>, zone: Option<Tz>) -> NaiveDateTime {
        match zone {
            Some(zone) => time.with_timezone(&zone).naive_local(),
            None => (self.local)(time),
        }
    }

    /// The moment at which a day begins in a zone. If clocks skip midnight on that day, returns
    /// midnight in UTC.
    #[must_use]
    pub(crate) fn midnight(&self, day: NaiveDate, zone: Option<Tz>) -> DateTime<Utc> {
        let Some(zone) = zone else {
            return (self.midnight)(day);
        };
        let naive = day.and_time(NaiveTime::MIN);
        match zone.from_local_datetime(&naive).earliest() {
            Some(time) => time.with_timezone(&Utc),
            None => naive.and_utc(),
        }
    }

    /// The current day in a zone.
    #[must_use]
    pub(crate) fn today(&self, zone: Option<Tz>) -> NaiveDate {
        self.today
            .unwrap_or_else(|| self.local(self.now(), zone).date())
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveTime, Utc};
    use chrono_tz::Tz;

    use super::Clock;

    #[test]
    fn days_are_those_of_the_zone() {
        let now: DateTime<Utc> = "2026-11-23T23:30:00Z".parse().expect("a time");
        let clock = Clock::new(
            move || now,
            |time| time.naive_utc(),
            |day| day.and_time(NaiveTime::MIN).and_utc(),
            None,
        );
        let day = |zone: Tz| clock.today(Some(zone)).to_string();
        assert_eq!(day(Tz::Europe__Oslo), "2026-11-24");
        assert_eq!(day(Tz::America__Los_Angeles), "2026-11-23");
        assert_eq!(clock.today(None).to_string(), "2026-11-23");
        let midnight = |day: &str, zone: Tz| {
            let day = day.parse().expect("a day");
            clock.midnight(day, Some(zone)).to_rfc3339()
        };
        assert_eq!(
            midnight("2027-01-01", Tz::Asia__Shanghai),
            "2026-12-31T16:00:00+00:00"
        );
        // In Cairo, clocks skipped the midnight at the beginning of this day.
        assert_eq!(
            midnight("2026-04-24", Tz::Africa__Cairo),
            "2026-04-24T00:00:00+00:00"
        );
    }
}
