//! Which days each kind of plan has, as a table.

use chrono::{Datelike as _, NaiveDate};
use proptest::prelude::{any, prop, proptest};
use proptest::test_runner::Config;

use crate::document::Document;
use crate::plan::schedule::{Kind, Occurrence, Schedule};

/// Writes an occurrence in short: its kind, its day, and the days left at each of its alarms.
fn short(occurrence: &Occurrence) -> String {
    let kind = match occurrence.kind {
        Kind::Notice(lead) => format!("notice {}", lead.days),
        Kind::Expiry => "expiry".to_owned(),
        Kind::Overdue(days) => format!("overdue {days}"),
        Kind::GraceNotice(lead) => format!("grace notice {}", lead.days),
        Kind::GraceEnd => "grace end".to_owned(),
        Kind::AfterGrace => "after grace".to_owned(),
        Kind::RenewalNotice(lead) => format!("renewal notice {}", lead.days),
        Kind::Renewal => "renewal".to_owned(),
        Kind::CancelNotice { lead, renewal } => format!("cancel notice {} of {renewal}", lead.days),
        Kind::Cancel { renewal } => format!("cancel of {renewal}"),
        Kind::EndedNotice(lead) => format!("ended notice {}", lead.days),
        Kind::Ended => "ended".to_owned(),
    };
    let alarms: String = occurrence
        .alarms
        .iter()
        .map(|lead| format!(" !{}", lead.days))
        .collect();
    format!("{} {kind}{alarms}", occurrence.day)
}

/// The schedule of a plan for 2026, and the settings of its calendar.
fn schedule(settings: &str, plan: &str) -> Schedule {
    let text = format!("calendar: {{{settings}}}\nplans: [{{name: A, {plan}}}]\n");
    let document = Document::read(text.as_bytes()).expect(&text);
    let list = document.list();
    Schedule::new(&list.plans[0], &list.settings, 2026)
}

#[track_caller]
fn assert_days(settings: &str, plan: &str, expected: &[&str]) {
    let schedule = schedule(settings, plan);
    let days: Vec<String> = schedule.occurrences.iter().map(short).collect();
    assert_eq!(days, expected, "{settings}: {plan}");
}

#[test]
fn the_days_after_an_expiry_come_before_the_first_notice_of_grace() {
    assert_days(
        "",
        "expires: 2027-01-05",
        &[
            "2026-12-29 notice 7",
            "2027-01-05 expiry !7",
            "2027-01-06 overdue 1",
            "2027-01-12 overdue 7",
            "2027-02-02 overdue 28",
        ],
    );
    assert_days(
        "",
        "expires: 2027-01-05, grace: 60 days",
        &[
            "2026-12-29 notice 7",
            "2027-01-05 expiry !7",
            "2027-01-06 overdue 1",
            "2027-01-12 overdue 7",
            "2027-02-02 overdue 28",
            "2027-02-27 grace notice 7",
            "2027-03-06 grace end !7",
            "2027-03-07 after grace",
        ],
    );
    assert_days(
        "",
        "expires: 2027-01-05, grace: 10 days",
        &[
            "2026-12-29 notice 7",
            "2027-01-05 expiry !7",
            "2027-01-06 overdue 1",
            "2027-01-08 grace notice 7",
            "2027-01-15 grace end !7",
            "2027-01-16 after grace",
        ],
    );
    // No notice fits into this grace, so its end counts.
    assert_days(
        "",
        "expires: 2027-01-05, grace: 3 days",
        &[
            "2026-12-29 notice 7",
            "2027-01-05 expiry !7",
            "2027-01-06 overdue 1",
            "2027-01-08 grace end",
            "2027-01-09 after grace",
        ],
    );
    assert_days(
        "notices: false",
        "expires: 2027-01-05, grace: 10 days",
        &["2027-01-05 expiry !7", "2027-01-15 grace end !7"],
    );
}

#[test]
fn a_plan_that_is_given_up_says_so_and_nothing_after_it() {
    for ended in ["2026-12-20", "2020-12-20"] {
        let year = &ended[..4];
        assert_days(
            "",
            &format!("expires: {year}-12-31, remind: [14d, 7d], ended: {ended}"),
            &[
                &format!("{year}-12-06 ended notice 14"),
                &format!("{year}-12-13 ended notice 7"),
                &format!("{year}-12-17 notice 14"),
                &format!("{year}-12-20 ended !7 !14"),
            ],
        );
    }
    // A warning before the last renewal is left out.
    assert_days(
        "",
        "renewed: 2026-12-15, validity: 1 month, ended: 2026-12-20",
        &["2026-12-20 ended"],
    );
    assert_days(
        "notices: false",
        "expires: 2026-12-31, ended: 2026-12-20",
        &["2026-12-20 ended !7"],
    );
}

