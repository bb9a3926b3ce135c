//! One job in a process of its own, for a measurement of the process: `benches/compare.sh`.
//!
//! `WEEKAHEAD_MEASURE` says which: `prepare` writes the plans files below the directory for
//! temporary files, `ours` and `afternoon` read them and write a feed beside each.
//! `WEEKAHEAD_FILES` and `WEEKAHEAD_PLANS` say how many files, and how many plans in each.

use std::env;
use std::error::Error;
use std::fs;
use std::io;
use std::path::PathBuf;

use crate::ours::in_parallel;
use crate::{afternoon, ours, plans};

const JOB: &str = "WEEKAHEAD_MEASURE";

type Done = Result<(), Box<dyn Error>>;

/// Whether the environment asks for a job.
pub(crate) fn is_asked_for() -> bool {
    env::var_os(JOB).is_some()
}

/// Does the job.
pub(crate) fn run() -> Done {
    let (files, plans) = (count("WEEKAHEAD_FILES")?, count("WEEKAHEAD_PLANS")?);
    let directory = env::temp_dir().join(format!("weekahead-{files}-{plans}"));
    let paths: Vec<PathBuf> = (0..files)
        .map(|file| directory.join(format!("plans-{file:03}.yaml")))
        .collect();
    match env::var(JOB)?.as_str() {
        "prepare" => {
            fs::create_dir_all(&directory)?;
            for (file, path) in paths.iter().enumerate() {
                fs::write(path, plans::text(file, plans))?;
            }
            Ok(())
        }
        "ours" => run_ours(&paths),
        "afternoon" => run_afternoon(&paths),
        other => Err(format!("{JOB} is `{other}`: allowed prepare, ours, afternoon").into()),
    }
}

fn count(variable: &str) -> Result<usize, Box<dyn Error>> {
    let text = env::var(variable).map_err(|error| format!("{variable}: {error}"))?;
    Ok(text
        .parse()
        .map_err(|error| format!("{variable}: {error}"))?)
}

/// Each file is read, its feed made and written, several at once, as `weekahead build` does it; but
/// for the flush to the disk, which the other side does not have either.
fn run_ours(paths: &[PathBuf]) -> Done {
    let results = in_parallel(paths, |path| {
        let feed = ours::feed(&fs::read(path)?);
        fs::write(path.with_extension("ours.ics"), feed.text)
    });
    results.into_iter().collect::<io::Result<()>>()?;
    Ok(())
}

fn run_afternoon(paths: &[PathBuf]) -> Done {
    for path in paths {
        let feed = afternoon::feed(&fs::read_to_string(path)?);
        fs::write(path.with_extension("afternoon.ics"), feed)?;
    }
    Ok(())
}
