//! `weekahead serve`: feeds and pages over HTTP, kept equal to the plans files.

mod record;
mod signals;
mod values;

use std::io::{self, ErrorKind, IsTerminal as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use arc_swap::ArcSwap;
use clap::Args;
use ipnet::IpNet;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tracing::Level;

use crate::cli::clock::TodayOption;
use crate::cli::error::{CliError, ErrorList};
use crate::cli::exit_status::ExitStatus;
use crate::cli::key::KeyOption;
use crate::cli::plans_files::{self, PlansArguments};
use crate::cli::revisions::source_date_epoch;
use crate::cli::terminal::Terminal;
use crate::cli::values::{base_url, duration};
use crate::files::io_error::reason;
use crate::files::source::{self, SourceError};
use crate::files::watch::Watch;
use crate::server::reload::event_loop::{Message, run_event_loop};
use crate::server::reload::live_site::{self, LiveSite};
use crate::server::reload::log::{Format, Log};
use crate::server::reload::make::Maker;
use crate::server::reload::pending_changes::PendingChanges;
use crate::server::reload::saved::StateFolder;
use crate::server::reload::threads;
use crate::server::{Counts, HostPolicy, Limits, Metrics, Public, Snapshot, bind, fit_descriptors};
use crate::site::Site;
use crate::site::address::{Base, Reach};
use crate::text::plural::pluralize;
use record::{RecordOptions, ServerOptions};
use signals::Signals;
use values::{address, header_size, log_format, network, positive};

/// How often everything is read again if the system cannot watch files.
const UNWATCHED_INTERVAL: Duration = Duration::from_secs(5);

/// Connections at a time to the listener of metrics. They fit under the limit of descriptors
/// beside all of the others.
const MAX_METRICS_CONNECTIONS: usize = 16;

/// Connections of one address at a time, unless another number is given.
const DEFAULT_CONNECTIONS_PER_ADDRESS: usize = 64;

/// Serve feeds and pages over HTTP, and reload changed plans files
///
/// Calendars subscribe to the address that the command prints. For HTTPS, put a reverse proxy in
/// front of the server. If a plans file has an error, its last good feed stays. SIGHUP reads all
/// files again; in a terminal, it ends the server. SIGTERM and SIGINT stop the server when the open
/// requests are answered.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  weekahead serve plans.yaml --key-file key --base-url https://cal.example.org"
)]
pub(crate) struct Serve {
    #[command(flatten)]
    files: PlansArguments,
    /// Listen on this address and port; a port alone means 127.0.0.1, and port 0 any free port
    #[arg(short, long, value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = address)]
    listen: SocketAddr,
    #[command(flatten)]
    key: KeyOption,
    /// Allow everybody who can reach this machine to read the metrics and, without a key, the feeds
    #[arg(long)]
    public: bool,
    /// The public address of the server, for links, as in https://cal.example.org
    #[arg(short, long, alias = "base", value_name = "URL", value_parser = base_url)]
    base_url: Option<Base>,
    /// Trust X-Forwarded-Host and X-Forwarded-Proto from the reverse proxy at this address, or in
    /// this range, as in 10.0.0.0/8
    #[arg(long, value_name = "ADDR", value_parser = network)]
    trust_proxy: Vec<IpNet>,
    /// Serve metrics for Prometheus at /metrics on this address and port
    #[arg(long, value_name = "ADDR", value_parser = address)]
    metrics: Option<SocketAddr>,
    /// Keep the last good list of each plans file in this directory, to serve it if a start finds
    /// the file broken
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// If a plans file stays broken for this long, let its feed say so
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = duration)]
    stale_after: Duration,
    /// Read all files at this interval instead of watching them, as network file systems need
    /// [default time: 5s]
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "5s", require_equals = true, value_parser = duration)]
    poll: Option<Duration>,
    /// Write log lines for people (human), or a JSON object on each line (json)
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = log_format())]
    log_format: Format,
    /// Log messages of this level and the more severe levels; debug logs each request
    #[arg(long, value_name = "LEVEL", default_value = "info", value_parser = ["error", "warn", "info", "debug"])]
    log_level: String,
    #[command(flatten)]
    today: TodayOption,
    #[command(flatten)]
    recording: RecordOptions,
    #[command(flatten)]
    limits: LimitOptions,
}

