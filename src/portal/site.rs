//! What all pages share, and the pages that say that something is not as expected.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    middleware::Next,
    response::{Html, IntoResponse as _, Response},
};
use chrono::TimeDelta;

use super::{
    account, assets,
    hashing::Hashing,
    limit::Limits,
    notice,
    page::{self, Brand, Link, Notice, Said},
    scim,
    sign_on::SignOn,
    token::Tokens,
};
use crate::{
    clock::Clock,
    model::settings::PortalSettings,
    store::{
        Config, Store, StoreError,
        images::{self, LOGO},
    },
};

/// No answer takes longer. More than everything within it may take by itself.
const LONGEST: Duration = Duration::from_mins(1);

/// Everything that the pages need; cloning it is cheap.
#[derive(Clone)]
pub struct Site {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Clock,
    is_behind_proxy: bool,
    tokens: Tokens,

    /// Of sign-ups, by where they come from.
    limits: Limits<IpAddr>,
    hashing: Hashing,
    token_uses: scim::Uses,
    sign_on: SignOn,
    account: account::Memory,
}

impl Site {
    /// Of the settings, what concerns the wire is taken here; the rest is read from the store each
    /// time, so that a change shows at once.
    pub fn new(store: Store, clock: Clock, settings: &PortalSettings) -> Self {
        Self {
            inner: Arc::new(Inner {
                store,
                clock,
                is_behind_proxy: settings.is_behind_proxy,
                tokens: Tokens::default(),
                // At once as many as a team that signs up together from one office.
                limits: Limits::new(30, TimeDelta::seconds(3)),
                hashing: Hashing::default(),
                token_uses: scim::Uses::default(),
                sign_on: SignOn::default(),
                account: account::Memory::default(),
            }),
        }
    }

    pub(super) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    pub(super) fn is_behind_proxy(&self) -> bool {
        self.inner.is_behind_proxy
    }

    pub(super) fn tokens(&self) -> &Tokens {
        &self.inner.tokens
    }

    pub(super) fn limits(&self) -> &Limits<IpAddr> {
        &self.inner.limits
    }

    pub(super) fn account(&self) -> &account::Memory {
        &self.inner.account
    }

    pub(super) fn hashing(&self) -> &Hashing {
        &self.inner.hashing
    }

    pub(super) fn token_uses(&self) -> &scim::Uses {
        &self.inner.token_uses
    }

    pub(super) fn sign_on(&self) -> &SignOn {
        &self.inner.sign_on
    }

    /// What admins have set up, or the answer that says that it cannot be read.
    #[expect(
        clippy::result_large_err,
        reason = "it is the answer, and sent at once"
    )]
    pub(super) fn config(&self) -> Result<Arc<Config>, Response> {
        self.store().config().map_err(|err| unavailable(&err))
    }

    pub(super) fn brand(&self) -> Brand {
        let read = || -> Result<Brand, StoreError> {
            let branding = self.store().config()?.settings.branding.clone();
            let logo = self.store().read(|db| images::get(db, LOGO))?;
            let logo = logo.map(|it| format!("/assets/logo?v={}", assets::version(&it.bytes)));
            Ok(Brand {
                name: branding.name,
                welcome: branding.welcome,
                icon: logo.clone().unwrap_or_else(|| Brand::plain().icon),
                logo,
            })
        };
        read().unwrap_or_else(|err| {
            tracing::error!("the branding cannot be read: {err}");
            Brand::plain()
        })
    }

    pub(super) fn notice_page(&self, notice: &Notice) -> Html<String> {
        page::render("notice.html", &self.brand(), &Said { notice })
    }
}

/// The store does not answer: an admin finds the reason in the log, a visitor learns that it is
/// not their fault.
pub(super) fn unavailable(err: &StoreError) -> Response {
    tracing::error!("the store does not answer: {err}");
    let page = Notice::new(
        "This does not work at the moment",
        &["It is not your fault. Please try again in a few minutes."],
    );
    // Without the brand, which would have to be read.
    let page = page::render("notice.html", &Brand::plain(), &Said { notice: &page });
    retry_later((StatusCode::SERVICE_UNAVAILABLE, page).into_response(), 60)
}

/// Says when to come back, in seconds.
pub(super) fn retry_later(mut response: Response, seconds: i64) -> Response {
    let value = HeaderValue::from(seconds.max(1).unsigned_abs());
    response.headers_mut().insert(RETRY_AFTER, value);
    response
}

/// Whether the portal can do its work. It tells a stranger nothing else.
pub(super) async fn health(State(site): State<Site>) -> Response {
    match site.store().config() {
        Ok(_) => "ok\n".into_response(),
        Err(err) => {
            tracing::error!("the store does not answer: {err}");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the store cannot be read\n",
            )
                .into_response()
        }
    }
}

const TO_START: Link = Link {
    href: "/",
    text: "Go to the start page",
};

pub(super) async fn not_found(State(site): State<Site>) -> Response {
    let text = "Check the address for typing mistakes.";
    let page = Notice::new("There is no such page", &[text]).with(TO_START);
    notice(&site, StatusCode::NOT_FOUND, &page)
}

pub(super) async fn method_not_allowed(State(site): State<Site>) -> Response {
    let text = "This page cannot be used in this way.";
    let page = Notice::new("That is not possible here", &[text]).with(TO_START);
    notice(&site, StatusCode::METHOD_NOT_ALLOWED, &page)
}

/// Ends what takes too long. What is being written then may still be written, so the page does not
/// say that it was not.
pub(super) async fn in_time(State(site): State<Site>, request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(LONGEST, next.run(request)).await;
    answer.unwrap_or_else(|_too_late| {
        tracing::error!("a request took longer than {LONGEST:?}");
        let text = "We do not know how far it came. Wait a minute before you try again.";
        let page = Notice::new("This took too long", &[text]);
        let response = notice(&site, StatusCode::SERVICE_UNAVAILABLE, &page);
        retry_later(response, 60)
    })
}
