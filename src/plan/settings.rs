//! `calendar:`, what holds for every plan of a file.

use std::borrow::Cow;

use chrono::NaiveTime;
use chrono_tz::Tz;

use crate::plan::value::color::Color;
use crate::plan::value::language::Language;
use crate::plan::value::phone::Numbers;
use crate::plan::value::url::WebAddress;
use crate::time::period::Period;

/// The settings of a plans file.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings<'a> {
    /// The calendar's name; the file's stem where there is none.
    pub name: Option<Cow<'a, str>>,
    /// What makes UIDs unique to this list; may be empty.
    pub(crate) id: Cow<'a, str>,
    /// A sentence about the calendar.
    pub description: Option<Cow<'a, str>>,
    /// The words of the feed and the page.
    pub language: Language,
    /// What decides which day is today; the machine's zone where there is none.
    pub(crate) timezone: Option<Tz>,
    /// Leads for plans that name none.
    pub(crate) remind: Vec<Period>,
    /// Local time of the alarm on an all-day event.
    pub remind_at: NaiveTime,
    /// Whether there are visible events beside the alarms.
    pub(crate) notices: bool,
    /// How phone numbers are shown.
    pub(crate) numbers: Numbers,
    /// The calendar's colour.
    pub color: Option<Color>,
    /// Where a renewal can be recorded from a phone.
    pub edit: Option<WebAddress<'a>>,
    /// Another number gives the feed another secret address.
    pub(crate) link: u32,
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Self {
            name: None,
            id: Cow::Borrowed(""),
            description: None,
            language: Language::default(),
            timezone: None,
            remind: vec![Period::WEEK],
            remind_at: NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default(),
            notices: true,
            numbers: Numbers::default(),
            color: None,
            edit: None,
            link: 1,
        }
    }
}
