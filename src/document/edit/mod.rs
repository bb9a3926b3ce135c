//! Records a renewal in a plans file and keeps every other byte of the file.
//!
//! [`renew()`] takes three steps:
//!
//! 1. `change` computes what the renewal changes in the plan.
//! 2. `plan_node` and `history` find the places in the text, and write the change in the style
//!    that is used there.
//! 3. `renew` proves the result: the new text is read again. It must hold the same list except for
//!    the requested change, and the same bytes outside of the splices.
//!
//! An edit that cannot be proved is not made, for example where a value is an alias or comes with
//! a merge key. The error then has the lines to write by hand.
//!
//! Cost: one pass over the bytes of the text, in addition to reading the file, which the caller
//! has done. In a list in block style only the piece around the plan is parsed again
//! ([`crate::document`]). Any other text is parsed again as a whole, twice.

mod change;
mod diff;
mod history;
mod plan_node;
mod renew;
mod renewal;
mod scalar;
mod splice;

pub use diff::{DiffLine, Hunk, hunks};
pub use renew::{Edit, renew};
pub use renewal::{NewValidity, RenewError, Renewal};
