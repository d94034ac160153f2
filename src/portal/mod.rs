//! The web pages (sign-up, sign-in, what people do with their account, health), and the API for other
//! programs.
//!
//! **Invariants:** a page never says more than its reader may know: which filter turned somebody
//! away and which email addresses are known stays inside. Nothing that a person typed is logged.
//! Every answer carries the same strict headers, and everything that a stranger can make grow
//! (bodies, connections, waiting passwords, remembered addresses) has a limit.

mod account;
mod address;
mod assets;
mod beat;
mod cookie;
mod fields;
mod form;
mod form_page;
mod hashing;
mod headers;
mod limit;
mod origin;
mod page;
mod recent;
mod scim;
mod server;
mod sign_on;
mod signup;
mod site;
mod stream;
mod submission;
mod token;

use std::{io, net::SocketAddr};

use axum::{
    Router,
    http::StatusCode,
    middleware,
    response::{IntoResponse as _, Response},
    routing::get,
};
use tokio::runtime::Handle;

pub use self::site::Site;
use self::{page::Notice, server::Server};
use crate::{
    clock::Clock,
    model::{connection::CALLBACK, settings::PortalSettings},
    store::Store,
};

/// The portal while it runs. Dropping it stops it without waiting for those who are being served.
pub struct Portal {
    server: Server,
}

/// Why the portal cannot start.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    #[error("{0:?} is not an address to listen on: write it like 127.0.0.1 or ::1 in the settings")]
    BadHost(String),
    #[error(
        "the portal cannot listen on {0}, because another program does: choose another port in the settings, or end that program"
    )]
    InUse(SocketAddr),
    #[error(
        "the portal may not listen on {0}: ports below 1024 need special rights, choose a higher one in the settings"
    )]
    NotPermitted(SocketAddr),
    #[error(
        "the portal cannot listen on {0}, which is not an address of this machine: choose another one in the settings"
    )]
    NotHere(SocketAddr),
    #[error("the portal cannot listen on {address}: {reason}")]
    Listen {
        address: SocketAddr,
        reason: io::Error,
    },
}

impl Portal {
    /// Listens when it returns. Port 0 takes a free one.
    pub fn start(
        runtime: &Handle,
        store: Store,
        clock: Clock,
        settings: &PortalSettings,
    ) -> Result<Self, PortalError> {
        let site = Site::new(store, clock, settings);
        let server = Server::start(runtime, settings, router(site))?;
        Ok(Self { server })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Takes no more visitors, and waits a moment for those who are being served.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

/// Every address that the portal answers.
pub fn router(site: Site) -> Router {
    Router::new()
        .merge(account::routes())
        .route("/health", get(site::health))
        .route("/signup", get(signup::show).post(signup::submit))
        .route("/signup/done", get(signup::done))
        .route(CALLBACK, get(sign_on::callback))
        .route(
            sign_on::claim::PATH,
            get(sign_on::claim::show).post(sign_on::claim::submit),
        )
        .route("/sign-on/{connection}", get(sign_on::start))
        .route("/assets/portal.css", get(assets::css))
        .route("/assets/portal.js", get(assets::js))
        .route("/assets/icon.svg", get(assets::icon))
        .route("/assets/brand.css", get(assets::brand))
        .route("/assets/logo", get(assets::logo))
        .merge(scim::router())
        .fallback(site::not_found)
        .method_not_allowed_fallback(site::method_not_allowed)
        .layer(middleware::from_fn_with_state(site.clone(), site::in_time))
        .layer(middleware::from_fn(headers::add))
        .with_state(site)
}

/// A page that only says something.
fn notice(site: &Site, status: StatusCode, notice: &Notice) -> Response {
    (status, site.notice_page(notice)).into_response()
}
