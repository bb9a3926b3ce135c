//! Waits for what a test expects to happen.

use std::thread;
use std::time::{Duration, Instant};

/// How long a test waits for something that must happen.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// Waits until `look` finds something, and returns it. Fails after [`DEADLINE`].
///
/// This function calls `look` again after a pause, so use it only if nothing announces the change:
/// a server does not tell a client that a feed has changed, and the system does not tell when a
/// process that is not our child ends. Wait for a log, a pipe, a connection or a thread itself.
#[track_caller]
pub(crate) fn until<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + DEADLINE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "it does not happen");
        thread::sleep(Duration::from_millis(10));
    }
}
