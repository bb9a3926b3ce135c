//! The limits of a plans file.

/// The maximum number of plans in one file.
pub(crate) const MAX_PLANS: usize = 1_000_000;
/// The maximum number of leads of one plan; each gives an event of its own.
pub(crate) const MAX_LEADS: usize = 50;
/// The maximum length of one text in bytes; each event of its plan contains the text.
pub(crate) const MAX_TEXT_BYTES: usize = 64 << 10;
