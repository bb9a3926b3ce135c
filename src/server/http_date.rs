//! The Date of a response, formatted once a second.
//!
//! hyper writes a Date by itself, but formats a new one only when the clock has passed the last
//! one: after the clock is set back by a year, hyper's Date stands still for a year. Caches compute
//! the age of a response from its Date (RFC 9111, section 4.2.3).

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use hyper::header::HeaderValue;

use crate::time::revision::Revision;

/// Formats dates, and keeps the last one.
#[derive(Debug, Default)]
pub(crate) struct HttpDates(ArcSwapOption<(i64, HeaderValue)>);

impl HttpDates {
    /// The date of a time in seconds since the epoch.
    pub(crate) fn of(&self, unix: i64) -> HeaderValue {
        let last = self.0.load();
        if let Some((at, written)) = last.as_deref()
            && *at == unix
        {
            return written.clone();
        }
        let text = Revision::from_unix(unix).http();
        // A date is ASCII.
        let written = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
        self.0.store(Some(Arc::new((unix, written.clone()))));
        written
    }
}

#[cfg(test)]
mod tests {
    use super::HttpDates;

    #[test]
    fn a_clock_may_go_back() {
        let dates = HttpDates::default();
        for (unix, date) in [
            (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 GMT"),
            (1_798_761_600, "Fri, 01 Jan 2027 00:00:00 GMT"),
            (1_798_761_600, "Fri, 01 Jan 2027 00:00:00 GMT"),
            (1_791_201_600, "Mon, 05 Oct 2026 12:00:00 GMT"),
        ] {
            assert_eq!(dates.of(unix), date);
        }
    }
}
