//! What people do with their own account: sign in, look after their details, keep it safe.
//!
//! **Invariants:** a route that is for its owner alone has [`SignedIn`] in its signature. Whoever
//! fails to sign in sees the same page after the same time, whatever the reason; the audit has it.
//! Every change passes [`crate::command`], and what weighs much (another password, address or
//! second factor) asks for the password again, OWASP ASVS 7.5.1.

mod agent;
mod app;
mod arrival;
mod code;
mod failures;
mod home;
mod new_password;
mod next;
mod password;
mod profile;
mod proof;
mod recovery;
mod secret;
mod security;
mod session;
mod sessions;
mod sign_in;

use std::net::IpAddr;

use axum::{
    Router,
    routing::{get, post},
};
use chrono::TimeDelta;

use self::failures::Failures;
pub(super) use self::{
    arrival::Arrival,
    next::Next,
    session::SignedIn,
    sign_in::{end_former, too_many},
};
use super::{Site, limit::Limits, page::Link};
use crate::{
    command::{Actor, CommandError},
    model::{audit::Via, id::UserId, user::User},
    portal::{fields::Alert, form_page::Trouble},
};

/// What is remembered while the portal runs.
pub(super) struct Memory {
    /// Of the forms of this module, by where they come from. An office that begins its day behind
    /// one address may, a program that guesses may not.
    limits: Limits<IpAddr>,
    pub(super) failures: Failures,

    /// Who changes their address often may be looking for those of others.
    email_changes: Limits<UserId>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            limits: Limits::new(120, TimeDelta::seconds(1)),
            failures: Failures::default(),
            email_changes: Limits::new(5, TimeDelta::minutes(10)),
        }
    }
}

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/", get(home::lead))
        .route("/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/sign-in/code", get(code::show).post(code::submit))
        .route(
            "/sign-in/password",
            get(new_password::show).post(new_password::submit),
        )
        .route("/sign-out", post(sessions::sign_out))
        .route("/account", get(home::account))
        .route("/account/profile", get(profile::show).post(profile::submit))
        .route("/account/security", get(security::show))
        .route(
            "/account/security/password",
            get(password::show).post(password::submit),
        )
        .route("/account/security/app", get(app::show).post(app::begin))
        .route(
            "/account/security/app/confirm",
            get(app::show_code).post(app::confirm),
        )
        .route(
            "/account/security/app/remove",
            get(app::show_removal).post(app::remove),
        )
        .route(
            "/account/security/codes",
            get(recovery::show).post(recovery::replace),
        )
        .route("/account/sessions", get(sessions::show))
        .route("/account/sessions/end", post(sessions::end))
        .route("/account/sessions/end-others", post(sessions::end_others))
}

const TO_SIGN_IN: Link = Link {
    href: "/sign-in",
    text: "Sign in",
};
const TO_PROFILE: Link = Link {
    href: "/account/profile",
    text: "Go to your profile",
};
const TO_SECURITY: Link = Link {
    href: "/account/security",
    text: "Back to security",
};
const TO_SESSIONS: Link = Link {
    href: "/account/sessions",
    text: "Go to your sessions",
};

/// In whose name somebody changes their own account.
fn actor(user: &User) -> Actor {
    Actor::new(user.profile.username.as_str(), Via::Portal)
}

/// What to tell somebody whose change was refused.
fn trouble(err: CommandError) -> Trouble {
    match err {
        CommandError::Fields(errors) => Trouble::Fields(errors),
        CommandError::Outdated(_) => Trouble::Refused(Alert::new(
            "Your account was changed in the meantime",
            "Nothing was done with what you entered. Please look at it, and send it again.",
        )),
        err => {
            tracing::error!("an account could not be changed: {err}");
            Trouble::broken()
        }
    }
}
