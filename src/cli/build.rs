//! `weekahead build`: plans files become feeds.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};
use weekahead::document::Document;
use weekahead::feed::{Clash, Feed, FeedError, Part};
use weekahead::output::{Identity, Staging};
use weekahead::refusal::reason;
use weekahead::revision::Revision;
use weekahead::source::{Loaded, Source};

use super::files::{self, Failure, counted, in_parallel};
use super::revisions::{Revisions, warn_of_shallow};
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
    let sources = files::find(&options.plans, terminal)?;
    let directory = options.output.as_deref().filter(|path| is_directory(path));
    let outputs: Vec<PathBuf> = match directory {
        Some(directory) => sources
            .iter()
            .map(|source| {
                let mut name = OsString::from(&source.stem);
                name.push(".ics");
                directory.join(name)
            })
            .collect(),
        None => options.output.iter().cloned().collect(),
    };
    refuse_input(&sources, &outputs, terminal)?;
    let revisions = Revisions::of(&sources, terminal)?;
    let job = Job {
        options,
        revisions,
        styled: terminal.is_styled(),
    };
    match (directory, sources.as_slice(), outputs.first()) {
        (Some(directory), ..) => job.each(&sources, directory, &outputs, terminal),
        (None, [source], None) => {
            let made = files::all_good(vec![job.make(0, source)], terminal)?;
            job.print(made, terminal)
        }
        (None, [source], Some(output)) => {
            let made = files::all_good(vec![job.make(0, source)], terminal)?;
            job.write(made, output, terminal)
        }
        (None, many, None) => {
            let made = job.merge(many, "plans", terminal)?;
            job.print(vec![made], terminal)
        }
        (None, many, Some(output)) => {
            let stem = output.file_stem().unwrap_or_default().to_string_lossy();
            let made = job.merge(many, &stem, terminal)?;
            job.write(vec![made], output, terminal)
        }
    }
}

struct Job<'a> {
    options: &'a Options,
    revisions: Revisions,
    styled: bool,
}

/// A feed, and whether the clone of its plans is too shallow to tell their revision.
struct Made {
    feed: Feed,
    shallow: bool,
}

/// What is said of a feed that is written.
struct Summary {
    line: String,
    written_until: Option<NaiveDate>,
    shallow: bool,
}

