//! What clients send, read with limits: how long it is, how deep, and for how long it arrives.

use std::time::Duration;

use axum::{
    body::{Body, HttpBody as _, to_bytes},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
};
use serde_json::{Map, Value};

use super::{answer::MEDIA_TYPE, error::ScimError};

/// The longest request, in bytes.
pub(super) const MAX_BODY: usize = 1_048_576;

/// How long a request may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(30);

/// A JSON object. How deep it nests is limited by `serde_json`, which reads 128 levels.
pub(super) type Object = Map<String, Value>;

/// Reads a body, which must be a JSON object.
pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Object, ScimError> {
    check_media_type(headers)?;
    let too_large = || ScimError::too_large(format!("a request has at most {MAX_BODY} bytes"));
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Err(too_large());
    }
    let bytes = match tokio::time::timeout(ARRIVAL, to_bytes(body, MAX_BODY)).await {
        Ok(Ok(bytes)) => bytes,
        // Should the connection be broken, nobody reads this.
        Ok(Err(_)) => return Err(too_large()),
        Err(_) => {
            let text = "the request did not arrive in time";
            return Err(ScimError::new(StatusCode::REQUEST_TIMEOUT, text));
        }
    };
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(ScimError::syntax("the request is no JSON object")),
        Err(err) => Err(ScimError::syntax(format!("the request is no JSON: {err}"))),
    }
}

/// `application/json` is allowed too (RFC 7644 §3.1), and so is saying nothing.
fn check_media_type(headers: &HeaderMap) -> Result<(), ScimError> {
    let Some(said) = headers.get(CONTENT_TYPE) else {
        return Ok(());
    };
    let said = said.to_str().unwrap_or_default();
    let media_type = said.split(';').next().unwrap_or_default().trim();
    let is_json = [MEDIA_TYPE, "application/json"]
        .iter()
        .any(|it| media_type.eq_ignore_ascii_case(it));
    if is_json {
        return Ok(());
    }
    Err(ScimError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "a request is application/scim+json",
    ))
}

/// The value of a key, whose case does not matter (RFC 7643 §2.1).
pub(super) fn get<'a>(object: &'a Object, key: &str) -> Option<&'a Value> {
    let found = object.get(key);
    found.or_else(|| {
        let mut pairs = object.iter();
        let (_, value) = pairs.find(|(name, _)| name.eq_ignore_ascii_case(key))?;
        Some(value)
    })
}

/// Requires that the object says that it is of this schema.
pub(super) fn check_schema(object: &Object, schema: &str) -> Result<(), ScimError> {
    let said = get(object, "schemas").and_then(Value::as_array);
    let is_said = said.is_some_and(|list| {
        let mut texts = list.iter().filter_map(Value::as_str);
        texts.any(|it| it.eq_ignore_ascii_case(schema))
    });
    if is_said {
        return Ok(());
    }
    Err(ScimError::syntax(format!(
        "`schemas` must be an array that holds {schema:?}"
    )))
}
