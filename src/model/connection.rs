//! Connections: OpenID Connect providers through which people sign in, and what their claims mean
//! here.
//!
//! **Invariants:** the client secret is no part of a [`ConnectionSpec`], so that what is stored,
//! compared, exported or written into the audit as a spec cannot hold it. Somebody is known by
//! issuer and subject (OpenID Connect Core 1.0 §5.7), never by a name or an address.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::{Host, Url};

use super::{
    attribute::Attribute,
    id::ConnectionId,
    text::{self, MAX_FIELD, TextError},
    user::{ProfileForm, field_label},
};

/// The most scopes that a connection asks for.
const MAX_SCOPES: usize = 20;

/// The longest secret, in characters: more than any provider gives out.
const MAX_SECRET: usize = 1_000;

/// The longest subject, in ASCII characters (OpenID Connect Core 1.0 §2).
const MAX_SUBJECT: usize = 255;

/// Where in the portal all providers send browsers back to.
pub const CALLBACK: &str = "/sign-on/callback";

/// The fields of a profile that every directory has.
const BUILT_IN: [&str; 5] = ["username", "email", "first_name", "last_name", "phone"];

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Connection {
    pub id: ConnectionId,
    #[serde(flatten)]
    pub spec: ConnectionSpec,

    /// Whether a client secret is kept for it.
    pub has_secret: bool,
}

/// What an admin says about a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionSpec {
    pub name: String,

    /// The provider's address, exactly as the provider itself writes it (OpenID Connect Discovery
    /// 1.0 §4.3).
    pub issuer: String,
    pub client_id: String,

    /// What is asked for beside `openid`, which always is.
    pub scopes: Vec<String>,

    /// Which claim fills which field of the profile: from `username` or the name of a custom
    /// attribute to the claim's name. A claim that the provider does not send changes nothing.
    pub claims: BTreeMap<String, String>,

    /// Whether somebody whose email address the provider has verified becomes the user with that
    /// address without being asked for the user's password.
    pub links_verified_email: bool,
    pub is_enabled: bool,

    /// What the button of the sign-in page says.
    pub button: String,
}

/// What the provider knows us by. It shows nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(String);

/// What becomes of the secret when a connection changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretChange {
    Keep,
    Remove,
    Set(ClientSecret),
}

/// Who somebody is at a provider.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identity {
    issuer: String,
    subject: String,
}

/// Somebody whom a provider knows, and through which connection they come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub identity: Identity,
    pub connection: ConnectionId,
}

/// What a provider says of somebody, after its signature was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims(pub BTreeMap<String, Value>);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionError {
    #[error("the {field} {reason}")]
    Text {
        field: &'static str,
        reason: TextError,
    },
    #[error(
        "{0:?} is not an issuer: write the provider's address as the provider does, like https://login.example.org"
    )]
    NotAnIssuer(String),
    #[error(
        "the issuer {0:?} is not reached safely: it must begin with https:// (http:// only for one on this machine)"
    )]
    NotSafe(String),
    #[error("the issuer {0:?} must not hold a user name, a question mark or a number sign")]
    Decorated(String),
    #[error("{0:?} is not a scope: it has no spaces, quotes or backslashes")]
    NotAScope(String),
    #[error("a connection asks for at most {MAX_SCOPES} scopes")]
    TooManyScopes,
    #[error("{0:?} is not a field that a claim can fill: use {fields} or a custom attribute", fields = text::list(&BUILT_IN, "or"))]
    NoSuchField(String),
    #[error("say which claim fills the {}", field_label(.0).to_lowercase())]
    Unfilled(&'static str),
    #[error(
        "the client secret is not one that a provider gives out: it has letters, digits and signs, and no line breaks"
    )]
    BadSecret,
    #[error("the issuer is another one than the client secret is for: enter the secret again")]
    SecretOfAnotherIssuer,
    #[error("somebody else signs in with this account of the provider already")]
    IdentityTaken,
}

/// Why somebody's name at a provider cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the subject must have 1 to {MAX_SUBJECT} plain characters")]
pub struct BadSubject;

