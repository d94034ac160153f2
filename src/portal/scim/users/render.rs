//! A user as clients read one.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value, json};

use super::super::{
    answer::{Resource, version},
    projection::Projection,
    schema,
};
use crate::{
    model::{
        Timestamp,
        attribute::AttributeKind,
        id::{GroupId, RoleId},
        user::{Status, User},
    },
    store::Config,
};

/// The groups and roles of a user, as far as they are answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Memberships {
    pub(super) groups: BTreeMap<GroupId, String>,
    pub(super) roles: BTreeMap<RoleId, String>,
}

pub(super) fn resource(
    config: &Config,
    base: &str,
    projection: &Projection,
    user: &User,
    memberships: &Memberships,
) -> Resource {
    let location = format!("{base}/Users/{}", user.id);
    let version = version(user.revision);
    let mut body = core(user, projection);
    let mut schemas = vec![Value::from(schema::USER)];
    for (urn, values) in extensions(config, user) {
        schemas.push(urn.into());
        body.insert(urn.to_owned(), values.into());
    }
    body.insert("schemas".to_owned(), schemas.into());
    add_memberships(&mut body, base, memberships);
    let meta = meta("User", &location, &version, user.created, user.changed);
    body.insert("meta".to_owned(), meta);
    projection.apply(&mut body);
    Resource {
        location,
        version,
        body,
    }
}

pub(in super::super) fn meta(
    kind: &str,
    location: &str,
    version: &str,
    created: Timestamp,
    changed: Timestamp,
) -> Value {
    json!({
        "resourceType": kind,
        "created": moment(created),
        "lastModified": moment(changed),
        "location": location,
        "version": version,
    })
}

fn moment(at: Timestamp) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

fn core(user: &User, projection: &Projection) -> Map<String, Value> {
    let profile = &user.profile;
    let mut body = Map::new();
    let mut put = |key: &str, value: Value| {
        body.insert(key.to_owned(), value);
    };
    put("id", user.id.to_string().into());
    put("userName", profile.username.as_str().into());
    put("active", (user.status != Status::Disabled).into());
    put(
        "emails",
        json!([{ "value": profile.email.as_str(), "type": "work", "primary": true }]),
    );
    if let Some(external) = &user.external_id {
        put("externalId", external.as_str().into());
    }
    if !profile.phone.is_empty() {
        let phone = profile.phone.as_str();
        put("phoneNumbers", json!([{ "value": phone, "type": "work" }]));
    }
    let mut name = Map::new();
    let mut part = |key: &str, value: &str| {
        if !value.is_empty() {
            name.insert(key.to_owned(), value.into());
        }
    };
    part("givenName", &profile.first_name);
    part("familyName", &profile.last_name);
    let full = full_name(&profile.first_name, &profile.last_name);
    if projection.asks_for("name", "formatted") {
        part("formatted", &full);
    }
    if !name.is_empty() {
        put("name", name.into());
    }
    let display = if full.is_empty() {
        profile.username.as_str()
    } else {
        &full
    };
    put("displayName", display.into());
    body
}

fn full_name(first: &str, last: &str) -> String {
    match (first, last) {
        (one, "") | ("", one) => one.to_owned(),
        (first, last) => format!("{first} {last}"),
    }
}

/// The values of custom attributes, by the extension that has them.
fn extensions(config: &Config, user: &User) -> BTreeMap<&'static str, Map<String, Value>> {
    let mut extensions = BTreeMap::<_, Map<_, _>>::new();
    let values = &user.profile.attributes;
    if values.is_empty() {
        return extensions;
    }
    for custom in &config.attributes {
        let Some(text) = values.get(&custom.spec.name) else {
            continue;
        };
        let (urn, name) = schema::place(custom);
        let value = match &custom.spec.kind {
            _ if urn == schema::ENTERPRISE => text.as_str().into(),
            AttributeKind::Number => number(text),
            AttributeKind::YesNo => (text == "yes").into(),
            AttributeKind::Text | AttributeKind::Date | AttributeKind::Choice { .. } => {
                text.as_str().into()
            }
        };
        let extension = extensions.entry(urn).or_default();
        extension.insert(name.to_owned(), value);
    }
    extensions
}

/// A number is kept as a text that JSON reads, too.
fn number(text: &str) -> Value {
    let number = serde_json::from_str::<Number>(text);
    number.map_or_else(|_| text.into(), Value::Number)
}

fn add_memberships(body: &mut Map<String, Value>, base: &str, memberships: &Memberships) {
    let groups = memberships.groups.iter().map(|(id, name)| {
        json!({
            "value": id.to_string(),
            "$ref": format!("{base}/Groups/{id}"),
            "display": name,
            "type": "direct",
        })
    });
    let roles = memberships.roles.values();
    let roles = roles.map(|name| json!({ "value": name, "display": name }));
    for (key, list) in [
        ("groups", groups.collect::<Vec<_>>()),
        ("roles", roles.collect()),
    ] {
        if !list.is_empty() {
            body.insert(key.to_owned(), list.into());
        }
    }
}
