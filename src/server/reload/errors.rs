//! What is wrong with plans files, and what is said of it: in the log without their own words, on the
//! page with them.

use std::path::Path;

use chrono::{DateTime, Utc};

use crate::server::FileError;
use crate::server::reload::error_summary::ErrorSummary;
use crate::server::reload::live_site::LiveSite;

/// What a log says of a file with problems.
pub(crate) const UNUSABLE: &str = "the plans file cannot be used";

impl LiveSite {
    /// What is wrong with files of which nothing can be served, drawn, and how many problems they
    /// have; none for a file that cannot be read.
    pub(crate) fn unserved(&self) -> impl Iterator<Item = &(String, usize)> {
        let without = self.kept.values().filter(|kept| kept.good.is_none());
        without.filter_map(|kept| kept.drawn.as_ref())
    }

    /// Says of what nothing can be served.
    pub(crate) fn lament(&self) {
        for kept in self.kept.values().filter(|kept| kept.good.is_none()) {
            let (file, problem) = (kept.source.name(), kept.said.as_deref());
            tracing::error!(
                file,
                problem,
                "{UNUSABLE}: there is nothing to serve instead"
            );
        }
    }

    /// A file cannot be used. Whether that is anything new.
    pub(crate) fn fail(
        &mut self,
        path: &Path,
        diagnosis: ErrorSummary,
        faulty: Option<Vec<u8>>,
        now: DateTime<Utc>,
    ) -> bool {
        let Some(kept) = self.kept.get_mut(path) else {
            return false;
        };
        kept.faulty = faulty;
        let shown = kept.trouble.as_ref().map(|trouble| &trouble.message);
        if shown == Some(&diagnosis.page) {
            return false;
        }
        // The page has the file's own words, and the log has none of them.
        let is_new = kept.said.as_ref() != Some(&diagnosis.log);
        if is_new {
            self.options.counts.bad_reload();
        }
        if is_new && (kept.good.is_some() || self.is_serving) {
            let (file, problem) = (kept.source.name(), diagnosis.log.clone());
            let instead = match kept.good {
                Some(_) => "its last good list is served",
                None => "there is nothing to serve instead",
            };
            self.unsaid
                .add(move || tracing::error!(file, problem, "{UNUSABLE}: {instead}"));
        }
        let before = kept.trouble.take();
        kept.trouble = Some(FileError {
            since: before.as_ref().map_or(now, |before| before.since),
            message: diagnosis.page,
            is_stale: before.is_some_and(|before| before.is_stale),
        });
        kept.said = Some(diagnosis.log);
        kept.drawn = Some((diagnosis.drawn, diagnosis.count));
        true
    }

    /// A file has the text that is served. Whether that is anything new.
    pub(crate) fn mend(&mut self, path: &Path) -> bool {
        let Some(kept) = self.kept.get_mut(path) else {
            return false;
        };
        let Some(trouble) = kept.trouble.take() else {
            return false;
        };
        kept.well();
        let file = kept.source.name();
        self.unsaid.add(move || tracing::info!(file, "mended"));
        if trouble.is_stale {
            self.remake(path, None);
        }
        true
    }
}
