//! Users (RFC 7643 §4.1): read, made, changed and moved to the recycle bin.
//!
//! **Invariants:** a request is applied whole or not at all: it is worked out on a copy of the user
//! and sent as one command, which is refused if somebody changed the user meanwhile, and is then
//! worked out again. What the server decides (id, meta, groups, roles) is never written.

mod columns;
mod draft;
mod field;
mod render;
mod value;

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::Value;

pub(super) use self::render::meta;
use self::{draft::Draft, render::Memberships};
use super::{
    answer::Resource,
    body::{self, Object},
    caller::Caller,
    condition::Condition,
    error::ScimError,
    lower,
    patch::{self, Change},
    projection::Projection,
    query::Query,
    schema,
};
use crate::{
    command::{Command, NewUser, Registered, Reply, password},
    model::{
        event::Source,
        id::UserId,
        user::{User, UserUpdate},
    },
    store::{Config, StoreError, matching::Test, members, users},
};

/// How often a change is worked out again that somebody else was faster with.
const ATTEMPTS: usize = 50;

pub(super) fn get(
    caller: &Caller,
    id: &str,
    projection: &Projection,
) -> Result<(Resource, u64), ScimError> {
    caller.store().read_with_config(|db, config| {
        let user = present(db, id)?;
        let memberships = memberships(db, &user, projection)?;
        let base = caller.base();
        let resource = render::resource(&config, base, projection, &user, &memberships);
        Ok((resource, user.revision))
    })
}

/// One page of those who meet a filter, and how many do.
pub(super) fn page(
    caller: &Caller,
    query: &Query,
    is_strict: bool,
) -> Result<(u64, Vec<Value>), ScimError> {
    let config = caller.config()?;
    let meaning = |name: &_| columns::meaning(name, &config);
    let test = match &query.filter {
        Some(filter) => lower::condition(filter, is_strict, &meaning)?,
        None => Test::Always(true),
    };
    let sort = lower::sort(&query.sort_by, &query.sort_order, meaning)?;
    caller.store().read(|db| {
        let total = users::count_matching(db, &test)?;
        let mut resources = Vec::new();
        if query.count > 0 && query.start <= total {
            let skip = query.start - 1;
            for user in users::matching(db, &test, sort.as_ref(), skip, query.count)? {
                let memberships = memberships(db, &user, &query.projection)?;
                let (base, projection) = (caller.base(), &query.projection);
                let resource = render::resource(&config, base, projection, &user, &memberships);
                resources.push(resource.body.into());
            }
        }
        Ok((total, resources))
    })
}

pub(super) async fn create(
    caller: &Caller,
    body: &Object,
    projection: &Projection,
) -> Result<Resource, ScimError> {
    body::check_schema(body, schema::USER)?;
    let config = caller.config()?;
    let draft = Draft::new(&config, body)?;
    check(&config, &draft)?;
    let mut new = NewUser::new(draft.form, Source::AdminPortal);
    if let Some(password) = draft.password {
        let policy = &config.settings.password;
        password::check(policy, &new.form, &password).map_err(|err| ScimError::fields(&[err]))?;
        new.password_hash = Some(caller.hash(password).await?);
    }
    new.is_enabled = draft.is_enabled.unwrap_or(true);
    new.external_id = draft.external_id;
    let reply = caller.apply(Command::Register(new)).await;
    match reply.map_err(ScimError::refused)? {
        Reply::Registered(Registered::Created { user, .. }) => {
            Ok(get(caller, &user.to_string(), projection)?.0)
        }
        // Which rule it was is for administrators to see.
        _ => Err(ScimError::new(
            StatusCode::FORBIDDEN,
            "this directory does not accept the user",
        )),
    }
}

pub(super) async fn replace(
    caller: &Caller,
    id: &str,
    condition: &Condition,
    body: &Object,
    projection: &Projection,
) -> Result<Resource, ScimError> {
    body::check_schema(body, schema::USER)?;
    change(caller, id, condition, projection, |config, user| {
        Draft::replaced(config, user, body)
    })
    .await
}

