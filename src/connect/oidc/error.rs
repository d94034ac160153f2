//! What can be wrong with a provider or with what it says.

use super::PATIENCE;

/// The end of a sentence for an admin. Nobody who signs in reads it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    #[error("{0:?} is not found: check the address, and this machine's name server")]
    NotFound(String),
    #[error("nothing answers at {0}: check the address, and whether this machine may reach it")]
    NotReachable(String),
    #[error("{0} did not answer within {seconds} seconds", seconds = PATIENCE.as_secs_f32())]
    TooSlow(String),
    #[error("the connection to {0} broke before the answer was complete")]
    Cut(String),
    #[error("the certificate of {host} is not accepted: {reason}")]
    Certificate { host: String, reason: String },
    #[error("{url} answered {status}")]
    Status { url: String, status: u16 },
    #[error("what {url} answered cannot be read: {reason}")]
    Unreadable { url: String, reason: String },
    #[error("{0} answered more than any provider needs to")]
    TooLarge(String),
    #[error(
        "{0:?} is not an address that is asked: it must begin with https:// and be no address of this machine or of its network card"
    )]
    Forbidden(String),
    #[error(
        "the provider calls itself {found:?} and not {expected:?}: write the issuer exactly as the provider does"
    )]
    OtherIssuer { expected: String, found: String },
    #[error("the provider does not offer the authorization code flow")]
    NoCodeFlow,
    #[error("the provider does not offer PKCE with S256, without which a code can be stolen")]
    NoPkce,
    #[error("the provider signs only with {0}, and none of these proves who has signed")]
    NoSignature(String),
    #[error(
        "the provider lets no client identify itself with a secret or without one, only by {0}"
    )]
    NoClientAuthentication(String),
    #[error("the provider refused the code: {0}")]
    Refused(String),
    #[error("the browser was sent by {0:?}, which is another provider")]
    OtherSender(String),
    #[error("the ID token is signed with a key that the provider does not name")]
    UnknownKey,
    #[error("the ID token {0}")]
    Token(String),
    #[error("the user info {0}")]
    UserInfo(String),
}

impl OidcError {
    /// Whether the same may work a little later, without anything being changed.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::NotFound(_)
            | Self::NotReachable(_)
            | Self::TooSlow(_)
            | Self::Cut(_)
            | Self::Unreadable { .. } => true,
            Self::Status { status, .. } => *status >= 500 || *status == 429,
            _ => false,
        }
    }
}
