//! The schemas of users and groups (RFC 7643 §8.7.1), as far as this directory keeps what they say.

use super::{
    Attribute, Custom, ENTERPRISE, GROUP, Mutability, Returned, Schema, TENURE, Type, USER,
    enterprise_name,
};
use crate::model::attribute::AttributeKind;

pub(in super::super) fn user() -> Schema {
    let mut attributes = Vec::from(details());
    attributes.extend(addresses());
    attributes.extend(access());
    Schema {
        id: USER,
        name: "User",
        description: "Somebody in the directory",
        attributes,
    }
}

fn details() -> [Attribute; 3] {
    let formatted = Attribute::text("formatted", "First and last name; made of them")
        .read_only()
        .on_request();
    let name = vec![
        formatted,
        Attribute::text("familyName", "The last name"),
        Attribute::text("givenName", "The first name"),
    ];
    [
        Attribute::text("userName", "What the user signs in with")
            .required()
            .unique(),
        Attribute::complex("name", "The user's name", name),
        Attribute::text(
            "displayName",
            "First and last name, or the username when there is none; what a client sends for it is ignored",
        )
        .read_only(),
    ]
}

fn addresses() -> [Attribute; 2] {
    let kind = || Attribute::text("type", "Always work").one_of(&["work"]);
    let emails = vec![
        Attribute::text("value", "The address").required().unique(),
        kind(),
        // The only address is the primary one.
        Attribute::boolean("primary", "Always true").one_of(&["true"]),
    ];
    let phones = vec![Attribute::text("value", "The number"), kind()];
    [
        Attribute::complex(
            "emails",
            "The email address: exactly one. Of several, the primary one is kept, or else the one for work",
            emails,
        )
        .multi_valued()
        .required(),
        Attribute::complex(
            "phoneNumbers",
            "The phone number: at most one. Only one for work, or one of no type, is kept",
            phones,
        )
        .multi_valued(),
    ]
}

fn access() -> [Attribute; 4] {
    let groups = vec![
        Attribute::text("value", "The group's id").case_exact(),
        Attribute::reference("$ref", &["Group"], "The group's address"),
        Attribute::text("display", "The group's name"),
        Attribute::text("type", "Always direct").one_of(&["direct"]),
    ];
    let roles = vec![
        Attribute::text("value", "The role's name"),
        Attribute::text("display", "The role's name"),
    ];
    let password = Attribute {
        mutability: Mutability::WriteOnly,
        returned: Returned::Never,
        ..Attribute::text("password", "A new password, which must meet the policy").case_exact()
    };
    [
        Attribute::boolean(
            "active",
            "False for somebody who is disabled; true for a new user when it is left out",
        )
        .required(),
        password,
        Attribute::complex("groups", "The groups that the user is in", groups)
            .multi_valued()
            .read_only(),
        Attribute::complex("roles", "The roles that the user has", roles)
            .multi_valued()
            .read_only(),
    ]
}

pub(in super::super) fn group() -> Schema {
    let members = vec![
        Attribute::text("value", "The user's id")
            .case_exact()
            .immutable(),
        Attribute::reference("$ref", &["User"], "The user's address").immutable(),
        Attribute::text("type", "Always User")
            .one_of(&["User"])
            .immutable(),
    ];
    Schema {
        id: GROUP,
        name: "Group",
        description: "Some of the users. Members of the group of everyone are not listed",
        attributes: vec![
            Attribute::text("displayName", "The group's name")
                .required()
                .unique(),
            Attribute::complex("members", "The users in the group", members).multi_valued(),
        ],
    }
}

pub(super) fn enterprise(customs: &[&Custom]) -> Schema {
    let attributes = customs.iter().filter_map(|custom| {
        let name = enterprise_name(&custom.spec.name)?;
        Some(Attribute {
            // Clients know these as texts, whatever the directory makes of them.
            r#type: Type::String,
            ..attribute(name, custom)
        })
    });
    Schema {
        id: ENTERPRISE,
        name: "EnterpriseUser",
        description: "What companies say about users",
        attributes: attributes.collect(),
    }
}

pub(super) fn tenure(customs: &[&Custom]) -> Schema {
    let attributes = customs.iter().map(|it| attribute(&it.spec.name, it));
    Schema {
        id: TENURE,
        name: "TenureUser",
        description: "The custom attributes of this directory",
        attributes: attributes.collect(),
    }
}

fn attribute(name: &str, custom: &Custom) -> Attribute {
    let spec = &custom.spec;
    let (r#type, options) = match &spec.kind {
        AttributeKind::Text | AttributeKind::Date => (Type::String, &[][..]),
        AttributeKind::Choice { options } => (Type::String, &options[..]),
        AttributeKind::Number => (Type::Decimal, &[][..]),
        AttributeKind::YesNo => (Type::Boolean, &[][..]),
    };
    let description = match &spec.kind {
        AttributeKind::Date => format!("{}; a date like 2031-12-24", spec.label),
        _ => spec.label.clone(),
    };
    Attribute {
        required: spec.is_required,
        canonical_values: options.to_vec(),
        ..Attribute::new(name, r#type, &description)
    }
}
