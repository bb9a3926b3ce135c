//! `import`: what others wrote becomes a plans file, or is told with its place.

use chrono::{Days, NaiveDate};
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use proptest::test_runner::Config;
use weekahead::internals::{
    Document, Feed, FeedInput, ImportOptions, Imported, Kind, PlanList, Revision, Schedule, import,
};

use crate::golden;
use crate::harness::{Left, Place, values};

mod calendar;
mod limits;
mod own;
mod people;
mod table;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day")
}

fn feed(list: &PlanList<'_>) -> String {
    let part = FeedInput {
        list,
        file: None,
        year: 2026,
    };
    let made = Feed::new("plans", &[part], Revision::from_unix(1_791_201_600));
    made.expect("a feed").text
}

fn imported(text: &str) -> Imported {
    let made = import(text.as_bytes(), "a.ics", &ImportOptions::on(today()));
    made.unwrap_or_else(|error| panic!("{error:?}\n{text}"))
}

/// What of each plan has to come back: its name, each of its days with the alarms, and the link.
type Carried = (String, Vec<(NaiveDate, String, Vec<u32>)>, Option<String>);

fn carried(list: &PlanList<'_>) -> Vec<Carried> {
    let plans = list.plans.iter().map(|plan| {
        let schedule = Schedule::new(plan, &list.settings, 2026);
        let days = schedule.occurrences.iter().map(|occurrence| {
            // Of a lead in months the feed shows the days.
            let kind = match occurrence.kind {
                Kind::Notice(lead) => format!("notice {}", lead.days),
                Kind::GraceNotice(lead) => format!("grace notice {}", lead.days),
                Kind::RenewalNotice(lead) => format!("renewal notice {}", lead.days),
                Kind::CancelNotice { lead, renewal } => {
                    format!("notice to cancel {} before {renewal}", lead.days)
                }
                Kind::EndedNotice(lead) => format!("ended notice {}", lead.days),
                other => format!("{other:?}"),
            };
            let alarms = occurrence.alarms.iter().map(|lead| lead.days);
            let mut alarms: Vec<u32> = alarms.collect();
            alarms.sort_unstable();
            alarms.dedup();
            (occurrence.day, kind, alarms)
        });
        let link = plan.renewal.iter().find_map(|way| way.contact.url.as_ref());
        let link = link.map(|link| link.as_str().to_owned());
        (plan.name.clone().into_owned(), days.collect(), link)
    });
    // Of a plan that was given up long before its expiry no event tells that expiry. Of one date
    // nobody can tell how often it comes, so the golden plan of that kind stops renewing by itself.
    // Both is said.
    plans
        .filter(|(name, ..): &Carried| name != ONE_DATE && name != NO_EXPIRY)
        .collect()
}

const ONE_DATE: &str = "A renewal in many years";
const NO_LEAD: &str = "No lead";
const NO_EXPIRY: &str = "\u{5361}";

/// The names of the plans that have a lead in months.
fn named_in_months(list: &PlanList<'_>) -> Vec<String> {
    let plans = list.plans.iter().filter(|plan| {
        let schedule = Schedule::new(plan, &list.settings, 2026);
        schedule.occurrences.iter().any(|occurrence| {
            let mut leads = occurrence.alarms.iter();
            leads.any(|lead| lead.period.to_string().contains('M'))
                || matches!(occurrence.kind, Kind::Notice(lead) | Kind::GraceNotice(lead) if lead.period.to_string().contains('M'))
        })
    });
    plans.map(|plan| plan.name.to_string()).collect()
}

/// What an omission of a feed of ours may be about.
const SAID_OF_OWN_FEEDS: [&str; 6] = [
    "its expiry has no alarm: it gets the `remind` of the list",
    "the last day on which it renews by itself was left out",
    "its dates do not show how often",
    "it ends on 2026-01-01, and no event has its expiry",
    "its last date in the file is",
    LEADS_DIFFER,
];
const LEADS_DIFFER: &str = "its warnings are not always the same time ahead";

