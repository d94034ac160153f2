//! What a request wants of a group, worked out before anything is done.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::{
    body::{Object, get},
    error::{ErrorKind, ScimError},
    filter::{Filter, Name, Operator, Path},
    lower::number_of,
    patch::{Change, Op},
    schema,
};
use crate::model::{
    group::{GroupChange, MembersChange},
    id::UserId,
};

/// What of a group an attribute means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    DisplayName,
    ExternalId,
    Members,
    ReadOnly,
    Ignored,
}

/// The group as a new or a replacing one describes it. Members that are not mentioned are none.
pub(super) fn whole(body: &Object) -> Result<GroupChange, ScimError> {
    let mut draft = GroupChange {
        name: Some(String::new()),
        external_id: Some(None),
        members: MembersChange::Replace(BTreeSet::new()),
        ..GroupChange::default()
    };
    for (key, value) in body {
        if let Some(name) = Name::parse(key) {
            set(&mut draft, Op::Replace, &name, value)?;
        }
    }
    if draft.name.as_ref().is_some_and(String::is_empty) {
        return Err(ScimError::value("displayName must not be empty"));
    }
    Ok(draft)
}

/// What the changes of a PATCH come to.
pub(super) fn patched(changes: &[Change]) -> Result<GroupChange, ScimError> {
    let mut draft = GroupChange::default();
    for change in changes {
        apply(&mut draft, change)?;
    }
    Ok(draft)
}

fn apply(draft: &mut GroupChange, change: &Change) -> Result<(), ScimError> {
    let Change {
        op,
        path: Path { name, filter },
        value,
        is_named,
    } = change;
    let field = field(name);
    match (field, filter, op) {
        (Field::ReadOnly, ..) if *is_named => {
            let text = format!("{name} cannot be written");
            Err(ScimError::bad(ErrorKind::Mutability, text))
        }
        (Field::Members, Some(filter), Op::Remove) => {
            remove(&mut draft.members, chosen(filter)?);
            Ok(())
        }
        // What identifies a member is all that there is of one.
        (Field::Members, Some(_), Op::Add | Op::Replace) => {
            let text = "a member can be added or removed, but not changed";
            Err(ScimError::bad(ErrorKind::Mutability, text))
        }
        // Entra's older form: the members to remove are in the value.
        (Field::Members, None, Op::Remove) => {
            if value.is_null() {
                draft.members = MembersChange::Replace(BTreeSet::new());
            } else {
                remove(&mut draft.members, listed(value)?);
            }
            Ok(())
        }
        (Field::DisplayName, None, Op::Remove) => {
            let text = "displayName can be changed, but not removed";
            Err(ScimError::bad(ErrorKind::Mutability, text))
        }
        (Field::ExternalId | Field::DisplayName, Some(_), _) => {
            let text = "only an attribute that can have several values takes a filter";
            Err(ScimError::bad(ErrorKind::InvalidPath, text))
        }
        _ => set(draft, *op, name, value),
    }
}

fn set(draft: &mut GroupChange, op: Op, name: &Name, value: &Value) -> Result<(), ScimError> {
    let text = || match value {
        Value::String(text) => Ok(text.clone()),
        Value::Null => Ok(String::new()),
        _ => Err(ScimError::value(format!(
            "the value of {name} must be a text"
        ))),
    };
    match field(name) {
        Field::DisplayName => draft.name = Some(text()?),
        Field::ExternalId => draft.external_id = Some(Some(text()?).filter(|it| !it.is_empty())),
        Field::Members => {
            let members = listed(value)?;
            match op {
                Op::Add => add(&mut draft.members, members),
                Op::Replace | Op::Remove => draft.members = MembersChange::Replace(members),
            }
        }
        Field::ReadOnly | Field::Ignored => (),
    }
    Ok(())
}

fn field(name: &Name) -> Field {
    let is_ours = |urn: &String| urn.eq_ignore_ascii_case(schema::GROUP);
    if !name.schema.as_ref().is_none_or(is_ours) {
        return Field::Ignored;
    }
    match name.attribute.to_ascii_lowercase().as_str() {
        "displayname" if name.sub.is_none() => Field::DisplayName,
        "externalid" if name.sub.is_none() => Field::ExternalId,
        "members" => Field::Members,
        "id" | "meta" => Field::ReadOnly,
        _ => Field::Ignored,
    }
}

fn add(members: &mut MembersChange, ids: BTreeSet<UserId>) {
    match members {
        MembersChange::Replace(set) => set.extend(ids),
        MembersChange::Edit { add, remove } => {
            remove.retain(|it| !ids.contains(it));
            add.extend(ids);
        }
        MembersChange::None => {
            *members = MembersChange::Edit {
                add: ids,
                remove: BTreeSet::new(),
            };
        }
    }
}

fn remove(members: &mut MembersChange, ids: BTreeSet<UserId>) {
    match members {
        MembersChange::Replace(set) => set.retain(|it| !ids.contains(it)),
        MembersChange::Edit { add, remove } => {
            add.retain(|it| !ids.contains(it));
            remove.extend(ids);
        }
        MembersChange::None => {
            *members = MembersChange::Edit {
                add: BTreeSet::new(),
                remove: ids,
            };
        }
    }
}

/// The members that `members[value eq "12"]` chooses. Which they are must show in the filter:
/// there may be many members.
fn chosen(filter: &Filter) -> Result<BTreeSet<UserId>, ScimError> {
    let unclear = || {
        let text = format!("members are chosen by their value, not by {filter}");
        ScimError::bad(ErrorKind::InvalidFilter, text)
    };
    let is_value = |name: &Name| name.attribute.eq_ignore_ascii_case("value");
    match filter {
        Filter::Compare(name, Operator::Eq, Value::String(id)) if is_value(name) => {
            // Who does not exist is no member.
            Ok(number_of(id).map(UserId::new).into_iter().collect())
        }
        Filter::Any(any) => {
            let mut ids = BTreeSet::new();
            for filter in any {
                ids.extend(chosen(filter)?);
            }
            Ok(ids)
        }
        _ => Err(unclear()),
    }
}

/// The members in a list, or in the one object or text that some clients write instead.
fn listed(value: &Value) -> Result<BTreeSet<UserId>, ScimError> {
    let list = match value {
        Value::Null => &[],
        Value::Array(list) => &list[..],
        one => std::slice::from_ref(one),
    };
    list.iter().map(member).collect()
}

fn member(value: &Value) -> Result<UserId, ScimError> {
    let id = match value {
        Value::String(id) => id,
        Value::Object(parts) => {
            refuse_groups(parts)?;
            let id = get(parts, "value").and_then(Value::as_str);
            id.ok_or_else(|| ScimError::value("a member needs the user's id as its value"))?
        }
        _ => return Err(ScimError::value("a member is an object")),
    };
    number_of(id).map(UserId::new).ok_or_else(|| no_member(id))
}

/// Groups and users count their ids apart: a group must not be taken for the user of that number.
fn refuse_groups(parts: &Object) -> Result<(), ScimError> {
    let text = |key: &str| get(parts, key).and_then(Value::as_str).unwrap_or_default();
    let is_group = text("type").eq_ignore_ascii_case("group") || text("$ref").contains("/Groups/");
    if is_group {
        return Err(ScimError::value("a group cannot be a member of a group"));
    }
    Ok(())
}

fn no_member(id: &str) -> ScimError {
    let start: String = id.chars().take(80).collect();
    ScimError::value(format!(
        "there is no user with the id {start:?} to be a member"
    ))
}
