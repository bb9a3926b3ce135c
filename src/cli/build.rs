//! `weekahead build`: plans files become feeds.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate, Utc};
use weekahead::document::Document;
use weekahead::feed::{Clash, Feed, Part};
use weekahead::git::{self, Tracked};
use weekahead::output::{self, Output};
use weekahead::refusal::reason;
use weekahead::revision::Revision;

use super::files::{self, File, in_parallel};
use super::terminal::Terminal;
use super::{Outcome, today};

/// What `build` is asked for.
pub(super) struct Options {
    pub(super) plans: Vec<PathBuf>,
    pub(super) today: Option<NaiveDate>,
    /// A file or a directory; standard output where there is none.
    pub(super) output: Option<PathBuf>,
    pub(super) quiet: bool,
}

/// Runs the command.
pub(super) fn run(options: &Options, terminal: &mut Terminal) -> Result<(), Outcome> {
    let files = files::load(&options.plans, terminal)?;
    let epoch = source_date_epoch(terminal)?;
    let (documents, revisions) = read(&files, epoch);
    let documents = files::all_good(&files, documents, terminal)?;
    for warning in &revisions.warnings {
        terminal.warn(warning);
    }
    let parts: Vec<Part<'_>> = documents
        .iter()
        .map(|document| Part {
            list: document.list(),
            year: today(options.today, &document.list().settings).year(),
        })
        .collect();
    let directory = options.output.as_deref().filter(|path| is_directory(path));
    match (directory, &options.output) {
        (Some(directory), _) => each(
            options,
            directory,
            &files,
            &parts,
            &revisions.list,
            terminal,
        ),
        (None, output) => {
            let stem = match (files.as_slice(), output) {
                ([file], _) => file.source.stem.clone(),
                (_, Some(path)) => stem(path),
                (_, None) => "plans".to_owned(),
            };
            let revision = revisions.list.iter().max().copied();
            let revision = revision.unwrap_or(Revision::from_unix(0));
            let feed = feed(&stem, &parts, revision, &files, terminal)?;
            match output {
                Some(path) => write(options, &[(path.clone(), feed)], &files, terminal),
                None => {
                    runs_dry(options, "the feed", &feed, terminal);
                    terminal.output(feed.text.as_bytes())
                }
            }
        }
    }
}

struct Revisions {
    list: Vec<Revision>,
    warnings: Vec<String>,
}

/// Reads the documents while git is asked for their revisions.
fn read(
    files: &[File],
    epoch: Option<i64>,
) -> (
    Vec<Result<Document<'_>, weekahead::document::Problems>>,
    Revisions,
) {
    let revisions = || revisions(files, epoch);
    match files {
        [_] => (files::documents(files), revisions()),
        _ => rayon::join(|| files::documents(files), revisions),
    }
}

fn revisions(files: &[File], epoch: Option<i64>) -> Revisions {
    if let Some(epoch) = epoch {
        return Revisions {
            list: vec![Revision::from_unix(epoch); files.len()],
            warnings: Vec::new(),
        };
    }
    let on_disk = |file: &&File| file.source.path.is_some();
    let tracked: Vec<Tracked<'_>> = files
        .iter()
        .filter(on_disk)
        .map(|file| Tracked {
            path: file.source.path.as_deref().unwrap_or(Path::new("")),
            bytes: &file.loaded.bytes,
        })
        .collect();
    let commits = git::commits(&tracked);
    let mut times = commits.times.into_iter();
    let list = files
        .iter()
        .map(|file| {
            let commit = if on_disk(&file) {
                times.next().flatten()
            } else {
                None
            };
            let time = commit.or(file.loaded.modified);
            Revision::from_unix(time.unwrap_or_else(|| Utc::now().timestamp()))
        })
        .collect();
    Revisions {
        list,
        warnings: commits.warnings,
    }
}

/// The revision that the environment names for everything, if it names one.
fn source_date_epoch(terminal: &mut Terminal) -> Result<Option<i64>, Outcome> {
    let Some(value) = env::var_os("SOURCE_DATE_EPOCH") else {
        return Ok(None);
    };
    let text = value.to_string_lossy();
    match text.parse() {
        Ok(seconds) if seconds >= 0 => Ok(Some(seconds)),
        _ => {
            terminal.error(
                &format!("SOURCE_DATE_EPOCH is `{text}`: a number of seconds was expected"),
                Some("unset it, or set it to the seconds since 1970"),
            );
            Err(Outcome::Usage)
        }
    }
}

