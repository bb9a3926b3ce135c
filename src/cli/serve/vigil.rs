//! Waits for what happens to plans files, until each has settled, and for what time changes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use weekahead::watch::{Sign, Watch};

use super::keeper::{Dirty, Keeper};

/// How long nothing must happen to a file before it is read.
const QUIET: Duration = Duration::from_millis(150);
/// The same, while a writer has it open.
const QUIET_WRITER: Duration = Duration::from_secs(2);
/// How long a file that never settles is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// The time between two looks at everything, for what no sign was given of.
const ROUND: Duration = Duration::from_secs(20);
/// The same, while something waits for its time.
const SHORT_ROUND: Duration = Duration::from_secs(1);

/// What a vigil is told.
#[derive(Debug)]
pub(super) enum Message {
    /// Something happened to a file.
    Sign(Sign),
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
    fn due(&self, path: &Path) -> Instant {
        let quiet = if self.is_unfinished {
            QUIET_WRITER
        } else {
            QUIET
        };
        let due = self.last + quiet;
        // Git locks its index for as long as it writes files.
        let due = match is_git_at_work(path) {
            true => due.max(Instant::now() + QUIET),
            false => due,
        };
        due.min(self.first + PATIENCE)
    }
}

fn is_git_at_work(path: &Path) -> bool {
    let root = path
        .ancestors()
        .skip(1)
        .find(|dir| dir.join(".git").is_dir());
    root.is_some_and(|root| root.join(".git/index.lock").exists())
}

/// Keeps feeds fresh until nobody can tell it anything any more. Without a watch everything is
/// read anew in each `round`.
pub(super) fn keep(
    mut keeper: Keeper,
    mut watch: Option<Watch>,
    round: Option<Duration>,
    messages: &Receiver<Message>,
) {
    let mut pending: HashMap<PathBuf, Pending> = HashMap::new();
    let mut complaint = None;
    let mut last_round = Instant::now();
    if let Some(watch) = &mut watch {
        follow(watch, &keeper, &mut complaint);
    }
    loop {
        let round = match round {
            Some(round) => round,
            None if keeper.waits() => SHORT_ROUND,
            None => ROUND,
        };
        let due = pending.iter().map(|(path, it)| it.due(path)).min();
        let due = due.map_or(last_round + round, |due| due.min(last_round + round));
        let mut dirty = Dirty::default();
        match messages.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(message) => {
                let more = std::iter::from_fn(|| messages.try_recv().ok());
                for message in std::iter::once(message).chain(more) {
                    take(message, watch.as_ref(), &mut pending, &mut dirty);
                }
                if !dirty.all {
                    continue;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let now = Instant::now();
        pending.retain(|path, it| {
            let is_due = dirty.all || it.due(path) <= now;
            if is_due {
                dirty.paths.insert(path.clone());
            }
            !is_due
        });
        if now >= last_round + round {
            last_round = now;
            dirty.all |= watch.is_none();
        }
        for path in keeper.refresh(&dirty) {
            pending.insert(
                path,
                Pending {
                    first: now,
                    last: Instant::now(),
                    is_unfinished: false,
                },
            );
        }
        if let Some(watch) = &mut watch {
            follow(watch, &keeper, &mut complaint);
        }
    }
}

/// Watches what there is by now. Says what cannot be watched, once.
fn follow(watch: &mut Watch, keeper: &Keeper, complaint: &mut Option<String>) {
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
    pending: &mut HashMap<PathBuf, Pending>,
    dirty: &mut Dirty,
) {
    let sign = match message {
        Message::Sign(sign) => sign,
        Message::Reload => {
            tracing::info!("reading everything again");
            dirty.all = true;
            return;
        }
    };
    let Some(path) = sign.path else {
        dirty.all = true;
        return;
    };
    if !watch.is_some_and(|watch| watch.concerns(&path)) {
        return;
    }
    let now = Instant::now();
    let it = pending.entry(path).or_insert(Pending {
        first: now,
        last: now,
        is_unfinished: false,
    });
    it.last = now;
    it.is_unfinished = sign.is_unfinished;
}