/// What clients may use.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
struct LimitOptions {
    /// Wait this long for the first byte of a request, the same time for the rest of its head, and
    /// twice this time for a form
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration)]
    header_timeout: Duration,
    /// Wait this long for the next request on a connection
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    idle_timeout: Duration,
    /// Wait this long for a client that has stopped reading or sending
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    stall_timeout: Duration,
    /// Wait this long for open requests when the server stops
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration)]
    drain_timeout: Duration,
    /// Serve this many connections at a time; the others wait
    #[arg(long, value_name = "N", default_value = "10000", value_parser = positive)]
    max_connections: usize,
    /// Serve this many connections from one address (for IPv6, a /64) at a time; the others are
    /// closed. Trusted proxies have no limit. This computer has one only if this option is given
    /// [default: 64]
    #[arg(long, value_name = "N", value_parser = positive)]
    max_connections_per_address: Option<usize>,
    /// The largest head of a request, from 8192 to 1048576 bytes
    #[arg(long, value_name = "BYTES", default_value = "16384", value_parser = header_size)]
    max_header_size: usize,
    /// The longest address of a request
    #[arg(long, value_name = "BYTES", default_value = "2048", value_parser = positive)]
    max_uri_length: usize,
}

/// Runs the command until it is told to stop.
pub(crate) fn run(arguments: Serve, terminal: &mut Terminal) -> Result<(), CliError> {
    let key = arguments.key.read(terminal)?;
    let is_secret = key.is_some();
    refuse_strangers(arguments.listen, is_secret, arguments.public)?;
    if let Some(address) = arguments.metrics {
        refuse_metrics_readers(address, arguments.public)?;
    }
    let epoch = source_date_epoch()?;
    let plans = &arguments.files.plans;
    plans_files::warn_of_unread(plans, terminal);
    let (warnings, checked) = check_plans(plans);
    for warning in &warnings {
        terminal.warn(warning);
    }
    checked?;
    let recording = arguments.recording.prepare(&ServerOptions {
        plans,
        listen: arguments.listen,
        base: arguments.base_url.as_ref(),
        key: key.as_ref(),
        is_public: arguments.public,
        trusts_proxies: !arguments.trust_proxy.is_empty(),
        has_today: arguments.today.is_given(),
        form_time: arguments.limits.header_timeout.saturating_mul(2),
    })?;
    let recording = recording.map(Arc::new);
    let state = arguments
        .state
        .as_deref()
        .map(StateFolder::open)
        .transpose();
    let state = state.map_err(CliError::refused)?;
    let keeps_state = state.is_some();

    let mut limits = arguments.limits.limits();
    let wanted = limits.connections;
    limits.connections = fit_descriptors(wanted)
        .map_err(|(sentence, hint)| CliError::refused(sentence).hint(hint))?;
    let runtime = threads::probe().and_then(|()| Runtime::new());
    let runtime = runtime.map_err(|error| no_threads(&error))?;
    let (listener, metrics) = listen_on_all(&runtime, arguments.listen, arguments.metrics)?;

    let log = Log::start(arguments.log_format, arguments.log_level());
    if limits.connections < wanted {
        tracing::warn!(
            connections = limits.connections,
            "the limit of open files allows no more connections"
        );
    }
    let clock = arguments.today.clock();
    if let Some(why) = clock.unknown_today(None) {
        let hint = why.hint.as_deref().unwrap_or_default();
        tracing::warn!(
            hint,
            "{why}: for lists without a `timezone`, today is the day in UTC"
        );
    }
    let counts = Arc::new(Counts::default());
    let site = Site::of_server(arguments.base_url.clone(), key);
    let site = Arc::new(site.recording(recording.is_some()));
    let snapshot = Arc::new(ArcSwap::from_pointee(Snapshot::default()));
    let (messages, inbox) = channel();
    // The watch starts before anything is read, so that no change is missed.
    let watch = match arguments.poll {
        Some(_) => None,
        None => start_watcher(plans, messages.clone()),
    };
    let mut live_site = LiveSite::new(
        plans.clone(),
        state,
        live_site::Options {
            maker: Maker {
                site: Arc::clone(&site),
                clock: clock.clone(),
                styled: terminal.is_styled(),
            },
            stale_after: arguments.stale_after,
            epoch,
            reads_twice: watch.is_none(),
            counts: Arc::clone(&counts),
            snapshot: Arc::clone(&snapshot),
        },
    );
    live_site.refresh(&PendingChanges::default());
    live_site.restore();
    // With a state, a start serves what it can, as a running server does.
    if keeps_state && live_site.served().0 > 0 {
        live_site.log_unservable();
    } else {
        require_served(&live_site)?;
    }

    // Signals are handled before anybody is told that there is a server.
    let signals = handle_signals(&runtime);
    let address = listener.local_addr().unwrap_or(arguments.listen);
    let base = arguments.base_url.as_ref();
    log_addresses(address, metrics.as_ref(), &live_site);
    warn_of_address(address, base, is_secret);
    let mut greeting = greeting(address, base, live_site.served().0, is_secret);
    let base = base.cloned();
    let base = base.or_else(|| Base::parse(&format!("http://{address}")).ok());
    if let (Some(recording), Some(base)) = (&recording, base) {
        greeting += &record::greeting(recording, is_secret, &base, &snapshot.load());
    }
    // A server whose output nobody reads serves all the same.
    let _ = terminal.output(greeting.as_bytes());
    if io::stderr().is_terminal() {
        terminal.say("Press Ctrl-C to stop.");
    }
    let interval = arguments
        .poll
        .or(watch.is_none().then_some(UNWATCHED_INTERVAL));
    start_event_loop(live_site, watch, interval, inbox)?;

    let policy = HostPolicy {
        base: arguments.base_url,
        trusted: arguments.trust_proxy,
        refuses_other_hosts: !is_secret && address.ip().to_canonical().is_loopback(),
    };
    let metrics_address = arguments.metrics.map(|address| address.ip().to_canonical());
    let metrics_policy = HostPolicy {
        refuses_other_hosts: metrics_address.is_some_and(|ip| ip.is_loopback()),
        ..policy.clone()
    };
    let public = Public::new(
        site,
        Arc::clone(&snapshot),
        policy,
        limits.uri_length,
        Arc::clone(&counts),
        clock.clone(),
    );
    let public = public.recording(recording.clone());
    let report = Metrics::new(snapshot, counts, metrics_policy, clock);
    let (stop, stopped) = watch::channel(false);
    let drain_time = limits.drain_time;
    let served = async {
        serve_all(public, listener, report, metrics, limits, stopped).await;
        if let Some(recording) = recording {
            recording.finish(drain_time).await;
        }
    };
    runtime.block_on(signals.attend(served, &stop, &messages));
    tracing::info!("stopped");
    drop(log);
    runtime.shutdown_background();
    Ok(())
}

