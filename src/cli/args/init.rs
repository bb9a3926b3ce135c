//! `init`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::init::Options;

/// Make a new key for secret links
#[derive(Debug, Args)]
pub(in crate::cli) struct Init {
    /// Write 32 random bytes to a new file, in hexadecimal, that only its owner can read
    #[arg(long, value_name = "FILE", required = true)]
    key: PathBuf,
}

impl From<Init> for Options {
    fn from(init: Init) -> Self {
        Self { key: init.key }
    }
}
