//! The types of values (RFC 5545, section 3.3), and which values of each type a program cannot
//! read.

use crate::document::report::Severity;
use crate::ics::lint::fit::{Fit, read_moment};
use crate::ics::lint::recur::check_recur;
use crate::ics::{Moment, Zone, parse_duration, unescape};
use crate::plan::value::color;
use crate::plan::value::url::is_bracketed;
use crate::text::value_error::{ValueError, quoted};

use Severity::{Error, Warning};

/// The type of a value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ValueType {
    Binary,
    CalAddress,
    /// A TEXT that is the name of a colour.
    Color,
    Date,
    DateTime(TimeForm),
    /// A length of time; for one that must not be negative, how bad that is.
    Duration(Option<Severity>),
    /// A latitude and a longitude.
    Geo,
    /// A whole number from the first to the second, and how bad another is.
    Integer(i64, i64, Severity),
    Period(TimeForm),
    Recur,
    RequestStatus,
    Text,
    Uri,
    UtcOffset,
    /// One of these words, how bad another is, and for whom.
    Word(&'static [&'static str], Severity, &'static str),
}

/// The form that a DATE-TIME must have.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TimeForm {
    Any,
    /// UTC; else how bad it is, and for whom.
    Utc(Severity, &'static str),
    /// UTC, but programs read a time or a day of any form.
    Stamp,
    /// Neither UTC nor a named zone.
    Local,
}

impl ValueType {
    /// Its name in the parameter VALUE.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Binary => "BINARY",
            Self::CalAddress => "CAL-ADDRESS",
            Self::Date => "DATE",
            Self::DateTime(_) => "DATE-TIME",
            Self::Duration(_) => "DURATION",
            Self::Geo => "FLOAT",
            Self::Integer(..) => "INTEGER",
            Self::Period(_) => "PERIOD",
            Self::Recur => "RECUR",
            Self::Uri => "URI",
            Self::UtcOffset => "UTC-OFFSET",
            Self::Color | Self::RequestStatus | Self::Text | Self::Word(..) => "TEXT",
        }
    }

    /// What a value of the type is, for messages, and how it is written.
    pub(crate) fn described(self) -> (&'static str, &'static str) {
        match self {
            Self::Binary => ("base64", "`QUJD`"),
            Self::CalAddress => ("address of a person", "`mailto:kim@example.org`"),
            Self::Date => ("date", "`20270105`"),
            Self::DateTime(TimeForm::Any) => (
                "date",
                "`20270105T090000Z`, or with `;VALUE=DATE` as `20270105`",
            ),
            Self::DateTime(TimeForm::Local) => ("date", "`20270105T090000`"),
            Self::DateTime(_) => ("date", "`20270105T090000Z`"),
            Self::Duration(_) => ("length of time", "`-P6DT15H`"),
            Self::Geo => ("place", "`59.91;10.75`"),
            Self::Integer(..) => ("whole number", "`1`"),
            Self::Period(_) => ("period", "`20270105T090000Z/PT1H`"),
            Self::Recur => ("rule", "`FREQ=YEARLY;INTERVAL=1`"),
            Self::RequestStatus => ("status of a request", "`2.0;Success`"),
            Self::Uri => ("address", "`https://example.org/`"),
            Self::UtcOffset => ("offset from UTC", "`+0100`"),
            Self::Color | Self::Text | Self::Word(..) => ("text", "`text`"),
        }
    }

    /// Checks a value as it is written; `name` is that of its property.
    pub(crate) fn check(self, name: &str, value: &str) -> Fit {
        match self {
            Self::Binary => check_binary(name, value),
            Self::Color => check_color(name, value),
            Self::Date => check_date(name, value),
            Self::DateTime(form) => check_time(name, value, form),
            Self::Duration(negative) => check_duration(name, value, negative),
            Self::Geo => check_geo(name, value),
            Self::Integer(min, max, severity) => check_integer(name, value, min, max, severity),
            Self::Period(form) => check_period(name, value, form),
            Self::Recur => check_recur(name, value),
            Self::RequestStatus => check_request_status(value),
            Self::Text => Fit::Good, // its escapes are checked for the whole file at once
            Self::CalAddress | Self::Uri => check_uri(name, value),
            Self::UtcOffset => check_offset(name, value),
            Self::Word(words, severity, hint) => check_word(name, value, words, severity, hint),
        }
    }
}

fn check_date(name: &str, value: &str) -> Fit {
    match read_moment(value) {
        Some(Moment { time: None, .. }) => Fit::Good,
        Some(_) => Fit::warning(
            format!(
                "{name} {} is a time, and VALUE says that it is a day",
                quoted(value)
            ),
            "write the day alone, or leave out `VALUE=DATE`: some programs refuse it",
        ),
        None => Fit::Unreadable,
    }
}

