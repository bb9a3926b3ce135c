//! Recurrence rules (RFC 5545, section 3.3.10) that a plan can express.
//!
//! A plan has a date and a period. A rule of days or weeks means the same, and so does a rule of
//! months or years on a day that every month has. On the 31st it does not: a rule leaves out short
//! months, and a plan does not. A plan cannot express that a rule ends, but the end decides which
//! date is the next.

use chrono::{Datelike, Days, NaiveDate, TimeZone as _};
use chrono_tz::Tz;

use crate::ics::{Moment, Zone};
use crate::time::period::Period;

/// A rule that a plan can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlanRule {
    pub(crate) period: Period,
    end: Option<RuleEnd>,
}

/// When a rule ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RuleEnd {
    /// After so many dates, the first of them that of the event.
    Count(u32),
    /// After the last date that is not later than this.
    Until(Moment),
}

impl RuleEnd {
    /// Reads `COUNT` or `UNTIL`.
    pub(crate) fn parse(key: &str, value: &str) -> Option<Self> {
        match key {
            "COUNT" => value
                .parse()
                .ok()
                .filter(|count| *count > 0)
                .map(Self::Count),
            _ => Moment::parse(value, None).map(Self::Until),
        }
    }
}

/// The parts of a rule, in capitals.
pub(crate) fn rule_parts(rule: &str) -> Option<Vec<(String, String)>> {
    let rule = rule.trim().trim_end_matches(';').to_ascii_uppercase();
    let parts = rule.split(';').map(|part| {
        let (key, value) = part.split_once('=')?;
        Some((key.to_owned(), value.to_owned()))
    });
    parts.collect()
}

/// The date of a rule that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuleDates {
    /// It goes on: its first date that is not past.
    Next(NaiveDate),
    /// It is over: its last date.
    Last(NaiveDate),
}

impl PlanRule {
    /// Reads the rule of an event that begins at `start`, which is on `first` where its reader is.
    pub(crate) fn parse(rule: &str, start: &Moment, first: NaiveDate) -> Option<Self> {
        let parts = rule_parts(rule)?;
        let has = |key| parts.iter().any(|(found, _)| found == key);
        let frequency = parts.iter().find(|(key, _)| key == "FREQ")?.1.as_str();
        let (mut interval, mut end): (u32, _) = (1, None);
        for (key, value) in &parts {
            let is = |number: u32| value.parse() == Ok(number);
            match (key.as_str(), frequency) {
                ("FREQ" | "WKST", _) => {}
                ("INTERVAL", _) => interval = value.parse().ok()?,
                ("COUNT" | "UNTIL", _) if end.is_none() => end = Some(RuleEnd::parse(key, value)?),
                ("BYDAY", "WEEKLY") if *value == weekday(start.day) => {}
                // A day of a month without the month is a day of every month.
                ("BYMONTHDAY", "YEARLY") if is(start.day.day()) && has("BYMONTH") => {}
                ("BYMONTHDAY", "MONTHLY") if is(start.day.day()) => {}
                // A monthly rule with a month leaves out the others.
                ("BYMONTH", "YEARLY") if is(start.day.month()) => {}
                _ => return None,
            }
        }
        let both = [start.day, first];
        let (unit, is_kept) = match frequency {
            "DAILY" => ("days", true),
            "WEEKLY" => ("weeks", true),
            "MONTHLY" => ("months", both.iter().all(|day| day.day() <= 28)),
            "YEARLY" => {
                let is_leap = |day: &NaiveDate| (day.month(), day.day()) == (2, 29);
                ("years", !both.iter().any(is_leap))
            }
            _ => return None,
        };
        let period = Period::parse(&format!("{interval} {unit}")).ok()?;
        is_kept.then_some(Self { period, end })
    }

    /// Whether it ends at some time.
    pub(crate) fn ends(&self) -> bool {
        self.end.is_some()
    }

    /// Its next date from `today` on, or its last; `None` if that is unknown.
    pub(crate) fn dates(
        &self,
        start: &Moment,
        first: NaiveDate,
        today: NaiveDate,
    ) -> Option<RuleDates> {
        let next = next_date(first, self.period, today);
        let last = match &self.end {
            None => return next.map(|(_, day)| RuleDates::Next(day)),
            Some(RuleEnd::Count(count)) => count - 1,
            Some(RuleEnd::Until(until)) => self.last_index(start, first, until)?,
        };
        match next {
            Some((times, day)) if times <= last => Some(RuleDates::Next(day)),
            _ => nth_date(first, self.period, last).map(RuleDates::Last),
        }
    }

