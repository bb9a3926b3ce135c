//! Work that waits for the disk, or that takes a while.

use std::panic::resume_unwind;

use tokio::task::spawn_blocking;

/// Does such work on a thread of its own, so that other requests are answered meanwhile. If the work
/// panics, so does the caller.
pub(crate) async fn on_own_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    match spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => resume_unwind(error.into_panic()),
    }
}
