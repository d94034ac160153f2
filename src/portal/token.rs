//! The proof that a form was given out by us, to this browser, not long ago, and not sent before.
//!
//! A token is a random number, the time, and an HMAC-SHA-256 over both and the cookie of its owner,
//! which is a browser or a session, with a key that is drawn at every start; so nothing is kept for
//! forms that are never sent.
//! **Invariant:** a token is accepted once.

use chrono::TimeDelta;
use hmac::{Hmac, Mac as _};
use parking_lot::Mutex;
use sha2::Sha256;

use super::recent::Recent;
use crate::model::Timestamp;

/// How long a form may stay open.
const LIFETIME: TimeDelta = TimeDelta::hours(8);

/// Half of how many sent forms are remembered. One that is forgotten before its token has expired
/// could be sent again, and would find its own username taken.
const REMEMBERED: usize = 200_000;

const NONCE: usize = 16;
const TIME: usize = 8;
const MAC: usize = 32;

pub(super) struct Tokens {
    key: [u8; 32],
    sent: Mutex<Recent<[u8; NONCE], ()>>,
}

/// Why a form is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadToken {
    /// Not ours, or not of this browser, or from before the last start.
    Foreign,
    Expired,
    SentBefore,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            key: rand::random(),
            sent: Mutex::new(Recent::new(REMEMBERED)),
        }
    }
}

impl Tokens {
    pub(super) fn issue(&self, owner: &[u8], now: Timestamp) -> String {
        let mut token = Vec::with_capacity(NONCE + TIME + MAC);
        token.extend(rand::random::<[u8; NONCE]>());
        token.extend(now.timestamp().to_be_bytes());
        let mac = self.mac(owner, &token).finalize().into_bytes();
        token.extend(mac);
        hex(&token)
    }

    /// Accepts a token, which is used up by that.
    pub(super) fn spend(&self, owner: &[u8], token: &str, now: Timestamp) -> Result<(), BadToken> {
        let bytes = unhex(token).ok_or(BadToken::Foreign)?;
        let (signed, mac) = bytes
            .split_at_checked(NONCE + TIME)
            .ok_or(BadToken::Foreign)?;
        self.mac(owner, signed)
            .verify_slice(mac)
            .map_err(|_not_equal| BadToken::Foreign)?;
        let (nonce, time) = signed.split_at(NONCE);
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_length| BadToken::Foreign)?;
        let time: [u8; TIME] = time.try_into().map_err(|_length| BadToken::Foreign)?;
        let age = now.timestamp() - i64::from_be_bytes(time);
        // A clock that was set back a little is no reason to refuse anyone.
        if age.abs() > LIFETIME.num_seconds() {
            return Err(BadToken::Expired);
        }
        match self.sent.lock().put(nonce, ()) {
            Some(()) => Err(BadToken::SentBefore),
            None => Ok(()),
        }
    }

    fn mac(&self, owner: &[u8], signed: &[u8]) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of every length");
        mac.update(owner);
        mac.update(signed);
        mac
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a text cannot fail.
        write!(text, "{byte:02x}").ok();
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let is_hex = text.bytes().all(|it| it.is_ascii_hexdigit());
    if !is_hex || text.len() != 2 * (NONCE + TIME + MAC) {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn a_token_is_good_once() {
        let (tokens, ada) = (Tokens::default(), *b"ada");
        let token = tokens.issue(&ada, NOW);
        assert_eq!(tokens.spend(&ada, &token, NOW), Ok(()));
        assert_eq!(tokens.spend(&ada, &token, NOW), Err(BadToken::SentBefore));
        let second = tokens.issue(&ada, NOW);
        assert_eq!(tokens.spend(&ada, &second, NOW), Ok(()));
    }

    #[test]
    fn a_token_belongs_to_one_browser_and_one_start() {
        let (tokens, ada) = (Tokens::default(), *b"ada");
        let token = tokens.issue(&ada, NOW);
        let foreign = Err(BadToken::Foreign);
        assert_eq!(tokens.spend(b"eve", &token, NOW), foreign);
        assert_eq!(Tokens::default().spend(&ada, &token, NOW), foreign);
        for bad in [
            "",
            "00",
            "x",
            "é",
            &token[2..],
            &format!("00{}", &token[2..]),
        ] {
            assert_eq!(tokens.spend(&ada, bad, NOW), foreign, "{bad:?}");
        }
        assert_eq!(tokens.spend(&ada, &token, NOW), Ok(()), "still unused");
    }

    #[test]
    fn a_token_does_not_last_for_ever() {
        let (tokens, ada) = (Tokens::default(), *b"ada");
        let token = tokens.issue(&ada, NOW);
        let late = NOW + LIFETIME + TimeDelta::seconds(1);
        assert_eq!(tokens.spend(&ada, &token, late), Err(BadToken::Expired));
        assert_eq!(tokens.spend(&ada, &token, NOW + LIFETIME), Ok(()));
    }
}
