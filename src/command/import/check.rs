//! What the directory says about a row before anything is written.

use rusqlite::Connection;

use super::{BadRow, Line};
use crate::{
    model::{
        attribute::Attribute,
        id::UserId,
        import::{Action, Row},
        user::{FieldError, Profile},
    },
    store::{StoreError, groups, roles, users},
};

/// What the row asks for, or why it cannot be had.
pub(super) fn line(
    db: &Connection,
    attributes: &[Attribute],
    line: Line,
) -> Result<Result<Action, BadRow>, StoreError> {
    let checked = match line.row {
        Ok(row) => row_reasons(db, attributes, &row)?.map(|()| row.action),
        Err(reason) => Err(reason),
    };
    Ok(checked.map_err(|reason| BadRow {
        line: line.number,
        username: line.username,
        reason,
    }))
}

fn row_reasons(
    db: &Connection,
    attributes: &[Attribute],
    row: &Row,
) -> Result<Result<(), String>, StoreError> {
    let user = users::by_username(db, &row.username)?;
    let mut errors = Vec::new();
    match (row.action, user) {
        (Action::Add, _) => match row.form(None).check(attributes) {
            Ok(profile) => taken(db, &profile, None, &mut errors)?,
            Err(found) => errors.extend(found),
        },
        (Action::Update | Action::Delete, None) => {
            errors.push(FieldError::new("username", nobody(&row.username)));
        }
        (Action::Update, Some(user)) => match row.form(Some(&user.profile)).check(attributes) {
            Ok(profile) => taken(db, &profile, Some(user.id), &mut errors)?,
            Err(found) => errors.extend(found),
        },
        (Action::Delete, Some(user)) => {
            if user.is_protected {
                let message = "is protected: take the protection away first";
                errors.push(FieldError::new("username", message));
            }
        }
    }
    if row.action != Action::Delete {
        targets(db, row, &mut errors)?;
    }
    if errors.is_empty() {
        return Ok(Ok(()));
    }
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    Ok(Err(texts.join("; ")))
}

fn taken(
    db: &Connection,
    profile: &Profile,
    except: Option<UserId>,
    errors: &mut Vec<FieldError>,
) -> Result<(), StoreError> {
    let (username, email) = users::is_taken(db, &profile.username, &profile.email, except)?;
    if username {
        let message = "is taken: use the action update to change this user";
        errors.push(FieldError::new("username", message));
    }
    if email {
        errors.push(FieldError::new("email", "belongs to another user already"));
    }
    Ok(())
}

fn targets(db: &Connection, row: &Row, errors: &mut Vec<FieldError>) -> Result<(), StoreError> {
    for name in row.groups.iter().flatten() {
        if groups::by_name(db, name)?.is_none() {
            errors.push(FieldError::new("groups", no_such("group", name)));
        }
    }
    for name in row.roles.iter().flatten() {
        if roles::by_name(db, name)?.is_none() {
            errors.push(FieldError::new("roles", no_such("role", name)));
        }
    }
    Ok(())
}

pub(super) fn nobody(username: &str) -> String {
    format!("{username:?} is nobody's: use the action add to create this user")
}

pub(super) fn no_such(what: &str, name: &str) -> String {
    format!("name a {what} {name:?} that does not exist: create it first")
}
