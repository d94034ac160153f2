//! The two kinds of resources, and what can be done with one whatever its kind.

use axum::http::StatusCode;
use serde_json::Value;

use super::{
    answer::{self, Resource},
    body::Object,
    caller::Caller,
    condition::Condition,
    error::ScimError,
    groups,
    projection::Projection,
    query::Query,
    users,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    User,
    Group,
}

/// What became of a request about one resource.
#[derive(Debug)]
pub(super) enum Done {
    Made(Resource),
    Changed(Resource),
    Deleted,
}

impl Kind {
    pub(super) const ALL: [Self; 2] = [Self::User, Self::Group];

    /// The first part of the addresses of its resources.
    pub(super) fn endpoint(self) -> &'static str {
        match self {
            Self::User => "Users",
            Self::Group => "Groups",
        }
    }

    /// The resource, unless the client knows this version of it.
    pub(super) fn get(
        self,
        caller: &Caller,
        id: &str,
        condition: &Condition,
        projection: &Projection,
    ) -> Result<Option<Resource>, ScimError> {
        let (resource, revision) = match self {
            Self::User => users::get(caller, id, projection)?,
            Self::Group => groups::get(caller, id, projection)?,
        };
        Ok((!condition.knows(revision)).then_some(resource))
    }

    /// Of one kind, what is filtered by must be an attribute of it; of several, not of every one.
    pub(super) fn page(
        self,
        caller: &Caller,
        query: &Query,
        is_only: bool,
    ) -> Result<(u64, Vec<Value>), ScimError> {
        match self {
            Self::User => users::page(caller, query, is_only),
            Self::Group => groups::page(caller, query, is_only),
        }
    }

    pub(super) async fn create(
        self,
        caller: &Caller,
        body: &Object,
        projection: &Projection,
    ) -> Result<Done, ScimError> {
        let made = match self {
            Self::User => users::create(caller, body, projection).await,
            Self::Group => groups::create(caller, body, projection).await,
        };
        made.map(Done::Made)
    }

    pub(super) async fn replace(
        self,
        caller: &Caller,
        id: &str,
        condition: &Condition,
        body: &Object,
        projection: &Projection,
    ) -> Result<Done, ScimError> {
        let changed = match self {
            Self::User => users::replace(caller, id, condition, body, projection).await,
            Self::Group => groups::replace(caller, id, condition, body, projection).await,
        };
        changed.map(Done::Changed)
    }

    pub(super) async fn patch(
        self,
        caller: &Caller,
        id: &str,
        condition: &Condition,
        body: Object,
        projection: &Projection,
    ) -> Result<Done, ScimError> {
        let changed = match self {
            Self::User => users::patch(caller, id, condition, body, projection).await,
            Self::Group => groups::patch(caller, id, condition, body, projection).await,
        };
        changed.map(Done::Changed)
    }

    pub(super) async fn delete(
        self,
        caller: &Caller,
        id: &str,
        condition: &Condition,
    ) -> Result<Done, ScimError> {
        match self {
            Self::User => users::delete(caller, id, condition).await?,
            Self::Group => groups::delete(caller, id, condition).await?,
        }
        Ok(Done::Deleted)
    }
}

impl Done {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Made(_) => StatusCode::CREATED,
            Self::Changed(_) => StatusCode::OK,
            Self::Deleted => StatusCode::NO_CONTENT,
        }
    }

    pub(super) fn into_response(self) -> axum::response::Response {
        let status = self.status();
        match self {
            Self::Made(resource) | Self::Changed(resource) => resource.into_response(status),
            Self::Deleted => answer::empty(status),
        }
    }
}

/// One page of resources of several kinds, one kind after the other.
pub(super) fn list(caller: &Caller, kinds: &[Kind], query: &Query) -> Result<Value, ScimError> {
    let is_only = kinds.len() == 1;
    if !is_only && !query.sort_by.is_empty() {
        let text = "only resources of one kind can be sorted";
        return Err(ScimError::new(StatusCode::NOT_IMPLEMENTED, text));
    }
    let (mut total, mut resources) = (0, Vec::new());
    let mut rest = query.clone();
    for kind in kinds {
        let (count, found) = kind.page(caller, &rest, is_only)?;
        rest.count -= found.len() as u64;
        rest.start = rest.start.saturating_sub(count).max(1);
        total += count;
        resources.extend(found);
    }
    Ok(answer::list(total, query.start, resources))
}
