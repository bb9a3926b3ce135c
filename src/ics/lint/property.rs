//! One property: the form of its line, its parameters, and what the table says of it.

use std::collections::HashMap;
use std::ops::Range;

use crate::document::report::Severity;
use crate::ics::Property;
use crate::ics::line::LogicalLines;
use crate::ics::lint::fit::Fit;
use crate::ics::lint::inspector::{Inspector, missing};
use crate::ics::lint::raw::RawLine;
use crate::ics::lint::table::{Kinds, RULES, Rule, rules_of};
use crate::ics::lint::value_type::{TimeForm, ValueType};
use crate::text::value_error::{ValueError, quoted};

use Severity::{Error, Warning};
use ValueType::{Date, DateTime, Period, Text};

/// Parameters of people and links that have one value, of which Home Assistant refuses several.
const SINGLE_PARAMETERS: [&str; 8] = [
    "CN", "CUTYPE", "DIR", "LANGUAGE", "PARTSTAT", "ROLE", "RSVP", "SENT-BY",
];
/// Parameters with a fixed list of values, and how bad another is.
const PARAMETER_WORDS: [(&str, &[&str], Severity); 5] = [
    ("ENCODING", &["8BIT", "BASE64"], Warning),
    (
        "FBTYPE",
        &["FREE", "BUSY", "BUSY-UNAVAILABLE", "BUSY-TENTATIVE"],
        Error,
    ),
    ("RANGE", &["THISANDFUTURE"], Warning),
    ("RELATED", &["START", "END"], Warning),
    ("RSVP", &["TRUE", "FALSE"], Error),
];

