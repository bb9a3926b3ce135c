//! Names of time zones, and hints for names that do not exist.

use chrono_tz::{TZ_VARIANTS, Tz};

use crate::text::value_error::{ValueError, nearest, quoted};

/// The maximum number of letters of an abbreviation. No similar name is suggested for an
/// abbreviation: `PST` differs from `EST` by one letter, but by three hours.
const MAX_ABBREVIATION: usize = 5;

/// Reads a name of the IANA database.
pub(crate) fn parse_timezone(text: &str) -> Result<Tz, ValueError> {
    text.parse().map_err(|_| {
        ValueError::new(format!("unknown time zone {}", quoted(text))).hint(timezone_hint(text))
    })
}

/// Finds a name of the IANA database, in any case of its letters: no two names differ in case alone.
pub(crate) fn find_timezone(text: &str) -> Option<Tz> {
    let has_name = |zone: &&Tz| zone.name().eq_ignore_ascii_case(text);
    let any_case = || TZ_VARIANTS.iter().find(has_name).copied();
    text.parse().ok().or_else(any_case)
}

/// What to write instead of an unknown name.
pub(crate) fn timezone_hint(text: &str) -> String {
    match probable_meaning(text) {
        Some(Meaning::Name(name)) => format!("did you mean `{name}`?"),
        Some(Meaning::Offset(name)) => {
            format!("write `{name}`, whose sign is reversed, or the name of a city's zone")
        }
        None => "write a name of the IANA database, as in `Europe/Oslo`".to_owned(),
    }
}

/// What an unknown name probably means.
enum Meaning {
    /// A zone with a similar name, or of a city with this name.
    Name(&'static str),
    /// The zone with this offset from UTC. The sign in its name follows POSIX, where minus is east.
    Offset(&'static str),
}

fn probable_meaning(text: &str) -> Option<Meaning> {
    let names = || TZ_VARIANTS.iter().map(|zone| zone.name());
    if let Some(offset) = offset(text) {
        let wanted = match offset? {
            0 => return Some(Meaning::Name("UTC")),
            hours => format!("Etc/GMT{:+}", -hours),
        };
        return names().find(|name| *name == wanted).map(Meaning::Offset);
    }
    let wanted = text.replace(' ', "_");
    let city = names().find(|name| {
        let city = name.rsplit('/').next().unwrap_or_default();
        city.eq_ignore_ascii_case(&wanted)
    });
    let may_be_short =
        text.len() <= MAX_ABBREVIATION && text.bytes().all(|b| b.is_ascii_alphabetic());
    let near = || nearest(text, names()).filter(|_| !may_be_short);
    city.or_else(near).map(Meaning::Name)
}

/// If a text is an offset from UTC, such as `GMT+8`, returns its hours. The inner value is `None`
/// if the offset is not in whole hours or its sign is ambiguous.
fn offset(text: &str) -> Option<Option<i32>> {
    let upper = text.to_ascii_uppercase();
    let (name, sign) = upper.split_at(upper.find(['+', '-', '−'])?);
    let posix = name.strip_prefix("ETC/");
    if !matches!(posix.unwrap_or(name).trim(), "" | "GMT" | "UTC" | "Z") {
        return None;
    }
    let mut rest = sign.chars();
    let factor = if rest.next() == Some('+') { 1 } else { -1 };
    let hours = rest.as_str().trim();
    let hours = hours.strip_suffix(":00").unwrap_or(hours);
    let is_number = hours.len() <= 2 && hours.bytes().all(|byte| byte.is_ascii_digit());
    let hours = hours.parse::<i32>().ok().filter(|_| is_number);
    Some(
        hours
            .filter(|_| posix.is_none())
            .map(|hours| factor * hours),
    )
}

#[cfg(test)]
mod tests {
    use super::parse_timezone;

    #[test]
    fn leads_to_no_other_zone() {
        const IANA: &str = "write a name of the IANA database, as in `Europe/Oslo`";
        let reversed = |zone: &str| {
            format!("write `{zone}`, whose sign is reversed, or the name of a city's zone")
        };
        for (text, hint) in [
            ("GMT+8", reversed("Etc/GMT-8")),
            ("gmt+8", reversed("Etc/GMT-8")),
            ("UTC+8", reversed("Etc/GMT-8")),
            ("UTC +08:00", reversed("Etc/GMT-8")),
            ("+08:00", reversed("Etc/GMT-8")),
            ("GMT-5", reversed("Etc/GMT+5")),
            ("UTC−5", reversed("Etc/GMT+5")),
            ("GMT+14", reversed("Etc/GMT-14")),
            ("UTC+0", "did you mean `UTC`?".to_owned()),
            // No zone of the form `Etc/GMT` has a half-hour offset or lies so far west; the sign of
            // `Etc/UTC+8` is ambiguous.
            ("UTC+5:30", IANA.to_owned()),
            ("GMT-13", IANA.to_owned()),
            ("Etc/UTC+8", IANA.to_owned()),
            ("Etc/GMT+20", IANA.to_owned()),
            // Each of these differs by one letter from a zone elsewhere.
            ("PST", IANA.to_owned()),
            ("pst", IANA.to_owned()),
            ("CEST", IANA.to_owned()),
            ("JST", IANA.to_owned()),
            ("AEST", IANA.to_owned()),
            ("Oslo", "did you mean `Europe/Oslo`?".to_owned()),
            ("Europe/Olso", "did you mean `Europe/Oslo`?".to_owned()),
            (
                "america/new york",
                "did you mean `America/New_York`?".to_owned(),
            ),
        ] {
            let error = parse_timezone(text).expect_err(text);
            assert_eq!(error.message, format!("unknown time zone `{text}`"));
            assert_eq!(error.hint, Some(hint), "{text}");
        }
    }
}
