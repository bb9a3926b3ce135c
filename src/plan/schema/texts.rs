//! The schemas of the texts in a plans file, by the meaning of the text.
//!
//! A free text may be a string, a number or a truth value, because the readers take a plain scalar
//! as it is written in the file. A text with a format of its own (a day, a price) is never a
//! number.
//!
//! Patterns use ECMA 262 without flags and without assertions inside, so that every engine reads
//! them in the same way. No pattern refuses what the readers accept.

use chrono_tz::TZ_VARIANTS;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::plan::contact::{LENGTH_UNITS, Method};
use crate::plan::expiry::Extends;
use crate::plan::limits::MAX_LEADS;
use crate::plan::value::color::Color;
use crate::plan::value::language::Language;
use crate::plan::value::phone::Numbers;
use crate::plan::value::workdays;

/// Control characters that no text may have, inside a class.
const CONTROLS: &str = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f";
/// White space that does not count at the ends of a text, inside a class.
const BLANKS: &str = r"\t\n\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
/// Characters without width, of which alone no text is made, inside a class.
const HIDDEN: &str = r"\u00ad\u200b-\u200f\u2060\ufeff";
/// White space around the parts of a price or a length of time; ECMA's own has no U+0085.
const SPACE: &str = r"[\s\u0085]*";

/// A digit, full-width or not.
const DIGIT: &str = "[0-9０-９]";

/// A text of one line.
pub(crate) fn line(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["string", "number", "boolean"],
        "pattern": format!("^{}$", one_line()),
        "errorMessage": "a text of one line was expected, and not an empty one",
    })
}

/// A text of one line, or `""`.
pub(crate) fn id(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["string", "number", "boolean"],
        "pattern": format!("^(?:{})?$", one_line()),
        "errorMessage": "a text of one line was expected",
    })
}

/// A text of one line or more.
pub(crate) fn text(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["string", "number", "boolean"],
        "pattern": format!("^[^{CONTROLS}]*[^{BLANKS}{HIDDEN}{CONTROLS}][^{CONTROLS}]*$"),
        "errorMessage": "a text was expected, and not an empty one",
    })
}

/// A text of one line, or a list of them.
pub(crate) fn lines(generator: &mut SchemaGenerator) -> Schema {
    let item = line(generator);
    json_schema!({
        "type": ["string", "number", "boolean", "array"],
        "pattern": format!("^{}$", one_line()),
        "items": item,
        "errorMessage": "a text of one line or a list of them was expected",
    })
}

/// A day, or a month for its last day.
pub(crate) fn last_day(_: &mut SchemaGenerator) -> Schema {
    let month =
        "(?:19[0-9]{2}|[2-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])-(?:0[1-9]|1[0-2])";
    json_schema!({
        "type": "string",
        "pattern": format!("^(?:{month}|{})$", day()),
        "errorMessage": "a day or a month that exists was expected, as in 2026-10-05 or 2026-10",
    })
}

/// A day.
pub(crate) fn date(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": format!("^(?:{})$", day()),
        "errorMessage": "a day that exists was expected, as in 2026-10-05",
    })
}

/// A day, in ASCII, full-width or Chinese form.
fn day() -> String {
    let year = either_width(
        "(?:19[0-9][0-9]|[2-8][0-9][0-9][0-9]|9[0-8][0-9][0-9]|99[0-8][0-9]|999[0-8])",
    );
    let day = either_width(
        "(?:(?:0[1-9]|1[0-2])D(?:0[1-9]|1[0-9]|2[0-9])|(?:0[13-9]|1[0-2])D30|(?:0[13578]|1[02])D31)",
    )
    .replace('D', "[-－]");
    let short = |pattern: &str| format!("\\s*{}\\s*", either_width(pattern));
    let (month, date) = (
        short("(?:0?[1-9]|1[0-2])"),
        short("(?:0?[1-9]|[12][0-9]|3[01])"),
    );
    format!("{year}[-－]{day}|\\s*{year}\\s*年{month}月{date}[日号]")
}

/// A time of day.
pub(crate) fn time(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": format!("^{}$", either_width("(?:[01][0-9]|2[0-3])[:：][0-5][0-9]")),
        "errorMessage": "a time of day was expected, as in \"09:00\"",
    })
}

/// A length of time.
pub(crate) fn period(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": format!("^{}$", length()),
        "errorMessage": "a length of time was expected, as in 90 days, 2 weeks, 3 months or 1 year",
        "examples": ["90 days", "1 month", "3 months", "1 year"],
    })
}

