//! The term of a plan that renews by itself, from the dates that its feed has.

use chrono::{Datelike, Months, NaiveDate};

use crate::time::period::Period;

/// A term: from this day on, or from the first date after this day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LastRenewal {
    /// `expires`: the first date itself.
    First(NaiveDate),
    /// `renewed`: one period or a few before the first date.
    Before(NaiveDate),
}

/// The anchor and the period that give exactly these dates, which must be at least two.
pub(crate) fn term(dates: &[NaiveDate]) -> Option<(LastRenewal, Period)> {
    let [first, second, ..] = dates else {
        return None;
    };
    let months = (second.year() - first.year()) * 12 + second.month() as i32 - first.month() as i32;
    let by_months = (months > 0)
        .then(|| Period::parse(&format!("{months} months")).ok())
        .flatten();
    if let Some(period) = by_months {
        if gives(*first, period, 0, dates) {
            return Some((LastRenewal::First(*first), period));
        }
        // From the 31st, a short month has its last day: the longest tells which day is meant.
        let day = dates.iter().map(Datelike::day).max()?;
        for times in 1..=12 {
            let back = Months::new(u32::try_from(months).ok()?.checked_mul(times)?);
            let anchor = first.with_day(1)?.checked_sub_months(back)?.with_day(day);
            if let Some(anchor) = anchor.filter(|anchor| gives(*anchor, period, times, dates)) {
                return Some((LastRenewal::Before(anchor), period));
            }
        }
    }
    let period = crate::import::draft::days((*second - *first).num_days())?;
    gives(*first, period, 0, dates).then_some((LastRenewal::First(*first), period))
}

/// Whether the dates are those from the `times`th after the anchor on.
fn gives(anchor: NaiveDate, period: Period, times: u32, dates: &[NaiveDate]) -> bool {
    let mut numbered = dates.iter().zip(times..);
    numbered.all(|(date, times)| match times {
        0 => anchor == *date,
        _ => period.after(anchor, times) == Some(*date),
    })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::LastRenewal;
    use super::term;

    #[test]
    fn the_same_dates_again() {
        let day = |text: &str| -> NaiveDate { text.parse().expect("a day") };
        for (dates, expected) in [
            (
                "2026-01-05 2026-02-05 2026-03-05",
                Some((LastRenewal::First(day("2026-01-05")), "P1M")),
            ),
            (
                "2026-01-31 2026-02-28 2026-03-31",
                Some((LastRenewal::First(day("2026-01-31")), "P1M")),
            ),
            (
                "2026-02-28 2026-03-31 2026-04-30",
                Some((LastRenewal::Before(day("2026-01-31")), "P1M")),
            ),
            (
                "2026-02-28 2026-05-31 2026-08-31",
                Some((LastRenewal::Before(day("2025-08-31")), "P3M")),
            ),
            (
                "2026-01-05 2026-02-04 2026-03-06",
                Some((LastRenewal::First(day("2026-01-05")), "P30D")),
            ),
            (
                "2026-01-05 2027-01-05",
                Some((LastRenewal::First(day("2026-01-05")), "P12M")),
            ),
            (
                "2026-01-05 2026-01-12",
                Some((LastRenewal::First(day("2026-01-05")), "P7D")),
            ),
            ("2026-01-05 2026-02-06 2026-03-06", None),
            ("2026-01-05", None),
        ] {
            let dates: Vec<NaiveDate> = dates.split(' ').map(day).collect();
            let found = term(&dates).map(|(anchor, period)| (anchor, period.to_string()));
            let expected = expected.map(|(anchor, period)| (anchor, period.to_owned()));
            assert_eq!(found, expected, "{dates:?}");
        }
    }
}