/// One feed for each plans file.
fn each(
    options: &Options,
    directory: &Path,
    files: &[File],
    parts: &[Part<'_>],
    revisions: &[Revision],
    terminal: &mut Terminal,
) -> Result<(), Outcome> {
    let jobs: Vec<(&File, &Part<'_>, Revision)> = files
        .iter()
        .zip(parts)
        .zip(revisions)
        .map(|((file, part), revision)| (file, part, *revision))
        .collect();
    let feeds = in_parallel(&jobs, |(file, part, revision)| {
        Feed::new(&file.source.stem, &[**part], *revision)
    });
    let mut named = Vec::with_capacity(feeds.len());
    for (file, feed) in files.iter().zip(feeds) {
        let feed = feed.map_err(|clash| report_clash(&clash, files, terminal))?;
        let mut name = OsString::from(&file.source.stem);
        name.push(".ics");
        named.push((directory.join(name), feed));
    }
    if !directory.exists() {
        fs::create_dir_all(directory).map_err(|error| {
            let (directory, reason) = (directory.display(), reason(&error));
            terminal.error(&format!("cannot create `{directory}`: {reason}"), None);
            Outcome::Refused
        })?;
    }
    write(options, &named, files, terminal)
}

fn feed(
    stem: &str,
    parts: &[Part<'_>],
    revision: Revision,
    files: &[File],
    terminal: &mut Terminal,
) -> Result<Feed, Outcome> {
    Feed::new(stem, parts, revision).map_err(|clash| report_clash(&clash, files, terminal))
}

fn report_clash(clash: &Clash, files: &[File], terminal: &mut Terminal) -> Outcome {
    let name = |index: usize| files.get(index).map(|file| file.source.name());
    let (first, second) = (name(clash.first), name(clash.second));
    terminal.error(
        &format!(
            "`{}` and `{}` both have a plan with the id `{}`, and become one calendar",
            first.unwrap_or_default(),
            second.unwrap_or_default(),
            clash.id
        ),
        Some("give each file an id of its own, such as `calendar: {id: family}`"),
    );
    Outcome::Problems
}

fn write(
    options: &Options,
    feeds: &[(PathBuf, Feed)],
    files: &[File],
    terminal: &mut Terminal,
) -> Result<(), Outcome> {
    for (path, _) in feeds {
        let inputs = files.iter().filter_map(|file| file.source.path.as_deref());
        if let Some(input) = inputs
            .into_iter()
            .find(|input| output::same_file(input, path))
        {
            terminal.error(
                &format!(
                    "`{}` is the plans file `{}`",
                    path.display(),
                    input.display()
                ),
                Some("write the feed to another file, as in `-o plans.ics`"),
            );
            return Err(Outcome::Usage);
        }
    }
    let outputs: Vec<Output<'_>> = feeds
        .iter()
        .map(|(path, feed)| Output {
            path,
            bytes: feed.text.as_bytes(),
        })
        .collect();
    output::write(&outputs).map_err(|refusal| {
        terminal.error(&refusal.to_string(), None);
        Outcome::Refused
    })?;
    for (path, feed) in feeds {
        let name = path.display().to_string();
        if !options.quiet {
            terminal.say(&format!("{name}: {}", summary(feed)));
        }
        runs_dry(options, &name, feed, terminal);
    }
    Ok(())
}

/// A file does not go on by itself, as a served feed does.
fn runs_dry(options: &Options, name: &str, feed: &Feed, terminal: &mut Terminal) {
    if let Some(until) = feed.written_until.filter(|_| !options.quiet) {
        terminal.say(&format!(
            "{name}: automatic renewals are written until {until}; build again before that"
        ));
    }
}

fn summary(feed: &Feed) -> String {
    let count = |number: usize, one: &str| match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {one}s"),
    };
    format!(
        "{}, {}",
        count(feed.plans, "plan"),
        count(feed.events, "event")
    )
}

/// Whether an output is a directory: it is one, or it is written as one.
fn is_directory(path: &Path) -> bool {
    let ends_in_slash = path.as_os_str().as_encoded_bytes().ends_with(b"/");
    ends_in_slash || path.is_dir()
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}
