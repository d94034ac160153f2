//! Which attributes of a resource are answered (RFC 7644 §3.9).

use serde_json::{Map, Value};

use super::{body::Object, error::ScimError, filter::Name, schema};

/// What is answered whatever the client asks for (RFC 7643 §7, `returned`).
const ALWAYS: [&str; 2] = ["id", "schemas"];

/// How many attributes one request may name.
const MAX_NAMES: usize = 200;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Projection {
    /// Only these, if there are any.
    only: Vec<Name>,
    without: Vec<Name>,
}

impl Projection {
    /// From names separated by commas.
    pub(super) fn from_texts(only: &str, without: &str) -> Result<Self, ScimError> {
        let split = |text: &str| names(text.split(',').filter(|it| !it.trim().is_empty()));
        Ok(Self {
            only: split(only)?,
            without: split(without)?,
        })
    }

    /// From the arrays of a search request.
    pub(super) fn from_values(
        only: Option<&Value>,
        without: Option<&Value>,
    ) -> Result<Self, ScimError> {
        let read = |value: Option<&Value>| match value {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(list)) if list.iter().all(Value::is_string) => {
                names(list.iter().filter_map(Value::as_str))
            }
            Some(_) => Err(ScimError::value(
                "attributes are named by an array of texts",
            )),
        };
        Ok(Self {
            only: read(only)?,
            without: read(without)?,
        })
    }

    /// Whether the attribute is answered at all, so that it need not be read when it is not.
    pub(super) fn wants(&self, attribute: &str) -> bool {
        let is_it = |name: &Name| name.attribute.eq_ignore_ascii_case(attribute);
        let is_left_out = |name: &Name| is_it(name) && name.sub.is_none();
        (self.only.is_empty() || self.only.iter().any(is_it))
            && !self.without.iter().any(is_left_out)
    }

    /// Whether a part that is answered only when it is asked for was asked for.
    pub(super) fn asks_for(&self, attribute: &str, sub: &str) -> bool {
        self.only.iter().any(|name| {
            let is_sub = |it: &String| it.eq_ignore_ascii_case(sub);
            name.attribute.eq_ignore_ascii_case(attribute) && name.sub.as_ref().is_some_and(is_sub)
        })
    }

    /// Leaves what is to be answered.
    pub(super) fn apply(&self, resource: &mut Object) {
        if !self.only.is_empty() {
            resource.retain(|key, value| {
                ALWAYS.contains(&key.as_str()) || keep_named(&self.only, key, value)
            });
        }
        for name in &self.without {
            leave_out(name, resource);
        }
    }
}

fn names<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Vec<Name>, ScimError> {
    let mut names = Vec::new();
    for text in texts {
        let name = Name::parse(text.trim()).ok_or_else(|| {
            let start: String = text.chars().take(80).collect();
            ScimError::value(format!("{start:?} is not the name of an attribute"))
        })?;
        if names.len() == MAX_NAMES {
            let text = format!("a request names at most {MAX_NAMES} attributes");
            return Err(ScimError::value(text));
        }
        names.push(name);
    }
    Ok(names)
}

/// Whether any of the names means something in the value, of which only that is left.
fn keep_named(names: &[Name], key: &str, value: &mut Value) -> bool {
    if is_extension(key) {
        let inside: Vec<&Name> = names.iter().filter(|it| is_of(it, key)).collect();
        if inside.iter().any(|it| it.attribute.is_empty()) {
            return true;
        }
        let Value::Object(parts) = value else {
            return false;
        };
        parts.retain(|part, _| {
            let mut names = inside.iter();
            names.any(|it| it.attribute.eq_ignore_ascii_case(part))
        });
        return !parts.is_empty();
    }
    let meant = |it: &&Name| is_core(it) && it.attribute.eq_ignore_ascii_case(key);
    let meant: Vec<&Name> = names.iter().filter(meant).collect();
    if meant.is_empty() {
        return false;
    }
    if meant.iter().all(|it| it.sub.is_some()) {
        let subs: Vec<&str> = meant.iter().filter_map(|it| it.sub.as_deref()).collect();
        each_object(value, |parts| {
            parts.retain(|part, _| subs.iter().any(|it| it.eq_ignore_ascii_case(part)));
        });
    }
    true
}

