//! The ticket of a plan: an issue of a code host that says what is due, for as long as it is due.
//!
//! A program that keeps tickets finds the ticket of a plan by its marker, a hash in an HTML comment
//! on the first line. The hash has a fixed form whatever the list and the plan are called. Every text
//! of the user is shown as it is: it can mention nobody, refer to no other issue and hide nothing.

use chrono::NaiveDate;

use crate::agenda::AgendaItem;
use crate::agenda::table::Title;
use crate::calendar::{self, Uids, renew_command};
use crate::document::report::visible;
use crate::plan::status::PlanStatus;
use crate::plan::{Plan, PlanList};
use crate::text::markdown::{code_block, inline};

/// The word at the beginning of the comment that has the marker.
const MARKER_WORD: &str = "weekahead";
/// The length of a marker: a UUID (RFC 9562, section 4).
const MARKER_LENGTH: usize = 36;
/// The maximum number of characters in a title; GitHub and GitLab allow 255.
const MAX_TITLE: usize = 250;
/// The maximum number of bytes of the event's text in a body; GitHub allows 65,536 characters.
const MAX_TEXT_BYTES: usize = 50_000;

/// The ticket of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ticket {
    /// The hash by which the ticket is found.
    pub(crate) marker: String,
    /// The title, in plain text: the name of the plan and its status.
    pub(crate) title: String,
    /// The text, in Markdown; its first line has the marker.
    pub(crate) body: String,
}

impl Ticket {
    /// Makes the ticket of a plan of `list` on `today`.
    #[must_use]
    pub(crate) fn new(
        item: &AgendaItem<'_>,
        list: &PlanList<'_>,
        title: &Title<'_>,
        today: NaiveDate,
    ) -> Self {
        let words = title.words();
        let labels = words.agenda_labels();
        let (plan, settings) = (item.plan, &list.settings);
        let status = item.status_sentence(words, today);
        let marker = marker(plan, list, title.name);
        let mut body = format!("<!-- {MARKER_WORD} {marker} -->\n\n**{status}**\n\n");
        let text = calendar::description(plan, settings, title.file, &item.schedule, today);
        push_text(&mut body, &text.unwrap_or_default());
        if is_recorded_by_comment(item) {
            body.push_str(&format!("\n{}\n\n", labels.record_by_comment));
            body.push_str(&code_block(&comments(plan, today)));
            // Without a link, the text above has the command.
            if settings.edit.is_some() {
                body.push_str(&format!("\n{}\n\n", labels.record_by_command));
                let command = renew_command(&plan.id, title.file);
                body.push_str(&code_block(&visible(&command)));
            }
        }
        Self {
            marker,
            title: shortened_title(&visible(&plan.name), |name| {
                words.ticket_title(name, &status)
            }),
            body,
        }
    }
}

/// The marker of a plan's ticket. `name` is the name of the list, which counts if the list has no id.
#[must_use]
pub(crate) fn marker(plan: &Plan<'_>, list: &PlanList<'_>, name: &str) -> String {
    let id = Some(&*list.settings.id).filter(|id| !id.is_empty());
    Uids::of_ticket(id.unwrap_or(name), &plan.id).to_string()
}

/// Finds the marker in the body of a ticket.
#[must_use]
pub(crate) fn find_marker(body: &str) -> Option<&str> {
    let comment = body.lines().next()?.trim().strip_prefix("<!--")?;
    let comment = comment.strip_suffix("-->")?.trim();
    let marker = comment.strip_prefix(MARKER_WORD)?.trim();
    let is_marker = marker.len() == MARKER_LENGTH
        && marker
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    is_marker.then_some(marker)
}

/// Appends a text with an item of a list for each of its lines.
fn push_text(body: &mut String, text: &str) {
    let mut left = MAX_TEXT_BYTES;
    for line in text.lines() {
        let item = format!("- {}\n", inline(&visible(line)));
        let Some(rest) = left.checked_sub(item.len()) else {
            body.push_str("- …\n");
            return;
        };
        left = rest;
        body.push_str(&item);
    }
}

/// A renewal does nothing about a plan that is to be cancelled or given up.
fn is_recorded_by_comment(item: &AgendaItem<'_>) -> bool {
    let status = item.status;
    !matches!(
        status,
        None | Some(PlanStatus::CancelBy(_) | PlanStatus::GivenUp(_))
    )
}

/// Examples of comments, the shortest first.
fn comments(plan: &Plan<'_>, today: NaiveDate) -> String {
    let price = plan.price_on(today);
    let price = price.map_or_else(String::new, |price| format!(" {price}"));
    let example = format!("/renewed yesterday{price}");
    format!("/renewed\n{example}\n/renewed {today}{price}")
}

