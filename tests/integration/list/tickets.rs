//! The tickets of what is due, and the replies to comments on them. tests/deploy/tickets.py runs the
//! workflow that keeps them.

use serde_json::Value;

use crate::harness::{Left, Place};

const TODAY: &str = "2026-11-27";
const PLANS: &str = "\
calendar: {id: 7f3a9c}
plans:
- id: sim  # stays
  name: My SIM
  renewed: 2026-09-01
  validity: 3 months
  price: 49 NOK
- {id: far, name: Far, expires: 2028-01-31}
";

fn tickets(place: &Place, arguments: &[&str]) -> Vec<Value> {
    let arguments = [&["list", "--tickets", "--today", TODAY], arguments].concat();
    serde_json::from_str(&place.feed(&arguments)).expect("JSON")
}

/// Answers a comment on a ticket.
fn reply(place: &Place, ticket: &str, comment: &str, arguments: &[&str]) -> Left {
    let options = [
        "reply",
        "--ticket-env",
        "TICKET",
        "--comment-env",
        "COMMENT",
    ];
    let mut command = place.command(&[&options[..], &["--today", TODAY], arguments].concat());
    Left::of(command.env("TICKET", ticket).env("COMMENT", comment))
}

#[test]
fn each_plan_that_is_listed_has_a_ticket() {
    let place = Place::with("plans.yaml", PLANS);
    let all = tickets(&place, &[]);
    let due = tickets(&place, &["--due"]);
    assert_eq!((all.len(), due.len()), (2, 1));
    assert_eq!(all[0], due[0]);
    assert_eq!(tickets(&place, &["sim"]), due);
    assert_eq!(due[0]["title"], "My SIM: 4 days left");
    let marker = due[0]["marker"].as_str().expect("a marker");
    let body = due[0]["body"].as_str().expect("a body");
    assert!(body.starts_with(&format!("<!-- weekahead {marker} -->\n\n**4 days left**\n")));

    // The plan keeps its marker; a directory is one array.
    place.file(
        "lists/a.yaml",
        PLANS.replace("My SIM", "SIM").replace("09-01", "09-02"),
    );
    place.file("lists/b.yaml", "- {name: B, expires: 2026-11-28}\n");
    let both = tickets(&place, &["--due", "lists"]);
    assert_eq!(both.len(), 2);
    assert_eq!(both[0]["marker"], marker);
    assert_eq!(both[0]["title"], "SIM: 5 days left");
    assert_eq!(both[1]["title"], "B: Tomorrow is the last day");

    let quiet = Place::with("plans.yaml", "- {name: A, expires: 2028-01-31}\n");
    assert_eq!(tickets(&quiet, &["--due"]), Vec::<Value>::new());
    let left = quiet.run(&["list", "--tickets", "--json"]);
    assert_eq!(left.code, Some(2));
}

#[test]
fn a_ticket_is_in_the_language_of_the_list() {
    for (language, title, sentence, command) in [
        (
            "en",
            "A: 4 days left",
            "To record it, write a comment like one of these:",
            "Or run this command:",
        ),
        (
            "zh-CN",
            "A：还有 4 天到期",
            "写一条这样的评论，即可记录续费：",
            "或者用命令：",
        ),
        (
            "nb",
            "A: 4 dager igjen",
            "Skriv en kommentar som en av disse for å registrere fornyelsen:",
            "Eller med kommandoen:",
        ),
    ] {
        let text = format!(
            "calendar: {{language: {language}, edit: 'https://e.example/{{id}}'}}\nplans: [{{name: A, expires: 2026-12-01}}]\n"
        );
        let place = Place::with("plans.yaml", text);
        let ticket = &tickets(&place, &[])[0];
        assert_eq!(ticket["title"], title);
        let end = format!(
            "\n{sentence}\n\n    /renewed\n    /renewed yesterday\n    /renewed {TODAY}\n\n{command}\n\n    weekahead renew A\n"
        );
        let body = ticket["body"].as_str().expect("a body");
        assert!(body.ends_with(&end), "{body}");
        assert!(body.contains("<https://e.example/A>\n"), "{body}");
    }
}

/// Nothing is to be renewed, so no comment does it.
#[test]
fn what_is_given_up_has_a_ticket_without_a_comment() {
    let place = Place::with(
        "plans.yaml",
        "- {name: A, expires: 2027-06-01, ended: 2026-11-30}\n",
    );
    let body = tickets(&place, &["--due"])[0]["body"].to_string();
    assert!(!body.contains("/renewed"), "{body}");
}

