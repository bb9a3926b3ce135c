//! Records a renewal in a plans file, or adds a plan, and keeps every other byte of the file.
//!
//! [`renew()`] takes three steps:
//!
//! 1. `change` computes what the renewal changes in the plan.
//! 2. `plan_node` and `history` find the positions in the text, and write the change in the style
//!    of the file.
//! 3. `renew` verifies the result by reading the new text. The new list must equal the old one
//!    except for the requested change, and the bytes outside the splices must be the same.
//!
//! An edit that cannot be verified is not made, for example if a value is an alias or comes from a
//! merge key. The error then contains the lines to write by hand.
//!
//! Cost: one pass over the bytes of the text, in addition to reading the file, which the caller has
//! done. If the list is in block style, only the piece around the plan is parsed again
//! ([`crate::document`]). Any other text is parsed again as a whole, twice.

mod add;
mod change;
mod diff;
mod history;
mod plan_node;
mod renew;
mod renewal;
mod scalar;
mod source;
mod splice;
mod undo;

pub(crate) use add::lines_of_plan;
pub use add::{AddError, Addition, add};
#[cfg(feature = "serve")]
pub(crate) use change::{needs_validity, needs_way};
pub use diff::{DiffLine, Hunk, hunks};
pub use renew::{Edit, renew};
pub use renewal::{NewValidity, RenewError, Renewal};
#[cfg(feature = "serve")]
pub(crate) use source::{plan_source, plan_sources};
#[cfg(feature = "serve")]
pub(crate) use undo::{RecordedChange, UndoError, undo};
