//! Plans files from arguments to documents, and what went wrong on the way.

use std::path::PathBuf;

use rayon::ThreadPoolBuilder;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use weekahead::document::Problems;
use weekahead::refusal::Refusal;
use weekahead::report::{Reporter, Severity};
use weekahead::source::{self, Source, SourceError};

use super::Outcome;
use super::terminal::Terminal;

/// Why there is no feed of a plans file.
pub(super) enum Failure {
    /// The machine refused.
    Refused(Refusal),
    /// The plans have problems: drawn, and how many there are.
    Problems(String, usize),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Failure {
    /// The problems of a file that was read.
    pub(super) fn of(source: &Source, bytes: &[u8], problems: &Problems, styled: bool) -> Self {
        let name = source.name();
        let reporter = Reporter::new(&name, bytes, styled);
        let mut drawn = String::new();
        for problem in problems.list() {
            drawn += &reporter.draw(problem, Severity::Error);
        }
        drawn += &not_shown(&name, problems.omitted());
        Self::Problems(drawn, problems.list().len() + problems.omitted())
    }
}

/// A line about the problems that are only counted.
pub(super) fn not_shown(name: &str, omitted: usize) -> String {
    match omitted {
        0 => String::new(),
        _ => format!("{name}: {omitted} more problems are not shown\n"),
    }
}

/// The plans files that arguments name.
pub(super) fn find(plans: &[PathBuf], terminal: &mut Terminal) -> Result<Vec<Source>, Outcome> {
    source::find(plans).map_err(|errors| {
        let mut outcome = Outcome::Problems;
        for error in errors {
            if report(&error, terminal) == Outcome::Refused {
                outcome = Outcome::Refused;
            }
        }
        outcome
    })
}

/// Says why an argument cannot be used.
pub(super) fn report(error: &SourceError, terminal: &mut Terminal) -> Outcome {
    terminal.error(&error.to_string(), error.hint().as_deref());
    match error {
        SourceError::Refused(_) => Outcome::Refused,
        SourceError::Empty(_)
        | SourceError::SameStem(..)
        | SourceError::Twice(_)
        | SourceError::HiddenPage(..)
        | SourceError::Route(..)
        | SourceError::Unnamable(_) => Outcome::Problems,
    }
}

/// The plans files of those arguments with which nothing is wrong. Their feeds may have one name:
/// this is for what makes none.
pub(super) fn find_some(
    plans: &[PathBuf],
    terminal: &mut Terminal,
) -> (Vec<Source>, Result<(), Outcome>) {
    let mut sources = Vec::new();
    let mut outcome = Ok(());
    for argument in plans {
        let (found, errors) = source::of_argument(argument);
        sources.extend(found);
        for error in errors {
            outcome = worst(outcome, Err(report(&error, terminal)));
        }
    }
    (sources, outcome)
}

/// The worse of two outcomes: that the machine refused, then problems.
pub(super) fn worst(
    first: Result<(), Outcome>,
    second: Result<(), Outcome>,
) -> Result<(), Outcome> {
    match (first, second) {
        (Err(Outcome::Refused), _) | (_, Ok(())) => first,
        _ => second,
    }
}

/// What succeeded, or every failure on standard error, for what writes all or nothing.
pub(super) fn all_good<T>(
    results: Vec<Result<T, Failure>>,
    terminal: &mut Terminal,
) -> Result<Vec<T>, Outcome> {
    let (good, outcome) = sorted_out(results, "; nothing was written", terminal);
    outcome.map(|()| good)
}

/// What succeeded, and every failure on standard error.
pub(super) fn good_ones<T>(
    results: Vec<Result<T, Failure>>,
    terminal: &mut Terminal,
) -> (Vec<T>, Result<(), Outcome>) {
    sorted_out(results, "", terminal)
}

fn sorted_out<T>(
    results: Vec<Result<T, Failure>>,
    so: &str,
    terminal: &mut Terminal,
) -> (Vec<T>, Result<(), Outcome>) {
    let mut good = Vec::with_capacity(results.len());
    let (mut refused, mut count) = (false, 0);
    for result in results {
        match result {
            Ok(value) => good.push(value),
            Err(Failure::Refused(refusal)) => {
                terminal.error(&refusal.sentence(), None);
                refused = true;
            }
            Err(Failure::Problems(drawn, problems)) => {
                terminal.show(&drawn);
                count += problems;
            }
        }
    }
    if count > 0 {
        let problems = counted(count, "problem");
        terminal.say(&format!("{problems}{so}"));
    }
    let outcome = match (refused, count) {
        (true, _) => Err(Outcome::Refused),
        (false, 0) => Ok(()),
        (false, _) => Err(Outcome::Problems),
    };
    (good, outcome)
}

/// `1 plan`, `2 plans`.
pub(super) fn counted(number: usize, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {one}s"),
    }
}

/// Maps in parallel; one item needs no threads, and where the system gives none there are none.
pub(super) fn in_parallel<'t, T: Sync, R: Send>(
    items: &'t [T],
    map: impl Fn(&'t T) -> R + Sync + Send,
) -> Vec<R> {
    if let [one] = items {
        return vec![map(one)];
    }
    // Not rayon's own pool, which panics where it cannot be made.
    match ThreadPoolBuilder::new().build() {
        Ok(pool) => pool.install(|| {
            let mut results = Vec::new();
            items.par_iter().map(map).collect_into_vec(&mut results);
            results
        }),
        Err(_) => items.iter().map(map).collect(),
    }
}
