//! A plans file that is read piece by piece, so that not all of its plans are held at a time.
//!
//! It can be used only for a file that the fast reader reads: its list is in block style, with
//! `calendar:` above it. Only [`crate::document::Document`] reads every file, and reports problems.
//!
//! Cost: linear in the text. Memory: the plans of one piece, and the ids of the plans so far.

use crate::document::fast::{BlockList, PIECE_BYTES};
use crate::document::limits;
use crate::plan::{Plan, Settings};

/// A plans file whose settings have been read.
pub(crate) struct PlanStream<'t> {
    list: BlockList<'t>,
    /// The number of bytes of the text.
    length: usize,
    settings: Settings<'t>,
}

impl<'t> PlanStream<'t> {
    /// Opens a file. A byte-order mark at the beginning is skipped. `None` if the file cannot be
    /// read in pieces, or has a problem.
    pub(crate) fn open(bytes: &'t [u8]) -> Option<Self> {
        let text = limits::text(bytes, 1).ok()?;
        let list = BlockList::find(text, limits::fast_readers(text)?)?;
        Some(Self {
            settings: list.settings()?,
            length: text.len(),
            list,
        })
    }

    /// The settings of the file.
    pub(crate) fn settings(&self) -> &Settings<'t> {
        &self.settings
    }

    /// Passes each plan to `take`, in the order of the file. `None` if the file has a problem, which
    /// may come after the plans that were passed, or if `take` returns it.
    pub(crate) fn for_each_plan(&self, mut take: impl FnMut(Plan<'t>) -> Option<()>) -> Option<()> {
        self.list
            .for_each_piece(PIECE_BYTES, self.length, &mut |piece| {
                piece.plans.into_iter().try_for_each(&mut take)
            })
    }
}
