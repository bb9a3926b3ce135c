//! Text for people and programs: escaping, what is wrong with a value, display width, shell quoting.

pub(crate) mod escape;
pub(crate) mod fullwidth;
pub(crate) mod markdown;
pub(crate) mod plural;
pub(crate) mod shell;
pub(crate) mod value_error;
pub(crate) mod width;