    /// How many periods after the first date the last one is.
    fn last_index(&self, start: &Moment, first: NaiveDate, until: &Moment) -> Option<u32> {
        // Two days later it is past the end in every time zone.
        let past = until.day.checked_add_days(Days::new(2))?;
        let Some((mut times, _)) = next_date(first, self.period, past) else {
            return Some(u32::MAX);
        };
        // The first date is one, wherever the end is.
        while times > 0 {
            let since = nth_date(first, self.period, times)? - first;
            if is_until(start, start.day.checked_add_signed(since)?, until)? {
                break;
            }
            times -= 1;
        }
        Some(times)
    }
}

/// Whether an event at the time of `start` is on `day` not later than `until`; `None` if that
/// depends on a time zone that is unknown.
pub(crate) fn is_until(start: &Moment, day: NaiveDate, until: &Moment) -> Option<bool> {
    let (Some((time, zone)), Some((end, end_zone))) = (&start.time, &until.time) else {
        return Some(day <= until.day);
    };
    let (begins, ends) = (day.and_time(*time), until.day.and_time(*end));
    if zone == end_zone || *end_zone != Zone::Utc {
        return Some(begins <= ends);
    }
    let known: Option<Tz> = match zone {
        Zone::Named(name) => name.parse().ok(),
        Zone::Utc | Zone::Floating => None,
    };
    match known.and_then(|zone| zone.from_local_datetime(&begins).earliest()) {
        Some(begins) => Some(begins.naive_utc() <= ends),
        None if (day - until.day).num_days().abs() > 1 => Some(day < until.day),
        None => None,
    }
}

fn weekday(day: NaiveDate) -> &'static str {
    let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let index = day.weekday().num_days_from_monday() as usize;
    names.get(index).copied().unwrap_or_default()
}

/// The day so many periods after the first.
fn nth_date(first: NaiveDate, period: Period, times: u32) -> Option<NaiveDate> {
    match times {
        0 => Some(first),
        _ => period.after(first, times),
    }
}

