//! `weekahead serve`: feeds and pages over HTTP, kept equal to the plans files.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::NaiveDate;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tracing::Level;

use super::signals::Signals;
use super::{ExitStatus, clock, files, keys};
use crate::cli::args::duration;
use crate::cli::revisions::source_date_epoch;
use crate::cli::terminal::Terminal;
use crate::files::io_error::reason;
use crate::files::source::{self, SourceError};
use crate::files::watch::Watch;
use crate::server::reload::deferred_logs::Log;
use crate::server::reload::event_loop::{self, Message};
use crate::server::reload::live_site::{self, LiveSite, PendingChanges};
use crate::server::reload::make::Maker;
use crate::server::reload::saved::State;
use crate::server::reload::threads;
use crate::server::{Counts, HostPolicy, Limits, Metrics, Public, Snapshot, bind, fit_descriptors};
use crate::site::Site;
use crate::site::address::Reach;
use crate::text::plural::pluralize;

pub(crate) use crate::server::reload::deferred_logs::Format;

/// How often everything is read anew where the system watches nothing for us.
const UNWATCHED: Duration = Duration::from_secs(5);

/// Connections at a time to the listener of metrics. They fit under the limit of descriptors
/// beside all of the others.
const SCRAPERS: usize = 16;

/// What `serve` is asked for.
pub(crate) struct Options {
    pub(crate) plans: Vec<PathBuf>,
    pub(crate) today: Option<NaiveDate>,
    pub(crate) listen: SocketAddr,
    pub(crate) key_file: Option<PathBuf>,
    /// Whether the world may read feeds without a key.
    pub(crate) public: bool,
    pub(crate) names: HostPolicy,
    pub(crate) metrics: Option<SocketAddr>,
    pub(crate) state: Option<PathBuf>,
    pub(crate) stale_after: Duration,
    /// How often everything is read anew, where nothing is watched.
    pub(crate) poll: Option<Duration>,
    pub(crate) format: Format,
    pub(crate) level: Level,
    pub(crate) limits: Limits,
}

