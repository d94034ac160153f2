//! The web pages: sign-up and health.

use std::net::SocketAddr;

use tokio::runtime::Handle;

use crate::{clock::Clock, model::settings::PortalSettings, store::Store};

/// A portal that listens.
pub struct Portal {
    address: SocketAddr,
}

#[derive(Debug, thiserror::Error)]
#[error("the portal cannot listen on {0}")]
pub struct PortalError(String);

impl Portal {
    pub fn start(
        _runtime: &Handle,
        _store: Store,
        _clock: Clock,
        settings: &PortalSettings,
    ) -> Result<Self, PortalError> {
        Err(PortalError(settings.host.clone()))
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub async fn stop(self) {}
}