const YEARLY: &str = "renewed: 2026-03-01, validity: 1 year, renewal: {method: auto-debit}";

#[test]
fn an_automatic_renewal_has_notices_for_its_own_leads() {
    assert_days("", YEARLY, &["2027-03-01 renewal", "2028-03-01 renewal"]);
    assert_days(
        "",
        &format!("{YEARLY}, remind: [30d, 7d]"),
        &[
            "2027-01-30 renewal notice 30",
            "2027-02-22 renewal notice 7",
            "2027-03-01 renewal !7 !30",
            "2028-01-31 renewal notice 30",
            "2028-02-23 renewal notice 7",
            "2028-03-01 renewal !7 !30",
        ],
    );
    // A lead as long as the cycle falls on the date before.
    assert_days(
        "",
        &format!("{YEARLY}, remind: [1 year, 13 months, 364d]"),
        &[
            "2026-03-02 renewal notice 364",
            "2027-03-01 renewal !364",
            "2027-03-03 renewal notice 364",
            "2028-03-01 renewal !364",
        ],
    );
}

#[test]
fn the_last_day_for_cancelling_is_warned_of_and_the_renewal_is_not() {
    assert_days(
        "",
        &format!("{YEARLY}, cancel: {{notice: 3 months}}"),
        &[
            "2026-11-24 cancel notice 7 of 2027-03-01",
            "2026-12-01 cancel of 2027-03-01 !7",
            "2027-03-01 renewal",
            "2027-11-24 cancel notice 7 of 2028-03-01",
            "2027-12-01 cancel of 2028-03-01 !7",
            "2028-03-01 renewal",
        ],
    );
    // After `until` there is nothing to cancel.
    assert_days(
        "notices: false",
        "renewed: 2026-03-01, validity: 1 year, renewal: {method: auto-debit, until: 2027-06-30}, cancel: {notice: 3 months}",
        &[
            "2026-12-01 cancel of 2027-03-01 !7",
            "2027-03-01 renewal",
            "2028-03-01 expiry !7",
        ],
    );
}

#[test]
fn a_plan_is_due_from_its_first_warning_and_until_it_is_too_late_to_cancel() {
    let is_due = |plan: &str, today: &str| schedule("", plan).is_due(today.parse().expect(today));
    let cancelled = format!("{YEARLY}, cancel: {{notice: 3 months}}");
    for (plan, today, expected) in [
        (YEARLY, "2027-03-01", false),
        (&*cancelled, "2026-11-23", false),
        (&*cancelled, "2026-11-24", true),
        (&*cancelled, "2026-12-01", true),
        (&*cancelled, "2026-12-02", false),
        ("expires: 2027-01-05", "2026-12-28", false),
        ("expires: 2027-01-05", "2026-12-29", true),
        ("expires: 2027-01-05", "2028-01-05", true),
        (
            "expires: 2027-01-05, ended: 2026-12-20",
            "2026-12-12",
            false,
        ),
        ("expires: 2027-01-05, ended: 2026-12-20", "2026-12-13", true),
        ("expires: 2027-01-05, ended: 2026-12-20", "2026-12-20", true),
        (
            "expires: 2027-01-05, ended: 2026-12-20",
            "2026-12-29",
            false,
        ),
    ] {
        assert_eq!(is_due(plan, today), expected, "{plan} on {today}");
    }
}

const WORKDAYS: &str = "workdays: [mon, tue, wed, thu, fri]";