impl ConnectionSpec {
    /// What most providers need: the usual scopes and the standard claims (OpenID Connect Core 1.0
    /// §5.1), and nobody is linked without a password.
    pub fn new(name: &str, issuer: &str, client_id: &str) -> Self {
        let claims = [
            ("username", "preferred_username"),
            ("email", "email"),
            ("first_name", "given_name"),
            ("last_name", "family_name"),
        ];
        let owned = |(field, claim): (&str, &str)| (field.to_owned(), claim.to_owned());
        Self {
            name: name.to_owned(),
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            scopes: ["profile", "email"].map(str::to_owned).to_vec(),
            claims: claims.into_iter().map(owned).collect(),
            links_verified_email: false,
            is_enabled: true,
            button: String::new(),
        }
    }

    /// The same, checked and tidied, for a directory with these attributes.
    pub fn checked(self, attributes: &[Attribute]) -> Result<Self, ConnectionError> {
        let name = required("name", &self.name)?;
        let button = line("button's text", &self.button)?;
        Ok(Self {
            issuer: checked_issuer(&self.issuer)?,
            client_id: required("client id", &self.client_id)?,
            scopes: checked_scopes(self.scopes)?,
            claims: checked_claims(self.claims, attributes)?,
            button: if button.is_empty() {
                format!("Sign in with {name}")
            } else {
                button
            },
            name,
            ..self
        })
    }

    /// `form` with every field that a claim fills.
    pub fn filled(&self, claims: &Claims, mut form: ProfileForm) -> ProfileForm {
        for (field, claim) in &self.claims {
            if let Some(value) = claims.text(claim) {
                *field_mut(&mut form, field) = value;
            }
        }
        form
    }

    /// Whether a field is to be filled by a claim that is not there.
    pub fn lacks_claims(&self, claims: &Claims) -> bool {
        self.claims.values().any(|it| !claims.0.contains_key(it))
    }

    /// Whether the provider says that it has not verified the email address.
    pub fn doubts_email(&self, claims: &Claims) -> bool {
        let claim = self.claims.get("email").map(String::as_str);
        claim == Some("email") && claims.says("email_verified") == Some(false)
    }

    /// The email address, if the provider says of it that it has been verified (OpenID Connect
    /// Core 1.0 §5.1).
    pub fn verified_email(&self, claims: &Claims) -> Option<String> {
        let claim = self.claims.get("email")?;
        // What is said to be verified is the claim `email`, and no other one.
        if claim == "email" && claims.says("email_verified") == Some(true) {
            claims.text(claim)
        } else {
            None
        }
    }
}

/// Whether a claim can fill it.
pub fn is_field(name: &str, attributes: &[Attribute]) -> bool {
    BUILT_IN.contains(&name) || attributes.iter().any(|it| it.spec.name == name)
}

/// `form`, where each of the fields named is as in `before`.
pub fn without(
    mut form: ProfileForm,
    fields: impl IntoIterator<Item = String>,
    before: &ProfileForm,
) -> ProfileForm {
    for field in fields {
        let mut kept = before.clone();
        *field_mut(&mut form, &field) = std::mem::take(field_mut(&mut kept, &field));
    }
    form.attributes.retain(|_, value| !value.is_empty());
    form
}

fn field_mut<'a>(form: &'a mut ProfileForm, field: &str) -> &'a mut String {
    match field {
        "username" => &mut form.username,
        "email" => &mut form.email,
        "first_name" => &mut form.first_name,
        "last_name" => &mut form.last_name,
        "phone" => &mut form.phone,
        name => form.attributes.entry(name.to_owned()).or_default(),
    }
}

impl Claims {
    /// The claim as a text. A list is its texts with commas between them, as in `groups`.
    pub fn text(&self, claim: &str) -> Option<String> {
        let text = text_of(self.0.get(claim)?)?;
        (!text.trim().is_empty()).then_some(text)
    }

    /// Some providers write the truth as a text.
    fn says(&self, claim: &str) -> Option<bool> {
        match self.0.get(claim)? {
            Value::Bool(is_so) => Some(*is_so),
            Value::String(text) if text == "true" => Some(true),
            Value::String(text) if text == "false" => Some(false),
            _ => None,
        }
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is_so) => Some(is_so.to_string()),
        Value::Array(values) => {
            let texts: Option<Vec<String>> = values.iter().map(text_of).collect();
            Some(texts?.join(", "))
        }
        Value::Null | Value::Object(_) => None,
    }
}

