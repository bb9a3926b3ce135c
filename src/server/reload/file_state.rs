//! The state of one served plans file, and what changes it.
//!
//! [`step`] is pure: from a state and an event it makes the next state and a list of effects. The
//! driver ([`LiveSite`](crate::server::reload::live_site::LiveSite)) reads files and clocks, turns
//! what it finds into events, and performs the effects.

use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::server::FileError;
use crate::server::reload::deferred_logs::FileLog;
use crate::server::reload::error_summary::ErrorSummary;
use crate::server::reload::make::MadeFeed;
use crate::server::reload::saved::SavedText;
use crate::time::revision::Revision;

/// How long a feed is served after its plans file was deleted.
pub(crate) const REMOVAL_DELAY: Duration = Duration::from_secs(10);

/// The state of a plans file that is, or was, among the arguments of the server.
pub(crate) enum FileState {
    /// No text of the file has been accepted or refused yet. An earlier server may have saved one.
    Unread { saved: Option<SavedText> },
    /// The feed of the file's text is served.
    Serving(MadeFeed),
    /// The file cannot be used.
    Broken(Broken),
    /// The file is not there. What was served before is still served: editors and checkouts
    /// delete a file before they write it anew. `before` is never `Missing` itself.
    Missing {
        /// When the file was first missed, by the monotonic clock.
        since: Instant,
        before: Box<FileState>,
    },
}

/// A file that cannot be used.
pub(crate) struct Broken {
    /// Since when.
    pub(crate) since: DateTime<Utc>,
    /// What is wrong.
    pub(crate) summary: ErrorSummary,
    /// What the feed itself says about being out of date, if it has to say so.
    pub(crate) notice: Option<StaleNotice>,
    /// The text that has problems; `None` if the file could not be read.
    pub(crate) refused_text: Option<Arc<[u8]>>,
    /// What is used instead.
    pub(crate) fallback: Fallback,
}

/// The event by which a feed says that it is out of date. It moves to the current day each
/// midnight, so that nobody misses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StaleNotice {
    /// Since when the feed is out of date.
    pub(crate) since: DateTime<Utc>,
    /// The day of the event, in the zone of the feed.
    pub(crate) day: NaiveDate,
    /// When the event last moved.
    pub(crate) revised: Revision,
}

/// What is used instead of a file that cannot be used.
pub(crate) enum Fallback {
    Nothing,
    /// The text that an earlier server saved. Its feed is not made yet.
    Saved(SavedText),
    /// The last good feed, which is served.
    Feed(MadeFeed),
}

/// What happened to a file.
pub(crate) enum Event {
    /// The file is listed.
    Found,
    /// The file is not listed, and its folder can be read.
    NotFound { at: Instant },
    /// The file, or its folder, cannot be read.
    Unreadable {
        summary: ErrorSummary,
        now: DateTime<Utc>,
    },
    /// The file has the text whose feed is served.
    ServedTextRead,
    /// The file has a new text, which is complete.
    NewTextRead { text: Arc<[u8]>, revision: Revision },
    /// The feed of the new text was made.
    FeedMade(MadeFeed),
    /// The new text has problems.
    TextRefused {
        text: Arc<[u8]>,
        summary: ErrorSummary,
        now: DateTime<Utc>,
    },
    /// The feed of the saved text was made.
    SavedFeedMade(MadeFeed),
    /// The clocks moved on.
    TimePassed(Times),
    /// The feed of the served text was made again.
    FeedRemade(MadeFeed),
    /// The feed of the served text could not be made again.
    RemakeRefused {
        problem: String,
        /// The calendar year in the zone of the feed, if the feed depends on it.
        year: Option<i32>,
    },
}

/// What the clocks show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    pub(crate) now: DateTime<Utc>,
    /// The same moment by the monotonic clock.
    pub(crate) instant: Instant,
    /// How long a file is broken before its feed says so.
    pub(crate) stale_after: TimeDelta,
    /// The current day in the zone of the feed.
    pub(crate) today: NaiveDate,
    /// When that day began.
    pub(crate) midnight: DateTime<Utc>,
}

