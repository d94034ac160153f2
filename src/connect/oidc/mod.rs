//! Sign-in through an OpenID Connect provider: the authorization code flow (OpenID Connect Core 1.0
//! §3.1) with PKCE (RFC 7636) and discovery (OpenID Connect Discovery 1.0).
//!
//! **Invariants:** what [`Providers::finish`] returns was signed by the provider for us and for this
//! very sign-in. No answer is waited for longer than [`PATIENCE`] altogether, so that a person
//! hears of a provider that is down before they give up.

mod error;
mod provider;
mod token;
mod wire;

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::TimeDelta;
use openidconnect::{AuthorizationCode, Nonce, PkceCodeChallenge, PkceCodeVerifier};
use parking_lot::Mutex;

use self::provider::Provider;
pub use self::{
    error::OidcError,
    provider::{Described, Offer},
};
use crate::model::{
    Timestamp,
    connection::{Claims, ClientSecret, ConnectionSpec, Identity},
};

/// How long one of the functions here takes at most. With the rest of a page, it stays under five
/// seconds.
pub const PATIENCE: Duration = Duration::from_millis(4_500);

/// How long a discovery document and its keys are taken for what the provider still says.
const FRESH: TimeDelta = TimeDelta::hours(1);

/// What is known of the providers, so that not every sign-in asks again.
#[derive(Default)]
pub struct Providers {
    known: Mutex<HashMap<String, Arc<Slot>>>,
}

/// One at a time asks a provider to describe itself; the others wait for the answer.
type Slot = tokio::sync::Mutex<Option<Arc<Provider>>>;

/// A sign-in that has begun.
pub struct Begun {
    /// Where to send the browser.
    pub url: String,

    /// What the provider will send back with the browser.
    pub state: String,
    pub attempt: Attempt,
}

/// What is kept of a sign-in until the browser comes back.
#[derive(Debug)]
pub struct Attempt {
    nonce: Nonce,
    verifier: PkceCodeVerifier,
    redirect_uri: String,
}

/// What came back with the browser.
#[derive(Clone, Copy, Debug)]
pub struct Returned<'a> {
    pub code: &'a str,

    /// Who says that it sent the browser (RFC 9207).
    pub issuer: Option<&'a str>,
}

/// Somebody whom the provider vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedOn {
    pub identity: Identity,
    pub claims: Claims,
}

impl Providers {
    /// Prepares a sign-in. `redirect_uri` is where the browser shall come back to.
    pub async fn begin(
        &self,
        spec: &ConnectionSpec,
        redirect_uri: &str,
        now: Timestamp,
    ) -> Result<Begun, OidcError> {
        in_time(&spec.issuer, async {
            let provider = self.provider(&spec.issuer, now).await?;
            let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
            let (url, state, nonce) = provider.authorize_url(spec, redirect_uri, challenge)?;
            Ok(Begun {
                url: url.into(),
                state: state.into_secret(),
                attempt: Attempt {
                    nonce,
                    verifier,
                    redirect_uri: redirect_uri.to_owned(),
                },
            })
        })
        .await
    }

    /// Exchanges the code for the provider's word on who has signed in, and checks it.
    pub async fn finish(
        &self,
        spec: &ConnectionSpec,
        secret: Option<&ClientSecret>,
        attempt: Attempt,
        returned: Returned<'_>,
        now: Timestamp,
    ) -> Result<SignedOn, OidcError> {
        in_time(&spec.issuer, async {
            let provider = self.provider(&spec.issuer, now).await?;
            provider.check_sender(returned.issuer)?;
            let Attempt {
                nonce,
                verifier,
                redirect_uri,
            } = attempt;
            let code = AuthorizationCode::new(returned.code.to_owned());
            let tokens = provider
                .exchange(spec, secret, code, verifier, &redirect_uri)
                .await?;
            let mut signed_on = match token::verify(&tokens, spec, &provider.keys(), &nonce, now) {
                // The provider may have changed its keys since we looked.
                Err(OidcError::UnknownKey) => {
                    provider.fetch_keys().await?;
                    token::verify(&tokens, spec, &provider.keys(), &nonce, now)?
                }
                result => result?,
            };
            if spec.lacks_claims(&signed_on.claims) {
                provider.add_user_info(&tokens, &mut signed_on).await?;
            }
            Ok(signed_on)
        })
        .await
    }

    async fn provider(&self, issuer: &str, now: Timestamp) -> Result<Arc<Provider>, OidcError> {
        let slot = Arc::clone(self.known.lock().entry(issuer.to_owned()).or_default());
        let mut slot = slot.lock().await;
        if let Some(provider) = &*slot
            && (now - provider.fetched).abs() < FRESH
        {
            return Ok(Arc::clone(provider));
        }
        let provider = Arc::new(Provider::discover(issuer, now).await?);
        *slot = Some(Arc::clone(&provider));
        Ok(provider)
    }
}

/// Asks the provider of a connection to describe itself, and says what it offers or what is wrong.
pub async fn test(issuer: &str, now: Timestamp) -> Result<Described, OidcError> {
    in_time(issuer, async {
        Ok(Provider::discover(issuer, now).await?.described())
    })
    .await
}

async fn in_time<T>(
    issuer: &str,
    work: impl Future<Output = Result<T, OidcError>>,
) -> Result<T, OidcError> {
    let done = tokio::time::timeout(PATIENCE, work).await;
    done.unwrap_or_else(|_too_late| Err(OidcError::TooSlow(wire::host_of(issuer))))
}
