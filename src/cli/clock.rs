//! The one `now()`, and the option that takes its place.

use chrono::{DateTime, Local, NaiveDate, NaiveTime, TimeZone as _, Utc};
use clap::Args;

use crate::cli::values::day;
use crate::plan::Settings;
use crate::time::clock::Clock;

/// Which day it is.
#[derive(Debug, Args)]
pub(crate) struct TodayOption {
    /// Use this date as today, as in 2026-10-05
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<NaiveDate>,
}

impl TodayOption {
    /// The clock of the machine, on the day of the option if there is one.
    pub(crate) fn clock(&self) -> Clock {
        let local = |time: DateTime<Utc>| time.with_timezone(&Local).naive_local();
        let midnight = |day: NaiveDate| {
            let naive = day.and_time(NaiveTime::MIN);
            let time = Local.from_local_datetime(&naive).earliest();
            time.map_or(naive.and_utc(), |time| time.with_timezone(&Utc))
        };
        Clock::new(now, local, midnight, self.today)
    }

    /// Today: the day of the option, else now in the calendar's time zone, else now here.
    pub(crate) fn today(&self, settings: &Settings<'_>) -> NaiveDate {
        self.clock().today(settings.timezone)
    }
}

/// Now, by the clock of the machine.
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}
