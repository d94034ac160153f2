//! How resources are answered: their media type, their version, and where they are.

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CONTENT_TYPE, ETAG, HOST, LOCATION},
    },
    response::Response,
};
use serde_json::{Map, Value, json};

use super::super::{Site, address::last};

/// RFC 7644 §8.1.
pub(super) const MEDIA_TYPE: &str = "application/scim+json";

/// A resource that was made, read or changed.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    /// Where it is, also when the client did not ask for that.
    pub(super) location: String,

    /// As [`version`] writes it.
    pub(super) version: String,
    pub(super) body: Map<String, Value>,
}

pub(super) fn json_response(status: StatusCode, body: &Value) -> Response {
    // Values have texts for keys, so this does not fail.
    let bytes = serde_json::to_vec(body).unwrap_or_default();
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
}

pub(super) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

impl Resource {
    pub(super) fn into_response(self, status: StatusCode) -> Response {
        let mut response = json_response(status, &Value::Object(self.body));
        let headers = response.headers_mut();
        let mut add = |name, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        add(ETAG, &self.version);
        add(LOCATION, &self.location);
        response
    }
}

/// The weak entity tag of a revision (RFC 9110 §8.8.3): weak, because the same user reads
/// differently when a group has got another name.
pub(super) fn version(revision: u64) -> String {
    format!("W/\"{revision}\"")
}

/// An answer of several resources (RFC 7644 §3.4.2).
pub(super) fn list(total: u64, start: u64, resources: Vec<Value>) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })
}

/// The address of this service as the client wrote it, or that of its proxy if there is one.
pub(super) fn base(site: &Site, headers: &HeaderMap) -> String {
    let is_behind_proxy = site.is_behind_proxy();
    let told = |name: &str| is_behind_proxy.then(|| last(headers, name)).flatten();
    let own = || headers.get(HOST)?.to_str().ok();
    let host = told("x-forwarded-host").or_else(own).unwrap_or_default();
    let is_host = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    if host.is_empty() || !host.chars().all(is_host) {
        // A relative address is right everywhere.
        return super::PREFIX.to_owned();
    }
    let is_secure = told("x-forwarded-proto").is_some_and(|it| it.eq_ignore_ascii_case("https"));
    let scheme = if is_secure { "https" } else { "http" };
    format!("{scheme}://{host}{}", super::PREFIX)
}