impl Job<'_> {
    /// Makes the feed of one plans file.
    fn make(&self, index: usize, source: &Source) -> Result<Made, Failure> {
        let loaded = source.load()?;
        let document = self.document(source, &loaded)?;
        let (revision, shallow) = self.revisions.get(index, &loaded);
        let part = self.part(&document);
        match Feed::new(&source.stem, &[part], revision) {
            Ok(feed) => Ok(Made { feed, shallow }),
            Err(error) => {
                let name = source.name();
                Err(Failure::Problems(format!("error: {name}: {error}\n"), 1))
            }
        }
    }

    fn document<'l>(&self, source: &Source, loaded: &'l Loaded) -> Result<Document<'l>, Failure> {
        Document::read(&loaded.bytes)
            .map_err(|problems| Failure::of(source, &loaded.bytes, &problems, self.styled))
    }

    fn part<'l>(&self, document: &'l Document<'_>) -> Part<'l> {
        Part {
            list: document.list(),
            year: today(self.options.today, &document.list().settings).year(),
        }
    }

    /// One feed for each plans file. Each is staged as soon as it is made, so that no more than
    /// a few are in memory; the first renames wait for the last.
    fn each(
        &self,
        sources: &[Source],
        directory: &Path,
        outputs: &[PathBuf],
        terminal: &mut Terminal,
    ) -> Result<(), Outcome> {
        let made = Directory::create(directory, terminal)?;
        let staging = Staging::default();
        let jobs: Vec<(usize, &Source, &PathBuf)> = sources
            .iter()
            .zip(outputs)
            .enumerate()
            .map(|(index, (source, output))| (index, source, output))
            .collect();
        let results = in_parallel(&jobs, |(index, source, output)| {
            let Made { feed, shallow } = self.make(*index, source)?;
            let summary = Summary {
                line: summary(output, &feed),
                written_until: feed.written_until,
                shallow,
            };
            staging.stage(output, feed.text.into_bytes())?;
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
            self.say(&output.display().to_string(), &summary, terminal);
        }
        Ok(())
    }

    /// One feed of several plans files.
    fn merge(
        &self,
        sources: &[Source],
        stem: &str,
        terminal: &mut Terminal,
    ) -> Result<Made, Outcome> {
        let loaded = in_parallel(sources, |source| source.load().map_err(Failure::Refused));
        if loaded.iter().any(Result::is_err) {
            // What is wrong with the others is told as well.
            let told = sources.iter().zip(loaded).map(|(source, loaded)| {
                let loaded = loaded?;
                self.document(source, &loaded).map(drop)
            });
            let told = files::all_good(told.collect(), terminal);
            return Err(told.err().unwrap_or(Outcome::Refused));
        }
        let loaded = files::all_good(loaded, terminal)?;
        let pairs: Vec<(&Source, &Loaded)> = sources.iter().zip(&loaded).collect();
        let documents = in_parallel(&pairs, |(source, loaded)| self.document(source, loaded));
        let documents = files::all_good(documents, terminal)?;
        let parts: Vec<Part<'_>> = documents
            .iter()
            .map(|document| self.part(document))
            .collect();
        let revisions = loaded
            .iter()
            .enumerate()
            .map(|(index, loaded)| self.revisions.get(index, loaded));
        let (revisions, shallow): (Vec<Revision>, Vec<bool>) = revisions.unzip();
        let newest = revisions.into_iter().max();
        let newest = newest.unwrap_or(Revision::from_unix(0));
        match Feed::new(stem, &parts, newest) {
            Ok(feed) => Ok(Made {
                feed,
                shallow: shallow.contains(&true),
            }),
            Err(FeedError::Clash(clash)) => Err(report_clash(&clash, sources, terminal)),
            Err(error) => {
                terminal.error(&error.to_string(), None);
                Err(Outcome::Problems)
            }
        }
    }

    fn print(&self, made: Vec<Made>, terminal: &mut Terminal) -> Result<(), Outcome> {
        for Made { feed, shallow } in made {
            warn_of_shallow(shallow, terminal);
            let summary = Summary {
                line: String::new(),
                written_until: feed.written_until,
                shallow,
            };
            self.say("the feed", &summary, terminal);
            terminal.output(feed.text.as_bytes())?;
        }
        Ok(())
    }

    fn write(
        &self,
        made: Vec<Made>,
        output: &Path,
        terminal: &mut Terminal,
    ) -> Result<(), Outcome> {
        for Made { feed, shallow } in made {
            let summary = Summary {
                line: summary(output, &feed),
                written_until: feed.written_until,
                shallow,
            };
            let staging = Staging::default();
            staging
                .stage(output, feed.text.into_bytes())
                .map_err(|refusal| refused(&refusal, terminal))?;
            commit(staging, terminal)?;
            warn_of_shallow(shallow, terminal);
            self.say(&output.display().to_string(), &summary, terminal);
        }
        Ok(())
    }

    /// Says what was written, and when it has to be written again: a file does not go on by
    /// itself, as a served feed does.
    fn say(&self, name: &str, summary: &Summary, terminal: &mut Terminal) {
        if self.options.quiet {
            return;
        }
        if !summary.line.is_empty() {
            terminal.say(&summary.line);
        }
        if let Some(until) = summary.written_until {
            terminal.say(&format!(
                "{name}: the last automatic renewal written is on {until}; build again before then"
            ));
        }
    }
}

/// A directory for feeds, and which part of its path was not there before.
struct Directory(Vec<PathBuf>);

impl Directory {
    fn create(directory: &Path, terminal: &mut Terminal) -> Result<Self, Outcome> {
        let missing = directory.ancestors().take_while(|part| !part.exists());
        let made = Self(missing.map(Path::to_owned).collect());
        fs::create_dir_all(directory).map_err(|error| {
            let (directory, reason) = (directory.display(), reason(&error));
            terminal.error(&format!("cannot create `{directory}`: {reason}"), None);
            made.remove();
            Outcome::Refused
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

fn commit(staging: Staging, terminal: &mut Terminal) -> Result<(), Outcome> {
    staging
        .commit()
        .map_err(|refusal| refused(&refusal, terminal))
}

fn refused(refusal: &weekahead::refusal::Refusal, terminal: &mut Terminal) -> Outcome {
    terminal.error(&refusal.sentence(), None);
    Outcome::Refused
}

fn report_clash(clash: &Clash, sources: &[Source], terminal: &mut Terminal) -> Outcome {
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
    Outcome::Problems
}

fn refuse_input(
    sources: &[Source],
    outputs: &[PathBuf],
    terminal: &mut Terminal,
) -> Result<(), Outcome> {
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
            return Err(Outcome::Usage);
        }
    }
    Ok(())
}

fn summary(output: &Path, feed: &Feed) -> String {
    let (plans, events) = (counted(feed.plans, "plan"), counted(feed.events, "event"));
    format!("{}: {plans}, {events}", output.display())
}

/// Whether an output is a directory: it is one, or it is written as one.
fn is_directory(path: &Path) -> bool {
    let ends_in_slash = path.as_os_str().as_encoded_bytes().ends_with(b"/");
    ends_in_slash || path.is_dir()
}
