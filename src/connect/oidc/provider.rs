//! One provider: what it says of itself (OpenID Connect Discovery 1.0 §3), its keys, and what it is
//! asked.

use std::{borrow::Cow, pin::Pin, sync::Arc};

use openidconnect::{
    AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, Client, ClientId, CsrfToken,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    Scope, StandardErrorResponse, TokenUrl,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType,
        CoreGenderClaim, CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
        CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse,
    },
    http,
};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use url::Url;

use super::{
    OidcError, SignedOn,
    token::{ALGORITHMS, Others, Tokens},
    wire::{Wire, unreadable},
};
use crate::model::{
    Timestamp,
    connection::{ClientSecret, ConnectionSpec},
};

pub(super) struct Provider {
    wire: Wire,
    document: Document,
    keys: Mutex<Arc<CoreJsonWebKeySet>>,
    pub(super) fetched: Timestamp,
}

/// What a provider offers, in words for an admin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Described {
    pub issuer: String,
    pub authorization_endpoint: String,

    /// How many keys it names with which it may sign.
    pub keys: usize,
    pub pkce: Offer,
    pub scopes: Vec<String>,
    pub claims: Vec<String>,
}

impl Described {
    /// What the connection asks for and the provider does not say that it has. It may have it all
    /// the same: both lists may leave things out (OpenID Connect Discovery 1.0 §3).
    pub fn doubts(&self, spec: &ConnectionSpec) -> Vec<String> {
        let mut doubts = Vec::new();
        if self.pkce == Offer::NotSaid {
            doubts.push("the provider does not say whether it knows PKCE".to_owned());
        }
        let missing =
            |said: &[String], wanted: &str| !said.is_empty() && said.iter().all(|it| it != wanted);
        for scope in &spec.scopes {
            if missing(&self.scopes, scope) {
                doubts.push(format!("the provider does not name the scope {scope:?}"));
            }
        }
        for claim in spec.claims.values() {
            if missing(&self.claims, claim) {
                doubts.push(format!("the provider does not name the claim {claim:?}"));
            }
        }
        doubts
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Offer {
    Offered,

    /// Some providers have it and do not say so. It is used all the same: one that does not know it
    /// passes it over (RFC 7636 §5).
    NotSaid,
}

/// The fields of the document that concern us; others are passed over.
#[derive(Debug, Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    response_types_supported: Option<Vec<String>>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,

    /// RFC 9207 §3.
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    #[serde(default)]
    scopes_supported: Vec<String>,
    #[serde(default)]
    claims_supported: Vec<String>,
}

/// A client of this provider, as the library knows one.
type Known = Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
    EndpointNotSet,
>;

impl Provider {
    pub(super) async fn discover(issuer: &str, now: Timestamp) -> Result<Self, OidcError> {
        let wire = Wire::to(issuer)?;
        let address = format!(
            "{}/.well-known/openid-configuration",
            issuer.trim_end_matches('/')
        );
        let document: Document = get(&wire, &address, None).await?;
        document.check(&wire, issuer)?;
        let keys = get(&wire, &document.jwks_uri, None).await?;
        Ok(Self {
            wire,
            document,
            keys: Mutex::new(Arc::new(keys)),
            fetched: now,
        })
    }

    pub(super) fn described(&self) -> Described {
        let document = &self.document;
        let is_said = document.code_challenge_methods_supported.is_some();
        Described {
            issuer: document.issuer.clone(),
            authorization_endpoint: document.authorization_endpoint.clone(),
            keys: self.keys().keys().len(),
            pkce: if is_said {
                Offer::Offered
            } else {
                Offer::NotSaid
            },
            scopes: document.scopes_supported.clone(),
            claims: document.claims_supported.clone(),
        }
    }

    pub(super) fn keys(&self) -> Arc<CoreJsonWebKeySet> {
        Arc::clone(&self.keys.lock())
    }

    pub(super) async fn fetch_keys(&self) -> Result<(), OidcError> {
        let keys = get(&self.wire, &self.document.jwks_uri, None).await?;
        *self.keys.lock() = Arc::new(keys);
        Ok(())
    }

