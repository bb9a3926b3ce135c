//! The state machine of a file as a table: each row is a state, an event, the next state and the
//! effects, with the reason.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::{
    Broken, Effect, Event, Fallback, FileState, REMOVAL_DELAY, Recognized, StaleNotice, Times, step,
};
use crate::files::source::Source;
use crate::server::reload::deferred_logs::FileLog;
use crate::server::reload::error_summary::ErrorSummary;
use crate::server::reload::last_served::LastServed;
use crate::server::reload::make::{FeedOrder, MadeFeed, Maker};
use crate::server::reload::saved::{Header, SavedText};
use crate::site::Site;
use crate::time::clock::Clock;
use crate::time::revision::Revision;

/// The revision of every feed and saved text in the table.
const REVISION: i64 = 1000;
/// How long a file is broken before its feed says so, in seconds.
const STALE_AFTER: i64 = 3600;
/// When the feed of a broken file in the table says so.
const STALE: i64 = 100 + STALE_AFTER;
const DAY: i64 = 86_400;

/// One row of the table. States are written as [`show`] writes them.
struct Row {
    reason: &'static str,
    state: FileState,
    event: Event,
    next: &'static str,
    effects: Vec<Effect>,
}

fn row(
    reason: &'static str,
    state: FileState,
    event: Event,
    next: &'static str,
    effects: impl Into<Vec<Effect>>,
) -> Row {
    let effects = effects.into();
    Row {
        reason,
        state,
        event,
        next,
        effects,
    }
}

fn check(start: Instant, rows: Vec<Row>) {
    for row in rows {
        let (next, effects) = step(row.state, row.event);
        assert_eq!(show(&next, start), row.next, "{}", row.reason);
        assert_eq!(effects, row.effects, "{}", row.reason);
    }
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).expect("a time")
}

fn text(name: &str) -> Arc<[u8]> {
    let text = format!("- {{name: {name}, expires: 2027-01-31}}\n");
    text.into_bytes().into()
}

/// The name in a text of [`text`].
fn name_in(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let name = text.split("name: ").nth(1).expect("a name");
    name.split(',').next().expect("a name").to_owned()
}

fn feed(name: &str) -> MadeFeed {
    let today = NaiveDate::from_ymd_opt(2026, 11, 29).expect("a day");
    let maker = Maker {
        site: Arc::new(Site::of_server(None, None)),
        clock: Clock::fixed(today),
        styled: false,
    };
    let source = Source {
        path: Some(PathBuf::from("plans.yaml")),
    };
    let order = FeedOrder {
        source: &source,
        text: text(name),
        revision: Revision::from_unix(REVISION),
        stale: None,
        last: None,
    };
    maker.make(&order).expect("a feed")
}

fn feed_of_year(name: &str, year: i32) -> MadeFeed {
    let year = Some(year);
    MadeFeed { year, ..feed(name) }
}

fn saved(name: &str, broken_since: Option<i64>) -> SavedText {
    let text = text(name);
    let served = LastServed::new(&text, Revision::from_unix(REVISION), None);
    let header = Header::new("plans", None, &served, broken_since);
    SavedText { header, text }
}

fn unread() -> FileState {
    FileState::default()
}

fn unread_with(saved: SavedText) -> FileState {
    FileState::Unread { saved: Some(saved) }
}

fn serving(name: &str) -> FileState {
    FileState::Serving(feed(name))
}

fn missing(since: Instant, before: FileState) -> FileState {
    let before = Box::new(before);
    FileState::Missing { since, before }
}

/// A file that is broken since the second 100, by the text `Bad`.
fn broken(fallback: Fallback) -> FileState {
    FileState::Broken(Broken {
        since: at(100),
        summary: summary("page", "log"),
        notice: None,
        refused_text: Some(text("Bad")),
        fallback,
    })
}

fn broken_serving(name: &str) -> FileState {
    broken(Fallback::Feed(feed(name)))
}

