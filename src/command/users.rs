//! Changes to users that exist.

use serde::Serialize;

use super::{CommandError, Log, Reply, registration};
use crate::{
    model::{
        Timestamp,
        effect::Applied,
        group::ADMINISTRATOR,
        id::{GroupId, RoleId, UserId},
        user::{ProfileForm, Status, User},
    },
    store::{groups, members, roles, users},
};

/// How many users one purge removes at most, so that it never holds up others for long.
const PURGE: usize = 1_000;

pub(super) fn update(log: &Log<'_>, id: UserId, form: &ProfileForm) -> Result<Reply, CommandError> {
    let user = present(log, id)?;
    let config = log.tx.config()?;
    let profile = form
        .check(&config.attributes)
        .map_err(CommandError::Fields)?;
    if profile == user.profile {
        return Ok(Reply::Done);
    }
    let taken = users::is_taken(log.tx, &profile.username, &profile.email, Some(id))?;
    registration::taken_fields(taken)?;
    users::update_profile(log.tx, id, &profile)?;
    let name = user.profile.username.as_str();
    log.changed("user.update", name, Some(&user.profile), Some(&profile))
}

pub(super) fn disable(log: &Log<'_>, id: UserId) -> Result<Reply, CommandError> {
    let user = present(log, id)?;
    if user.status == Status::Disabled {
        return Ok(Reply::Done);
    }
    check_unprotected(&user)?;
    check_not_last_administrator(log, &user)?;
    set_status(log, &user, Status::Disabled, "user.disable")
}

pub(super) fn enable(log: &Log<'_>, id: UserId) -> Result<Reply, CommandError> {
    let user = present(log, id)?;
    if user.status != Status::Disabled {
        return Ok(Reply::Done);
    }
    let status = match user.password_changed {
        Some(_) => Status::Active,
        None => Status::Pending,
    };
    set_status(log, &user, status, "user.enable")
}

fn set_status(
    log: &Log<'_>,
    user: &User,
    status: Status,
    action: &str,
) -> Result<Reply, CommandError> {
    #[derive(Serialize)]
    struct Value {
        status: Status,
    }
    users::set_status(log.tx, user.id, status)?;
    let before = Value {
        status: user.status,
    };
    log.changed(action, name(user), Some(&before), Some(&Value { status }))
}

pub(super) fn protect(
    log: &Log<'_>,
    id: UserId,
    is_protected: bool,
) -> Result<Reply, CommandError> {
    let user = present(log, id)?;
    users::set_protected(log.tx, id, is_protected)?;
    let action = if is_protected {
        "user.protect"
    } else {
        "user.unprotect"
    };
    log.done(action, name(&user))
}

/// Moves a user to the recycle bin, or removes them at once if the bin keeps nobody.
pub(super) fn delete(log: &Log<'_>, id: UserId) -> Result<Reply, CommandError> {
    let user = present(log, id)?;
    check_unprotected(&user)?;
    check_not_last_administrator(log, &user)?;
    let before = users::state(log.tx, &user)?;
    users::set_deleted(log.tx, &user, Some(log.now))?;
    if log.tx.config()?.settings.directory.recycle_days == 0 {
        users::delete(log.tx, id)?;
    }
    log.changed("user.delete", name(&user), Some(&before), None::<&()>)
}

pub(super) fn restore(log: &Log<'_>, id: UserId) -> Result<Reply, CommandError> {
    let user = deleted(log, id)?;
    let profile = &user.profile;
    let taken = users::is_taken(log.tx, &profile.username, &profile.email, None)?;
    registration::taken_fields(taken)?;
    users::set_deleted(log.tx, &user, None)?;
    log.done("user.restore", name(&user))
}

pub(super) fn purge(log: &Log<'_>, id: UserId) -> Result<Reply, CommandError> {
    let user = deleted(log, id)?;
    users::delete(log.tx, id)?;
    log.done("user.purge", name(&user))
}

pub(super) fn purge_deleted(log: &Log<'_>, before: Timestamp) -> Result<Reply, CommandError> {
    let expired = users::deleted_before(log.tx, before, PURGE)?;
    for user in &expired {
        users::delete(log.tx, user.id)?;
        log.done("user.purge", name(user))?;
    }
    Ok(Reply::Purged(expired.len()))
}

