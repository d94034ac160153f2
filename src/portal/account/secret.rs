//! The random numbers by which browsers are known.

use sha2::{Digest as _, Sha256};

use crate::{model::session::Key, portal::token::hex};

/// 256 bits, which nobody guesses (OWASP ASVS 7.2.3 asks for half of that).
const BYTES: usize = 32;

/// What a browser keeps in a cookie. The store knows only its [`Key`].
#[derive(Clone, PartialEq, Eq)]
pub(in crate::portal) struct Secret(String);

impl Secret {
    pub(in crate::portal) fn draw() -> Self {
        Self(hex(&rand::random::<[u8; BYTES]>()))
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let is_ours = text.len() == 2 * BYTES
            && text
                .bytes()
                .all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
        is_ours.then(|| Self(text.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn key(&self) -> Key {
        Sha256::digest(&self.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_draw_can_be_read_and_nothing_else() {
        let secret = Secret::draw();
        assert!(Secret::parse(secret.as_str()) == Some(secret.clone()));
        assert!(secret != Secret::draw());
        assert_eq!(secret.as_str().len(), 64);
        let upper = secret.as_str().to_uppercase();
        let long = format!("{}0", secret.as_str());
        for bad in ["", "0", "é", &"g".repeat(64), &upper, &long] {
            // Digits alone have no capital letters.
            let is_same = bad == secret.as_str();
            assert!(is_same || Secret::parse(bad).is_none(), "{bad:?}");
        }
    }
}
