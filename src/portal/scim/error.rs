//! Why a request was not done, as SCIM says it (RFC 7644 §3.12).

use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Value, json};

use super::{answer::json_response, filter::FilterError};
use crate::{command::CommandError, model::user::FieldError, store::StoreError};

const SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ScimError {
    pub(super) status: StatusCode,
    kind: Option<ErrorKind>,
    detail: String,

    /// What `WWW-Authenticate` says.
    challenge: Option<&'static str>,
}

/// The `scimType` of RFC 7644 §3.12, table 9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum ErrorKind {
    InvalidFilter,
    InvalidPath,
    InvalidSyntax,
    InvalidValue,
    Mutability,
    NoTarget,
    Uniqueness,
}

impl ScimError {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            kind: None,
            detail: detail.into(),
            challenge: None,
        }
    }

    /// 400 with its `scimType`.
    pub(super) fn bad(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind: Some(kind),
            ..Self::new(StatusCode::BAD_REQUEST, detail)
        }
    }

    pub(super) fn syntax(detail: impl Into<String>) -> Self {
        Self::bad(ErrorKind::InvalidSyntax, detail)
    }

    pub(super) fn value(detail: impl Into<String>) -> Self {
        Self::bad(ErrorKind::InvalidValue, detail)
    }

    pub(super) fn filter(err: &FilterError) -> Self {
        Self::bad(
            ErrorKind::InvalidFilter,
            format!("the filter cannot be read: {err}"),
        )
    }

    pub(super) fn path(path: &str, err: &FilterError) -> Self {
        let start: String = path.chars().take(80).collect();
        Self::bad(
            ErrorKind::InvalidPath,
            format!("the path {start:?} cannot be read: {err}"),
        )
    }

    pub(super) fn uniqueness(detail: impl Into<String>) -> Self {
        Self {
            kind: Some(ErrorKind::Uniqueness),
            ..Self::new(StatusCode::CONFLICT, detail)
        }
    }

    pub(super) fn not_found(what: &str, id: &str) -> Self {
        let start: String = id.chars().take(80).collect();
        Self::new(
            StatusCode::NOT_FOUND,
            format!("there is no {what} with the id {start:?}"),
        )
    }

    /// Somebody changed it in the meantime, or it is not the version that the client knows.
    pub(super) fn outdated() -> Self {
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "the resource is not the version that the request names: read it again",
        )
    }

    /// Nobody has proved who is asking (RFC 6750 §3).
    pub(super) fn unauthorized(challenge: &'static str, detail: &str) -> Self {
        Self {
            challenge: Some(challenge),
            ..Self::new(StatusCode::UNAUTHORIZED, detail)
        }
    }

    /// The token is good, but not for this.
    pub(super) fn out_of_scope() -> Self {
        Self {
            challenge: Some(
                "Bearer realm=\"Tenure\", error=\"insufficient_scope\", scope=\"write\"",
            ),
            ..Self::new(
                StatusCode::FORBIDDEN,
                "this token may only read: make one that may write",
            )
        }
    }

    pub(super) fn too_large(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
    }

    pub(super) fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the server is busy: try again in a few seconds",
        )
    }

    pub(super) fn detail(&self) -> &str {
        &self.detail
    }

    /// Whether it is about something that nobody may write.
    pub(super) fn is_about_mutability(&self) -> bool {
        self.kind == Some(ErrorKind::Mutability)
    }

    /// As it stands in an answer, and in the result of a bulk operation.
    pub(super) fn to_json(&self) -> Value {
        let mut body = json!({
            "schemas": [SCHEMA],
            "status": self.status.as_str(),
            "detail": self.detail,
        });
        if let (Some(kind), Some(body)) = (self.kind, body.as_object_mut()) {
            body.insert("scimType".to_owned(), json!(kind));
        }
        body
    }

    /// What a form has against the values of a user that belong to nobody else's.
    pub(super) fn fields(errors: &[FieldError]) -> Self {
        Self::value(said(errors))
    }

    /// The command that is about a user was refused.
    pub(super) fn refused(err: CommandError) -> Self {
        let detail = err.to_string();
        match err {
            CommandError::Fields(errors) if errors.iter().all(can_be_taken) => {
                Self::uniqueness(said(&errors))
            }
            CommandError::Fields(errors) => Self::fields(&errors),
            CommandError::NameTaken { .. } => Self::uniqueness(detail),
            CommandError::NotFound(_) | CommandError::InRecycleBin(_) => {
                Self::new(StatusCode::NOT_FOUND, detail)
            }
            CommandError::Outdated { .. } => Self::outdated(),
            CommandError::Protected { .. }
            | CommandError::LastAdministrator(_)
            | CommandError::BuiltIn { .. } => Self::new(StatusCode::FORBIDDEN, detail),
            CommandError::Text { .. } => Self::value(detail),
            CommandError::Store(err) => err.into(),
            err => {
                tracing::error!("a SCIM request could not be done: {err}");
                Self::busy()
            }
        }
    }
}

/// Whether somebody else may have the value. The other rules are checked before a command is sent.
fn can_be_taken(error: &FieldError) -> bool {
    matches!(error.field.as_str(), "username" | "email")
}

fn said(errors: &[FieldError]) -> String {
    let texts: Vec<String> = errors
        .iter()
        .map(|it| format!("{} {}", attribute_of(&it.field), it.message))
        .collect();
    texts.join("; ")
}

/// What a field of a form is called here.
fn attribute_of(field: &str) -> &str {
    match field {
        "username" => "userName",
        "email" => "emails.value",
        "first_name" => "name.givenName",
        "last_name" => "name.familyName",
        "phone" => "phoneNumbers.value",
        custom => custom,
    }
}

impl From<StoreError> for ScimError {
    fn from(err: StoreError) -> Self {
        tracing::error!("the store does not answer: {err}");
        Self::busy()
    }
}

impl IntoResponse for ScimError {
    fn into_response(self) -> Response {
        let mut response = json_response(self.status, &self.to_json());
        let headers = response.headers_mut();
        if let Some(challenge) = self.challenge {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("10"));
        }
        response
    }
}
