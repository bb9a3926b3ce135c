//! `weekahead publish`: a site is copied to a store, as far as it has changed.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::NaiveDate;
use rayon::ThreadPoolBuilder;

use super::{ExitStatus, clock, files, keys};
use crate::cli::revisions::{revisions, warn_of_shallow};
use crate::cli::terminal::Terminal;
use crate::files::failure::Failure;
use crate::files::source::{self, Source};
use crate::publish::make::{Item, Maker, Pipes};
use crate::publish::manifest::{Part, Shard};
use crate::publish::open;
use crate::publish::progress::Progress;
use crate::publish::publisher::Publisher;
use crate::publish::store::{ErrorKind, Store, StoreError};
use crate::site::address::{Base, Reach};
use crate::site::{Carrier, Site};

/// Where the manifest is, unless another place is named.
const MANIFESTS: &str = ".weekahead";

/// What `publish` is asked for.
pub(crate) struct Options {
    pub(crate) plans: Vec<PathBuf>,
    pub(crate) today: Option<NaiveDate>,
    pub(crate) to: String,
    pub(crate) base: Option<Base>,
    pub(crate) key_file: Option<PathBuf>,
    pub(crate) manifest: Option<String>,
    pub(crate) keep: bool,
    pub(crate) shard: Shard,
    pub(crate) concurrency: Option<NonZeroUsize>,
    pub(crate) max_age: Duration,
    pub(crate) dry_run: bool,
    pub(crate) json: bool,
    pub(crate) quiet: bool,
}

/// Runs the command.
pub(crate) fn run(options: &Options, terminal: &mut Terminal) -> Result<(), ExitStatus> {
    let key = keys::find(options.key_file.as_deref(), terminal)?;
    let places = places(options, key.is_some(), terminal)?;
    let site = places.site;
    let sources = files::find(&options.plans, terminal)?;
    refuse_clashes(&sources, site.carrier(), key.is_some(), terminal)?;
    warn_of_base(options, terminal);
    let revisions = revisions(&sources, terminal)?;
    let pool = ThreadPoolBuilder::new()
        .num_threads(
            options
                .concurrency
                .map_or_else(|| site.concurrency(), NonZeroUsize::get),
        )
        .build()
        .map_err(|error| {
            terminal.error(&format!("cannot start threads: {error}"), None);
            ExitStatus::Refused
        })?;
    let maker = Maker {
        sources: &sources,
        site: Site {
            base: options.base.clone(),
            key,
            carrier: site.carrier(),
        },
        cache_control: format!("public, max-age={}", options.max_age.as_secs()),
        revisions,
        clock: clock(options.today),
        keeps_removed: options.keep,
        is_styled: terminal.is_styled(),
        pipes: Pipes::default(),
        is_shallow: AtomicBool::new(false),
    };
    let items = items(&maker, options.shard);
    let progress = Progress::new(items.len(), options.quiet, options.dry_run);
    let publisher = Publisher {
        maker,
        site,
        manifests: places.manifests,
        address: places.address,
        shard: options.shard,
        is_dry_run: options.dry_run,
        progress,
        // Several threads show lines; it does not matter if one is lost.
        show: &|line| Terminal::new().say(&line),
    };
    let ready = match options.dry_run {
        true => Ok(()),
        false => publisher
            .site
            .prepare()
            .and_then(|()| publisher.manifests.prepare()),
    };
    ready.map_err(|error| refuse(&error, terminal))?;
    let published = pool.install(|| publisher.run(&items));
    warn_of_shallow(publisher.maker.is_shallow.load(Ordering::Relaxed), terminal);
    report(publisher.progress, published, options, terminal)
}

/// The places of a site and of its manifest.
struct Places {
    site: Box<dyn Store>,
    manifests: Box<dyn Store>,
    /// The address of the site for the manifest, unless the manifest is inside the site.
    address: Option<String>,
}

