//! What the directory says about the things that a definition names.

use rusqlite::Connection;

use super::{StoreError, attributes, groups, roles, settings_row};
use crate::model::{
    definition::Definition,
    id::{GroupId, RoleId},
    problem::{Known, KnownTarget},
    task::TargetKind,
};

pub fn known(db: &Connection, definition: &Definition) -> Result<Known, StoreError> {
    let mut known = Known {
        attributes: attributes::all(db)?,
        ..Known::default()
    };
    known.heed(&settings_row::get(db)?);
    for (kind, target) in definition.targets() {
        let Some(id) = target.id else {
            continue;
        };
        if known.targets.contains_key(&(kind, id)) {
            continue;
        }
        let found = match kind {
            TargetKind::Group => group(db, GroupId::new(id))?,
            TargetKind::Role => role(db, RoleId::new(id))?,
        };
        if let Some(found) = found {
            known.targets.insert((kind, id), found);
        }
    }
    Ok(known)
}

/// What a workflow must know about a group before it touches it.
pub fn group(db: &Connection, id: GroupId) -> Result<Option<KnownTarget>, StoreError> {
    Ok(groups::get(db, id)?.map(|group| KnownTarget {
        name: group.name,
        is_protected: group.is_protected,
        is_implied: group.is_everyone,
    }))
}

/// What a workflow must know about a role before it touches it.
pub fn role(db: &Connection, id: RoleId) -> Result<Option<KnownTarget>, StoreError> {
    Ok(roles::get(db, id)?.map(|role| KnownTarget {
        name: role.name,
        is_protected: role.is_protected,
        is_implied: role.is_default,
    }))
}

/// Gives targets that are known by name only the number they have in this directory.
pub fn resolve(db: &Connection, definition: &mut Definition) -> Result<(), StoreError> {
    for (kind, target) in definition.targets_mut() {
        if target.id.is_some() {
            continue;
        }
        let found = match kind {
            TargetKind::Group => groups::by_name(db, &target.name)?.map(|it| it.id.number()),
            TargetKind::Role => roles::by_name(db, &target.name)?.map(|it| it.id.number()),
        };
        target.id = found;
    }
    Ok(())
}
