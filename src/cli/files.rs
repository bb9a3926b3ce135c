//! Plans files from arguments to documents, and what went wrong on the way.

use std::path::PathBuf;

use rayon::ThreadPoolBuilder;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::ExitStatus;
use crate::cli::terminal::Terminal;
use crate::files::failure::Failure;
use crate::files::source::{self, Source, SourceError};
use crate::text::plural::pluralize;

/// The plans files that arguments name.
pub(crate) fn find(plans: &[PathBuf], terminal: &mut Terminal) -> Result<Vec<Source>, ExitStatus> {
    source::find(plans).map_err(|errors| {
        let mut outcome = ExitStatus::Problems;
        for error in errors {
            if report(&error, terminal) == ExitStatus::Refused {
                outcome = ExitStatus::Refused;
            }
        }
        outcome
    })
}

/// Says why an argument cannot be used.
pub(crate) fn report(error: &SourceError, terminal: &mut Terminal) -> ExitStatus {
    terminal.error(&error.to_string(), error.hint().as_deref());
    match error {
        SourceError::Refused(_) => ExitStatus::Refused,
        SourceError::Empty(_)
        | SourceError::SameStem(..)
        | SourceError::Twice(_)
        | SourceError::HiddenPage(..)
        | SourceError::Route(..)
        | SourceError::Unnamable(_) => ExitStatus::Problems,
    }
}

/// The plans files of those arguments with which nothing is wrong. Their feeds may have one name:
/// this is for what makes none.
pub(crate) fn find_some(
    plans: &[PathBuf],
    terminal: &mut Terminal,
) -> (Vec<Source>, Result<(), ExitStatus>) {
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
pub(crate) fn worst(
    first: Result<(), ExitStatus>,
    second: Result<(), ExitStatus>,
) -> Result<(), ExitStatus> {
    match (first, second) {
        (Err(ExitStatus::Refused), _) | (_, Ok(())) => first,
        _ => second,
    }
}

/// What succeeded, or every failure on standard error, for what writes all or nothing.
pub(crate) fn all_good<T>(
    results: Vec<Result<T, Failure>>,
    terminal: &mut Terminal,
) -> Result<Vec<T>, ExitStatus> {
    let (good, outcome) = sorted_out(results, "; nothing was written", terminal);
    outcome.map(|()| good)
}

/// What succeeded, and every failure on standard error.
pub(crate) fn good_ones<T>(
    results: Vec<Result<T, Failure>>,
    terminal: &mut Terminal,
) -> (Vec<T>, Result<(), ExitStatus>) {
    sorted_out(results, "", terminal)
}

fn sorted_out<T>(
    results: Vec<Result<T, Failure>>,
    so: &str,
    terminal: &mut Terminal,
) -> (Vec<T>, Result<(), ExitStatus>) {
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
        let problems = pluralize(count, "problem");
        terminal.say(&format!("{problems}{so}"));
    }
    let outcome = match (refused, count) {
        (true, _) => Err(ExitStatus::Refused),
        (false, 0) => Ok(()),
        (false, _) => Err(ExitStatus::Problems),
    };
    (good, outcome)
}

/// Maps in parallel; one item needs no threads, and where the system gives none there are none.
pub(crate) fn in_parallel<'t, T: Sync, R: Send>(
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