fn places(
    options: &Options,
    is_secret: bool,
    terminal: &mut Terminal,
) -> Result<Places, ExitStatus> {
    let mut open = |text: &str| open::open(text).map_err(|error| refuse(&error, terminal));
    let site = open(&options.to)?;
    let inside = site.below(MANIFESTS);
    let mut manifests = match &options.manifest {
        Some(text) => open(text)?,
        None => site.below(MANIFESTS),
    };
    if is_secret && site.contains(&*manifests) {
        let sentence = match options.manifest {
            Some(_) => {
                "the manifest knows every secret path, and would lie among what is published"
            }
            None => "with a key the manifest needs a place of its own: it knows every secret path",
        };
        terminal.error(
            sentence,
            Some("name a place that nobody else reads, as in `--manifest s3://BUCKET-OF-MINE/PREFIX`"),
        );
        return Err(ExitStatus::Usage);
    }
    if is_secret {
        manifests.make_private();
    }
    if manifests.address() == inside.address() {
        return Ok(Places {
            site,
            manifests,
            address: None,
        });
    }
    // One that may not be asked for has nothing of ours.
    let there = inside.list().unwrap_or_default();
    if Part::all().any(|part| there.contains(&part.file())) {
        let (inside, manifests) = (inside.name(), manifests.name());
        terminal.error(
            &format!(
                "this site was published with its manifest in `{inside}`: with another one what \
                 was published then would stay for ever"
            ),
            Some(&format!(
                "move the files of `{inside}` to `{manifests}`; the next run then removes what is gone"
            )),
        );
        return Err(ExitStatus::Usage);
    }
    let address = Some(site.address());
    Ok(Places {
        site,
        manifests,
        address,
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

fn refuse_clashes(
    sources: &[Source],
    carrier: Carrier,
    is_secret: bool,
    terminal: &mut Terminal,
) -> Result<(), ExitStatus> {
    let mut result = Ok(());
    if is_secret {
        // Below its own secret nothing is beside a feed but its page.
        return result;
    }
    for source in sources.iter().filter(|it| carrier.is_front(it.stem())) {
        let name = source.name();
        terminal.error(
            &format!("the page of `{name}` would stand in the place of the front page"),
            Some("rename the file"),
        );
        result = Err(ExitStatus::Problems);
    }
    if carrier == Carrier::Bucket {
        for error in source::hidden_pages(sources) {
            result = Err(files::report(&error, terminal));
        }
    }
    result
}

fn warn_of_base(options: &Options, terminal: &mut Terminal) {
    match options.base.as_ref().map(Base::reach) {
        Some(Reach::Plain) => terminal
            .warn("plain http: iOS and Google Calendar subscribe only by https to a public host"),
        Some(Reach::Local) => terminal.warn("that base works only on this computer"),
        Some(Reach::Secure) => {}
        None if options.quiet => {}
        None => terminal
            .warn("without `--base URL` the pages cannot show the links with which one subscribes"),
    }
}

fn refuse(error: &StoreError, terminal: &mut Terminal) -> ExitStatus {
    terminal.error(&error.sentence, error.hint.as_deref());
    match error.kind {
        ErrorKind::Usage => ExitStatus::Usage,
        ErrorKind::Refused | ErrorKind::NotOurs => ExitStatus::Refused,
    }
}

/// Says what was done, and what went wrong.
fn report(
    progress: Progress,
    published: Result<(), StoreError>,
    options: &Options,
    terminal: &mut Terminal,
) -> Result<(), ExitStatus> {
    let (sums, failures, store_errors) = progress.finish();
    let mut outcome = Ok(());
    for failure in failures {
        match failure {
            Failure::Refused(refusal) => {
                terminal.error(&refusal.sentence(), None);
                outcome = Err(ExitStatus::Refused);
            }
            Failure::Problems(drawn, _) => {
                terminal.show(&drawn);
                outcome = outcome.and(Err(ExitStatus::Problems));
            }
        }
    }
    for error in store_errors {
        outcome = Err(refuse(&error, terminal));
    }
    if let Err(error) = &published {
        outcome = Err(refuse(error, terminal));
        terminal.say("what was put by then is whole; the next run does the rest");
    }
    if options.json {
        // Numbers always serialize.
        let text = serde_json::to_string_pretty(&sums).unwrap_or_default() + "\n";
        terminal.output(text.as_bytes())?;
    } else {
        if let Some(paths) = &sums.paths {
            let to_put = paths.to_put.iter().map(|path| format!("put     {path}\n"));
            let to_remove = paths.to_remove.iter();
            let to_remove = to_remove.map(|path| format!("remove  {path}\n"));
            let lines: String = to_put.chain(to_remove).collect();
            terminal.output(lines.as_bytes())?;
        }
        if !options.quiet {
            terminal.say(&sums.sentence(options.dry_run));
        }
    }
    outcome
}
