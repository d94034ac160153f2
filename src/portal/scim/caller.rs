//! Who is asking: a program that shows a token (RFC 6750).
//!
//! A handler takes a [`Reader`] or a [`Writer`]; one that takes neither answers nobody in
//! particular, and shows it in its signature. A token counts in the `Authorization` header only:
//! addresses end up in logs.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use tokio::task::spawn_blocking;

use super::{
    super::{
        Site,
        address::Visitor,
        hashing::{Lane, Unhashed},
    },
    answer,
    error::ScimError,
    uses::PRECISION,
};
use crate::{
    command::{self, Actor, Command, CommandError, Reply, tokens},
    model::{
        audit::Via,
        id::UserId,
        session::Key,
        token::{Scope, Token},
        user::NewPassword,
    },
    store::{self, Config, Store},
};

/// Whoever may read.
pub(super) struct Reader(pub(super) Caller);

/// Whoever may write.
pub(super) struct Writer(pub(super) Caller);

/// A program that has shown a good token, and where it found us.
#[derive(Clone)]
pub(super) struct Caller {
    site: Site,
    actor: Actor,
    key: Key,
    base: Arc<str>,
}

impl Caller {
    pub(super) fn store(&self) -> &Store {
        self.site.store()
    }

    pub(super) fn config(&self) -> Result<Arc<Config>, ScimError> {
        Ok(self.store().config()?)
    }

    /// The address of this service, as the caller knows it.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    pub(super) async fn apply(&self, command: Command) -> Result<Reply, CommandError> {
        let now = self.site.clock().now();
        command::apply_async(self.store(), &self.actor, command, now).await
    }

    /// Looks again whether the token is good, and for writing: it may have been revoked since.
    pub(super) fn check_again(&self) -> Result<(), ScimError> {
        let token = find(&self.site, &self.key)?;
        check_scope(token.scope, Scope::Write)
    }

    /// Says in the audit who tried to write what nobody may.
    pub(super) async fn record_refusal(
        &self,
        action: &'static str,
        id: &str,
        err: &ScimError,
    ) -> Result<(), ScimError> {
        if !err.is_about_mutability() {
            return Ok(());
        }
        let now = self.site.clock().now();
        let act = (action, id);
        Ok(command::refuse(self.store(), &self.actor, act, err.detail(), now).await?)
    }

    pub(super) async fn hash(&self, password: String) -> Result<String, ScimError> {
        let hashing = self.site.hashing();
        match hashing.hash(Lane::Program, password).await {
            Ok(Ok(hash)) => Ok(hash),
            Ok(Err(err)) => {
                tracing::error!("{err}");
                Err(ScimError::busy())
            }
            Err(err) => Err(unhashed(err)),
        }
    }

    /// A password for a user who exists, checked against the policy and hashed.
    pub(super) async fn choose(
        &self,
        user: UserId,
        password: String,
    ) -> Result<NewPassword, ScimError> {
        let store = self.store().clone();
        let choose = move || command::password::choose(&store, user, &password, false);
        let chosen = self.site.hashing().run(Lane::Program, choose).await;
        match chosen.map_err(unhashed)? {
            Ok(password) => Ok(password),
            Err(CommandError::Fields(errors)) => Err(ScimError::fields(&errors)),
            Err(err) => Err(ScimError::refused(err)),
        }
    }

    /// Reads what takes its time where waiting is allowed.
    pub(super) async fn read<T: Send + 'static>(
        self,
        read: impl FnOnce(&Self) -> Result<T, ScimError> + Send + 'static,
    ) -> Result<T, ScimError> {
        let result = spawn_blocking(move || read(&self)).await;
        result.unwrap_or_else(|err| {
            tracing::error!("reading was interrupted: {err}");
            Err(ScimError::busy())
        })
    }
}

fn unhashed(err: Unhashed) -> ScimError {
    if !matches!(err, Unhashed::Busy) {
        tracing::error!("{err}");
    }
    ScimError::busy()
}

impl FromRequestParts<Site> for Reader {
    type Rejection = ScimError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, ScimError> {
        Ok(Self(identify(parts, site, Scope::Read).await?))
    }
}

impl FromRequestParts<Site> for Writer {
    type Rejection = ScimError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, ScimError> {
        Ok(Self(identify(parts, site, Scope::Write).await?))
    }
}

async fn identify(parts: &mut Parts, site: &Site, wanted: Scope) -> Result<Caller, ScimError> {
    let found = match shown(&parts.headers) {
        Some(secret) => {
            let key = tokens::key(secret);
            find(site, &key).map(|token| (token, key))
        }
        None => Err(ScimError::unauthorized(
            "Bearer realm=\"Tenure\"",
            "a token is needed, in the Authorization header",
        )),
    };
    let (token, key) = match found {
        Ok(found) => found,
        Err(err) => {
            let visitor = Visitor::from_request_parts(parts, site).await;
            let Ok(Visitor { address, .. }) = visitor;
            tracing::warn!(%address, "a SCIM request was refused: {}", err.detail());
            return Err(err);
        }
    };
    check_scope(token.scope, wanted)?;
    note_use(site, &token);
    Ok(Caller {
        site: site.clone(),
        actor: Actor::new(&token.name, Via::Api),
        key,
        base: answer::base(site, &parts.headers).into(),
    })
}

fn shown(headers: &HeaderMap) -> Option<&str> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = header.split_once(' ')?;
    let secret = secret.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !secret.is_empty()).then_some(secret)
}

/// The token with this key, if it is good. Which of the reasons it was that it is not is not said.
fn find(site: &Site, key: &Key) -> Result<Token, ScimError> {
    let token = site.store().read(|db| store::tokens::by_key(db, key))?;
    let good = token.filter(|it| it.check(site.clock().now()).is_ok());
    good.ok_or_else(|| {
        ScimError::unauthorized(
            "Bearer realm=\"Tenure\", error=\"invalid_token\"",
            "the token is not known, has expired or was revoked",
        )
    })
}

fn check_scope(scope: Scope, wanted: Scope) -> Result<(), ScimError> {
    if scope < wanted {
        return Err(ScimError::out_of_scope());
    }
    Ok(())
}

/// Writes down that the token was used, once a minute, without anybody waiting for it.
fn note_use(site: &Site, token: &Token) {
    let now = site.clock().now();
    let is_recent = |at| now - at < PRECISION;
    if token.last_used.is_some_and(is_recent) || !site.token_uses().is_first(token.id, now) {
        return;
    }
    let (site, id) = (site.clone(), token.id);
    tokio::spawn(async move {
        let command = Command::UseToken(id);
        let used = command::apply_async(site.store(), &Actor::engine(), command, now).await;
        if let Err(err) = used {
            tracing::warn!("the last use of a token could not be written down: {err}");
        }
    });
}