/// Runs the command until it is told to stop.
pub(crate) fn run(mut options: Options, terminal: &mut Terminal) -> Result<(), ExitStatus> {
    let key = keys::find(options.key_file.as_deref(), terminal)?;
    refuse_strangers(&options, key.is_some(), terminal)?;
    let epoch = source_date_epoch(terminal)?;
    check_arguments(&options.plans, key.is_some(), terminal)?;
    let state = options.state.as_deref().map(State::open).transpose();
    let state = state.map_err(|sentence| refuse(&sentence, None, terminal))?;

    let wanted = options.limits.connections;
    let fitting = fit_descriptors(wanted);
    options.limits.connections =
        fitting.map_err(|(sentence, hint)| refuse(&sentence, Some(&hint), terminal))?;
    let threads = threads::probe().and_then(|()| Runtime::new());
    let runtime = threads.map_err(|error| {
        let sentence = format!("cannot start threads: {}", reason(&error));
        refuse(&sentence, None, terminal)
    })?;
    let entered = runtime.enter();
    let listener = listen(options.listen, "--listen", terminal)?;
    let metrics = options.metrics;
    let metrics = metrics.map(|address| listen(address, "--metrics", terminal));
    let metrics = metrics.transpose()?;
    drop(entered);

    let log = Log::start(options.format, options.level);
    if options.limits.connections < wanted {
        let connections = options.limits.connections;
        tracing::warn!(
            connections,
            "the limit of open files allows no more connections"
        );
    }
    let clock = clock(options.today);
    let counts = Arc::new(Counts::default());
    let site = Arc::new(Site::of_server(options.names.base.clone(), key.clone()));
    let snapshot = Arc::new(ArcSwap::from_pointee(Snapshot::default()));
    let (messages, inbox) = channel();
    // Begun before anything is read: what happens in between is heard of, and read again.
    let watch = match options.poll {
        Some(_) => None,
        None => look_out(&options.plans, messages.clone()),
    };
    let mut keeper = LiveSite::new(
        options.plans.clone(),
        live_site::Options {
            maker: Maker {
                site: Arc::clone(&site),
                clock: clock.clone(),
                styled: terminal.is_styled(),
            },
            stale_after: options.stale_after,
            epoch,
            state,
            reads_twice: watch.is_none(),
            counts: Arc::clone(&counts),
            site: Arc::clone(&snapshot),
        },
    );
    keeper.refresh(&PendingChanges::default());
    keeper.restore();
    // Who keeps a state wants a start to serve what it can, as a running server does.
    if options.state.is_some() && keeper.served().0 > 0 {
        keeper.lament();
    } else {
        refuse_unserved(&keeper, terminal)?;
    }

    let address = listener.local_addr().unwrap_or(options.listen);
    if let Some(metrics) = metrics.as_ref().and_then(|it| it.local_addr().ok()) {
        tracing::info!(%metrics, "metrics are served");
    }
    // Heard of before anybody is told that there is a server.
    let entered = runtime.enter();
    let signals = Signals::new();
    drop(entered);
    greet(&options, address, &keeper, key.is_some(), terminal);
    let round = options.poll.or(watch.is_none().then_some(UNWATCHED));
    let keep = move || event_loop::keep(keeper, watch, round, &inbox);
    thread::Builder::new()
        .name("keeper".to_owned())
        .spawn(keep)
        .map_err(|error| {
            let sentence = format!("cannot start threads: {}", reason(&error));
            refuse(&sentence, None, terminal)
        })?;

    let mut names = options.names;
    names.refuses_other_hosts = key.is_none() && address.ip().to_canonical().is_loopback();
    let public = Public::new(
        site,
        Arc::clone(&snapshot),
        names,
        options.limits.uri_length,
        Arc::clone(&counts),
        clock.clone(),
    );
    let (stop, stopped) = watch::channel(false);
    let report = Metrics::new(snapshot, counts, clock);
    let limits = options.limits;
    let few = Limits {
        connections: limits.connections.min(SCRAPERS),
        ..limits
    };
    runtime.block_on(async move {
        let feeds = tokio::spawn(public.serve(listener, limits, stopped.clone()));
        let figures =
            metrics.map(|listener| tokio::spawn(report.serve(listener, few, stopped.clone())));
        let served = async {
            // A fault in them has been logged.
            let _ = feeds.await;
            if let Some(figures) = figures {
                let _ = figures.await;
            }
        };
        signals.attend(served, &stop, &messages).await;
    });
    tracing::info!("stopped");
    drop(log);
    runtime.shutdown_background();
    Ok(())
}

/// Says what is wrong with the use of the command or with the machine.
fn refuse(sentence: &str, hint: Option<&str>, terminal: &mut Terminal) -> ExitStatus {
    terminal.error(sentence, hint);
    ExitStatus::Refused
}

/// Without secrets only this computer may ask, unless the world is invited.
fn refuse_strangers(
    options: &Options,
    has_key: bool,
    terminal: &mut Terminal,
) -> Result<(), ExitStatus> {
    let ip = options.listen.ip().to_canonical();
    if ip.is_loopback() || has_key || options.public {
        return Ok(());
    }
    terminal.error(
        &format!("on {ip} everybody who reaches this machine could read the plans"),
        Some(
            "give feeds secret links with `--key-file FILE` (`weekahead init --key FILE` makes \
             one), or say `--public`",
        ),
    );
    Err(ExitStatus::Usage)
}

/// Refuses arguments that cannot be served, and takes those that may appear later.
fn check_arguments(
    plans: &[PathBuf],
    is_secret: bool,
    terminal: &mut Terminal,
) -> Result<(), ExitStatus> {
    let mut sources = Vec::new();
    let mut outcome = Ok(());
    for argument in plans {
        let (found, errors) = source::of_argument(argument);
        sources.extend(found);
        for error in errors {
            if let Some(text) = argument.to_str()
                && duration(text).is_ok()
                && !argument.exists()
            {
                terminal.error(
                    &format!("`{text}` is a length of time and no plans file"),
                    Some(&format!("write `--poll={text}`")),
                );
                outcome = Err(ExitStatus::Usage);
                continue;
            }
            if may_appear(argument, &error) {
                let name = argument.display();
                terminal.warn(&format!(
                    "no plans files in `{name}` yet: they are served as they appear"
                ));
                continue;
            }
            outcome = Err(files::report(&error, terminal));
        }
    }
    let mut clashes = source::clashes(&sources);
    if !is_secret {
        clashes.extend(source::hidden_pages(&sources));
    }
    for error in clashes {
        outcome = Err(files::report(&error, terminal));
    }
    outcome
}