/// The notice of a file that is stale since [`STALE`], on a day of January 1970.
fn notice(day: u32, revised: i64) -> StaleNotice {
    StaleNotice {
        since: at(STALE),
        day: january(day),
        revised: Revision::from_unix(revised),
    }
}

fn stale(state: FileState) -> FileState {
    match state {
        FileState::Broken(broken) => FileState::Broken(Broken {
            notice: Some(notice(1, STALE)),
            ..broken
        }),
        other => other,
    }
}

fn summary(page: &str, log: &str) -> ErrorSummary {
    ErrorSummary {
        page: page.to_owned(),
        log: log.to_owned(),
        drawn: String::new(),
        count: 1,
    }
}

fn unreadable(now: i64) -> Event {
    Event::Unreadable {
        summary: summary("denied", "denied"),
        now: at(now),
    }
}

fn refused(page: &str, log: &str, now: i64) -> Event {
    Event::TextRefused {
        text: text("Worse"),
        summary: summary(page, log),
        now: at(now),
    }
}

fn january(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(1970, 1, day).expect("a day")
}

/// The time in a zone in which it is UTC.
fn time_passed(now: i64, instant: Instant) -> Event {
    let today = at(now).date_naive();
    time_passed_on(now, instant, today)
}

fn time_passed_on(now: i64, instant: Instant, today: NaiveDate) -> Event {
    Event::TimePassed(Times {
        now: at(now),
        instant,
        stale_after: TimeDelta::seconds(STALE_AFTER),
        today,
        midnight: today.and_time(NaiveTime::MIN).and_utc(),
    })
}

fn unusable(problem: &str, has_feed: bool) -> Effect {
    let problem = problem.to_owned();
    Effect::Log(FileLog::Unusable { problem, has_feed })
}

fn restored(problem: &str) -> Effect {
    let problem = problem.to_owned();
    Effect::Log(FileLog::Restored { problem })
}

fn make(name: &str, revision: i64) -> Effect {
    Effect::MakeFeed {
        text: text(name),
        revision: Revision::from_unix(revision),
    }
}

fn loaded(name: &str) -> Effect {
    let feed = feed(name);
    Effect::Log(FileLog::Loaded {
        plans: 1,
        events: feed.events,
    })
}

/// A state in words.
fn show(state: &FileState, start: Instant) -> String {
    let feed = |feed: &MadeFeed| {
        let name = name_in(&feed.ready.meta().text);
        let year = feed.year.map(|year| format!(" of {year}"));
        format!("serving {name}{}", year.unwrap_or_default())
    };
    match state {
        FileState::Unread { saved: None } => "unread".to_owned(),
        FileState::Unread { saved: Some(saved) } => {
            format!("unread, saved {}", name_in(&saved.text))
        }
        FileState::Serving(served) => feed(served),
        FileState::Broken(broken) => {
            let refused = broken.refused_text.as_deref();
            let refused = refused.map_or_else(|| "unreadable".to_owned(), name_in);
            let fallback = match &broken.fallback {
                Fallback::Nothing => "nothing".to_owned(),
                Fallback::Saved(saved) => format!("saved {}", name_in(&saved.text)),
                Fallback::Feed(served) => feed(served),
            };
            let since = broken.since.timestamp();
            let stale = broken.notice.map(|notice| match notice.day {
                day if day == january(1) => ", stale".to_owned(),
                day => format!(", stale on {day}"),
            });
            let stale = stale.unwrap_or_default();
            let page = &broken.summary.page;
            format!("broken since {since} by {refused} ({page}), {fallback}{stale}")
        }
        FileState::Missing { since, before } => {
            let since = since.duration_since(start).as_secs();
            format!("missing since {since}, {}", show(before, start))
        }
    }
}

