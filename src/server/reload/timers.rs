//! What time does to feeds: a year ends, a broken file has been so for too long, a deleted one is
//! forgotten.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike, TimeDelta, Utc};

use crate::server::reload::errors::UNUSABLE;
use crate::server::reload::file_state::FileState;
use crate::server::reload::live_site::{LOGGED, LiveSite};
use crate::server::reload::make::Order;
use crate::time::revision::Revision;

/// How long a feed outlives its plans file.
const FAREWELL: Duration = Duration::from_secs(10);

impl LiveSite {
    /// Makes what only time changes.
    pub(crate) fn tick(&mut self) {
        let now = self.options.maker.clock.now();
        if self.turn(now) {
            self.publish();
        }
    }

    /// Makes what another time changes: feeds that became stale, or whose year is over. Forgets
    /// what has been gone long enough. Whether anything changed.
    pub(crate) fn turn(&mut self, now: DateTime<Utc>) -> bool {
        let stale_after = TimeDelta::from_std(self.options.stale_after).unwrap_or(TimeDelta::MAX);
        let is_over = |gone: Instant| gone.elapsed() >= FAREWELL;
        let gone: Vec<PathBuf> = self
            .kept
            .iter()
            .filter(|(_, kept)| kept.gone.is_some_and(is_over))
            .map(|(path, _)| path.clone())
            .collect();
        let gone = gone.iter().filter_map(|path| self.kept.remove(path));
        let gone: Vec<FileState> = gone.collect();
        let mut changed = !gone.is_empty();
        self.say_deleted(&gone);
        if let Some(state) = self.options.state.as_ref().filter(|_| changed) {
            let left = self.stems();
            let gone = gone.iter().map(|kept| kept.source.stem());
            gone.filter(|stem| !left.contains(stem))
                .for_each(|stem| state.remove(stem));
        }
        let mut due = Vec::new();
        for (path, kept) in &mut self.kept {
            let Some(good) = &kept.good else { continue };
            let mut stale = None;
            if let Some(trouble) = &mut kept.trouble {
                let is_stale = now - trouble.since >= stale_after;
                if is_stale && !trouble.is_stale {
                    trouble.is_stale = true;
                    let file = kept.source.name();
                    self.unsaid.add(move || {
                        tracing::error!(
                            file,
                            "the plans file has been unusable for too long: its feed says so now"
                        );
                    });
                    due.push((path.clone(), Some(trouble.since + stale_after)));
                    continue;
                }
                stale = trouble.is_stale.then(|| trouble.since + stale_after);
            }
            let zone = good.ready.meta().zone;
            let is_of = |year: i32| self.options.maker.clock.today(zone).year() == year;
            if good.year.is_some_and(|year| !is_of(year)) {
                due.push((path.clone(), stale));
            }
        }
        for (path, stale) in due {
            self.remake(&path, stale);
            changed = true;
        }
        changed
    }

    fn say_deleted(&mut self, gone: &[FileState]) {
        const SAYS: &str = "deleted: no longer served";
        let number = gone.len();
        if number > LOGGED {
            self.unsaid
                .add(move || tracing::warn!(files = number, "{SAYS}"));
            return;
        }
        for file in gone.iter().map(|kept| kept.source.name()) {
            self.unsaid.add(move || tracing::warn!(file, "{SAYS}"));
        }
    }

    /// Makes the feed of the text that is served once more.
    pub(crate) fn remake(&mut self, path: &Path, stale: Option<DateTime<Utc>>) {
        let Some(kept) = self.kept.get_mut(path) else {
            return;
        };
        let Some(made) = kept.good.as_ref().map(|good| good.ready.meta()) else {
            return;
        };
        let order = Order {
            source: &kept.source,
            text: Arc::clone(&made.text),
            revision: made.revision,
            stale,
        };
        match self.options.maker.make(&order) {
            Ok(good) => kept.good = Some(good),
            // Its text was good before, so only its time can have made it too large.
            Err(diagnosis) => {
                let year = self.options.maker.clock.today(made.zone).year();
                if let Some(good) = &mut kept.good {
                    good.year = good.year.map(|_| year);
                }
                let (file, problem) = (kept.source.name(), diagnosis.log);
                self.unsaid.add(move || {
                    tracing::error!(file, problem, "its feed cannot be made again: it stays");
                });
            }
        }
    }

    /// Serves what an earlier server kept of files of which nothing can be served.
    pub(crate) fn restore(&mut self) {
        let now = self.options.maker.clock.now();
        let mut changed = false;
        for kept in self.kept.values_mut() {
            let (None, Some(saved)) = (&kept.good, kept.saved.take()) else {
                continue;
            };
            let order = Order {
                source: &kept.source,
                text: saved.text.into(),
                revision: Revision::from_unix(saved.header.revision),
                stale: None,
            };
            let Ok(good) = self.options.maker.make(&order) else {
                continue;
            };
            if let Some(trouble) = &mut kept.trouble {
                let since = saved.header.broken_since;
                let since = since.and_then(|unix| DateTime::from_timestamp(unix, 0));
                trouble.since = since.map_or(trouble.since, |since| since.min(trouble.since));
                self.options.counts.restored(trouble.since.timestamp());
            }
            let (file, problem) = (kept.source.name(), kept.said.clone().unwrap_or_default());
            self.unsaid.add(move || {
                tracing::error!(
                    file,
                    problem,
                    "{UNUSABLE}: the list that was kept is served"
                );
            });
            kept.good = Some(good);
            changed = true;
        }
        if changed {
            self.turn(now);
            self.publish();
        }
    }
}
