//! Effects: the changes that an execution intends, each with its inverse, and why one may be
//! refused.

use serde::{Deserialize, Serialize};

use super::{
    id::{GroupId, RoleId},
    sweep::Interval,
    template::Template,
    user::{Status, UserState},
};

/// One change to the user of an execution. Names are kept beside the identifiers, so that history
/// can be read after the thing itself is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    AssignGroup {
        group: GroupId,
        name: String,
    },
    UnassignGroup {
        group: GroupId,
        name: String,
    },
    AssignRole {
        role: RoleId,
        name: String,
    },
    UnassignRole {
        role: RoleId,
        name: String,
    },
    Disable,

    /// Gives a disabled user the status from before.
    Enable {
        status: Status,
    },

    /// Moves the user to the recycle bin.
    Delete,
    Restore,

    /// Sends the user a mail.
    Mail(Template),

    /// Sends the user a mail about the expiry of the password.
    Remind(Interval),

    /// Puts the user on the report that admins get.
    Report(Template),
}

/// What applying an effect did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Applied {
    Changed,

    /// The wanted state was there already.
    NoOp,
}

/// An effect and what it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Performed {
    pub effect: Effect,
    pub applied: Applied,
}

/// Why our own rules do not let an effect happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the group {0:?} no longer exists")]
    GroupGone(String),
    #[error("the role {0:?} no longer exists")]
    RoleGone(String),
    #[error("the group {0:?} is protected: no workflow may change who is in it")]
    GroupProtected(String),
    #[error("the role {0:?} is protected: no workflow may give it or take it")]
    RoleProtected(String),
    #[error("the role {0:?} is a default role, which is never a task's target")]
    RoleDefault(String),
    #[error("every user is in the group {0:?}, nobody can leave it")]
    GroupOfEveryone(String),
    #[error(
        "the user {0:?} is protected: no workflow may disable it, delete it, or take groups or roles away"
    )]
    UserProtected(String),
    #[error("the user {0:?} no longer exists")]
    UserGone(String),
    #[error("the user {0:?} is the last administrator who can sign in")]
    LastAdministrator(String),
}

impl Effect {
    /// What takes it back from a user who was like `before`, provided that it changed something. A
    /// message cannot be taken back.
    #[must_use]
    pub fn inverse(&self, before: &UserState) -> Option<Self> {
        Some(match self.clone() {
            Self::AssignGroup { group, name } => Self::UnassignGroup { group, name },
            Self::UnassignGroup { group, name } => Self::AssignGroup { group, name },
            Self::AssignRole { role, name } => Self::UnassignRole { role, name },
            Self::UnassignRole { role, name } => Self::AssignRole { role, name },
            Self::Disable => Self::Enable {
                status: before.status,
            },
            Self::Enable { .. } => Self::Disable,
            Self::Delete => Self::Restore,
            Self::Restore => Self::Delete,
            Self::Mail(_) | Self::Remind(_) | Self::Report(_) => return None,
        })
    }

    /// Whether it takes something away from the user, which nothing may do to a protected one.
    pub fn strips(&self) -> bool {
        match self {
            Self::UnassignGroup { .. }
            | Self::UnassignRole { .. }
            | Self::Disable
            | Self::Delete => true,
            Self::AssignGroup { .. }
            | Self::AssignRole { .. }
            | Self::Enable { .. }
            | Self::Restore
            | Self::Mail(_)
            | Self::Remind(_)
            | Self::Report(_) => false,
        }
    }

    /// Whether it is a message, and changes nothing in the directory.
    pub fn is_message(&self) -> bool {
        matches!(self, Self::Mail(_) | Self::Remind(_) | Self::Report(_))
    }

    /// "Assign group Staff"
    pub fn sentence(&self) -> String {
        match self {
            Self::AssignGroup { name, .. } => format!("Assign group {name}"),
            Self::UnassignGroup { name, .. } => format!("Unassign group {name}"),
            Self::AssignRole { name, .. } => format!("Assign role {name}"),
            Self::UnassignRole { name, .. } => format!("Unassign role {name}"),
            Self::Disable => "Disable the account".to_owned(),
            Self::Enable { .. } => "Enable the account".to_owned(),
            Self::Delete => "Delete the account".to_owned(),
            Self::Restore => "Restore the account".to_owned(),
            Self::Mail(template) => format!("Send {}", template.label()),
            Self::Remind(interval) => {
                format!(
                    "Send {} ({})",
                    interval.template().label(),
                    interval.label()
                )
            }
            Self::Report(template) => format!("Put on {}", template.label()),
        }
    }
}

impl Performed {
    /// "Assign group Staff", "Assign group Staff: was already in it"
    pub fn sentence(&self) -> String {
        let what = self.effect.sentence();
        let so = match (self.applied, &self.effect) {
            (Applied::Changed, _) => return what,
            (Applied::NoOp, Effect::AssignGroup { .. }) => "was already in it",
            (Applied::NoOp, Effect::UnassignGroup { .. }) => "was not in it",
            (Applied::NoOp, Effect::AssignRole { .. }) => "had it already",
            (Applied::NoOp, Effect::UnassignRole { .. }) => "did not have it",
            (Applied::NoOp, Effect::Disable) => "was disabled already",
            (Applied::NoOp, Effect::Enable { .. }) => "was enabled already",
            (Applied::NoOp, Effect::Delete) => "was deleted already",
            (Applied::NoOp, Effect::Restore) => "was not deleted",
            (Applied::NoOp, _) => "was sent already",
        };
        format!("{what}: {so}")
    }
}

