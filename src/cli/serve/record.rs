//! The options that let paired devices record renewals, and what a start checks and prints for
//! them.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use crate::cli::clock::now;
use crate::cli::error::{CliError, ErrorList, needs_https};
use crate::files::replaceable::{Irreplaceable, check_replaceable};
use crate::files::source;
use crate::server::record::Recording;
use crate::server::{FeedMeta, Snapshot};
use crate::site::address::{Base, Reach};
use crate::site::link::{Key, MIN_KEY_BYTES};
use crate::text::plural::pluralize;

/// How many pairing links a start prints.
const MAX_LINKS_PRINTED: usize = 10;

/// Recording from a phone or another device.
#[derive(Debug, Args)]
#[command(next_help_heading = "Recording")]
pub(crate) struct RecordOptions {
    /// Let paired devices record renewals in the plans files with a form. `weekahead url --record`
    /// prints the links that pair a device
    #[arg(long)]
    pub(crate) record: bool,
    /// Commit each recording to the git repository of its plans file
    #[arg(long, requires = "record")]
    pub(crate) commit: bool,
}

/// The options of the server on which recording depends.
pub(crate) struct ServerOptions<'a> {
    pub(crate) plans: &'a [PathBuf],
    pub(crate) listen: SocketAddr,
    pub(crate) base: Option<&'a Base>,
    pub(crate) key: Option<&'a Key>,
    pub(crate) is_public: bool,
    pub(crate) trusts_proxies: bool,
    /// Whether `--today` is given.
    pub(crate) has_today: bool,
    /// The time to read a form.
    pub(crate) form_time: Duration,
}

impl RecordOptions {
    /// Checks that renewals can be recorded with these options and in these files, and returns what
    /// records them; nothing without `--record`.
    pub(crate) fn prepare(
        &self,
        options: &ServerOptions<'_>,
    ) -> Result<Option<Recording>, CliError> {
        if !self.record {
            return Ok(None);
        }
        refuse_options(options)?;
        check_files(options.plans)?;
        let key = match options.key {
            Some(key) => key.clone(),
            None => random_key()?,
        };
        let is_secret = options.key.is_some();
        let recording = Recording::new(key, is_secret, options.form_time);
        Ok(Some(recording.committing(self.commit)))
    }
}

/// Refuses options with which a stranger could record a renewal.
fn refuse_options(options: &ServerOptions<'_>) -> Result<(), CliError> {
    let base = options.base;
    let has_stdin = options.plans.iter().any(|plans| plans.as_os_str() == "-");
    if has_stdin {
        let message = "`--record` cannot write to standard input";
        return Err(CliError::usage(message).hint("name the plans file"));
    }
    let is_local = is_local(options.listen, base) && !options.trusts_proxies;
    if options.has_today && !is_local {
        let message = "`--today` with `--record` is for this computer only";
        return Err(CliError::usage(message).hint("leave `--today` out"));
    }
    if options.key.is_some() {
        let is_secure = base.is_some_and(|base| base.reach() == Reach::Secure);
        if is_local || is_secure {
            return Ok(());
        }
        return Err(needs_https());
    }
    let beyond = if options.is_public {
        Some("`--public`".to_owned())
    } else if options.trusts_proxies {
        Some("`--trust-proxy`".to_owned())
    } else {
        let base = base.filter(|base| base.reach() != Reach::Local);
        base.map(|base| format!("`--base-url {}`", base.as_str()))
    };
    match beyond {
        None => Ok(()),
        Some(option) => Err(CliError::usage(format!(
            "without a key `--record` is for this computer only, so {option} is not allowed"
        ))
        .hint("give a key with `--key-file FILE` (`weekahead init --key FILE` makes one)")),
    }
}

/// Whether only this computer reaches the server.
fn is_local(listen: SocketAddr, base: Option<&Base>) -> bool {
    let is_loopback = listen.ip().to_canonical().is_loopback();
    is_loopback && base.is_none_or(|base| base.reach() == Reach::Local)
}

/// Checks that each plans file can be replaced and keeps its owner. Files that appear later are
/// checked when something is recorded in them.
fn check_files(plans: &[PathBuf]) -> Result<(), CliError> {
    let mut errors = ErrorList::default();
    for argument in plans {
        // The errors of an argument are reported already.
        let (sources, _) = source::of_argument(argument);
        let paths = sources.iter().filter_map(|source| source.path.as_deref());
        for path in paths {
            if let Err(why) = check_replaceable(path) {
                errors.add(irreplaceable(path, &why));
            }
        }
    }
    errors.into_result()
}

fn irreplaceable(path: &Path, why: &Irreplaceable) -> CliError {
    let hint = match why {
        Irreplaceable::Refused(_) => {
            "to record renewals, the server must be able to write to the file and to its folder"
        }
        Irreplaceable::ChangesOwner => "run the server as the owner of the file",
        Irreplaceable::Mounted => "mount its folder instead",
    };
    let name = path.display();
    let message = format!("cannot record renewals in `{name}`: {}", why.reason());
    CliError::refused(message).hint(hint)
}

/// A key for one run of the server.
fn random_key() -> Result<Key, CliError> {
    // Two more than enough, since a line end after a key is dropped.
    let mut bytes = [0; MIN_KEY_BYTES + 2];
    let filled = getrandom::fill(&mut bytes);
    filled
        .map_err(|error| CliError::refused(format!("the system gives no random bytes: {error}")))?;
    Ok(Key::new(&bytes)?)
}

/// What the greeting says about recording: without a key of the user, the links that pair a device,
/// since no other command can know them.
pub(crate) fn greeting(
    recording: &Recording,
    is_secret: bool,
    base: &Base,
    snapshot: &Snapshot,
) -> String {
    if is_secret {
        return "To record renewals, pair a device: `weekahead url --record` with the same key and \
                --base-url prints the links.\n"
            .to_owned();
    }
    let mut metas: Vec<&FeedMeta> = snapshot.metas().collect();
    if metas.is_empty() {
        return "To record renewals, start the server again when there is a list: it then prints a \
                link that pairs your browser.\n"
            .to_owned();
    }
    metas.sort_by(|a, b| a.name.cmp(&b.name));
    let now = now().timestamp();
    let mut greeting =
        "To record renewals in a list, pair your browser by its link within an hour:\n".to_owned();
    for meta in metas.iter().take(MAX_LINKS_PRINTED) {
        let link = recording.pairing_link(base, meta, now);
        greeting += &format!("  {link}\n");
    }
    let more = metas.len().saturating_sub(MAX_LINKS_PRINTED);
    if more > 0 {
        let more = pluralize(more, "more list");
        greeting += &format!("  and {more}: name fewer plans files to see the links\n");
    }
    greeting
}
