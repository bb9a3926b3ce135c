//! What the system tells a server: to stop, to stop at once, to read everything again.

use std::future::Future;
use std::pin::pin;
use std::sync::mpsc::Sender;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::server::reload::event_loop::Message;

/// What was heard.
enum Heard {
    Stop,
    Reload,
}

/// Signals, which have no effect of their own any more as soon as this is there.
#[cfg(unix)]
pub(crate) struct Signals {
    terminate: Option<Signal>,
    interrupt: Option<Signal>,
    hang_up: Option<Signal>,
}

#[cfg(unix)]
impl Signals {
    /// Begins to listen; to be called where a runtime of tokio is entered. What cannot be heard of
    /// does what the system lets it do.
    pub(crate) fn new() -> Self {
        Self {
            terminate: signal(SignalKind::terminate()).ok(),
            interrupt: signal(SignalKind::interrupt()).ok(),
            hang_up: signal(SignalKind::hangup()).ok(),
        }
    }

    async fn next(&mut self) -> Heard {
        tokio::select! {
            () = next(&mut self.terminate) => Heard::Stop,
            () = next(&mut self.interrupt) => Heard::Stop,
            () = next(&mut self.hang_up) => Heard::Reload,
        }
    }
}

/// The next of a signal; one that cannot be heard of never comes.
#[cfg(unix)]
async fn next(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}

/// The interrupt of a console.
#[cfg(not(unix))]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Begins to listen.
    pub(crate) fn new() -> Self {
        Self
    }

    async fn next(&mut self) -> Heard {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Heard::Stop,
            Err(_) => std::future::pending().await,
        }
    }
}

impl Signals {
    /// Waits until everything is served. The first signal to stop begins a drain, the second ends
    /// it.
    pub(crate) async fn attend(
        mut self,
        served: impl Future<Output = ()>,
        stop: &watch::Sender<bool>,
        messages: &Sender<Message>,
    ) {
        let mut served = pin!(served);
        let mut is_stopping = false;
        loop {
            let heard = tokio::select! {
                () = &mut served => return,
                heard = self.next() => heard,
            };
            match heard {
                // The event loop lives as long as the server.
                Heard::Reload => drop(messages.send(Message::Reload)),
                Heard::Stop if is_stopping => {
                    tracing::warn!("stopping at once");
                    return;
                }
                Heard::Stop => {
                    is_stopping = true;
                    tracing::info!("stopping: open requests are answered first");
                    stop.send_replace(true);
                }
            }
        }
    }
}
