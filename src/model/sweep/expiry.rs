//! Notify Password Expiry: mails before and after the day on which a password expires.

use std::{cmp::Reverse, collections::BTreeSet};

use chrono::{Days as CalendarDays, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Facts, Moment, PasswordAge, SweepTaskError, Verdict};
use crate::model::{
    effect::Effect,
    template::Template,
    user::{Status, UserState},
};

/// The days that can be chosen; 0 is the same day.
pub const EXPIRY_DAYS: [u32; 7] = [0, 7, 15, 30, 45, 60, 90];

/// Days before or after the expiry.
pub type Days = BTreeSet<u32>;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotifyExpiry {
    #[serde(default, skip_serializing_if = "Days::is_empty")]
    pub before: Days,
    #[serde(default, skip_serializing_if = "Days::is_empty")]
    pub after: Days,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reports_to_admins: bool,

    /// Only with the report: disabled users get no mail.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub includes_disabled: bool,
}

/// One of the chosen days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    Before(u32),
    After(u32),
}

impl Interval {
    /// The day on which it is due; `None` beyond the end of the calendar.
    pub fn day(self, expires: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Before(days) => expires.checked_sub_days(CalendarDays::new(days.into())),
            Self::After(days) => expires.checked_add_days(CalendarDays::new(days.into())),
        }
    }

    pub fn template(self) -> Template {
        match self {
            Self::Before(_) => Template::PasswordExpiryAlert,
            Self::After(_) => Template::PasswordExpiryNotification,
        }
    }

    /// "7 days before", "the same day"
    pub fn label(self) -> String {
        match self {
            Self::Before(0) | Self::After(0) => "the same day".to_owned(),
            Self::Before(days) => format!("{days} days before"),
            Self::After(days) => format!("{days} days after"),
        }
    }
}

impl NotifyExpiry {
    pub(super) fn check(&self) -> Result<(), SweepTaskError> {
        let mut chosen = self.before.iter().chain(&self.after);
        if let Some(days) = chosen.find(|it| !EXPIRY_DAYS.contains(it)) {
            return Err(SweepTaskError::NoSuchInterval(*days));
        }
        if self.before.is_empty() && self.after.is_empty() && !self.reports_to_admins {
            return Err(SweepTaskError::NothingSelected);
        }
        if self.includes_disabled && !self.reports_to_admins {
            return Err(SweepTaskError::DisabledWithoutReport);
        }
        Ok(())
    }

    /// The intervals for mails; where only the report is wanted, all of them decide who is in it.
    pub fn intervals(&self) -> Vec<Interval> {
        let every: Days = EXPIRY_DAYS.into();
        let (before, after) = if self.before.is_empty() && self.after.is_empty() {
            (&every, &every)
        } else {
            (&self.before, &self.after)
        };
        let before = before.iter().map(|it| Interval::Before(*it));
        before
            .chain(after.iter().map(|it| Interval::After(*it)))
            .collect()
    }

    fn mails(&self) -> bool {
        !self.before.is_empty() || !self.after.is_empty()
    }

    /// The interval whose day is nearest to today, of those that have become due since the
    /// execution before. On the day itself, whether the password still works decides which it is.
    pub fn due(&self, password: &PasswordAge, moment: &Moment) -> Option<Interval> {
        let expires = moment.day_of(password.expires);
        let today = moment.today();
        let since = moment.previous.map(|it| moment.day_of(it));
        // One that is still to come is from before the clock was set back, and says nothing.
        let since = since.filter(|it| *it <= today);
        let is_due = |day: NaiveDate| match since {
            Some(since) => since < day && day <= today,
            None => day == today,
        };
        let has_expired = password.expires <= moment.at;
        let mut due: Vec<(NaiveDate, Interval)> = self
            .intervals()
            .into_iter()
            .filter_map(|it| it.day(expires).map(|day| (day, it)))
            .filter(|(day, _)| is_due(*day))
            .collect();
        due.sort_by_key(|(day, it)| {
            let fits = matches!(it, Interval::After(_)) == has_expired;
            (Reverse(*day), !fits)
        });
        due.first().map(|(_, interval)| *interval)
    }

    pub(super) fn decide(&self, user: &UserState, facts: &Facts, moment: &Moment) -> Verdict {
        let found = facts.password.as_ref();
        let Some((password, interval)) =
            found.and_then(|it| self.due(it, moment).map(|interval| (it, interval)))
        else {
            return Verdict::Passed;
        };
        let is_disabled = user.status == Status::Disabled;
        let mut effects = Vec::new();
        if self.mails() && !is_disabled && !password.mailed.contains(&interval) {
            effects.push(Effect::Remind(interval));
        }
        if self.reports_to_admins && (!is_disabled || self.includes_disabled) {
            effects.push(Effect::Report(Template::AboutToExpireReport));
        }
        if effects.is_empty() {
            Verdict::Passed
        } else {
            Verdict::Found(effects)
        }
    }

    /// "Mail 30 and 7 days before, 7 days after; report to admins"
    pub(super) fn summary(&self) -> String {
        let days = |days: &Days, word: &str| {
            let numbers: Vec<String> = days
                .iter()
                .rev()
                .filter(|it| **it > 0)
                .map(u32::to_string)
                .collect();
            let has_any = !numbers.is_empty();
            has_any.then(|| format!("{} days {word}", crate::model::text::list(&numbers, "and")))
        };
        let is_same_day = self.before.contains(&0) || self.after.contains(&0);
        let same_day = is_same_day.then(|| "on the day".to_owned());
        let parts = [
            days(&self.before, "before"),
            same_day,
            days(&self.after, "after"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let mail = if parts.is_empty() {
            None
        } else {
            Some(format!("Mail {}", parts.join(", ")))
        };
        match (mail, self.reports_to_admins) {
            (Some(mail), true) => format!("{mail}; report to admins"),
            (Some(mail), false) => mail,
            (None, true) => "Report to admins".to_owned(),
            (None, false) => "Nothing selected yet".to_owned(),
        }
    }
}
