//! The log of the server: for people on a terminal, or one JSON object per line.
//!
//! Lines go to standard error through a queue and a thread of their own, so that a log that is not
//! read, or a full disk, does not delay the server. Lines that do not fit into the queue are lost
//! and counted. Callers never log the name of a plan or the secret of a link.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use chrono::{SecondsFormat, Utc};
use tracing::Level;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{self, MakeWriter};

/// How many lines may wait to be written.
const QUEUE_LINES: usize = 1024;
/// How long the end of the program waits until all lines are written.
const DRAIN_TIMEOUT: Duration = Duration::from_millis(500);

/// The form of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Human,
    /// One JSON object per line.
    Json,
}

/// The running log. Dropping it waits until the queue is written, if standard error is read.
pub(crate) struct Log {
    queue: Queue,
    done: Receiver<()>,
}

#[derive(Clone)]
struct Queue {
    lines: Arc<Mutex<Option<SyncSender<Vec<u8>>>>>,
    lost: Arc<AtomicU64>,
}

impl Log {
    /// Starts to log events of this level or above, and panics.
    pub(crate) fn start(format: Format, level: Level) -> Self {
        let (sender, lines) = sync_channel(QUEUE_LINES);
        let (end, done) = sync_channel(1);
        let queue = Queue {
            lines: Arc::new(Mutex::new(Some(sender))),
            lost: Arc::default(),
        };
        let lost = Arc::clone(&queue.lost);
        // Without a thread there is no log, and the server runs on.
        let _ = thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || {
                write_lines(&lines, &lost);
                let _ = end.send(());
            });
        let is_colored = AutoStream::choice(&io::stderr()) != ColorChoice::Never;
        let builder = fmt::Subscriber::builder()
            .with_max_level(level)
            .with_writer(queue.clone())
            .with_timer(UtcSeconds)
            .with_target(false)
            .with_ansi(is_colored && format == Format::Human);
        // A process has one server, and so one log.
        let _ = match format {
            Format::Human => tracing::subscriber::set_global_default(builder.finish()),
            Format::Json => {
                let json = builder.json().flatten_event(true);
                let json = json.with_current_span(false).with_span_list(false);
                tracing::subscriber::set_global_default(json.finish())
            }
        };
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string);
            tracing::error!(
                place = place.unwrap_or_default(),
                "a fault of this program ended one connection or task: please report it"
            );
        }));
        Self { queue, done }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let mut lines = self
            .queue
            .lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        drop(lines.take());
        drop(lines);
        let _ = self.done.recv_timeout(DRAIN_TIMEOUT);
    }
}

/// Writes lines until the log is dropped.
fn write_lines(lines: &Receiver<Vec<u8>>, lost: &AtomicU64) {
    let mut stderr = io::stderr();
    loop {
        match lines.recv_timeout(Duration::from_secs(60)) {
            // A line that cannot be written is lost.
            Ok(line) => drop(stderr.write_all(&line)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let lost = lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            tracing::warn!(
                lines = lost,
                "log lines were lost: nobody read them in time"
            );
        }
    }
}

impl<'a> MakeWriter<'a> for Queue {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Write for Queue {
    /// Queues one line: the formatter writes each line with one call.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lines) = &*lines
            && lines.try_send(line.to_owned()).is_err()
        {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// RFC 3339, UTC, seconds.
struct UtcSeconds;

impl FormatTime for UtcSeconds {
    fn format_time(&self, writer: &mut Writer<'_>) -> std::fmt::Result {
        writer.write_str(&Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}
