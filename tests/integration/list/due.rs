//! What is due and what warns next: the list, its JSON, its exit code, `renew` and the page agree.

use chrono::NaiveDate;
use serde_json::Value;
use weekahead::internals::{Document, PageBody, Revision, View, render};

use crate::harness::Place;

/// A plan on a day.
struct Row {
    plan: &'static str,
    today: &'static str,
    is_due: bool,
    /// Its class on the page; `None` where it is not on it.
    class: Option<&'static str>,
    /// The next day that warns.
    next: Option<&'static str>,
}

const fn row(
    plan: &'static str,
    today: &'static str,
    is_due: bool,
    class: Option<&'static str>,
    next: Option<&'static str>,
) -> Row {
    Row {
        plan,
        today,
        is_due,
        class,
        next,
    }
}

const EXPIRED: Option<&str> = Some("expired");
const DUE: Option<&str> = Some("due");
const LATER: Option<&str> = Some("later");
const AUTOMATIC: Option<&str> = Some("auto");

const SHORT: &str = "expires: 2026-12-09, remind: [3d]";
const PASSPORT: &str = "expires: 2027-06-01, remind: [9 months]";
const GRACE: &str = "expires: 2026-12-09, grace: 30 days";
const SEVERAL: &str = "expires: 2026-12-31, remind: [1d, 30d, 7d]";
const NO_LEADS: &str = "expires: 2026-12-09, remind: []";
const ENDED: &str = "expires: 2026-12-31, remind: [60d], ended: 2026-12-09";
const ENDED_SOON: &str = "expires: 2026-12-31, remind: [3d], ended: 2026-12-09";
const ENDED_LATER: &str = "expires: 2026-12-09, ended: 2026-12-31";
const MONTHLY: &str = "renewed: 2026-10-31, validity: 1 month, renewal: {method: auto-debit}";
const CANCELLED: &str = "renewed: 2026-06-01, validity: 6 months, renewal: {method: auto-debit}, \
                         cancel: {notice: 1 month}";
const RUNS_OUT: &str = "renewed: 2026-10-31, validity: 1 month, remind: [45d], \
                        renewal: {method: auto-debit, until: 2026-12-31}";

const TABLE: [Row; 39] = [
    // Ten days are left, and the first warning comes three days ahead.
    row(SHORT, "2026-11-29", false, LATER, Some("2026-12-06")),
    row(SHORT, "2026-12-05", false, LATER, Some("2026-12-06")),
    row(SHORT, "2026-12-06", true, DUE, None),
    // The expiry and the overdue day are no warnings.
    row(SHORT, "2026-12-08", true, DUE, None),
    row(SHORT, "2026-12-09", true, DUE, None),
    row(SHORT, "2026-12-10", true, EXPIRED, None),
    // Half a year is left, and the first warning came nine months ahead.
    row(PASSPORT, "2026-11-29", true, DUE, None),
    row(PASSPORT, "2026-08-31", false, LATER, Some("2026-09-01")),
    // Expired for years.
    row("expires: 2016-12-09", "2026-11-29", true, EXPIRED, None),
    // Before its expiry, in grace, on the last day of it, past it.
    row(GRACE, "2026-12-02", true, DUE, Some("2027-01-01")),
    row(GRACE, "2026-12-10", true, EXPIRED, Some("2027-01-01")),
    row(GRACE, "2027-01-08", true, EXPIRED, None),
    row(GRACE, "2027-01-09", true, EXPIRED, None),
    // The longest lead decides, wherever it stands.
    row(SEVERAL, "2026-11-30", false, LATER, Some("2026-12-01")),
    row(SEVERAL, "2026-12-01", true, DUE, Some("2026-12-24")),
    row(SEVERAL, "2026-12-24", true, DUE, Some("2026-12-30")),
    row(SEVERAL, "2026-12-30", true, DUE, None),
    // Nothing warns of it, so it is due on its last day.
    row(NO_LEADS, "2026-12-08", false, LATER, None),
    row(NO_LEADS, "2026-12-09", true, DUE, None),
    // Given up before it expires: due from the first warning of that day on, and from the next day
    // on not listed.
    row(
        ENDED_SOON,
        "2026-12-05",
        false,
        AUTOMATIC,
        Some("2026-12-06"),
    ),
    row(ENDED_SOON, "2026-12-06", true, DUE, None),
    row(ENDED, "2026-11-29", true, DUE, None),
    row(ENDED, "2026-12-09", true, DUE, None),
    row(ENDED, "2026-12-10", false, None, None),
    // Given up after it expires: due like any other, until then.
    row(ENDED_LATER, "2026-12-01", false, LATER, Some("2026-12-02")),
    row(ENDED_LATER, "2026-12-02", true, DUE, Some("2026-12-24")),
    row(ENDED_LATER, "2026-12-31", true, EXPIRED, None),
    row(ENDED_LATER, "2027-01-01", false, None, None),
    // Renews by itself: nobody has to act on its day either.
    row(MONTHLY, "2026-11-29", false, AUTOMATIC, None),
    row(MONTHLY, "2026-11-30", false, AUTOMATIC, None),
    // Until when it can be cancelled, somebody has to decide, and not after.
    row(
        CANCELLED,
        "2026-11-29",
        false,
        AUTOMATIC,
        Some("2027-04-24"),
    ),
    row(
        CANCELLED,
        "2027-04-23",
        false,
        AUTOMATIC,
        Some("2027-04-24"),
    ),
    row(CANCELLED, "2027-04-24", true, DUE, Some("2027-10-25")),
    row(CANCELLED, "2027-05-01", true, DUE, Some("2027-10-25")),
    row(
        CANCELLED,
        "2027-05-02",
        false,
        AUTOMATIC,
        Some("2027-10-25"),
    ),
    // The first warning of the expiry that ends it comes while it still renews.
    row(RUNS_OUT, "2026-12-16", false, AUTOMATIC, Some("2026-12-17")),
    row(RUNS_OUT, "2026-12-17", true, DUE, None),
    row(RUNS_OUT, "2027-01-01", true, DUE, None),
    row(RUNS_OUT, "2027-02-01", true, EXPIRED, None),
];

