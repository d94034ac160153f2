//! The session that somebody from a provider gets, as everyone gets one who signs in.

use axum::{
    http::{
        HeaderMap, HeaderValue,
        header::{COOKIE, SET_COOKIE, USER_AGENT},
    },
    response::{IntoResponse as _, Redirect, Response},
};
use sha2::{Digest as _, Sha256};

use crate::{
    command,
    model::session::{DEVICE, Key, Stage},
    portal::{address::Visitor, token::hex},
};

/// Where the code of an authenticator app is asked for, and a new password.
const CODE: &str = "/sign-in/code";
const NEW_PASSWORD: &str = "/sign-in/password";

/// What the browser shows from now on: 256 bits each, of which the store keeps a hash.
pub(super) struct Pass {
    session: String,
    device: String,
}

impl Pass {
    pub(super) fn draw() -> Self {
        let secret = || hex(&rand::random::<[u8; 32]>());
        Self {
            session: secret(),
            device: secret(),
        }
    }

    /// The browser as it is now, and what it is to be known by.
    pub(super) fn browser(&self, visitor: &Visitor, headers: &HeaderMap) -> command::Browser {
        let agent = headers.get(USER_AGENT).and_then(|it| it.to_str().ok());
        let device = shown(headers, &name("tenure_device", visitor.is_secure));
        command::Browser {
            session: key(&self.session),
            device: device.map(key),
            new_device: key(&self.device),
            address: visitor.address.to_string(),
            agent: agent.unwrap_or_default().chars().take(500).collect(),
        }
    }

    /// Sends the browser on, or to what it has to do first.
    pub(super) fn give(self, visitor: &Visitor, stage: Stage, next: &str) -> Response {
        let there = match stage {
            Stage::SignedIn => next.to_owned(),
            Stage::Code => format!("{CODE}?{}", super::pages::next_query(next)),
            Stage::NewPassword => format!("{NEW_PASSWORD}?{}", super::pages::next_query(next)),
        };
        let mut response = Redirect::to(&there).into_response();
        let is_secure = visitor.is_secure;
        put(
            &mut response,
            "tenure_session",
            &self.session,
            is_secure,
            "",
        );
        if stage == Stage::SignedIn {
            let lasting = format!("; Max-Age={}", DEVICE.num_seconds());
            put(
                &mut response,
                "tenure_device",
                &self.device,
                is_secure,
                &lasting,
            );
        }
        response
    }
}

fn key(secret: &str) -> Key {
    Sha256::digest(secret).into()
}

fn name(name: &str, is_secure: bool) -> String {
    if is_secure {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

fn put(response: &mut Response, cookie: &str, value: &str, is_secure: bool, lasting: &str) {
    let name = name(cookie, is_secure);
    let secure = if is_secure { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{lasting}{secure}");
    if let Ok(value) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}

fn shown<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value)
}