#[test]
fn a_file_comes_and_goes() {
    let start = Instant::now();
    let after = |seconds| start + Duration::from_secs(seconds);
    let removed = || {
        [
            Effect::Log(FileLog::Deleted),
            Effect::Forget,
            Effect::Publish,
        ]
    };
    let rows = vec![
        row(
            "a listed file stays as it is",
            serving("A"),
            Event::Found,
            "serving A",
            [],
        ),
        row(
            "editors and checkouts delete a file before they write it anew",
            serving("A"),
            Event::NotFound { at: after(5) },
            "missing since 5, serving A",
            [],
        ),
        row(
            "the delay counts from the first time that it was missing",
            missing(after(5), serving("A")),
            Event::NotFound { at: after(9) },
            "missing since 5, serving A",
            [],
        ),
        row(
            "a file that is there again is as it was",
            missing(after(5), broken_serving("A")),
            Event::Found,
            "broken since 100 by Bad (page), serving A",
            [],
        ),
        row(
            "a deleted file is served for a while",
            missing(after(5), serving("A")),
            time_passed(200, after(4) + REMOVAL_DELAY),
            "missing since 5, serving A",
            [],
        ),
        row(
            "and is forgotten then",
            missing(after(5), serving("A")),
            time_passed(200, after(5) + REMOVAL_DELAY),
            "missing since 5, serving A",
            removed(),
        ),
        row(
            "a deleted file that had no feed is forgotten as well: it counted as broken",
            missing(after(5), broken(Fallback::Nothing)),
            time_passed(200, after(5) + REMOVAL_DELAY),
            "missing since 5, broken since 100 by Bad (page), nothing",
            removed(),
        ),
        row(
            "a file in a folder that cannot be read is not deleted",
            missing(after(5), serving("A")),
            unreadable(200),
            "broken since 200 by unreadable (denied), serving A",
            [
                Effect::CountBadReload,
                unusable("denied", true),
                Effect::Publish,
            ],
        ),
    ];
    check(start, rows);
}

#[test]
fn a_file_breaks() {
    let start = Instant::now();
    let rows = vec![
        row(
            "the last good feed stays",
            serving("A"),
            refused("page", "log", 200),
            "broken since 200 by Worse (page), serving A",
            [
                Effect::CountBadReload,
                unusable("log", true),
                Effect::Publish,
            ],
        ),
        row(
            "a new file has nothing to serve",
            unread(),
            refused("page", "log", 200),
            "broken since 200 by Worse (page), nothing",
            [
                Effect::CountBadReload,
                unusable("log", false),
                Effect::Publish,
            ],
        ),
        row(
            "what an earlier server saved is kept for later",
            unread_with(saved("A", None)),
            unreadable(200),
            "broken since 200 by unreadable (denied), saved A",
            [
                Effect::CountBadReload,
                unusable("denied", false),
                Effect::Publish,
            ],
        ),
        row(
            "the same error of another text is nothing new, but that text is not made again",
            broken_serving("A"),
            refused("page", "log", 200),
            "broken since 100 by Worse (page), serving A",
            [],
        ),
        row(
            "an error that differs only in words of the file is new on the page, not in the log",
            broken_serving("A"),
            refused("other page", "log", 200),
            "broken since 100 by Worse (other page), serving A",
            [Effect::Publish],
        ),
        row(
            "another error does not change since when the file is broken",
            broken_serving("A"),
            refused("other page", "other log", 200),
            "broken since 100 by Worse (other page), serving A",
            [
                Effect::CountBadReload,
                unusable("other log", true),
                Effect::Publish,
            ],
        ),
        row(
            "a stale feed stays stale until the file is mended",
            stale(broken_serving("A")),
            unreadable(9000),
            "broken since 100 by unreadable (denied), serving A, stale",
            [
                Effect::CountBadReload,
                unusable("denied", true),
                Effect::Publish,
            ],
        ),
    ];
    check(start, rows);
}

