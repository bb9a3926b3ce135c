//! The settings under `calendar:`, which apply to every plan of a file.

use std::borrow::Cow;

use chrono::NaiveTime;
use chrono_tz::Tz;

use crate::plan::value::color::Color;
use crate::plan::value::edit_link::EditLink;
use crate::plan::value::language::Language;
use crate::plan::value::phone::Numbers;
use crate::plan::value::workdays::Workdays;
use crate::time::period::Period;

/// The settings of a plans file.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings<'a> {
    /// The name of the calendar. If `None`, the file's stem is used.
    pub name: Option<Cow<'a, str>>,
    /// An id that makes the UIDs of this list unique; may be empty.
    pub(crate) id: Cow<'a, str>,
    /// A sentence about the calendar.
    pub description: Option<Cow<'a, str>>,
    /// The language of the feed and the page.
    pub language: Language,
    /// The time zone that decides the current day. If `None`, the machine's time zone is used.
    pub(crate) timezone: Option<Tz>,
    /// The leads of plans that give none of their own.
    pub(crate) remind: Vec<Period>,
    /// The days of the week on which warnings come.
    pub(crate) workdays: Workdays,
    /// The local time at which the alarm of an all-day event rings.
    pub remind_at: NaiveTime,
    /// Whether the calendar shows warnings as events in addition to alarms.
    pub(crate) notices: bool,
    /// How phone numbers are shown.
    pub(crate) numbers: Numbers,
    /// The calendar's colour.
    pub color: Option<Color>,
    /// The address at which a renewal can be recorded from a phone.
    pub edit: Option<EditLink>,
    /// A number that is part of the feed's secret address. Another number gives another address.
    pub(crate) link: u32,
    /// A number that is part of the cookies of paired devices. Another number unpairs all devices.
    pub(crate) devices: u32,
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
            workdays: Workdays::ALL,
            remind_at: NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default(),
            notices: true,
            numbers: Numbers::default(),
            color: None,
            edit: None,
            link: 1,
            devices: 1,
        }
    }
}
