//! The dates of a recurrence rule that no plan can express (RFC 5545, section 3.3.10). RDATE adds
//! dates to it, and EXDATE removes dates from it.
//!
//! Each day of about eleven years is tested, and no later day, so that no rule is slow. BYWEEKNO,
//! BYYEARDAY and BYSETPOS are not read.

use std::collections::BTreeSet;
use std::iter::successors;

use chrono::{Datelike, NaiveDate, Weekday};

use crate::ics::Moment;
use crate::import::rule::{RuleDates, RuleEnd, is_until, rule_parts};
use crate::time::date::in_range;

/// Days that are tested: leap days may be eight years apart.
const MAX_DAYS: usize = 4000;

/// The next date from `today` on, or the last one, of an event that begins at `start`; `None` if that
/// is unknown.
pub(crate) fn next_or_last_date(
    start: &Moment,
    rule: Option<&str>,
    added: &[Option<Moment>],
    excluded: &[Option<Moment>],
    today: NaiveDate,
) -> Option<RuleDates> {
    let zone = |moment: &Moment| moment.time.as_ref().map(|(_, zone)| zone.clone());
    // In another time zone a moment may be on another day.
    let is_known = |moment: &&Moment| {
        in_range(moment.day) && (moment.time.is_none() || zone(moment) == zone(start))
    };
    let days = |moments: &[Option<Moment>]| -> Option<BTreeSet<NaiveDate>> {
        let moments = moments.iter().map(Option::as_ref);
        let days = moments.map(|moment| moment.filter(is_known).map(|moment| moment.day));
        days.collect()
    };
    let (mut own, excluded) = (days(added)?, days(excluded)?);
    own.insert(start.day);
    let is_kept = |day: &NaiveDate| !excluded.contains(day);
    let mut next = own.range(today..).copied().find(is_kept);
    let mut last = own.range(..today).rev().copied().find(is_kept);
    if let Some(rule) = rule {
        let rule = DateRule::parse(rule, start)?;
        match rule.dates(today, is_kept)? {
            (Some(day), _) => next = Some(next.map_or(day, |next| next.min(day))),
            (None, day) => last = last.max(day),
        }
    }
    next.map(RuleDates::Next).or(last.map(RuleDates::Last))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

struct DateRule<'s> {
    start: &'s Moment,
    frequency: Frequency,
    interval: i64,
    months: Vec<u32>,
    /// Days of the month, counted from its end if negative.
    days: Vec<i64>,
    /// Which one of the month or year, counted from its end if negative, 0 for each; and the weekday.
    weekdays: Vec<(i64, Weekday)>,
    week_start: Weekday,
    end: Option<RuleEnd>,
}

impl<'s> DateRule<'s> {
    fn parse(text: &str, start: &'s Moment) -> Option<Self> {
        let mut rule = Self {
            start,
            frequency: Frequency::Daily,
            interval: 1,
            months: Vec::new(),
            days: Vec::new(),
            weekdays: Vec::new(),
            week_start: Weekday::Mon,
            end: None,
        };
        let mut has_frequency = false;
        for (key, value) in rule_parts(text)? {
            let values = || value.split(',').map(str::trim);
            match key.as_str() {
                "FREQ" => {
                    has_frequency = true;
                    rule.frequency = match value.as_str() {
                        "DAILY" => Frequency::Daily,
                        "WEEKLY" => Frequency::Weekly,
                        "MONTHLY" => Frequency::Monthly,
                        "YEARLY" => Frequency::Yearly,
                        _ => return None,
                    };
                }
                "INTERVAL" => rule.interval = value.parse().ok().filter(|count| *count > 0)?,
                "COUNT" | "UNTIL" if rule.end.is_none() => {
                    rule.end = Some(RuleEnd::parse(&key, &value)?)
                }
                "WKST" => rule.week_start = weekday(&value)?,
                "BYMONTH" => {
                    let months = values().map(|month| month.parse().ok());
                    rule.months = months.collect::<Option<_>>()?;
                }
                "BYMONTHDAY" => {
                    let days = values().map(|day| day.parse().ok());
                    rule.days = days.collect::<Option<_>>()?;
                }
                "BYDAY" => {
                    let weekdays = values().map(numbered);
                    rule.weekdays = weekdays.collect::<Option<_>>()?;
                }
                _ => return None,
            }
        }
        let is_numbered = rule.weekdays.iter().any(|(number, _)| *number != 0);
        let is_read = match rule.frequency {
            Frequency::Daily => !is_numbered,
            Frequency::Weekly => !is_numbered && rule.days.is_empty(),
            Frequency::Monthly | Frequency::Yearly => true,
        };
        let is_read = is_read && has_frequency;
        is_read.then_some(rule)
    }

