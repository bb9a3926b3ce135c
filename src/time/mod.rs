//! Days, periods, the clock, and the time at which a list last changed.

pub(crate) mod clock;
pub(crate) mod date;
pub(crate) mod period;
pub(crate) mod revision;