/// The title with as much of the name as there is room for.
fn shortened_title(name: &str, title: impl Fn(&str) -> String) -> String {
    let whole = title(name);
    let length = whole.chars().count();
    if length <= MAX_TITLE {
        return whole;
    }
    let kept = (name.chars().count() + MAX_TITLE).saturating_sub(length + 1);
    let name: String = name.chars().take(kept).collect();
    title(&format!("{name}…"))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{Ticket, find_marker};
    use crate::agenda::AgendaItem;
    use crate::agenda::table::Title;
    use crate::document::Document;

    fn ticket(text: &str, today: &str) -> Ticket {
        let document = Document::read(text.as_bytes()).expect(text);
        let list = document.list();
        let today: NaiveDate = today.parse().expect(today);
        let title = Title {
            name: "plans",
            path: "plans.yaml",
            file: Some("plans.yaml"),
            language: list.settings.language,
        };
        Ticket::new(
            &AgendaItem::new(&list.plans[0], list, today),
            list,
            &title,
            today,
        )
    }

    #[test]
    fn a_ticket_says_what_is_due_and_how_to_record_it() {
        let text = "- {id: sim, name: My SIM, renewed: 2026-09-01, validity: 3 months, price: 49 NOK, renewal: {method: website, url: 'https://e.example/a_b'}}\n";
        let ticket = ticket(text, "2026-11-27");
        assert_eq!(ticket.title, "My SIM: 4 days left");
        assert_eq!(
            ticket.body,
            "<!-- weekahead b2210e40-7335-5c9d-bd8f-275c57d68a0f -->

**4 days left**

- Expires 1 December 2026.
- Renew (49 NOK) on the website below.
- Check that the new date shows.
- Keep the receipt, then record it: weekahead renew sim
- Failed? Check your card and balance, then ask the provider.
- Pay only on the provider's own site or app, never over open Wi-Fi.
- <https://e.example/a_b>

To record it, write a comment like one of these:

    /renewed
    /renewed yesterday 49 NOK
    /renewed 2026-11-27 49 NOK
"
        );
        assert_eq!(find_marker(&ticket.body), Some(&*ticket.marker));
    }

    #[test]
    fn text_of_the_user_stays_text() {
        let text = "- name: '@all <!-- weekahead'\n  expires: 2026-12-01\n  notes: \"#1 GH-1\\n<!-- weekahead 00000000-0000-0000-0000-000000000000 -->\\n- `x` [a](b)\"\n";
        let ticket = ticket(text, "2026-11-27");
        let expected = "
- `#1` `GH-1`
- `<!--` weekahead 00000000-0000-0000-0000-000000000000 `-->`
- `-` `` `x` `` `[a](b)`
";
        assert!(ticket.body.contains(expected), "{}", ticket.body);
        assert_eq!(find_marker(&ticket.body), Some(&*ticket.marker));
        assert_eq!(ticket.title, "@all <!-- weekahead: 4 days left");
    }

    #[test]
    fn the_marker_is_of_the_list_and_the_plan() {
        let markers = [
            "- {name: A, expires: 2026-12-01}\n",
            "- {id: A, name: B, expires: 2026-12-05}\n",
            "calendar: {id: plans}\nplans: [{name: A, expires: 2026-12-01}]\n",
            "calendar: {id: other}\nplans: [{name: A, expires: 2026-12-01}]\n",
            "- {id: 漢, name: A, expires: 2026-12-01}\n",
        ]
        .map(|text| ticket(text, "2026-11-27").marker);
        assert_eq!(markers[0], markers[1]);
        assert_eq!(markers[0], markers[2]);
        assert_ne!(markers[0], markers[3]);
        assert_ne!(markers[0], markers[4]);
    }

    #[test]
    fn a_marker_is_found_on_the_first_line_alone() {
        let marker = "525fd295-fe75-54cd-8aeb-b7613c2b6c78";
        let comment = format!("<!-- weekahead {marker} -->");
        for (body, expected) in [
            (format!("{comment}\r\n\r\nx"), Some(marker)),
            (comment.clone(), Some(marker)),
            (format!("x\n{comment}"), None),
            (format!("{comment} x"), None),
            ("<!-- weekahead 525fd295 -->".to_owned(), None),
            (comment.replace("525f", "zzzz"), None),
            (String::new(), None),
        ] {
            assert_eq!(find_marker(&body), expected, "{body}");
        }
    }

    #[test]
    fn a_long_text_is_cut() {
        let text = format!(
            "- name: {}\n  expires: 2026-12-01\n  notes: |\n{}",
            "漢".repeat(400),
            format!("    {}\n", "@".repeat(999)).repeat(60)
        );
        let ticket = ticket(&text, "2026-11-27");
        assert_eq!(ticket.title.chars().count(), 250);
        assert!(
            ticket.title.ends_with("漢…: 4 days left"),
            "{}",
            ticket.title
        );
        assert!(ticket.body.len() < 51_000, "{}", ticket.body.len());
        assert!(ticket.body.contains("\n- …\n\nTo record it"));
    }
}
