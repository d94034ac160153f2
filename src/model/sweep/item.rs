//! Items: what a scheduled execution intends for one user, and what has become of it.

use serde::{Deserialize, Serialize};

use crate::model::{
    Timestamp,
    definition::NodeId,
    effect::{Applied, Effect},
    execution::{Decision, Step},
    id::UserId,
    user::Status,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub user: UserId,

    /// As the user was when the execution was planned; readable when the user is gone.
    pub person: Person,
    pub state: ItemState,
    pub acts: Vec<Act>,

    /// Why nothing, or not everything, was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub username: String,
    pub email: String,
    pub first_name: String,
    pub last_name: String,

    /// The status before: what undoing goes back to.
    pub status: Status,

    /// What the tasks went by: the last activity, or when the password expires.
    pub at: Timestamp,

    /// Whether there was no activity since the account was created, which is `at` then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub was_never_active: bool,

    /// Whoever has another one by now is looked at again.
    #[serde(default)]
    pub revision: u64,
}

/// One effect of one task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    pub node: NodeId,
    pub effect: Effect,

    /// `None` until it was done, and where it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<Applied>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    Planned,
    Done,

    /// Nothing was left to do: the user came back, say.
    Skipped,

    /// The user is protected.
    Protected,
    Failed,

    /// An admin decided against it.
    Discarded,
}

impl ItemState {
    pub const ALL: [Self; 6] = [
        Self::Planned,
        Self::Done,
        Self::Skipped,
        Self::Protected,
        Self::Failed,
        Self::Discarded,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::Planned => "Planned",
            Self::Done => "Done",
            Self::Skipped => "Skipped",
            Self::Protected => "Protected",
            Self::Failed => "Failed",
            Self::Discarded => "Discarded",
        }
    }
}

impl Act {
    /// What a walk intends.
    pub fn of(steps: &[Step]) -> Vec<Self> {
        let found = steps.iter().filter(|it| it.decision == Decision::Found);
        found
            .flat_map(|step| {
                step.effects.iter().map(|performed| Self {
                    node: step.node,
                    effect: performed.effect.clone(),
                    applied: None,
                })
            })
            .collect()
    }

    pub fn is_destructive(&self) -> bool {
        matches!(self.effect, Effect::Disable | Effect::Delete)
    }
}

impl Item {
    /// "Disable the account, Send Account Disabled"
    pub fn sentence(&self) -> String {
        let acts: Vec<String> = self.acts.iter().map(|it| it.effect.sentence()).collect();
        acts.join(", ")
    }

    pub fn is_destructive(&self) -> bool {
        self.acts.iter().any(Act::is_destructive)
    }
}

impl Person {
    /// The first and the last name, as far as they are known.
    pub fn full_name(&self) -> String {
        self.as_mail().full_name()
    }

    pub fn as_mail(&self) -> crate::model::mail::Person<'_> {
        crate::model::mail::Person {
            username: &self.username,
            email: &self.email,
            first_name: &self.first_name,
            last_name: &self.last_name,
        }
    }
}