/// The first date from `start` on that is not before `today`, and how many periods later it is.
fn next_date(start: NaiveDate, period: Period, today: NaiveDate) -> Option<(u32, NaiveDate)> {
    let mut times = period.times_before(start, today);
    loop {
        let day = nth_date(start, period, times)?;
        if day >= today {
            return Some((times, day));
        }
        times = times.checked_add(1)?;
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{PlanRule, RuleDates, next_date};
    use crate::ics::Moment;
    use crate::time::period::Period;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn whole(text: &str) -> Moment {
        Moment {
            day: day(text),
            time: None,
        }
    }

    #[test]
    fn only_what_a_plan_says_as_well() {
        for (rule, start, expected) in [
            ("FREQ=YEARLY", "2020-05-12", Some("P12M")),
            ("FREQ=YEARLY;INTERVAL=1;", "2020-05-12", Some("P12M")),
            ("freq=monthly;interval=3", "2020-05-12", Some("P3M")),
            (
                "FREQ=YEARLY;BYMONTHDAY=12;BYMONTH=5",
                "2020-05-12",
                Some("P12M"),
            ),
            ("FREQ=YEARLY;BYMONTHDAY=12", "2020-05-12", None),
            ("FREQ=YEARLY;BYMONTH=5", "2020-05-12", Some("P12M")),
            ("FREQ=YEARLY;BYMONTH=6", "2020-05-12", None),
            (
                "FREQ=YEARLY;INTERVAL=10;WKST=MO",
                "2020-05-12",
                Some("P120M"),
            ),
            ("FREQ=MONTHLY;BYMONTHDAY=12", "2020-05-12", Some("P1M")),
            ("FREQ=MONTHLY;BYMONTH=5", "2020-05-12", None),
            ("FREQ=MONTHLY;BYDAY=2TU", "2020-05-12", None),
            ("FREQ=MONTHLY", "2020-01-31", None),
            ("FREQ=MONTHLY", "2020-01-28", Some("P1M")),
            ("FREQ=YEARLY", "2020-02-29", None),
            ("FREQ=YEARLY;COUNT=3", "2020-05-12", Some("P12M")),
            ("FREQ=YEARLY;COUNT=0", "2020-05-12", None),
            ("FREQ=YEARLY;UNTIL=20300101", "2020-05-12", Some("P12M")),
            ("FREQ=YEARLY;UNTIL=2030", "2020-05-12", None),
            ("FREQ=YEARLY;COUNT=3;UNTIL=20300101", "2020-05-12", None),
            ("FREQ=DAILY;INTERVAL=90", "2020-05-12", Some("P90D")),
            ("FREQ=DAILY;BYDAY=TU", "2020-05-12", None),
            ("FREQ=WEEKLY;INTERVAL=12", "2020-05-12", Some("P84D")),
            ("FREQ=WEEKLY;WKST=SU;BYDAY=TU", "2020-05-12", Some("P7D")),
            ("FREQ=WEEKLY;BYDAY=WE", "2020-05-12", None),
            ("FREQ=WEEKLY;BYDAY=TU,WE", "2020-05-12", None),
            ("FREQ=HOURLY", "2020-05-12", None),
            ("FREQ=YEARLY;INTERVAL=0", "2020-05-12", None),
            ("INTERVAL=2", "2020-05-12", None),
            ("", "2020-05-12", None),
        ] {
            let found = PlanRule::parse(rule, &whole(start), day(start));
            let found = found.map(|rule| rule.period.to_string());
            assert_eq!(found.as_deref(), expected, "{rule} from {start}");
        }
        // The 29th where its reader is, though not as it is written.
        assert_eq!(
            PlanRule::parse("FREQ=MONTHLY", &whole("2020-01-28"), day("2020-01-29")),
            None
        );
    }

    #[test]
    fn the_next_date_is_today_or_later() {
        let period = |text| Period::parse(text).expect("a period");
        let (year, month) = (period("1 year"), period("1 month"));
        for (start, period, today, expected) in [
            ("2020-05-12", year, "2026-05-12", (6, "2026-05-12")),
            ("2020-05-12", year, "2026-05-13", (7, "2027-05-12")),
            ("2030-05-12", year, "2026-05-13", (0, "2030-05-12")),
            ("1900-01-28", month, "2026-11-29", (1523, "2026-12-28")),
            ("1900-01-28", month, "2026-11-28", (1522, "2026-11-28")),
            (
                "1900-01-28",
                period("1 day"),
                "2026-11-28",
                (46325, "2026-11-28"),
            ),
            (
                "2025-07-05",
                period("90 days"),
                "2026-11-23",
                (6, "2026-12-27"),
            ),
        ] {
            let found = next_date(day(start), period, day(today));
            let (times, next) = expected;
            assert_eq!(found, Some((times, day(next))), "{start} {today}");
        }
        assert_eq!(next_date(day("2020-05-12"), year, day("9998-12-31")), None);
    }

    #[test]
    fn a_rule_that_ends_has_a_last_date() {
        let next = |text| Some(RuleDates::Next(day(text)));
        let last = |text| Some(RuleDates::Last(day(text)));
        let oslo = Some("Europe/Oslo");
        let unknown = Some("W. Europe Standard Time");
        for (start, zone, rule, expected) in [
            ("20220512", None, "FREQ=YEARLY;COUNT=5", last("2026-05-12")),
            ("20220512", None, "FREQ=YEARLY;COUNT=6", next("2027-05-12")),
            ("20290512", None, "FREQ=YEARLY;COUNT=1", next("2029-05-12")),
            (
                "20220512",
                None,
                "FREQ=YEARLY;UNTIL=20270512",
                next("2027-05-12"),
            ),
            (
                "20220512",
                None,
                "FREQ=YEARLY;UNTIL=20270511",
                last("2026-05-12"),
            ),
            (
                "20220512",
                None,
                "FREQ=YEARLY;UNTIL=20200101",
                last("2022-05-12"),
            ),
            (
                "20220512",
                None,
                "FREQ=YEARLY;UNTIL=99991231T235959Z",
                next("2027-05-12"),
            ),
            // At 23:30 in Oslo it is 21:30 UTC in May.
            (
                "20220512T233000",
                oslo,
                "FREQ=YEARLY;UNTIL=20270512T213000Z",
                next("2027-05-12"),
            ),
            (
                "20220512T233000",
                oslo,
                "FREQ=YEARLY;UNTIL=20270512T212959Z",
                last("2026-05-12"),
            ),
            (
                "20220512T233000",
                unknown,
                "FREQ=YEARLY;UNTIL=20270512T213000Z",
                None,
            ),
            (
                "20220512T233000",
                unknown,
                "FREQ=YEARLY;UNTIL=20270601T000000Z",
                next("2027-05-12"),
            ),
            (
                "20220512T233000Z",
                None,
                "FREQ=YEARLY;UNTIL=20270512T233000Z",
                next("2027-05-12"),
            ),
            (
                "20220512T233000",
                None,
                "FREQ=YEARLY;UNTIL=20270512T232959",
                last("2026-05-12"),
            ),
        ] {
            let start = Moment::parse(start, zone).expect("a moment");
            let found = PlanRule::parse(rule, &start, start.day).expect("a rule");
            let dates = found.dates(&start, start.day, day("2026-11-23"));
            assert_eq!(dates, expected, "{rule} from {start:?}");
            assert!(found.ends(), "{rule}");
        }
    }
}
