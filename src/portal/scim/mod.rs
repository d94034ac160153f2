//! The SCIM 2.0 server (RFC 7643, RFC 7644): how other programs keep users and groups here.
//!
//! **Invariants:** nobody is answered without a token, except that an address does not exist or is
//! not used in this way. What a client sends is worked out in memory and becomes one command, so
//! that a request is done whole or not at all. The shapes of the wire stay in this module.

mod answer;
mod body;
mod bulk;
mod caller;
mod condition;
mod discovery;
mod error;
mod filter;
mod groups;
mod lower;
mod patch;
mod projection;
mod query;
mod resources;
mod schema;
mod users;
mod uses;

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    extract::{FromRequestParts, Path, RawQuery, Request},
    http::{HeaderMap, StatusCode, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::{any, get, post},
};

pub(super) use self::uses::Uses;
use self::{
    answer::{empty, json_response},
    caller::{Reader, Writer},
    condition::Condition,
    error::ScimError,
    query::{Query, asked_attributes},
    resources::Kind,
};
use super::Site;
use crate::model::{
    text::{self, MAX_FIELD},
    token,
};

/// Where this server is.
const PREFIX: &str = token::API;

/// No answer takes longer; less than the pages are given, so that a program gets an answer that it
/// can read.
const LONGEST: Duration = Duration::from_secs(50);

type Answer = Result<Response, ScimError>;

/// The last part of an address. One that is no text is nobody's.
struct Id(String);

impl FromRequestParts<Site> for Id {
    type Rejection = ScimError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, ScimError> {
        let id = Path::<String>::from_request_parts(parts, site).await;
        id.map(|Path(id)| Self(id))
            .map_err(|_no_text| ScimError::not_found("resource", parts.uri.path()))
    }
}

/// Every address that is answered: all begin with [`PREFIX`].
pub(super) fn router() -> Router<Site> {
    let slash = Router::new()
        .route(&format!("{PREFIX}/"), get(everything))
        .method_not_allowed_fallback(method_not_allowed);
    Router::new()
        .nest(PREFIX, below())
        .merge(slash)
        .layer(middleware::from_fn(in_time))
}

fn below() -> Router<Site> {
    Router::new()
        .merge(of_kind(Kind::User))
        .merge(of_kind(Kind::Group))
        .route("/", get(everything))
        .route(
            "/.search",
            post(|reader, headers, body| search(&Kind::ALL, reader, headers, body)),
        )
        .route("/Bulk", post(run_bulk))
        .route("/Me", any(me))
        .route(
            "/ServiceProviderConfig",
            get(discovery::service_provider_config),
        )
        .route("/ResourceTypes", get(discovery::resource_types))
        .route("/ResourceTypes/{id}", get(discovery::resource_type))
        .route("/Schemas", get(discovery::schemas))
        .route("/Schemas/{id}", get(discovery::schema))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
}

fn of_kind(kind: Kind) -> Router<Site> {
    let endpoint = kind.endpoint();
    let kinds = match kind {
        Kind::User => &[Kind::User],
        Kind::Group => &[Kind::Group],
    };
    Router::new()
        .route(
            &format!("/{endpoint}"),
            get(move |reader, query| list(kinds, reader, query)).post(
                move |writer, query, headers, body| create(kind, writer, query, headers, body),
            ),
        )
        .route(
            &format!("/{endpoint}/.search"),
            post(move |reader, headers, body| search(kinds, reader, headers, body)),
        )
        .route(
            &format!("/{endpoint}/{{id}}"),
            get(move |reader, id, query, headers| read(kind, reader, id, query, headers))
                .put(move |writer, id, query, headers, body| {
                    replace(kind, writer, id, query, headers, body)
                })
                .patch(move |writer, id, query, headers, body| {
                    modify(kind, writer, id, query, headers, body)
                })
                .delete(move |writer, id, headers| delete(kind, writer, id, headers)),
        )
}