impl Inspector<'_> {
    /// Checks the properties of a component of this kind, which begins at `place`.
    pub(crate) fn check_properties(
        &mut self,
        kind: Kinds,
        properties: &[Property],
        place: &Range<usize>,
    ) {
        let mut lines: HashMap<&str, usize> = HashMap::new();
        for property in properties {
            let span = &property.place.span;
            let rules = rules_of(&property.name);
            let rule = rules.iter().find(|rule| rule.allowed.contains(kind));
            self.check_line(property, rule);
            match rule {
                None if !rules.is_empty() && kind != Kinds::ALARM => {
                    let name = &property.name;
                    let what = ValueError::new(format!("{name} has no meaning here")).hint(
                        "leave it out: RFC 5545 defines it for other components, and \
                               programs ignore it",
                    );
                    self.warning(span, what);
                }
                Some(rule) if !rule.repeated.contains(kind) => {
                    let line = property.place.line;
                    let first = *lines.entry(rule.name).or_insert(line);
                    if first != line {
                        let name = rule.name;
                        let what =
                            ValueError::new(format!("a second {name}: line {first} has the first"));
                        self.error(
                            span,
                            what.hint("keep only one: Home Assistant refuses the whole feed"),
                        );
                    }
                }
                _ => {}
            }
        }
        for rule in RULES.iter().filter(|rule| rule.required.contains(kind)) {
            if !properties.iter().any(|property| property.name == rule.name) {
                self.error(
                    place,
                    ValueError::new(missing(rule.name)).hint(rule.missing),
                );
            }
        }
    }

    fn check_line(&mut self, property: &Property, rule: Option<&Rule>) {
        let span = &property.place.span;
        let Some(line) = LogicalLines::new(&self.text[span.clone()]).next() else {
            return;
        };
        let line = String::from_utf8_lossy(&line.bytes);
        let Some(raw) = RawLine::split(&line) else {
            let what = ValueError::new(format!("the parameters of {} cannot be read", property.name))
                .hint("write each as `;NAME=value` or `;NAME=\"value\"`: Home Assistant refuses the whole feed");
            return self.error(span, what);
        };
        self.check_names(&raw, span);
        self.check_parameters(&raw, span);
        let Some(rule) = rule else { return };
        if let Some(finding) = check_value(rule, &raw) {
            self.report(span, finding);
        }
        if rule
            .types
            .iter()
            .any(|value_type| matches!(value_type, Text))
        {
            self.check_escapes(raw.value, rule.is_list, span);
        }
        self.check_zone(rule, &raw, span);
    }

    fn check_names(&mut self, raw: &RawLine<'_>, span: &Range<usize>) {
        let is_name = |name: &str, is_letter: fn(&u8) -> bool| {
            let is_known = |b: u8| is_letter(&b) || b.is_ascii_digit() || b == b'-';
            !name.is_empty() && name.bytes().all(is_known)
        };
        let wrong = if !is_name(raw.name, u8::is_ascii_alphabetic) {
            let name = quoted(raw.name);
            format!("{name} is not a property name: allowed are letters, digits and `-`")
        } else if let Some((name, _)) = raw
            .parameters
            .iter()
            .find(|(name, _)| !is_name(name, u8::is_ascii_uppercase))
        {
            let name = quoted(name);
            format!("{name} is not a parameter name: allowed are capitals, digits and `-`")
        } else {
            return;
        };
        let what = ValueError::new(wrong).hint(
            "write another name: Home Assistant refuses the whole \
                                         feed",
        );
        self.error(span, what);
    }

    fn check_parameters(&mut self, raw: &RawLine<'_>, span: &Range<usize>) {
        for (name, values) in &raw.parameters {
            if values.len() > 1 && SINGLE_PARAMETERS.contains(name) {
                let what = ValueError::new(format!("{} has several values of {name}", raw.name))
                    .hint(
                        "put a value with commas in quotes: Home Assistant refuses the whole feed",
                    );
                self.error(span, what);
            }
            let Some((_, words, severity)) =
                PARAMETER_WORDS.iter().find(|(known, ..)| known == name)
            else {
                continue;
            };
            let other = values
                .iter()
                .find(|value| !words.iter().any(|word| value.eq_ignore_ascii_case(word)));
            if let Some(other) = other {
                let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
                let words = words.join(", ");
                let what =
                    ValueError::new(format!("{name} is {}: allowed is {words}", quoted(other)))
                        .hint(match severity {
                            Error => "Home Assistant refuses the whole feed",
                            Warning => "programs ignore it",
                        });
                self.report(span, (*severity, what));
            }
        }
    }

    /// Counts characters of a TEXT that should be escaped, and escapes that are none (RFC 5545,
    /// section 3.3.11). Usually all texts of a file have them, or none: only the first is reported.
    fn check_escapes(&mut self, value: &str, is_list: bool, span: &Range<usize>) {
        let mut chars = value.chars();
        let (mut is_bare, mut is_unknown) = (false, false);
        while let Some(c) = chars.next() {
            match c {
                '\\' => is_unknown |= !matches!(chars.next(), Some('\\' | ';' | ',' | 'n' | 'N')),
                ';' => is_bare = true,
                ',' => is_bare |= !is_list,
                _ => {}
            }
        }
        for (is_found, count) in [
            (is_bare, &mut self.bare_texts),
            (is_unknown, &mut self.unknown_escapes),
        ] {
            if is_found {
                count.get_or_insert((span.clone(), 0)).1 += 1;
            }
        }
    }

    /// Reports what [`Self::check_escapes`] counted.
    pub(crate) fn report_escapes(&mut self) {
        for (found, what, hint) in [
            (
                self.bare_texts.take(),
                "a comma or semicolon without a backslash",
                "write `\\,` and `\\;` in texts: a program may end the text there",
            ),
            (
                self.unknown_escapes.take(),
                "a backslash that escapes nothing",
                "write `\\\\` for a backslash: some programs drop a single one, others show it",
            ),
        ] {
            let Some((span, count)) = found else { continue };
            let what = match count {
                1 => what.to_owned(),
                many => format!("{what}, in {many} properties, this one first"),
            };
            self.warning(&span, ValueError::new(what).hint(hint));
        }
    }

    /// Checks the parameter TZID of a time.
    fn check_zone(&mut self, rule: &Rule, raw: &RawLine<'_>, span: &Range<usize>) {
        let is_timed = |value_type: &ValueType| matches!(value_type, DateTime(_) | Period(_));
        let (Some(zone), true) = (raw.parameter("TZID"), rule.types.iter().any(is_timed)) else {
            return;
        };
        if !raw.value.contains('T') {
            return; // a day has no zone, and programs ignore it
        }
        if !self.named_zones.iter().any(|(name, _)| name == zone) {
            self.named_zones.push((zone.to_owned(), span.clone()));
        }
        if raw.value.ends_with('Z') {
            let what = ValueError::new(format!("{} is in UTC and has a TZID", rule.name))
                .hint("leave out TZID or `Z`: some programs use TZID, others use `Z`");
            self.warning(span, what);
        }
    }
}

