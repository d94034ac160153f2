//! The cookie that tells one browser from another, so that a form belongs to one of them.
//!
//! It means nothing else: it is random, names nobody, and ends with the browser.

use axum::http::{HeaderMap, HeaderValue, header::COOKIE};

use super::token::hex;

const NAME: &str = "tenure_form";

/// Browsers accept a name that begins like this only from the host itself, over TLS.
const SECURE_NAME: &str = "__Host-tenure_form";

/// 128 bits, as hexadecimal digits.
const LENGTH: usize = 32;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Browser(String);

impl Browser {
    pub(super) fn draw() -> Self {
        Self(hex(&rand::random::<[u8; LENGTH / 2]>()))
    }

    /// The browser that asks, if it has been here before.
    pub(super) fn of(headers: &HeaderMap, is_secure: bool) -> Option<Self> {
        let wanted = name(is_secure);
        let is_ours = |text: &str| {
            text.len() == LENGTH
                && text
                    .bytes()
                    .all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
        };
        headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, value)| *name == wanted && is_ours(value))
            .map(|(_, value)| Self(value.to_owned()))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Lax, not Strict: a link from elsewhere must not look like a new browser to the forms that
    /// are open already. A form that another site sends comes without it either way.
    pub(super) fn set_cookie(&self, is_secure: bool) -> Option<HeaderValue> {
        let secure = if is_secure { "; Secure" } else { "" };
        let name = name(is_secure);
        let cookie = format!("{name}={}; Path=/; HttpOnly; SameSite=Lax{secure}", self.0);
        HeaderValue::try_from(cookie).ok()
    }
}

fn name(is_secure: bool) -> &'static str {
    if is_secure { SECURE_NAME } else { NAME }
}