#[test]
fn a_file_is_mended() {
    let start = Instant::now();
    let rows = vec![
        row(
            "the served text again: its feed is there already",
            broken_serving("A"),
            Event::ServedTextRead,
            "serving A",
            [Effect::Log(FileLog::Mended), Effect::Publish],
        ),
        row(
            "a feed that says that it is out of date is made without that",
            stale(broken_serving("A")),
            Event::ServedTextRead,
            "serving A",
            [
                Effect::Log(FileLog::Mended),
                Effect::RemakeFeed { notice: None },
                Effect::Publish,
            ],
        ),
        row(
            "the served text of a good file is nothing new",
            serving("A"),
            Event::ServedTextRead,
            "serving A",
            [],
        ),
        row(
            "another good text mends as well",
            stale(broken_serving("A")),
            Event::FeedMade(feed("B")),
            "serving B",
            [loaded("B"), Effect::CountGoodReload, Effect::Publish],
        ),
    ];
    check(start, rows);
}

#[test]
fn the_feed_of_a_new_text_is_made() {
    let start = Instant::now();
    let read = || Event::NewTextRead {
        text: text("B"),
        revision: Revision::from_unix(2000),
    };
    let rows = vec![
        row(
            "while a feed is made the file stays broken",
            broken_serving("A"),
            read(),
            "broken since 100 by Bad (page), serving A",
            [make("B", 2000)],
        ),
        row(
            "a file that is read is there",
            missing(start, serving("A")),
            read(),
            "serving A",
            [make("B", 2000)],
        ),
    ];
    check(start, rows);
}

#[test]
fn a_saved_text_is_served() {
    let start = Instant::now();
    let rows = vec![
        row(
            "a restart does not forget since when the file is broken",
            broken(Fallback::Saved(saved("A", Some(50)))),
            Event::SavedFeedMade(feed("A")),
            "broken since 50 by Bad (page), serving A",
            [
                Effect::CountRestored(at(50)),
                restored("log"),
                Effect::Publish,
            ],
        ),
        row(
            "a clock that was set back does not make a file broken later",
            broken(Fallback::Saved(saved("A", Some(150)))),
            Event::SavedFeedMade(feed("A")),
            "broken since 100 by Bad (page), serving A",
            [
                Effect::CountRestored(at(100)),
                restored("log"),
                Effect::Publish,
            ],
        ),
        row(
            "a file that vanished while it was read has no error",
            unread_with(saved("A", None)),
            Event::SavedFeedMade(feed("A")),
            "serving A",
            [restored(""), Effect::Publish],
        ),
        row(
            "a feed of the file itself is never replaced",
            serving("B"),
            Event::SavedFeedMade(feed("A")),
            "serving B",
            [],
        ),
    ];
    check(start, rows);
}

#[test]
fn a_year_ends() {
    let start = Instant::now();
    let of_year = |year| FileState::Serving(feed_of_year("A", year));
    let rows = vec![
        row(
            "a feed that no year changes",
            serving("A"),
            time_passed(STALE, start),
            "serving A",
            [],
        ),
        row(
            "a feed of this year",
            of_year(1970),
            time_passed(STALE, start),
            "serving A of 1970",
            [],
        ),
        row(
            "a feed of another year is made again",
            of_year(1969),
            time_passed(STALE, start),
            "serving A of 1969",
            [Effect::RemakeFeed { notice: None }, Effect::Publish],
        ),
        row(
            "a feed that was made again takes the place of the other",
            missing(start, of_year(1969)),
            Event::FeedRemade(feed_of_year("A", 1970)),
            "missing since 0, serving A of 1970",
            [],
        ),
        row(
            "one that cannot be made again is not tried until the next year",
            of_year(1969),
            Event::RemakeRefused {
                problem: "too large".to_owned(),
                year: Some(1970),
            },
            "serving A of 1970",
            [Effect::Log(FileLog::NotRemade {
                problem: "too large".to_owned(),
            })],
        ),
    ];
    check(start, rows);
}

