//! `weekahead build`: plans files become feeds.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::{ExitStatus, files};
use crate::calendar::compile::{self, Compiled, PlansText, compile};
use crate::calendar::feed::{DuplicateId, Feed, FeedError};
use crate::cli::clock;
use crate::cli::files::in_parallel;
use crate::cli::revisions::{revisions, warn_of_shallow};
use crate::cli::terminal::Terminal;
use crate::files::failure::Failure;
use crate::files::io_error::reason;
use crate::files::output::{FileTransaction, Identity};
use crate::files::revisions::Revisions;
use crate::files::source::{Loaded, Source};
use crate::text::plural::pluralize;
use crate::time::clock::Clock;
use crate::time::revision::Revision;

/// What `build` is asked for.
pub(crate) struct Options {
    pub(crate) plans: Vec<PathBuf>,
    pub(crate) today: Option<NaiveDate>,
    /// A file or a directory; standard output where there is none.
    pub(crate) output: Option<PathBuf>,
    pub(crate) quiet: bool,
}

/// Runs the command.
pub(crate) fn run(options: &Options, terminal: &mut Terminal) -> Result<(), ExitStatus> {
    let sources = files::find(&options.plans, terminal)?;
    let directory = options.output.as_deref().filter(|path| is_directory(path));
    let outputs: Vec<PathBuf> = match directory {
        Some(directory) => sources
            .iter()
            .map(|source| {
                let mut name = OsString::from(source.stem());
                name.push(".ics");
                directory.join(name)
            })
            .collect(),
        None => options.output.iter().cloned().collect(),
    };
    refuse_input(&sources, &outputs, terminal)?;
    let revisions = revisions(&sources, terminal)?;
    let job = Job {
        options,
        revisions,
        clock: clock(options.today),
        styled: terminal.is_styled(),
    };
    if let Some(directory) = directory {
        return job.each(&sources, directory, &outputs, terminal);
    }
    let output = options.output.as_deref();
    let made = match sources.as_slice() {
        [source] => files::all_good(vec![job.make(0, source)], terminal)?,
        many => {
            let stem = output.and_then(Path::file_stem).unwrap_or("plans".as_ref());
            vec![job.merge(many, &stem.to_string_lossy(), terminal)?]
        }
    };
    made.into_iter()
        .try_for_each(|made| job.deliver(made, output, terminal))
}

struct Job<'a> {
    options: &'a Options,
    revisions: Revisions,
    clock: Clock,
    styled: bool,
}

/// A feed, and whether the clone of its plans is too shallow to tell their revision.
struct Made {
    feed: Feed,
    shallow: bool,
}

/// What is said of a feed once it is where it belongs.
struct Summary {
    plans: usize,
    events: usize,
    written_until: Option<NaiveDate>,
    shallow: bool,
}

impl Made {
    fn summary(&self) -> Summary {
        Summary {
            plans: self.feed.plans,
            events: self.feed.events,
            written_until: self.feed.written_until,
            shallow: self.shallow,
        }
    }
}