/// Whether an argument is a directory that is empty, or not there, but not a file that is missing.
fn may_appear(argument: &Path, error: &SourceError) -> bool {
    match error {
        SourceError::Empty(_) => true,
        SourceError::Refused(refusal) => {
            let ending = argument.extension().and_then(|ending| ending.to_str());
            refusal.kind() == std::io::ErrorKind::NotFound
                && !matches!(ending, Some("yaml" | "yml"))
        }
        _ => false,
    }
}

/// Listens on the address of an option.
fn listen(
    address: SocketAddr,
    option: &str,
    terminal: &mut Terminal,
) -> Result<TcpListener, ExitStatus> {
    bind(address, option).map_err(|(sentence, hint)| refuse(&sentence, hint.as_deref(), terminal))
}

/// Watches the arguments, if the system can.
fn look_out(plans: &[PathBuf], messages: Sender<Message>) -> Option<Watch> {
    let tell = move |sign| {
        // Nobody listens when the server ends.
        let _ = messages.send(Message::FileEvent(sign));
    };
    let paths: Vec<PathBuf> = plans
        .iter()
        .filter_map(|path| std::path::absolute(path).ok())
        .collect();
    let watch = Watch::new(tell).map(|mut watch| {
        // What cannot be watched is said by the vigil.
        let _ = watch.follow(paths.iter().map(PathBuf::as_path));
        watch
    });
    if let Err(problem) = &watch {
        let seconds = UNWATCHED.as_secs();
        tracing::warn!(
            problem,
            seconds,
            "nothing can be watched: everything is read again and again"
        );
    }
    watch.ok()
}

/// Refuses to start where there is nothing to serve of a plans file.
fn refuse_unserved(keeper: &LiveSite, terminal: &mut Terminal) -> Result<(), ExitStatus> {
    let mut count = 0;
    let mut is_refused = false;
    for (drawn, problems) in keeper.unserved() {
        terminal.show(drawn);
        count += problems;
        is_refused |= *problems == 0;
    }
    if count > 0 {
        let problems = pluralize(count, "problem");
        terminal.say(&format!("{problems}; nothing is served"));
    }
    match (is_refused, count) {
        (true, _) => Err(ExitStatus::Refused),
        (false, 0) => Ok(()),
        (false, _) => Err(ExitStatus::Problems),
    }
}

/// Says where the server can be found, and what will surprise.
fn greet(
    options: &Options,
    address: SocketAddr,
    keeper: &LiveSite,
    is_secret: bool,
    terminal: &mut Terminal,
) {
    let (feeds, events) = keeper.served();
    let url = match &options.names.base {
        Some(base) => base.as_str().to_owned(),
        None => format!("http://{address}"),
    };
    tracing::info!(address = %address, feeds, events, "listening");
    let is_local = address.ip().to_canonical().is_loopback();
    let reach = options.names.base.as_ref().map(|base| base.reach());
    match reach {
        Some(Reach::Secure) => {}
        None if is_local => {}
        Some(Reach::Local) if is_local => {}
        _ => tracing::warn!(
            "plain HTTP: iOS and Google Calendar subscribe only by https to a public host; put a \
             reverse proxy with TLS in front and name its address with --base-url https://..."
        ),
    }
    if is_local && !is_secret && matches!(reach, Some(Reach::Secure | Reach::Plain)) {
        tracing::warn!("there is no key: whoever can open the base URL can read every feed");
    }
    let feeds = pluralize(feeds, "feed");
    let mut greeting = format!("Serving {feeds} at {url}/\n");
    if is_secret {
        greeting +=
            "Their links are secret: `weekahead url` with the same key and --base prints them.\n";
    }
    // A server whose output nobody reads serves all the same.
    let _ = terminal.output(greeting.as_bytes());
}