impl UserState {
    /// Changes this state as `effect` would change the user.
    pub fn apply(&mut self, effect: &Effect) -> Applied {
        let changed = match effect {
            Effect::AssignGroup { group, name } => {
                self.groups.insert(*group, name.clone()).is_none()
            }
            Effect::UnassignGroup { group, .. } => self.groups.remove(group).is_some(),
            Effect::AssignRole { role, name } => self.roles.insert(*role, name.clone()).is_none(),
            Effect::UnassignRole { role, .. } => self.roles.remove(role).is_some(),
            Effect::Disable => {
                std::mem::replace(&mut self.status, Status::Disabled) != Status::Disabled
            }
            Effect::Enable { status } => std::mem::replace(&mut self.status, *status) != *status,
            // Being in the recycle bin is no part of the state, nor is what was sent.
            Effect::Delete
            | Effect::Restore
            | Effect::Mail(_)
            | Effect::Remind(_)
            | Effect::Report(_) => true,
        };
        if changed {
            Applied::Changed
        } else {
            Applied::NoOp
        }
    }
}

impl Refusal {
    /// What an admin can do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::GroupGone(_) => {
                "Create the group again or choose another one in a new draft of the workflow, activate it, and assign the group to this user by hand."
            }
            Self::RoleGone(_) => {
                "Create the role again or choose another one in a new draft of the workflow, activate it, and assign the role to this user by hand."
            }
            Self::GroupProtected(_) => {
                "If workflows are meant to use this group, remove its protection under Users › Groups; otherwise choose another group in a new draft."
            }
            Self::RoleProtected(_) => {
                "If workflows are meant to use this role, remove its protection under Users › Roles; otherwise choose another role in a new draft."
            }
            Self::RoleDefault(_) => {
                "New users get this role anyway: remove the task, or choose another role in a new draft."
            }
            Self::GroupOfEveryone(_) => "Remove this target from the task in a new draft.",
            Self::UserProtected(_) => {
                "If workflows are meant to change this user, remove the protection on the Users screen."
            }
            Self::LastAdministrator(_) => {
                "Give somebody else the role Administrator first, or exclude administrators with a filter."
            }
            Self::UserGone(_) => "Restore the user from the recycle bin, then run it again.",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::model::user::Status;

    fn any_effect() -> impl Strategy<Value = Effect> {
        (0..5, 1..5_i64).prop_map(|(kind, number)| {
            let name = format!("n{number}");
            let (group, role) = (GroupId::new(number), RoleId::new(number));
            match kind {
                0 => Effect::AssignGroup { group, name },
                1 => Effect::UnassignGroup { group, name },
                2 => Effect::AssignRole { role, name },
                3 => Effect::UnassignRole { role, name },
                _ => Effect::Disable,
            }
        })
    }

    fn nobody() -> UserState {
        UserState {
            username: "ada".to_owned(),
            email: "ada@example.org".to_owned(),
            first_name: String::new(),
            last_name: String::new(),
            phone: String::new(),
            status: Status::Active,
            attributes: BTreeMap::new(),
            groups: BTreeMap::new(),
            roles: BTreeMap::new(),
            mfa: [].into(),
        }
    }

    #[test]
    fn what_was_so_already_is_said() {
        let (group, role) = (GroupId::new(1), RoleId::new(1));
        let name = || "X".to_owned();
        for (effect, no_op) in [
            (
                Effect::AssignGroup {
                    group,
                    name: name(),
                },
                "Assign group X: was already in it",
            ),
            (
                Effect::UnassignGroup {
                    group,
                    name: name(),
                },
                "Unassign group X: was not in it",
            ),
            (
                Effect::AssignRole { role, name: name() },
                "Assign role X: had it already",
            ),
            (
                Effect::UnassignRole { role, name: name() },
                "Unassign role X: did not have it",
            ),
        ] {
            let said = |applied| {
                let effect = effect.clone();
                Performed { effect, applied }.sentence()
            };
            assert_eq!(said(Applied::NoOp), no_op);
            assert_eq!(said(Applied::Changed), effect.sentence());
        }
    }

    proptest! {
        #[test]
        fn inverses_applied_backwards_restore_the_user(effects in proptest::collection::vec(any_effect(), 0..20)) {
            let mut user = nobody();
            let undo: Vec<Effect> = effects
                .iter()
                .filter_map(|effect| {
                    let before = user.clone();
                    let has_changed = user.apply(effect) == Applied::Changed;
                    effect.inverse(&before).filter(|_| has_changed)
                })
                .collect();
            for effect in undo.iter().rev() {
                prop_assert_eq!(user.apply(effect), Applied::Changed);
            }
            prop_assert_eq!(user, nobody());
        }

        #[test]
        fn an_effect_applied_twice_is_a_no_op(effect in any_effect()) {
            let mut user = nobody();
            user.apply(&effect);
            let once = user.clone();
            prop_assert_eq!(user.apply(&effect), Applied::NoOp);
            prop_assert_eq!(user, once);
        }
    }
}
