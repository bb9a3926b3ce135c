//! `weekahead build`: plans files become feeds.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::io::{IsTerminal as _, stdout};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;

use crate::calendar::compile::{self, CompileError, PlansText, compile_into};
use crate::calendar::feed::{DuplicateId, FeedError, FeedSummary};
use crate::calendar::sink::Sink;
use crate::cli::clock::TodayOption;
use crate::cli::error::{CliError, require_all, require_one};
use crate::cli::parallel::in_parallel;
use crate::cli::plans_files::{self, PlansArguments};
use crate::cli::revisions::{SHALLOW_CLONE, find_revisions};
use crate::cli::terminal::{Terminal, is_standard_output};
use crate::files::failure::Failure;
use crate::files::io_error::reason;
use crate::files::output::{FileTransaction, Identity};
use crate::files::revisions::Revisions;
use crate::files::source::{Loaded, Source};
use crate::files::spool::Spool;
use crate::files::staged_text::StagedText;
use crate::text::plural::pluralize;
use crate::time::clock::Clock;
use crate::time::revision::Revision;

/// Write the calendar feed of plans files
///
/// Without -o, the feed goes to standard output; on a terminal, -o is needed. Several plans files
/// become one feed, unless -o is a directory. If a plans file has a problem, nothing is written.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  weekahead build plans.yaml -o plans.ics")]
pub(crate) struct Build {
    #[command(flatten)]
    files: PlansArguments,
    /// Write the feed to this file, or to standard output (-). A directory, or a name that ends in
    /// /, gets one .ics for each plans file
    #[arg(short, long, value_name = "FILE|DIR|-")]
    output: Option<PathBuf>,
    /// Print nothing if all is well
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    today: TodayOption,
}

/// Where the feeds go.
enum Destination<'a> {
    StandardOutput,
    /// One feed.
    File(&'a Path),
    /// One file for each plans file: the directory, and the files in the order of the plans files.
    Directory(&'a Path, Vec<PathBuf>),
}

/// Runs the command.
pub(crate) fn run(arguments: &Build, terminal: &mut Terminal) -> Result<(), CliError> {
    if arguments.output.is_none() && stdout().is_terminal() {
        let error = CliError::usage("a feed is hundreds of lines for programs, not for a terminal");
        let hint = "write it to a file with `-o plans.ics`, or pipe it; `-o -` prints it anyway";
        return Err(error.hint(hint));
    }
    plans_files::warn_of_unread(&arguments.files.plans, terminal);
    let sources = plans_files::find(&arguments.files.plans)?;
    let destination = Destination::new(arguments.output.as_deref(), &sources);
    refuse_input(&sources, destination.files())?;
    let (revisions, warnings) = find_revisions(&sources)?;
    for warning in &warnings {
        terminal.warn(warning);
    }
    let builder = Builder {
        revisions,
        clock: arguments.today.clock(),
        styled: terminal.is_styled(),
    };
    let mut output = None;
    let summaries = match &destination {
        Destination::Directory(directory, files) => {
            builder.write_each(&sources, directory, files)?
        }
        Destination::File(file) => {
            let stem = file.file_stem().unwrap_or("plans".as_ref());
            let transaction = FileTransaction::default();
            let mut text = StagedText::new(&transaction, file);
            let built = builder.build_one(&sources, &stem.to_string_lossy(), &mut text)?;
            text.finish()?;
            transaction.commit()?;
            vec![built.summary(Some(file))]
        }
        Destination::StandardOutput => {
            let text = output.insert(Spool::default());
            let built = builder.build_one(&sources, "plans", text)?;
            vec![built.summary(None)]
        }
    };
    if summaries.iter().any(|summary| summary.is_shallow) {
        terminal.warn(SHALLOW_CLONE);
    }
    if !arguments.quiet {
        for line in summaries.iter().flat_map(Summary::lines) {
            terminal.say(&line);
        }
    }
    match output {
        Some(text) => terminal.output_with(|stdout| text.copy_to(stdout)),
        None => Ok(()),
    }
}

impl<'a> Destination<'a> {
    fn new(output: Option<&'a Path>, sources: &[Source]) -> Self {
        let Some(output) = output.filter(|path| !is_standard_output(path)) else {
            return Self::StandardOutput;
        };
        if !is_directory(output) {
            return Self::File(output);
        }
        let files = sources.iter().map(|source| {
            let mut name = OsString::from(source.stem());
            name.push(".ics");
            output.join(name)
        });
        Self::Directory(output, files.collect())
    }

    /// The files that are written.
    fn files(&self) -> Vec<&Path> {
        match self {
            Self::StandardOutput => Vec::new(),
            Self::File(file) => vec![file],
            Self::Directory(_, files) => files.iter().map(PathBuf::as_path).collect(),
        }
    }
}

/// Makes feeds.
struct Builder {
    revisions: Revisions,
    clock: Clock,
    styled: bool,
}

/// A feed that was written, and whether the clone of its plans is too shallow to tell their
/// revision.
struct Built {
    feed: FeedSummary,
    is_shallow: bool,
}

/// What is said of a feed once it is where it belongs.
struct Summary {
    /// Nothing for standard output.
    file: Option<PathBuf>,
    plans: usize,
    events: usize,
    written_until: Option<NaiveDate>,
    is_shallow: bool,
}

impl Built {
    fn summary(&self, file: Option<&Path>) -> Summary {
        Summary {
            file: file.map(Path::to_owned),
            plans: self.feed.plans,
            events: self.feed.events,
            written_until: self.feed.written_until,
            is_shallow: self.is_shallow,
        }
    }
}

impl Summary {
    /// What was written, and when it has to be written again: unlike a served feed, a file does
    /// not change by itself.
    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let name = self.file.as_ref().map(|file| file.display().to_string());
        if let Some(name) = &name {
            let (plans, events) = (
                pluralize(self.plans, "plan"),
                pluralize(self.events, "event"),
            );
            lines.push(format!("{name}: {plans}, {events}"));
        }
        if let Some(until) = self.written_until {
            let name = name.as_deref().unwrap_or("the feed");
            lines.push(format!(
                "{name}: automatic renewals are written up to {until}; build again before that \
                 day"
            ));
        }
        lines
    }
}