impl Serve {
    fn log_level(&self) -> Level {
        // clap allows only the names of levels.
        self.log_level.parse().unwrap_or(Level::INFO)
    }
}

impl LimitOptions {
    fn limits(&self) -> Limits {
        let per_address = self.max_connections_per_address;
        Limits {
            header_time: self.header_timeout,
            idle_time: self.idle_timeout,
            stall_time: self.stall_timeout,
            drain_time: self.drain_timeout,
            connections: self.max_connections,
            connections_per_address: per_address.unwrap_or(DEFAULT_CONNECTIONS_PER_ADDRESS),
            counts_loopback: per_address.is_some(),
            header_size: self.max_header_size,
            uri_length: self.max_uri_length,
        }
    }
}

/// Without a key only this computer may read the feeds, unless everybody is invited.
fn refuse_strangers(listen: SocketAddr, is_secret: bool, is_public: bool) -> Result<(), CliError> {
    let ip = listen.ip().to_canonical();
    if ip.is_loopback() || is_secret || is_public {
        return Ok(());
    }
    Err(CliError::usage(format!(
        "on {ip} everybody who reaches this machine could read the plans"
    ))
    .hint(
        "give feeds secret links with `--key-file FILE` (`weekahead init --key FILE` makes one), \
         or add `--public`",
    ))
}

