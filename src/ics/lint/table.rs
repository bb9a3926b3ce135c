//! The properties of iCalendar, in one table (RFC 5545, section 3.8, and RFC 7986, section 5): where
//! each may stand, how often, and what type of value it has. Names that are not in it, such as `X-`
//! ones, are left alone.

use crate::document::report::Severity;
use crate::ics::lint::value_type::{TimeForm, ValueType};

use Severity::{Error, Warning};
use ValueType::{
    Binary, CalAddress, Color, Date, DateTime, Duration, Geo, Integer, Period, Recur,
    RequestStatus, Text, Uri, UtcOffset, Word,
};

/// A set of components.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kinds(u8);

impl Kinds {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const CALENDAR: Self = Self(1);
    pub(crate) const EVENT: Self = Self(1 << 1);
    pub(crate) const TODO: Self = Self(1 << 2);
    pub(crate) const JOURNAL: Self = Self(1 << 3);
    pub(crate) const FREEBUSY: Self = Self(1 << 4);
    pub(crate) const TIMEZONE: Self = Self(1 << 5);
    /// STANDARD or DAYLIGHT.
    pub(crate) const OBSERVANCE: Self = Self(1 << 6);
    pub(crate) const ALARM: Self = Self(1 << 7);

    /// The kind of a component with this name, in capitals; `None` for one that RFC 5545 does not
    /// have.
    pub(crate) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "VCALENDAR" => Self::CALENDAR,
            "VEVENT" => Self::EVENT,
            "VTODO" => Self::TODO,
            "VJOURNAL" => Self::JOURNAL,
            "VFREEBUSY" => Self::FREEBUSY,
            "VTIMEZONE" => Self::TIMEZONE,
            "STANDARD" | "DAYLIGHT" => Self::OBSERVANCE,
            "VALARM" => Self::ALARM,
            _ => return None,
        })
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn contains(self, kind: Self) -> bool {
        self.0 & kind.0 != 0
    }
}

/// What holds for a property.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    /// The components in which it may stand.
    pub(crate) allowed: Kinds,
    /// Those in which it may stand several times; in others Home Assistant refuses a second.
    pub(crate) repeated: Kinds,
    /// Those in which it must stand.
    pub(crate) required: Kinds,
    /// What to do if it is missing where it must stand.
    pub(crate) missing: &'static str,
    /// The types that its value may have. The parameter VALUE names any but the first.
    pub(crate) types: &'static [ValueType],
    /// Whether commas separate several values.
    pub(crate) is_list: bool,
    /// Whether the parameter VALUE must name the first type as well.
    pub(crate) needs_value: bool,
    /// Whether Home Assistant reads its value: for one that it cannot read it refuses the whole
    /// feed.
    pub(crate) is_read: bool,
}

impl Rule {
    const fn new(name: &'static str, allowed: Kinds, types: &'static [ValueType]) -> Self {
        Self {
            name,
            allowed,
            repeated: Kinds::NONE,
            required: Kinds::NONE,
            missing: "",
            types,
            is_list: false,
            needs_value: false,
            is_read: true,
        }
    }

    const fn repeated(self, repeated: Kinds) -> Self {
        Self { repeated, ..self }
    }

    const fn required(self, required: Kinds, missing: &'static str) -> Self {
        Self {
            required,
            missing,
            ..self
        }
    }

    const fn list(self) -> Self {
        Self {
            is_list: true,
            ..self
        }
    }

    const fn needs_value(self) -> Self {
        Self {
            needs_value: true,
            ..self
        }
    }

    const fn not_read(self) -> Self {
        Self {
            is_read: false,
            ..self
        }
    }
}

const CALENDAR: Kinds = Kinds::CALENDAR;
const EVENT: Kinds = Kinds::EVENT;
const TODO: Kinds = Kinds::TODO;
const JOURNAL: Kinds = Kinds::JOURNAL;
const FREEBUSY: Kinds = Kinds::FREEBUSY;
const TIMEZONE: Kinds = Kinds::TIMEZONE;
const OBSERVANCE: Kinds = Kinds::OBSERVANCE;
const ALARM: Kinds = Kinds::ALARM;
const PLANNED: Kinds = EVENT.and(TODO);
const ENTRIES: Kinds = PLANNED.and(JOURNAL);
const ALL_ENTRIES: Kinds = ENTRIES.and(FREEBUSY);

