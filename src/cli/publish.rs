//! `weekahead publish`: copies to a store what has changed in a site.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;
use rayon::ThreadPoolBuilder;

use crate::cli::clock::TodayOption;
use crate::cli::error::{CliError, ErrorList};
use crate::cli::key::KeyOption;
use crate::cli::plans_files::{self, PlansArguments};
use crate::cli::revisions::{SHALLOW_CLONE, find_revisions};
use crate::cli::terminal::Terminal;
use crate::cli::values::{base_url, duration, sentence};
use crate::files::failure::Failure;
use crate::files::source::Source;
use crate::publish::make::{Item, Maker, Pipes};
use crate::publish::manifest::{Part, Shard};
use crate::publish::open;
use crate::publish::progress::{Progress, Sums};
use crate::publish::publisher::Publisher;
use crate::publish::store::{Store, StoreError};
use crate::site::address::{Base, Reach};
use crate::site::{Carrier, Site};

/// Where the manifest is in a site, unless another place is named.
const MANIFESTS: &str = ".weekahead";

/// Copy feeds and pages to a directory or an object store
///
/// A manifest lists the files that were put there. The next run puts only new and changed files,
/// and removes only files that a run has put. If a plans file has an error, its old feed stays; if
/// the key has changed as well, that feed moves to its new address. Links inside the site are not
/// followed. Any number of runs may work at the same time.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  weekahead publish plans --to site --base-url https://cal.example.org"
)]
pub(crate) struct Publish {
    #[command(flatten)]
    files: PlansArguments,
    /// Copy the site to this place: a directory, or s3://BUCKET/PREFIX with the usual AWS_*
    /// variables
    #[arg(long, value_name = "URL")]
    to: String,
    /// The address of the site, for the links on its pages, as in https://cal.example.org
    #[arg(short, long, alias = "base", value_name = "URL", value_parser = base_url)]
    base_url: Option<Base>,
    #[command(flatten)]
    key: KeyOption,
    /// Keep the manifest in this place, and not beside the feeds; with a key, this is needed
    #[arg(long, value_name = "URL")]
    manifest: Option<String>,
    /// Remove no old files
    #[arg(long)]
    keep: bool,
    /// Publish only one part of the feeds: 2/4 is the second of four. Give each worker all plans
    /// files
    #[arg(long, value_name = "I/N", default_value = "1/1", value_parser = shard)]
    shard: Shard,
    /// Copy this many files at a time [default: 32 to an object store, else as many as there are
    /// processors]
    #[arg(long, value_name = "N", value_parser = concurrency)]
    concurrency: Option<NonZeroUsize>,
    /// Let caches keep a file for this long
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = max_age)]
    max_age: Duration,
    /// List the files to put and remove, and write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Print the totals as JSON; with --dry-run, also the paths
    #[arg(long)]
    json: bool,
    /// Print nothing if all is well
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    today: TodayOption,
}

/// Where a site and its manifest go.
struct Stores {
    site: Box<dyn Store>,
    manifests: Box<dyn Store>,
    /// What the manifest says of the site, if it is in another place.
    address: Option<String>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Publish, terminal: &mut Terminal) -> Result<(), CliError> {
    let key = arguments.key.read(terminal)?;
    let stores = open_stores(&arguments.to, arguments.manifest.as_deref(), key.is_some())?;
    plans_files::warn_of_unread(&arguments.files.plans, terminal);
    let sources = plans_files::find(&arguments.files.plans)?;
    let carrier = stores.site.carrier();
    if key.is_none() {
        refuse_hidden(&sources, carrier)?;
    }
    if let Some(warning) = base_warning(arguments.base_url.as_ref(), arguments.quiet) {
        terminal.warn(warning);
    }
    let (revisions, warnings) = find_revisions(&sources)?;
    for warning in &warnings {
        terminal.warn(warning);
    }
    let threads = arguments.concurrency.map(NonZeroUsize::get);
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or_else(|| stores.site.concurrency()))
        .build()
        .map_err(|error| CliError::refused(format!("cannot start threads: {error}")))?;
    let maker = Maker {
        sources: &sources,
        site: Site {
            base: arguments.base_url.clone(),
            key,
            carrier,
            records: false,
        },
        cache_control: format!("public, max-age={}", arguments.max_age.as_secs()),
        revisions,
        clock: arguments.today.clock(),
        keeps_removed: arguments.keep,
        is_styled: terminal.is_styled(),
        pipes: Pipes::default(),
        is_shallow: AtomicBool::new(false),
    };
    let items = items(&maker, arguments.shard);
    let progress = Progress::new(items.len(), arguments.quiet, arguments.dry_run);
    let publisher = Publisher {
        maker,
        site: stores.site,
        manifests: stores.manifests,
        address: stores.address,
        shard: arguments.shard,
        is_dry_run: arguments.dry_run,
        progress,
        // Several threads show lines, and a lost line does no harm.
        show: &|line| Terminal::new().say(&line),
    };
    if !arguments.dry_run {
        publisher.site.prepare()?;
        publisher.manifests.prepare()?;
    }
    let published = pool.install(|| publisher.run(&items));
    if publisher.maker.is_shallow.load(Ordering::Relaxed) {
        terminal.warn(SHALLOW_CLONE);
    }
    let (sums, failures, store_errors) = publisher.progress.finish();
    let mut errors = collect_errors(failures, store_errors, published);
    let output = output(&sums, arguments.json);
    match terminal.output(output.as_bytes()) {
        Err(error) => errors.add(error),
        Ok(()) if arguments.json || arguments.quiet => {}
        Ok(()) => {
            let sentence = sums.sentence(arguments.dry_run);
            match errors.is_empty() {
                true => terminal.say(&sentence),
                false => errors.note(sentence),
            }
        }
    }
    errors.into_result()
}

