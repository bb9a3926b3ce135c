//! Where the revisions of plans files come from: the environment, else git.

use std::env;

use crate::cli::ExitStatus;
use crate::cli::terminal::Terminal;
use crate::files::revisions::Revisions;
use crate::files::source::Source;
use crate::time::revision::Revision;

/// Asks the environment and git.
pub(crate) fn revisions(
    sources: &[Source],
    terminal: &mut Terminal,
) -> Result<Revisions, ExitStatus> {
    if let Some(fixed) = source_date_epoch(terminal)? {
        return Ok(Revisions::Fixed(fixed));
    }
    let (revisions, warnings) = Revisions::from_git(sources);
    for warning in &warnings {
        terminal.warn(warning);
    }
    Ok(revisions)
}

/// Says once that commits could not be told.
pub(crate) fn warn_of_shallow(shallow: bool, terminal: &mut Terminal) {
    if shallow {
        terminal.warn(
            "this is a shallow clone that does not reach back to the commit of the plans, \
             so their file times count: fetch all of it",
        );
    }
}

/// The revision that the environment names for everything, if it names one.
pub(crate) fn source_date_epoch(terminal: &mut Terminal) -> Result<Option<Revision>, ExitStatus> {
    let Some(value) = env::var_os("SOURCE_DATE_EPOCH") else {
        return Ok(None);
    };
    let text = value.to_string_lossy();
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(seconds) if is_number => Ok(Some(Revision::from_unix(seconds))),
        _ => {
            terminal.error(
                &format!("SOURCE_DATE_EPOCH is `{text}`: a number of seconds was expected"),
                Some("unset it, or set it to the seconds since 1970"),
            );
            Err(ExitStatus::Usage)
        }
    }
}