/// A lead, or a list of them.
pub(crate) fn leads(_: &mut SchemaGenerator) -> Schema {
    let said = "a length of time or a list of them was expected, as in [14d, 7d, 1d]";
    json_schema!({
        "type": ["string", "array"],
        "pattern": format!("^{}$", length()),
        "items": {
            "type": "string",
            "pattern": format!("^{}$", length()),
            "errorMessage": "a length of time was expected, as in 7d, 2 weeks or 9 months",
            "examples": ["7d", "14d", "1d"],
        },
        "maxItems": MAX_LEADS,
        "errorMessage": said,
    })
}

/// A day of the week, or a list of them.
pub(crate) fn workdays(_: &mut SchemaGenerator) -> Schema {
    let any_case = |name: &str| -> String {
        let letters = name.chars();
        letters
            .map(|c| format!("[{}{c}]", c.to_ascii_uppercase()))
            .collect()
    };
    let names = workdays::names().map(any_case).join("|");
    let said = "days of the week were expected, as in [mon, tue, wed, thu, fri]";
    json_schema!({
        "type": ["string", "array"],
        "pattern": format!("^(?:{names})$"),
        "items": {"type": "string", "pattern": format!("^(?:{names})$"), "errorMessage": said,
            "examples": workdays::names()},
        "minItems": 1,
        "errorMessage": said,
    })
}

/// An amount with its currency.
pub(crate) fn price(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": format!(
            "^{SPACE}{DIGIT}{{1,12}}(?:[.．]{DIGIT}{{1,4}})?{SPACE}[A-ZＡ-Ｚ]{{3}}{SPACE}$"
        ),
        "errorMessage": "an amount and a currency code were expected, as in 49 NOK",
        "examples": ["49 NOK"],
    })
}

/// A link.
pub(crate) fn web(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": format!("^[Hh][Tt][Tt][Pp][Ss]?://{}$", after_scheme()),
        "errorMessage": "a web address was expected, as in https://www.example.org/",
    })
}

/// The pattern of a sentence: a line with a character that no number has.
pub(crate) fn sentence_pattern() -> String {
    let inside = format!("[^\\n\\r{CONTROLS}]*");
    format!("^{inside}[^0-9+*#().,/{BLANKS}{HIDDEN}{CONTROLS}-]{inside}[{BLANKS}]*$")
}

/// A text that is no sentence: a link, a number that has letters, or a length of time.
pub(crate) fn no_sentence() -> Value {
    let schema = json_schema!({
        "type": "string",
        "pattern": format!(
            "^(?:(?:[Hh][Tt][Tt][Pp][Ss]?://|www\\.){}|[+-]?[0-9.]+[eE][+-]?[0-9]+|[+-]?0[xob][0-9A-Fa-f]+|[+-]?\\.(?:inf|Inf|INF|nan|NaN|NAN)|[0-9]+ ?(?:{})|{})$",
            after_scheme(),
            LENGTH_UNITS.join("|"),
            day()
        ),
    });
    schema.to_value()
}

/// The host of a link and what follows it.
fn after_scheme() -> String {
    let never = never_in_link();
    let host = format!("(?:[^:@/?#{never}]|[^:/?#{never}][^/?#{never}]*[^@/?#{never}])");
    format!("{host}(?:[/?#][^{never}]*)?")
}

/// The characters that no link has, inside a class.
fn never_in_link() -> String {
    format!("{BLANKS}{CONTROLS}\"<>\\\\^`{{|}}")
}

/// A link that may have `{id}` and `{name}` behind its host.
pub(crate) fn edit_link(_: &mut SchemaGenerator) -> Schema {
    let never = never_in_link();
    let host = format!("(?:[^:@/?#{never}]|[^:/?#{never}][^/?#{never}]*[^@/?#{never}])");
    json_schema!({
        "type": "string",
        "pattern": format!(
            "^[Hh][Tt][Tt][Pp][Ss]?://{host}(?:[/?#](?:[^{never}]|\\{{(?:id|name)\\}})*)?$"
        ),
        "errorMessage": "a web address was expected, as in https://www.example.org/renew/{id}",
    })
}

/// A number from 1 up.
pub(crate) fn serial(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["integer", "string"],
        "minimum": 1,
        "maximum": u32::MAX,
        "pattern": "^0*[1-9][0-9]{0,9}$",
        "errorMessage": "a number from 1 up was expected",
    })
}

