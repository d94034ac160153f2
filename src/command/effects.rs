//! Where effects become changes: the one place that refuses them.

use std::collections::BTreeSet;

use crate::{
    model::{
        Timestamp,
        effect::{Applied, Effect, Performed, Refusal},
        group::ADMINISTRATOR,
        id::UserId,
        plan::{Outcome, Refused},
        task::TargetKind,
        user::{Status, UserState},
    },
    store::{Config, StoreError, Tx, members, roles, sessions, users},
};

/// Performs the effects of one step on a user, all of them or none.
pub(super) fn perform(
    tx: &Tx<'_>,
    config: &Config,
    user: UserId,
    state: &UserState,
    effects: &[Effect],
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    for effect in effects {
        if let Some(refusal) = refusal(tx, config, user, state, effect)? {
            let effect = effect.clone();
            return Ok(Err(Refused { effect, refusal }));
        }
    }
    let mut performed = Vec::with_capacity(effects.len());
    for effect in effects {
        performed.push(Performed {
            effect: effect.clone(),
            applied: apply(tx, user, effect, now)?,
        });
    }
    Ok(Ok(performed))
}

fn refusal(
    tx: &Tx<'_>,
    config: &Config,
    user: UserId,
    state: &UserState,
    effect: &Effect,
) -> Result<Option<Refusal>, StoreError> {
    let target = match effect {
        Effect::AssignGroup { group, name } | Effect::UnassignGroup { group, name } => {
            match config.targets.get(&(TargetKind::Group, group.number())) {
                Some(found) => found.group_refusal(),
                None => Some(Refusal::GroupGone(name.clone())),
            }
        }
        Effect::AssignRole { role, name } | Effect::UnassignRole { role, name } => {
            match config.targets.get(&(TargetKind::Role, role.number())) {
                Some(found) => found.role_refusal(),
                None => Some(Refusal::RoleGone(name.clone())),
            }
        }
        _ => None,
    };
    if target.is_some() || !effect.strips() {
        return Ok(target);
    }
    let name = || state.username.clone();
    let Some(user) = users::get(tx, user)?.filter(|it| it.deleted.is_none()) else {
        return Ok(Some(Refusal::UserGone(name())));
    };
    if user.is_protected {
        return Ok(Some(Refusal::UserProtected(name())));
    }
    let locks_out = matches!(effect, Effect::Disable | Effect::Delete);
    let is_last = locks_out && is_last_administrator(tx, user.id)?;
    Ok(is_last.then(|| Refusal::LastAdministrator(name())))
}

/// Everyone who has the role of an administrator.
pub(super) fn administrators(tx: &Tx<'_>) -> Result<BTreeSet<UserId>, StoreError> {
    match roles::by_name(tx, ADMINISTRATOR)? {
        Some(role) => members::holders(tx, role.id),
        None => Ok(BTreeSet::new()),
    }
}

/// Whether nobody else could administer the directory.
pub(super) fn is_last_administrator(tx: &Tx<'_>, user: UserId) -> Result<bool, StoreError> {
    let Some(role) = roles::by_name(tx, ADMINISTRATOR)? else {
        return Ok(false);
    };
    let is_administrator = members::roles_of(tx, user)?.contains_key(&role.id);
    Ok(is_administrator && members::count_able_holders(tx, role.id, user)? == 0)
}

/// Messages change nothing here: who performs them queues them.
pub(super) fn apply(
    tx: &Tx<'_>,
    user: UserId,
    effect: &Effect,
    now: Timestamp,
) -> Result<Applied, StoreError> {
    match effect {
        Effect::Disable => set_status(tx, user, Status::Disabled, now),
        Effect::Enable { status } => set_status(tx, user, *status, now),
        Effect::Delete => set_deleted(tx, user, Some(now)),
        Effect::Restore => set_deleted(tx, user, None),
        Effect::Mail(_) | Effect::Remind(_) | Effect::Report(_) => Ok(Applied::Changed),
        Effect::AssignGroup { group, .. } => members::add_to_group(tx, user, *group),
        Effect::UnassignGroup { group, .. } => members::remove_from_group(tx, user, *group),
        Effect::AssignRole { role, .. } => members::give_role(tx, user, *role),
        Effect::UnassignRole { role, .. } => members::take_role(tx, user, *role),
    }
}

fn set_status(
    tx: &Tx<'_>,
    user: UserId,
    status: Status,
    now: Timestamp,
) -> Result<Applied, StoreError> {
    let Some(before) = users::get(tx, user)?.filter(|it| it.status != status) else {
        return Ok(Applied::NoOp);
    };
    users::set_status(tx, user, status, now)?;
    if status == Status::Disabled && before.status != Status::Disabled {
        sessions::delete_of_user(tx, user, None)?;
    }
    Ok(Applied::Changed)
}

fn set_deleted(tx: &Tx<'_>, user: UserId, at: Option<Timestamp>) -> Result<Applied, StoreError> {
    let is_to_be = at.is_some();
    let Some(user) = users::get(tx, user)?.filter(|it| it.deleted.is_some() != is_to_be) else {
        return Ok(Applied::NoOp);
    };
    users::set_deleted(tx, &user, at)?;
    if is_to_be {
        sessions::delete_of_user(tx, user.id, None)?;
        if tx.config()?.settings.directory.recycle_days == 0 {
            users::delete(tx, user.id)?;
        }
    }
    Ok(Applied::Changed)
}