    /// The next of its dates that is not excluded; the last one if the rule is over.
    fn dates(
        &self,
        today: NaiveDate,
        is_kept: impl Fn(&NaiveDate) -> bool,
    ) -> Option<(Option<NaiveDate>, Option<NaiveDate>)> {
        let first = self.start.day;
        let from = |day| successors(Some(day), NaiveDate::succ_opt).take(MAX_DAYS);
        if let Some(RuleEnd::Count(count)) = self.end {
            // Excluded dates count as well.
            let (mut left, mut last) = (count, None);
            for day in from(first).filter(|day| self.has(*day)) {
                if is_kept(&day) {
                    if day >= today {
                        return in_range(day).then_some((Some(day), None));
                    }
                    last = Some(day);
                }
                left -= 1;
                if left == 0 {
                    return Some((None, last));
                }
            }
            return None;
        }
        let is_in = |day| match &self.end {
            Some(RuleEnd::Until(until)) => is_until(self.start, day, until),
            _ => Some(true),
        };
        for day in from(today.max(first)).filter(|day| self.has(*day)) {
            if !is_in(day)? {
                break;
            }
            if is_kept(&day) {
                return in_range(day).then_some((Some(day), None));
            }
        }
        let Some(RuleEnd::Until(until)) = &self.end else {
            return None;
        };
        let latest = until.day.succ_opt()?.min(today);
        let back = successors(Some(latest), NaiveDate::pred_opt).take_while(|day| *day >= first);
        for day in back.take(MAX_DAYS).filter(|day| self.has(*day)) {
            if is_in(day)? && is_kept(&day) {
                return Some((None, Some(day)));
            }
        }
        None
    }

    /// Whether a day from the first on is one of its dates, whenever it ends. The first always is.
    fn has(&self, day: NaiveDate) -> bool {
        let first = self.start.day;
        let week = |day: NaiveDate| day.week(self.week_start).checked_first_day();
        let apart = match self.frequency {
            Frequency::Daily => Some((day - first).num_days()),
            Frequency::Weekly => week(day)
                .zip(week(first))
                .map(|(day, first)| (day - first).num_days() / 7),
            Frequency::Monthly => Some(
                i64::from(day.year() - first.year()) * 12 + i64::from(day.month())
                    - i64::from(first.month()),
            ),
            Frequency::Yearly => Some(i64::from(day.year() - first.year())),
        };
        if day == first {
            return true;
        }
        apart.is_some_and(|apart| apart % self.interval == 0)
            && self.is_in_month(day)
            && (self.days.is_empty() || self.is_day(day))
            && (self.weekdays.is_empty() || self.is_weekday(day))
    }

    fn is_in_month(&self, day: NaiveDate) -> bool {
        let first = self.start.day;
        let says_day = !self.days.is_empty() || !self.weekdays.is_empty();
        let is_same = says_day
            || match self.frequency {
                Frequency::Daily => true,
                Frequency::Weekly => day.weekday() == first.weekday(),
                Frequency::Monthly | Frequency::Yearly => day.day() == first.day(),
            };
        let is_yearly = self.frequency == Frequency::Yearly;
        is_same
            && match self.months.is_empty() {
                true => !is_yearly || says_day || day.month() == first.month(),
                false => self.months.contains(&day.month()),
            }
    }

    fn is_day(&self, day: NaiveDate) -> bool {
        let number = i64::from(day.day());
        let from_end = number - length_of_month(day) - 1;
        self.days.contains(&number) || self.days.contains(&from_end)
    }

    fn is_weekday(&self, day: NaiveDate) -> bool {
        let is_of_year = self.frequency == Frequency::Yearly && self.months.is_empty();
        let (at, length) = if is_of_year {
            let length = if day.leap_year() { 366 } else { 365 };
            (i64::from(day.ordinal()), length)
        } else {
            (i64::from(day.day()), length_of_month(day))
        };
        self.weekdays.iter().any(|(number, weekday)| {
            let is_it = match number {
                0 => true,
                1.. => (at - 1) / 7 + 1 == *number,
                _ => -((length - at) / 7 + 1) == *number,
            };
            is_it && *weekday == day.weekday()
        })
    }
}

fn length_of_month(day: NaiveDate) -> i64 {
    let mut lengths = (28..=31).rev();
    let length = lengths.find(|length| day.with_day(*length).is_some());
    i64::from(length.unwrap_or(31))
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}