/// A file with one plan, with notices or with alarms alone.
fn file(row: &Row, notices: bool) -> String {
    let plan = row.plan;
    format!("calendar: {{notices: {notices}}}\nplans: [{{id: a, name: A, {plan}}}]\n")
}

fn json(place: &Place, arguments: &[&str], today: &str) -> Value {
    let arguments = [&["list", "--json", "--today", today], arguments].concat();
    serde_json::from_str(&place.feed(&arguments)).expect("JSON")
}

#[test]
fn everything_agrees_on_what_is_due_and_what_warns_next() {
    for row in &TABLE {
        for notices in [true, false] {
            let text = file(row, notices);
            let on = format!("{} on {}, notices: {notices}", row.plan, row.today);
            let place = Place::with("plans.yaml", &text);
            the_table_agrees(row, &place, &on);
            the_json_agrees(row, &place, &on);
            the_exit_code_agrees(row, &place, &on);
            one_plan_agrees(row, &place, &on);
            the_page_agrees(row, &text, &on);
        }
    }
}

/// The mark of a row, and its column of the next warning.
fn the_table_agrees(row: &Row, place: &Place, on: &str) {
    let table = place.feed(&["list", "--today", row.today]);
    let Some(class) = row.class else {
        assert!(table.contains("\n0 plans, 0 due; 1 more"), "{on}: {table}");
        return;
    };
    let lines: Vec<&str> = table.lines().collect();
    let mark = match class {
        "expired" => "!! A",
        "due" => "!  A",
        _ => "   A",
    };
    assert!(lines[2].starts_with(mark), "{on}: {table}");
    let column = lines[1].find("Next warning").expect("the column");
    let next = lines[2][column..].split(' ').next();
    assert_eq!(next, Some(row.next.unwrap_or("-")), "{on}: {table}");
    let counts = format!("1 plan, {} due", u8::from(row.is_due));
    assert_eq!(lines[3], counts, "{on}");
    // Only what is due; where nothing is, that is said.
    let due = place.feed(&["list", "--due", "--today", row.today]);
    match row.is_due {
        true => assert_eq!(due, table, "{on}"),
        false => assert!(due.ends_with("\nnone of 1 plan, 0 due\n"), "{on}: {due}"),
    }
}

fn the_json_agrees(row: &Row, place: &Place, on: &str) {
    let all = json(place, &[], row.today);
    let plans = all[0]["plans"].as_array().expect("plans");
    assert_eq!(plans.len(), usize::from(row.class.is_some()), "{on}");
    let one = json(place, &["a"], row.today);
    for plan in plans.iter().chain([&one[0]["plans"][0]]) {
        assert_eq!(plan["due"], row.is_due, "{on}");
        assert_eq!(plan["next_warning"]["date"].as_str(), row.next, "{on}");
    }
    let due = json(place, &["--due"], row.today);
    let due = due[0]["plans"].as_array().expect("plans").len();
    assert_eq!(due, usize::from(row.is_due), "{on}");
}

fn the_exit_code_agrees(row: &Row, place: &Place, on: &str) {
    for arguments in [&["list"][..], &["list", "a"], &["list", "--due"]] {
        let arguments = [arguments, &["--exit-code", "--today", row.today]].concat();
        let expected = if row.is_due { 4 } else { 0 };
        let code = place.run(&arguments).code;
        assert_eq!(code, Some(expected), "{on}: {arguments:?}");
    }
}

/// The next warning is marked, and nothing else is.
fn one_plan_agrees(row: &Row, place: &Place, on: &str) {
    let whole = place.feed(&["list", "a", "--today", row.today]);
    let (_, warnings) = whole.split_once("\nWarnings\n").expect("warnings");
    let (warnings, _) = warnings.split_once("\n\n").expect("an end");
    let marked: Vec<&str> = warnings
        .lines()
        .filter_map(|line| line.strip_prefix("  > "))
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert_eq!(marked, row.next.as_slice(), "{on}: {whole}");
}

