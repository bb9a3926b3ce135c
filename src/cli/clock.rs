//! The only place that asks the system for the current time; the option `--today`, which replaces
//! it; and the time zone of the machine.

use std::env::{self, VarError};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use clap::Args;

use crate::cli::error::CliError;
use crate::cli::machine_zone;
use crate::cli::values::day;
use crate::files::failure::Failure;
use crate::plan::Settings;
use crate::time::clock::{Clock, MachineZone};

/// Which day it is.
#[derive(Debug, Args)]
pub(crate) struct TodayOption {
    /// Use this date as today's date, as in 2026-10-05
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<NaiveDate>,
}

impl TodayOption {
    /// Whether the option is given.
    #[cfg(feature = "serve")]
    pub(crate) fn is_given(&self) -> bool {
        self.today.is_some()
    }

    /// The clock of the machine, on the day of the option if there is one.
    pub(crate) fn clock(&self) -> Clock {
        let zone = match env::var("TZ") {
            Ok(zone) => machine_zone::of_variable(&zone),
            Err(VarError::NotPresent) => machine_zone::of_system(),
            Err(VarError::NotUnicode(zone)) => {
                MachineZone::Unknown(machine_zone::unknown(&zone.to_string_lossy()))
            }
        };
        Clock::new(now, zone, self.today)
    }

    /// Today: the day of the option, else now in the calendar's time zone, else now here.
    ///
    /// # Errors
    ///
    /// Returns an error if the machine names a time zone that does not exist, and neither the
    /// option nor the calendar takes its place.
    pub(crate) fn today(&self, settings: &Settings<'_>) -> Result<NaiveDate, Failure> {
        let clock = self.clock();
        match clock.unknown_today(settings.timezone) {
            Some(why) => Err(Failure::UnknownZone(why.clone())),
            None => Ok(clock.today(settings.timezone)),
        }
    }

    /// Today: the day of the option, else now in a zone, else now here.
    ///
    /// # Errors
    ///
    /// The error of [`Self::today`].
    pub(crate) fn today_in(&self, zone: Option<Tz>) -> Result<NaiveDate, CliError> {
        let clock = self.clock();
        match clock.unknown_today(zone) {
            Some(why) => Err(why.clone().into()),
            None => Ok(clock.today(zone)),
        }
    }
}

/// Now, by the clock of the machine.
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}