/// A key does not protect metrics: only this computer may read them, unless everybody is invited.
fn refuse_metrics_readers(metrics: SocketAddr, is_public: bool) -> Result<(), CliError> {
    let ip = metrics.ip().to_canonical();
    if ip.is_loopback() || is_public {
        return Ok(());
    }
    let port = metrics.port();
    Err(CliError::usage(format!(
        "on {ip} everybody who reaches this machine could read the metrics: a key protects only \
         feeds"
    ))
    .hint(format!(
        "serve them only to this computer with `--metrics 127.0.0.1:{port}`, or add `--public`"
    )))
}

/// Checks that the arguments can be served. Plans files that may appear later are warnings.
fn check_plans(plans: &[PathBuf]) -> (Vec<String>, Result<(), CliError>) {
    let mut sources = Vec::new();
    let mut warnings = Vec::new();
    let mut errors = ErrorList::default();
    for argument in plans {
        let (found, wrong) = source::of_argument(argument);
        sources.extend(found);
        for error in wrong {
            if let Some(text) = argument.to_str()
                && duration(text).is_ok()
                && !argument.exists()
            {
                let message = format!("`{text}` is a length of time, not a plans file");
                errors.add(CliError::usage(message).hint(format!("write `--poll={text}`")));
            } else if may_appear(argument, &error) {
                let name = argument.display();
                warnings.push(format!(
                    "no plans files in `{name}` yet: files that appear there later are served"
                ));
            } else {
                errors.add(error);
            }
        }
    }
    for clash in source::clashes(&sources) {
        errors.add(clash);
    }
    (warnings, errors.into_result())
}

/// Whether plans files of an argument may appear later: it is a directory that is empty or does
/// not exist. A file that does not exist is an error.
fn may_appear(argument: &Path, error: &SourceError) -> bool {
    match error {
        SourceError::Empty(_) => true,
        SourceError::Refused(refused) => {
            let ending = argument.extension().and_then(|ending| ending.to_str());
            refused.kind() == ErrorKind::NotFound && !matches!(ending, Some("yaml" | "yml"))
        }
        _ => false,
    }
}

/// Listens for feeds and pages, and for metrics if they have an address.
fn listen_on_all(
    runtime: &Runtime,
    feeds: SocketAddr,
    metrics: Option<SocketAddr>,
) -> Result<(TcpListener, Option<TcpListener>), CliError> {
    let _entered = runtime.enter();
    let feeds = listen(feeds, "--listen")?;
    let metrics = metrics.map(|address| listen(address, "--metrics"));
    Ok((feeds, metrics.transpose()?))
}

fn handle_signals(runtime: &Runtime) -> Signals {
    let _entered = runtime.enter();
    Signals::new()
}

/// Listens on the address of an option.
fn listen(address: SocketAddr, option: &str) -> Result<TcpListener, CliError> {
    bind(address, option).map_err(|(sentence, hint)| CliError::refused(sentence).maybe_hint(hint))
}

/// Watches the arguments, if the system can.
fn start_watcher(plans: &[PathBuf], messages: Sender<Message>) -> Option<Watch> {
    let send = move |event| {
        // When the server ends, nobody receives it.
        let _ = messages.send(Message::FileEvent(event));
    };
    let paths: Vec<PathBuf> = plans
        .iter()
        .filter_map(|path| std::path::absolute(path).ok())
        .collect();
    let watch = Watch::new(send).map(|mut watch| {
        // The event loop logs what cannot be watched.
        let _ = watch.follow(paths.iter().map(PathBuf::as_path));
        watch
    });
    if let Err(problem) = &watch {
        let seconds = UNWATCHED_INTERVAL.as_secs();
        tracing::warn!(
            problem,
            seconds,
            "nothing can be watched: everything is read again and again"
        );
    }
    watch.ok()
}