const REFUSED: &str = "Home Assistant refuses the whole feed without it";
const TIME: ValueType = DateTime(TimeForm::Any);
const STAMP: ValueType = DateTime(TimeForm::Utc(
    Warning,
    "each program reads it in a time zone of its own",
));
const COUNT: ValueType = Integer(0, i32::MAX as i64, Warning);
const STATUS: &str =
    "Home Assistant refuses the whole feed for any other word, and for small letters";

/// The table, in the order of the names.
pub(crate) const RULES: &[Rule] = &[
    Rule::new("ACTION", ALARM, &[Text]).required(ALARM, "write `ACTION:DISPLAY`"),
    Rule::new("ATTACH", ENTRIES.and(ALARM), &[Uri, Binary]).repeated(ENTRIES.and(ALARM)),
    Rule::new("ATTENDEE", ALL_ENTRIES.and(ALARM), &[CalAddress]).repeated(ALL_ENTRIES.and(ALARM)),
    Rule::new(
        "CALSCALE",
        CALENDAR,
        &[Word(
            &["GREGORIAN"],
            Warning,
            "programs support no other calendar scale",
        )],
    ),
    Rule::new("CATEGORIES", CALENDAR.and(ENTRIES), &[Text])
        .repeated(CALENDAR.and(ENTRIES))
        .list(),
    Rule::new(
        "CLASS",
        ENTRIES,
        &[Word(
            &["PUBLIC", "PRIVATE", "CONFIDENTIAL"],
            Warning,
            "programs read any other word as `PRIVATE`",
        )],
    ),
    Rule::new("COLOR", CALENDAR.and(ENTRIES), &[Color]),
    Rule::new("COMMENT", ALL_ENTRIES.and(OBSERVANCE), &[Text])
        .repeated(ALL_ENTRIES.and(OBSERVANCE)),
    Rule::new("COMPLETED", TODO, &[STAMP]),
    Rule::new("CONFERENCE", PLANNED, &[Uri])
        .repeated(PLANNED)
        .needs_value(),
    Rule::new("CONTACT", ALL_ENTRIES, &[Text]).repeated(ALL_ENTRIES),
    Rule::new("CREATED", ENTRIES, &[STAMP]),
    Rule::new("DESCRIPTION", CALENDAR.and(ENTRIES).and(ALARM), &[Text]).repeated(CALENDAR),
    Rule::new("DTEND", EVENT.and(FREEBUSY), &[TIME, Date]),
    Rule::new("DTSTAMP", ALL_ENTRIES, &[DateTime(TimeForm::Stamp)]).required(
        ALL_ENTRIES,
        "RFC 5545 requires it, and GNOME shows no edit without it",
    ),
    Rule::new("DTSTART", ALL_ENTRIES, &[TIME, Date])
        .required(EVENT, "no program shows an event without a day"),
    Rule::new("DTSTART", OBSERVANCE, &[DateTime(TimeForm::Local)]).required(
        OBSERVANCE,
        "a time zone needs the day from which it applies",
    ),
    Rule::new("DUE", TODO, &[TIME, Date]),
    Rule::new("DURATION", PLANNED, &[Duration(Some(Error))]),
    Rule::new("DURATION", ALARM, &[Duration(Some(Warning))]),
    Rule::new("EXDATE", ENTRIES, &[TIME, Date])
        .repeated(ENTRIES)
        .list(),
    Rule::new(
        "FREEBUSY",
        FREEBUSY,
        &[Period(TimeForm::Utc(
            Error,
            "Home Assistant refuses the whole feed",
        ))],
    )
    .repeated(FREEBUSY)
    .list(),
    Rule::new("GEO", PLANNED, &[Geo]),
    Rule::new("IMAGE", CALENDAR.and(ENTRIES), &[Uri, Binary])
        .repeated(CALENDAR.and(ENTRIES))
        .needs_value(),
    Rule::new(
        "LAST-MODIFIED",
        CALENDAR.and(ENTRIES).and(TIMEZONE),
        &[STAMP],
    ),
    Rule::new("LOCATION", PLANNED, &[Text]),
    Rule::new("METHOD", CALENDAR, &[Text]),
    Rule::new("NAME", CALENDAR, &[Text]).repeated(CALENDAR),
    Rule::new("ORGANIZER", ALL_ENTRIES, &[CalAddress]),
    // Home Assistant does not read it, so that a second one harms nobody.
    Rule::new("PERCENT-COMPLETE", TODO, &[Integer(0, 100, Warning)])
        .repeated(TODO)
        .not_read(),
    Rule::new("PRIORITY", PLANNED, &[Integer(0, 9, Error)]),
    Rule::new("PRODID", CALENDAR, &[Text]).required(
        CALENDAR,
        "RFC 5545 requires it, as in `PRODID:-//me//my feed//EN`",
    ),
    Rule::new(
        "RDATE",
        ENTRIES.and(OBSERVANCE),
        &[TIME, Date, Period(TimeForm::Any)],
    )
    .repeated(ENTRIES.and(OBSERVANCE))
    .list(),
    Rule::new("RECURRENCE-ID", ENTRIES, &[TIME, Date]).not_read(),
    Rule::new("REFRESH-INTERVAL", CALENDAR, &[Duration(Some(Warning))]).needs_value(),
    Rule::new("RELATED-TO", ENTRIES, &[Text]).repeated(ENTRIES),
    Rule::new("REPEAT", ALARM, &[COUNT]),
    Rule::new("REQUEST-STATUS", ALL_ENTRIES, &[RequestStatus]).repeated(ALL_ENTRIES),
    Rule::new("RESOURCES", PLANNED, &[Text])
        .repeated(PLANNED)
        .list(),
    Rule::new("RRULE", ENTRIES.and(OBSERVANCE), &[Recur]),
    Rule::new("SEQUENCE", ALL_ENTRIES, &[COUNT]),
    Rule::new("SOURCE", CALENDAR, &[Uri]).needs_value(),
    Rule::new(
        "STATUS",
        EVENT,
        &[Word(
            &["TENTATIVE", "CONFIRMED", "CANCELLED"],
            Error,
            STATUS,
        )],
    ),
    Rule::new(
        "STATUS",
        JOURNAL,
        &[Word(&["DRAFT", "FINAL", "CANCELLED"], Error, STATUS)],
    ),
    Rule::new(
        "STATUS",
        TODO,
        &[Word(
            &["NEEDS-ACTION", "COMPLETED", "IN-PROCESS", "CANCELLED"],
            Error,
            STATUS,
        )],
    ),
    Rule::new("SUMMARY", ENTRIES.and(ALARM), &[Text]),
    Rule::new(
        "TRANSP",
        EVENT,
        &[Word(
            &["OPAQUE", "TRANSPARENT"],
            Warning,
            "programs read any other word as `OPAQUE`, which shows the reader as busy",
        )],
    ),
    Rule::new(
        "TRIGGER",
        ALARM,
        &[
            Duration(None),
            DateTime(TimeForm::Utc(
                Error,
                "Google Calendar drops the whole event",
            )),
        ],
    )
    .required(ALARM, "an alarm needs a time"),
    Rule::new("TZID", TIMEZONE, &[Text]).required(TIMEZONE, REFUSED),
    Rule::new("TZNAME", OBSERVANCE, &[Text]).repeated(OBSERVANCE),
    Rule::new("TZOFFSETFROM", OBSERVANCE, &[UtcOffset]).required(OBSERVANCE, REFUSED),
    Rule::new("TZOFFSETTO", OBSERVANCE, &[UtcOffset]).required(OBSERVANCE, REFUSED),
    Rule::new("TZURL", TIMEZONE, &[Uri]),
    Rule::new("UID", CALENDAR.and(ALL_ENTRIES), &[Text]).required(
        ALL_ENTRIES,
        "give it a UID that never changes: without one, each refresh doubles the event",
    ),
    Rule::new("URL", CALENDAR.and(ALL_ENTRIES), &[Uri]),
    Rule::new(
        "VERSION",
        CALENDAR,
        &[Word(&["2.0"], Error, "programs read no other version")],
    )
    .required(CALENDAR, "write `VERSION:2.0`"),
    // Not in the RFCs, but Home Assistant refuses a second one.
    Rule::new("X-WR-TIMEZONE", CALENDAR, &[Text]),
];

/// The rules of a property with this name, in capitals: one for each kind of value that it has in
/// different components, or none if its name is not known.
pub(crate) fn rules_of(name: &str) -> &'static [Rule] {
    let start = RULES.partition_point(|rule| rule.name < name);
    let count = RULES[start..].partition_point(|rule| rule.name == name);
    &RULES[start..start + count]
}
