//! Addresses that only lead on.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
};

use super::{SignedIn, arrival::page_of, next::Next, session::find};
use crate::portal::{Site, address::Visitor, site};

/// To the account, or to whatever comes before it.
pub(super) async fn lead(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Response {
    match find(&site, &visitor, &headers) {
        Ok(Some(member)) => {
            Redirect::to(&page_of(member.session.stage, &Next::parse(""))).into_response()
        }
        Ok(None) => Redirect::to("/sign-in").into_response(),
        Err(err) => site::unavailable(&err),
    }
}

pub(super) async fn account(_member: SignedIn) -> Redirect {
    Redirect::to("/account/profile")
}
