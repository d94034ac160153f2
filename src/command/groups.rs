//! Changes of one group and its members at once, as programs ask for them.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{CommandError, Log, Reply, directory, users as profile};
use crate::{
    model::{
        effect::Applied,
        group::{Group, GroupChange, MembersChange},
        id::{GroupId, UserId},
    },
    store::{groups, members, users},
};

/// How many members are read at once.
const PAGE: usize = 1_000;

/// A group with everything that is said about it.
pub(super) fn create(log: &Log<'_>, described: &GroupChange) -> Result<Reply, CommandError> {
    let text = |it: &Option<String>| it.clone().unwrap_or_default();
    let (name, description) = (text(&described.name), text(&described.description));
    let reply = directory::create_group(log, &name, &description)?;
    if let Reply::Group(id) = reply {
        change(log, id, described, None)?;
    }
    Ok(reply)
}

pub(super) fn change(
    log: &Log<'_>,
    id: GroupId,
    change: &GroupChange,
    if_revision: Option<u64>,
) -> Result<Reply, CommandError> {
    let before = groups::get(log.tx, id)?.ok_or(CommandError::NotFound("group"))?;
    if if_revision.is_some_and(|it| it != before.revision) {
        return Err(CommandError::Outdated(before.name));
    }
    let after = described(&before, change)?;
    if after != before {
        groups::update(log.tx, &after, log.now).map_err(directory::taken("group", &after.name))?;
        log.changed("group.update", &before.name, Some(&before), Some(&after))?;
    }
    change_members(log, &before, &change.members)
}

/// The group as it is to be, but for its members.
fn described(before: &Group, change: &GroupChange) -> Result<Group, CommandError> {
    let mut after = before.clone();
    if let Some(name) = &change.name {
        after.name = directory::checked_name(name)?;
    }
    if let Some(description) = &change.description {
        after.description = directory::checked_description(description)?;
    }
    if let Some(external_id) = &change.external_id {
        after.external_id.clone_from(external_id);
    }
    if let Some(is_protected) = change.is_protected {
        after.is_protected = is_protected || before.is_everyone;
    }
    if before.is_everyone && before.name != after.name {
        return Err(directory::built_in("group", &before.name));
    }
    Ok(after)
}

fn change_members(
    log: &Log<'_>,
    group: &Group,
    change: &MembersChange,
) -> Result<Reply, CommandError> {
    let (add, remove) = match change {
        MembersChange::None => return Ok(Reply::Done),
        MembersChange::Edit { add, remove } => (add.clone(), remove.clone()),
        MembersChange::Replace(wanted) => {
            let present = all(log, group.id)?;
            (
                wanted.difference(&present).copied().collect(),
                present.difference(wanted).copied().collect(),
            )
        }
    };
    if add.is_empty() && remove.is_empty() {
        return Ok(Reply::Done);
    }
    check_open(group)?;
    let changes = Changes {
        removed: remove_all(log, group.id, &remove)?,
        added: add_all(log, group.id, &add)?,
    };
    if changes.added.is_empty() && changes.removed.is_empty() {
        return Ok(Reply::Done);
    }
    log.changed("group.members", &group.name, None::<&()>, Some(&changes))
}

/// Who came and who went, for the audit.
#[derive(Serialize)]
struct Changes {
    added: Vec<String>,
    removed: Vec<String>,
}

fn check_open(group: &Group) -> Result<(), CommandError> {
    let name = group.name.clone();
    let what = "group";
    if group.is_everyone {
        Err(CommandError::BuiltIn { what, name })
    } else if group.is_protected {
        Err(CommandError::Protected { what, name })
    } else {
        Ok(())
    }
}

fn all(log: &Log<'_>, group: GroupId) -> Result<BTreeSet<UserId>, CommandError> {
    let mut found = BTreeSet::new();
    let mut after = UserId::new(0);
    loop {
        let page = members::of_group(log.tx, group, after, PAGE)?;
        let Some((last, _)) = page.last() else {
            return Ok(found);
        };
        after = *last;
        found.extend(page.into_iter().map(|(id, _)| id));
    }
}

fn add_all(
    log: &Log<'_>,
    group: GroupId,
    wanted: &BTreeSet<UserId>,
) -> Result<Vec<String>, CommandError> {
    let mut names = Vec::new();
    for id in wanted {
        let user = profile::present(log, *id)?;
        if members::add_to_group(log.tx, *id, group)? == Applied::Changed {
            names.push(profile::name(&user).to_owned());
        }
    }
    Ok(names)
}

/// Who is not there is gone already; nothing is taken from a protected user.
fn remove_all(
    log: &Log<'_>,
    group: GroupId,
    unwanted: &BTreeSet<UserId>,
) -> Result<Vec<String>, CommandError> {
    let mut names = Vec::new();
    for id in unwanted {
        let Some(user) = users::get(log.tx, *id)? else {
            continue;
        };
        let applied = members::remove_from_group(log.tx, *id, group)?;
        profile::check_may_lose(&user, applied)?;
        if applied == Applied::Changed {
            names.push(profile::name(&user).to_owned());
        }
    }
    Ok(names)
}