impl Builder {
    /// Writes one feed for each plans file. No file is renamed before all are staged.
    fn write_each(
        &self,
        sources: &[Source],
        directory: &Path,
        files: &[PathBuf],
    ) -> Result<Vec<Summary>, CliError> {
        let created = CreatedDirectories::create(directory)?;
        let transaction = FileTransaction::default();
        let jobs: Vec<(usize, &Source, &PathBuf)> = sources
            .iter()
            .zip(files)
            .enumerate()
            .map(|(index, (source, file))| (index, source, file))
            .collect();
        let results = in_parallel(&jobs, |(index, source, file)| {
            let mut text = StagedText::new(&transaction, file);
            let built = self.build(*index, source, &mut text)?;
            text.finish()?;
            Ok(built.summary(Some(file)))
        });
        match require_all(results) {
            Ok(summaries) => {
                transaction.commit()?;
                Ok(summaries)
            }
            Err(error) => {
                // Its temporary files are in the directory.
                drop(transaction);
                created.remove();
                Err(error)
            }
        }
    }

    /// Writes one feed of all plans files into a sink; `stem` is its name unless a file alone names
    /// it.
    fn build_one(
        &self,
        sources: &[Source],
        stem: &str,
        sink: &mut dyn Sink,
    ) -> Result<Built, CliError> {
        match sources {
            [source] => require_one(self.build(0, source, sink)),
            many => self.merge(many, stem, sink),
        }
    }

    /// Writes the feed of one plans file into a sink.
    fn build(&self, index: usize, source: &Source, sink: &mut dyn Sink) -> Result<Built, Failure> {
        let loaded = source.load()?;
        let (revision, is_shallow) = self.revisions.get(index, &loaded);
        let (stem, file) = (source.stem(), source.file_name());
        match compile_into(stem, file, &loaded.bytes, revision, &self.clock, sink) {
            Ok(feed) => Ok(Built { feed, is_shallow }),
            Err(CompileError::Problems(problems)) => {
                Err(Failure::of(source, &loaded.bytes, &problems, self.styled))
            }
            Err(CompileError::UnknownZone(why)) => Err(Failure::UnknownZone(why)),
        }
    }

