//! How much a plans file may hold.

/// Plans in one file.
pub(crate) const MAX_PLANS: usize = 1_000_000;
/// Leads of one plan; each is an event of its own.
pub(crate) const MAX_LEADS: usize = 50;
/// Bytes of one text; it stands in each event of its plan.
pub(crate) const MAX_TEXT_BYTES: usize = 64 << 10;
