//! When a scheduled workflow is due, as an admin says it: a repetition on the clock of a time zone.
//!
//! **Invariant:** a schedule may be wrong, like everything that is drawn; [`Schedule::check`] says what
//! is wrong with it, and one that is wrong is never due.

mod calendar;
mod local_time;
mod odd;
mod words;

use std::collections::BTreeSet;

use chrono::{Datelike as _, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

pub use self::{
    local_time::{LocalTime, LocalTimeError, Weekday},
    odd::Odd,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    pub repeat: Repeat,

    /// The zone on whose clocks the times are read.
    pub zone: Tz,

    #[serde(default)]
    pub missed: MissedRun,
}

/// How often, and when, on a local clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Repeat {
    Once {
        date: NaiveDate,
        time: LocalTime,
    },
    Hourly {
        minute: u8,
    },
    Daily {
        time: LocalTime,
    },
    Weekly {
        days: BTreeSet<Weekday>,
        time: LocalTime,
    },
    Monthly {
        /// In a month that does not have it, the last one.
        day: u8,
        time: LocalTime,
    },
}

/// The missed-run policy: what becomes of a due time at which the program was not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissedRun {
    /// However many were missed, one run makes up for all of them.
    #[default]
    RunOnce,
    Skip,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error("there is no minute {0}: choose 0 to 59")]
    NoSuchMinute(u8),
    #[error("choose at least one weekday")]
    NoWeekday,
    #[error("there is no day {0}: choose 1 to 31")]
    NoSuchDay(u8),
    #[error("the year must be 1 to 9999")]
    NoSuchYear,
}

impl Schedule {
    /// What a new one begins as.
    pub fn new(zone: Tz) -> Self {
        Self {
            repeat: Repeat::Daily {
                time: LocalTime::NOON,
            },
            zone,
            missed: MissedRun::default(),
        }
    }

    pub fn check(&self) -> Result<(), ScheduleError> {
        self.repeat.check()
    }
}

impl Repeat {
    /// Whether it can ever be due. That its only date is over is not wrong: it was right once.
    pub fn check(&self) -> Result<(), ScheduleError> {
        match self {
            Self::Hourly { minute } if *minute > 59 => Err(ScheduleError::NoSuchMinute(*minute)),
            Self::Weekly { days, .. } if days.is_empty() => Err(ScheduleError::NoWeekday),
            Self::Monthly { day, .. } if !(1..=31).contains(day) => {
                Err(ScheduleError::NoSuchDay(*day))
            }
            Self::Once { date, .. } if !(1..=9999).contains(&date.year()) => {
                Err(ScheduleError::NoSuchYear)
            }
            _ => Ok(()),
        }
    }

    /// The time of day, where there is one.
    pub fn time(&self) -> Option<LocalTime> {
        match self {
            Self::Hourly { .. } => None,
            Self::Once { time, .. }
            | Self::Daily { time }
            | Self::Weekly { time, .. }
            | Self::Monthly { time, .. } => Some(*time),
        }
    }
}

#[cfg(test)]
pub(super) mod laws;
#[cfg(test)]
mod tests;
