//! `completions`.

use clap::Args;
use clap_complete::Shell;

use crate::cli::completions::Options;

/// Print completions for a shell
///
/// For bash: `weekahead completions bash > ~/.local/share/bash-completion/completions/weekahead`;
/// for zsh into a file `_weekahead` in a folder of $fpath; for fish
/// `weekahead completions fish > ~/.config/fish/completions/weekahead.fish`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// Which one
    shell: Shell,
}

impl From<Completions> for Options {
    fn from(completions: Completions) -> Self {
        Self {
            shell: completions.shell,
        }
    }
}
