//! When the last use of each token was written down, so that a busy one is not written all the time.

use chrono::TimeDelta;
use parking_lot::Mutex;

use super::super::recent::Recent;
use crate::model::{Timestamp, token::TokenId};

/// How exactly the last use is kept.
pub(super) const PRECISION: TimeDelta = TimeDelta::minutes(1);

/// Half of how many tokens are remembered.
const REMEMBERED: usize = 1_000;

pub(in super::super) struct Uses(Mutex<Recent<TokenId, Timestamp>>);

impl Default for Uses {
    fn default() -> Self {
        Self(Mutex::new(Recent::new(REMEMBERED)))
    }
}

impl Uses {
    /// Whether nobody is writing this use down already.
    pub(super) fn is_first(&self, token: TokenId, now: Timestamp) -> bool {
        let mut noted = self.0.lock();
        let before = noted.take(&token);
        // A clock that was set back must not stop it.
        let is_recent = before.is_some_and(|at| (now - at).abs() < PRECISION);
        let kept = before.filter(|_| is_recent).unwrap_or(now);
        noted.put(token, kept);
        !is_recent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_use_a_minute_is_written_down() {
        let (uses, token) = (Uses::default(), TokenId::new(1));
        let at = |seconds| Timestamp::UNIX_EPOCH + TimeDelta::seconds(seconds);
        assert!(uses.is_first(token, at(0)));
        assert!(!uses.is_first(token, at(1)));
        assert!(uses.is_first(TokenId::new(2), at(1)), "of each token");
        assert!(!uses.is_first(token, at(59)));
        assert!(uses.is_first(token, at(60)));
        assert!(!uses.is_first(token, at(61)));
        assert!(uses.is_first(token, at(0)), "the clock was set back");
    }
}