#[test]
fn every_golden_feed_gives_names_dates_leads_and_links_back() {
    for (name, plans) in golden::plans() {
        let original = Document::read(plans.as_bytes()).expect("a golden list");
        let text = feed(original.list());
        let made = imported(&text);
        for omission in &made.omissions {
            let what = omission.what.as_str();
            let is_known = SAID_OF_OWN_FEEDS.iter().any(|known| what.contains(known));
            assert!(is_known, "{name}: {omission:?}");
        }
        if carried(original.list()).is_empty() {
            assert_eq!((made.plans_file, made.plans), (None, 0), "{name}");
            assert!(made.is_plan_lost, "{name}");
            continue;
        }
        let yaml = made.plans_file.as_deref().expect("plans");
        let again = Document::read(yaml.as_bytes()).expect("no problems");
        // A plan without leads gets those of the list, which is said.
        let with_leads = |list: &PlanList<'_>| -> Vec<Carried> {
            let mut plans = carried(list);
            plans.retain(|(plan, ..)| plan != NO_LEAD);
            plans
        };
        let (before, after) = (with_leads(original.list()), with_leads(again.list()));
        assert_eq!(before.len(), after.len(), "{name}:\n{yaml}");
        // A lead in months is another number of days before another day.
        let in_months = named_in_months(original.list());
        for (before, after) in before.iter().zip(&after) {
            assert_eq!((&before.0, &before.2), (&after.0, &after.2), "{name}");
            let mut days = before.1.iter();
            let is_there = days.all(|(day, kind, _)| {
                let mut after = after.1.iter();
                after.any(|(other, found, _)| (day, kind) == (other, found))
            });
            let differ = made.omissions.iter().any(|said| {
                said.subject == format!("`{}`", before.0) && said.what.contains(LEADS_DIFFER)
            });
            assert!(is_there || differ, "{name}: {before:?}\n{after:?}");
            assert!(
                in_months.contains(&before.0) || before.1 == after.1,
                "{name}: {before:?}\n{after:?}"
            );
        }
        for said in &made.omissions {
            let is_without_leads = said.what.starts_with("its expiry has no alarm");
            assert!(
                !is_without_leads || said.subject == format!("`{NO_LEAD}`"),
                "{said:?}"
            );
        }
        assert!(!made.is_plan_lost, "{:?}", made.omissions);
        let of_one_date = made
            .omissions
            .iter()
            .filter(|said| said.what.contains("do not show how often"));
        assert_eq!(of_one_date.count(), usize::from(name == "rules"), "{name}");
        let (before, after) = (&original.list().settings, &again.list().settings);
        assert_eq!(after.description, before.description, "{name}");
        assert_eq!(after.color, before.color, "{name}");
        assert_eq!(after.language, before.language, "{name}");
        let titles = |text: &str| -> Vec<String> {
            let mut titles = values(text, "SUMMARY");
            let others = [ONE_DATE, NO_LEAD].into_iter();
            let others: Vec<&str> = others.chain(in_months.iter().map(String::as_str)).collect();
            titles.retain(|title| !others.iter().any(|name| title.contains(name)));
            titles
        };
        assert_eq!(
            titles(&feed(again.list())),
            titles(&text),
            "{name}:\n{yaml}"
        );
    }
}

