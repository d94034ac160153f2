//! How an account is kept safe: an overview, and the way to each change.

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;

use super::{SignedIn, sessions::moment};
use crate::{
    model::{
        Timestamp,
        session::{Session, Stage},
    },
    portal::{Site, site},
    store::{StoreError, credentials, sessions},
};

#[derive(Serialize)]
struct Content {
    title: &'static str,
    done: Option<&'static str>,

    /// When it was set; `None` for those who sign in through a provider alone.
    password_changed: Option<String>,
    password_expires: Option<String>,
    has_app: bool,
    recovery_codes: u64,
    sessions: usize,
}

pub(super) async fn show(
    State(site): State<Site>,
    RawQuery(query): RawQuery,
    SignedIn(member): SignedIn,
) -> Response {
    let config = match site.config() {
        Ok(config) => config,
        Err(response) => return response,
    };
    let (user, now) = (&member.user, site.clock().now());
    let counted = site.store().read(|db| {
        let sessions = sessions::of_user(db, user.id)?;
        let is_here = |it: &&_| is_here(it, now);
        Ok::<_, StoreError>((
            credentials::count_recovery_codes(db, user.id)?,
            sessions.iter().filter(is_here).count(),
        ))
    });
    let (recovery_codes, sessions) = match counted {
        Ok(counted) => counted,
        Err(err) => return site::unavailable(&err),
    };
    let settings = &config.settings;
    let content = Content {
        title: "Security",
        done: done(query.as_deref()),
        password_changed: user.password_changed.map(|it| moment(it, settings)),
        password_expires: user
            .password_expires(&settings.password)
            .map(|it| moment(it, settings)),
        has_app: !user.mfa.is_empty(),
        recovery_codes,
        sessions,
    };
    member
        .page(&site, "security.html", "security", &content)
        .into_response()
}

/// Whether somebody is signed in in it.
pub(super) fn is_here(session: &Session, now: Timestamp) -> bool {
    session.stage == Stage::SignedIn && !session.is_over(now)
}

fn done(query: Option<&str>) -> Option<&'static str> {
    match query?.strip_prefix("done=")? {
        "password" => Some("Your password is changed. Everywhere else you have to sign in again."),
        "removed" => {
            Some("The authenticator app is removed. Your password alone signs you in now.")
        }
        _ => None,
    }
}