/// What the driver has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Make the feed of a new text: [`Event::FeedMade`] or [`Event::TextRefused`] follows.
    MakeFeed {
        text: Arc<[u8]>,
        revision: Revision,
    },
    /// Make the feed of the served text again: [`Event::FeedRemade`] or [`Event::RemakeRefused`]
    /// follows.
    RemakeFeed {
        notice: Option<StaleNotice>,
    },
    /// Swap the snapshot of the site, and save what it serves.
    Publish,
    /// Write a line to the log once the change that it reports is published.
    Log(FileLog),
    CountGoodReload,
    CountBadReload,
    /// Count the load of a saved text that was good until this time.
    CountRestored(DateTime<Utc>),
    /// Forget the file and its saved text.
    Forget,
}

/// How a text compares with the texts that a file's state knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recognized {
    /// The text is the one whose feed is served.
    Served,
    /// The text is the last one that was refused.
    Refused,
    New,
}

impl Default for FileState {
    fn default() -> Self {
        Self::Unread { saved: None }
    }
}

impl FileState {
    /// The feed that is served.
    pub(crate) fn feed(&self) -> Option<&MadeFeed> {
        match self {
            Self::Serving(feed) => Some(feed),
            Self::Broken(broken) => match &broken.fallback {
                Fallback::Feed(feed) => Some(feed),
                Fallback::Nothing | Fallback::Saved(_) => None,
            },
            Self::Unread { .. } => None,
            Self::Missing { before, .. } => before.feed(),
        }
    }

    fn feed_mut(&mut self) -> Option<&mut MadeFeed> {
        match self {
            Self::Serving(feed) => Some(feed),
            Self::Broken(broken) => match &mut broken.fallback {
                Fallback::Feed(feed) => Some(feed),
                Fallback::Nothing | Fallback::Saved(_) => None,
            },
            Self::Unread { .. } => None,
            Self::Missing { before, .. } => before.feed_mut(),
        }
    }

    /// What is wrong with the file.
    pub(crate) fn broken(&self) -> Option<&Broken> {
        match self {
            Self::Broken(broken) => Some(broken),
            Self::Missing { before, .. } => before.broken(),
            Self::Unread { .. } | Self::Serving(_) => None,
        }
    }

    /// What an earlier server saved, if its feed is not made yet.
    pub(crate) fn saved(&self) -> Option<&SavedText> {
        match self {
            Self::Unread { saved } => saved.as_ref(),
            Self::Broken(broken) => match &broken.fallback {
                Fallback::Saved(saved) => Some(saved),
                Fallback::Nothing | Fallback::Feed(_) => None,
            },
            Self::Serving(_) => None,
            Self::Missing { before, .. } => before.saved(),
        }
    }

    /// Whether the last attempt to read the file failed.
    pub(crate) fn is_unreadable(&self) -> bool {
        self.broken()
            .is_some_and(|broken| broken.refused_text.is_none())
    }

    /// Whether no text has been accepted or refused, and reading has not failed.
    pub(crate) fn is_unread(&self) -> bool {
        self.feed().is_none() && self.broken().is_none()
    }

    /// Whether the state changes within minutes or seconds if nothing but time passes.
    pub(crate) fn waits_for_time(&self) -> bool {
        matches!(self, Self::Broken(_) | Self::Missing { .. })
    }

    /// Whether the state ever changes if nothing but time passes.
    pub(crate) fn depends_on_time(&self) -> bool {
        self.waits_for_time() || self.feed().is_some_and(|feed| feed.year.is_some())
    }

    /// Compares a text that was read with the known texts.
    pub(crate) fn recognize(&self, text: &[u8]) -> Recognized {
        let served = self.feed().map(|feed| &*feed.ready.meta().text);
        let refused = self.broken().and_then(|it| it.refused_text.as_deref());
        if served == Some(text) {
            Recognized::Served
        } else if refused == Some(text) {
            Recognized::Refused
        } else {
            Recognized::New
        }
    }

    /// The state of a file that exists again.
    fn present(self) -> Self {
        match self {
            Self::Missing { before, .. } => *before,
            present => present,
        }
    }
}

