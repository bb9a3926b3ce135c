//! The days of the week on which warnings come.

use chrono::{Datelike as _, Days, NaiveDate, Weekday};

use crate::text::value_error::{ValueError, quoted};
use crate::time::date;

/// Some days of the week, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Workdays {
    /// One bit for each day, Monday first.
    days: u8,
}

/// The names of the days in a plans file.
const NAMES: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];

/// The full names, in the same order.
const FULL_NAMES: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

impl Workdays {
    /// Every day of the week.
    pub(crate) const ALL: Self = Self { days: 0x7f };

    /// Only the given days; `None` if there are none.
    pub(crate) fn new(days: impl IntoIterator<Item = Weekday>) -> Option<Self> {
        let days = days.into_iter().fold(0, |days, day| days | bit(day));
        (days != 0).then_some(Self { days })
    }

    /// The last of these days on or before `day`. `None` if it is before the first allowed year.
    #[must_use]
    pub(crate) fn on_or_before(self, day: NaiveDate) -> Option<NaiveDate> {
        let mut days = (0..7).filter_map(|back| day.checked_sub_days(Days::new(back)));
        days.find(|day| self.days & bit(day.weekday()) != 0)
            .filter(|day| date::in_range(*day))
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day.num_days_from_monday()
}

/// Every name, in the order in which messages list them.
pub(crate) fn names() -> [&'static str; 7] {
    NAMES.map(|(name, _)| name)
}

/// Reads the name of a day, such as `mon`.
///
/// # Errors
///
/// Returns an error for any other word. The hint gives a similar name.
pub(crate) fn parse_weekday(text: &str) -> Result<Weekday, ValueError> {
    let lower = text.to_ascii_lowercase();
    let named = NAMES.into_iter().find(|(name, _)| *name == lower);
    named.map(|(_, day)| day).ok_or_else(|| {
        let error = ValueError::new(format!(
            "unknown day {}: allowed {}",
            quoted(text),
            names().join(", ")
        ));
        let mut known = names().into_iter().zip(FULL_NAMES);
        match known.find(|(_, full)| lower.len() > 1 && full.starts_with(&lower)) {
            Some((name, _)) => error.hint(format!("write `{name}`")),
            None => error
                .hint("write each day, as in `[mon, tue, wed, thu, fri]`")
                .did_you_mean(&lower, names()),
        }
    })
}
