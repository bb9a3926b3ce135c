//! Decides whether a response is a calendar, and if not, what it is.

use crate::document::without_mark;
use crate::fetch::address::{Address, hide};
use crate::fetch::http::Head;
use crate::text::value_error::{ValueError, quoted};

/// How much of a web page is looked at.
const MAX_PAGE_BYTES: usize = 64 * 1024;
/// Titles of pages that make a browser prove that it is one.
const CHALLENGES: [&str; 5] = [
    "just a moment",
    "attention required",
    "checking your browser",
    "access denied",
    "are you a robot",
];

/// Why a response is no calendar: a short name for programs, and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) kind: &'static str,
    pub(crate) what: ValueError,
}

/// Whether the text begins as a calendar does.
pub(crate) fn is_calendar(body: &[u8]) -> bool {
    let start = without_mark(body).trim_ascii_start();
    let begin = b"BEGIN:VCALENDAR";
    start
        .get(..begin.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(begin))
}

/// Judges the response that an address gave.
pub(crate) fn judge(address: &Address, head: &Head, body: &[u8]) -> Result<(), Refusal> {
    let refusal = |kind, what: String| Refusal {
        kind,
        what: ValueError::new(what),
    };
    let kind_of_body = head.field("content-type").unwrap_or_default();
    let page = String::from_utf8_lossy(&body[..body.len().min(MAX_PAGE_BYTES)]);
    let lower = page.to_lowercase();
    let start = lower.trim_start();
    let is_page = kind_of_body.to_ascii_lowercase().contains("text/html")
        || start.starts_with("<!doctype html")
        || start.starts_with("<html");
    let title = is_page.then(|| title(&page)).flatten();
    let title = title.map(|title| hide(&title, &address.secrets()));
    let named = title.as_ref().map_or_else(String::new, |title| {
        format!(" with the title {}", quoted(title))
    });
    let lower_title = title.unwrap_or_default().to_lowercase();
    let is_challenge = head.field("cf-mitigated").is_some()
        || (is_page
            && matches!(head.status, 403 | 429 | 503)
            && CHALLENGES.iter().any(|words| lower_title.contains(words)));
    if is_challenge {
        let whose = match head.field("cf-mitigated") {
            Some(_) => " of Cloudflare",
            None => "",
        };
        let mut refusal = refusal("challenge", format!("a bot challenge{whose}{named}"));
        refusal.what = refusal.what.hint(
            "exempt the feed's path from bot protection: no calendar program can solve a \
                   challenge",
        );
        return Err(refusal);
    }
    let is_login = is_page
        && (lower.contains("type=\"password\"")
            || ["sign in", "log in", "login", "anmelden", "logg inn", "登录"]
                .iter()
                .any(|words| lower_title.contains(words)));
    if is_login {
        let mut refusal = refusal("login", format!("a login page{named}"));
        refusal.what = refusal.what.hint(
            "put the feed at a secret path without a login: calendar programs cannot sign \
                   in",
        );
        return Err(refusal);
    }
    if head.status != 200 {
        let what = match head.status {
            304 => "status 304 to a request without a tag or date".to_owned(),
            status => format!("the status {status}{}{named}", meaning(status)),
        };
        return Err(refusal("status", what));
    }
    if is_calendar(body) {
        return Ok(());
    }
    Err(if body.trim_ascii().is_empty() {
        refusal("empty", "an empty body".to_owned())
    } else if is_page {
        refusal("web-page", format!("a web page{named}"))
    } else {
        refusal(
            "no-calendar",
            "something that does not begin with `BEGIN:VCALENDAR`".to_owned(),
        )
    })
}

/// What a status means (RFC 9110, section 15), for those that a feed has.
fn meaning(status: u16) -> &'static str {
    match status {
        401 => " (a password is asked for)",
        403 => " (forbidden)",
        404 => " (not found)",
        410 => " (gone for good: Thunderbird disables the calendar)",
        429 => " (too many requests)",
        500..=599 => " (an error of the server)",
        _ => "",
    }
}

