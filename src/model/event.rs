//! What happened to a user, as triggers see it.

use serde::{Deserialize, Serialize};

use super::{Timestamp, id::UserId, user::UserState};

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

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    UserCreated,
}

/// Where a change came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The sign-up page.
    SelfRegistration,

    /// This app's Users screen, a CSV import, the command line.
    AdminPortal,
}

impl Source {
    pub const ALL: [Self; 2] = [Self::SelfRegistration, Self::AdminPortal];

    pub fn label(self) -> &'static str {
        match self {
            Self::SelfRegistration => "User Self-Registration",
            Self::AdminPortal => "Create User via Admin Portal",
        }
    }
}
