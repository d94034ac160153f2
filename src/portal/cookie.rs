//! The cookies that we give: names, and how long they last.
//!
//! All are for us alone: no script reads them, and no other site sends them with a form.

use axum::http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};
use chrono::TimeDelta;

use super::token::hex;

/// One of our cookies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cookie {
    name: &'static str,

    /// Browsers accept a name that begins with `__Host-` only from the host itself, over TLS
    /// (RFC 6265bis §4.1.3.2).
    secure_name: &'static str,

    /// How long the browser keeps it; until it is closed when `None`.
    lasts: Option<TimeDelta>,
}

impl Cookie {
    pub(super) const fn new(
        name: &'static str,
        secure_name: &'static str,
        lasts: Option<TimeDelta>,
    ) -> Self {
        Self {
            name,
            secure_name,
            lasts,
        }
    }

    /// Every value that the browser sends under this name.
    pub(super) fn values(self, headers: &HeaderMap, is_secure: bool) -> impl Iterator<Item = &str> {
        let wanted = self.name(is_secure);
        headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(move |(name, _)| *name == wanted)
            .map(|(_, value)| value)
    }

    /// Lax, not Strict: a link from elsewhere must not look like a new browser to what is open
    /// already. A form that another site sends comes without it either way.
    pub(super) fn set(self, value: &str, is_secure: bool) -> Option<HeaderValue> {
        let lasts = self
            .lasts
            .map_or_else(String::new, |it| format!("; Max-Age={}", it.num_seconds()));
        self.written(value, &lasts, is_secure)
    }

    /// Takes it from the browser.
    pub(super) fn clear(self, is_secure: bool) -> Option<HeaderValue> {
        self.written("", "; Max-Age=0", is_secure)
    }

    fn written(self, value: &str, lasts: &str, is_secure: bool) -> Option<HeaderValue> {
        let secure = if is_secure { "; Secure" } else { "" };
        let name = self.name(is_secure);
        let cookie = format!("{name}={value}; Path=/{lasts}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::try_from(cookie).ok()
    }

    fn name(self, is_secure: bool) -> &'static str {
        if is_secure {
            self.secure_name
        } else {
            self.name
        }
    }
}

/// Adds a cookie to an answer.
pub(super) fn add(headers: &mut HeaderMap, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        headers.append(SET_COOKIE, cookie);
    }
}

/// Tells one browser from another, so that a form belongs to one of them. It means nothing else: it
/// is random, names nobody, and ends with the browser.
const FORM: Cookie = Cookie::new("tenure_form", "__Host-tenure_form", None);

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
        let is_ours = |text: &&str| {
            text.len() == LENGTH
                && text
                    .bytes()
                    .all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
        };
        let value = FORM.values(headers, is_secure).find(is_ours)?;
        Some(Self(value.to_owned()))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    pub(super) fn set_cookie(&self, is_secure: bool) -> Option<HeaderValue> {
        FORM.set(&self.0, is_secure)
    }
}
