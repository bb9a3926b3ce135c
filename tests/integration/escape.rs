//! Nothing that a plans file holds can break out of its property.

use crate::harness::{Left, Place, lines};

#[test]
fn what_a_list_holds_cannot_break_out() {
    let evil = "x\\r\\nEND:VEVENT\\nBEGIN:VEVENT\\nX-EVIL:1";
    for field in ["notes", "description"] {
        let plans = match field {
            "notes" => format!("plans:\n- {{name: A, expires: 2027-01-31, notes: \"{evil}\"}}\n"),
            _ => format!(
                "calendar: {{description: \"{evil}\"}}\nplans:\n- {{name: A, expires: 2027-01-31}}\n"
            ),
        };
        let feed = Place::with("plans.yaml", &plans).feed(&["build"]);
        assert!(!feed.contains("\nX-EVIL"), "{field}");
        assert_eq!(feed.matches("\r\nBEGIN:VEVENT\r\n").count(), 5, "{field}");
    }
    // Every field of one line, with every character that ends or begins something.
    let fields = [
        "name: V",
        "provider: V, number: 12345",
        "number: V",
        "price: V",
        "tags: [V]",
        "grace: V",
        "validity: V",
        "extends: V",
        "ended: V",
        "id: V",
        "remind: [V]",
        "renewal: {method: V}",
        "renewal: {action: V}",
        "renewal: {url: V}",
        "renewal: {app: V}",
        "renewal: {dial: V}",
        "renewal: {call: V}",
        "renewal: {steps: [V]}",
        "renewal: {until: V}",
        "renewal: {sms: {to: V}}",
        "renewal: {sms: {to: 1, text: V}}",
        "check: {dial: V}",
        "check: {url: V}",
        "support: {call: V}",
        "support: {app: V}",
        "support: {sms: {to: V}}",
        "check: {app: V}",
        "check: {call: V}",
        "check: {sms: {to: 1, text: V}}",
        "support: {url: V}",
        "support: {dial: V}",
        "notes: V",
        "history: [{on: 2026-01-01, note: V}]",
        "history: [{on: V}]",
        "history: [{on: 2026-01-01, receipt: V}]",
        "history: [{on: 2026-01-01, paid: V}]",
    ];
    let settings = [
        "name: V",
        "description: V",
        "id: V",
        "language: V",
        "timezone: V",
        "remind: [V]",
        "remind_at: V",
        "numbers: V",
        "color: V",
        "edit: V",
        "link: V",
    ];
    let place = Place::new();
    let controls = (0..0x20_u8)
        .chain([0x7f])
        .map(|code| format!("\\x{code:02x}"));
    let signs = [
        ";", ",", ":", "\\\"", "\\\\", "'", "\\u2028", "\\x85", "\\uFFFE",
    ];
    let values: Vec<String> = controls.chain(signs.map(str::to_owned)).collect();
    for value in &values {
        let text = format!("\"a{value}X-EVIL:1\"");
        for field in fields {
            let field = field.replace('V', &text);
            let name = if field.starts_with("name") {
                ""
            } else {
                "name: A, "
            };
            place.file(
                "field.yaml",
                format!("- {{{name}{field}, expires: 2027-01-31}}\n"),
            );
            check_whole(&place.run(&["build", "field.yaml", "-q"]), value);
        }
        for setting in settings {
            let setting = setting.replace('V', &text);
            place.file(
                "setting.yaml",
                format!("calendar: {{{setting}}}\nplans: [{{name: A, expires: 2027-01-31}}]\n"),
            );
            check_whole(&place.run(&["build", "setting.yaml", "-q"]), value);
        }
    }
}

/// Refused with a place, or a feed in which nothing broke out.
fn check_whole(left: &Left, value: &str) {
    if left.code == Some(1) {
        assert!(left.err.contains(" --> "), "{value}: {}", left.err);
        assert_eq!(left.out, "", "{value}");
        return;
    }
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""), "{value}");
    let is_clean = |line: &str| {
        !line.contains(|c: char| c.is_control() || ('\u{2028}'..='\u{2029}').contains(&c))
    };
    let names = [
        "BEGIN",
        "END",
        "VERSION",
        "PRODID",
        "CALSCALE",
        "NAME",
        "X-WR-CALNAME",
        "DESCRIPTION",
        "X-WR-CALDESC",
        "REFRESH-INTERVAL;VALUE=DURATION",
        "X-PUBLISHED-TTL",
        "COLOR",
        "X-APPLE-CALENDAR-COLOR",
        "UID",
        "DTSTAMP",
        "LAST-MODIFIED",
        "SEQUENCE",
        "DTSTART;VALUE=DATE",
        "DTEND;VALUE=DATE",
        "SUMMARY",
        "URL",
        "RELATED-TO",
        "TRANSP",
        "X-MICROSOFT-CDO-BUSYSTATUS",
        "ACTION",
        "TRIGGER",
    ];
    for line in lines(&left.out) {
        let name = line.split(':').next().unwrap_or_default();
        assert!(
            names.contains(&name) && is_clean(&line),
            "{value}: {line:?}"
        );
    }
}