#[test]
fn a_feed_of_ours_is_known_in_each_language() {
    for language in ["en", "zh-CN", "nb"] {
        let plans = format!(
            r#"calendar: {{name: "My; plans, all", language: {language}, remind_at: "18:30"}}
plans:
- {{name: Telenor, id: it's mine, provider: Telenor, number: "+47 900 00 001", expires: 2027-01-05, grace: 60 days, price: 49 NOK, remind: [14d, 7d], renewal: {{method: website, action: Top up, url: "https://x.example/?a=1"}}, notes: "Two\nlines: #1"}}
- {{name: Bare, expires: 2027-03-01}}
- {{name: Data, renewed: 2026-10-31, validity: 1 month, renewal: {{method: auto-debit, until: 2027-03-31, url: "https://z.example/"}}}}
- {{name: Insurance, expires: 2027-06-01, validity: 1 year, remind: [14d], renewal: {{method: auto-debit}}, cancel: {{notice: 3 months}}}}
- {{name: Gym, expires: 2026-12-10, validity: 1 month, renewal: {{method: auto-debit}}, cancel: {{notice: 10 days}}, ended: 2027-02-20}}
- {{name: Old, expires: 2027-01-10, ended: 2027-01-05}}
"#
        );
        let original = Document::read(plans.as_bytes()).expect("no problems");
        let text = feed(original.list());
        let made = imported(&text);
        let yaml = made.plans_file.as_deref().expect("plans");
        let again = Document::read(yaml.as_bytes()).expect("no problems");
        assert_eq!(carried(again.list()), carried(original.list()), "{yaml}");
        let settings = &again.list().settings;
        assert_eq!(settings.name.as_deref(), Some("My; plans, all"));
        assert_eq!(settings.language, original.list().settings.language);
        assert_eq!(settings.remind_at, original.list().settings.remind_at);
        // The dates in a description become wrong with the next renewal.
        assert!(!yaml.contains("notes"), "{yaml}");
        assert!(
            yaml.contains("{method: auto-debit, until: 2027-03-31, url: https://z.example/}"),
            "{yaml}"
        );
        let said: Vec<(&str, &str)> = made
            .omissions
            .iter()
            .map(|said| (said.subject.as_str(), said.what.as_str()))
            .collect();
        let until = "the last day on which it renews by itself was left out: 2027-03-31, its last renewal, was used";
        let last = "its last date in the file is 2028-06-01; after that it is assumed to renew by itself: if not, write `until` or `ended`";
        assert_eq!(said, [("`Data`", until), ("`Insurance`", last)]);
    }
}

/// A name, an action, notes as people write them.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9(][ -~]{0,20}[A-Za-z0-9.)]",
        "\\PC{1,12}",
        Just("SIM expires on 5 Jan 2027".to_owned()),
        Just("Pay at the desk, or in a shop.".to_owned()),
        Just("\u{6f22}\u{5b57}: 7 days left (expires 5 Jan 2027)".to_owned()),
    ]
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string")
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(100) })]
    #[test]
    fn random_lists_come_back(
        plans in prop::collection::vec(
            (words(), 0_u64..3000, prop::collection::vec((1_u32..400, any::<bool>()), 1..4), 0_u8..32, words()),
            1..6,
        ),
        language in prop_oneof![Just("en"), Just("zh-CN"), Just("nb")],
        minutes in 0_u32..1440,
        notices in any::<bool>(),
        id in any::<bool>(),
    ) {
        let is_text = |text: &str| {
            let is_kept = |c: char| !(c.is_control() || (c.is_whitespace() && c != ' ')
                || u32::from(c) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c));
            !text.trim().is_empty() && text.chars().all(is_kept)
        };
        let mut yaml = format!(
            "calendar: {{name: A, language: {language}, notices: {notices}, remind_at: \"{:02}:{:02}\", id: {}}}\nplans:\n",
            minutes / 60, minutes % 60, if id { "x" } else { "\"\"" },
        );
        for (index, (name, day, leads, bits, notes)) in plans.iter().enumerate() {
            if !is_text(name) || !is_text(notes) {
                return Ok(());
            }
            let has = |bit: u8| bits & bit != 0;
            let expires = today() + Days::new(*day);
            let leads: Vec<String> = leads
                .iter()
                // In months the days before the end of the grace may be others.
                .map(|(days, months)| if *months && !has(1) { format!("{} months", days / 30 + 1) } else { format!("{days}d") })
                .collect();
            yaml += &format!("- id: p{index}\n  name: {}\n  expires: {expires}\n  remind: [{}]\n", quoted(name), leads.join(", "));
            if has(1) {
                yaml += "  grace: 40 days\n";
            }
            if has(2) {
                yaml += &format!("  renewal: {{method: website, action: {}, url: \"https://x.example/{index}\"}}\n", quoted(notes));
            }
            if has(4) {
                yaml += &format!("  notes: {}\n", quoted(notes));
            }
            if has(8) {
                yaml += "  price: 49 NOK\n";
            }
            if has(16) {
                yaml += "  check: {dial: \"*100#\"}\n  support: {call: \"123\"}\n";
            }
        }
        let original = Document::read(yaml.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}\n{yaml}"));
        let text = feed(original.list());
        let made = imported(&text);
        let written = made.plans_file.as_deref().expect("plans");
        let again = Document::read(written.as_bytes()).expect("no problems");
        assert_eq!(carried(again.list()), carried(original.list()), "{yaml}\n{written}");
        let (before, after) = (&original.list().settings, &again.list().settings);
        assert_eq!(after.language, before.language, "{written}");
        assert_eq!(after.remind_at, before.remind_at, "{written}");
        let in_months = yaml.contains(" months");
        for name in ["SUMMARY", "TRIGGER"].into_iter().filter(|_| !in_months) {
            assert_eq!(values(&feed(again.list()), name), values(&text, name), "{written}");
        }
    }

    #[test]
    fn random_automatic_plans_come_back(
        // No two dates may be a month and a number of days apart, or nobody can tell which is meant.
        plans in prop::collection::vec(
            (
                0_u64..900,
                prop_oneof![Just("10 days"), Just("20 days"), Just("1 month"), Just("3 months"), Just("1 year")],
                prop::option::of(prop::collection::vec(1_u32..60, 1..3)),
                prop::option::of(prop_oneof![Just("1 day"), Just("10 days"), Just("20 days"), Just("1 month"), Just("2 months")]),
                prop::option::of(0_u64..700),
                prop::option::of(0_u64..700),
            ),
            1..4,
        ),
        notices in any::<bool>(),
    ) {
        let mut yaml = format!("calendar: {{notices: {notices}}}\nplans:\n");
        for (index, (ago, validity, remind, notice, until, ended)) in plans.iter().enumerate() {
            let renewed = today() - Days::new(*ago);
            yaml += &format!("- id: p{index}\n  name: P{index}\n  renewed: {renewed}\n  validity: {validity}\n");
            let until = until.map(|days| format!(", until: {}", today() + Days::new(days)));
            let until_written = until.as_deref().unwrap_or_default();
            yaml += &format!("  renewal: {{method: auto-debit{until_written}}}\n");
            if let Some(leads) = remind {
                let leads: Vec<String> = leads.iter().map(|days| format!("{days}d")).collect();
                yaml += &format!("  remind: [{}]\n", leads.join(", "));
            }
            let is_short = |notice: &&&str| matches!(**notice, "1 day" | "10 days") || matches!(*validity, "3 months" | "1 year");
            if let Some(notice) = notice.as_ref().filter(is_short) {
                yaml += &format!("  cancel: {{notice: {notice}}}\n");
            }
            // What stopped renewing by itself and is given up before its expiry may show no expiry.
            if let (Some(days), true) = (ended, until.is_none()) {
                yaml += &format!("  ended: {}\n", today() + Days::new(*days));
            }
        }
        let original = Document::read(yaml.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}\n{yaml}"));
        let made = imported(&feed(original.list()));
        // What cannot be told from the events is said, and only that is another.
        let mut changed: Vec<String> = Vec::new();
        for said in &made.omissions {
            let is_same = ["the last day on which it renews by itself was left out", "its last date in the file is"];
            if !is_same.iter().any(|same| said.what.contains(same)) {
                changed.push(said.subject.clone());
            }
        }
        let Some(written) = made.plans_file.as_deref() else {
            assert!(made.is_plan_lost, "{yaml}");
            return Ok(());
        };
        let again = Document::read(written.as_bytes()).expect("no problems");
        let unchanged = |list: &PlanList<'_>| -> Vec<Carried> {
            let mut plans = carried(list);
            plans.retain(|(name, ..)| !changed.contains(&format!("`{name}`")));
            plans
        };
        let (before, after) = (unchanged(original.list()), unchanged(again.list()));
        let why = format!("{before:?}\n{after:?}\n{yaml}\n{written}\n{:?}", made.omissions);
        assert_eq!(before.len(), after.len(), "{why}");
        assert!(!notices || !written.contains("notices: false"), "{why}");
        // The last renewal is lost, before which nothing is warned of: there may be more notices and
        // alarms, and nothing else is added.
        let days = |plan: &Carried| plan.1.iter().filter(|(_, kind, _)| !kind.contains("notice ")).count();
        for plan in &before {
            let is_kept = |after: &&Carried| {
                let mut kept = plan.1.iter();
                plan.0 == after.0 && days(plan) == days(after) && kept.all(|(day, kind, alarms)| {
                    after.1.iter().any(|(other, found, more)| {
                        (day, kind) == (other, found) && alarms.iter().all(|lead| more.contains(lead))
                    })
                })
            };
            assert!(after.iter().any(|after| is_kept(&after)), "{plan:?}\n{why}");
        }
    }

    #[test]
    fn any_bytes_are_imported_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = import(&bytes, "a", &ImportOptions::on(today()));
        let text = [b"BEGIN:VCALENDAR\n", &bytes[..]].concat();
        let _ = import(&text, "a", &ImportOptions::on(today()));
        let text = [b"name,expires\n", &bytes[..]].concat();
        let _ = import(&text, "a", &ImportOptions::on(today()));
    }

    #[test]
    fn whatever_is_made_passes_check(
        lines in prop::collection::vec(
            prop_oneof![
                "(SUMMARY|DESCRIPTION|URL|UID|CATEGORIES|NAME|X-WR-CALNAME):[ -~]{0,30}",
                "(SUMMARY|DESCRIPTION):\\PC{0,20}",
                "(DTSTART|DTEND|DUE|RDATE)(;VALUE=DATE|;TZID=Europe/Oslo|)?:(20[0-9]{6}|99991231|00000101|19000101)(T[0-2][0-9]0000Z?)?",
                "RRULE:FREQ=(YEARLY|MONTHLY|DAILY)(;INTERVAL=[0-9]{1,12})?(;BYMONTHDAY=[0-9]{1,2})?",
                "TRIGGER:-P[0-9]{1,4}(D|W|DT[0-9]H)",
                "(BEGIN|END):(VEVENT|VALARM|VTODO)",
                Just("END:VEVENT\nBEGIN:VEVENT\nSUMMARY:A\nDTSTART:20270105".to_owned()),
            ],
            0..40,
        )
    ) {
        let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:B\nDTSTART:20270105\n{}\nEND:VEVENT\nEND:VCALENDAR\n", lines.join("\n"));
        let made = imported(&text);
        if let Some(plans) = made.plans_file {
            Document::read(plans.as_bytes()).expect("no problems");
        }
    }
}

