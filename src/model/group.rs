//! Groups and roles.

use serde::{Deserialize, Serialize};

use super::id::{GroupId, RoleId};

/// The group that every user is in.
pub const DEFAULT_GROUP: &str = "DEFAULT";

/// The role that every new user gets, unless an admin chose another one.
pub const END_USER: &str = "End User";

/// The role whose last holder cannot be disabled, deleted or stripped of it.
pub const ADMINISTRATOR: &str = "Administrator";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub id: GroupId,
    pub name: String,
    pub description: String,

    /// No workflow may add to it, take from it or delete it.
    pub is_protected: bool,

    /// Every user is in it, without being written down as a member; it cannot be deleted or left.
    pub is_everyone: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    pub id: RoleId,
    pub name: String,
    pub description: String,

    /// New users get it, and no task may have it as a target.
    pub is_default: bool,

    /// No workflow may give it or take it.
    pub is_protected: bool,
}