    /// Where to send the browser, and what it has to come back with.
    pub(super) fn authorize_url(
        &self,
        spec: &ConnectionSpec,
        redirect_uri: &str,
        challenge: PkceCodeChallenge,
    ) -> Result<(Url, CsrfToken, Nonce), OidcError> {
        let client = self.client(spec, None)?;
        let request = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        );
        let scopes = spec.scopes.iter().map(|it| Scope::new(it.clone()));
        Ok(request
            .add_scopes(scopes)
            .set_pkce_challenge(challenge)
            .set_redirect_uri(Cow::Owned(address(redirect_uri, RedirectUrl::new)?))
            .url())
    }

    /// Whether the one who sent the browser is this provider (RFC 9207 §2.4). All providers send it
    /// to the same address, so a code could be taken for another one's.
    pub(super) fn check_sender(&self, issuer: Option<&str>) -> Result<(), OidcError> {
        match issuer {
            Some(issuer) if issuer == self.document.issuer => Ok(()),
            Some(other) => Err(OidcError::OtherSender(other.to_owned())),
            None if self.document.authorization_response_iss_parameter_supported => {
                Err(OidcError::OtherSender("nobody".to_owned()))
            }
            None => Ok(()),
        }
    }

    pub(super) async fn exchange(
        &self,
        spec: &ConnectionSpec,
        secret: Option<&ClientSecret>,
        code: AuthorizationCode,
        verifier: PkceCodeVerifier,
        redirect_uri: &str,
    ) -> Result<Tokens, OidcError> {
        let client = self.client(spec, secret)?;
        let redirect_uri = address(redirect_uri, RedirectUrl::new)?;
        let tokens = client
            .exchange_code(code)
            .set_pkce_verifier(verifier)
            .set_redirect_uri(Cow::Owned(redirect_uri))
            .request_async(&self.wire)
            .await;
        tokens.map_err(|err| self.exchange_error(err))
    }

    fn exchange_error(
        &self,
        err: RequestTokenError<OidcError, StandardErrorResponse<CoreErrorResponseType>>,
    ) -> OidcError {
        let unreadable = |reason: String| OidcError::Unreadable {
            url: self.document.token_endpoint.clone(),
            reason,
        };
        match err {
            RequestTokenError::Request(err) => err,
            RequestTokenError::ServerResponse(said) => OidcError::Refused(said.to_string()),
            // What is whole and still makes no sense will not get better.
            RequestTokenError::Parse(err, body) => {
                if serde_json::from_slice::<Value>(&body).is_ok() {
                    OidcError::Token(format!("cannot be read: {}", err.into_inner()))
                } else {
                    unreadable(err.into_inner().to_string())
                }
            }
            RequestTokenError::Other(reason) => unreadable(reason),
        }
    }

    /// Adds what the user info endpoint says (OpenID Connect Core 1.0 §5.3), if there is one. What
    /// the ID token says stays.
    pub(super) async fn add_user_info(
        &self,
        tokens: &Tokens,
        signed_on: &mut SignedOn,
    ) -> Result<(), OidcError> {
        let Some(address) = &self.document.userinfo_endpoint else {
            return Ok(());
        };
        let bearer = tokens.access_token().secret();
        let said: Value = get(&self.wire, address, Some(bearer)).await?;
        let Value::Object(said) = said else {
            return Err(OidcError::UserInfo("is no object".to_owned()));
        };
        // Somebody else's would be mixed into this account (OpenID Connect Core 1.0 §5.3.2).
        if said.get("sub").and_then(Value::as_str) != Some(signed_on.identity.subject()) {
            return Err(OidcError::UserInfo("is about somebody else".to_owned()));
        }
        let claims = &mut signed_on.claims.0;
        let is_same_email = claims
            .get("email")
            .is_none_or(|known| said.get("email") == Some(known));
        for (name, value) in said {
            // An address is not verified because another one is.
            if name == "email_verified" && !is_same_email {
                continue;
            }
            claims.entry(name).or_insert(value);
        }
        Ok(())
    }

