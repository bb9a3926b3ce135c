//! Days, periods, the clock and the moment at which a list was last changed.

pub(crate) mod clock;
pub(crate) mod date;
pub(crate) mod period;
pub(crate) mod revision;