#[test]
fn a_comment_is_recorded_and_answered() {
    let place = Place::with("plans.yaml", PLANS);
    let body = tickets(&place, &["--due"])[0]["body"]
        .as_str()
        .expect("a body")
        .to_owned();
    let note = "$(touch x) `y` 'z' \"q\" \\n #1 @all";
    let left = reply(
        &place,
        &body,
        &format!("/renewed yesterday 49 {note}\nmore"),
        &[],
    );
    assert_eq!(
        (left.code, left.out.as_str(), left.err.as_str()),
        (
            Some(0),
            "Recorded:\n\n- My SIM: renewed on 2026-11-26, expires on 2027-02-26 (before: 2026-12-01); next warning on 2027-02-19, in 84 days\n",
            ""
        )
    );
    let text = place.read("plans.yaml");
    assert!(
        text.starts_with("calendar: {id: 7f3a9c}\nplans:\n- id: sim  # stays\n"),
        "{text}"
    );
    let json = place.feed(&["list", "sim", "--json", "--today", TODAY]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let cycle = &json[0]["plans"][0]["cycles"][1];
    assert_eq!(cycle["note"], note);
    assert_eq!(
        (&cycle["from"], &cycle["paid"]["currency"]),
        (&Value::from("2026-11-26"), &Value::from("NOK"))
    );
}

#[test]
fn what_is_refused_is_answered_and_changes_nothing() {
    let place = Place::with("plans.yaml", PLANS);
    let body = tickets(&place, &["--due"])[0]["body"]
        .as_str()
        .expect("a body")
        .to_owned();
    let other = body
        .replace("<!-- weekahead ", "<!-- weekahead 0")
        .replacen("0 -->", " -->", 1);
    let unknown = "<!-- weekahead 00000000-0000-0000-0000-000000000000 -->";
    for (ticket, comment, arguments, said) in [
        (
            &*body,
            "thanks",
            &[][..],
            "the comment begins with `thanks`",
        ),
        (&*body, "", &[], "the comment begins with ``"),
        (&*body, "/renewed 2026-12-24", &[], "2026-12-24"),
        (&*body, "/renewed 2026-02-30", &[], "the day `2026-02-30`"),
        (&*body, "/renewed 1,299", &[], "the amount `1,299`"),
        (&*body, "/renewed", &["--commit"], "git"),
        (
            unknown,
            "/renewed",
            &[],
            "the plan of this ticket is not in the list",
        ),
        (&*other, "/renewed", &[], "this ticket has no marker"),
        ("", "/renewed", &[], "this ticket has no marker"),
        (&*body, "/renewed", &["absent.yaml"], "`absent.yaml`"),
    ] {
        let left = reply(&place, ticket, comment, arguments);
        assert!(
            matches!(left.code, Some(1..=3)),
            "{comment}: {:?}",
            left.code
        );
        // The same sentence for the log and for the person, there as code, in which nothing means
        // anything.
        let code: String = left
            .err
            .lines()
            .map(|line| format!("    {line}\n"))
            .collect();
        assert_eq!(left.out, format!("Not recorded:\n\n{code}"), "{comment}");
        assert!(
            left.err.starts_with("error: ") && left.err.contains(said),
            "{comment}: {}",
            left.err
        );
        assert_eq!(place.read("plans.yaml"), PLANS, "{comment}");
    }
    let left = place.run(&["reply", "--ticket-env", "NONE", "--comment-env", "NONE"]);
    assert_eq!(left.err, "error: the variable `NONE` is not set\n");
}

#[test]
fn a_plan_can_be_named_by_its_id() {
    let place = Place::with("plans.yaml", PLANS);
    let reply = |plan: &str| {
        let options = [
            "reply",
            "--plan-env",
            "PLAN",
            "--comment-env",
            "COMMENT",
            "--today",
            TODAY,
        ];
        Left::of(
            place
                .command(&options)
                .env("PLAN", plan)
                .env("COMMENT", "/renewed"),
        )
    };
    assert_eq!(reply("si").code, Some(2));
    assert_eq!(
        reply("si").out.lines().nth(3),
        Some("    hint: did you mean `sim`? the ids are `sim`, `far`")
    );
    assert_eq!(reply(" sim ").code, Some(0));
    assert!(place.read("plans.yaml").contains("renewed: 2026-11-27"));
}

/// What the refusal says to write can be written in a comment.
#[test]
fn a_comment_can_say_which_way_it_was() {
    let ways = "[{method: app, price: 10 EUR, validity: 1 month}, {method: shop, price: 30 EUR, validity: 3 months}]";
    let place = Place::with(
        "plans.yaml",
        format!("- {{id: w, name: W, renewed: 2026-09-01, validity: 3 months, renewal: {ways}}}\n"),
    );
    let ticket = tickets(&place, &[])[0]["body"]
        .as_str()
        .expect("a body")
        .to_owned();
    let left = reply(&place, &ticket, "/renewed", &[]);
    assert_eq!(left.code, Some(2));
    assert!(
        left.out
            .contains("choose the way that was used: `--way 1` (1 month, 10 EUR)"),
        "{}",
        left.out
    );
    assert_eq!(
        reply(&place, &ticket, "/renewed --way 3", &[]).code,
        Some(2)
    );
    let left = reply(&place, &ticket, "/renewed --way 1 9 by card", &[]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    let text = place.read("plans.yaml");
    assert!(text.contains("validity: 1 month, renewal"), "{text}");
    assert!(text.contains("paid: 9 EUR, note: by card"), "{text}");
}