    fn client(
        &self,
        spec: &ConnectionSpec,
        secret: Option<&ClientSecret>,
    ) -> Result<Known, OidcError> {
        let document = &self.document;
        let issuer = address(&document.issuer, IssuerUrl::new)?;
        let id = ClientId::new(spec.client_id.clone());
        let mut client = Client::new(id, issuer, CoreJsonWebKeySet::default())
            .set_auth_uri(address(&document.authorization_endpoint, AuthUrl::new)?)
            .set_token_uri(address(&document.token_endpoint, TokenUrl::new)?)
            .set_auth_type(document.client_authentication()?);
        if let Some(secret) = secret {
            let secret = openidconnect::ClientSecret::new(secret.reveal().to_owned());
            client = client.set_client_secret(secret);
        }
        Ok(client)
    }
}

impl Document {
    /// Whether we can sign anyone in with what it says.
    fn check(&self, wire: &Wire, issuer: &str) -> Result<(), OidcError> {
        if self.issuer != issuer {
            return Err(OidcError::OtherIssuer {
                expected: issuer.to_owned(),
                found: self.issuer.clone(),
            });
        }
        let user_info = self.userinfo_endpoint.iter();
        for address in user_info.chain([
            &self.authorization_endpoint,
            &self.token_endpoint,
            &self.jwks_uri,
        ]) {
            wire.checked(address)?;
        }
        let lacks = |list: &Option<Vec<String>>, wanted: &str| {
            let mut said = list.iter();
            said.any(|it| it.iter().all(|it| it != wanted))
        };
        if lacks(&self.response_types_supported, "code") {
            return Err(OidcError::NoCodeFlow);
        }
        if lacks(&self.code_challenge_methods_supported, "S256") {
            return Err(OidcError::NoPkce);
        }
        if let Some(offered) = &self.id_token_signing_alg_values_supported
            && !offered.iter().any(|it| is_accepted(it))
        {
            return Err(OidcError::NoSignature(offered.join(", ")));
        }
        self.client_authentication().map(|_known| ())
    }

    /// How we show our secret: by what the provider prefers of what we can. A client without a
    /// secret says only its name either way.
    fn client_authentication(&self) -> Result<AuthType, OidcError> {
        let Some(offered) = &self.token_endpoint_auth_methods_supported else {
            return Ok(AuthType::BasicAuth);
        };
        let offers = |method: &str| offered.iter().any(|it| it == method);
        if offers("client_secret_basic") {
            Ok(AuthType::BasicAuth)
        } else if offers("client_secret_post") || offers("none") {
            Ok(AuthType::RequestBody)
        } else {
            Err(OidcError::NoClientAuthentication(offered.join(", ")))
        }
    }
}

fn is_accepted(name: &str) -> bool {
    let named = serde_json::from_value(Value::String(name.to_owned()));
    named.is_ok_and(|it| ALGORITHMS.contains(&it))
}

fn address<T>(
    text: &str,
    new: impl FnOnce(String) -> Result<T, url::ParseError>,
) -> Result<T, OidcError> {
    new(text.to_owned()).map_err(|_not_one| OidcError::Forbidden(text.to_owned()))
}

async fn get<T: DeserializeOwned>(
    wire: &Wire,
    address: &str,
    bearer: Option<&str>,
) -> Result<T, OidcError> {
    let url: Url = wire.checked(address)?;
    let mut request = http::Request::get(url.as_str())
        .header(http::header::ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(|err| unreadable(&url, &err.to_string()))?;
    if let Some(token) = bearer {
        let value = http::HeaderValue::try_from(format!("Bearer {token}"));
        let mut value = value.map_err(|err| unreadable(&url, &err.to_string()))?;
        value.set_sensitive(true);
        request
            .headers_mut()
            .insert(http::header::AUTHORIZATION, value);
    }
    let answer = wire.send(request).await?;
    if !answer.status().is_success() {
        return Err(OidcError::Status {
            url: url.into(),
            status: answer.status().as_u16(),
        });
    }
    serde_json::from_slice(answer.body()).map_err(|err| unreadable(&url, &err.to_string()))
}

impl<'c> AsyncHttpClient<'c> for Wire {
    type Error = OidcError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, OidcError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
