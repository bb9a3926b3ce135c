//! TEXT values (RFC 5545, section 3.3.11).

/// Splits a list of texts, as in CATEGORIES, at each comma without a backslash before it, and
/// resolves the escapes.
pub(crate) fn split_texts(raw: &str) -> Vec<String> {
    resolve_escapes(raw, true)
}

/// Unescapes the text of a property that the icalendar crate does not know and therefore leaves
/// escaped.
pub(crate) fn unescape(raw: &str) -> String {
    resolve_escapes(raw, false).concat()
}

fn resolve_escapes(raw: &str, is_list: bool) -> Vec<String> {
    let mut list = vec![String::new()];
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            ',' if is_list => {
                list.push(String::new());
                continue;
            }
            '\\' => match chars.next() {
                Some('n' | 'N') => '\n',
                Some(other) => other,
                None => '\\',
            },
            c => c,
        };
        if let Some(last) = list.last_mut() {
            last.push(c);
        }
    }
    list
}
