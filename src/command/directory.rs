//! Changes to groups, roles and custom attributes.

use super::{CommandError, Log, Reply};
use crate::{
    model::{
        attribute::AttributeSpec,
        group::{ADMINISTRATOR, Role},
        id::{AttributeId, GroupId, RoleId},
        text::{self, MAX_DESCRIPTION, MAX_FIELD},
    },
    store::{StoreError, attributes, groups, roles},
};

pub(super) fn create_group(
    log: &Log<'_>,
    name: &str,
    description: &str,
) -> Result<Reply, CommandError> {
    let name = checked_name(name)?;
    let description = checked_description(description)?;
    let id = groups::insert(log.tx, &name, &description, log.now).map_err(taken("group", &name))?;
    log.done("group.create", &name)?;
    Ok(Reply::Group(id))
}

pub(super) fn delete_group(log: &Log<'_>, id: GroupId) -> Result<Reply, CommandError> {
    let group = groups::get(log.tx, id)?.ok_or(CommandError::NotFound("group"))?;
    if group.is_everyone {
        return Err(built_in("group", &group.name));
    }
    if group.is_protected {
        return Err(CommandError::Protected {
            what: "group",
            name: group.name,
        });
    }
    groups::delete(log.tx, id)?;
    log.changed("group.delete", &group.name, Some(&group), None::<&()>)
}

pub(super) fn create_role(
    log: &Log<'_>,
    name: &str,
    description: &str,
) -> Result<Reply, CommandError> {
    let name = checked_name(name)?;
    let description = checked_description(description)?;
    let id = roles::insert(log.tx, &name, &description).map_err(taken("role", &name))?;
    log.done("role.create", &name)?;
    Ok(Reply::Role(id))
}

pub(super) fn update_role(log: &Log<'_>, role: Role) -> Result<Reply, CommandError> {
    let before = roles::get(log.tx, role.id)?.ok_or(CommandError::NotFound("role"))?;
    let after = Role {
        name: checked_name(&role.name)?,
        description: checked_description(&role.description)?,
        ..role
    };
    // Protected, so that no workflow can take it from the last one who has it.
    let is_still_itself = after.name == ADMINISTRATOR && after.is_protected && !after.is_default;
    if before.name == ADMINISTRATOR && !is_still_itself {
        return Err(built_in("role", &before.name));
    }
    roles::update(log.tx, &after).map_err(taken("role", &after.name))?;
    log.changed("role.update", &before.name, Some(&before), Some(&after))
}

pub(super) fn delete_role(log: &Log<'_>, id: RoleId) -> Result<Reply, CommandError> {
    let role = roles::get(log.tx, id)?.ok_or(CommandError::NotFound("role"))?;
    if role.name == ADMINISTRATOR {
        return Err(built_in("role", &role.name));
    }
    if role.is_protected {
        return Err(CommandError::Protected {
            what: "role",
            name: role.name,
        });
    }
    roles::delete(log.tx, id)?;
    log.changed("role.delete", &role.name, Some(&role), None::<&()>)
}

pub(super) fn create_attribute(log: &Log<'_>, spec: AttributeSpec) -> Result<Reply, CommandError> {
    let spec = spec.checked()?;
    let id = attributes::insert(log.tx, &spec).map_err(taken("attribute", &spec.name))?;
    log.changed("attribute.create", &spec.name, None::<&()>, Some(&spec))?;
    Ok(Reply::Attribute(id))
}

pub(super) fn update_attribute(
    log: &Log<'_>,
    id: AttributeId,
    spec: AttributeSpec,
) -> Result<Reply, CommandError> {
    let before = attributes::get(log.tx, id)?.ok_or(CommandError::NotFound("attribute"))?;
    let after = AttributeSpec {
        name: before.spec.name.clone(),
        ..spec
    };
    let after = after.tidied()?;
    let is_same_type = before.spec.kind.label() == after.kind.label();
    if !is_same_type {
        let count = attributes::count_values(log.tx, &after.name)?;
        if count > 0 {
            let name = after.name;
            return Err(CommandError::AttributeInUse { name, count });
        }
    }
    attributes::update(log.tx, id, &after)?;
    log.changed(
        "attribute.update",
        &after.name,
        Some(&before.spec),
        Some(&after),
    )
}

/// The values that users have for it stay in history, and go with the next change of their profile.
pub(super) fn delete_attribute(log: &Log<'_>, id: AttributeId) -> Result<Reply, CommandError> {
    let before = attributes::get(log.tx, id)?.ok_or(CommandError::NotFound("attribute"))?;
    attributes::delete(log.tx, id)?;
    let name = &before.spec.name;
    log.changed("attribute.delete", name, Some(&before.spec), None::<&()>)
}

pub(super) fn checked_name(name: &str) -> Result<String, CommandError> {
    text::required_line(name, MAX_FIELD).map_err(|reason| CommandError::Text {
        field: "name",
        reason,
    })
}

pub(super) fn checked_description(text: &str) -> Result<String, CommandError> {
    text::paragraph(text, MAX_DESCRIPTION).map_err(|reason| CommandError::Text {
        field: "description",
        reason,
    })
}

pub(super) fn built_in(what: &'static str, name: &str) -> CommandError {
    CommandError::BuiltIn {
        what,
        name: name.to_owned(),
    }
}

pub(super) fn taken(what: &'static str, name: &str) -> impl FnOnce(StoreError) -> CommandError {
    let name = name.to_owned();
    move |err| {
        if err.is_duplicate("name") {
            CommandError::NameTaken { what, name }
        } else {
            CommandError::Store(err)
        }
    }
}
