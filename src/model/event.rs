//! What happened to a user, as triggers see it.

use serde::{Deserialize, Serialize};

use super::{
    Timestamp,
    difference::{Difference, differences},
    id::UserId,
    user::UserState,
};

/// One change that a trigger can match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub kind: EventKind,
    pub source: Source,

    /// `None` while the user does not exist: a registration is decided before anyone is created.
    pub user: Option<UserId>,
    pub at: Timestamp,

    /// The user before the change; `None` for a registration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<UserState>,
    pub after: UserState,
}

#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    #[default]
    UserCreated,
    UserUpdated,
}

/// Where a change came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The sign-up page, and a first sign-in through a provider.
    SelfRegistration,

    /// This app's Users screen, a CSV import, the command line, and creation through the API.
    AdminPortal,

    /// "My profile".
    EndUserDetails,

    /// "Security": a second factor set up or removed by its owner.
    EndUserMfa,

    /// A later sign-in through a provider that says something new.
    JustInTime,

    /// An admin's edit on the Users screen, by CSV import or on the command line.
    AdminDetails,

    /// A second factor removed by an admin.
    AdminMfa,

    /// An update of one user through SCIM.
    Api,
}

impl Event {
    /// What the user was before and is since; nothing for a registration.
    pub fn changes(&self) -> Vec<Difference> {
        let before = self.before.as_ref();
        before.map_or_else(Vec::new, |before| differences(before, &self.after))
    }
}

impl EventKind {
    /// What the node is called where it becomes a fact.
    pub fn label(self) -> &'static str {
        match self {
            Self::UserCreated => "User created",
            Self::UserUpdated => "User updated",
        }
    }

    pub fn sentence(self) -> &'static str {
        match self {
            Self::UserCreated => "The user is created",
            Self::UserUpdated => "The user has been updated",
        }
    }

    /// Where such an event can come from.
    pub fn sources(self) -> &'static [Source] {
        match self {
            Self::UserCreated => &Source::ALL[..2],
            Self::UserUpdated => &Source::ALL[2..],
        }
    }
}

impl Source {
    pub const ALL: [Self; 8] = [
        Self::SelfRegistration,
        Self::AdminPortal,
        Self::EndUserDetails,
        Self::EndUserMfa,
        Self::JustInTime,
        Self::AdminDetails,
        Self::AdminMfa,
        Self::Api,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::SelfRegistration => "User Self-Registration",
            Self::AdminPortal => "Create User via Admin Portal",
            Self::EndUserDetails => "End User Personal Details",
            Self::EndUserMfa => "End User MFA Method",
            Self::JustInTime => "Just-In-Time",
            Self::AdminDetails => "Admin Personal Details",
            Self::AdminMfa => "Admin MFA Method",
            Self::Api => "API",
        }
    }
}
