//! Workflows and their versions.

use serde::{Deserialize, Serialize};

use super::{
    Timestamp,
    id::{VersionId, WorkflowId},
};

/// How many versions a workflow may have.
pub const MAX_VERSIONS: usize = 10;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workflow {
    pub id: WorkflowId,
    pub name: String,
    pub description: String,
    pub created: Timestamp,
}

/// A version without its definition, which is large.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    pub id: VersionId,
    pub workflow: WorkflowId,

    /// Counts up from 1 within the workflow; never used twice.
    pub number: u32,
    pub status: VersionStatus,
    pub author: String,
    pub note: String,
    pub created: Timestamp,
    pub changed: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionStatus {
    /// Editable.
    Draft,

    /// The one that runs; at most one per workflow.
    Active,

    /// Has been active, and can be again.
    Published,
}

impl VersionStatus {
    pub const ALL: [Self; 3] = [Self::Draft, Self::Active, Self::Published];

    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Active => "Active",
            Self::Published => "Published",
        }
    }
}

/// The version to name when there is no room for another: the oldest one that is not in use.
pub fn oldest_unused(versions: &[Version]) -> Option<&Version> {
    versions
        .iter()
        .filter(|it| it.status != VersionStatus::Active)
        .min_by_key(|it| it.number)
}

/// What a version is compared with unless somebody chooses: the active one, or else the one before
/// it, or else the one after it.
pub fn counterpart(versions: &[Version], of: VersionId) -> Option<&Version> {
    let own = versions.iter().find(|it| it.id == of)?;
    let others = || versions.iter().filter(|it| it.id != of);
    let active = others().find(|it| it.status == VersionStatus::Active);
    let before = || {
        let before = others().filter(|it| it.number < own.number);
        before.max_by_key(|it| it.number)
    };
    let after = || others().min_by_key(|it| it.number);
    active.or_else(before).or_else(after)
}

/// Which of two versions is read as the older one: a draft is what may become of the other.
pub fn in_order(a: &Version, b: &Version) -> (VersionId, VersionId) {
    let key = |it: &Version| (it.status == VersionStatus::Draft, it.number);
    if key(a) <= key(b) {
        (a.id, b.id)
    } else {
        (b.id, a.id)
    }
}
