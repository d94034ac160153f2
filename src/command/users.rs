//! Changes to users that exist.

use serde::Serialize;

use super::{CommandError, Log, Reply, account, effects, registration, updates};
use crate::{
    model::{
        Timestamp,
        effect::Applied,
        event::Source,
        group::ADMINISTRATOR,
        id::{GroupId, RoleId, UserId},
        user::{Profile, Status, User, UserState, UserUpdate},
    },
    store::{Config, StoreError, groups, identities, members, roles, sessions, users},
};

/// How many users one purge removes at most, so that it never holds up others for long.
const PURGE: usize = 1_000;

/// Changes whatever `update` names, as one event.
pub(super) fn update(
    log: &Log<'_>,
    id: UserId,
    update: &UserUpdate,
    source: Source,
    if_revision: Option<u64>,
) -> Result<Reply, CommandError> {
    let user = present(log, id)?;
    if if_revision.is_some_and(|it| it != user.revision) {
        return Err(CommandError::Outdated(name(&user).to_owned()));
    }
    let config = log.tx.config()?;
    let after = changed(log, &config, &user, update)?;
    if after == user && update.password.is_none() {
        return Ok(Reply::Done);
    }
    let before = before(log, &config, &user, source)?;
    users::update(log.tx, &user, &after, log.now)?;
    if let Some(password) = &update.password {
        account::replace_password(log, &config, &user, password)?;
    }
    if after.status == Status::Disabled && user.status != Status::Disabled {
        sessions::delete_of_user(log.tx, id, None)?;
    }
    log.changed(
        act(&user, &after),
        name(&user),
        Some(&Audited::of(&user)),
        Some(&Audited::of(&after)),
    )?;
    announce(log, &config, before, &after, source)
}

/// What an admin would call it.
fn act(before: &User, after: &User) -> &'static str {
    let is_only_status = before.profile == after.profile && before.external_id == after.external_id;
    match (is_only_status, after.status) {
        (true, Status::Disabled) => "user.disable",
        (true, _) if before.status == Status::Disabled => "user.enable",
        _ => "user.update",
    }
}

/// The user as they are to be.
fn changed(
    log: &Log<'_>,
    config: &Config,
    user: &User,
    update: &UserUpdate,
) -> Result<User, CommandError> {
    let mut after = user.clone();
    if let Some(form) = &update.form {
        let checked = form.check(&config.attributes);
        after.profile = checked.map_err(CommandError::Fields)?;
        check_free(log, user, &after)?;
    }
    if let Some(external_id) = &update.external_id {
        after.external_id.clone_from(external_id);
    }
    if update.password.is_some() && matches!(user.status, Status::Pending | Status::Locked) {
        after.status = Status::Active;
    }
    match update.is_enabled {
        Some(false) if user.status != Status::Disabled => {
            check_unprotected(user)?;
            check_not_last_administrator(log, user)?;
            after.status = Status::Disabled;
        }
        Some(true) if user.status == Status::Disabled => {
            let has_way_in = user.password_changed.is_some() || update.password.is_some();
            after.status = if has_way_in || identities::has_any(log.tx, user.id)? {
                Status::Active
            } else {
                Status::Pending
            };
        }
        _ => (),
    }
    Ok(after)
}

/// What is unique must not be somebody else's already.
fn check_free(log: &Log<'_>, user: &User, after: &User) -> Result<(), CommandError> {
    let (had, has) = (&user.profile, &after.profile);
    if had.username == has.username && had.email == has.email {
        return Ok(());
    }
    let taken = users::is_taken(log.tx, &has.username, &has.email, Some(user.id))?;
    registration::taken_fields(taken)
}

/// The user as workflows see one, if any of them waits for updates from this source.
pub(super) fn before(
    log: &Log<'_>,
    config: &Config,
    user: &User,
    source: Source,
) -> Result<Option<UserState>, StoreError> {
    if updates::is_awaited(config, source) {
        users::state(log.tx, user).map(Some)
    } else {
        Ok(None)
    }
}

/// Raises the event that a user has changed from `before`; memberships have not.
pub(super) fn announce(
    log: &Log<'_>,
    config: &Config,
    before: Option<UserState>,
    after: &User,
    source: Source,
) -> Result<Reply, CommandError> {
    let Some(before) = before else {
        return Ok(Reply::Updated(Vec::new()));
    };
    let (groups, roles) = (before.groups.clone(), before.roles.clone());
    let updated = updates::Updated {
        user: after.id,
        source,
        after: after
            .profile
            .state(after.status, groups, roles, after.mfa.clone()),
        before,
    };
    Ok(Reply::Updated(updates::raise(log, config, updated)?))
}

/// What of a user an audit entry shows.
#[derive(Serialize)]
struct Audited<'a> {
    #[serde(flatten)]
    profile: &'a Profile,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
}

impl<'a> Audited<'a> {
    fn of(user: &'a User) -> Self {
        Self {
            profile: &user.profile,
            status: user.status,
            external_id: user.external_id.as_deref(),
        }
    }
}

/// Disables or enables.
pub(super) fn set_enabled(
    log: &Log<'_>,
    id: UserId,
    is_enabled: bool,
) -> Result<Reply, CommandError> {
    let update = UserUpdate::enabled(is_enabled);
    self::update(log, id, &update, Source::AdminDetails, None)
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
    sessions::delete_of_user(log.tx, id, None)?;
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

pub(super) fn name(user: &User) -> &str {
    user.profile.username.as_str()
}

pub(super) fn present(log: &Log<'_>, id: UserId) -> Result<User, CommandError> {
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
pub(super) fn check_may_lose(user: &User, applied: Applied) -> Result<(), CommandError> {
    match applied {
        Applied::Changed => check_unprotected(user),
        Applied::NoOp => Ok(()),
    }
}

fn check_not_last_administrator(log: &Log<'_>, user: &User) -> Result<(), CommandError> {
    if effects::is_last_administrator(log.tx, user.id)? {
        return Err(CommandError::LastAdministrator(name(user).to_owned()));
    }
    Ok(())
}
