//! The validity of a plan that renews by itself, from the distance of its dates.

use chrono::{Datelike, Months, NaiveDate};

use crate::import::draft::period_of_days;
use crate::time::period::Period;

/// The day from which a plan counts its dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CountedFrom {
    /// `expires`: the first date itself.
    FirstDate(NaiveDate),
    /// `renewed`: one period or more before the first date.
    Earlier(NaiveDate),
}

/// The anchor and the period of a plan that has exactly these dates, at least two of them.
pub(crate) fn validity_of(dates: &[NaiveDate]) -> Option<(CountedFrom, Period)> {
    let [first, second, ..] = dates else {
        return None;
    };
    let months = months_between(*first, *second);
    if let Some(period) = period_of_months(months) {
        if has_dates(*first, period, 0, dates) {
            return Some((CountedFrom::FirstDate(*first), period));
        }
        // Counted from the 31st, a short month has its last day: the latest day of all is meant.
        let day = dates.iter().map(Datelike::day).max()?;
        for times in 1..=12 {
            let back = Months::new(u32::try_from(months).ok()?.checked_mul(times)?);
            let anchor = first.with_day(1)?.checked_sub_months(back)?.with_day(day);
            if let Some(anchor) = anchor.filter(|anchor| has_dates(*anchor, period, times, dates)) {
                return Some((CountedFrom::Earlier(anchor), period));
            }
        }
    }
    let period = period_of_days((*second - *first).num_days())?;
    has_dates(*first, period, 0, dates).then_some((CountedFrom::FirstDate(*first), period))
}

/// The one length of time from each first day to its second; `None` if there is none, or no pair.
pub(crate) fn length_of(pairs: &[(NaiveDate, NaiveDate)]) -> Option<Period> {
    let (from, to) = *pairs.first()?;
    lengths_between(from, to).find(|length| {
        let mut pairs = pairs.iter();
        pairs.all(|(from, to)| length.before(*to) == Some(*from))
    })
}

/// What the time between two days may be called: months, if they are in two of them, and days.
pub(crate) fn lengths_between(from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = Period> {
    let months = period_of_months(months_between(from, to));
    months
        .into_iter()
        .chain(period_of_days((to - from).num_days()))
}

/// Months from the month of one day to that of another.
fn months_between(from: NaiveDate, to: NaiveDate) -> i32 {
    (to.year() - from.year()) * 12 + to.month() as i32 - from.month() as i32
}

fn period_of_months(months: i32) -> Option<Period> {
    Period::parse(&format!("{months} months")).ok()
}

/// Whether these are the dates of the anchor from the `times`th one on.
fn has_dates(anchor: NaiveDate, period: Period, times: u32, dates: &[NaiveDate]) -> bool {
    let mut numbered = dates.iter().zip(times..);
    numbered.all(|(date, times)| match times {
        0 => anchor == *date,
        _ => period.after(anchor, times) == Some(*date),
    })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{CountedFrom, length_of, validity_of};

    #[test]
    fn the_same_dates_again() {
        let day = |text: &str| -> NaiveDate { text.parse().expect("a day") };
        for (dates, expected) in [
            (
                "2026-01-05 2026-02-05 2026-03-05",
                Some((CountedFrom::FirstDate(day("2026-01-05")), "P1M")),
            ),
            (
                "2026-01-31 2026-02-28 2026-03-31",
                Some((CountedFrom::FirstDate(day("2026-01-31")), "P1M")),
            ),
            (
                "2026-02-28 2026-03-31 2026-04-30",
                Some((CountedFrom::Earlier(day("2026-01-31")), "P1M")),
            ),
            (
                "2026-02-28 2026-05-31 2026-08-31",
                Some((CountedFrom::Earlier(day("2025-08-31")), "P3M")),
            ),
            (
                "2026-01-05 2026-02-04 2026-03-06",
                Some((CountedFrom::FirstDate(day("2026-01-05")), "P30D")),
            ),
            (
                "2026-01-05 2027-01-05",
                Some((CountedFrom::FirstDate(day("2026-01-05")), "P12M")),
            ),
            (
                "2026-01-05 2026-01-12",
                Some((CountedFrom::FirstDate(day("2026-01-05")), "P7D")),
            ),
            ("2026-01-05 2026-02-06 2026-03-06", None),
            ("2026-01-05", None),
        ] {
            let dates: Vec<NaiveDate> = dates.split(' ').map(day).collect();
            let found = validity_of(&dates).map(|(anchor, period)| (anchor, period.to_string()));
            let expected = expected.map(|(anchor, period)| (anchor, period.to_owned()));
            assert_eq!(found, expected, "{dates:?}");
        }
    }
    #[test]
    fn one_length_before_each_date() {
        let day = |text: &str| -> NaiveDate { text.parse().expect("a day") };
        for (reason, pairs, expected) in [
            (
                "months",
                "2026-03-01/2026-06-01 2027-03-01/2027-06-01",
                Some("P3M"),
            ),
            (
                "days",
                "2026-03-01/2026-03-31 2026-04-01/2026-05-01",
                Some("P30D"),
            ),
            (
                "clamped",
                "2026-02-28/2026-03-31 2026-03-30/2026-04-30",
                Some("P1M"),
            ),
            ("within a month", "2026-03-01/2026-03-15", Some("P14D")),
            (
                "neither",
                "2026-03-01/2026-03-31 2026-04-01/2026-05-02",
                None,
            ),
        ] {
            let pairs = pairs
                .split(' ')
                .map(|pair| pair.split_once('/').expect("a pair"));
            let pairs: Vec<_> = pairs.map(|(from, to)| (day(from), day(to))).collect();
            let found = length_of(&pairs).map(|length| length.to_string());
            assert_eq!(found.as_deref(), expected, "{reason}");
        }
        assert_eq!(length_of(&[]), None);
    }
}
