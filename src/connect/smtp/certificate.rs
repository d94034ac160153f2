//! Which certificates are trusted, and what is wrong with one that is not.

use std::{
    io,
    sync::{Arc, OnceLock},
};

use rustls::{
    CertificateError, ClientConfig, InvalidMessage, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use super::ServerError;
use crate::model::smtp::MailSettings;

/// Those of the system, read once, and those of `authority`.
pub(super) fn client_config(authority: &str) -> Result<ClientConfig, ServerError> {
    let unusable = |err: &dyn std::fmt::Display| ServerError::Authorities(err.to_string());
    let mut roots = system_roots().clone();
    for certificate in CertificateDer::pem_slice_iter(authority.as_bytes()) {
        let certificate = certificate.map_err(|err| unusable(&err))?;
        roots.add(certificate).map_err(|err| unusable(&err))?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|err| unusable(&err))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

fn system_roots() -> &'static RootCertStore {
    static ROOTS: OnceLock<RootCertStore> = OnceLock::new();
    ROOTS.get_or_init(|| {
        let found = rustls_native_certs::load_native_certs();
        for err in found.errors {
            tracing::warn!("some certificates of the system cannot be read: {err}");
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(found.certs);
        roots
    })
}

/// Why a connection was not encrypted.
pub(super) fn refusal(settings: &MailSettings, err: &io::Error) -> ServerError {
    let host = settings.host.clone();
    let inner = err
        .get_ref()
        .and_then(|it| it.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(problem)) => ServerError::Certificate {
            reason: reason(problem),
            host,
        },
        Some(rustls::Error::InvalidMessage(
            InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion,
        )) => ServerError::NotTls(settings.port),
        Some(other) => ServerError::Tls {
            reason: other.to_string(),
            host,
        },
        None => ServerError::Tls {
            reason: err.to_string(),
            host,
        },
    }
}

fn reason(problem: &CertificateError) -> String {
    match problem {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired, or this machine's clock is wrong".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet, or this machine's clock is wrong".to_owned()
        }
        CertificateError::NotValidForName => "it is for another name".to_owned(),
        CertificateError::NotValidForNameContext { presented, .. } => {
            format!("it is for another name ({})", presented.join(", "))
        }
        CertificateError::UnknownIssuer => {
            "nobody known here has issued it. If that is your own certificate authority, give its certificate in the settings"
                .to_owned()
        }
        CertificateError::Revoked => "it has been revoked".to_owned(),
        other => other.to_string(),
    }
}
