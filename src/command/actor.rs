//! Those in whose name commands are applied.

use crate::model::audit::Via;

/// On whose behalf a command is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub name: String,
    pub via: Via,
}

impl Actor {
    pub fn new(name: &str, via: Via) -> Self {
        Self {
            name: name.to_owned(),
            via,
        }
    }

    /// Somebody who signs up.
    pub fn sign_up() -> Self {
        Self::new("sign-up page", Via::Portal)
    }

    /// Somebody who signs in.
    pub fn sign_in() -> Self {
        Self::new("sign-in page", Via::Portal)
    }

    /// The engine, for what is due by itself.
    pub fn engine() -> Self {
        Self::new("Tenure", Via::App)
    }

    /// The operating system's user.
    pub fn system_user(via: Via) -> Self {
        let name = whoami::username().unwrap_or_else(|err| {
            tracing::warn!(error = %err, "the operating system does not say who this is");
            "unknown".to_owned()
        });
        Self::new(&name, via)
    }
}
