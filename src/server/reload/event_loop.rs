//! Waits until changed files have settled, then makes the site read them. Also follows the clock.
//!
//! This module keeps its own map of changed files. It does not use `notify-debouncer-full`, which
//! cannot do what the tests of reloads need:
//!
//! - The debouncer passes an event on as soon as that event is older than the timeout, even if
//!   newer events of the same file follow. It merges events but does not wait until there are no
//!   more, so a file is read half written if its writer pauses.
//! - The debouncer has one timeout for all files. A file that a writer has open needs a long one
//!   ([`SETTLE_TIME_OPEN`]) until the system reports that it was closed; with that timeout for all
//!   files, each save of an editor would be served two seconds late.
//! - The debouncer passes each event on once. A file that turns out to be changing when it is read,
//!   or whose repository git has locked, has to wait again, so this map would still be needed.
//! - Without events (`--poll`, network file systems) the debouncer does nothing, so the comparison
//!   of stamps and of texts would still be needed as well.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::files::git;
use crate::files::watch::{FileEvent, Watch};
use crate::server::reload::live_site::LiveSite;
use crate::server::reload::pending_changes::PendingChanges;

/// How long a file must have no events before it is read.
const SETTLE_TIME: Duration = Duration::from_millis(150);
/// The same for a file that a writer has open.
const SETTLE_TIME_OPEN: Duration = Duration::from_secs(2);
/// A file that never settles is read after this time.
const SETTLE_LIMIT: Duration = Duration::from_secs(10);
/// The time between two scans of everything, for changes that have no events.
const RESCAN_INTERVAL: Duration = Duration::from_secs(20);
/// The time between two checks of the clock while something waits for time to pass.
const CLOCK_INTERVAL: Duration = Duration::from_secs(1);

/// A message to the loop.
#[derive(Debug)]
pub(crate) enum Message {
    /// Something happened to a file.
    FileEvent(FileEvent),
    /// Everything is to be read again.
    Reload,
}

/// A path that has had events and is not read yet.
struct Settling {
    first: Instant,
    last: Instant,
    /// Whether a writer may still have the file open.
    is_open: bool,
}

impl Settling {
    fn new(now: Instant) -> Self {
        Self {
            first: now,
            last: now,
            is_open: false,
        }
    }

    /// When the file is read if it has no more events.
    fn due(&self) -> Instant {
        let quiet = match self.is_open {
            true => SETTLE_TIME_OPEN,
            false => SETTLE_TIME,
        };
        (self.last + quiet).min(self.first + SETTLE_LIMIT)
    }
}

/// Keeps a site up to date until the last sender of messages is dropped. Scans everything each
/// `rescan_interval`. If there is no watch, each scan reads all files.
pub(crate) fn run_event_loop(
    mut live_site: LiveSite,
    mut watch: Option<Watch>,
    rescan_interval: Option<Duration>,
    messages: &Receiver<Message>,
) {
    let rescan_interval = rescan_interval.unwrap_or(RESCAN_INTERVAL);
    let mut settling: HashMap<PathBuf, Settling> = HashMap::new();
    let mut watch_error = None;
    let mut last_rescan = Instant::now();
    if let Some(watch) = &mut watch {
        update_watch(watch, &live_site, &mut watch_error);
    }
    loop {
        let now = Instant::now();
        let settled = settling.values().map(Settling::due).min();
        let tick = live_site.waits_for_time().then(|| now + CLOCK_INTERVAL);
        let rescan = last_rescan + rescan_interval;
        let next = settled.into_iter().chain(tick).chain([rescan]).min();
        let next = next.unwrap_or(rescan);
        let mut changes = PendingChanges::default();
        match messages.recv_timeout(next.saturating_duration_since(now)) {
            Ok(message) => {
                let more = std::iter::from_fn(|| messages.try_recv().ok());
                for message in std::iter::once(message).chain(more) {
                    take_message(
                        message,
                        watch.as_ref(),
                        &live_site,
                        &mut settling,
                        &mut changes,
                    );
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let now = Instant::now();
        take_settled(&mut settling, &mut changes, now);
        let is_rescan = now >= last_rescan + rescan_interval;
        if is_rescan {
            last_rescan = now;
            changes.all |= watch.is_none();
        }
        // A file that could not be read may be readable again without an event, such as when
        // descriptors are free again.
        let is_quiet = !changes.all && changes.paths.is_empty() && !live_site.has_unreadable();
        if !is_rescan && is_quiet {
            live_site.tick();
            continue;
        }
        settling
            .keys()
            .for_each(|path| changes.mark_unsettled(path));
        for path in live_site.refresh(&changes) {
            let entry = settling.entry(path);
            entry.or_insert_with(|| Settling::new(Instant::now()));
        }
        if let Some(watch) = &mut watch {
            update_watch(watch, &live_site, &mut watch_error);
        }
    }
}

/// Moves the files that have settled to the changes that are read next. A file has not settled
/// while git writes in its repository.
fn take_settled(
    settling: &mut HashMap<PathBuf, Settling>,
    changes: &mut PendingChanges,
    now: Instant,
) {
    let mut locked: HashMap<PathBuf, bool> = HashMap::new();
    settling.retain(|path, file| {
        // If everything is to be read at once, all files are completely written, except those that
        // a writer has open.
        if file.due() > now && (!changes.all || file.is_open) {
            return true;
        }
        let folder = path.parent().unwrap_or(path).to_owned();
        let is_locked = locked.entry(folder);
        let is_locked = *is_locked.or_insert_with_key(|folder| git::is_index_locked(folder));
        if is_locked && !changes.all && now < file.first + SETTLE_LIMIT {
            file.last = now;
            return true;
        }
        changes.paths.insert(path.clone(), file.last);
        false
    });
}

/// Watches the paths of the current files. If a path cannot be watched, logs the error once.
fn update_watch(watch: &mut Watch, live_site: &LiveSite, last_error: &mut Option<String>) {
    let paths = live_site.watched_paths();
    let error = watch.follow(paths.iter().map(PathBuf::as_path)).err();
    if error.is_some() && error != *last_error {
        tracing::warn!(
            problem = error,
            "not everything can be watched: changes there show after {} seconds",
            RESCAN_INTERVAL.as_secs()
        );
    }
    *last_error = error;
}

fn take_message(
    message: Message,
    watch: Option<&Watch>,
    live_site: &LiveSite,
    settling: &mut HashMap<PathBuf, Settling>,
    changes: &mut PendingChanges,
) {
    let event = match message {
        Message::FileEvent(event) => event,
        Message::Reload => {
            tracing::info!("reading everything again");
            changes.all = true;
            return;
        }
    };
    let now = Instant::now();
    let Some(path) = event.path else {
        // Events were lost. Any file may have changed, and may still be changing.
        for path in live_site.files() {
            let file = settling.entry(path.clone());
            file.or_insert_with(|| Settling::new(now)).last = now;
        }
        return;
    };
    if !watch.is_some_and(|watch| watch.concerns(&path)) {
        return;
    }
    let file = settling.entry(path).or_insert_with(|| Settling::new(now));
    file.last = now;
    file.is_open = event.is_unfinished;
}