/// Checks the value of a property against the types of its rule.
fn check_value(rule: &Rule, raw: &RawLine<'_>) -> Option<(Severity, ValueError)> {
    let name = rule.name;
    let declared = raw.parameter("VALUE");
    let declared_type = match declared {
        None => rule.types.first(),
        Some(declared) => {
            let mut types = rule.types.iter();
            types.find(|known| known.name().eq_ignore_ascii_case(declared))
        }
    };
    let Some(value_type) = declared_type else {
        let declared = declared.unwrap_or_default();
        if declared == "DATE" && Date.check(name, raw.value) == Fit::Unreadable {
            return Some(unreadable(rule, Date, raw.value, Some(declared)));
        }
        let types = rule.types.iter().map(|known| quoted(known.name()));
        let allowed = types.collect::<Vec<String>>().join(", ");
        let declared = quoted(declared);
        let what = ValueError::new(format!(
            "{name} with VALUE={declared}: allowed is {allowed}"
        ));
        return Some((
            Warning,
            what.hint("programs ignore it, or read another value"),
        ));
    };
    let is_text = matches!(value_type, Text);
    let values = raw.value.split(|c| c == ',' && rule.is_list && !is_text);
    let mut warning = None;
    for value in values {
        let (severity, what) = match value_type.check(name, value) {
            Fit::Good => continue,
            Fit::Wrong(severity, what) => (severity, what),
            Fit::Unreadable => unreadable(rule, *value_type, value, declared),
        };
        if severity == Error {
            return Some((severity, what));
        }
        warning.get_or_insert((severity, what));
    }
    if warning.is_some() {
        return warning;
    }
    if rule.needs_value && declared.is_none() {
        let what = ValueError::new(format!("{name} without VALUE"));
        let hint = format!(
            "write `{name};VALUE={}:`: RFC 7986 asks for it",
            value_type.name()
        );
        return Some((Warning, what.hint(hint)));
    }
    None
}

/// What to say of a value that is not of its type: perhaps it is of another one that the property
/// may have.
fn unreadable(
    rule: &Rule,
    value_type: ValueType,
    value: &str,
    declared: Option<&str>,
) -> (Severity, ValueError) {
    let name = rule.name;
    if declared.is_none() {
        for other in rule.types {
            let what = match other {
                Date => "a day",
                DateTime(_) => "a time",
                Period(_) => "a period",
                _ => continue,
            };
            match other.check(name, value) {
                Fit::Unreadable => {}
                Fit::Wrong(severity, what) => return (severity, what),
                Fit::Good => {
                    let severity = if name == "DTSTART" { Error } else { Warning };
                    let what = ValueError::new(format!(
                        "{name} is {what}, but has no VALUE that \
                                                        says so"
                    ));
                    let hint = match other {
                        Date => "without VALUE, a reader expects a time",
                        _ => "without VALUE, a reader expects another type",
                    };
                    let hint = format!("write `{name};VALUE={}:`: {hint}", other.name());
                    return (severity, what.hint(hint));
                }
            }
        }
    }
    let (noun, example) = value_type.described();
    let what = ValueError::new(format!("{name} {} is not a valid {noun}", quoted(value)));
    // Home Assistant reads a day with anything behind its T as that day.
    let day = value.split_once('T').map(|(day, _)| day);
    let takes_days = declared == Some("DATE")
        || rule
            .types
            .iter()
            .any(|known| matches!(known, Date | DateTime(TimeForm::Stamp)));
    if takes_days && day.is_some_and(|day| Date.check(name, day) == Fit::Good) {
        let hint = format!("write it as {example}: programs read it as the whole day, or drop it");
        return (Error, what.hint(hint));
    }
    let hint = match value.split_once('=') {
        Some((parameter @ ("VALUE" | "TZID"), _)) => {
            format!("write a semicolon in front of `{parameter}`")
        }
        _ => format!("write it as {example}"),
    };
    let whom = if rule.is_read {
        "Home Assistant refuses the whole feed"
    } else {
        "some programs refuse the feed, others ignore the line"
    };
    (Error, what.hint(format!("{hint}: {whom}")))
}
