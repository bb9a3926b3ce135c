//! Links that call a number or write a text message.

use percent_encoding::utf8_percent_encode;

use crate::plan::value::url::RESERVED;

/// A `tel:` link (RFC 3966) to a number or a code such as `*100#`.
///
/// `None` if it is unclear which keys to press: if the number has anything but digits, `*`, `#`, a
/// plus at its start and separators, or if it has a zero in brackets, which is dialled only without
/// the country code.
pub(crate) fn tel(number: &str) -> Option<String> {
    let mut link = "tel:".to_owned();
    for c in keys(number)? {
        match c {
            // A `#` would begin a fragment.
            '#' => link.push_str("%23"),
            c => link.push(c),
        }
    }
    Some(link)
}

/// An `sms:` link (RFC 5724) to a number, with the text of the message if there is one.
pub(crate) fn sms(to: &str, text: Option<&str>) -> Option<String> {
    let keys = keys(to).filter(|keys| !keys.contains(&'*') && !keys.contains(&'#'))?;
    let mut link = "sms:".to_owned();
    link.extend(keys);
    if let Some(text) = text {
        link.push_str("?body=");
        link.extend(utf8_percent_encode(text, RESERVED));
    }
    Some(link)
}

/// The keys that dial a number.
fn keys(number: &str) -> Option<Vec<char>> {
    let mut keys = Vec::new();
    for (index, c) in number.char_indices() {
        match c {
            '0'..='9' | '*' | '#' => keys.push(c),
            '+' if index == 0 => keys.push(c),
            ' ' | '\u{a0}' | '-' | '.' | '(' | ')' => {}
            _ => return None,
        }
    }
    let is_ambiguous = number.starts_with('+') && number.contains("(0)");
    let has_digit = keys.iter().any(char::is_ascii_digit);
    (has_digit && !is_ambiguous).then_some(keys)
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;
    use proptest::prelude::{prop_oneof, proptest};
    use proptest::test_runner::Config;

    use super::sms;
    use super::tel;

    #[test]
    fn dials_only_what_is_plain() {
        for (number, link) in [
            ("+47 915 09 000", Some("tel:+4791509000")),
            ("*100#", Some("tel:*100%23")),
            ("#31#(020) 79-46.0", Some("tel:%2331%2302079460")),
            ("*111*PIN#", None),
            ("0800-FLOWERS", None),
            ("+44 (0)20 7946 0000", None),
            ("12 / 34", None),
            ("47+1", None),
            ("12,3", None),
            ("*#", None),
            ("٣", None),
            ("", None),
            ("1\" onclick=\"x", None),
        ] {
            assert_eq!(tel(number).as_deref(), link, "{number}");
        }
    }

    #[test]
    fn writes_a_message() {
        assert_eq!(
            sms("1933", Some("PÅFYLL & 1")).as_deref(),
            Some("sms:1933?body=P%C3%85FYLL%20%26%201")
        );
        assert_eq!(sms("+47 1", None).as_deref(), Some("sms:+471"));
        assert_eq!(sms("*1#", None), None);
        assert_eq!(sms("1933;x", None), None);
    }

    proptest! {
        #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(2000) })]
        #[test]
        fn a_link_has_the_keys_of_its_text_and_nothing_else(
            number in prop_oneof!["[+*#0-9 ().-]{0,16}", "[ -~]{0,12}", "\\PC{0,12}"],
            text in "\\PC{0,30}",
        ) {
            let is_key = |c: &char| c.is_ascii_digit() || "+*#".contains(*c);
            let keys: String = number.chars().filter(is_key).collect();
            if let Some(link) = tel(&number) {
                assert_eq!(link, format!("tel:{}", keys.replace('#', "%23")));
            }
            if let Some(link) = sms(&number, Some(&text)) {
                let (to, body) = link.split_once("?body=").expect("a body");
                assert_eq!(to, format!("sms:{keys}"));
                assert_eq!(percent_decode_str(body).decode_utf8_lossy(), text);
                let is_plain = |c: char| c.is_ascii_alphanumeric() || "%-._~".contains(c);
                assert!(body.chars().all(is_plain), "{body}");
            }
        }
    }
}
