//! The body of a PATCH (RFC 7644 §3.5.2), read as real clients write it.
//!
//! Microsoft Entra writes operations with capitals (`Add`), and both it and Okta leave out the path
//! and put an object of attributes into the value, whose keys Entra writes as paths.

use serde_json::Value;

use super::{
    body::{self, Object, get},
    error::{ErrorKind, ScimError},
    filter::{self, Path},
};

const SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// How many operations one PATCH may hold.
pub(super) const MAX_OPERATIONS: usize = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Add,
    Replace,
    Remove,
}

/// One change to one attribute.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Change {
    pub(super) op: Op,
    pub(super) path: Path,

    /// `null` when a `remove` has none.
    pub(super) value: Value,

    /// Whether the client named the attribute as the path, and not among others in a value. An
    /// attribute that cannot be written is refused then, and otherwise left alone.
    pub(super) is_named: bool,
}

/// Reads the operations, each as one change for every attribute that it is about.
pub(super) fn changes(request: Object) -> Result<Vec<Change>, ScimError> {
    body::check_schema(&request, SCHEMA)?;
    let Some(Value::Array(operations)) = get(&request, "Operations") else {
        return Err(ScimError::syntax("`Operations` must be an array"));
    };
    if operations.is_empty() {
        return Err(ScimError::syntax("`Operations` holds no operation"));
    }
    if operations.len() > MAX_OPERATIONS {
        return Err(ScimError::too_large(format!(
            "a PATCH has at most {MAX_OPERATIONS} operations"
        )));
    }
    let mut changes = Vec::with_capacity(operations.len());
    for operation in operations {
        let Some(operation) = operation.as_object() else {
            return Err(ScimError::syntax("an operation must be an object"));
        };
        read(operation, &mut changes)?;
    }
    Ok(changes)
}

fn read(operation: &Object, changes: &mut Vec<Change>) -> Result<(), ScimError> {
    let op = op(operation)?;
    let value = get(operation, "value").filter(|it| op == Op::Remove || !it.is_null());
    let path = match get(operation, "path") {
        None | Some(Value::Null) => None,
        Some(Value::String(path)) if path.trim().is_empty() => None,
        Some(Value::String(path)) => Some(path),
        Some(_) => return Err(ScimError::bad(ErrorKind::InvalidPath, "a path is a text")),
    };
    match (path, op, value) {
        (Some(path), Op::Remove, value) => changes.push(Change {
            op,
            path: parse(path)?,
            value: value.cloned().unwrap_or_default(),
            is_named: true,
        }),
        // Without a value (or with null) it is the same as removing (RFC 7643 §2.5).
        (Some(path), _, None) if operation_has_null(operation) => changes.push(Change {
            op: Op::Remove,
            path: parse(path)?,
            value: Value::Null,
            is_named: true,
        }),
        (Some(path), _, Some(value)) => changes.push(Change {
            op,
            path: parse(path)?,
            value: value.clone(),
            is_named: true,
        }),
        (None, Op::Remove, _) => {
            let text = "a remove operation needs a path";
            return Err(ScimError::bad(ErrorKind::NoTarget, text));
        }
        (None, _, Some(Value::Object(attributes))) => {
            for (key, value) in attributes {
                changes.push(Change {
                    op,
                    path: parse(key)?,
                    value: value.clone(),
                    is_named: false,
                });
            }
        }
        (None, _, Some(_)) => {
            let text = "an operation without a path needs an object as its value";
            return Err(ScimError::value(text));
        }
        (_, _, None) => return Err(ScimError::value("the operation needs a value")),
    }
    Ok(())
}

fn operation_has_null(operation: &Object) -> bool {
    get(operation, "value").is_some_and(Value::is_null)
}

