//! Random lists in the layouts that people use, and random renewals: the list changes as requested,
//! and every byte outside the splices stays.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::sample::select;
use proptest::test_runner::Config;
use weekahead::internals::{
    Document, Expiry, Extends, PlanList, Price, Renewal, RenewalRecord, renew,
};

use super::layouts::day;

/// Plans for the middle of a list. `#` is the number of the plan, and every line of it is indented
/// below its dash.
const PLANS: [&str; 19] = [
    "id: p#\nname: N#\nrenewed: 2026-07-05\nvalidity: 3 months",
    "name: \"漢字 #\"   # a comment\nid: 'p#'\nrenewed: '2026-07-05'  # last\n\nvalidity: P3M\ngrace: 60 days",
    "{id: p#, name: N#, renewed: 2026-07-05, validity: 90 days}",
    "{id: p#, name: N#, expires: 2026-10-31, validity: 1 month, history: [{on: 2026-05-01}]}",
    "id: p#\nname: N#\nexpires: \"2026-10-31\"\nvalidity: 1 year\nnotes: |\n  Two lines,\n  - and a dash\ntags: [a, b]",
    "id: p#\nname: N#\nvalidity: 2 weeks\nhistory:\n- on: 2026-06-01\n  paid: 9 NOK\n# between\n- {on: 2026-07-05, receipt: x}\nrenewed: 2026-07-05",
    "id: p#\nname: N#\nhistory:\n    - {on: 2026-07-05, paid: 49 NOK}   # the last\n    # after it\nrenewed: 2026-07-05\nvalidity: 180 days",
    "id: p#\nname: N#\nhistory: []\nrenewed: 2026-07-05\nvalidity: 3 months",
    "id: p#\nname: N#\nhistory: [{on: 2026-07-05},\n  {on: 2026-01-05}]\nrenewed: 2026-07-05\nvalidity: 3 months",
    "id: p#\nname: N#\nhistory: [{on: 2026-04-05},\n  {on: 2026-01-05}]\nrenewed: 2026-07-05\nvalidity: 3 months",
    "id: p#\nname: N#\nhistory: [{on: 2025-04-05},\n  {on: 2026-01-05}]\nrenewed: 2026-07-05\nvalidity: 3 months",
    "id: p#\nname: N#\nrenewed: 2026-08-31\nvalidity: 1 month\nprice: 5 EUR\nrenewal: {method: auto-debit}",
    "{\"id\": \"p#\", \"name\": \"N#\", \"renewed\": \"2026-07-05\", \"validity\": \"3 months\"}",
    "id: p#\nname: N#\nexpires: 2026-11-30\nrenewed: 2026-07-05",
    "id: p#\nname: N#\nexpires: 2026-11   # a card\nvalidity: 3 months\nextends: from-expiry",
    "{id: p#, name: N#, expires: '2027-02', validity: 45 days, extends: from-expiry}",
    "{id: p#, name: N#, expires: 2026-12, validity: 1 month, extends: never-shorter}",
    "id: p#\nname: N#\nexpires: 2026-10-20\nvalidity: 2 weeks\nextends: never-shorter",
    "id: p#\nname: N#\nexpires: \"2026-11\"\nvalidity: 1 month",
];

/// A text on one line.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{1,24}",
        select(vec![
            "no",
            "null",
            "~",
            "12",
            "2026-10-05",
            "- a",
            "a: b",
            "a #b",
            "\"",
            "'",
            "漢",
            "{a",
            "*x",
            "&x",
            "!x",
            "%",
            "@",
            "|",
            ">-",
            "a,b",
            "]",
            "\\n",
            "?"
        ])
        .prop_map(str::to_owned),
    ]
    .prop_map(|text| text.trim().to_owned())
    .prop_filter("not empty", |text| !text.is_empty())
}

/// A list and the number of its plans. They differ in the layouts of plans, the spaces before and
/// after dashes, whether there is a head, and how lines and the file end.
pub(crate) fn lists() -> impl Strategy<Value = (String, usize)> {
    let plans = vec(0..PLANS.len(), 1..5);
    let format = (
        0..3_usize,
        1..4_usize,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    );
    (plans, format).prop_map(
        |(plans, (indent, gap, has_head, is_crlf, has_mark, is_cut))| {
            let mut text = String::from("# mine\n");
            if has_head {
                text += "calendar: {timezone: Europe/Oslo}\n\nplans:   # all of them\n";
            }
            let indent = if has_head { 2 * indent } else { 0 };
            for (number, plan) in plans.iter().enumerate() {
                let plan = PLANS[*plan].replace('#', "\u{1}");
                let plan = plan.replace("N\u{1}", &format!("N{number}"));
                let plan = plan.replace("p\u{1}", &format!("p{number}"));
                let plan = plan
                    .replace("字 \u{1}", &format!("字 {number}"))
                    .replace('\u{1}', "#");
                for (index, line) in plan.lines().enumerate() {
                    let lead = if index == 0 {
                        format!("{}-{}", " ".repeat(indent), " ".repeat(gap))
                    } else {
                        " ".repeat(indent + 1 + gap)
                    };
                    text += &format!("{}\n", format!("{lead}{line}").trim_end());
                }
            }
            if is_cut {
                text.pop();
            }
            if is_crlf {
                text = text.replace('\n', "\r\n");
            }
            if has_mark {
                text.insert(0, '\u{feff}');
            }
            (text, plans.len())
        },
    )
}

