//! The bar that shows on a terminal how far a run has come.
//!
//! Only a program that can publish into buckets has it: a run into a directory is short. Other
//! programs write some lines about their progress, as they do without a terminal.

use std::fmt::Write;
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::{HumanDuration, ProgressDrawTarget, ProgressState, ProgressStyle};

/// A bar on standard error.
pub(crate) struct ProgressBar(indicatif::ProgressBar);

impl ProgressBar {
    /// The bar of a run over `total` items. `None` if standard error is no terminal.
    pub(crate) fn on_terminal(total: usize) -> Option<Self> {
        io::stderr().is_terminal().then(|| {
            let target = ProgressDrawTarget::stderr_with_hz(10);
            let bar = indicatif::ProgressBar::with_draw_target(Some(total as u64), target);
            let style = "{bar:30} {human_pos}/{human_len}{rate}  {msg}";
            // The template is valid.
            let style = ProgressStyle::with_template(style).unwrap_or(ProgressStyle::default_bar());
            bar.set_style(
                style.with_key("rate", |state: &ProgressState, to: &mut dyn Write| {
                    // The rate is not known before the first item.
                    if state.pos() > 0 {
                        let left = HumanDuration(state.eta());
                        let _ = write!(to, "  {:.0}/s, {left:#} left", state.per_sec());
                    }
                }),
            );
            bar.enable_steady_tick(Duration::from_millis(200));
            Self(bar)
        })
    }

    /// Shows how many items are done and how many files were put.
    pub(crate) fn show(&self, done: usize, put: usize) {
        self.0.set_position(done as u64);
        self.0.set_message(format!("{put} put"));
    }

    /// Removes the bar.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}