impl Job<'_> {
    /// Makes the feed of one plans file.
    fn make(&self, index: usize, source: &Source) -> Result<Made, Failure> {
        let loaded = source.load()?;
        let (revision, shallow) = self.revisions.get(index, &loaded);
        let compiled = compile(source.stem(), &loaded.bytes, revision, &self.clock);
        match compiled {
            Ok(Compiled { feed, .. }) => Ok(Made { feed, shallow }),
            Err(problems) => Err(Failure::of(source, &loaded.bytes, &problems, self.styled)),
        }
    }

    fn read<'l>(&self, source: &Source, loaded: &'l Loaded) -> Result<PlansText<'l>, Failure> {
        compile::read(&loaded.bytes, &self.clock)
            .map_err(|problems| Failure::of(source, &loaded.bytes, &problems, self.styled))
    }

    /// One feed for each plans file. Each is staged as soon as it is made, so that no more than
    /// a few are in memory; the first renames wait for the last.
    fn each(
        &self,
        sources: &[Source],
        directory: &Path,
        outputs: &[PathBuf],
        terminal: &mut Terminal,
    ) -> Result<(), ExitStatus> {
        let made = Directory::create(directory, terminal)?;
        let staging = FileTransaction::default();
        let jobs: Vec<(usize, &Source, &PathBuf)> = sources
            .iter()
            .zip(outputs)
            .enumerate()
            .map(|(index, (source, output))| (index, source, output))
            .collect();
        let results = in_parallel(&jobs, |(index, source, output)| {
            let made = self.make(*index, source)?;
            let summary = made.summary();
            staging.stage(output, made.feed.text.into_bytes())?;
            Ok(summary)
        });
        let summaries = match files::all_good(results, terminal) {
            Ok(summaries) => summaries,
            Err(outcome) => {
                // Its temporary files lie in the directory.
                drop(staging);
                made.remove();
                return Err(outcome);
            }
        };
        commit(staging, terminal)?;
        warn_of_shallow(summaries.iter().any(|made| made.shallow), terminal);
        for (output, summary) in outputs.iter().zip(summaries) {
            self.say(Some(output), &summary, terminal);
        }
        Ok(())
    }

    /// One feed of several plans files.
    fn merge(
        &self,
        sources: &[Source],
        stem: &str,
        terminal: &mut Terminal,
    ) -> Result<Made, ExitStatus> {
        let loaded = in_parallel(sources, |source| source.load().map_err(Failure::Refused));
        if loaded.iter().any(Result::is_err) {
            // What is wrong with the others is told as well.
            let told = sources.iter().zip(loaded).map(|(source, loaded)| {
                let loaded = loaded?;
                self.read(source, &loaded).map(drop)
            });
            let told = files::all_good(told.collect(), terminal);
            return Err(told.err().unwrap_or(ExitStatus::Refused));
        }
        let loaded = files::all_good(loaded, terminal)?;
        let pairs: Vec<(&Source, &Loaded)> = sources.iter().zip(&loaded).collect();
        let texts = in_parallel(&pairs, |(source, loaded)| self.read(source, loaded));
        let texts = files::all_good(texts, terminal)?;
        let revisions = loaded
            .iter()
            .enumerate()
            .map(|(index, loaded)| self.revisions.get(index, loaded));
        let (revisions, shallow): (Vec<Revision>, Vec<bool>) = revisions.unzip();
        let newest = revisions.into_iter().max();
        let newest = newest.unwrap_or(Revision::from_unix(0));
        match compile::merge(stem, &texts, newest) {
            Ok(feed) => Ok(Made {
                feed,
                shallow: shallow.contains(&true),
            }),
            Err(FeedError::DuplicateId(clash)) => Err(report_clash(&clash, sources, terminal)),
            Err(error) => {
                terminal.error(&error.to_string(), None);
                Err(ExitStatus::Problems)
            }
        }
    }

    /// Writes one feed to a file, or to standard output.
    fn deliver(
        &self,
        made: Made,
        output: Option<&Path>,
        terminal: &mut Terminal,
    ) -> Result<(), ExitStatus> {
        let summary = made.summary();
        if let Some(output) = output {
            let staging = FileTransaction::default();
            staging
                .stage(output, made.feed.text.into_bytes())
                .map_err(|refusal| refused(&refusal, terminal))?;
            commit(staging, terminal)?;
            warn_of_shallow(summary.shallow, terminal);
            self.say(Some(output), &summary, terminal);
            return Ok(());
        }
        warn_of_shallow(summary.shallow, terminal);
        self.say(None, &summary, terminal);
        terminal.output(made.feed.text.as_bytes())
    }

    /// Says what was written, and when it has to be written again: a file does not go on by
    /// itself, as a served feed does.
    fn say(&self, output: Option<&Path>, summary: &Summary, terminal: &mut Terminal) {
        if self.options.quiet {
            return;
        }
        if let Some(output) = output {
            let (plans, events) = (
                pluralize(summary.plans, "plan"),
                pluralize(summary.events, "event"),
            );
            terminal.say(&format!("{}: {plans}, {events}", output.display()));
        }
        if let Some(until) = summary.written_until {
            let name = output.map_or("the feed".into(), |output| output.display().to_string());
            terminal.say(&format!(
                "{name}: the last automatic renewal written is on {until}; build again before then"
            ));
        }
    }
}

/// A directory for feeds, and which part of its path was not there before.
struct Directory(Vec<PathBuf>);

impl Directory {
    fn create(directory: &Path, terminal: &mut Terminal) -> Result<Self, ExitStatus> {
        let missing = directory.ancestors().take_while(|part| !part.exists());
        let made = Self(missing.map(Path::to_owned).collect());
        fs::create_dir_all(directory).map_err(|error| {
            let (directory, reason) = (directory.display(), reason(&error));
            terminal.error(&format!("cannot create `{directory}`: {reason}"), None);
            made.remove();
            ExitStatus::Refused
        })?;
        Ok(made)
    }

    /// Removes what was made, unless something else is in it by now.
    fn remove(&self) {
        for part in &self.0 {
            let _ = fs::remove_dir(part);
        }
    }
}

fn commit(staging: FileTransaction, terminal: &mut Terminal) -> Result<(), ExitStatus> {
    staging
        .commit()
        .map_err(|refusal| refused(&refusal, terminal))
}

fn refused(refusal: &crate::files::io_error::IoError, terminal: &mut Terminal) -> ExitStatus {
    terminal.error(&refusal.sentence(), None);
    ExitStatus::Refused
}

fn report_clash(clash: &DuplicateId, sources: &[Source], terminal: &mut Terminal) -> ExitStatus {
    let name = |index: usize| sources.get(index).map(Source::name).unwrap_or_default();
    terminal.error(
        &format!(
            "`{}` and `{}` both have a plan with the id `{}`, and become one calendar",
            name(clash.first),
            name(clash.second),
            clash.id
        ),
        Some("give each file an id of its own, such as `calendar: {id: family}`"),
    );
    ExitStatus::Problems
}

fn refuse_input(
    sources: &[Source],
    outputs: &[PathBuf],
    terminal: &mut Terminal,
) -> Result<(), ExitStatus> {
    let standard_input = Path::new("/dev/stdin");
    let inputs: HashMap<Identity, &Source> = sources
        .iter()
        .filter_map(|source| {
            let path = source.path.as_deref().unwrap_or(standard_input);
            Some((Identity::of(path)?, source))
        })
        .collect();
    for output in outputs {
        if let Some(input) = Identity::of(output).and_then(|identity| inputs.get(&identity)) {
            let (output, input) = (output.display(), input.name());
            terminal.error(
                &format!("`{output}` is the plans file `{input}`"),
                Some("write the feed to another file, as in `-o plans.ics`"),
            );
            return Err(ExitStatus::Usage);
        }
    }
    Ok(())
}

/// Whether an output is a directory: it is one, or it is written as one.
fn is_directory(path: &Path) -> bool {
    let ends_in_slash = path.as_os_str().as_encoded_bytes().ends_with(b"/");
    ends_in_slash || path.is_dir()
}