pub(super) fn add_to_group(
    log: &Log<'_>,
    user: UserId,
    group: GroupId,
) -> Result<Reply, CommandError> {
    let (user, group) = (present(log, user)?, found_group(log, group)?);
    if group.is_everyone {
        return Ok(Reply::Done);
    }
    let applied = members::add_to_group(log.tx, user.id, group.id)?;
    membership(log, applied, "user.add_to_group", &user, &group.name)
}

pub(super) fn remove_from_group(
    log: &Log<'_>,
    user: UserId,
    group: GroupId,
) -> Result<Reply, CommandError> {
    let (user, group) = (present(log, user)?, found_group(log, group)?);
    if group.is_everyone {
        return Err(CommandError::BuiltIn {
            what: "group",
            name: group.name,
        });
    }
    let applied = members::remove_from_group(log.tx, user.id, group.id)?;
    check_may_lose(&user, applied)?;
    membership(log, applied, "user.remove_from_group", &user, &group.name)
}

pub(super) fn give_role(log: &Log<'_>, user: UserId, role: RoleId) -> Result<Reply, CommandError> {
    let user = present(log, user)?;
    let role = roles::get(log.tx, role)?.ok_or(CommandError::NotFound("role"))?;
    let applied = members::give_role(log.tx, user.id, role.id)?;
    membership(log, applied, "user.give_role", &user, &role.name)
}

pub(super) fn take_role(log: &Log<'_>, user: UserId, role: RoleId) -> Result<Reply, CommandError> {
    let user = present(log, user)?;
    let role = roles::get(log.tx, role)?.ok_or(CommandError::NotFound("role"))?;
    if role.name == ADMINISTRATOR {
        check_not_last_administrator(log, &user)?;
    }
    let applied = members::take_role(log.tx, user.id, role.id)?;
    check_may_lose(&user, applied)?;
    membership(log, applied, "user.take_role", &user, &role.name)
}

/// Records a membership that changed; one that did not needs no entry.
fn membership(
    log: &Log<'_>,
    applied: Applied,
    action: &str,
    user: &User,
    target: &str,
) -> Result<Reply, CommandError> {
    match applied {
        Applied::NoOp => Ok(Reply::Done),
        Applied::Changed => log.changed(action, name(user), None::<&()>, Some(&target)),
    }
}

fn name(user: &User) -> &str {
    user.profile.username.as_str()
}

fn present(log: &Log<'_>, id: UserId) -> Result<User, CommandError> {
    let user = users::get(log.tx, id)?.ok_or(CommandError::NotFound("user"))?;
    match user.deleted {
        None => Ok(user),
        Some(_) => Err(CommandError::InRecycleBin(name(&user).to_owned())),
    }
}

fn deleted(log: &Log<'_>, id: UserId) -> Result<User, CommandError> {
    let user = users::get(log.tx, id)?.ok_or(CommandError::NotFound("user"))?;
    match user.deleted {
        Some(_) => Ok(user),
        None => Err(CommandError::NotInRecycleBin(name(&user).to_owned())),
    }
}

fn found_group(log: &Log<'_>, id: GroupId) -> Result<crate::model::group::Group, CommandError> {
    groups::get(log.tx, id)?.ok_or(CommandError::NotFound("group"))
}

fn check_unprotected(user: &User) -> Result<(), CommandError> {
    if user.is_protected {
        return Err(CommandError::Protected {
            what: "user",
            name: name(user).to_owned(),
        });
    }
    Ok(())
}

/// Nothing is taken from a protected user; the refusal takes back what was just done.
fn check_may_lose(user: &User, applied: Applied) -> Result<(), CommandError> {
    match applied {
        Applied::Changed => check_unprotected(user),
        Applied::NoOp => Ok(()),
    }
}

fn check_not_last_administrator(log: &Log<'_>, user: &User) -> Result<(), CommandError> {
    let Some(role) = roles::by_name(log.tx, ADMINISTRATOR)? else {
        return Ok(());
    };
    let is_administrator = members::roles_of(log.tx, user.id)?.contains_key(&role.id);
    if is_administrator && members::count_able_holders(log.tx, role.id, user.id)? == 0 {
        return Err(CommandError::LastAdministrator(name(user).to_owned()));
    }
    Ok(())
}
