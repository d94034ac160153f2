//! Templates: the texts from which mails are made, and how one becomes a mail.
//!
//! **Invariant:** a template that [`check()`] let pass ends, makes a limited amount of text, and names
//! only what there is; no value can add markup, a header or a recipient.

mod check;
mod defaults;
mod placeholder;
mod render;
mod scan;
#[cfg(test)]
mod tests;
mod values;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::{
    check::{TemplateError, check},
    placeholder::{Placeholder, Sample},
    render::{Compiled, Rendered},
    values::{Picture, Row, SHOWN_ROWS, Values},
};

/// The longest subject, in characters.
pub const MAX_SUBJECT: usize = 200;

/// The largest body, HTML or plain, in bytes.
pub const MAX_BODY: usize = 200_000;

/// What a mail is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Template {
    DisableDormantReport,
    DeleteDormantReport,
    DormantUserReport,
    PasswordExpiryAlert,
    PasswordExpiryNotification,
    PasswordChangeSuccess,
    AboutToExpireReport,
    AccountDisabled,
}

/// Who gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    Admins,
    Users,
}

/// What an admin writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateText {
    pub subject: String,
    pub html: String,
    pub text: String,
}

/// One of the three texts of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Subject,
    Html,
    Text,
}

impl Template {
    pub const ALL: [Self; 8] = [
        Self::DisableDormantReport,
        Self::DeleteDormantReport,
        Self::DormantUserReport,
        Self::PasswordExpiryAlert,
        Self::PasswordExpiryNotification,
        Self::PasswordChangeSuccess,
        Self::AboutToExpireReport,
        Self::AccountDisabled,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::DisableDormantReport => "Disable Dormant Account Workflow Report",
            Self::DeleteDormantReport => "Delete Dormant Account Workflow Report",
            Self::DormantUserReport => "Dormant User Report",
            Self::PasswordExpiryAlert => "Password Expiry Alert",
            Self::PasswordExpiryNotification => "Password Expiry Notification",
            Self::PasswordChangeSuccess => "Password Change Success",
            Self::AboutToExpireReport => "About to Expire Password Report",
            Self::AccountDisabled => "Account Disabled",
        }
    }

    /// What it is called in files, in the store and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::DisableDormantReport => "disable-dormant-report",
            Self::DeleteDormantReport => "delete-dormant-report",
            Self::DormantUserReport => "dormant-user-report",
            Self::PasswordExpiryAlert => "password-expiry-alert",
            Self::PasswordExpiryNotification => "password-expiry-notification",
            Self::PasswordChangeSuccess => "password-change-success",
            Self::AboutToExpireReport => "about-to-expire-report",
            Self::AccountDisabled => "account-disabled",
        }
    }

    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// When it is sent.
    pub fn what(self) -> &'static str {
        match self {
            Self::DisableDormantReport => "After a workflow disabled dormant accounts",
            Self::DeleteDormantReport => "After a workflow deleted dormant accounts",
            Self::DormantUserReport => "When a workflow only reports dormant accounts",
            Self::PasswordExpiryAlert => "Before a password expires, and on the day",
            Self::PasswordExpiryNotification => "After a password has expired",
            Self::PasswordChangeSuccess => "When a password was changed",
            Self::AboutToExpireReport => "With the users whose passwords expire or have expired",
            Self::AccountDisabled => "When a workflow disabled the user's account",
        }
    }

    pub fn audience(self) -> Audience {
        match self {
            Self::DisableDormantReport
            | Self::DeleteDormantReport
            | Self::DormantUserReport
            | Self::AboutToExpireReport => Audience::Admins,
            Self::PasswordExpiryAlert
            | Self::PasswordExpiryNotification
            | Self::PasswordChangeSuccess
            | Self::AccountDisabled => Audience::Users,
        }
    }

    /// What its text may name, in the order of the picker.
    pub fn placeholders(self) -> Vec<Placeholder> {
        placeholder::of(self)
    }

    /// What a row of the list `users` has; empty for templates without it.
    pub fn row_placeholders(self) -> &'static [Placeholder] {
        placeholder::of_rows(self)
    }

    /// The text that it has unless an admin writes another one.
    pub fn default_text(self) -> TemplateText {
        defaults::of(self)
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl TemplateText {
    pub fn part(&self, part: Part) -> &str {
        match part {
            Part::Subject => &self.subject,
            Part::Html => &self.html,
            Part::Text => &self.text,
        }
    }
}

impl Part {
    pub const ALL: [Self; 3] = [Self::Subject, Self::Html, Self::Text];

    pub fn label(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Html => "HTML",
            Self::Text => "plain text",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
