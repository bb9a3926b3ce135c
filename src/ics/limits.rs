//! How much of a calendar is read.

/// The maximum number of octets of an unfolded line. A picture inside an event has more, but no
/// plan needs one.
pub(crate) const MAX_LINE_BYTES: usize = 1 << 20;
/// Levels of components inside one another; a real calendar has three.
pub(crate) const MAX_DEPTH: usize = 8;
/// Components of one calendar.
pub(crate) const MAX_COMPONENTS: usize = 1_000_000;
/// Properties of one component, and likewise components directly inside it.
pub(crate) const MAX_PARTS: usize = 10_000;
