//! The state machine of a file as a table: each row is a state, an event, the next state and the
//! effects, with the reason.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{
    Broken, Effect, Event, Fallback, FileState, REMOVAL_DELAY, Recognized, Revised, Times, step,
};
use crate::files::source::Source;
use crate::server::reload::deferred_logs::FileLog;
use crate::server::reload::error_summary::ErrorSummary;
use crate::server::reload::make::{FeedOrder, MadeFeed, Maker};
use crate::server::reload::saved::{Header, SavedText};
use crate::site::Site;
use crate::time::clock::Clock;
use crate::time::revision::Revision;

/// The revision of every feed and saved text in the table.
const REVISION: i64 = 1000;
/// How long a file is broken before its feed says so, in seconds.
const STALE_AFTER: i64 = 3600;

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
    };
    maker.make(&order).expect("a feed")
}

fn feed_of_year(name: &str, year: i32) -> MadeFeed {
    let year = Some(year);
    MadeFeed { year, ..feed(name) }
}

fn saved(name: &str, broken_since: Option<i64>) -> SavedText {
    SavedText {
        header: Header::new(REVISION, broken_since),
        text: text(name),
    }
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
        is_stale: false,
        refused_text: Some(text("Bad")),
        fallback,
    })
}

fn broken_serving(name: &str) -> FileState {
    broken(Fallback::Feed(feed(name)))
}