#[test]
fn a_feed_goes_stale() {
    let start = Instant::now();
    let of_year = |year| broken(Fallback::Feed(feed_of_year("A", year)));
    let remake = |day, revised| Effect::RemakeFeed {
        notice: Some(notice(day, revised)),
    };
    let begins = |day, revised| {
        [
            Effect::Log(FileLog::Stale),
            remake(day, revised),
            Effect::Publish,
        ]
    };
    let rows = vec![
        row(
            "the last second before a feed says that it is out of date",
            broken_serving("A"),
            time_passed(STALE - 1, start),
            "broken since 100 by Bad (page), serving A",
            [],
        ),
        row(
            "the feed says that it is out of date since then",
            broken_serving("A"),
            time_passed(STALE + 5, start),
            "broken since 100 by Bad (page), serving A, stale",
            begins(1, STALE),
        ),
        row(
            "a server that starts days later says so today",
            broken_serving("A"),
            time_passed(2 * DAY + 5, start),
            "broken since 100 by Bad (page), serving A, stale on 1970-01-03",
            begins(3, 2 * DAY),
        ),
        row(
            "it says so once a day",
            stale(broken_serving("A")),
            time_passed(DAY - 1, start),
            "broken since 100 by Bad (page), serving A, stale",
            [],
        ),
        row(
            "the event moves at midnight",
            stale(broken_serving("A")),
            time_passed(DAY, start),
            "broken since 100 by Bad (page), serving A, stale on 1970-01-02",
            [remake(2, DAY), Effect::Publish],
        ),
        row(
            "days count from the midnight of the list, not from that of UTC",
            stale(broken_serving("A")),
            time_passed_on(DAY + 3600, start, january(1)),
            "broken since 100 by Bad (page), serving A, stale",
            [],
        ),
        row(
            "a clock that is set back does not take it back",
            stale(broken_serving("A")),
            time_passed(0, start),
            "broken since 100 by Bad (page), serving A, stale",
            [],
        ),
        row(
            "a clock that is set back by days moves the event, but not its stamps",
            stale(broken_serving("A")),
            time_passed_on(50, start, january(31)),
            "broken since 100 by Bad (page), serving A, stale on 1970-01-31",
            [remake(31, STALE + 1), Effect::Publish],
        ),
        row(
            "a stale feed of another year still says since when",
            stale(of_year(1969)),
            time_passed(STALE + 6, start),
            "broken since 100 by Bad (page), serving A of 1969, stale",
            [remake(1, STALE), Effect::Publish],
        ),
        row(
            "both at once are one feed",
            of_year(1969),
            time_passed(STALE, start),
            "broken since 100 by Bad (page), serving A of 1969, stale",
            begins(1, STALE),
        ),
        row(
            "without a feed there is nothing that could say so",
            broken(Fallback::Nothing),
            time_passed(STALE, start),
            "broken since 100 by Bad (page), nothing",
            [],
        ),
        row(
            "a missing file becomes stale as well while it is served",
            missing(start, broken_serving("A")),
            time_passed(STALE, start),
            "missing since 0, broken since 100 by Bad (page), serving A, stale",
            begins(1, STALE),
        ),
    ];
    check(start, rows);
}

#[test]
fn texts_are_recognized() {
    let start = Instant::now();
    for (state, name, expected) in [
        (unread_with(saved("A", None)), "A", Recognized::New),
        (serving("A"), "A", Recognized::Served),
        (serving("A"), "B", Recognized::New),
        (broken_serving("A"), "A", Recognized::Served),
        (broken_serving("A"), "Bad", Recognized::Refused),
        (broken_serving("A"), "B", Recognized::New),
        (missing(start, serving("A")), "A", Recognized::Served),
    ] {
        let shown = show(&state, start);
        assert_eq!(state.recognize(&text(name)), expected, "{shown}: {name}");
    }
}
