//! Why mails are not sent, in words for an admin.

use super::Reply;
use crate::model::smtp::Security;

/// Why a mail was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The server may take it later.
    #[error("{0}")]
    Later(Reply),

    /// The server will not take it.
    #[error("{0}")]
    Never(Reply),

    /// The connection ended before the server said what became of it.
    #[error("{0}")]
    Interrupted(String),

    /// It cannot even be offered.
    #[error("{0}")]
    Unsendable(String),

    /// No mail can be sent at the moment.
    #[error(transparent)]
    Server(#[from] ServerError),
}

/// Why no mail can be sent at the moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    #[error(
        "{0:?} cannot be found: check the name of the mail server, and whether this machine is online"
    )]
    NotFound(String),
    #[error(
        "nothing listens on port {port} of {host:?}: check the port, which is usually 587, 465 or 25"
    )]
    ConnectionRefused { host: String, port: u16 },
    #[error("{host:?} cannot be reached on port {port}: {reason}")]
    Unreachable {
        host: String,
        port: u16,
        reason: String,
    },
    #[error("{host:?} takes the connection on port {port}, and then says nothing{}", silence_hint(*.port, *.security))]
    Silent {
        host: String,
        port: u16,
        security: Security,
    },
    #[error("{host:?} does not answer any more after {step}")]
    Stalled { host: String, step: &'static str },
    #[error("{host:?} closed the connection at {step}")]
    Closed { host: String, step: &'static str },
    #[error("what listens on port {port} is no mail server{}: it said {said:?}", tls_hint(*.security))]
    NotSmtp {
        port: u16,
        security: Security,
        said: String,
    },
    #[error(
        "port {0} speaks SMTP in the clear, where TLS from the first byte was expected: choose STARTTLS, or the port for TLS, which is usually 465"
    )]
    NotTls(u16),
    #[error(
        "{0:?} does not offer STARTTLS on this port, and nothing is sent in the clear: choose TLS and its port, which is usually 465"
    )]
    NoStartTls(String),
    #[error("{host:?} cannot encrypt the connection: {reason}")]
    Tls { host: String, reason: String },
    #[error("the certificate of {host:?} is not accepted: {reason}")]
    Certificate { host: String, reason: String },
    #[error("the certificates for TLS cannot be used: {0}")]
    Authorities(String),
    #[error("{host:?} does not let {username:?} sign in: {reply}")]
    Credentials {
        host: String,
        username: String,
        reply: Reply,
    },
    #[error("there is a name to sign in with, and no password: enter it")]
    NoPassword,
    #[error("{0:?} offers no way to sign in that is known here (PLAIN or LOGIN)")]
    NoMechanism(String),
    #[error("{host:?} wants somebody to sign in: enter a name and a password ({reply})")]
    SignInWanted { host: String, reply: Reply },
    #[error("{host:?} does not take mails from {address:?}: {reply}")]
    Sender {
        host: String,
        address: String,
        reply: Reply,
    },
    #[error("the address {0:?} cannot be the sender")]
    BadSender(String),
    #[error("{host:?} is busy: {reply}")]
    Busy { host: String, reply: Reply },
    #[error("{host:?} refuses to talk: {reply}")]
    Refused { host: String, reply: Reply },
}

impl ServerError {
    /// Whether it stays like that until somebody changes something. Asking again and again would do
    /// harm, as when a wrong password locks an account.
    pub fn needs_admin(&self) -> bool {
        match self {
            Self::NotFound(_)
            | Self::ConnectionRefused { .. }
            | Self::Unreachable { .. }
            | Self::Silent { .. }
            | Self::Stalled { .. }
            | Self::Closed { .. }
            | Self::Busy { .. } => false,
            Self::NotSmtp { .. }
            | Self::NotTls(_)
            | Self::NoStartTls(_)
            | Self::Tls { .. }
            | Self::Certificate { .. }
            | Self::Authorities(_)
            | Self::Credentials { .. }
            | Self::NoPassword
            | Self::NoMechanism(_)
            | Self::SignInWanted { .. }
            | Self::Sender { .. }
            | Self::BadSender(_)
            | Self::Refused { .. } => true,
        }
    }
}

fn silence_hint(port: u16, security: Security) -> &'static str {
    match (security, port) {
        (Security::Tls, _) => "",
        (_, 465) => ": this is the port for TLS, so choose TLS",
        _ => ": if it is the port for TLS, choose TLS",
    }
}

fn tls_hint(security: Security) -> &'static str {
    match security {
        Security::Tls => " with TLS",
        Security::None | Security::StartTls => "",
    }
}
