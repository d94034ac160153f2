//! What a condition looks at: an attribute of a user, or where a change came from.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::model::{event::Source, user::UserState};

/// What a test looks at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Username,
    Email,
    UserStatus,
    FirstName,
    LastName,

    /// The labels of the user's second factors.
    MfaMethod,

    /// The names of the user's groups.
    Group,

    /// The names of the user's roles.
    Role,

    /// Where the change came from.
    Source,

    /// A custom attribute, by its name.
    Custom(String),
}

impl Subject {
    /// Those that every directory has, in the order in which they are offered.
    pub const BUILT_IN: [Self; 9] = [
        Self::Username,
        Self::Email,
        Self::UserStatus,
        Self::FirstName,
        Self::LastName,
        Self::MfaMethod,
        Self::Group,
        Self::Role,
        Self::Source,
    ];

    /// The label of a built-in one; the name of a custom attribute.
    pub fn label(&self) -> &str {
        match self {
            Self::Username => "Username",
            Self::Email => "Email",
            Self::UserStatus => "User Status",
            Self::FirstName => "First Name",
            Self::LastName => "Last Name",
            Self::MfaMethod => "MFA Method",
            Self::Group => "Group",
            Self::Role => "Role",
            Self::Source => "Source",
            Self::Custom(name) => name,
        }
    }

    /// What it is called where no update changes it: being put into a group raises no event.
    pub fn why_constant(&self) -> Option<&'static str> {
        match self {
            Self::Group => Some("group"),
            Self::Role => Some("role"),
            Self::Source => Some("source"),
            Self::Username
            | Self::Email
            | Self::UserStatus
            | Self::FirstName
            | Self::LastName
            | Self::MfaMethod
            | Self::Custom(_) => None,
        }
    }

    /// What has to be chosen, where no user has the empty text.
    pub(super) fn never_empty(&self) -> Option<&'static str> {
        match self {
            Self::UserStatus => Some("status"),
            _ => self.why_constant(),
        }
    }

    /// The values it has for a user whose change came from `source`; a missing one is the empty text.
    pub fn values<'a>(&self, user: &'a UserState, source: Option<Source>) -> Vec<Cow<'a, str>> {
        let one = |value: &'a str| vec![Cow::Borrowed(value)];
        match self {
            Self::Username => one(&user.username),
            Self::Email => one(&user.email),
            Self::UserStatus => one(user.status.label()),
            Self::FirstName => one(&user.first_name),
            Self::LastName => one(&user.last_name),
            Self::MfaMethod if user.mfa.is_empty() => one(""),
            Self::MfaMethod => all(user.mfa.iter().map(|it| it.label())),
            Self::Source => one(source.map_or("", Source::label)),
            Self::Custom(name) => one(user.attributes.get(name).map_or("", String::as_str)),
            Self::Group => all(user.groups.values().map(String::as_str)),
            Self::Role => all(user.roles.values().map(String::as_str)),
        }
    }
}

fn all<'a>(values: impl Iterator<Item = &'a str>) -> Vec<Cow<'a, str>> {
    values.map(Cow::Borrowed).collect()
}
