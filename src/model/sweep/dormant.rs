//! Identify Dormant Account: users without a sign of life for a number of days.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{Facts, Moment, SweepTaskError, Verdict};
use crate::model::{
    Timestamp,
    effect::Effect,
    template::Template,
    user::{Status, UserState},
};

/// The numbers of days that are offered beside one of one's own.
pub const DORMANT_DAYS: [u32; 7] = [7, 15, 30, 45, 60, 90, 180];

pub const MAX_DORMANT_DAYS: u32 = 3_650;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentifyDormant {
    pub days: u32,
    pub action: DormantAction,

    /// Beside Delete and Disable; with Send Report to Admin it is said already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reports_too: bool,

    /// Beside Disable only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub notifies_user: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DormantAction {
    Delete,
    Disable,
    Report,
}

impl DormantAction {
    pub const ALL: [Self; 3] = [Self::Delete, Self::Disable, Self::Report];

    pub fn label(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Disable => "Disable",
            Self::Report => "Send Report to Admin",
        }
    }

    /// The report that admins get of it.
    pub fn report(self) -> Template {
        match self {
            Self::Delete => Template::DeleteDormantReport,
            Self::Disable => Template::DisableDormantReport,
            Self::Report => Template::DormantUserReport,
        }
    }
}

impl Default for IdentifyDormant {
    /// What harms nobody.
    fn default() -> Self {
        Self {
            days: 90,
            action: DormantAction::Report,
            reports_too: false,
            notifies_user: false,
        }
    }
}

impl IdentifyDormant {
    pub fn reports(&self) -> bool {
        self.reports_too || self.action == DormantAction::Report
    }

    pub fn notifies(&self) -> bool {
        self.notifies_user && self.action == DormantAction::Disable
    }

    pub(super) fn check(&self) -> Result<(), SweepTaskError> {
        if !(1..=MAX_DORMANT_DAYS).contains(&self.days) {
            return Err(SweepTaskError::BadDays);
        }
        if self.notifies_user && self.action != DormantAction::Disable {
            return Err(SweepTaskError::NotifiesWithoutDisabling);
        }
        Ok(())
    }

    /// The newest sign of life that counts as dormant: whole days of 24 hours.
    pub fn cutoff(&self, moment: &Moment) -> Timestamp {
        moment.at - TimeDelta::days(i64::from(self.days))
    }

    pub(super) fn decide(&self, user: &UserState, facts: &Facts, moment: &Moment) -> Verdict {
        if facts.last_activity > self.cutoff(moment) {
            return Verdict::Passed;
        }
        if self.action == DormantAction::Disable && user.status == Status::Disabled {
            return Verdict::AlreadyDisabled;
        }
        let mut effects = Vec::new();
        match self.action {
            DormantAction::Delete => effects.push(Effect::Delete),
            DormantAction::Disable => effects.push(Effect::Disable),
            DormantAction::Report => (),
        }
        if self.notifies() {
            effects.push(Effect::Mail(Template::AccountDisabled));
        }
        if self.reports() {
            effects.push(Effect::Report(self.action.report()));
        }
        Verdict::Found(effects)
    }

    /// "Disable after 90 days without activity, report to admins, notify the user"
    pub(super) fn summary(&self) -> String {
        let act = match self.action {
            DormantAction::Delete => "Delete",
            DormantAction::Disable => "Disable",
            DormantAction::Report => "Report",
        };
        let days = if self.days == 1 { "day" } else { "days" };
        let mut text = format!("{act} after {} {days} without activity", self.days);
        if self.reports_too && self.action != DormantAction::Report {
            text += ", report to admins";
        }
        if self.notifies() {
            text += ", notify the user";
        }
        text
    }
}