#[test]
fn a_warning_on_another_day_comes_on_the_workday_before() {
    // 20 December 2026 is a Sunday, 13 December too.
    assert_days(
        WORKDAYS,
        "expires: 2026-12-20, remind: [8d, 7d, 1d]",
        &[
            // Both leads come on Friday, and the longer one stays.
            "2026-12-11 notice 9",
            "2026-12-18 notice 2",
            "2026-12-20 expiry !9 !2",
            "2026-12-21 overdue 1",
            "2026-12-27 overdue 7",
            "2027-01-17 overdue 28",
        ],
    );
    // Six days ahead is a Monday, so it is not moved; a week ahead becomes the first alarm.
    assert_days(
        WORKDAYS,
        "expires: 2026-12-20, remind: [30d, 6d, 5d]",
        &[
            "2026-11-20 notice 30",
            "2026-12-14 notice 6",
            "2026-12-15 notice 5",
            "2026-12-20 expiry !30 !6 !5",
            "2026-12-21 overdue 1",
            "2026-12-27 overdue 7",
            "2027-01-17 overdue 28",
        ],
    );
    // The workday before is the day of the renewal, on which nobody needs a warning.
    assert_days(
        "workdays: fri, notices: false",
        "expires: 2026-12-20, renewed: 2026-12-11, remind: [7d, 1d]",
        &["2026-12-20 expiry !7 !2"],
    );
    assert_days(
        &format!("{WORKDAYS}, notices: true"),
        &format!("{YEARLY}, remind: [7d], cancel: {{notice: 3 months}}, ended: 2027-03-07"),
        &[
            "2026-11-24 cancel notice 7 of 2027-03-01",
            "2026-12-01 cancel of 2027-03-01 !7",
            "2027-02-26 ended notice 9",
            "2027-03-01 renewal !7",
            "2027-03-07 ended !9",
        ],
    );
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(2000) })]
    /// With workdays, each warning comes on one of them or stays, never later than without them,
    /// and never on or before the last renewal because it was moved. No other day changes.
    #[test]
    fn workdays_never_make_a_warning_later(
        mask in 1_u8..128,
        start in 0_u64..800,
        plan in prop::sample::select(vec![
            "validity: 3 months, grace: 30 days",
            "validity: 10 days",
            "validity: 1 year, renewal: {method: auto-debit}",
            "validity: 1 month, renewal: {method: auto-debit}, cancel: {notice: 10 days}",
            "validity: 6 months, ended: 2027-06-20",
        ]),
        leads in prop::collection::vec(1_u32..40, 1..4),
        notices in any::<bool>(),
    ) {
        const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let renewed = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day") + chrono::Days::new(start);
        let days: Vec<&str> = (0..7).filter(|day| mask & (1 << day) != 0).map(|day| NAMES[day]).collect();
        let leads: Vec<String> = leads.iter().map(|days| format!("{days}d")).collect();
        let plan = format!("renewed: {renewed}, {plan}, remind: [{}]", leads.join(", "));
        let moved = schedule(&format!("notices: {notices}, workdays: [{}]", days.join(", ")), &plan);
        let plain = schedule(&format!("notices: {notices}"), &plan);
        // A warning that was moved may make the first warning of grace earlier, and so shorten the
        // list of days after the expiry.
        fn fixed(schedule: &Schedule) -> Vec<&Occurrence> {
            let others = schedule.occurrences.iter();
            let is_fixed = |kind: Kind| !matches!(kind, Kind::Overdue(_));
            others.filter(|day| !day.is_notice() && is_fixed(day.kind)).collect()
        }
        let (moved, plain) = (fixed(&moved), fixed(&plain));
        let days = |fixed: &[&Occurrence]| -> Vec<(Kind, NaiveDate)> {
            fixed.iter().map(|occurrence| (occurrence.kind, occurrence.day)).collect()
        };
        assert_eq!(days(&moved), days(&plain), "{plan}");
        let is_workday = |day: NaiveDate| {
            let index = day.weekday().num_days_from_monday();
            mask & (1 << index) != 0
        };
        for (before, after) in plain.into_iter().zip(moved) {
            for lead in &after.alarms {
                let day = lead.day(after.day).expect("a day");
                let stays = before.alarms.iter().any(|own| own.days == lead.days);
                assert!(is_workday(day) || stays, "{plan}: {day}");
                assert!(!lead.is_moved || day > renewed, "{plan}: {day}");
            }
            assert!(after.alarms.len() <= before.alarms.len(), "{plan}");
            // Each warning has one on its day or at most six days before it.
            for lead in &before.alarms {
                let day = lead.day(before.day).expect("a day");
                let found = after.alarms.iter().filter_map(|own| own.day(after.day));
                let mut near = found.filter(|own| *own <= day && (day - *own).num_days() < 7);
                assert!(near.next().is_some(), "{plan}: {day}");
            }
        }
    }
}
