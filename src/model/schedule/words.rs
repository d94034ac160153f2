//! A schedule in words.

use super::{MissedRun, Repeat, Schedule, Weekday};
use crate::model::text;

impl Schedule {
    /// "Mondays and Fridays at 08:30, Europe/Berlin"
    pub fn summary(&self) -> String {
        format!("{}, {}", self.repeat.summary(), self.zone)
    }
}

impl Repeat {
    pub fn label(&self) -> &'static str {
        match self {
            Self::Once { .. } => "Once",
            Self::Hourly { .. } => "Hourly",
            Self::Daily { .. } => "Daily",
            Self::Weekly { .. } => "Weekly",
            Self::Monthly { .. } => "Monthly",
        }
    }

    fn summary(&self) -> String {
        match self {
            Self::Once { date, time } => format!("Once on {date} at {time}"),
            Self::Hourly { minute } => format!("Every hour at minute {minute}"),
            Self::Daily { time } => format!("Every day at {time}"),
            Self::Weekly { days, time } if days.is_empty() => {
                format!("On no weekday yet at {time}")
            }
            Self::Weekly { days, time } if days.len() == Weekday::ALL.len() => {
                format!("Every day at {time}")
            }
            Self::Weekly { days, time } => {
                let days: Vec<String> = days.iter().map(|it| format!("{}s", it.label())).collect();
                format!("{} at {time}", text::list(&days, "and"))
            }
            Self::Monthly { day, time } if *day > 28 => {
                format!("On day {day} of each month (or its last day) at {time}")
            }
            Self::Monthly { day, time } => format!("On day {day} of each month at {time}"),
        }
    }
}

impl MissedRun {
    pub const ALL: [Self; 2] = [Self::RunOnce, Self::Skip];

    pub fn label(self) -> &'static str {
        match self {
            Self::RunOnce => "Run once when back",
            Self::Skip => "Skip",
        }
    }
}