/// What is odd about the fields of a response with a calendar.
pub(crate) fn review_fields(address: &Address, head: &Head) -> Vec<ValueError> {
    let mut odd = Vec::new();
    let wanted = "send `Content-Type: text/calendar; charset=utf-8`";
    match head.field("content-type").map(str::to_ascii_lowercase) {
        None => odd.push(ValueError::new("no content type").hint(wanted)),
        Some(kind) if !kind.trim_start().starts_with("text/calendar") => {
            let kind = quoted(&hide(&kind, &address.secrets()));
            odd.push(ValueError::new(format!("the content type is {kind}")).hint(wanted));
        }
        Some(kind) => {
            let charset = kind.split_once("charset=").map(|(_, name)| name);
            let charset = charset.map(|name| name.trim_matches(['"', ' ']));
            if let Some(charset) = charset.filter(|name| !matches!(*name, "utf-8" | "utf8")) {
                let charset = quoted(charset);
                odd.push(ValueError::new(format!("the charset is {charset}")).hint(wanted));
            }
        }
    }
    let disposition = head.field("content-disposition").unwrap_or_default();
    if disposition.to_ascii_lowercase().starts_with("attachment") {
        let what = "the feed is sent as an attachment: iOS imports it once and never updates it";
        odd.push(ValueError::new(what).hint("send `Content-Disposition: inline`"));
    }
    odd
}

/// The title of a web page, in one line.
fn title(page: &str) -> Option<String> {
    let lower = page.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    let words: Vec<&str> = page[start..end].split_whitespace().collect();
    Some(words.join(" ")).filter(|title| !title.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{judge, review_fields};
    use crate::fetch::address::Address;
    use crate::fetch::http::Head;

    #[test]
    fn says_what_came_instead_of_a_calendar() {
        let address = Address::parse("https://h/hunter22/sims.ics").expect("an address");
        let html = ("content-type", "text/html");
        for (status, fields, body, kind, what) in [
            (
                403,
                &[html, ("cf-mitigated", "challenge")][..],
                "<title>Just a moment...</title>",
                "challenge",
                "a bot challenge of Cloudflare with the title `Just a moment...`",
            ),
            (
                503,
                &[html],
                "<title>Checking your browser</title>",
                "challenge",
                "a bot challenge with the title `Checking your browser`",
            ),
            (
                200,
                &[html],
                "<title>\n Sign in · GitLab</title>",
                "login",
                "a login page with the title `Sign in · GitLab`",
            ),
            (
                404,
                &[html],
                "<title>/hunter22/ is not here</title>",
                "status",
                "the status 404 (not found) with the title `/…/ is not here`",
            ),
            (
                304,
                &[],
                "",
                "status",
                "status 304 to a request without a tag or date",
            ),
            (200, &[], " \n", "empty", "an empty body"),
            (200, &[], "<!DOCTYPE html><p>", "web-page", "a web page"),
            (
                200,
                &[],
                "{}",
                "no-calendar",
                "something that does not begin with `BEGIN:VCALENDAR`",
            ),
        ] {
            let head = Head::new(status, fields);
            let refusal = judge(&address, &head, body.as_bytes()).expect_err(body);
            assert_eq!((refusal.kind, refusal.what.message.as_str()), (kind, what));
        }
        let head = Head::new(200, &[html]);
        assert_eq!(
            judge(&address, &head, b"\xef\xbb\xbfbegin:vcalendar\r\n"),
            Ok(())
        );
    }

    #[test]
    fn odd_fields_are_named() {
        let address = Address::parse("https://h/hunter22/sims.ics").expect("an address");
        let review = |fields: &[(&str, &str)]| {
            let odd = review_fields(&address, &Head::new(200, fields));
            odd.into_iter().map(|odd| odd.message).collect::<Vec<_>>()
        };
        assert_eq!(review(&[]), ["no content type"]);
        assert_eq!(
            review(&[("content-type", "Text/Calendar; charset=\"UTF-8\"")]),
            [""; 0]
        );
        assert_eq!(
            review(&[
                ("content-type", "text/calendar; charset=latin1"),
                ("content-disposition", "attachment; filename=x"),
            ]),
            [
                "the charset is `latin1`",
                "the feed is sent as an attachment: iOS imports it once and never updates it",
            ]
        );
        assert_eq!(
            review(&[("content-type", "text/plain")]),
            ["the content type is `text/plain`"]
        );
    }
}
