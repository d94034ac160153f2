//! Tokens: what programs prove themselves by when they use the API.

use serde::{Deserialize, Serialize};

use super::{Timestamp, id::Id};

/// Where in the portal programs find the API.
pub const API: &str = "/scim/v2";

pub type TokenId = Id<Token>;

/// A token as it is kept. The token itself is shown once, when it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Token {
    pub id: TokenId,
    pub name: String,

    /// How the token begins, to know it by.
    pub hint: String,
    pub scope: Scope,
    pub created: Timestamp,
    pub created_by: String,

    /// `None` when it does not expire.
    pub expires: Option<Timestamp>,

    /// To the minute.
    pub last_used: Option<Timestamp>,
    pub revoked: Option<Timestamp>,
}

/// What a token may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Read,

    /// And read.
    Write,
}

/// Why a token opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    Revoked,
    Expired,
}

impl Closed {
    pub fn word(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }
}

impl Scope {
    pub const ALL: [Self; 2] = [Self::Read, Self::Write];

    pub fn label(self) -> &'static str {
        match self {
            Self::Read => "Read",
            Self::Write => "Read and write",
        }
    }
}

impl Token {
    /// Whether it can be used at this moment.
    pub fn check(&self, now: Timestamp) -> Result<(), Closed> {
        if self.revoked.is_some() {
            return Err(Closed::Revoked);
        }
        match self.expires {
            Some(at) if at <= now => Err(Closed::Expired),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn token() -> Token {
        Token {
            id: TokenId::new(1),
            name: "entra".to_owned(),
            hint: "tnr_0123".to_owned(),
            scope: Scope::Write,
            created: NOW,
            created_by: "grace".to_owned(),
            expires: None,
            last_used: None,
            revoked: None,
        }
    }

    #[test]
    fn a_token_is_good_until_it_expires_or_is_revoked() {
        let mut token = token();
        assert_eq!(token.check(NOW), Ok(()));
        token.expires = Some(NOW + TimeDelta::seconds(1));
        assert_eq!(token.check(NOW), Ok(()));
        assert_eq!(
            token.check(NOW + TimeDelta::seconds(1)),
            Err(Closed::Expired)
        );
        token.revoked = Some(NOW);
        assert_eq!(token.check(NOW), Err(Closed::Revoked));
    }
}
