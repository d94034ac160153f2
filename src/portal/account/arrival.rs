//! What a browser shows and is given on its way in.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
};

use super::{agent, next::Next, secret::Secret};
use crate::{
    command,
    model::session::{DEVICE, Key, Stage},
    portal::{
        address::Visitor,
        cookie::{self, Cookie},
    },
};

pub(super) const SESSION: Cookie = Cookie::new("tenure_session", "__Host-tenure_session", None);
const KNOWN: Cookie = Cookie::new("tenure_device", "__Host-tenure_device", Some(DEVICE));

/// A browser on its way in. The session has a new secret at every step, so that nobody can have
/// planted the one that counts; so has what it will be known by.
pub(in crate::portal) struct Arrival {
    session: Secret,
    device: Secret,
    is_secure: bool,
    browser: command::Browser,
}

impl Arrival {
    pub(in crate::portal) fn of(visitor: &Visitor, headers: &HeaderMap) -> Self {
        let (session, device) = (Secret::draw(), Secret::draw());
        let shown = headers.get(header::USER_AGENT).map(HeaderValue::as_bytes);
        let agent = String::from_utf8_lossy(shown.unwrap_or_default());
        let browser = command::Browser {
            session: session.key(),
            device: known(visitor, headers),
            new_device: device.key(),
            address: visitor.address.to_string(),
            agent: agent::clipped(&agent),
        };
        Self {
            session,
            device,
            is_secure: visitor.is_secure,
            browser,
        }
    }

    /// As commands take it.
    pub(in crate::portal) fn browser(&self) -> &command::Browser {
        &self.browser
    }

    /// The cookies for a session that was opened, and the page that comes now.
    pub(in crate::portal) fn go_on(&self, stage: Stage, next: &Next) -> Response {
        let mut response = Redirect::to(&page_of(stage, next)).into_response();
        let headers = response.headers_mut();
        cookie::add(headers, SESSION.set(self.session.as_str(), self.is_secure));
        if stage == Stage::SignedIn {
            cookie::add(headers, KNOWN.set(self.device.as_str(), self.is_secure));
        }
        response
    }
}

/// What the browser is known by from an earlier time.
pub(super) fn known(visitor: &Visitor, headers: &HeaderMap) -> Option<Key> {
    let mut shown = KNOWN.values(headers, visitor.is_secure);
    shown.find_map(Secret::parse).map(|it| it.key())
}

/// The page for whoever has come this far.
pub(super) fn page_of(stage: Stage, next: &Next) -> String {
    match stage {
        Stage::Code => next.after("/sign-in/code"),
        Stage::NewPassword => next.after("/sign-in/password"),
        Stage::SignedIn => next.as_str().to_owned(),
    }
}
