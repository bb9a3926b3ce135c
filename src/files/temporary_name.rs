//! The names of temporary files.

use std::io;

use data_encoding::HEXLOWER;

/// The prefix of the names of temporary files. A member of a batch has its leader's name, a dot and
/// more.
pub(crate) const PREFIX: &str = ".weekahead-tmp-";
/// How many random characters a temporary name has.
const RANDOM_CHARS: usize = 10;

/// Random characters for a name.
///
/// # Errors
///
/// The system gives no random bytes.
pub(crate) fn random_name() -> io::Result<String> {
    let mut bytes = [0; RANDOM_CHARS / 2];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(HEXLOWER.encode(&bytes))
}

/// Whether a leader or a member of a batch has such a name.
pub(crate) fn is_ours(name: &str) -> bool {
    let is_random = |part: &str| {
        part.len() == RANDOM_CHARS && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let parts = name.strip_prefix(PREFIX).map(|rest| rest.split_once('.'));
    match parts {
        Some(Some((leader, member))) => is_random(leader) && is_random(member),
        Some(None) => is_random(&name[PREFIX.len()..]),
        None => false,
    }
}