/// A language.
pub(crate) fn language(_: &mut SchemaGenerator) -> Schema {
    one_of(Language::ALL.map(Language::tag))
}

/// How phone numbers are shown.
pub(crate) fn numbers(_: &mut SchemaGenerator) -> Schema {
    one_of(Numbers::NAMES)
}

/// A means of renewing.
pub(crate) fn method(_: &mut SchemaGenerator) -> Schema {
    one_of(Method::names())
}

/// What a renewal counts from.
pub(crate) fn extends(_: &mut SchemaGenerator) -> Schema {
    one_of(Extends::NAMES)
}

/// A time zone. An editor that listed them all in its error would say nothing.
pub(crate) fn timezone(_: &mut SchemaGenerator) -> Schema {
    let mut schema = one_of(TZ_VARIANTS.iter().map(|zone| zone.name()));
    schema.insert(
        "errorMessage".to_owned(),
        "a time zone of the IANA database was expected, as in Europe/Oslo".into(),
    );
    schema
}

/// A colour.
pub(crate) fn color(_: &mut SchemaGenerator) -> Schema {
    let said = "a colour was expected: a name of CSS, or \"#1e88e5\" in quotes";
    let names: Vec<&str> = Color::names().collect();
    json_schema!({
        "anyOf": [
            {"type": "string", "enum": names, "errorMessage": said},
            {"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$", "errorMessage": said},
        ],
        "examples": ["#1e88e5"],
    })
}

fn one_of(names: impl IntoIterator<Item = &'static str>) -> Schema {
    let names: Vec<&str> = names.into_iter().collect();
    json_schema!({"type": "string", "enum": names})
}

/// A line that is not blank; a break that ends a block scalar does not count.
fn one_line() -> String {
    let inside = format!("[^\\n\\r{CONTROLS}]*");
    format!("{inside}[^{BLANKS}{HIDDEN}{CONTROLS}]{inside}[{BLANKS}]*")
}

/// The pattern with the full-width digits beside those of each class, and with a class for each digit
/// outside.
fn either_width(pattern: &str) -> String {
    let wide = |digit: char| match digit.to_digit(10) {
        Some(digit) => char::from_u32('０' as u32 + digit).unwrap_or('０'),
        None => digit,
    };
    let mut out = String::new();
    let mut class: Option<String> = None;
    for c in pattern.chars() {
        match (&mut class, c) {
            (None, '[') => class = Some(String::new()),
            (None, '0'..='9') => out.extend(['[', c, wide(c), ']']),
            (None, _) => out.push(c),
            (Some(inside), ']') => {
                out.extend(["[", inside]);
                if inside.contains(|c: char| c.is_ascii_digit()) {
                    out.extend(inside.chars().map(wide));
                }
                out.push(']');
                class = None;
            }
            (Some(inside), _) => inside.push(c),
        }
    }
    out
}

/// Words in their order, each once; or ISO 8601.
fn length() -> String {
    let part = |unit: &str| format!("{DIGIT}+{SPACE}(?:{unit})");
    let years = part("[Yy](?:[Rr][Ss]?|[Ee][Aa][Rr][Ss]?)?|年");
    let months = part("[Mm][Oo](?:[Ss]|[Nn][Tt][Hh][Ss]?)?|[个個]月");
    let weeks = part("[Ww](?:[Kk][Ss]?|[Ee][Ee][Kk][Ss]?)?|[周週]|个?星期");
    let days = part("[Dd](?:[Aa][Yy][Ss]?)?|[天日]");
    let then = |part: &str| format!("(?:{SPACE}(?:and {SPACE})?{part})?");
    let (later_months, later_weeks, later_days) = (then(&months), then(&weeks), then(&days));
    let words = format!(
        "(?:{years}{later_months}{later_weeks}{later_days}|{months}{later_weeks}{later_days}|{weeks}{later_days}|{days})"
    );
    let iso = "P(?:[0-9]+Y(?:[0-9]+M)?(?:[0-9]+W)?(?:[0-9]+D)?|[0-9]+M(?:[0-9]+W)?(?:[0-9]+D)?|[0-9]+W(?:[0-9]+D)?|[0-9]+D)".replace("[0-9]", DIGIT);
    format!("{SPACE}(?:{words}|{iso}){SPACE}")
}
