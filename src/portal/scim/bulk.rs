//! Many operations in one request (RFC 7644 §3.7).
//!
//! Each is done for itself, in the order of the request; one that refers to something that a later
//! one makes waits for that. Before each, the token is looked at again: once it is revoked, nothing
//! more is done, and the answer says what was.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    answer::Resource,
    body::{self, Object, get},
    caller::Caller,
    condition::Condition,
    error::ScimError,
    projection::Projection,
    resources::{Done, Kind},
};

const REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/// How many operations one request may hold.
pub(super) const MAX_OPERATIONS: usize = 1_000;

/// How what an operation will make is named before it has an id.
const MARK: &str = "bulkId:";

/// One operation, as it was asked for.
struct Operation {
    method: String,
    path: String,
    bulk_id: Option<String>,
    version: Option<String>,
    data: Value,

    /// What it refers to that other operations make.
    needs: BTreeSet<String>,
}

/// The ids of what operations have made; `None` for what could not be made.
type Made = BTreeMap<String, Option<String>>;

pub(super) async fn run(caller: &Caller, request: &Object) -> Result<Value, ScimError> {
    body::check_schema(request, REQUEST)?;
    let Some(Value::Array(operations)) = get(request, "Operations") else {
        return Err(ScimError::syntax("`Operations` must be an array"));
    };
    if operations.len() > MAX_OPERATIONS {
        return Err(ScimError::too_large(format!(
            "a bulk request has at most {MAX_OPERATIONS} operations"
        )));
    }
    let most_errors = match get(request, "failOnErrors") {
        None | Some(Value::Null) => usize::MAX,
        Some(value) => {
            let number = value.as_u64().filter(|it| *it > 0);
            let text = "failOnErrors must be a whole number, at least 1";
            number.ok_or_else(|| ScimError::value(text))? as usize
        }
    };
    let operations: Vec<_> = operations.iter().map(Operation::read).collect();
    let results = run_all(caller, operations, most_errors).await;
    Ok(json!({ "schemas": [RESPONSE], "Operations": results }))
}

async fn run_all(
    caller: &Caller,
    operations: Vec<Result<Operation, ScimError>>,
    most_errors: usize,
) -> Vec<Value> {
    let mut waiting = operations;
    let mut made = Made::new();
    let (mut results, mut errors) = (Vec::new(), 0);
    while !waiting.is_empty() && errors < most_errors {
        let (next, is_circular) = match ready(&waiting, &made) {
            Some(index) => (index, false),
            None => (0, true),
        };
        let result = match waiting.remove(next) {
            Err(err) => failed(caller.base(), None, &err),
            Ok(operation) if is_circular => {
                let text = "the operations refer to each other in a circle";
                let err = ScimError::new(StatusCode::CONFLICT, text);
                note(&mut made, &operation, None);
                failed(caller.base(), Some(&operation), &err)
            }
            Ok(operation) => one(caller, operation, &mut made).await,
        };
        errors += usize::from(result.is_error);
        results.push(result.body);
    }
    results
}

/// The first operation that needs nothing that is still to be made.
fn ready(waiting: &[Result<Operation, ScimError>], made: &Made) -> Option<usize> {
    let to_come: BTreeSet<&str> = waiting
        .iter()
        .filter_map(|it| it.as_ref().ok()?.makes())
        .filter(|it| !made.contains_key(*it))
        .collect();
    waiting.iter().position(|it| match it {
        Ok(operation) => {
            let mut needs = operation.needs.iter();
            !needs.any(|it| to_come.contains(it.as_str()))
        }
        Err(_) => true,
    })
}

struct Outcome {
    body: Value,
    is_error: bool,
}

async fn one(caller: &Caller, operation: Operation, made: &mut Made) -> Outcome {
    match operation.run(caller, made).await {
        Ok(done) => {
            let id = match &done {
                Done::Made(resource) => id_of(resource),
                Done::Changed(_) | Done::Deleted => None,
            };
            note(made, &operation, id);
            Outcome {
                body: succeeded(caller.base(), &operation, &done),
                is_error: false,
            }
        }
        Err(err) => {
            note(made, &operation, None);
            failed(caller.base(), Some(&operation), &err)
        }
    }
}

fn note(made: &mut Made, operation: &Operation, id: Option<String>) {
    if let Some(bulk_id) = operation.makes() {
        made.entry(bulk_id.to_owned()).or_insert(id);
    }
}

fn id_of(resource: &Resource) -> Option<String> {
    let id = resource.location.rsplit('/').next();
    id.map(str::to_owned)
}

impl Operation {
    fn read(value: &Value) -> Result<Self, ScimError> {
        let operation = value
            .as_object()
            .ok_or_else(|| ScimError::syntax("an operation must be an object"))?;
        let text = |key: &str| match get(operation, key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(ScimError::value(format!("{key} must be a text"))),
        };
        let needed = |key: &str| {
            let missing = || ScimError::value(format!("the operation needs a {key}"));
            text(key)?.ok_or_else(missing)
        };
        let data = get(operation, "data").cloned().unwrap_or_default();
        let path = needed("path")?;
        let mut needs = BTreeSet::new();
        collect(&data, &mut needs);
        needs.extend(
            path.split('/')
                .filter_map(|it| it.strip_prefix(MARK))
                .map(str::to_owned),
        );
        Ok(Self {
            method: needed("method")?.to_ascii_uppercase(),
            path,
            bulk_id: text("bulkId")?,
            version: text("version")?,
            data,
            needs,
        })
    }