pub(super) async fn patch(
    caller: &Caller,
    id: &str,
    condition: &Condition,
    body: Object,
    projection: &Projection,
) -> Result<Resource, ScimError> {
    let changes = patch::changes(body)?;
    change(caller, id, condition, projection, |config, user| {
        patched(config, user, &changes)
    })
    .await
}

pub(super) async fn delete(
    caller: &Caller,
    id: &str,
    condition: &Condition,
) -> Result<(), ScimError> {
    let user = caller.store().read(|db| present(db, id))?;
    condition.check(user.revision)?;
    let reply = caller.apply(Command::DeleteUser(user.id)).await;
    reply.map(drop).map_err(ScimError::refused)
}

fn patched<'a>(
    config: &'a Config,
    user: &User,
    changes: &[Change],
) -> Result<Draft<'a>, ScimError> {
    let mut draft = Draft::of(config, user);
    for change in changes {
        draft.apply(change)?;
    }
    Ok(draft)
}

/// Works a change out and sends it, until nobody was faster.
async fn change(
    caller: &Caller,
    id: &str,
    condition: &Condition,
    projection: &Projection,
    work_out: impl for<'a> Fn(&'a Config, &User) -> Result<Draft<'a>, ScimError>,
) -> Result<Resource, ScimError> {
    for _ in 0..ATTEMPTS {
        let (user, config) = caller
            .store()
            .read_with_config(|db, config| Ok::<_, ScimError>((present(db, id)?, config)))?;
        condition.check(user.revision)?;
        let draft = match work_out(&config, &user) {
            Ok(draft) => draft,
            Err(err) => {
                caller.record_refusal("user.update", id, &err).await?;
                return Err(err);
            }
        };
        let Some(command) = update(caller, &config, &user, draft).await? else {
            return Ok(get(caller, id, projection)?.0);
        };
        match caller.apply(command).await {
            Err(crate::command::CommandError::Outdated(_)) if !condition.is_bound() => (),
            Err(err) => return Err(ScimError::refused(err)),
            Ok(_) => return Ok(get(caller, id, projection)?.0),
        }
    }
    Err(ScimError::busy())
}

/// The command that makes the user what the draft says; `None` when they are that already.
async fn update(
    caller: &Caller,
    config: &Arc<Config>,
    user: &User,
    draft: Draft<'_>,
) -> Result<Option<Command>, ScimError> {
    check(config, &draft)?;
    let mut update = UserUpdate {
        is_enabled: draft.changes_status(user.status),
        ..UserUpdate::default()
    };
    if draft.form != user.profile.form() {
        update.form = Some(draft.form);
    }
    if draft.external_id != user.external_id {
        update.external_id = Some(draft.external_id);
    }
    if let Some(password) = draft.password {
        update.password = Some(caller.choose(user.id, password).await?);
    }
    if update == UserUpdate::default() {
        return Ok(None);
    }
    Ok(Some(Command::UpdateUser {
        id: user.id,
        update: Box::new(update),
        source: Source::Api,
        if_revision: Some(user.revision),
    }))
}

/// Refuses what the user's fields do not take; the command does too, but there only what belongs
/// to somebody else is left to find.
fn check(config: &Config, draft: &Draft<'_>) -> Result<(), ScimError> {
    let checked = draft.form.check(&config.attributes);
    checked.map_err(|errors| ScimError::fields(&errors))?;
    if let Some(external) = &draft.external_id {
        super::check_external_id(external)?;
    }
    Ok(())
}

/// A user who is not in the recycle bin.
fn present(db: &rusqlite::Connection, id: &str) -> Result<User, ScimError> {
    let user = match lower::number_of(id) {
        Some(number) => users::get(db, UserId::new(number))?,
        None => None,
    };
    let user = user.filter(|it| it.deleted.is_none());
    user.ok_or_else(|| ScimError::not_found("user", id))
}

fn memberships(
    db: &rusqlite::Connection,
    user: &User,
    projection: &Projection,
) -> Result<Memberships, StoreError> {
    let mut memberships = Memberships::default();
    if projection.wants("groups") {
        memberships.groups = members::groups_of(db, user.id)?;
    }
    if projection.wants("roles") {
        memberships.roles = members::roles_of(db, user.id)?;
    }
    Ok(memberships)
}
