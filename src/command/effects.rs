//! Where effects become changes: the one place that refuses them.

use crate::{
    model::{
        effect::{Applied, Effect, Performed, Refusal},
        id::UserId,
        plan::{Outcome, Refused},
        task::TargetKind,
        user::UserState,
    },
    store::{Config, StoreError, Tx, members, users},
};

/// Performs the effects of one step on a user, all of them or none.
pub(super) fn perform(
    tx: &Tx<'_>,
    config: &Config,
    user: UserId,
    state: &UserState,
    effects: &[Effect],
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
            applied: apply(tx, user, effect)?,
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
    };
    if target.is_some() || !effect.strips() {
        return Ok(target);
    }
    Ok(match users::get(tx, user)? {
        None => Some(Refusal::UserGone(state.username.clone())),
        Some(user) if user.is_protected => Some(Refusal::UserProtected(state.username.clone())),
        Some(_) => None,
    })
}

fn apply(tx: &Tx<'_>, user: UserId, effect: &Effect) -> Result<Applied, StoreError> {
    match effect {
        Effect::AssignGroup { group, .. } => members::add_to_group(tx, user, *group),
        Effect::UnassignGroup { group, .. } => members::remove_from_group(tx, user, *group),
        Effect::AssignRole { role, .. } => members::give_role(tx, user, *role),
        Effect::UnassignRole { role, .. } => members::take_role(tx, user, *role),
    }
}
