//! Waits for what happens to plans files, until each has settled, and for what time changes.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::files::git;
use crate::files::watch::{FileEvent, Watch};
use crate::server::reload::live_site::{LiveSite, PendingChanges};

/// How long nothing must happen to a file before it is read.
const QUIET: Duration = Duration::from_millis(150);
/// The same, while a writer has it open.
const QUIET_WRITER: Duration = Duration::from_secs(2);
/// How long a file that never settles is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// The time between two looks at everything, for what no sign was given of.
const ROUND: Duration = Duration::from_secs(20);
/// The time between two looks at the clock, while something waits for its time.
const TICK: Duration = Duration::from_secs(1);

/// What a vigil is told.
#[derive(Debug)]
pub(crate) enum Message {
    /// Something happened to a file.
    FileEvent(FileEvent),
    /// Everything is to be read again.
    Reload,
}

/// A path that something happened to.
struct Pending {
    first: Instant,
    last: Instant,
    is_unfinished: bool,
}

impl Pending {
    fn new(now: Instant) -> Self {
        Self {
            first: now,
            last: now,
            is_unfinished: false,
        }
    }

    /// When it is read, if nothing more happens to it.
    fn due(&self) -> Instant {
        let quiet = if self.is_unfinished {
            QUIET_WRITER
        } else {
            QUIET
        };
        (self.last + quiet).min(self.first + PATIENCE)
    }
}

/// Keeps feeds fresh until nobody can tell it anything any more. Without a watch everything is
/// read anew in each `round`.
pub(crate) fn keep(
    mut keeper: LiveSite,
    mut watch: Option<Watch>,
    round: Option<Duration>,
    messages: &Receiver<Message>,
) {
    let round = round.unwrap_or(ROUND);
    let mut pending: HashMap<PathBuf, Pending> = HashMap::new();
    let mut complaint = None;
    let mut last_round = Instant::now();
    if let Some(watch) = &mut watch {
        follow(watch, &keeper, &mut complaint);
    }
    loop {
        let now = Instant::now();
        let settled = pending.values().map(Pending::due).min();
        let tick = keeper.waits().then(|| now + TICK);
        let next = settled.into_iter().chain(tick).min();
        let next = next.map_or(last_round + round, |next| next.min(last_round + round));
        let mut dirty = PendingChanges::default();
        match messages.recv_timeout(next.saturating_duration_since(now)) {
            Ok(message) => {
                let more = std::iter::from_fn(|| messages.try_recv().ok());
                for message in std::iter::once(message).chain(more) {
                    take(message, watch.as_ref(), &keeper, &mut pending, &mut dirty);
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let now = Instant::now();
        settle(&mut pending, &mut dirty, now);
        let is_round = now >= last_round + round;
        if is_round {
            last_round = now;
            dirty.all |= watch.is_none();
        }
        // What the machine refused to read it may allow again without a sign: descriptors are free.
        let is_quiet = !dirty.all && dirty.paths.is_empty() && !keeper.is_refused();
        if !is_round && is_quiet {
            keeper.tick();
            continue;
        }
        pending.keys().for_each(|path| dirty.leave(path));
        for path in keeper.refresh(&dirty) {
            let again = pending.entry(path);
            again.or_insert_with(|| Pending::new(Instant::now()));
        }
        if let Some(watch) = &mut watch {
            follow(watch, &keeper, &mut complaint);
        }
    }
}

/// Moves what has settled to what is read. Where git is at work it has not.
fn settle(pending: &mut HashMap<PathBuf, Pending>, dirty: &mut PendingChanges, now: Instant) {
    let mut at_work: HashMap<PathBuf, bool> = HashMap::new();
    pending.retain(|path, it| {
        // Whoever has it read at once has written all, except where a writer has it open.
        if it.due() > now && (!dirty.all || it.is_unfinished) {
            return true;
        }
        let folder = path.parent().unwrap_or(path).to_owned();
        let is_at_work = at_work.entry(folder);
        let is_at_work = *is_at_work.or_insert_with_key(|folder| git::is_at_work(folder));
        if is_at_work && !dirty.all && now < it.first + PATIENCE {
            it.last = now;
            return true;
        }
        dirty.paths.insert(path.clone(), it.last);
        false
    });
}

/// Watches what there is by now. Says what cannot be watched, once.
fn follow(watch: &mut Watch, keeper: &LiveSite, complaint: &mut Option<String>) {
    let paths = keeper.watched();
    let error = watch.follow(paths.iter().map(PathBuf::as_path)).err();
    if error.is_some() && error != *complaint {
        tracing::warn!(
            problem = error,
            "not everything can be watched: changes there show after {} seconds",
            ROUND.as_secs()
        );
    }
    *complaint = error;
}

fn take(
    message: Message,
    watch: Option<&Watch>,
    keeper: &LiveSite,
    pending: &mut HashMap<PathBuf, Pending>,
    dirty: &mut PendingChanges,
) {
    let sign = match message {
        Message::FileEvent(sign) => sign,
        Message::Reload => {
            tracing::info!("reading everything again");
            dirty.all = true;
            return;
        }
    };
    let now = Instant::now();
    let Some(path) = sign.path else {
        // Too much has happened to be told. Much of it may go on.
        for path in keeper.files() {
            let it = pending.entry(path.clone());
            it.or_insert_with(|| Pending::new(now)).last = now;
        }
        return;
    };
    if !watch.is_some_and(|watch| watch.concerns(&path)) {
        return;
    }
    let it = pending.entry(path).or_insert_with(|| Pending::new(now));
    it.last = now;
    it.is_unfinished = sign.is_unfinished;
}
