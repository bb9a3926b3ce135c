//! Whether the system gives the threads that a server needs.
//!
//! The libraries below start theirs when they please, and panic where they get none. So all are
//! asked for at once before anything is begun: what is refused later was there at the start.

use std::io;
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

/// The log, the watch, the keeper, what asks git, and pages that are made.
const OTHERS: usize = 8;

/// Starts as many threads at a time as a server has, and ends them.
///
/// # Errors
///
/// The system gives fewer.
pub(crate) fn probe() -> io::Result<()> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    // Of those that answer and of those that read files each processor has one.
    let mut held: Vec<(Sender<()>, JoinHandle<bool>)> = Vec::new();
    let mut outcome = Ok(());
    for _ in 0..2 * processors + OTHERS {
        let (release, wait) = channel::<()>();
        // Until the other end is dropped.
        let started = thread::Builder::new().spawn(move || wait.recv().is_err());
        match started {
            Ok(thread) => held.push((release, thread)),
            Err(error) => {
                outcome = Err(error);
                break;
            }
        }
    }
    for (release, thread) in held {
        drop(release);
        // It does nothing that could fail.
        let _ = thread.join();
    }
    outcome
}