async fn everything(reader: Reader, query: RawQuery) -> Answer {
    list(&Kind::ALL, reader, query).await
}

async fn list(kinds: &'static [Kind], Reader(caller): Reader, RawQuery(query): RawQuery) -> Answer {
    let query = Query::from_address(query.as_deref())?;
    let found = caller
        .read(move |caller| resources::list(caller, kinds, &query))
        .await?;
    Ok(json_response(StatusCode::OK, &found))
}

async fn search(
    kinds: &'static [Kind],
    Reader(caller): Reader,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let query = Query::from_body(&body::read(&headers, body).await?)?;
    let found = caller
        .read(move |caller| resources::list(caller, kinds, &query))
        .await?;
    Ok(json_response(StatusCode::OK, &found))
}

async fn read(
    kind: Kind,
    Reader(caller): Reader,
    Id(id): Id,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let projection = asked_attributes(query.as_deref())?;
    let condition = Condition::of(&headers);
    let found = caller
        .read(move |caller| kind.get(caller, &id, &condition, &projection))
        .await?;
    Ok(match found {
        Some(resource) => resource.into_response(StatusCode::OK),
        None => empty(StatusCode::NOT_MODIFIED),
    })
}

async fn create(
    kind: Kind,
    Writer(caller): Writer,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let projection = asked_attributes(query.as_deref())?;
    let body = body::read(&headers, body).await?;
    let done = kind.create(&caller, &body, &projection).await?;
    Ok(done.into_response())
}

async fn replace(
    kind: Kind,
    Writer(caller): Writer,
    Id(id): Id,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let projection = asked_attributes(query.as_deref())?;
    let condition = Condition::of(&headers);
    let body = body::read(&headers, body).await?;
    let done = kind
        .replace(&caller, &id, &condition, &body, &projection)
        .await?;
    Ok(done.into_response())
}

async fn modify(
    kind: Kind,
    Writer(caller): Writer,
    Id(id): Id,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let projection = asked_attributes(query.as_deref())?;
    let condition = Condition::of(&headers);
    let body = body::read(&headers, body).await?;
    let done = kind
        .patch(&caller, &id, &condition, body, &projection)
        .await?;
    Ok(done.into_response())
}

async fn delete(kind: Kind, Writer(caller): Writer, Id(id): Id, headers: HeaderMap) -> Answer {
    let condition = Condition::of(&headers);
    let done = kind.delete(&caller, &id, &condition).await?;
    Ok(done.into_response())
}

async fn run_bulk(Writer(caller): Writer, headers: HeaderMap, body: Body) -> Answer {
    let request = body::read(&headers, body).await?;
    let results = bulk::run(&caller, &request).await?;
    Ok(json_response(StatusCode::OK, &results))
}

/// A token is no user (RFC 7644 §3.11).
async fn me(_: Reader) -> ScimError {
    ScimError::new(
        StatusCode::NOT_IMPLEMENTED,
        "a token belongs to no user, so that there is no Me",
    )
}

async fn not_found() -> ScimError {
    ScimError::new(StatusCode::NOT_FOUND, "there is nothing at this address")
}

async fn method_not_allowed() -> ScimError {
    ScimError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "this address is not used with this method",
    )
}

/// Ends what takes too long.
async fn in_time(request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(LONGEST, next.run(request)).await;
    answer.unwrap_or_else(|_too_late| {
        tracing::error!("a SCIM request took longer than {LONGEST:?}");
        ScimError::busy().into_response()
    })
}

/// What a client calls a resource is kept as it is, if it is a text of one line.
fn check_external_id(id: &str) -> Result<(), ScimError> {
    match text::line(id, MAX_FIELD) {
        Ok(same) if same == id => Ok(()),
        Ok(_) => Err(ScimError::value(
            "externalId must not begin or end with white space",
        )),
        Err(err) => Err(ScimError::value(format!("externalId {err}"))),
    }
}