fn stale(state: FileState) -> FileState {
    match state {
        FileState::Broken(broken) => FileState::Broken(Broken {
            is_stale: true,
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

fn read(name: &str, revised: Revised) -> Event {
    let text = text(name);
    Event::NewTextRead { text, revised }
}

fn time_passed(now: i64, instant: Instant, year: Option<i32>) -> Event {
    Event::TimePassed(Times {
        now: at(now),
        instant,
        stale_after: TimeDelta::seconds(STALE_AFTER),
        year,
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
            let stale = if broken.is_stale { ", stale" } else { "" };
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
            time_passed(200, after(4) + REMOVAL_DELAY, None),
            "missing since 5, serving A",
            [],
        ),
        row(
            "and is forgotten then",
            missing(after(5), serving("A")),
            time_passed(200, after(5) + REMOVAL_DELAY, None),
            "missing since 5, serving A",
            removed(),
        ),
        row(
            "a deleted file that had no feed is forgotten as well: it counted as broken",
            missing(after(5), broken(Fallback::Nothing)),
            time_passed(200, after(5) + REMOVAL_DELAY, None),
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
                Effect::RemakeFeed { stale: None },
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
        row(
            "what the state folder has need not be written again",
            unread_with(saved("A", Some(50))),
            Event::FeedMade(feed("A")),
            "serving A",
            [
                Effect::NoteSaved(Header::new(REVISION, Some(50))),
                loaded("A"),
                Effect::CountGoodReload,
                Effect::Publish,
            ],
        ),
        row(
            "another text has to be written",
            unread_with(saved("A", None)),
            Event::FeedMade(feed("B")),
            "serving B",
            [loaded("B"), Effect::CountGoodReload, Effect::Publish],
        ),
    ];
    check(start, rows);
}

#[test]
fn a_new_text_gets_its_revision() {
    let start = Instant::now();
    let file_time = |seconds| Revised::AtFileTime(Revision::from_unix(seconds));
    let rows = vec![
        row(
            "the time of the file, if nothing was served before",
            unread(),
            read("B", file_time(500)),
            "unread",
            [make("B", 500)],
        ),
        row(
            "a later time of the file",
            serving("A"),
            read("B", file_time(2000)),
            "serving A",
            [make("B", 2000)],
        ),
        row(
            "an old time of the file is moved past the served one",
            serving("A"),
            read("B", file_time(500)),
            "serving A",
            [make("B", REVISION + 1)],
        ),
        row(
            "git and the environment are taken as they are, even if that is earlier",
            serving("A"),
            read("B", Revised::Exactly(Revision::from_unix(500))),
            "serving A",
            [make("B", 500)],
        ),
        row(
            "the text that an earlier server saved keeps its revision",
            unread_with(saved("A", None)),
            read("A", file_time(2000)),
            "unread, saved A",
            [make("A", REVISION)],
        ),
        row(
            "another text is later than the saved one",
            unread_with(saved("A", None)),
            read("B", file_time(500)),
            "unread, saved A",
            [make("B", REVISION + 1)],
        ),
        row(
            "while a feed is made the file stays broken",
            broken_serving("A"),
            read("B", file_time(2000)),
            "broken since 100 by Bad (page), serving A",
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
fn time_passes() {
    let start = Instant::now();
    let end = 100 + STALE_AFTER;
    let of_year = |year| broken(Fallback::Feed(feed_of_year("A", year)));
    let remake = |stale: Option<i64>| Effect::RemakeFeed {
        stale: stale.map(at),
    };
    let rows = vec![
        row(
            "a feed that no year changes",
            serving("A"),
            time_passed(end, start, None),
            "serving A",
            [],
        ),
        row(
            "a feed of this year",
            FileState::Serving(feed_of_year("A", 2026)),
            time_passed(end, start, Some(2026)),
            "serving A of 2026",
            [],
        ),
        row(
            "a feed of another year is made again",
            FileState::Serving(feed_of_year("A", 2026)),
            time_passed(end, start, Some(2027)),
            "serving A of 2026",
            [remake(None), Effect::Publish],
        ),
        row(
            "the last second before a feed says that it is out of date",
            broken_serving("A"),
            time_passed(end - 1, start, None),
            "broken since 100 by Bad (page), serving A",
            [],
        ),
        row(
            "the feed says that it is out of date since then",
            broken_serving("A"),
            time_passed(end + 5, start, None),
            "broken since 100 by Bad (page), serving A, stale",
            [
                Effect::Log(FileLog::Stale),
                remake(Some(end)),
                Effect::Publish,
            ],
        ),
        row(
            "it says so once",
            stale(broken_serving("A")),
            time_passed(end + 6, start, None),
            "broken since 100 by Bad (page), serving A, stale",
            [],
        ),
        row(
            "a clock that is set back does not take it back",
            stale(broken_serving("A")),
            time_passed(0, start, None),
            "broken since 100 by Bad (page), serving A, stale",
            [],
        ),
        row(
            "a stale feed of another year still says since when",
            stale(of_year(2026)),
            time_passed(end + 6, start, Some(2027)),
            "broken since 100 by Bad (page), serving A of 2026, stale",
            [remake(Some(end)), Effect::Publish],
        ),
        row(
            "both at once are one feed",
            of_year(2026),
            time_passed(end, start, Some(2027)),
            "broken since 100 by Bad (page), serving A of 2026, stale",
            [
                Effect::Log(FileLog::Stale),
                remake(Some(end)),
                Effect::Publish,
            ],
        ),
        row(
            "without a feed there is nothing that could say so",
            broken(Fallback::Nothing),
            time_passed(end, start, None),
            "broken since 100 by Bad (page), nothing",
            [],
        ),
        row(
            "a missing file becomes stale as well while it is served",
            missing(start, broken_serving("A")),
            time_passed(end, start, None),
            "missing since 0, broken since 100 by Bad (page), serving A, stale",
            [
                Effect::Log(FileLog::Stale),
                remake(Some(end)),
                Effect::Publish,
            ],
        ),
        row(
            "a feed that was made again takes the place of the other",
            missing(start, stale(of_year(2026))),
            Event::FeedRemade(feed_of_year("A", 2027)),
            "missing since 0, broken since 100 by Bad (page), serving A of 2027, stale",
            [],
        ),
        row(
            "one that cannot be made again is not tried until the next year",
            FileState::Serving(feed_of_year("A", 2026)),
            Event::RemakeRefused {
                problem: "too large".to_owned(),
                year: Some(2027),
            },
            "serving A of 2027",
            [Effect::Log(FileLog::NotRemade {
                problem: "too large".to_owned(),
            })],
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