#[test]
fn the_command_writes_once_and_tells_all() {
    let place = Place::with(
        "a.csv",
        "Name,Expiry date,Colour\nPassport,2029-03-14,red\n",
    );
    let expected =
        "# Imported from `a.csv`.\n\n- id: passport\n  name: Passport\n  expires: 2029-03-14\n";
    let told = "warning: a.csv:1: the header: unknown column `Colour`: left out\n";
    assert_eq!(
        place.run(&["import", "a.csv"]),
        Left {
            code: Some(0),
            out: expected.to_owned(),
            err: format!("{told}the plans file: 1 plan; 1 thing could not be imported unchanged\n"),
        }
    );
    let written = place.run(&["import", "a.csv", "-o", "plans.yaml"]);
    assert_eq!((written.code, written.out.as_str()), (Some(0), ""));
    assert_eq!(place.read("plans.yaml"), expected);
    place.file("plans.yaml", "mine");
    assert_eq!(
        place.run(&["import", "a.csv", "-o", "plans.yaml"]),
        Left {
            code: Some(3),
            out: String::new(),
            err: "error: `plans.yaml` exists already\nhint: write to another file, or replace this one with `--force`\n".to_owned(),
        }
    );
    assert_eq!(place.read("plans.yaml"), "mine");
    let forced = place.run(&["import", "a.csv", "-o", "plans.yaml", "--force"]);
    assert_eq!(forced.code, Some(0));
    assert_eq!(place.read("plans.yaml"), expected);
    assert_eq!(place.names(), ["a.csv", "plans.yaml"]);
    assert_eq!(
        place.run(&["import", "a.csv", "-o", "./a.csv", "--force"]),
        Left {
            code: Some(2),
            out: String::new(),
            err: "error: the output `a.csv` is also the input\nhint: write the plans to another file, as in `-o plans.yaml`\n".to_owned(),
        }
    );
    let mut full = place.command(&["import", "a.csv"]);
    if cfg!(target_os = "linux") {
        let device = std::fs::File::options().write(true).open("/dev/full");
        full.stdout(device.expect("a full device"));
        let refused = Left::of(&mut full);
        let message = "error: cannot write to standard output: no space left on the device\n";
        assert_eq!(refused.code, Some(3));
        assert!(refused.err.ends_with(message), "{refused:?}");
    }
    let checked = place.run(&["check", "plans.yaml", "--today", "2026-11-23"]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
}