fn op(operation: &Object) -> Result<Op, ScimError> {
    let said = get(operation, "op").and_then(Value::as_str);
    let known = [
        ("add", Op::Add),
        ("replace", Op::Replace),
        ("remove", Op::Remove),
    ];
    let mut known = known.into_iter();
    let found = known.find(|(word, _)| said.is_some_and(|it| it.eq_ignore_ascii_case(word)));
    found
        .map(|(_, op)| op)
        .ok_or_else(|| ScimError::syntax("the `op` of an operation is add, replace or remove"))
}

fn parse(path: &str) -> Result<Path, ScimError> {
    filter::path(path).map_err(|err| ScimError::path(path, &err))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(operations: &Value) -> Result<Vec<Change>, ScimError> {
        let request = json!({ "schemas": [SCHEMA], "Operations": operations });
        changes(request.as_object().expect("an object").clone())
    }

    #[track_caller]
    fn check(operations: &Value, expected: &[(Op, &str, Value)]) {
        let changes = read(operations).expect("operations");
        let found: Vec<_> = changes
            .into_iter()
            .map(|it| (it.op, it.path.to_string(), it.value))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(op, path, value)| (*op, (*path).to_owned(), value.clone()))
            .collect();
        assert_eq!(found, expected);
    }

    #[track_caller]
    fn refuses(operations: &Value, status: u16, kind: Option<&str>) {
        let refused = read(operations).expect_err("a refusal");
        assert_eq!(refused.status.as_u16(), status);
        let body = refused.to_json();
        assert_eq!(body.get("scimType").and_then(Value::as_str), kind, "{body}");
    }

    #[test]
    fn an_operation_is_a_change_for_every_attribute_that_it_is_about() {
        check(
            &json!([
                { "op": "add", "path": "userName", "value": "ada" },
                { "op": "Replace", "value": { "active": false, "name.givenName": "Ada" } },
                { "OP": "REMOVE", "Path": "members[value eq \"1\"]" },
                { "op": "replace", "path": "title", "value": null },
            ]),
            &[
                (Op::Add, "userName", json!("ada")),
                (Op::Replace, "active", json!(false)),
                (Op::Replace, "name.givenName", json!("Ada")),
                (Op::Remove, "members[value eq \"1\"]", Value::Null),
                (Op::Remove, "title", Value::Null),
            ],
        );
    }

    #[test]
    fn what_is_no_operation_is_refused() {
        let (syntax, value) = (Some("invalidSyntax"), Some("invalidValue"));
        refuses(&json!("x"), 400, syntax);
        refuses(&json!([]), 400, syntax);
        refuses(&json!(["x"]), 400, syntax);
        refuses(&json!([{ "path": "a", "value": 1 }]), 400, syntax);
        refuses(&json!([{ "op": 1, "path": "a", "value": 1 }]), 400, syntax);
        refuses(
            &json!([{ "op": "move", "path": "a", "value": 1 }]),
            400,
            syntax,
        );
        refuses(&json!([{ "op": "add", "path": "a" }]), 400, value);
        refuses(&json!([{ "op": "add", "value": "x" }]), 400, value);
        refuses(&json!([{ "op": "add" }]), 400, value);
        refuses(&json!([{ "op": "remove" }]), 400, Some("noTarget"));
        let path = Some("invalidPath");
        refuses(&json!([{ "op": "add", "path": 1, "value": 1 }]), 400, path);
        refuses(
            &json!([{ "op": "add", "path": "a[", "value": 1 }]),
            400,
            path,
        );
        refuses(&json!([{ "op": "add", "value": { "a b": 1 } }]), 400, path);
        let many = vec![json!({ "op": "add", "path": "a", "value": 1 }); MAX_OPERATIONS + 1];
        refuses(&json!(many), 413, None);
    }

    #[test]
    fn a_patch_says_that_it_is_one() {
        let request = json!({ "Operations": [{ "op": "add", "path": "a", "value": 1 }] });
        let refused = changes(request.as_object().expect("an object").clone());
        assert!(refused.is_err());
    }
}