/// The list after a renewal, computed without the text of the list. `None` if the plan does not say
/// how long it is valid.
fn expected<'a>(mut list: PlanList<'a>, index: usize, renewal: &Renewal) -> Option<PlanList<'a>> {
    let plan = &mut list.plans[index];
    let bare = |on| RenewalRecord {
        on,
        paid: None,
        receipt: None,
        note: None,
        from: None,
    };
    let is_automatic = plan.automatic().is_some();
    let is_newest_first = plan.history.len() > 1 && plan.history[0].on > plan.history[1].on;
    let recorded: Vec<_> = plan.history.iter().map(|entry| entry.on).collect();
    let previous = plan.expiry.renewed().filter(|day| !recorded.contains(day));
    let previous = previous.filter(|_| recorded.is_empty() || !is_automatic);
    let previous = previous.map(bare);
    let record = RenewalRecord {
        paid: renewal.paid,
        receipt: renewal.receipt.clone().map(Into::into),
        note: renewal.note.clone().map(Into::into),
        ..bare(renewal.on)
    };
    for record in previous.into_iter().chain([record]) {
        match is_newest_first {
            true => plan.history.insert(0, record),
            false => plan.history.push(record),
        }
    }
    plan.expiry = match plan.expiry {
        term if is_automatic => term,
        Expiry::FromRenewal { validity, .. } => Expiry::FromRenewal {
            renewed: renewal.on,
            validity,
        },
        Expiry::Explicit {
            expires,
            validity,
            renewed,
            extends,
        } => Expiry::Explicit {
            expires: match extends {
                Extends::FromExpiry => expires.after(validity?, 1)?,
                Extends::FromRenewal => validity?.after(renewal.on, 1)?.into(),
                Extends::NeverShorter => match validity?.after(renewal.on, 1)? {
                    day if day > expires.day() => day.into(),
                    _ => expires,
                },
            },
            renewed: renewed.map(|_| renewal.on),
            validity,
            extends,
        },
    };
    Some(list)
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(400) })]

    #[test]
    fn a_random_renewal_changes_only_what_was_requested(
        (text, plans) in lists(),
        chosen in any::<proptest::sample::Index>(),
        day_of_month in 1..25_u32,
        paid in prop_oneof![Just(None), Just(Some("49 NOK")), Just(Some("14.50 EUR"))],
        receipt in proptest::option::of(text()),
        note in proptest::option::of(text()),
    ) {
        let document = Document::read(text.as_bytes()).expect(&text);
        let index = chosen.index(plans);
        let renewal = Renewal {
            on: day(&format!("2026-10-{day_of_month:02}")),
            paid: paid.map(|paid| Price::parse(paid).expect("a price")),
            way: None,
            receipt,
            note,
            validity: None,
            from_expiry: false,
        };
        let expected = expected(document.list().clone(), index, &renewal);
        let result = renew(&document, index, &renewal, day("2026-10-25"));
        let Some(expected) = expected else {
            assert!(result.is_err(), "nothing says how long it lasts:\n{text}");
            return Ok(());
        };
        let edit = result.unwrap_or_else(|error| panic!("{error:?}\n{text}"));
        let read = Document::read(edit.text.as_bytes()).expect(&edit.text);
        assert_eq!(read.list(), &expected, "{text}\nbecomes\n{}", edit.text);
        assert_eq!(&edit.plan, &expected.plans[index]);
        // The splices turn the old text into the new one.
        let mut rest = (document.text(), edit.text.as_str(), 0);
        for splice in &edit.splices {
            let same = splice.range.start - rest.2;
            assert_eq!(&rest.0[..same], &rest.1[..same]);
            let new = &rest.1[same..];
            assert!(new.starts_with(&splice.text), "{text}");
            rest = (&rest.0[same + splice.range.len()..], &new[splice.text.len()..], splice.range.end);
        }
        assert_eq!(rest.0, rest.1, "{text}");
        let breaks = |text: &str| text.matches('\n').count() - text.matches("\r\n").count();
        assert!(!text.contains('\r') || breaks(&edit.text) == 0, "{:?}", edit.text);
    }
}
