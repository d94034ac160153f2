//! Groups (RFC 7643 §4.2) and who is in them.
//!
//! **Invariant:** a change of members is sent as who comes and who goes, and is made in one
//! transaction: two clients that change a group at once lose nobody. The members of the group of
//! everyone are not listed.

mod columns;
mod draft;

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::{
    answer::{Resource, version},
    body::{self, Object},
    caller::Caller,
    condition::Condition,
    error::ScimError,
    lower, patch,
    projection::Projection,
    query::Query,
    schema,
    users::meta,
};
use crate::{
    command::{Command, CommandError, Reply},
    model::{
        group::{Group, GroupChange},
        id::{GroupId, UserId},
    },
    store::{StoreError, groups, matching::Test, members},
};

/// How many members are read at once.
const PAGE: usize = 1_000;

pub(super) fn get(
    caller: &Caller,
    id: &str,
    projection: &Projection,
) -> Result<(Resource, u64), ScimError> {
    caller.store().read(|db| {
        let group = present(db, id)?;
        let resource = resource(db, caller.base(), projection, &group)?;
        Ok((resource, group.revision))
    })
}

/// One page of those that meet a filter, and how many do.
pub(super) fn page(
    caller: &Caller,
    query: &Query,
    is_strict: bool,
) -> Result<(u64, Vec<Value>), ScimError> {
    let test = match &query.filter {
        Some(filter) => lower::condition(filter, is_strict, &columns::meaning)?,
        None => Test::Always(true),
    };
    let sort = lower::sort(&query.sort_by, &query.sort_order, columns::meaning)?;
    caller.store().read(|db| {
        let total = groups::count_matching(db, &test)?;
        let mut resources = Vec::new();
        if query.count > 0 && query.start <= total {
            for group in groups::matching(db, &test, sort, query.start - 1, query.count)? {
                let resource = resource(db, caller.base(), &query.projection, &group)?;
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
    body::check_schema(body, schema::GROUP)?;
    let draft = draft::whole(body)?;
    check(&draft)?;
    match caller.apply(Command::CreateGroupOf(Box::new(draft))).await {
        Ok(Reply::Group(id)) => Ok(get(caller, &id.to_string(), projection)?.0),
        Ok(_) => Err(ScimError::busy()),
        Err(err) => Err(refused(err)),
    }
}

pub(super) async fn replace(
    caller: &Caller,
    id: &str,
    condition: &Condition,
    body: &Object,
    projection: &Projection,
) -> Result<Resource, ScimError> {
    body::check_schema(body, schema::GROUP)?;
    let draft = draft::whole(body)?;
    change(caller, id, condition, draft, projection).await
}

pub(super) async fn patch(
    caller: &Caller,
    id: &str,
    condition: &Condition,
    body: Object,
    projection: &Projection,
) -> Result<Resource, ScimError> {
    let changes = patch::changes(body)?;
    match draft::patched(&changes) {
        Ok(draft) => change(caller, id, condition, draft, projection).await,
        Err(err) => {
            caller.record_refusal("group.update", id, &err).await?;
            Err(err)
        }
    }
}

pub(super) async fn delete(
    caller: &Caller,
    id: &str,
    condition: &Condition,
) -> Result<(), ScimError> {
    let group = caller.store().read(|db| present(db, id))?;
    condition.check(group.revision)?;
    let reply = caller.apply(Command::DeleteGroup(group.id)).await;
    reply.map(drop).map_err(ScimError::refused)
}

/// Unlike a user's, a group's change does not depend on what the group was, so that it needs its
/// revision only when the client names one.
async fn change(
    caller: &Caller,
    id: &str,
    condition: &Condition,
    draft: GroupChange,
    projection: &Projection,
) -> Result<Resource, ScimError> {
    check(&draft)?;
    let group = caller.store().read(|db| present(db, id))?;
    condition.check(group.revision)?;
    let command = Command::ChangeGroup {
        id: group.id,
        change: draft,
        if_revision: condition.is_bound().then_some(group.revision),
    };
    caller.apply(command).await.map_err(refused)?;
    Ok(get(caller, id, projection)?.0)
}

fn check(draft: &GroupChange) -> Result<(), ScimError> {
    match draft.external_id.as_ref().and_then(Option::as_ref) {
        Some(external) => super::check_external_id(external),
        None => Ok(()),
    }
}

/// The group is there, so that it is a member who is not.
fn refused(err: CommandError) -> ScimError {
    match err {
        CommandError::NotFound("user") | CommandError::InRecycleBin(_) => {
            ScimError::value("one of the members is no user of this directory")
        }
        CommandError::Text { reason, .. } => ScimError::value(format!("displayName {reason}")),
        err => ScimError::refused(err),
    }
}

fn present(db: &Connection, id: &str) -> Result<Group, ScimError> {
    let group = match lower::number_of(id) {
        Some(number) => groups::get(db, GroupId::new(number))?,
        None => None,
    };
    group.ok_or_else(|| ScimError::not_found("group", id))
}

fn resource(
    db: &Connection,
    base: &str,
    projection: &Projection,
    group: &Group,
) -> Result<Resource, StoreError> {
    let location = format!("{base}/Groups/{}", group.id);
    let version = version(group.revision);
    let mut body = Map::new();
    let mut put = |key: &str, value: Value| {
        body.insert(key.to_owned(), value);
    };
    put("schemas", json!([schema::GROUP]));
    put("id", group.id.to_string().into());
    put("displayName", group.name.as_str().into());
    if let Some(external) = &group.external_id {
        put("externalId", external.as_str().into());
    }
    put(
        "meta",
        meta("Group", &location, &version, group.created, group.changed),
    );
    if projection.wants("members") {
        let members = members_of(db, base, group.id)?;
        if !members.is_empty() {
            put("members", members.into());
        }
    }
    projection.apply(&mut body);
    Ok(Resource {
        location,
        version,
        body,
    })
}

fn members_of(db: &Connection, base: &str, group: GroupId) -> Result<Vec<Value>, StoreError> {
    let mut list = Vec::new();
    let mut after = UserId::new(0);
    loop {
        let page = members::of_group(db, group, after, PAGE)?;
        let Some((last, _)) = page.last() else {
            return Ok(list);
        };
        after = *last;
        let page = page.iter().map(|(id, _)| {
            json!({
                "value": id.to_string(),
                "$ref": format!("{base}/Users/{id}"),
                "type": "User",
            })
        });
        list.extend(page);
    }
}