/// Refuses to start if nothing of a plans file can be served.
fn require_served(live_site: &LiveSite) -> Result<(), CliError> {
    let mut errors = ErrorList::default();
    let mut count = 0;
    for summary in live_site.unservable() {
        count += summary.count;
        let exit = match summary.count {
            0 => ExitStatus::Refused,
            _ => ExitStatus::Problems,
        };
        errors.add(CliError::drawn(exit, summary.drawn.clone()));
    }
    if count > 0 {
        let problems = pluralize(count, "problem");
        errors.note(format!("{problems}; nothing is served"));
    }
    errors.into_result()
}

fn log_addresses(address: SocketAddr, metrics: Option<&TcpListener>, live_site: &LiveSite) {
    if let Some(metrics) = metrics.and_then(|listener| listener.local_addr().ok()) {
        tracing::info!(%metrics, "metrics are served");
    }
    let (feeds, events) = live_site.served();
    tracing::info!(%address, feeds, events, "listening");
}

/// Logs what may surprise about the address of the server.
fn warn_of_address(address: SocketAddr, base: Option<&Base>, is_secret: bool) {
    let is_local = address.ip().to_canonical().is_loopback();
    let reach = base.map(Base::reach);
    match reach {
        Some(Reach::Secure) => {}
        None if is_local => {}
        Some(Reach::Local) if is_local => {}
        _ => tracing::warn!(
            "plain HTTP: iOS and Google Calendar subscribe only over https, and only to a public \
             host; put a reverse proxy with TLS in front of the server, and give its address \
             with --base-url https://..."
        ),
    }
    if is_local && !is_secret && matches!(reach, Some(Reach::Secure | Reach::Plain)) {
        tracing::warn!("there is no key: whoever can open the base URL can read every feed");
    }
}

/// Where the server can be found.
fn greeting(address: SocketAddr, base: Option<&Base>, feeds: usize, is_secret: bool) -> String {
    let url = match base {
        Some(base) => base.as_str().to_owned(),
        None => format!("http://{address}"),
    };
    let feeds = pluralize(feeds, "feed");
    let mut greeting = format!("Serving {feeds} at {url}/\n");
    if is_secret {
        greeting += "Their links are secret: `weekahead url` with the same key and --base-url \
                     prints them.\n";
    }
    greeting
}

/// Keeps the site equal to the files, in a thread of its own.
fn start_event_loop(
    live_site: LiveSite,
    watch: Option<Watch>,
    interval: Option<Duration>,
    inbox: Receiver<Message>,
) -> Result<(), CliError> {
    let run = move || run_event_loop(live_site, watch, interval, &inbox);
    match thread::Builder::new().name("reload".to_owned()).spawn(run) {
        Ok(_) => Ok(()),
        Err(error) => Err(no_threads(&error)),
    }
}

fn no_threads(error: &io::Error) -> CliError {
    CliError::refused(format!("cannot start threads: {}", reason(error)))
}

/// Serves feeds and pages, and metrics if they have a listener, until they are told to stop.
async fn serve_all(
    public: Public,
    listener: TcpListener,
    report: Metrics,
    metrics: Option<TcpListener>,
    limits: Limits,
    stopped: watch::Receiver<bool>,
) {
    let metrics_limits = Limits {
        connections: limits.connections.min(MAX_METRICS_CONNECTIONS),
        ..limits
    };
    let feeds = tokio::spawn(public.serve(listener, limits, stopped.clone()));
    let metrics =
        metrics.map(|listener| tokio::spawn(report.serve(listener, metrics_limits, stopped)));
    // A panic in one of them has been logged.
    let _ = feeds.await;
    if let Some(metrics) = metrics {
        let _ = metrics.await;
    }
}
