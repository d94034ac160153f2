//! Values as clients write them, in the forms that real ones use.

use serde_json::Value;

use super::super::{
    body::{Object, get},
    error::ScimError,
    filter::Name,
};

/// One of several values, of which the directory keeps one.
pub(super) struct Listed {
    pub(super) text: String,
    pub(super) is_primary: bool,

    /// Also when it does not say for what it is.
    pub(super) is_for_work: bool,
}

/// What is in a list, or in the one object or text that some clients write instead.
pub(super) fn values(name: &Name, value: &Value) -> Result<Vec<Listed>, ScimError> {
    let one = std::slice::from_ref(value);
    let list = match value {
        Value::Null => &[],
        Value::Array(list) => &list[..],
        _ => one,
    };
    let mut values = Vec::new();
    for value in list {
        let listed = match value {
            Value::Object(parts) => listed(name, parts)?,
            value => Listed {
                text: text(name, value)?,
                is_primary: false,
                is_for_work: true,
            },
        };
        values.push(listed);
    }
    values.retain(|it| !it.text.is_empty());
    Ok(values)
}

fn listed(name: &Name, parts: &Object) -> Result<Listed, ScimError> {
    let part = |key: &str| get(parts, key).unwrap_or(&Value::Null);
    let kind = part("type").as_str().unwrap_or_default();
    Ok(Listed {
        text: text(name, part("value"))?,
        is_primary: boolean(name, part("primary"))?.unwrap_or_default(),
        is_for_work: kind.is_empty() || kind.eq_ignore_ascii_case("work"),
    })
}

/// A text; `null` is the empty one (RFC 7643 §2.5).
pub(super) fn text(name: &Name, value: &Value) -> Result<String, ScimError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Null => Ok(String::new()),
        _ => Err(wrong_type(name, "a text")),
    }
}

/// A boolean, which Entra writes as the text "True" or "False".
pub(super) fn boolean(name: &Name, value: &Value) -> Result<Option<bool>, ScimError> {
    match value {
        Value::Bool(value) => Ok(Some(*value)),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        Value::Null => Ok(None),
        _ => Err(wrong_type(name, "true or false")),
    }
}

pub(super) fn wrong_type(name: &Name, expected: &str) -> ScimError {
    ScimError::value(format!("the value of {name} must be {expected}"))
}
