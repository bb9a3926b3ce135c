//! What programs wrote before UTF-8: Windows-1252, which holds Latin-1, and quoted-printable.

use std::borrow::Cow;

use crate::ics::{Property, logical_lines};

/// What Windows-1252 has at 0x80 to 0x9f, where Latin-1 has control characters.
const HIGH: [Option<char>; 32] = [
    Some('€'),
    None,
    Some('‚'),
    Some('ƒ'),
    Some('„'),
    Some('…'),
    Some('†'),
    Some('‡'),
    Some('ˆ'),
    Some('‰'),
    Some('Š'),
    Some('‹'),
    Some('Œ'),
    None,
    Some('Ž'),
    None,
    None,
    Some('‘'),
    Some('’'),
    Some('“'),
    Some('”'),
    Some('•'),
    Some('–'),
    Some('—'),
    Some('˜'),
    Some('™'),
    Some('š'),
    Some('›'),
    Some('œ'),
    None,
    Some('ž'),
    Some('Ÿ'),
];

/// A text in Windows-1252; nothing where a byte is no character of it.
fn windows_1252(bytes: &[u8]) -> Option<String> {
    let chars = bytes.iter().map(|byte| match byte {
        0x80..=0x9f => HIGH.get(usize::from(byte - 0x80)).copied().flatten(),
        byte => Some(char::from(*byte)),
    });
    chars.collect()
}

/// A calendar that is not UTF-8, read as Windows-1252. Nothing where it is UTF-8, as far as one
/// line of it has a letter in it beyond ASCII, or neither.
pub(crate) fn old_calendar(bytes: &[u8]) -> Option<String> {
    let mut is_other = false;
    for line in logical_lines(bytes) {
        // A fold may stand inside of a letter: only whole lines tell.
        match std::str::from_utf8(&line.bytes) {
            Ok(text) if !text.is_ascii() => return None,
            Ok(_) => {}
            Err(_) => is_other = true,
        }
    }
    if is_other { windows_1252(bytes) } else { None }
}

/// The value of a property, decoded where it is quoted-printable (RFC 2045, section 6.7), as in
/// vCalendar 1.0. Nothing where it cannot be decoded.
pub(crate) fn decoded(property: &Property) -> Option<Cow<'_, str>> {
    if !property.is_quoted_printable() {
        return Some(Cow::Borrowed(&property.value));
    }
    let mut bytes = Vec::with_capacity(property.value.len());
    let mut rest = property.value.as_bytes();
    loop {
        rest = match rest {
            [] | [b'='] => break,
            [b'=', high, low, behind @ ..] => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                bytes.push(u8::try_from(digit(high)? * 16 + digit(low)?).ok()?);
                behind
            }
            [b'=', ..] => return None,
            [byte, behind @ ..] => {
                bytes.push(*byte);
                behind
            }
        };
    }
    let is_old = property.parameter("CHARSET").is_some_and(|charset| {
        ["ISO-8859-1", "WINDOWS-1252"].contains(&charset.to_ascii_uppercase().as_str())
    });
    match String::from_utf8(bytes) {
        Ok(text) => Some(Cow::Owned(text)),
        Err(error) if is_old => windows_1252(error.as_bytes()).map(Cow::Owned),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::decoded;
    use super::old_calendar;
    use crate::ics::{Place, Property};

    #[test]
    fn old_letters_are_read_where_they_can_be_nothing_else() {
        for (bytes, expected) in [
            (&b"A:\xe5\r\nB:\x80\x9f\r\n"[..], Some("A:å\r\nB:€Ÿ\r\n")),
            (b"A:a\r\n", None),
            // One line is UTF-8, a fold in its letter or not, and another is damaged.
            (b"A:\xc3\xa5\r\nB:\xe5\r\n", None),
            (b"A:\xc3\r\n \xa5\r\nB:\xe5\r\n", None),
            (b"A:\xc3\r\n \xa5\r\n", None),
            (b"A:\x81\r\n", None),
        ] {
            assert_eq!(old_calendar(bytes).as_deref(), expected, "{bytes:?}");
        }
    }

    #[test]
    fn quoted_printable_is_decoded() {
        let property = |parameters: &[(&str, &str)], value: &str| Property {
            name: "SUMMARY".to_owned(),
            parameters: parameters
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
            value: value.to_owned(),
            place: Place::default(),
        };
        let quoted = ("ENCODING", "quoted-printable");
        let latin = ("CHARSET", "iso-8859-1");
        for (parameters, value, expected) in [
            (&[quoted][..], "Pr=C3=A9paid=", Some("Prépaid")),
            (&[("QUOTED-PRINTABLE", "")], "A=3DB=0d=0A", Some("A=B\r\n")),
            (&[quoted, latin], "Pr=E9paid", Some("Prépaid")),
            (&[quoted, latin], "Pr=C3=A9paid", Some("Prépaid")),
            (&[quoted], "Pr=E9paid", None),
            (&[quoted], "A=X0", None),
            (&[quoted], "A=C", None),
            (&[], "A=C3=A9", Some("A=C3=A9")),
        ] {
            let property = property(parameters, value);
            assert_eq!(decoded(&property).as_deref(), expected, "{property:?}");
        }
    }
}
