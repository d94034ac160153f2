//! "Is this your account?": somebody from a provider has the email address of an account that was
//! there before, and has to show its password.
//!
//! **Invariant:** what is linked is who the provider named, in the browser that it named them to,
//! and the account that was found then; nothing of it comes from the form.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};
use chrono::TimeDelta;
use parking_lot::Mutex;
use serde::Serialize;

use super::{
    account::{self, Settled},
    apply, pages, refused,
    session::Pass,
    unavailable_command,
};
use crate::{
    command::{self, Claim, Command, Entry, Reply, SignIn},
    connect::oidc::SignedOn,
    model::{Timestamp, connection::Connection, id::UserId},
    portal::{
        Site,
        address::Visitor,
        cookie::Browser,
        form::Form,
        hashing::{Lane, Unhashed},
        origin, page,
        recent::Recent,
        site::{retry_later, unavailable},
    },
    store::{StoreError, connections, credentials, users},
};

pub(in crate::portal) const PATH: &str = "/sign-on/claim";

/// How long somebody may look for their password.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// Half of how many are remembered.
const REMEMBERED: usize = 1_000;

/// Longer than any password may be.
const LONGEST: usize = 1_024;

/// By browser, which has one at most.
pub(super) struct Claims {
    open: Mutex<Recent<Vec<u8>, Open>>,
}

/// Somebody who has to show a password.
#[derive(Clone)]
pub(super) struct Open {
    pub(super) user: UserId,
    pub(super) connection: Connection,
    pub(super) signed_on: SignedOn,
    pub(super) next: String,
    pub(super) began: Timestamp,
}

#[derive(Serialize)]
struct Content<'a> {
    token: String,
    path: &'static str,
    connection: &'a str,
    email: &'a str,
    error: Option<&'static str>,
}

impl Default for Claims {
    fn default() -> Self {
        Self {
            open: Mutex::new(Recent::new(REMEMBERED)),
        }
    }
}

impl Claims {
    fn put(&self, browser: &Browser, open: Open) {
        self.open.lock().put(browser.as_bytes().to_vec(), open);
    }

    fn take(&self, browser: &Browser, now: Timestamp) -> Option<Open> {
        let open = self.open.lock().take(&browser.as_bytes().to_vec())?;
        ((now - open.began).abs() <= LIFETIME).then_some(open)
    }
}

/// Remembers it and sends the browser to the question.
pub(super) fn ask(site: &Site, browser: &Browser, open: Open) -> Response {
    site.sign_on().claims.put(browser, open);
    Redirect::to(PATH).into_response()
}

pub(in crate::portal) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Response {
    let now = site.clock().now();
    let claims = &site.sign_on().claims;
    let found = Browser::of(&headers, visitor.is_secure)
        .and_then(|browser| Some((claims.take(&browser, now)?, browser)));
    let Some((open, browser)) = found else {
        return pages::over(&site);
    };
    let page = page(&site, &browser, &open, None);
    claims.put(&browser, open);
    page
}

pub(in crate::portal) async fn submit(
    State(site): State<Site>,
    visitor: Visitor,
    request: Request,
) -> Response {
    match answer(&site, &visitor, request).await {
        Ok(response) | Err(response) => response,
    }
}

async fn answer(site: &Site, visitor: &Visitor, request: Request) -> Result<Response, Response> {
    let now = site.clock().now();
    if let Err(wait) = site.limits().take(visitor.address, now) {
        return Err(pages::too_often(site, wait.num_seconds() + 1));
    }
    let (parts, body) = request.into_parts();
    if origin::is_foreign(&parts.headers, site.is_behind_proxy()) {
        return Err(pages::over(site));
    }
    let form = Form::read(&parts.headers, body).await;
    let form = form.map_err(|_unreadable| pages::over(site))?;
    let browser = Browser::of(&parts.headers, visitor.is_secure);
    let browser = browser.ok_or_else(|| pages::over(site))?;
    let spent = site
        .tokens()
        .spend(browser.as_bytes(), form.text("token"), now);
    spent.map_err(|_reason| pages::over(site))?;
    let open = site.sign_on().claims.take(&browser, now);
    let open = open.ok_or_else(|| pages::over(site))?;
    check_connection(site, &open).await?;

    let Some((is_right, password_changed)) =
        compared(site, open.user, form.text("password")).await?
    else {
        site.sign_on().claims.put(&browser, open);
        return Err(retry_later(pages::busy(site), 10));
    };
    let pass = Pass::draw();
    let sign_in = SignIn {
        user: Some(open.user),
        is_right,
        password_changed,
        browser: pass.browser(visitor, &parts.headers),
    };
    let claim = Claim {
        sign_in,
        code: form.text("code").to_owned(),
        origin: account::origin(&open.connection, &open.signed_on),
    };
    let reply = apply(site, Command::ClaimUser(Box::new(claim))).await;
    let Reply::Entry(Entry::Open { stage, .. }) = reply.map_err(|err| unavailable_command(&err))?
    else {
        let error = "That was not right. Please try again.";
        let page = page(site, &browser, &open, Some(error));
        site.sign_on().claims.put(&browser, open);
        return Err((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    match account::come_back(site, &open.connection, &open.signed_on, open.user).await {
        Ok(Settled::In(_)) => Ok(pass.give(visitor, stage, &open.next)),
        Ok(_) => Err(pages::refused(site)),
        Err(err) => Err(unavailable_command(&err)),
    }
}

/// An admin may have changed their mind while the page was open.
async fn check_connection(site: &Site, open: &Open) -> Result<(), Response> {
    let id = open.connection.id;
    let found = site.store().read(|db| connections::get(db, id));
    let found = found.map_err(|err| unavailable(&err))?;
    if found.as_ref() == Some(&open.connection) {
        return Ok(());
    }
    let reason = "the connection was changed, disabled or deleted in the meantime";
    Err(refused(site, &open.connection.spec.name, reason).await)
}

/// Whether the password is the user's, and since when that has been theirs; `None` when too many
/// others are waiting for an answer.
async fn compared(
    site: &Site,
    id: UserId,
    password: &str,
) -> Result<Option<(bool, Option<Timestamp>)>, Response> {
    let read = |db: &_| {
        let user = users::get(db, id)?;
        let hash = match &user {
            Some(user) => credentials::get(db, user.id)?.password_hash,
            None => None,
        };
        Ok((user.and_then(|it| it.password_changed), hash))
    };
    let found = site.store().read(read);
    let (changed, hash) = found.map_err(|err: StoreError| unavailable(&err))?;
    let password: String = password.chars().take(LONGEST + 1).collect();
    let compare = move || command::password::verify(hash.as_deref(), &password);
    match site.hashing().run(Lane::Stranger, compare).await {
        Ok(is_right) => Ok(Some((is_right, changed))),
        Err(Unhashed::Busy) => Ok(None),
        Err(err) => {
            tracing::error!("{err}");
            Ok(None)
        }
    }
}

fn page(site: &Site, browser: &Browser, open: &Open, error: Option<&'static str>) -> Response {
    let spec = &open.connection.spec;
    let email = spec.claims.get("email");
    let email = email.and_then(|claim| open.signed_on.claims.text(claim));
    let content = Content {
        token: site.tokens().issue(browser.as_bytes(), site.clock().now()),
        path: PATH,
        connection: &spec.name,
        email: email.as_deref().unwrap_or_default(),
        error,
    };
    page::render("sign-on-claim.html", &site.brand(), &content).into_response()
}
