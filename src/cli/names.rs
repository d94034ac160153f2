//! What people call things on a command line: a name, or a number like `#12`.
//!
//! **Invariant:** `#12` is always the number. Otherwise somebody who signs up as `#12` could stand
//! in for another user.

use rusqlite::Connection as Db;

use super::failure::Failure;
use crate::{
    model::{
        connection::Connection,
        group::{Group, Role},
        id::{ExecutionId, Id},
        token::Token,
        user::User,
        version::{Version, VersionStatus, Workflow},
    },
    store::{StoreError, connections, groups, roles, tokens, users, workflows},
};

/// The number, if it is one.
fn number<T>(name: &str) -> Option<Id<T>> {
    name.strip_prefix('#')?.parse().ok()
}

fn found<T, U>(
    what: &str,
    name: &str,
    get: impl FnOnce(Id<U>) -> Result<Option<T>, StoreError>,
    by_name: impl FnOnce(&str) -> Result<Option<T>, StoreError>,
) -> Result<T, Failure> {
    let result = match number(name) {
        Some(id) => get(id)?,
        None => by_name(name.trim())?,
    };
    result.ok_or_else(|| Failure::not_found(what, name))
}

pub(super) fn group(db: &Db, name: &str) -> Result<Group, Failure> {
    found(
        "group",
        name,
        |id| groups::get(db, id),
        |name| groups::by_name(db, name),
    )
}

pub(super) fn connection(db: &Db, name: &str) -> Result<Connection, Failure> {
    found(
        "connection",
        name,
        |id| connections::get(db, id),
        |name| connections::by_name(db, name),
    )
}

pub(super) fn role(db: &Db, name: &str) -> Result<Role, Failure> {
    found(
        "role",
        name,
        |id| roles::get(db, id),
        |name| roles::by_name(db, name),
    )
}

/// Also by the email address, and one of the recycle bin if the number says so.
///
/// A username may look like somebody else's address: what could mean two people is nobody's name.
pub(super) fn user(db: &Db, name: &str) -> Result<User, Failure> {
    if let Some(id) = number(name) {
        let found = users::get(db, id)?;
        return found.ok_or_else(|| Failure::not_found("user", name));
    }
    let by_username = users::by_username(db, name)?;
    let by_email = users::by_email(db, name)?;
    match (by_username, by_email) {
        (Some(one), Some(other)) if one.id != other.id => Err(Failure::invalid(format!(
            "{name:?} is the username of #{} and the email address of #{}: say which by the number",
            one.id, other.id
        ))),
        (Some(user), _) | (None, Some(user)) => Ok(user),
        (None, None) => Err(Failure::not_found("user", name)),
    }
}

pub(super) fn workflow(db: &Db, name: &str) -> Result<Workflow, Failure> {
    found(
        "workflow",
        name,
        |id| workflows::get(db, id),
        |name| workflows::by_name(db, name),
    )
}

/// Which version is meant when nobody says.
#[derive(Clone, Copy)]
pub(super) enum Default {
    /// The one that runs, or else the newest.
    Active,

    /// The newest draft, or else the newest.
    Draft,
}

pub(super) fn version(
    db: &Db,
    workflow: &Workflow,
    wanted: Option<u32>,
    default: Default,
) -> Result<Version, Failure> {
    let versions = workflows::versions(db, workflow.id)?;
    let preferred = match default {
        Default::Active => VersionStatus::Active,
        Default::Draft => VersionStatus::Draft,
    };
    let found = if let Some(number) = wanted {
        versions.into_iter().find(|it| it.number == number)
    } else {
        let index = versions.iter().position(|it| it.status == preferred);
        versions.into_iter().nth(index.unwrap_or(0))
    };
    found.ok_or_else(|| {
        let version = wanted.map_or_else(|| "version".to_owned(), |it| format!("version {it}"));
        Failure::not_found(&format!("{version} of the workflow"), &workflow.name)
    })
}

/// Several tokens may have one name, of which the revoked ones do not count.
pub(super) fn token(db: &Db, name: &str) -> Result<Token, Failure> {
    let mut several = false;
    let token = found(
        "token",
        name,
        |id| tokens::get(db, id),
        |name| {
            let mut all = tokens::all(db)?;
            all.retain(|it| it.name == name && it.revoked.is_none());
            several = all.len() > 1;
            Ok(all.pop())
        },
    )?;
    if several {
        return Err(Failure::invalid(format!(
            "several tokens are named {name:?}: \"tenure token list\" shows their numbers, say one like #12"
        )));
    }
    Ok(token)
}

pub(super) fn execution(name: &str) -> Result<ExecutionId, Failure> {
    let digits = name.strip_prefix('#').unwrap_or(name);
    digits.parse().ok().ok_or_else(|| {
        Failure::invalid(format!(
            "{name:?} is not the number of an execution: \"tenure history list\" shows the numbers"
        ))
    })
}