fn check_time(name: &str, value: &str, form: TimeForm) -> Fit {
    let Some(moment) = read_moment(value) else {
        return Fit::Unreadable;
    };
    let not = |what: &str| format!("{name} {} is not {what}", quoted(value));
    let (severity, hint) = match (form, moment.time.map(|(_, zone)| zone)) {
        (TimeForm::Stamp, None) => (
            Warning,
            "write a time in UTC, as `20270105T090000Z`: GNOME uses it to find changes".to_owned(),
        ),
        (_, None) => return Fit::Unreadable,
        (TimeForm::Any, _)
        | (TimeForm::Utc(..) | TimeForm::Stamp, Some(Zone::Utc))
        | (TimeForm::Local, Some(Zone::Floating)) => return Fit::Good,
        (TimeForm::Local, _) => {
            let what = ValueError::new(not("a local time"))
                .hint("write it without `Z`: Home Assistant refuses the whole feed");
            return Fit::Wrong(Error, what);
        }
        (TimeForm::Stamp, _) => (
            Warning,
            "end it with `Z`: GNOME uses it to find changes, and each program reads it in its \
             own time zone"
                .to_owned(),
        ),
        (TimeForm::Utc(severity, whom), _) => (severity, format!("end it with `Z`: {whom}")),
    };
    Fit::Wrong(severity, ValueError::new(not("in UTC")).hint(hint))
}

fn check_period(name: &str, value: &str, form: TimeForm) -> Fit {
    let Some((start, end)) = value.split_once('/') else {
        return Fit::Unreadable;
    };
    match check_time(name, start, form) {
        Fit::Good if check_duration(name, end, None) != Fit::Unreadable => Fit::Good,
        Fit::Good => check_time(name, end, form),
        other => other,
    }
}

fn check_duration(name: &str, value: &str, negative: Option<Severity>) -> Fit {
    let units = value.bytes().filter(u8::is_ascii_alphabetic);
    let places: Option<Vec<usize>> = units
        .map(|unit| b"PWDTHMS".iter().position(|known| *known == unit))
        .collect();
    let is_ordered = places.is_some_and(|places| places.is_sorted()) && value.trim() == value;
    // Home Assistant reads one without its T, or with nothing behind it.
    let forgiven = || match value.strip_suffix('T') {
        Some(days) => parse_duration(days),
        None => {
            let at = value.find(['H', 'M', 'S'])?;
            let number = value[..at].trim_end_matches(|c: char| c.is_ascii_digit());
            let (days, time) = value.split_at(number.len());
            parse_duration(&format!("{days}T{time}"))
        }
    };
    match parse_duration(value) {
        _ if !is_ordered => Fit::Unreadable,
        Some(seconds) => match negative {
            Some(severity) if seconds < 0 => {
                let what = ValueError::new(format!("{name} {} is negative", quoted(value)));
                let hint = match severity {
                    Error => "leave out the minus: Home Assistant refuses the whole feed",
                    Warning => "leave out the minus: RFC 5545 does not allow it here",
                };
                Fit::Wrong(severity, what.hint(hint))
            }
            _ => Fit::Good,
        },
        None if forgiven().is_some() => {
            let value = quoted(value);
            let what = ValueError::new(format!("{name} {value} has its `T` in the wrong place"))
                .hint("write it as `-P6DT15H`, with `T` between days and hours: programs that read with Python's icalendar refuse the whole feed");
            Fit::Wrong(Error, what)
        }
        None => Fit::Unreadable,
    }
}

fn check_geo(name: &str, value: &str) -> Fit {
    let unescaped = unescape(value);
    let numbers = unescaped.split(';').map(|part| part.trim().parse());
    let numbers: Result<Vec<f64>, _> = numbers.collect();
    let Ok([latitude, longitude]) = numbers.as_deref() else {
        return Fit::Unreadable;
    };
    if !(-90.0..=90.0).contains(latitude) || !(-180.0..=180.0).contains(longitude) {
        return Fit::warning(
            format!("{name} {} is not a place on earth", quoted(value)),
            "write the latitude, -90 to 90, then the longitude, -180 to 180",
        );
    }
    if value.contains('\\') {
        return Fit::warning(
            format!("{name} {} has a backslash", quoted(value)),
            "write it as `59.91;10.75`: some programs cannot read it",
        );
    }
    Fit::Good
}