impl ClientSecret {
    /// Visible ASCII and spaces, as in RFC 6749, appendix A.2.
    pub fn new(typed: &str) -> Result<Self, ConnectionError> {
        let secret = typed.trim();
        let is_one = !secret.is_empty()
            && secret.len() <= MAX_SECRET
            && secret.bytes().all(|it| matches!(it, b' '..=b'~'));
        if is_one {
            Ok(Self(secret.to_owned()))
        } else {
            Err(ConnectionError::BadSecret)
        }
    }

    /// The secret itself, for those who keep it or send it to the provider.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    /// It stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

impl Identity {
    /// The subject is compared exactly, so it is kept exactly, or not at all.
    pub fn new(issuer: &str, subject: &str) -> Result<Self, BadSubject> {
        let is_plain = |it: u8| it.is_ascii_graphic() || it == b' ';
        if subject.trim().is_empty()
            || subject.len() > MAX_SUBJECT
            || !subject.bytes().all(is_plain)
        {
            return Err(BadSubject);
        }
        Ok(Self {
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
        })
    }

    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    pub fn subject(&self) -> &str {
        &self.subject
    }
}

fn line(field: &'static str, typed: &str) -> Result<String, ConnectionError> {
    text::line(typed, MAX_FIELD).map_err(|reason| ConnectionError::Text { field, reason })
}

fn required(field: &'static str, typed: &str) -> Result<String, ConnectionError> {
    text::required_line(typed, MAX_FIELD).map_err(|reason| ConnectionError::Text { field, reason })
}

/// Kept as typed, since the provider's own way of writing it is compared to it letter by letter.
fn checked_issuer(typed: &str) -> Result<String, ConnectionError> {
    let issuer = required("issuer", typed)?;
    let url = match Url::parse(&issuer) {
        Ok(url) if url.has_host() && !issuer.contains(char::is_whitespace) => url,
        _ => return Err(ConnectionError::NotAnIssuer(issuer)),
    };
    if !is_safe(&url, is_loopback(&url)) {
        return Err(ConnectionError::NotSafe(issuer));
    }
    let is_plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if is_plain {
        Ok(issuer)
    } else {
        Err(ConnectionError::Decorated(issuer))
    }
}

/// Whether what goes there cannot be read on the way. Without TLS that is so only within this
/// machine.
pub fn is_safe(url: &Url, may_be_loopback: bool) -> bool {
    match url.scheme() {
        "https" => may_be_loopback || !is_loopback(url),
        "http" => may_be_loopback && is_loopback(url),
        _ => false,
    }
}

/// Whether the address names this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => std::net::IpAddr::V6(address).to_canonical().is_loopback(),
        None => false,
    }
}

/// RFC 6749 §3.3.
fn checked_scopes(typed: Vec<String>) -> Result<Vec<String>, ConnectionError> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in typed {
        let scope = scope.trim().to_owned();
        let is_letter = |it: u8| matches!(it, b'!' | b'#'..=b'[' | b']'..=b'~');
        if scope.is_empty() || scope.len() > MAX_FIELD || !scope.bytes().all(is_letter) {
            return Err(ConnectionError::NotAScope(scope));
        }
        if scope != "openid" && !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    if scopes.len() > MAX_SCOPES {
        return Err(ConnectionError::TooManyScopes);
    }
    Ok(scopes)
}

fn checked_claims(
    typed: BTreeMap<String, String>,
    attributes: &[Attribute],
) -> Result<BTreeMap<String, String>, ConnectionError> {
    let mut claims = BTreeMap::new();
    for (field, claim) in typed {
        let is_known =
            BUILT_IN.contains(&field.as_str()) || attributes.iter().any(|it| it.spec.name == field);
        if !is_known {
            return Err(ConnectionError::NoSuchField(field));
        }
        let claim = line("claim's name", &claim)?;
        if !claim.is_empty() {
            claims.insert(field, claim);
        }
    }
    for field in ["username", "email"] {
        if !claims.contains_key(field) {
            return Err(ConnectionError::Unfilled(field));
        }
    }
    Ok(claims)
}

#[cfg(test)]
mod tests;
