//! Where the revisions of plans files come from: the environment, else git.

use std::env;

use crate::cli::error::CliError;
use crate::files::revisions::Revisions;
use crate::files::source::Source;
use crate::time::revision::Revision;

/// Why the revisions of some plans are the times of their files.
pub(crate) const SHALLOW_CLONE: &str = "this shallow clone does not have the commit of the \
                                        plans, so their file times are used: fetch the whole \
                                        history";

/// The revisions that the environment or git gives, and warnings about repositories that could not
/// be asked.
pub(crate) fn find_revisions(sources: &[Source]) -> Result<(Revisions, Vec<String>), CliError> {
    match source_date_epoch()? {
        Some(fixed) => Ok((Revisions::Fixed(fixed), Vec::new())),
        None => Ok(Revisions::from_git(sources)),
    }
}

/// The revision that the environment names for everything, if it names one. An empty variable
/// names none.
pub(crate) fn source_date_epoch() -> Result<Option<Revision>, CliError> {
    let value = env::var_os("SOURCE_DATE_EPOCH").filter(|value| !value.is_empty());
    let Some(value) = value else {
        return Ok(None);
    };
    let text = value.to_string_lossy();
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(seconds) if is_number => Ok(Some(Revision::from_unix(seconds))),
        _ => Err(CliError::usage(format!(
            "SOURCE_DATE_EPOCH is `{text}`: a number of seconds was expected"
        ))
        .hint("unset it, or set it to the seconds since 1970")),
    }
}
