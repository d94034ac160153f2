//! Groups and roles.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    Timestamp,
    id::{GroupId, RoleId, UserId},
};

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

    /// What the program calls the group that keeps it through the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,

    /// Raised by every change, memberships included.
    pub revision: u64,
    pub created: Timestamp,
    pub changed: Timestamp,
}

/// A change of one group: whatever is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupChange {
    pub name: Option<String>,
    pub description: Option<String>,

    /// `Some(None)` forgets it.
    pub external_id: Option<Option<String>>,
    pub is_protected: Option<bool>,
    pub members: MembersChange,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MembersChange {
    #[default]
    None,
    Edit {
        add: BTreeSet<UserId>,
        remove: BTreeSet<UserId>,
    },

    /// These and no others.
    Replace(BTreeSet<UserId>),
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