fn leave_out(name: &Name, resource: &mut Object) {
    let key = match &name.schema {
        Some(schema) if !is_core(name) => schema.as_str(),
        _ => name.attribute.as_str(),
    };
    let mut keys = resource.keys();
    let Some(key) = keys.find(|it| it.eq_ignore_ascii_case(key)).cloned() else {
        return;
    };
    let part = if is_extension(&key) {
        Some(name.attribute.as_str()).filter(|it| !it.is_empty())
    } else {
        name.sub.as_deref()
    };
    match (part, resource.get_mut(&key)) {
        (Some(part), Some(value)) => each_object(value, |parts| {
            parts.retain(|it, _| !it.eq_ignore_ascii_case(part));
        }),
        _ if ALWAYS.contains(&key.as_str()) => (),
        _ => {
            resource.remove(&key);
        }
    }
}

/// The parts of a complex value, or of every value of an attribute that has several.
fn each_object(value: &mut Value, mut change: impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(parts) => change(parts),
        Value::Array(list) => list
            .iter_mut()
            .filter_map(Value::as_object_mut)
            .for_each(change),
        _ => (),
    }
}

fn is_extension(key: &str) -> bool {
    key == schema::ENTERPRISE || key == schema::TENURE
}

fn is_of(name: &Name, schema: &str) -> bool {
    name.schema
        .as_ref()
        .is_some_and(|it| it.eq_ignore_ascii_case(schema))
}

/// Whether the name is in the resource's own schema.
fn is_core(name: &Name) -> bool {
    name.schema.is_none() || is_of(name, schema::USER) || is_of(name, schema::GROUP)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(only: &str, without: &str, expected: &Value) {
        let mut resource = json!({
            "schemas": ["s"],
            "id": "1",
            "userName": "ada",
            "name": { "givenName": "Ada", "familyName": "L" },
            "emails": [{ "value": "a@b.org", "type": "work" }],
            (schema::ENTERPRISE): { "department": "Sales", "division": "EU" },
        });
        let object = resource.as_object_mut().expect("an object");
        let projection = Projection::from_texts(only, without).expect("names");
        projection.apply(object);
        assert_eq!(resource, *expected, "only {only:?} without {without:?}");
    }

    #[test]
    fn only_what_is_named_is_answered_and_what_is_always_answered() {
        let always = json!({ "schemas": ["s"], "id": "1" });
        let with = |key: &str, value: Value| {
            let mut all = always.clone();
            all[key] = value;
            all
        };
        check("USERNAME", "", &with("userName", json!("ada")));
        check("nickName", "", &always);
        check(
            "name.givenName",
            "",
            &with("name", json!({ "givenName": "Ada" })),
        );
        check(
            "emails.value",
            "",
            &with("emails", json!([{ "value": "a@b.org" }])),
        );
        let department = format!("{}:Department", schema::ENTERPRISE);
        let sales = json!({ "department": "Sales" });
        check(&department, "", &with(schema::ENTERPRISE, sales));
        let whole = json!({ "department": "Sales", "division": "EU" });
        check(schema::ENTERPRISE, "", &with(schema::ENTERPRISE, whole));
        let core = format!(" {}:userName , ", schema::USER);
        check(&core, "", &with("userName", json!("ada")));
        check("name,userName", "name", &with("userName", json!("ada")));
    }

    #[test]
    fn what_is_left_out_is_not_answered() {
        let department = format!("{}:department", schema::ENTERPRISE);
        let names = format!("id,schemas,emails,name.familyName,userName,{department},nickName");
        check(
            "",
            &names,
            &json!({
                "schemas": ["s"],
                "id": "1",
                "name": { "givenName": "Ada" },
                (schema::ENTERPRISE): { "division": "EU" },
            }),
        );
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for bad in ["a b", "\"", "a.b.c", "é"] {
            assert!(Projection::from_texts(bad, "").is_err(), "{bad}");
        }
        let many = vec!["a"; MAX_NAMES + 1].join(",");
        assert!(Projection::from_texts(&many, "").is_err());
        assert!(Projection::from_values(Some(&json!("userName")), None).is_err());
        assert!(Projection::from_values(Some(&json!([1])), None).is_err());
    }
}
