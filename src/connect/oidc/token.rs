//! What makes an ID token believable (OpenID Connect Core 1.0 §3.1.3.7).

use std::collections::BTreeMap;

use chrono::TimeDelta;
use openidconnect::{
    AdditionalClaims, ClaimsVerificationError, ClientId, EmptyExtraTokenFields, IdTokenFields,
    IdTokenVerifier, IssuerUrl, Nonce, SignatureVerificationError, StandardTokenResponse,
    TokenResponse as _,
    core::{
        CoreGenderClaim, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm as Algorithm, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{OidcError, SignedOn};
use crate::model::{
    Timestamp,
    connection::{Claims, ConnectionSpec, Identity},
};

/// How far the provider's clock may be from ours.
const SKEW: TimeDelta = TimeDelta::seconds(60);

/// Those that only the provider can sign with. With a shared secret anyone could who knows it, and
/// `none` is no signature.
pub(super) const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// The claims that are not standard ones.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Others {
    #[serde(flatten)]
    claims: BTreeMap<String, Value>,
}

impl AdditionalClaims for Others {}

/// What the token endpoint answers.
pub(super) type Tokens = StandardTokenResponse<
    IdTokenFields<
        Others,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        Algorithm,
    >,
    CoreTokenType,
>;

/// Who has signed in, if everything about the token is right.
pub(super) fn verify(
    tokens: &Tokens,
    spec: &ConnectionSpec,
    keys: &CoreJsonWebKeySet,
    nonce: &Nonce,
    now: Timestamp,
) -> Result<SignedOn, OidcError> {
    let wrong = |what: &str| OidcError::Token(what.to_owned());
    let id_token = tokens.id_token().ok_or_else(|| wrong("is missing"))?;
    let issuer = IssuerUrl::new(spec.issuer.clone())
        .map_err(|_not_one| OidcError::Forbidden(spec.issuer.clone()))?;
    // A client that is not told the secret accepts nothing that is signed with it.
    let client_id = ClientId::new(spec.client_id.clone());
    let verifier = IdTokenVerifier::new_public_client(client_id, issuer, keys.clone())
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || now - SKEW)
        .set_issue_time_verifier_fn(move |issued| {
            if issued > now + SKEW {
                Err(format!("issued in the future, at {issued}"))
            } else {
                Ok(())
            }
        });
    let claims = id_token.claims(&verifier, nonce).map_err(fault)?;
    // The library leaves these two to us.
    let not_before = claims.additional_claims().claims.get("nbf");
    if let Some(moment) = not_before
        && !moment
            .as_f64()
            .is_some_and(|it| it <= (now + SKEW).timestamp() as f64)
    {
        return Err(wrong("is not valid yet"));
    }
    if let Some(party) = claims.authorized_party()
        && **party != spec.client_id
    {
        return Err(wrong("was issued to another client"));
    }
    let identity = Identity::new(&spec.issuer, claims.subject())
        .map_err(|err| OidcError::Token(format!("names nobody: {err}")))?;
    let all = serde_json::to_value(claims).and_then(serde_json::from_value);
    let all = all.map_err(|err| OidcError::Token(format!("cannot be read: {err}")))?;
    Ok(SignedOn {
        identity,
        claims: Claims(all),
    })
}

fn fault(err: ClaimsVerificationError) -> OidcError {
    match err {
        ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey,
        ) => OidcError::UnknownKey,
        ClaimsVerificationError::SignatureVerification(reason) => {
            OidcError::Token(format!("is not signed as it must be: {reason}"))
        }
        reason => OidcError::Token(format!("is refused: {reason}")),
    }
}
