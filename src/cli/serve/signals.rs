//! What the system tells a server: to stop, to stop at once, to read everything again.

use std::future::Future;
use std::pin::pin;
use std::sync::mpsc::Sender;

use tokio::sync::watch;

use super::vigil::Message;

/// Waits until everything is served. The first signal to stop begins a drain, the second ends it.
#[cfg(unix)]
pub(super) async fn attend(
    served: impl Future<Output = ()>,
    stop: &watch::Sender<bool>,
    messages: &Sender<Message>,
) {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// The next of a signal; where it cannot be heard of, none ever comes.
    async fn next(signal: &mut Option<Signal>) {
        match signal {
            Some(signal) => {
                signal.recv().await;
            }
            None => std::future::pending().await,
        }
    }

    let mut terminate = signal(SignalKind::terminate()).ok();
    let mut interrupt = signal(SignalKind::interrupt()).ok();
    let mut hang_up = signal(SignalKind::hangup()).ok();
    let mut served = pin!(served);
    let mut is_stopping = false;
    loop {
        let asked = tokio::select! {
            () = &mut served => return,
            () = next(&mut hang_up) => false,
            () = next(&mut terminate) => true,
            () = next(&mut interrupt) => true,
        };
        if !asked {
            // The keeper lives as long as the server.
            let _ = messages.send(Message::Reload);
        } else if is_stopping {
            tracing::warn!("stopping at once");
            return;
        } else {
            is_stopping = true;
            tracing::info!("stopping: open requests are answered first");
            stop.send_replace(true);
        }
    }
}

/// Waits until everything is served. The first interrupt begins a drain, the second ends it.
#[cfg(not(unix))]
pub(super) async fn attend(
    served: impl Future<Output = ()>,
    stop: &watch::Sender<bool>,
    _: &Sender<Message>,
) {
    let mut served = pin!(served);
    let mut is_stopping = false;
    loop {
        tokio::select! {
            () = &mut served => return,
            _ = tokio::signal::ctrl_c() => {}
        }
        if is_stopping {
            return;
        }
        is_stopping = true;
        stop.send_replace(true);
    }
}
