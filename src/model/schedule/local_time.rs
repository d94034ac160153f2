//! What local clocks and calendars show: a time of day, and a day of the week.
//!
//! **Invariant:** a [`LocalTime`] is one of the 1,440 minutes of a day.

use std::{fmt, str::FromStr};

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

/// A time of day to the minute, written 08:30.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LocalTime {
    /// Since midnight, by the clock.
    minutes: u16,
}

/// Does not quote what was typed: that stands beside it, and may be anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LocalTimeError {
    #[error("write the time like 08:30")]
    Form,
    #[error("a day has the hours 0 to 23")]
    Hour,
    #[error("an hour has the minutes 0 to 59")]
    Minute,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl LocalTime {
    pub const NOON: Self = Self { minutes: 12 * 60 };

    pub fn new(hour: u8, minute: u8) -> Result<Self, LocalTimeError> {
        if hour > 23 {
            return Err(LocalTimeError::Hour);
        }
        if minute > 59 {
            return Err(LocalTimeError::Minute);
        }
        let minutes = u16::from(hour) * 60 + u16::from(minute);
        Ok(Self { minutes })
    }

    pub(super) fn on(self, date: NaiveDate) -> NaiveDateTime {
        date.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(self.minutes))
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

impl FromStr for LocalTime {
    type Err = LocalTimeError;

    fn from_str(text: &str) -> Result<Self, LocalTimeError> {
        let (hour, minute) = text.trim().split_once(':').ok_or(LocalTimeError::Form)?;
        let hour = number(hour).ok_or(LocalTimeError::Form)?;
        let minute = number(minute).filter(|_| minute.len() == 2);
        Self::new(hour, minute.ok_or(LocalTimeError::Form)?)
    }
}

/// One or two digits and nothing else, not even a sign.
fn number(text: &str) -> Option<u8> {
    let is_plain = (1..=2).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain)
}

impl TryFrom<String> for LocalTime {
    type Error = LocalTimeError;

    fn try_from(text: String) -> Result<Self, LocalTimeError> {
        text.parse()
    }
}

impl From<LocalTime> for String {
    fn from(time: LocalTime) -> Self {
        time.to_string()
    }
}

impl Weekday {
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::Monday => "Monday",
            Self::Tuesday => "Tuesday",
            Self::Wednesday => "Wednesday",
            Self::Thursday => "Thursday",
            Self::Friday => "Friday",
            Self::Saturday => "Saturday",
            Self::Sunday => "Sunday",
        }
    }

    pub fn of(date: NaiveDate) -> Self {
        Self::ALL[date.weekday().num_days_from_monday() as usize]
    }
}
