//! The tasks of scheduled workflows: each looks for users by a date of theirs and says what follows.
//!
//! **Invariant:** what a task decides about a user depends on the [`Moment`] of the execution and the
//! user's [`Facts`], never on when it is asked. So a sweep that is interrupted and goes on later
//! decides as it would have.

mod dormant;
mod expiry;
mod item;
mod progress;
#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

pub use self::{
    dormant::{DORMANT_DAYS, DormantAction, IdentifyDormant, MAX_DORMANT_DAYS},
    expiry::{Days, EXPIRY_DAYS, Interval, NotifyExpiry},
    item::{Act, Item, ItemState, Person},
    progress::{Progress, Stage},
};
use super::{Timestamp, effect::Effect, template::Template, user::UserState};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SweepTask {
    IdentifyDormant(IdentifyDormant),
    NotifyExpiry(NotifyExpiry),
}

/// When an execution of a schedule takes place, and on whose clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The due time; for an execution by hand, when it was asked for.
    pub at: Timestamp,
    pub zone: Tz,

    /// The workflow's execution before; `None` for its first.
    pub previous: Option<Timestamp>,
}

/// What the tasks look at beside the user's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The newest sign of life; for a user who never signed in, when the account was created.
    pub last_activity: Timestamp,

    /// `None` while there is no password, or while passwords do not expire.
    pub password: Option<PasswordAge>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordAge {
    pub changed: Timestamp,
    pub expires: Timestamp,

    /// The intervals for which a mail about this password has been made.
    pub mailed: Vec<Interval>,
}

/// What a task found out about a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not somebody whom the task looks for.
    Passed,
    AlreadyDisabled,
    Found(Vec<Effect>),
}

impl SweepTask {
    pub fn label(&self) -> &'static str {
        match self {
            Self::IdentifyDormant(_) => "Identify Dormant Account",
            Self::NotifyExpiry(_) => "Notify Password Expiry",
        }
    }

    pub fn summary(&self) -> String {
        match self {
            Self::IdentifyDormant(task) => task.summary(),
            Self::NotifyExpiry(task) => task.summary(),
        }
    }

    /// What stands in its way, as the end of the sentence "it …".
    pub fn check(&self) -> Result<(), SweepTaskError> {
        match self {
            Self::IdentifyDormant(task) => task.check(),
            Self::NotifyExpiry(task) => task.check(),
        }
    }

    /// Whether it sends mails, and so needs a mail server.
    pub fn sends_mail(&self) -> bool {
        match self {
            Self::IdentifyDormant(task) => task.reports() || task.notifies(),
            Self::NotifyExpiry(_) => true,
        }
    }

    /// The templates of the mails that users get of it.
    pub fn letters(&self) -> &'static [Template] {
        match self {
            Self::IdentifyDormant(task) if task.notifies() => &[Template::AccountDisabled],
            Self::IdentifyDormant(_) => &[],
            Self::NotifyExpiry(_) => &[
                Template::PasswordExpiryAlert,
                Template::PasswordExpiryNotification,
            ],
        }
    }

    /// Whether admins get a report of whom it found.
    pub fn reports(&self) -> bool {
        match self {
            Self::IdentifyDormant(task) => task.reports(),
            Self::NotifyExpiry(task) => task.reports_to_admins,
        }
    }

    /// Whether it disables or deletes.
    pub fn is_destructive(&self) -> bool {
        match self {
            Self::IdentifyDormant(task) => task.action != DormantAction::Report,
            Self::NotifyExpiry(_) => false,
        }
    }

    pub fn decide(&self, user: &UserState, facts: &Facts, moment: &Moment) -> Verdict {
        match self {
            Self::IdentifyDormant(task) => task.decide(user, facts, moment),
            Self::NotifyExpiry(task) => task.decide(user, facts, moment),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SweepTaskError {
    #[error("choose a number of days from 1 to {MAX_DORMANT_DAYS}")]
    BadDays,
    #[error("only Disable can notify the user")]
    NotifiesWithoutDisabling,
    #[error("choose at least one mail to users, or the report to admins")]
    NothingSelected,
    #[error("{0} days is no interval that can be chosen")]
    NoSuchInterval(u32),
    #[error("disabled users can be in the report only when there is one")]
    DisabledWithoutReport,
}

impl Moment {
    pub fn today(&self) -> NaiveDate {
        self.day_of(self.at)
    }

    pub fn day_of(&self, at: Timestamp) -> NaiveDate {
        let local: DateTime<Tz> = at.with_timezone(&self.zone);
        local.date_naive()
    }
}