/// Where the site goes, and where its manifest is.
fn open_stores(to: &str, manifest: Option<&str>, is_secret: bool) -> Result<Stores, CliError> {
    let site = open::open(to)?;
    let inside = site.below(MANIFESTS);
    let mut manifests = match manifest {
        Some(text) => open::open(text)?,
        None => site.below(MANIFESTS),
    };
    if is_secret && site.contains(&*manifests) {
        return Err(CliError::usage(match manifest {
            Some(_) => {
                "the manifest lists every secret path, and would be published with the feeds"
            }
            None => {
                "with a key, the manifest needs a place of its own: it lists every secret \
                     path"
            }
        })
        .hint(
            "name a place that nobody else can read, as in `--manifest \
             s3://BUCKET-OF-MINE/PREFIX`",
        ));
    }
    if is_secret {
        manifests.make_private();
    }
    if manifests.address() == inside.address() {
        return Ok(Stores {
            site,
            manifests,
            address: None,
        });
    }
    // A place that may not be listed has nothing of ours.
    let there = inside.list().unwrap_or_default();
    if Part::all().any(|part| there.contains(&part.file())) {
        let (inside, manifests) = (inside.name(), manifests.name());
        return Err(CliError::usage(format!(
            "the manifest of this site is in `{inside}`: with another manifest, its old files \
             would never be removed"
        ))
        .hint(format!(
            "move the files in `{inside}` to `{manifests}`; then the next run removes old files"
        )));
    }
    let address = site.address();
    Ok(Stores {
        site,
        manifests,
        address: Some(address),
    })
}

/// What a shard publishes, sorted by its parts of the manifest.
fn items(maker: &Maker<'_>, shard: Shard) -> Vec<Item> {
    let front = match maker.sources {
        // With a key the front page would say what feeds there are.
        _ if maker.site.is_secret() => None,
        [_] => Some(Item::OnlyFeed),
        _ => Some(Item::Index),
    };
    let feeds = (0..).zip(maker.sources).map(|(index, _)| Item::Feed(index));
    let mut items = Vec::with_capacity(maker.sources.len() + 2);
    items.extend(front.into_iter().chain([Item::Robots]).chain(feeds));
    items.retain(|item| shard.owns(maker.part(*item)));
    items.sort_by_cached_key(|item| maker.part(*item));
    items
}

/// Refuses plans files of which a page would stand in the place of the front page. With a key each
/// feed has a folder of its own, so nothing is hidden.
fn refuse_hidden(sources: &[Source], carrier: Carrier) -> Result<(), CliError> {
    let mut errors = ErrorList::default();
    for source in sources.iter().filter(|it| carrier.is_front(it.stem())) {
        let name = source.name();
        let message = format!("the page of `{name}` would replace the front page");
        errors.add(CliError::problems(message).hint("rename the file"));
    }
    errors.into_result()
}

fn base_warning(base: Option<&Base>, is_quiet: bool) -> Option<&'static str> {
    match base.map(Base::reach) {
        Some(Reach::Plain) => Some(
            "plain http: iOS and Google Calendar subscribe only over https, and only to a \
                  public host",
        ),
        Some(Reach::Local) => Some("this base URL works only on this computer"),
        Some(Reach::Secure) => None,
        None if is_quiet => None,
        None => Some("without `--base-url URL`, the pages show no links to subscribe with"),
    }
}

fn collect_errors(
    failures: Vec<Failure>,
    store_errors: Vec<StoreError>,
    published: Result<(), StoreError>,
) -> ErrorList {
    let mut errors = ErrorList::default();
    for failure in failures {
        errors.add(failure);
    }
    for error in store_errors {
        errors.add(error);
    }
    if let Err(error) = published {
        errors.add(error);
        errors.note("every file put so far is complete; the next run puts the rest");
    }
    errors
}

/// What standard output says of a run.
fn output(sums: &Sums, is_json: bool) -> String {
    if is_json {
        // Numbers always serialize.
        return serde_json::to_string_pretty(sums).unwrap_or_default() + "\n";
    }
    let Some(paths) = &sums.paths else {
        return String::new();
    };
    let to_put = paths.to_put.iter().map(|path| format!("put     {path}\n"));
    let to_remove = paths.to_remove.iter();
    let to_remove = to_remove.map(|path| format!("remove  {path}\n"));
    to_put.chain(to_remove).collect()
}

/// Each file that is copied at a time has a thread.
fn concurrency(text: &str) -> Result<NonZeroUsize, String> {
    const MAX_THREADS: usize = 256;
    let number = text.parse().ok().and_then(NonZeroUsize::new);
    let number = number.filter(|number| number.get() <= MAX_THREADS);
    number.ok_or_else(|| format!("a number from 1 to {MAX_THREADS} was expected"))
}

/// HTTP counts whole seconds.
fn max_age(text: &str) -> Result<Duration, String> {
    let age = duration(text)?;
    match age.as_secs() {
        0 => Err("a time of a second or more was expected".to_owned()),
        _ => Ok(age),
    }
}

fn shard(text: &str) -> Result<Shard, String> {
    Shard::parse(text).map_err(sentence)
}