impl Broken {
    /// What the page shows.
    pub(crate) fn error(&self) -> FileError {
        FileError {
            since: self.since,
            message: self.summary.page.clone(),
            is_stale: self.notice.is_some(),
        }
    }

    /// The notice at a time. The same notice on another day is later than before, even if the clock
    /// was set back.
    fn notice_at(&self, times: &Times) -> Option<StaleNotice> {
        // A day that was given instead of the current one may begin later.
        let begun = Revision::from_unix(times.midnight.min(times.now).timestamp());
        match self.notice {
            Some(notice) if notice.day == times.today => Some(notice),
            Some(notice) => Some(StaleNotice {
                day: times.today,
                revised: begun.max(notice.revised.plus(1)),
                ..notice
            }),
            None if times.now - self.since >= times.stale_after => {
                let since = self.since + times.stale_after;
                Some(StaleNotice {
                    since,
                    day: times.today,
                    revised: begun.max(Revision::from_unix(since.timestamp())),
                })
            }
            None => None,
        }
    }
}

/// The next state, and what the driver is to do.
pub(crate) fn step(state: FileState, event: Event) -> (FileState, Vec<Effect>) {
    match event {
        Event::Found => (state.present(), Vec::new()),
        Event::NotFound { at } => (miss(state, at), Vec::new()),
        Event::Unreadable { summary, now } => refuse(state.present(), summary, None, now),
        Event::ServedTextRead => recover(state.present()),
        Event::NewTextRead { text, revision } => {
            (state.present(), vec![Effect::MakeFeed { text, revision }])
        }
        Event::FeedMade(feed) => serve(feed),
        Event::TextRefused { text, summary, now } => {
            refuse(state.present(), summary, Some(text), now)
        }
        Event::SavedFeedMade(feed) => restore(state, feed),
        Event::TimePassed(times) => pass_time(state, times),
        Event::FeedRemade(feed) => (replace_feed(state, feed), Vec::new()),
        Event::RemakeRefused { problem, year } => {
            let mut state = state;
            // The feed is not made again before the next year.
            if let Some(feed) = state.feed_mut() {
                feed.year = year;
            }
            (state, vec![Effect::Log(FileLog::NotRemade { problem })])
        }
    }
}

fn miss(state: FileState, at: Instant) -> FileState {
    match state {
        missing @ FileState::Missing { .. } => missing,
        present => FileState::Missing {
            since: at,
            before: Box::new(present),
        },
    }
}

/// The file cannot be used.
fn refuse(
    state: FileState,
    summary: ErrorSummary,
    text: Option<Arc<[u8]>>,
    now: DateTime<Utc>,
) -> (FileState, Vec<Effect>) {
    let (before, fallback) = match state {
        FileState::Broken(mut broken) if broken.summary.page == summary.page => {
            broken.refused_text = text;
            return (FileState::Broken(broken), Vec::new());
        }
        FileState::Broken(mut broken) => {
            let fallback = mem::replace(&mut broken.fallback, Fallback::Nothing);
            (Some(broken), fallback)
        }
        FileState::Serving(feed) => (None, Fallback::Feed(feed)),
        FileState::Unread { saved: Some(saved) } => (None, Fallback::Saved(saved)),
        FileState::Unread { saved: None } | FileState::Missing { .. } => (None, Fallback::Nothing),
    };
    let mut effects = Vec::new();
    // The page quotes words of the file. The log quotes none, so its line may be the same as
    // before.
    let logged = before.as_ref().map(|broken| &broken.summary.log);
    if logged != Some(&summary.log) {
        effects.push(Effect::CountBadReload);
        effects.push(Effect::Log(FileLog::Unusable {
            problem: summary.log.clone(),
            has_feed: matches!(fallback, Fallback::Feed(_)),
        }));
    }
    effects.push(Effect::Publish);
    let broken = Broken {
        since: before.as_ref().map_or(now, |broken| broken.since),
        notice: before.and_then(|broken| broken.notice),
        summary,
        refused_text: text,
        fallback,
    };
    (FileState::Broken(broken), effects)
}

