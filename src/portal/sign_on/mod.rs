//! Sign-in through an OpenID Connect provider.
//!
//! A browser is sent to the provider with a state that belongs to it alone, and comes back with it
//! and a code. **Invariants:** a state is good once, for the browser that it was given to, and for
//! a few minutes. Whoever is refused reads the same, whatever the reason was; the reason is in the
//! audit. A browser that has come back is sent on only to our own pages.

mod account;
mod addresses;
mod attempts;
pub(super) mod claim;
mod pages;

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::{IntoResponse as _, Redirect, Response},
};

pub(super) use self::attempts::SignOn;
use self::{account::Settled, attempts::Waiting};
use super::{
    Site,
    account::{Arrival, Next, end_former},
    address::Visitor,
    cookie::{self, Browser},
    form::Form,
    form_page::Way,
    limit::network,
    site::{retry_later, unavailable},
};
use crate::{
    command::{self, Actor, Command, CommandError, ConnectionCommand, Entry, Reply, SignInCommand},
    connect::oidc::{OidcError, Returned},
    model::{connection::Connection, id::UserId},
    store::{StoreError, connections},
};

/// Where the way to a provider begins; the connection's number follows.
const START: &str = "/sign-on/";

/// What the audit calls a connection that nobody can name any more.
const UNKNOWN: &str = "unknown connection";

/// Sends the browser to the provider of a connection.
pub(super) async fn start(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    match begin(&site, &visitor, &headers, &uri).await {
        Ok(response) | Err(response) => response,
    }
}

/// `Err` is the answer to a browser that is sent nowhere.
async fn begin(
    site: &Site,
    visitor: &Visitor,
    headers: &HeaderMap,
    uri: &Uri,
) -> Result<Response, Response> {
    let now = site.clock().now();
    if let Err(wait) = site.sign_on().limits.take(network(visitor.address), now) {
        return Err(pages::too_often(site, wait.num_seconds() + 1));
    }
    let id = uri
        .path()
        .strip_prefix(START)
        .and_then(|it| it.parse().ok());
    let found = id.map(|id| site.store().read(|db| connections::get(db, id)));
    let found = found.transpose().map_err(|err| unavailable(&err))?;
    let connection = found.flatten().filter(|it| it.spec.is_enabled);
    let connection = connection.ok_or_else(|| pages::no_such_way(site))?;
    let next = Next::of_query(uri.query());
    let redirect_uri = addresses::redirect_uri(site, headers, visitor);
    let redirect_uri = redirect_uri.ok_or_else(|| pages::not_ours(site))?;

    let sign_on = site.sign_on();
    let begun = sign_on
        .providers
        .begin(&connection.spec, &redirect_uri, now)
        .await;
    let begun = match begun {
        Ok(begun) => begun,
        Err(err) => return Err(failed(site, &connection, &next, &err).await),
    };
    let known = Browser::of(headers, visitor.is_secure);
    let browser = known.clone().unwrap_or_else(Browser::draw);
    let mut response = Redirect::to(&begun.url).into_response();
    if known.is_none() {
        let cookie = browser.set_cookie(visitor.is_secure);
        cookie::add(response.headers_mut(), cookie);
    }
    let waiting = Waiting {
        browser,
        connection: connection.id,
        issuer: connection.spec.issuer,
        attempt: begun.attempt,
        next,
        began: now,
    };
    sign_on.attempts.put(begun.state, waiting);
    Ok(response)
}

/// Takes the browser back from the provider.
pub(super) async fn callback(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    match conclude(&site, &visitor, &headers, &uri).await {
        Ok(response) | Err(response) => response,
    }
}

