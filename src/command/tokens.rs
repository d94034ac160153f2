//! Tokens of the API: made, revoked, and seen in use.

use std::fmt;

use rand::RngCore as _;
use sha2::{Digest as _, Sha256};

use super::{CommandError, Log, Reply};
use crate::{
    model::{
        Timestamp,
        session::Key,
        text::{self, MAX_FIELD},
        token::{Scope, TokenId},
    },
    store::tokens,
};

/// What every token begins with, so that one that has leaked can be recognised.
const PREFIX: &str = "tnr_";

/// How many letters of a token are kept, to know it by.
const HINT: usize = 8;

/// A token as it is shown, once.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// A token that is to be made. The secret itself is not part of it.
#[derive(Clone, PartialEq, Eq)]
pub struct NewToken {
    pub name: String,
    pub scope: Scope,
    pub expires: Option<Timestamp>,
    pub key: Key,
    pub hint: String,
}

impl Secret {
    /// 256 random bits.
    pub fn draw() -> Self {
        let mut bytes = [0_u8; 32];
        rand::rng().fill_bytes(&mut bytes);
        let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Self(format!("{PREFIX}{}", digits.concat()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The token of this secret.
    pub fn token(&self, name: &str, scope: Scope, expires: Option<Timestamp>) -> NewToken {
        NewToken {
            name: name.to_owned(),
            scope,
            expires,
            key: key(&self.0),
            hint: self.0.chars().take(HINT).collect(),
        }
    }
}

/// The form in which a token is stored. What is drawn from 256 bits needs no slow hash.
pub fn key(secret: &str) -> Key {
    Sha256::digest(secret).into()
}

pub(super) fn create(log: &Log<'_>, new: &NewToken) -> Result<Reply, CommandError> {
    let name = text::required_line(&new.name, MAX_FIELD).map_err(|reason| CommandError::Text {
        field: "name",
        reason,
    })?;
    if new.expires.is_some_and(|at| at <= log.now) {
        return Err(CommandError::ExpiredToken);
    }
    let id = tokens::insert(
        log.tx,
        &tokens::NewToken {
            name: &name,
            key: &new.key,
            hint: &new.hint,
            scope: new.scope,
            created: log.now,
            created_by: &log.actor.name,
            expires: new.expires,
        },
    )?;
    let token = tokens::get(log.tx, id)?;
    log.changed("token.create", &name, None::<&()>, token.as_ref())?;
    Ok(Reply::Token(id))
}

/// It is kept, so that the audit's name for it stays known.
pub(super) fn revoke(log: &Log<'_>, id: TokenId) -> Result<Reply, CommandError> {
    let token = tokens::get(log.tx, id)?.ok_or(CommandError::NotFound("token"))?;
    if token.revoked.is_some() {
        return Ok(Reply::Done);
    }
    tokens::revoke(log.tx, id, log.now)?;
    log.changed("token.revoke", &token.name, Some(&token), None::<&()>)
}

/// Not an act of anybody's: it has no entry in the audit.
pub(super) fn used(log: &Log<'_>, id: TokenId) -> Result<Reply, CommandError> {
    tokens::set_used(log.tx, id, log.now)?;
    Ok(Reply::Done)
}

impl fmt::Debug for Secret {
    /// It stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Secret").finish_non_exhaustive()
    }
}

impl fmt::Debug for NewToken {
    /// The hash stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewToken")
            .field("name", &self.name)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_the_same_and_never_in_a_log() {
        let (one, other) = (Secret::draw(), Secret::draw());
        assert_ne!(one.as_str(), other.as_str());
        assert_eq!(one.as_str().len(), PREFIX.len() + 64);
        let token = one.token("entra", Scope::Read, None);
        assert_eq!(token.hint, one.as_str()[..HINT]);
        let logged = format!("{one:?} {token:?}");
        assert!(!logged.contains(&one.as_str()[..HINT]), "{logged}");
    }
}
