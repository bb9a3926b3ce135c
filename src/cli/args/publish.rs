//! `publish`.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{Common, base, duration, sentence};
use crate::cli::publish::Options;
use crate::publish::manifest::Shard;
use crate::site::address::Base;

/// Copy feeds and pages to a directory or an object store, as far as they have changed
///
/// What is put is remembered in a manifest, so that the next run puts only what is new and removes
/// only what is its own. A plans file with an error leaves its old feed standing. Any number of
/// runs may go on at a time.
#[derive(Debug, Args)]
pub(crate) struct Publish {
    #[command(flatten)]
    common: Common,
    /// Where the site goes: a directory, or s3://BUCKET/PREFIX with the usual AWS_* variables
    #[arg(long, value_name = "URL")]
    to: String,
    /// Where the site is reached, as in https://cal.example.org: for the links on the pages
    #[arg(short, long, value_name = "URL", value_parser = base)]
    base: Option<Base>,
    /// File with the key for secret links, at least 32 bytes; otherwise WEEKAHEAD_KEY, if set
    #[arg(short, long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Where the manifest is, if not among what is published; with a key it must not be there
    #[arg(long, value_name = "URL")]
    manifest: Option<String>,
    /// Remove nothing
    #[arg(long)]
    keep: bool,
    /// Publish only the feeds of one worker of several, as in 2/4; each is given all plans files
    #[arg(long, value_name = "I/N", default_value = "1/1", value_parser = shard)]
    shard: Shard,
    /// Files that are on their way at a time [default: 32 to an object store, else as many as
    /// there are processors]
    #[arg(long, value_name = "N", value_parser = concurrency)]
    concurrency: Option<NonZeroUsize>,
    /// How long whoever caches a file may keep it
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = max_age)]
    max_age: Duration,
    /// Write nothing and list what would be put and removed
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Print the sums as JSON, with --dry-run the paths as well
    #[arg(long)]
    json: bool,
    /// Say nothing when all is well
    #[arg(short, long)]
    quiet: bool,
}

/// Each is a thread.
fn concurrency(text: &str) -> Result<NonZeroUsize, String> {
    const MOST: usize = 256;
    let number = text.parse().ok().and_then(NonZeroUsize::new);
    let number = number.filter(|number| number.get() <= MOST);
    number.ok_or_else(|| format!("a number from 1 to {MOST} was expected"))
}

/// HTTP counts whole seconds.
fn max_age(text: &str) -> Result<Duration, String> {
    let age = duration(text)?;
    match age.as_secs() {
        0 => Err("at least a second was expected".to_owned()),
        _ => Ok(age),
    }
}

fn shard(text: &str) -> Result<Shard, String> {
    Shard::parse(text).map_err(sentence)
}

impl From<Publish> for Options {
    fn from(publish: Publish) -> Self {
        Self {
            plans: publish.common.plans,
            today: publish.common.today,
            to: publish.to,
            base: publish.base,
            key_file: publish.key_file,
            manifest: publish.manifest,
            keep: publish.keep,
            shard: publish.shard,
            concurrency: publish.concurrency,
            max_age: publish.max_age,
            dry_run: publish.dry_run,
            json: publish.json,
            quiet: publish.quiet,
        }
    }
}