async fn conclude(
    site: &Site,
    visitor: &Visitor,
    headers: &HeaderMap,
    uri: &Uri,
) -> Result<Response, Response> {
    let now = site.clock().now();
    if let Err(wait) = site.sign_on().limits.take(network(visitor.address), now) {
        return Err(pages::too_often(site, wait.num_seconds() + 1));
    }
    let Ok(query) = Form::parse(uri.query().unwrap_or_default().as_bytes()) else {
        return Err(refused(site, UNKNOWN, "the provider's answer cannot be read").await);
    };
    let browser = Browser::of(headers, visitor.is_secure);
    let attempts = &site.sign_on().attempts;
    let waiting = match attempts.take(query.text("state"), browser.as_ref(), now) {
        Ok(waiting) => waiting,
        Err(reason) => return Err(refused(site, UNKNOWN, reason).await),
    };
    let found = site.store().read(|db| {
        Ok((
            connections::get(db, waiting.connection)?,
            connections::secret(db, waiting.connection)?,
        ))
    });
    let (found, secret) = found.map_err(|err: StoreError| unavailable(&err))?;
    let is_same = |it: &Connection| it.spec.is_enabled && it.spec.issuer == waiting.issuer;
    let Some(connection) = found.filter(is_same) else {
        let reason = "the connection was changed, disabled or deleted in the meantime";
        return Err(refused(site, UNKNOWN, reason).await);
    };

    let error = query.text("error");
    if !error.is_empty() {
        let said = format!(
            "the provider says {error:?}: {:?}",
            query.text("error_description")
        );
        record(site, &connection.spec.name, &said)
            .await
            .map_err(|err| unavailable_command(&err))?;
        return Err(pages::not_signed_in(site, &connection, &waiting.next));
    }
    let issuer = query.text("iss");
    let returned = Returned {
        code: query.text("code"),
        issuer: (!issuer.is_empty()).then_some(issuer),
    };
    let providers = &site.sign_on().providers;
    let spec = &connection.spec;
    let finished = providers
        .finish(spec, secret.as_ref(), waiting.attempt, returned, now)
        .await;
    let signed_on = match finished {
        Ok(signed_on) => signed_on,
        Err(err) => return Err(failed(site, &connection, &waiting.next, &err).await),
    };
    match account::settle(site, &connection, &signed_on).await {
        Ok(Settled::In(user)) => open(site, visitor, headers, user, &waiting.next).await,
        Ok(Settled::Claimed(user)) => {
            let claimed = claim::Open {
                user,
                connection,
                signed_on,
                next: waiting.next,
                began: now,
            };
            Ok(claim::ask(site, &waiting.browser, claimed))
        }
        Ok(Settled::NotAccepted) => Err(pages::not_accepted(site)),
        Ok(Settled::Refused(reason)) => Err(refused(site, &connection.spec.name, &reason).await),
        Err(err) => Err(unavailable_command(&err)),
    }
}

/// Opens a session for somebody for whom a provider has vouched.
async fn open(
    site: &Site,
    visitor: &Visitor,
    headers: &HeaderMap,
    user: UserId,
    next: &Next,
) -> Result<Response, Response> {
    let arrival = Arrival::of(visitor, headers);
    let browser = Box::new(arrival.browser().clone());
    match apply(
        site,
        Command::from(SignInCommand::OpenSession { user, browser }),
    )
    .await
    {
        Ok(Reply::Entry(Entry::Open { stage, .. })) => {
            end_former(site, visitor, headers).await;
            Ok(arrival.go_on(stage, next))
        }
        Ok(_) => Err(pages::refused(site)),
        Err(err) => Err(unavailable_command(&err)),
    }
}

/// The buttons of the sign-in page.
pub(super) fn ways(site: &Site, next: &Next) -> Vec<Way> {
    let found = site.store().read(connections::all);
    let all = found.unwrap_or_else(|err| {
        tracing::error!("the connections cannot be read: {err}");
        Vec::new()
    });
    let enabled = all.into_iter().filter(|it| it.spec.is_enabled);
    let way = |it: Connection| Way {
        href: next.after(&format!("{START}{}", it.id)),
        label: it.spec.button,
    };
    enabled.map(way).collect()
}

/// The same page for everyone, and the reason for the audit.
async fn refused(site: &Site, connection: &str, reason: &str) -> Response {
    match record(site, connection, reason).await {
        Ok(()) => pages::refused(site),
        Err(err) => unavailable_command(&err),
    }
}

/// A provider that does not answer may do so a little later; everything else is a refusal.
async fn failed(site: &Site, connection: &Connection, next: &Next, err: &OidcError) -> Response {
    if !err.may_pass() {
        return refused(site, &connection.spec.name, &err.to_string()).await;
    }
    tracing::warn!("the provider of {:?}: {err}", connection.spec.name);
    match record(site, &connection.spec.name, &err.to_string()).await {
        Ok(()) => retry_later(pages::no_answer(site, connection, next), 10),
        Err(err) => unavailable_command(&err),
    }
}

async fn record(site: &Site, connection: &str, reason: &str) -> Result<(), CommandError> {
    let command = Command::from(ConnectionCommand::RefuseSignOn {
        connection: connection.to_owned(),
        reason: reason.to_owned(),
    });
    apply(site, command).await.map(|_done| ())
}

async fn apply(site: &Site, command: Command) -> Result<Reply, CommandError> {
    command::apply_async(site.store(), &Actor::sign_in(), command, site.clock().now()).await
}

fn unavailable_command(err: &CommandError) -> Response {
    match err {
        CommandError::Store(err) => unavailable(err),
        err => {
            tracing::error!("somebody could not sign in: {err}");
            unavailable(&StoreError::Stopped)
        }
    }
}
