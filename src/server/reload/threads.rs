//! Checks that the system allows as many threads as a server needs.
//!
//! tokio panics if it cannot start a worker (`OS can't spawn worker thread`), and does so inside
//! `Runtime::new`, which returns an error for everything else. rayon panics in the same way at the
//! first parallel loop. So the threads are started and ended once before both: if there are too
//! few, the user gets a sentence and exit code 3 instead of a panic.

use std::io;
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

/// The threads of the log, the watch, the reload, questions to git, and pages.
const OTHER_THREADS: usize = 8;

/// Starts as many threads at the same time as a server has, and ends them.
///
/// # Errors
///
/// The system allows fewer.
pub(crate) fn probe() -> io::Result<()> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    // tokio and rayon start one thread for each processor.
    let mut started: Vec<(Sender<()>, JoinHandle<bool>)> = Vec::new();
    let mut result = Ok(());
    for _ in 0..2 * processors + OTHER_THREADS {
        let (release, wait) = channel::<()>();
        // It ends when the other end of the channel is dropped.
        let thread = thread::Builder::new().spawn(move || wait.recv().is_err());
        match thread {
            Ok(thread) => started.push((release, thread)),
            Err(error) => {
                result = Err(error);
                break;
            }
        }
    }
    for (release, thread) in started {
        drop(release);
        // The thread does nothing that could fail.
        let _ = thread.join();
    }
    result
}
