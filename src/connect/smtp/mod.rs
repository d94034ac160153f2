//! Mail over SMTP (RFC 5321).
//!
//! **Invariants:** every step ends in time. What is to be encrypted is never sent in the clear. A mail
//! goes to one recipient. Whether a mail, the server or its settings are to blame is told apart, so that
//! no mail fails for what is not its fault.

mod answer;
mod certificate;
mod error;
mod line;
mod message;
mod opening;
mod stream;
mod trial;

use std::{sync::Arc, time::Duration};

pub use self::{
    answer::Reply,
    error::{SendError, ServerError},
    line::Line,
    message::Letter,
    trial::{Trial, test},
};
use crate::model::smtp::{MailPassword, MailSettings};

/// A mail server, and how to talk to it. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Server {
    settings: Arc<MailSettings>,
    password: Option<MailPassword>,
    tls: Arc<rustls::ClientConfig>,
    patience: Patience,
}

/// How long a server may take for a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// To be found, to take a connection, to greet and to encrypt it, each.
    pub opening: Duration,

    /// To answer a command.
    pub reply: Duration,

    /// To take a whole mail: some look into it first.
    pub data: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            opening: Duration::from_secs(15),
            reply: Duration::from_mins(1),
            data: Duration::from_mins(3),
        }
    }
}

impl Server {
    /// Reads the certificates that the system trusts, which takes a moment.
    pub fn new(
        settings: MailSettings,
        password: Option<MailPassword>,
        patience: Patience,
    ) -> Result<Self, ServerError> {
        let tls = certificate::client_config(&settings.authority)?;
        Ok(Self {
            settings: Arc::new(settings),
            password,
            tls: Arc::new(tls),
            patience,
        })
    }

    /// Whether a connection to the one is a connection to the other.
    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.settings, &other.settings)
            || *self.settings == *other.settings && self.password == other.password
    }

    pub fn settings(&self) -> &MailSettings {
        &self.settings
    }
}
