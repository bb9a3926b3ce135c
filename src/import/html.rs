//! HTML in notes becomes text, as Google Calendar and Outlook write it.

use std::borrow::Cow;

/// The tags that make a text HTML. Anything else between `<` and `>` stays.
const TAGS: [&str; 24] = [
    "a", "b", "br", "p", "ul", "ol", "li", "div", "span", "i", "u", "strong", "em", "html", "body",
    "table", "tr", "td", "th", "h1", "h2", "h3", "hr", "font",
];
/// The tags that begin a line.
const LINES: [&str; 12] = [
    "br", "p", "ul", "ol", "li", "div", "tr", "table", "h1", "h2", "h3", "hr",
];
const ENTITIES: [(&str, char); 12] = [
    ("nbsp", ' '),
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("szlig", 'ß'),
    ("aring", 'å'),
    ("euro", '€'),
];

/// The text of HTML: lines for its blocks, a hyphen before each item of a list, and the address behind
/// the text of a link. A text without tags and entities stays as it is. Cost: linear in the text.
pub(crate) fn html_text(text: &str) -> Cow<'_, str> {
    if !text.contains(['<', '&']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut is_html = false;
    // The address of the link that is open, and where its text begins.
    let mut link: Option<(String, usize)> = None;
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        out += before;
        rest = from;
        if let Some((name, inside, after)) = tag(rest) {
            is_html = true;
            rest = after;
            let is_end = inside.starts_with('/');
            if LINES.contains(&name.as_str()) && !(is_end && name == "li") {
                let is_begun = !out.is_empty() && !out.ends_with('\n');
                if is_begun || name == "br" {
                    out.push('\n');
                }
            }
            match (name.as_str(), is_end) {
                ("li", false) => out += "- ",
                ("a", false) => link = address(inside).map(|address| (address, out.len())),
                ("a", true) => {
                    if let Some((address, begin)) = link.take() {
                        let shown = out.get(begin..).unwrap_or_default().trim();
                        if shown != address {
                            let is_empty = shown.is_empty();
                            out += &if is_empty {
                                address
                            } else {
                                format!(" ({address})")
                            };
                        }
                    }
                }
                _ => {}
            }
        } else if let Some((c, after)) = entity(rest) {
            is_html = true;
            out.push(c);
            rest = after;
        } else {
            let (first, after) = rest.split_at(1);
            out += first;
            rest = after;
        }
    }
    out += rest;
    if !is_html {
        return Cow::Borrowed(text);
    }
    let mut lines: Vec<&str> = out.split('\n').map(str::trim).collect();
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    Cow::Owned(lines.join("\n").trim().to_owned())
}

/// A tag at the beginning of a text: its name in lower case, what is inside, and the text after it.
fn tag(text: &str) -> Option<(String, &str, &str)> {
    /// Octets of a tag; a link may be long.
    const MAX_LENGTH: usize = 4096;
    let head = text.strip_prefix('<')?;
    let window = head.floor_char_boundary(MAX_LENGTH);
    let end = head.get(..window)?.find('>')?;
    let (inside, after) = (head.get(..end)?, head.get(end + 1..)?);
    let name = inside.trim_start_matches('/');
    let length = name.find(|c: char| !c.is_ascii_alphanumeric());
    let name = name
        .get(..length.unwrap_or(name.len()))?
        .to_ascii_lowercase();
    TAGS.contains(&name.as_str())
        .then_some((name, inside, after))
}

/// The address of a link.
fn address(inside: &str) -> Option<String> {
    let (_, value) = inside.split_once("href=")?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, _) = value.get(1..)?.split_once(quote)?;
    Some(value.replace("&amp;", "&"))
}

/// An entity at the beginning of a text, and the text after it.
fn entity(text: &str) -> Option<(char, &str)> {
    /// Octets of a name or a number.
    const MAX_LENGTH: usize = 8;
    let head = text.strip_prefix('&')?;
    let window = head.floor_char_boundary(MAX_LENGTH);
    let end = head.get(..window)?.find(';')?;
    let (name, after) = (head.get(..end)?, head.get(end + 1..)?);
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok();
    let code = match name.strip_prefix('#') {
        Some(digits) => match digits.strip_prefix(['x', 'X']) {
            Some(digits) => number(digits, 16),
            None => number(digits, 10),
        },
        None => None,
    };
    let known = ENTITIES.iter().find(|(known, _)| *known == name);
    let c = known
        .map(|(_, c)| *c)
        .or_else(|| code.and_then(char::from_u32));
    c.map(|c| (if c == '\u{a0}' { ' ' } else { c }, after))
}

#[cfg(test)]
mod tests {
    use super::html_text;

    #[test]
    fn html_becomes_text() {
        for (html, text) in [
            (
                "Pay on <a href=\"https://a.example/x?a=1&amp;b=2\">a.example</a><br>Policy&nbsp;no. 5",
                "Pay on a.example (https://a.example/x?a=1&b=2)\nPolicy no. 5",
            ),
            (
                "<a href='https://a.example'>https://a.example</a>",
                "https://a.example",
            ),
            ("<p>One</p><p>Two</p>", "One\nTwo"),
            (
                "To do:<ul><li>A</li><li>B &lt; C</li></ul>end",
                "To do:\n- A\n- B < C\nend",
            ),
            ("a<br><br><br>b", "a\n\nb"),
            ("AT&amp;T &#8364;5 &#x20ac;", "AT&T \u{20ac}5 \u{20ac}"),
            (
                "Kim <kim@example.org>, 1 < 2 & 3 > 2",
                "Kim <kim@example.org>, 1 < 2 & 3 > 2",
            ),
            ("a & b; c", "a & b; c"),
            ("<b>x", "x"),
            ("<a", "<a"),
        ] {
            assert_eq!(html_text(html), text, "{html}");
        }
    }
}
