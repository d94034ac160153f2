//! What this service can do and what its resources look like (RFC 7644 §4).

use axum::{extract::RawQuery, http::StatusCode, response::Response};
use serde_json::{Value, json};

use super::{
    Id,
    answer::{json_response, list},
    body::MAX_BODY,
    bulk,
    caller::Reader,
    error::ScimError,
    query::MAX_COUNT,
    schema,
};
use crate::store::Config;

pub(super) async fn service_provider_config(Reader(caller): Reader) -> Response {
    let supported = json!({ "supported": true });
    let location = format!("{}/ServiceProviderConfig", caller.base());
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": supported,
        "bulk": {
            "supported": true,
            "maxOperations": bulk::MAX_OPERATIONS,
            "maxPayloadSize": MAX_BODY,
        },
        "filter": { "supported": true, "maxResults": MAX_COUNT },
        "changePassword": supported,
        "sort": supported,
        "etag": supported,
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "A token that an administrator of Tenure made",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
        }],
        "meta": { "resourceType": "ServiceProviderConfig", "location": location },
    });
    json_response(StatusCode::OK, &body)
}

pub(super) async fn resource_types(
    Reader(caller): Reader,
    RawQuery(query): RawQuery,
) -> Result<Response, ScimError> {
    refuse_filter(query.as_deref())?;
    let types = types(&*caller.config()?, caller.base());
    Ok(json_response(StatusCode::OK, &all(types.into())))
}

pub(super) async fn resource_type(
    Reader(caller): Reader,
    Id(id): Id,
) -> Result<Response, ScimError> {
    let types = types(&*caller.config()?, caller.base());
    one(types.into(), "resource type", &id)
}

pub(super) async fn schemas(
    Reader(caller): Reader,
    RawQuery(query): RawQuery,
) -> Result<Response, ScimError> {
    refuse_filter(query.as_deref())?;
    let schemas = schema_bodies(&*caller.config()?, caller.base());
    Ok(json_response(StatusCode::OK, &all(schemas)))
}

pub(super) async fn schema(Reader(caller): Reader, Id(id): Id) -> Result<Response, ScimError> {
    let schemas = schema_bodies(&*caller.config()?, caller.base());
    one(schemas, "schema", &id)
}

/// A filter would promise that what it leaves out is not there (RFC 7644 §4).
fn refuse_filter(query: Option<&str>) -> Result<(), ScimError> {
    let mut parameters = query.unwrap_or_default().split('&');
    if parameters.any(|it| it == "filter" || it.starts_with("filter=")) {
        let text = "what describes the service cannot be filtered";
        return Err(ScimError::new(StatusCode::FORBIDDEN, text));
    }
    Ok(())
}

fn all(resources: Vec<Value>) -> Value {
    list(resources.len() as u64, 1, resources)
}

fn one(resources: Vec<Value>, what: &str, id: &str) -> Result<Response, ScimError> {
    let mut resources = resources.into_iter();
    let is_it = |body: &Value| {
        let known = body.get("id").and_then(Value::as_str);
        known.is_some_and(|it| it.eq_ignore_ascii_case(id))
    };
    let found = resources.find(is_it);
    let found = found.ok_or_else(|| ScimError::not_found(what, id))?;
    Ok(json_response(StatusCode::OK, &found))
}

fn types(config: &Config, base: &str) -> [Value; 2] {
    let extensions = schema::extensions(config);
    let extensions = extensions
        .iter()
        .map(|it| json!({ "schema": it.id, "required": it.has_required() }));
    let r#type = |name: &str, urn: &str, description: &str| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": name,
            "name": name,
            "description": description,
            "endpoint": format!("/{name}s"),
            "schema": urn,
            "meta": {
                "resourceType": "ResourceType",
                "location": format!("{base}/ResourceTypes/{name}"),
            },
        })
    };
    let mut user = r#type("User", schema::USER, "Somebody in the directory");
    let extensions: Vec<Value> = extensions.collect();
    if !extensions.is_empty() {
        user["schemaExtensions"] = extensions.into();
    }
    [user, r#type("Group", schema::GROUP, "Some of the users")]
}

fn schema_bodies(config: &Config, base: &str) -> Vec<Value> {
    let schemas = schema::all(config).into_iter().map(|schema| {
        let mut body = json!(schema);
        body["schemas"] = json!(["urn:ietf:params:scim:schemas:core:2.0:Schema"]);
        body["meta"] = json!({
            "resourceType": "Schema",
            "location": format!("{base}/Schemas/{}", schema.id),
        });
        body
    });
    schemas.collect()
}
