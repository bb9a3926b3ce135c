//! Log lines that are true only once the change that they report is served.

/// Up to this number of files are logged one by one. For more files, only their number is logged.
pub(crate) const MAX_LOGGED_FILES: usize = 20;

/// What the log says about one plans file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FileLog {
    /// The text of the file was read and is good.
    Loaded { plans: usize, events: usize },
    /// The file again has the text whose feed is served.
    Mended,
    /// The file cannot be used. Its last good feed is served, if there is one.
    Unusable { problem: String, has_feed: bool },
    /// The file cannot be used. The feed of the text that an earlier server saved is served.
    Restored { problem: String },
    /// The file has been broken for so long that the feed says so.
    Stale,
    /// The feed of the served text could not be made again.
    NotRemade { problem: String },
    /// The file was deleted, and its feed is no longer served.
    Deleted,
}

/// Lines that wait until the site is published.
#[derive(Debug, Default)]
pub(crate) struct DeferredLogs(Vec<Line>);

#[derive(Debug)]
enum Line {
    File { file: String, log: FileLog },
    ManyLoaded(usize),
    ManyDeleted(usize),
}

impl DeferredLogs {
    /// Adds a line about the file that messages call `file`.
    pub(crate) fn add(&mut self, file: String, log: FileLog) {
        self.0.push(Line::File { file, log });
    }

    /// Adds one line about this number of files that were loaded.
    pub(crate) fn add_many_loaded(&mut self, files: usize) {
        self.0.push(Line::ManyLoaded(files));
    }

    /// Adds one line about this number of files that were deleted.
    pub(crate) fn add_many_deleted(&mut self, files: usize) {
        self.0.push(Line::ManyDeleted(files));
    }

    /// Writes all lines to the log.
    pub(crate) fn emit(&mut self) {
        for line in self.0.drain(..) {
            match line {
                Line::File { file, log } => log.emit(&file),
                Line::ManyLoaded(files) => tracing::info!(files, "loaded"),
                Line::ManyDeleted(files) => tracing::warn!(files, "deleted: no longer served"),
            }
        }
    }
}

impl FileLog {
    fn emit(&self, file: &str) {
        match self {
            Self::Loaded { plans, events } => tracing::info!(file, plans, events, "loaded"),
            Self::Mended => tracing::info!(file, "mended"),
            Self::Unusable { problem, has_feed } => {
                log_unusable(file, Some(problem.as_str()), *has_feed)
            }
            Self::Restored { problem } => tracing::error!(
                file,
                problem,
                "the plans file cannot be used: the list that was kept is served"
            ),
            Self::Stale => tracing::error!(
                file,
                "the plans file has been unusable for too long: its feed says so now"
            ),
            Self::NotRemade { problem } => {
                tracing::error!(file, problem, "its feed cannot be made again: it stays");
            }
            Self::Deleted => tracing::warn!(file, "deleted: no longer served"),
        }
    }
}

/// Logs that a plans file cannot be used, and what is served instead.
pub(crate) fn log_unusable(file: &str, problem: Option<&str>, has_feed: bool) {
    let instead = match has_feed {
        true => "its last good list is served",
        false => "there is nothing to serve instead",
    };
    tracing::error!(file, problem, "the plans file cannot be used: {instead}");
}