    /// What others may call what this one makes.
    fn makes(&self) -> Option<&str> {
        self.bulk_id.as_deref().filter(|_| self.method == "POST")
    }

    async fn run(&self, caller: &Caller, made: &Made) -> Result<Done, ScimError> {
        caller.check_again()?;
        let (kind, id) = self.target(made)?;
        let mut data = self.data.clone();
        resolve(&mut data, made)?;
        let condition = match &self.version {
            Some(version) => Condition::only(version),
            None => Condition::default(),
        };
        let all = Projection::default();
        let body = || match &data {
            Value::Object(body) => Ok(body.clone()),
            _ => Err(ScimError::syntax("the operation's data must be an object")),
        };
        match (self.method.as_str(), id) {
            ("POST", None) => {
                self.check_bulk_id(made)?;
                kind.create(caller, &body()?, &all).await
            }
            ("PUT", Some(id)) => kind.replace(caller, &id, &condition, &body()?, &all).await,
            ("PATCH", Some(id)) => kind.patch(caller, &id, &condition, body()?, &all).await,
            ("DELETE", Some(id)) => kind.delete(caller, &id, &condition).await,
            (method, _) => Err(ScimError::value(format!(
                "there is no operation {method:?} on this path"
            ))),
        }
    }

    fn check_bulk_id(&self, made: &Made) -> Result<(), ScimError> {
        match self.bulk_id.as_deref() {
            None | Some("") => Err(ScimError::value("a POST needs a bulkId")),
            Some(id) if made.contains_key(id) => {
                Err(ScimError::value(format!("the bulkId {id:?} is used twice")))
            }
            Some(_) => Ok(()),
        }
    }

    fn target(&self, made: &Made) -> Result<(Kind, Option<String>), ScimError> {
        let unknown = || {
            let start: String = self.path.chars().take(80).collect();
            ScimError::new(
                StatusCode::NOT_FOUND,
                format!("there is nothing at the path {start:?}"),
            )
        };
        let path = self.path.strip_prefix('/').ok_or_else(unknown)?;
        let (endpoint, id) = match path.split_once('/') {
            Some((endpoint, id)) => (endpoint, Some(id)),
            None => (path, None),
        };
        let mut kinds = Kind::ALL.into_iter();
        let kind = kinds.find(|it| it.endpoint() == endpoint);
        let id = match id {
            Some(id) => Some(found(id, made)?.unwrap_or_else(|| id.to_owned())),
            None => None,
        };
        Ok((kind.ok_or_else(unknown)?, id))
    }
}

/// What a text names that an operation has made; `None` when it does not name such.
fn found(text: &str, made: &Made) -> Result<Option<String>, ScimError> {
    let Some(bulk_id) = text.strip_prefix(MARK) else {
        return Ok(None);
    };
    match made.get(bulk_id) {
        Some(Some(id)) => Ok(Some(id.clone())),
        _ => Err(ScimError::value(format!(
            "no operation has made what {text:?} refers to"
        ))),
    }
}

/// What a value refers to.
fn collect(value: &Value, needs: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => needs.extend(text.strip_prefix(MARK).map(str::to_owned)),
        Value::Array(list) => list.iter().for_each(|it| collect(it, needs)),
        Value::Object(parts) => parts.values().for_each(|it| collect(it, needs)),
        _ => (),
    }
}

/// Writes ids where the value refers to what was made.
fn resolve(value: &mut Value, made: &Made) -> Result<(), ScimError> {
    match value {
        Value::String(text) => {
            if let Some(id) = found(text, made)? {
                *text = id;
            }
            Ok(())
        }
        Value::Array(list) => list.iter_mut().try_for_each(|it| resolve(it, made)),
        Value::Object(parts) => parts.values_mut().try_for_each(|it| resolve(it, made)),
        _ => Ok(()),
    }
}

fn succeeded(base: &str, operation: &Operation, done: &Done) -> Value {
    let mut result = described(base, Some(operation), done.status());
    if let Done::Made(resource) | Done::Changed(resource) = done {
        result.insert("location".to_owned(), resource.location.as_str().into());
        result.insert("version".to_owned(), resource.version.as_str().into());
    }
    result.into()
}

fn failed(base: &str, operation: Option<&Operation>, err: &ScimError) -> Outcome {
    let mut result = described(base, operation, err.status);
    result.insert("response".to_owned(), err.to_json());
    Outcome {
        body: result.into(),
        is_error: true,
    }
}

/// What every result says. What could not be made is nowhere.
fn described(base: &str, operation: Option<&Operation>, status: StatusCode) -> Map<String, Value> {
    let mut result = Map::new();
    let mut put = |key: &str, value: &str| {
        result.insert(key.to_owned(), value.into());
    };
    put("status", status.as_str());
    if let Some(operation) = operation {
        put("method", &operation.method);
        if operation.method != "POST" {
            put("location", &format!("{base}{}", operation.path));
        }
        if let Some(bulk_id) = &operation.bulk_id {
            put("bulkId", bulk_id);
        }
    }
    result
}