fn check_integer(name: &str, value: &str, min: i64, max: i64, severity: Severity) -> Fit {
    let digits = value.trim();
    let digits = digits.strip_prefix(['+', '-']).unwrap_or(digits);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Fit::Unreadable;
    }
    let number: Option<i64> = value.trim().parse().ok();
    if number.is_some_and(|number| (min..=max).contains(&number)) {
        return Fit::Good;
    }
    let what = ValueError::new(format!(
        "{name} {}: allowed are {min} to {max}",
        quoted(value)
    ));
    let hint = match severity {
        Error => "Home Assistant refuses the whole feed",
        Warning => "programs ignore it, or read another number",
    };
    Fit::Wrong(severity, what.hint(hint))
}

fn check_offset(name: &str, value: &str) -> Fit {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    let is_read = matches!(digits.len(), 4 | 6) && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_read {
        return Fit::Unreadable;
    }
    let is_in_range = &digits[..2] <= "23" && &digits[2..4] <= "59";
    if is_in_range && digits.len() < value.len() {
        return Fit::Good;
    }
    let what = ValueError::new(format!("{name} {} is not a valid offset from UTC", quoted(value)))
        .hint("write a sign, hours up to 23 and minutes up to 59, as `+0100`: programs move each time of the zone, or refuse the feed");
    Fit::Wrong(if is_in_range { Warning } else { Error }, what)
}

fn check_request_status(value: &str) -> Fit {
    let unescaped = unescape(value);
    let parts: Vec<&str> = unescaped.split(';').collect();
    let is_code = parts[0].trim().parse::<f64>().is_ok();
    if is_code && matches!(parts.len(), 2 | 3) {
        Fit::Good
    } else {
        Fit::Unreadable
    }
}

fn check_binary(name: &str, value: &str) -> Fit {
    let is_digit = |b: &u8| b.is_ascii_alphanumeric() || b"+/".contains(b);
    let digits = value.bytes().filter(is_digit).count();
    let padding = value.len() - value.trim_end_matches('=').len();
    if digits % 4 == 1 {
        Fit::Unreadable
    } else if digits + padding < value.len() || !value.len().is_multiple_of(4) {
        Fit::warning(
            format!("{name} {} is not base64", quoted(value)),
            "encode it again: programs cannot show it",
        )
    } else {
        Fit::Good
    }
}

fn check_color(name: &str, value: &str) -> Fit {
    let value = value.trim();
    if value.starts_with('#') || color::Color::parse(value).is_err() {
        return Fit::warning(
            format!("{name} is not a colour name of CSS3"),
            "write a name such as `teal`; for Apple, X-APPLE-CALENDAR-COLOR takes `#1E88E5`",
        );
    }
    Fit::Good
}

fn check_word(name: &str, value: &str, words: &[&str], severity: Severity, hint: &str) -> Fit {
    let is_known = words.iter().any(|word| match severity {
        Error => value == *word,
        Warning => value.trim().eq_ignore_ascii_case(word),
    });
    // Programs may have words of their own.
    if is_known || (severity == Warning && value.starts_with("X-")) {
        return Fit::Good;
    }
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    let words = words.join(", ");
    let what = ValueError::new(format!("{name} is {}: allowed is {words}", quoted(value)));
    Fit::Wrong(severity, what.hint(hint))
}

/// The part of an address in front of its first colon, if that can be a scheme (RFC 3986, section
/// 3.1).
fn scheme(value: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = value.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    is_scheme.then_some((scheme, rest))
}

fn check_scheme(name: &str, value: &str) -> Fit {
    let is_plain = !value.contains(|c: char| c.is_whitespace() || "<>\"".contains(c));
    if scheme(value).is_some() && is_plain {
        return Fit::Good;
    }
    let example = if name == "ATTENDEE" || name == "ORGANIZER" {
        ValueType::CalAddress.described().1
    } else {
        ValueType::Uri.described().1
    };
    Fit::warning(
        format!("{name} {} is not an address", quoted(value)),
        format!("write it as {example}: programs ignore it"),
    )
}

fn check_uri(name: &str, value: &str) -> Fit {
    let Some((scheme, rest)) = scheme(value.trim()) else {
        return check_scheme(name, value);
    };
    if ["javascript", "vbscript"]
        .iter()
        .any(|script| scheme.eq_ignore_ascii_case(script))
    {
        let what = ValueError::new(format!("{name} {} is a program", quoted(value))).hint(
            "write the address of a page: a program may run when the reader follows the \
                   link",
        );
        return Fit::Wrong(Error, what);
    }
    let Some(rest) = rest.strip_prefix("//") else {
        return check_scheme(name, value);
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains(['[', ']']) && !is_bracketed(authority) {
        return Fit::Unreadable;
    }
    if let Some((user, host)) = authority.rsplit_once('@') {
        return Fit::warning(
            format!(
                "{name} {} leads to {} and not to {}",
                quoted(value),
                quoted(host),
                quoted(user)
            ),
            "remove the part before `@`: the reader takes it for the host",
        );
    }
    check_scheme(name, value)
}