    /// Writes one feed of several plans files into a sink.
    fn merge(
        &self,
        sources: &[Source],
        stem: &str,
        sink: &mut dyn Sink,
    ) -> Result<Built, CliError> {
        let loaded = in_parallel(sources, |source| source.load().map_err(Failure::Refused));
        if loaded.iter().any(Result::is_err) {
            // The problems of the files that could be read are reported as well.
            let results = sources.iter().zip(loaded).map(|(source, loaded)| {
                let loaded = loaded?;
                self.read(source, &loaded).map(drop)
            });
            require_all(results.collect())?;
            return Err(CliError::refused("a plans file could not be read"));
        }
        let loaded = require_all(loaded)?;
        let revisions = loaded
            .iter()
            .enumerate()
            .map(|(index, loaded)| self.revisions.get(index, loaded));
        let (revisions, shallow): (Vec<Revision>, Vec<bool>) = revisions.unzip();
        let newest = revisions.into_iter().max();
        let newest = newest.unwrap_or(Revision::from_unix(0));
        let is_shallow = shallow.contains(&true);
        let pairs: Vec<(&Source, &Loaded)> = sources.iter().zip(&loaded).collect();
        let files = pairs
            .iter()
            .map(|(source, loaded)| (source.file_name(), loaded.bytes.as_slice()));
        let files: Vec<(Option<&str>, &[u8])> = files.collect();
        if let Some(feed) = compile::stream(stem, &files, newest, &self.clock, sink) {
            return Ok(Built { feed, is_shallow });
        }
        sink.restart();
        let texts = in_parallel(&pairs, |(source, loaded)| self.read(source, loaded));
        let texts = require_all(texts)?;
        match compile::merge_into(stem, &texts, newest, sink) {
            Ok(feed) => Ok(Built { feed, is_shallow }),
            Err(FeedError::DuplicateId(duplicate)) => Err(duplicate_id(&duplicate, sources)),
            Err(error) => Err(CliError::problems(error.to_string())),
        }
    }

    fn read<'l>(&self, source: &'l Source, loaded: &'l Loaded) -> Result<PlansText<'l>, Failure> {
        let plans = compile::read(source.file_name(), &loaded.bytes, &self.clock)
            .map_err(|problems| Failure::of(source, &loaded.bytes, &problems, self.styled))?;
        self.require_zone(&plans)?;
        Ok(plans)
    }

    /// Checks that the current year is known, if the feed depends on it.
    fn require_zone(&self, plans: &PlansText<'_>) -> Result<(), Failure> {
        match plans.unknown_zone(&self.clock) {
            Some(why) => Err(Failure::UnknownZone(why.clone())),
            None => Ok(()),
        }
    }
}

/// The directories that a run creates for its output, so that it can remove them again.
struct CreatedDirectories(Vec<PathBuf>);

impl CreatedDirectories {
    fn create(directory: &Path) -> Result<Self, CliError> {
        let missing = directory.ancestors().take_while(|part| !part.exists());
        let created = Self(missing.map(Path::to_owned).collect());
        match fs::create_dir_all(directory) {
            Ok(()) => Ok(created),
            Err(error) => {
                created.remove();
                let (directory, reason) = (directory.display(), reason(&error));
                let message = format!("cannot create `{directory}`: {reason}");
                Err(CliError::refused(message))
            }
        }
    }

    /// Removes those that are empty.
    fn remove(&self) {
        for directory in &self.0 {
            let _ = fs::remove_dir(directory);
        }
    }
}

fn duplicate_id(duplicate: &DuplicateId, sources: &[Source]) -> CliError {
    let name = |index: usize| sources.get(index).map(Source::name).unwrap_or_default();
    let (first, second) = (name(duplicate.first), name(duplicate.second));
    CliError::problems(format!(
        "`{first}` and `{second}` become one calendar, and both have a plan with the id `{}`",
        duplicate.id
    ))
    .hint("give each file an id of its own, such as `calendar: {id: family}`")
}

/// Refuses to write a feed over a plans file that it is made from.
fn refuse_input(sources: &[Source], files: Vec<&Path>) -> Result<(), CliError> {
    let standard_input = Path::new("/dev/stdin");
    let inputs: HashMap<Identity, &Source> = sources
        .iter()
        .filter_map(|source| {
            let path = source.path.as_deref().unwrap_or(standard_input);
            Some((Identity::of(path)?, source))
        })
        .collect();
    for file in files {
        if let Some(input) = Identity::of(file).and_then(|identity| inputs.get(&identity)) {
            let (file, input) = (file.display(), input.name());
            let message = format!("the output `{file}` is the plans file `{input}`");
            return Err(CliError::usage(message)
                .hint("write the feed to another file, as in `-o plans.ics`"));
        }
    }
    Ok(())
}

/// Whether an output is a directory: it is one, or it is written as one.
fn is_directory(path: &Path) -> bool {
    let ends_in_slash = path.as_os_str().as_encoded_bytes().ends_with(b"/");
    ends_in_slash || path.is_dir()
}