/// The class of the card, whether it is open, and the first warning after today.
fn the_page_agrees(row: &Row, text: &str, on: &str) {
    let today: NaiveDate = row.today.parse().expect("a day");
    let document = Document::read(text.as_bytes()).expect("plans");
    let body = PageBody::new(document.list(), "plans", Revision::from_unix(0), today);
    let page = render(&View {
        body: &body,
        address: None,
        path: "plans",
        error: None,
        fetches: None,
        is_published: false,
    });
    let card = page.split_once("<li class=\"plan ").map(|(_, card)| card);
    let class = card.and_then(|card| card.split('"').next());
    assert_eq!(class, row.class, "{on}");
    let picture = page.split_once("<ul class=\"rows\">");
    let Some((_, picture)) = picture else {
        // Nothing of it is in the picture, which is then left out.
        assert!(card.is_none() || row.plan.contains("2016"), "{on}");
        return;
    };
    let bar = format!("<rect class=\"{}\"", row.class.unwrap_or_default());
    assert!(picture.contains(&bar), "{on}");
    let title = picture.split_once("<title>").map(|(_, rest)| rest);
    let title = title.and_then(|rest| rest.split_once("</title>"));
    let (title, _) = title.expect("the picture has a title");
    let days = title.split_once(" Warning").map_or("", |(_, days)| days);
    let shown = |day: NaiveDate| day.format("%-d %B %Y").to_string();
    let today_shown = shown(today);
    let mut days = days
        .trim_start_matches("s: ")
        .trim_start_matches(": ")
        .trim_end_matches('.')
        .split(", ")
        .filter(|day| !day.is_empty() && *day != today_shown);
    let next = row.next.map(|day| shown(day.parse().expect("a day")));
    assert_eq!(days.next(), next.as_deref(), "{on}: {title}");
}

/// What is recorded is not due, and the day that warns next is the list's.
#[test]
fn a_renewal_names_the_next_warning_of_the_list() {
    for (plan, arguments, next) in [
        (
            "expires: 2026-12-09, validity: 3 months, remind: [3d]",
            &[][..],
            "; next warning on 2027-02-25, in 88 days\n",
        ),
        (
            "expires: 2027-06-01, remind: [9 months]",
            &["--until", "2028-06-01"],
            "; next warning on 2027-09-01, in 276 days\n",
        ),
        // The expiry itself is no warning.
        (
            "expires: 2026-12-09, validity: 3 months, remind: []",
            &[],
            "; no warning comes after today\n",
        ),
        (
            "expires: 2026-12-09, validity: 3 months, remind: [], grace: 30 days",
            &[],
            "; no warning comes after today\n",
        ),
        // Of its leads this one falls on today, so it has come.
        (
            "expires: 2026-12-09, validity: 1 week, remind: [7d, 2d]",
            &[],
            "; next warning on 2026-12-04, in 5 days\n",
        ),
        // Its own expiry is not warned of, its grace is.
        (
            "renewed: 2026-11-20, validity: 3 days, grace: 30 days",
            &[],
            "; next warning on 2026-12-25, in 26 days\n",
        ),
        (
            "renewed: 2026-10-31, validity: 1 month, renewal: {method: auto-debit}",
            &[],
            "; automatic renewals have no warning unless the plan has `remind`\n",
        ),
        (
            "renewed: 2026-10-31, validity: 1 month, renewal: {method: auto-debit, until: 2029-03}",
            &[],
            "; automatic renewals have no warning, but their end after 2029-03-31 has one\n",
        ),
        (
            "renewed: 2026-10-31, validity: 1 month, renewal: {method: auto-debit}, remind: [2d]",
            &[],
            "; next warning on 2026-12-29, in 30 days\n",
        ),
    ] {
        for notices in ["true", "false"] {
            let text =
                format!("calendar: {{notices: {notices}}}\nplans: [{{id: a, name: A, {plan}}}]\n");
            let place = Place::with("plans.yaml", &text);
            let renew = [&["renew", "a", "--today", "2026-11-29"], arguments].concat();
            let dry = place.run(&[&renew[..], &["--dry-run"]].concat());
            assert_eq!(dry.code, Some(0), "{plan}: {}", dry.err);
            let line = dry.err.lines().next().unwrap_or_default();
            assert!(format!("{line}\n").ends_with(next), "{plan}: {}", dry.err);
            assert_eq!(place.read("plans.yaml"), text, "{plan}");
            let renewed = place.run(&renew);
            let said = renewed.err + "a dry run: nothing was written\n";
            assert_eq!(said, dry.err, "{plan}");
            let all = json(&place, &[], "2026-11-29");
            let plan_now = &all[0]["plans"][0];
            let date = plan_now["next_warning"]["date"].as_str();
            let said = next.split_once("on ").map(|(_, rest)| &rest[..10]);
            assert_eq!(date, said, "{plan}");
        }
    }
}
