//! Sign-ins that have begun and wait for the browser to come back.

use std::net::IpAddr;

use chrono::TimeDelta;
use parking_lot::Mutex;

use super::claim::Claims;
use crate::{
    connect::oidc::{Attempt, Providers},
    model::{Timestamp, id::ConnectionId},
    portal::{account::Next, cookie::Browser, limit::Limits, recent::Recent},
};

/// How long somebody may take at the provider.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// Half of how many are remembered.
const REMEMBERED: usize = 10_000;

/// What the pages of a site keep of sign-ins through providers.
pub(in crate::portal) struct SignOn {
    /// By where they come from: an office may begin its day behind one address.
    pub(super) limits: Limits<IpAddr>,
    pub(super) providers: Providers,
    pub(super) attempts: Attempts,
    pub(super) claims: Claims,
}

/// By state, which is known to one browser and its provider.
pub(super) struct Attempts {
    waiting: Mutex<Recent<String, Waiting>>,
}

pub(super) struct Waiting {
    pub(super) browser: Browser,
    pub(super) connection: ConnectionId,

    /// As it was then: the browser was sent there.
    pub(super) issuer: String,
    pub(super) attempt: Attempt,
    pub(super) next: Next,
    pub(super) began: Timestamp,
}

impl Default for SignOn {
    fn default() -> Self {
        Self {
            limits: Limits::new(120, TimeDelta::seconds(1)),
            providers: Providers::default(),
            attempts: Attempts::default(),
            claims: Claims::default(),
        }
    }
}

impl Default for Attempts {
    fn default() -> Self {
        Self {
            waiting: Mutex::new(Recent::new(REMEMBERED)),
        }
    }
}

impl Attempts {
    pub(super) fn put(&self, state: String, waiting: Waiting) {
        self.waiting.lock().put(state, waiting);
    }

    /// Takes it out for good, or says for the audit why it is not for this browser.
    pub(super) fn take(
        &self,
        state: &str,
        browser: Option<&Browser>,
        now: Timestamp,
    ) -> Result<Waiting, &'static str> {
        let found = self.waiting.lock().take(&state.to_owned());
        let Some(waiting) = found else {
            return Err(
                "no sign-in with this state is under way: it was never begun, is over, or was forgotten",
            );
        };
        if browser != Some(&waiting.browser) {
            return Err("the sign-in was begun in another browser");
        }
        if (now - waiting.began).abs() > LIFETIME {
            return Err("the sign-in took longer than ten minutes");
        }
        Ok(waiting)
    }
}
