//! Groups and roles, seen alike: both are what users have and workflows give and take.

use std::collections::BTreeMap;

use crate::{
    command::Command,
    model::{
        group::{ADMINISTRATOR, Group, Role},
        id::{GroupId, RoleId, UserId},
        task::TargetKind,
    },
    store::{Config, Store, StoreError, groups, roles, users::Filter},
    ui::icons::Icon,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Group(Group),
    Role(Role),
}

impl Target {
    pub(super) fn kind(&self) -> TargetKind {
        match self {
            Self::Group(_) => TargetKind::Group,
            Self::Role(_) => TargetKind::Role,
        }
    }

    pub(super) fn number(&self) -> i64 {
        match self {
            Self::Group(group) => group.id.number(),
            Self::Role(role) => role.id.number(),
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Group(group) => &group.name,
            Self::Role(role) => &role.name,
        }
    }

    pub(super) fn description(&self) -> &str {
        match self {
            Self::Group(group) => &group.description,
            Self::Role(role) => &role.description,
        }
    }

    pub(super) fn is_protected(&self) -> bool {
        match self {
            Self::Group(group) => group.is_protected,
            Self::Role(role) => role.is_protected,
        }
    }

    /// Whether new users get it, or all users are in it.
    pub(super) fn is_default(&self) -> bool {
        match self {
            Self::Group(group) => group.is_everyone,
            Self::Role(role) => role.is_default,
        }
    }

    /// Why it cannot be renamed and deleted, if it belongs to every directory.
    pub(super) fn built_in(&self) -> Option<&'static str> {
        match self {
            Self::Group(group) if group.is_everyone => Some(
                "Every user is in this group, so nobody can be added, leave or be taken out. \
                 It cannot be renamed or deleted.",
            ),
            Self::Role(role) if role.name == ADMINISTRATOR => Some(
                "Whoever holds this role may administer Tenure. It cannot be renamed or deleted, \
                 and somebody who can sign in always holds it.",
            ),
            _ => None,
        }
    }

    pub(super) fn filter(&self) -> Filter {
        match self {
            Self::Group(group) => Filter {
                group: Some(group.id),
                ..Filter::default()
            },
            Self::Role(role) => Filter {
                role: Some(role.id),
                ..Filter::default()
            },
        }
    }

    pub(super) fn delete(&self) -> Command {
        match self {
            Self::Group(group) => Command::DeleteGroup(group.id),
            Self::Role(role) => Command::DeleteRole(role.id),
        }
    }

    pub(super) fn count(&self, store: &Store) -> Result<u64, StoreError> {
        store.read(|db| match self {
            Self::Group(group) => groups::count_members(db, group),
            Self::Role(role) => roles::count_holders(db, role.id),
        })
    }

    /// The active workflows whose tasks name it.
    pub(super) fn named_by(&self, config: &Config) -> Vec<String> {
        let wanted = (self.kind(), Some(self.number()));
        let names = |it: &&crate::store::config::ActiveVersion| {
            let mut targets = it.definition.definition().targets();
            targets.any(|(kind, target)| (kind, target.id) == wanted)
        };
        let active = config.active.iter().filter(names);
        active.map(|it| it.workflow_name.clone()).collect()
    }
}

/// A page of groups or roles by name.
pub(super) fn page(
    store: &Store,
    kind: TargetKind,
    search: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<Target>, StoreError> {
    store.read(|db| {
        Ok(match kind {
            TargetKind::Group => {
                let page = groups::page(db, search, after, limit)?;
                page.into_iter().map(Target::Group).collect()
            }
            TargetKind::Role => {
                let page = roles::page(db, search, after, limit)?;
                page.into_iter().map(Target::Role).collect()
            }
        })
    })
}

/// How many users each of `targets` has.
pub(super) fn counts(store: &Store, targets: &[Target]) -> Result<BTreeMap<i64, u64>, StoreError> {
    targets
        .iter()
        .map(|target| Ok((target.number(), target.count(store)?)))
        .collect()
}

/// "group", "role"
pub(super) fn word(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::Group => "group",
        TargetKind::Role => "role",
    }
}

/// "Groups", "Roles"
pub(super) fn plural(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::Group => "Groups",
        TargetKind::Role => "Roles",
    }
}

pub(super) fn icon(kind: TargetKind) -> Icon {
    match kind {
        TargetKind::Group => Icon::Group,
        TargetKind::Role => Icon::Role,
    }
}

/// What gives a user a group or role.
pub(super) fn give(kind: TargetKind, user: UserId, number: i64) -> Command {
    match kind {
        TargetKind::Group => Command::AddToGroup {
            user,
            group: GroupId::new(number),
        },
        TargetKind::Role => Command::GiveRole {
            user,
            role: RoleId::new(number),
        },
    }
}

pub(super) fn take(kind: TargetKind, user: UserId, number: i64) -> Command {
    match kind {
        TargetKind::Group => Command::RemoveFromGroup {
            user,
            group: GroupId::new(number),
        },
        TargetKind::Role => Command::TakeRole {
            user,
            role: RoleId::new(number),
        },
    }
}
