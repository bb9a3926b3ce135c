//! The clock, for code that runs for longer than a moment. The program makes one clock; tests pass
//! their own.

use std::fmt;
use std::sync::Arc;

use chrono::{
    DateTime, Datelike as _, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset as _,
    TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

use crate::text::value_error::ValueError;

/// The last year for which the compiled time zones have all changes of the clocks.
const LAST_ZONE_YEAR: i32 = 2099;
/// The years after which the days of the week and the leap years repeat, within a century.
const CALENDAR_CYCLE: i32 = 28;

/// A clock, and the time zone of the machine.
#[derive(Clone)]
pub struct Clock {
    now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    zone: MachineZone,
    today: Option<NaiveDate>,
}

/// The time zone of the machine.
#[derive(Debug, Clone)]
pub(crate) enum MachineZone {
    /// A zone of the IANA database.
    Named(Tz),
    /// A zone that only the system knows: the functions give the offset at a moment, and at a local
    /// time if clocks show it.
    System {
        /// The offset at a moment.
        at: fn(DateTime<Utc>) -> FixedOffset,
        /// The first offset at a local time; `None` if clocks skip that time.
        at_local: fn(NaiveDateTime) -> Option<FixedOffset>,
    },
    /// The machine names a zone that does not exist. UTC is used where no better zone is known.
    Unknown(ValueError),
}

impl Clock {
    /// Makes a clock from a function that returns the current time. If `today` is given, it is
    /// always the current day.
    pub(crate) fn new(
        now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static,
        zone: MachineZone,
        today: Option<NaiveDate>,
    ) -> Self {
        Self {
            now: Arc::new(now),
            zone,
            today,
        }
    }

    /// Makes a clock of a machine in UTC.
    pub fn in_utc(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self::new(now, MachineZone::Named(Tz::UTC), None)
    }

    /// Makes a clock that always returns noon of a day, in UTC.
    pub(crate) fn fixed(today: NaiveDate) -> Self {
        let noon = today.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(12);
        Self::new(move || noon, MachineZone::Named(Tz::UTC), Some(today))
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
        match (zone, &self.zone) {
            (Some(zone), _) => time.with_timezone(&zone).naive_local(),
            (None, MachineZone::Named(zone)) => time.with_timezone(zone).naive_local(),
            (None, MachineZone::System { at, .. }) => time.with_timezone(&at(time)).naive_local(),
            (None, MachineZone::Unknown(_)) => time.naive_utc(),
        }
    }

    /// The moment at which the clocks of a zone show a local time. If they show it twice, returns
    /// the first moment. If they skip it, the time is counted with the offset before the gap, as
    /// RFC 5545, section 3.3.5, requires: 02:30 is then 03:30.
    #[must_use]
    pub(crate) fn moment(
        &self,
        local: NaiveDateTime,
        zone: Option<Tz>,
    ) -> Option<DateTime<FixedOffset>> {
        match (zone, &self.zone) {
            (Some(zone), _) => named_moment(local, zone),
            (None, MachineZone::Named(zone)) => named_moment(local, *zone),
            (None, MachineZone::System { at, at_local }) => moment(local, *at, *at_local),
            (None, MachineZone::Unknown(_)) => Some(local.and_utc().fixed_offset()),
        }
    }

    /// The moment at which a day begins in a zone.
    #[must_use]
    pub(crate) fn midnight(&self, day: NaiveDate, zone: Option<Tz>) -> DateTime<Utc> {
        let midnight = day.and_time(NaiveTime::MIN);
        let moment = self.moment(midnight, zone);
        moment.map_or(midnight.and_utc(), |moment| moment.to_utc())
    }

    /// Why the current day in a zone is unknown, if it is: the machine names a zone that does not
    /// exist, and neither `zone` nor a given day takes its place.
    #[must_use]
    pub(crate) fn unknown_today(&self, zone: Option<Tz>) -> Option<&ValueError> {
        self.unknown_zone(zone).filter(|_| self.today.is_none())
    }

    /// Why the local time is unknown, if it is: the machine names a zone that does not exist, and
    /// `zone` does not take its place.
    #[must_use]
    pub(crate) fn unknown_zone(&self, zone: Option<Tz>) -> Option<&ValueError> {
        match (zone, &self.zone) {
            (None, MachineZone::Unknown(why)) => Some(why),
            _ => None,
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

/// The moment of a local time in a zone of the database. After the last year of the database, the
/// rules of that time go on: the offset is that of an earlier year with the same days of the week.
fn named_moment(local: NaiveDateTime, zone: Tz) -> Option<DateTime<FixedOffset>> {
    let same_year = |year: i32| {
        let day = |year| NaiveDate::from_ymd_opt(year, 1, 1);
        let is_same = |day: NaiveDate, other: NaiveDate| {
            day.weekday() == other.weekday() && day.leap_year() == other.leap_year()
        };
        is_same(day(year)?, day(local.year())?).then(|| local.with_year(year))?
    };
    let known = match local.year() > LAST_ZONE_YEAR {
        true => (LAST_ZONE_YEAR - CALENDAR_CYCLE + 1..=LAST_ZONE_YEAR)
            .rev()
            .find_map(same_year)?,
        false => local,
    };
    let moment = moment(
        known,
        |time| zone.offset_from_utc_datetime(&time.naive_utc()).fix(),
        |local| Some(zone.offset_from_local_datetime(&local).earliest()?.fix()),
    )?;
    moment.checked_add_signed(local - known)
}

/// The moment of a local time, from functions for the offset at a moment and at a local time.
fn moment(
    local: NaiveDateTime,
    at: impl Fn(DateTime<Utc>) -> FixedOffset,
    at_local: impl Fn(NaiveDateTime) -> Option<FixedOffset>,
) -> Option<DateTime<FixedOffset>> {
    // No zone has skipped more than a day.
    let before_gap = |hours| at_local(local.checked_sub_signed(TimeDelta::hours(hours))?);
    let offset = (0..=26).find_map(before_gap)?;
    let moment = local.and_local_timezone(offset).earliest()?.to_utc();
    Some(moment.with_timezone(&at(moment)))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDateTime, Utc};
    use chrono_tz::Tz;

    use super::{Clock, MachineZone};

    fn clock(zone: Tz) -> Clock {
        let now: DateTime<Utc> = "2026-11-23T23:30:00Z".parse().expect("a time");
        Clock::new(move || now, MachineZone::Named(zone), None)
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let clock = clock(Tz::UTC);
        let day = |zone: Tz| clock.today(Some(zone)).to_string();
        assert_eq!(day(Tz::Europe__Oslo), "2026-11-24");
        assert_eq!(day(Tz::America__Los_Angeles), "2026-11-23");
        assert_eq!(clock.today(None).to_string(), "2026-11-23");
        let in_oslo = self::clock(Tz::Europe__Oslo);
        assert_eq!(in_oslo.today(None).to_string(), "2026-11-24");
        let midnight = |day: &str, zone: Tz| {
            let day = day.parse().expect("a day");
            clock.midnight(day, Some(zone)).to_rfc3339()
        };
        assert_eq!(
            midnight("2027-01-01", Tz::Asia__Shanghai),
            "2026-12-31T16:00:00+00:00"
        );
        // In Cairo, clocks skipped the midnight at the beginning of this day: it began at 01:00.
        assert_eq!(
            midnight("2026-04-24", Tz::Africa__Cairo),
            "2026-04-23T22:00:00+00:00"
        );
    }

    #[test]
    fn clocks_may_skip_or_repeat_a_time_in_any_year() {
        let clock = clock(Tz::UTC);
        for (local, zone, expected) in [
            (
                "2026-12-29T09:00:00",
                Tz::Europe__Oslo,
                "2026-12-29T09:00:00+01:00",
            ),
            (
                "2026-03-29T02:30:00",
                Tz::Europe__Oslo,
                "2026-03-29T03:30:00+02:00",
            ),
            (
                "2026-10-25T02:30:00",
                Tz::Europe__Oslo,
                "2026-10-25T02:30:00+02:00",
            ),
            (
                "2011-12-30T09:00:00",
                Tz::Pacific__Apia,
                "2011-12-31T09:00:00+14:00",
            ),
            // The database ends with the year 2099; the rules go on.
            (
                "2099-07-01T09:00:00",
                Tz::Europe__Oslo,
                "2099-07-01T09:00:00+02:00",
            ),
            (
                "2100-07-01T09:00:00",
                Tz::Europe__Oslo,
                "2100-07-01T09:00:00+02:00",
            ),
            // The last Sunday of March 2100 is the 28th.
            (
                "2100-03-28T02:30:00",
                Tz::Europe__Oslo,
                "2100-03-28T03:30:00+02:00",
            ),
            (
                "2100-03-27T09:00:00",
                Tz::Europe__Oslo,
                "2100-03-27T09:00:00+01:00",
            ),
            (
                "2104-02-29T09:00:00",
                Tz::America__New_York,
                "2104-02-29T09:00:00-05:00",
            ),
            (
                "9998-07-01T09:00:00",
                Tz::America__New_York,
                "9998-07-01T09:00:00-04:00",
            ),
            (
                "9998-07-01T09:00:00",
                Tz::Australia__Sydney,
                "9998-07-01T09:00:00+10:00",
            ),
        ] {
            let naive: NaiveDateTime = local.parse().expect(local);
            let moment = clock.moment(naive, Some(zone)).expect(local);
            assert_eq!(moment.to_rfc3339(), expected, "{local}");
        }
    }
}