/// The file again has the text whose feed is served.
fn recover(state: FileState) -> (FileState, Vec<Effect>) {
    let FileState::Broken(Broken {
        fallback: Fallback::Feed(feed),
        notice,
        ..
    }) = state
    else {
        return (state, Vec::new());
    };
    let mut effects = vec![Effect::Log(FileLog::Mended)];
    if notice.is_some() {
        effects.push(Effect::RemakeFeed { notice: None });
    }
    effects.push(Effect::Publish);
    (FileState::Serving(feed), effects)
}

/// From now on the feed of the new text is served.
fn serve(feed: MadeFeed) -> (FileState, Vec<Effect>) {
    let log = FileLog::Loaded {
        plans: feed.ready.plans(),
        events: feed.events,
    };
    let effects = vec![Effect::Log(log), Effect::CountGoodReload, Effect::Publish];
    (FileState::Serving(feed), effects)
}

/// Serves the feed of the text that an earlier server saved, if there is no other feed.
fn restore(state: FileState, feed: MadeFeed) -> (FileState, Vec<Effect>) {
    let log = |problem| Effect::Log(FileLog::Restored { problem });
    match state {
        FileState::Unread { saved: Some(_) } => {
            let effects = vec![log(String::new()), Effect::Publish];
            (FileState::Serving(feed), effects)
        }
        FileState::Broken(Broken {
            since,
            fallback: Fallback::Saved(saved),
            summary,
            notice,
            refused_text,
        }) => {
            let before = saved.header.broken_since;
            let before = before.and_then(|unix| DateTime::from_timestamp(unix, 0));
            let since = before.map_or(since, |before| before.min(since));
            let effects = vec![
                Effect::CountRestored(since),
                log(summary.log.clone()),
                Effect::Publish,
            ];
            let broken = Broken {
                since,
                summary,
                notice,
                refused_text,
                fallback: Fallback::Feed(feed),
            };
            (FileState::Broken(broken), effects)
        }
        FileState::Missing { since, before } => {
            let (before, effects) = restore(*before, feed);
            let before = Box::new(before);
            (FileState::Missing { since, before }, effects)
        }
        other => (other, Vec::new()),
    }
}

/// Handles what depends on time: a year ends, a file has been broken for too long or for another
/// day, or a deleted file is forgotten.
fn pass_time(state: FileState, times: Times) -> (FileState, Vec<Effect>) {
    match state {
        FileState::Missing { since, before } => {
            if times.instant.saturating_duration_since(since) >= REMOVAL_DELAY {
                let effects = vec![
                    Effect::Log(FileLog::Deleted),
                    Effect::Forget,
                    Effect::Publish,
                ];
                return (FileState::Missing { since, before }, effects);
            }
            let (before, effects) = pass_time(*before, times);
            let before = Box::new(before);
            (FileState::Missing { since, before }, effects)
        }
        FileState::Broken(mut broken) => {
            let Fallback::Feed(feed) = &broken.fallback else {
                return (FileState::Broken(broken), Vec::new());
            };
            let is_current = feed.is_current(times.today);
            let notice = broken.notice_at(&times);
            let mut effects = Vec::new();
            if broken.notice.is_none() && notice.is_some() {
                effects.push(Effect::Log(FileLog::Stale));
            }
            if broken.notice != notice || !is_current {
                effects.extend([Effect::RemakeFeed { notice }, Effect::Publish]);
            }
            broken.notice = notice;
            (FileState::Broken(broken), effects)
        }
        FileState::Serving(feed) if !feed.is_current(times.today) => {
            let effects = vec![Effect::RemakeFeed { notice: None }, Effect::Publish];
            (FileState::Serving(feed), effects)
        }
        state @ (FileState::Serving(_) | FileState::Unread { .. }) => (state, Vec::new()),
    }
}

fn replace_feed(mut state: FileState, feed: MadeFeed) -> FileState {
    if let Some(served) = state.feed_mut() {
        *served = feed;
    }
    state
}

#[cfg(test)]
mod tests;