/// `2TU`, `-1FR`, `MO`.
fn numbered(text: &str) -> Option<(i64, Weekday)> {
    let at = text.len().checked_sub(2)?;
    let (number, name) = (text.get(..at)?, text.get(at..)?);
    let number = match number {
        "" => 0,
        number => number.parse().ok().filter(|number| *number != 0)?,
    };
    Some((number, weekday(name)?))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::next_or_last_date;
    use crate::ics::Moment;
    use crate::import::rule::RuleDates;

    /// Moments without a time zone.
    fn moments(text: &str) -> Vec<Option<Moment>> {
        let texts = text.split(',').filter(|text| *text != "-");
        texts.map(|text| Moment::parse(text, None)).collect()
    }

    /// The first date, the rule, the dates of RDATE and of EXDATE; then the date that counts.
    #[test]
    fn the_next_date_or_the_last() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
        for row in [
            // Short months are left out, leap years waited for.
            "20260131 FREQ=MONTHLY - - next 2026-12-31",
            "20260130 FREQ=MONTHLY;INTERVAL=2 - - next 2026-11-30",
            "20200229 FREQ=YEARLY - - next 2028-02-29",
            "20260131 FREQ=MONTHLY;BYMONTHDAY=-1 - - next 2026-11-30",
            "20260131 FREQ=MONTHLY;BYMONTHDAY=1,15 - - next 2026-12-01",
            "20260131 FREQ=YEARLY;BYMONTHDAY=5;BYMONTH=1,12 - - next 2026-12-05",
            "20260131 FREQ=YEARLY;BYMONTHDAY=5 - - next 2026-12-05",
            "20260131 FREQ=MONTHLY;BYMONTH=3 - - next 2027-03-31",
            // 2026-11-23 is a Monday.
            "20200314 FREQ=WEEKLY;BYDAY=MO - - next 2026-11-23",
            "20200314 FREQ=WEEKLY;BYDAY=TU,SA - - next 2026-11-24",
            "20261117 FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU - - next 2026-12-01",
            "20261117 FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU - - next 2026-11-29",
            "20261117 FREQ=WEEKLY - 20261124 next 2026-12-01",
            "20200314 FREQ=DAILY;BYDAY=FR - - next 2026-11-27",
            "20200512 FREQ=MONTHLY;BYDAY=2TU - - next 2026-12-08",
            "20200512 FREQ=MONTHLY;BYDAY=-1FR - - next 2026-11-27",
            "20200512 FREQ=YEARLY;BYDAY=1MO - - next 2027-01-04",
            "20200512 FREQ=YEARLY;BYDAY=-1TH;BYMONTH=5 - - next 2027-05-27",
            // The first date is one, and counts.
            "20270101 FREQ=WEEKLY;BYDAY=MO - - next 2027-01-01",
            "20261031 FREQ=MONTHLY;COUNT=2 - - next 2026-12-31",
            "20260831 FREQ=MONTHLY;COUNT=2 - - last 2026-10-31",
            "20260831 FREQ=MONTHLY;COUNT=2 - 20261031 last 2026-08-31",
            "20260831 FREQ=MONTHLY;UNTIL=20261031 - - last 2026-10-31",
            "20260831 FREQ=MONTHLY;UNTIL=20261030 - - last 2026-08-31",
            "20260831 FREQ=MONTHLY;UNTIL=20261231 - - next 2026-12-31",
            // RuleDates beside the rule, and without one.
            "20260905 FREQ=MONTHLY;INTERVAL=3 - 20261205 next 2027-03-05",
            "20260905 FREQ=MONTHLY;INTERVAL=3 20261201 - next 2026-12-01",
            "20260905 - 20261001,20261224 - next 2026-12-24",
            "20260905 - 20261001 - last 2026-10-01",
            "20260905T120000Z - 20261224T235900Z - next 2026-12-24",
            // What cannot be told is not guessed.
            "20260905 - 20261224T235900Z - untold",
            "20260905 - soon - untold",
            "20260905 FREQ=MONTHLY;BYSETPOS=1;BYDAY=MO - - untold",
            "20260905 FREQ=YEARLY;BYWEEKNO=20 - - untold",
            "20260905 FREQ=HOURLY - - untold",
            "20260905 FREQ=WEEKLY;BYDAY=2MO - - untold",
            "20260905 FREQ=MONTHLY;INTERVAL=0 - - untold",
            "20260905 INTERVAL=2 - - untold",
            "20260905 FREQ=MONTHLY;BYMONTHDAY=30;BYMONTH=2 - - untold",
            "19000101 FREQ=DAILY;COUNT=50000 - - untold",
        ] {
            let parts: Vec<&str> = row.split(' ').collect();
            let [start, rule, added, left_out, expected @ ..] = &parts[..] else {
                unreachable!("{row}");
            };
            let found = next_or_last_date(
                &Moment::parse(start, None).expect("a moment"),
                Some(*rule).filter(|rule| *rule != "-"),
                &moments(added),
                &moments(left_out),
                today,
            );
            let found = found.map_or("untold".to_owned(), |dates| match dates {
                RuleDates::Next(day) => format!("next {day}"),
                RuleDates::Last(day) => format!("last {day}"),
            });
            assert_eq!(found, expected.join(" "), "{row}");
        }
    }
}
