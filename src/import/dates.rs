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
    let months = (second.year() - first.year()) * 12 + second.month() as i32 - first.month() as i32;
    let by_months = (months > 0)
        .then(|| Period::parse(&format!("{months} months")).ok())
        .flatten();
    if let Some(period) = by_months {
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

    use super::{CountedFrom, validity_of};

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
}
