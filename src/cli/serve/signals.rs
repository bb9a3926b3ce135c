//! The signals of a server: to stop, to stop at once, to read everything again.

use std::future::Future;
#[cfg(unix)]
use std::io::{self, IsTerminal as _};
use std::pin::pin;
use std::sync::mpsc::Sender;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::server::reload::event_loop::Message;

/// What a signal asks for.
enum Request {
    Stop,
    /// The terminal of the server is gone.
    HangUp,
    Reload,
}

/// The signals. As long as this exists, none of them ends the process by itself.
#[cfg(unix)]
pub(crate) struct Signals {
    terminate: Option<Signal>,
    interrupt: Option<Signal>,
    hang_up: Option<Signal>,
    /// Whether a terminal was there at the start. A service manager gives no terminal.
    is_in_terminal: bool,
}

#[cfg(unix)]
impl Signals {
    /// Handles the signals from now on; to be called inside a runtime of tokio. A signal that cannot
    /// be handled does what the system does by default.
    pub(crate) fn new() -> Self {
        Self {
            terminate: signal(SignalKind::terminate()).ok(),
            interrupt: signal(SignalKind::interrupt()).ok(),
            hang_up: signal(SignalKind::hangup()).ok(),
            is_in_terminal: io::stdin().is_terminal() || io::stderr().is_terminal(),
        }
    }

    async fn next(&mut self) -> Request {
        tokio::select! {
            () = next(&mut self.terminate) => Request::Stop,
            () = next(&mut self.interrupt) => Request::Stop,
            () = next(&mut self.hang_up) => match self.is_in_terminal {
                true => Request::HangUp,
                false => Request::Reload,
            },
        }
    }
}

/// Waits for a signal; one that cannot be handled never comes.
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
    /// Handles the signal from now on.
    pub(crate) fn new() -> Self {
        Self
    }

    async fn next(&mut self) -> Request {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Request::Stop,
            Err(_) => std::future::pending().await,
        }
    }
}

impl Signals {
    /// Waits until everything is served. The first signal to stop begins a drain, the second ends
    /// it. SIGHUP never ends a drain: the system and the shell both send one when a terminal closes.
    pub(crate) async fn attend(
        mut self,
        served: impl Future<Output = ()>,
        stop: &watch::Sender<bool>,
        messages: &Sender<Message>,
    ) {
        let mut served = pin!(served);
        let mut is_stopping = false;
        loop {
            let request = tokio::select! {
                () = &mut served => return,
                request = self.next() => request,
            };
            match request {
                // The event loop lives as long as the server.
                Request::Reload => drop(messages.send(Message::Reload)),
                Request::HangUp if is_stopping => {}
                Request::Stop if is_stopping => {
                    tracing::warn!("stopping at once");
                    return;
                }
                Request::Stop | Request::HangUp => {
                    is_stopping = true;
                    tracing::info!("stopping: open requests are answered first");
                    stop.send_replace(true);
                }
            }
        }
    }
}
