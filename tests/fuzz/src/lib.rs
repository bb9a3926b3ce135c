//! What the targets share: what holds for every text and every list, whatever is done with them.

pub mod asked;
pub mod seen;

use chrono::{Datelike, NaiveDate};
use weekahead::internals::{
    Contact, Document, Feed, FeedInput, Plan, PlanList, Problem, Reporter, Revision, Schedule,
    Severity, without_mark,
};

/// A comment that says nothing, and in which the `!` sends a text to the careful reader.
pub const COMMENT: &str = "# !\n";
/// Problems of a text that are drawn; a text may have thousands.
const DRAWN: usize = 20;
/// Octets of texts in all events of a list up to which a feed of it is made: aliases repeat a text
/// a thousand times, and each event of a plan repeats it again.
const MOST_TEXT: usize = 4 << 20;

/// The day that is today.
#[must_use]
pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day")
}

/// The revision of every list.
#[must_use]
pub fn revision() -> Revision {
    Revision::from_unix(1_791_201_600)
}

/// The feed of a list, as of today.
#[must_use]
pub fn feed(list: &PlanList<'_>) -> Feed {
    let part = FeedInput {
        list,
        file: None,
        year: today().year(),
    };
    Feed::new("plans", &[part], revision()).expect("a feed")
}

/// The careful reader reads the list that was read, whichever reader that was.
pub fn read_by_both(text: &str, list: &PlanList<'_>) {
    let commented = format!("{COMMENT}{text}");
    match Document::read(commented.as_bytes()) {
        Ok(read) => assert_eq!(read.list(), list, "{text}"),
        Err(problems) => panic!("only the careful reader objects: {problems:?}\n{text}"),
    }
}

/// Every problem stands in the text, in order, and can be shown on a terminal.
pub fn placed(problems: &[Problem], bytes: &[u8]) {
    let body = without_mark(bytes);
    let text = std::str::from_utf8(body).ok();
    let holds = |span: &std::ops::Range<usize>| {
        span.start <= span.end
            && span.end <= body.len()
            && text.is_none_or(|text| text.get(span.clone()).is_some())
    };
    let mut last = 0;
    for problem in problems {
        assert!(holds(&problem.span), "{problem:?}");
        assert!(problem.span.start >= last, "{problem:?}");
        last = problem.span.start;
        if let Some((span, _)) = &problem.related {
            assert!(holds(span), "{problem:?}");
        }
    }
    let reporter = Reporter::new("plans.yaml", bytes, false);
    for problem in problems.iter().take(DRAWN) {
        let drawn = reporter.draw(problem, Severity::Error);
        let is_shown = |c: char| c == '\n' || !c.is_control();
        assert!(drawn.chars().all(is_shown), "{drawn:?}");
        assert!(drawn.ends_with('\n'), "{drawn:?}");
    }
}

/// Whether the feed of a list is small enough to be made a thousand times a second.
#[must_use]
pub fn is_small(list: &PlanList<'_>) -> bool {
    let calendar = &list.settings;
    let events = |plan: &Plan<'_>| {
        let schedule = Schedule::new(plan, &list.settings, today().year());
        let occurrences = schedule.occurrences.iter();
        occurrences.map(|it| 1 + it.alarms.len()).sum::<usize>()
    };
    let around = [calendar.description.as_deref(), calendar.name.as_deref()];
    let around: usize = around.into_iter().flatten().map(str::len).sum();
    let edit = |plan: &Plan<'_>| {
        let edit = calendar.edit.as_ref();
        edit.map_or(0, |edit| edit.of_plan(&plan.id, &plan.name).len())
    };
    let plans = list
        .plans
        .iter()
        .map(|plan| events(plan) * (1000 + edit(plan) + length(plan)));
    around + plans.sum::<usize>() <= MOST_TEXT
}

/// Octets of a plan's texts.
fn length(plan: &Plan<'_>) -> usize {
    let contact = |contact: &Contact<'_>| {
        let texts = [&contact.app, &contact.dial, &contact.call];
        let texts = texts.into_iter().flatten().map(|text| text.len());
        let url = contact.url.as_ref().map_or(0, |url| url.as_str().len());
        let sms = contact.sms.as_ref();
        let sms = sms.map_or(0, |sms| {
            sms.to.len() + sms.text.as_ref().map_or(0, |text| text.len())
        });
        texts.sum::<usize>() + url + sms
    };
    let ways = plan.renewal.iter().map(|way| {
        let steps = way.steps.iter().map(|step| step.len());
        way.action.as_ref().map_or(0, |text| text.len())
            + steps.sum::<usize>()
            + contact(&way.contact)
    });
    let texts = [&plan.provider, &plan.number, &plan.notes];
    let texts = texts.into_iter().flatten().map(|text| text.len());
    let contacts = plan.check.iter().chain(&plan.support).map(contact);
    3 * plan.name.len()
        + plan.id.len()
        + ways.sum::<usize>()
        + texts.sum::<usize>()
        + contacts.sum::<usize>()
}
