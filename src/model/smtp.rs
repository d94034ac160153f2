//! How mails leave: the settings of the mail server, and of what is sent to admins.
//!
//! **Invariant:** a [`MailPassword`] shows nowhere, and settings that were checked never send it over
//! a network in the clear.

use std::{fmt, net::IpAddr};

use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use serde::{Deserialize, Serialize};
use url::Host;

use super::{
    text::{self, MAX_FIELD, TextError},
    user::Email,
};

/// How many admins get reports.
const MAX_RECIPIENTS: usize = 100;

/// The largest text with certificates, in bytes.
const MAX_AUTHORITY: usize = 200_000;

/// The longest password, in bytes.
const MAX_PASSWORD: usize = 1_024;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailSettings {
    /// The mail server; empty until one is set up.
    pub host: String,
    pub port: u16,
    pub security: Security,

    /// Whom to sign in as; empty for a server that asks for nobody.
    pub username: String,
    pub from_address: String,
    pub from_name: String,

    /// Who gets the reports to admins.
    pub report_recipients: Vec<String>,

    /// How many mails leave in a minute; 0 for as many as the server takes.
    pub per_minute: u32,

    /// Certificates of an own certificate authority, as PEM, trusted beside those of the system.
    pub authority: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// Nothing is encrypted.
    None,

    /// Begins in the clear and is encrypted before anything is said (RFC 3207).
    StartTls,

    /// Encrypted from the first byte (RFC 8314).
    Tls,
}

/// What the mail server is told to sign in. It shows nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct MailPassword(String);

/// What becomes of the password when the settings change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordChange {
    Keep,
    Remove,
    Set(MailPassword),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailSettingsError {
    #[error("the {field} {reason}")]
    Text {
        field: &'static str,
        reason: TextError,
    },
    #[error(
        "{0:?} is not the name of a mail server, write it like smtp.example.org, without a port"
    )]
    BadHost(String),
    #[error("port 0 does not exist: mail servers listen on 587, 465 or 25")]
    NoPort,
    #[error("{0:?} is not an email address, write it like tenure@example.org")]
    BadAddress(String),
    #[error("a mail server needs the address that mails come from")]
    NoFrom,
    #[error("at most {MAX_RECIPIENTS} addresses can get reports")]
    TooManyRecipients,
    #[error(
        "the password would go to {0:?} in the clear: choose STARTTLS or TLS, or a server on this machine"
    )]
    InTheClear(String),
    #[error(
        "the certificate authority is not given as PEM, which begins with \"-----BEGIN CERTIFICATE-----\""
    )]
    BadAuthority,
    #[error("the password must have 1 to {MAX_PASSWORD} characters, and no control characters")]
    BadPassword,
    #[error("the password was given for another server: enter it again")]
    PasswordOfAnotherServer,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: Security::StartTls.usual_port(),
            security: Security::StartTls,
            username: String::new(),
            from_address: String::new(),
            from_name: "Tenure".to_owned(),
            report_recipients: Vec::new(),
            per_minute: 0,
            authority: String::new(),
        }
    }
}

impl Security {
    pub const ALL: [Self; 3] = [Self::StartTls, Self::Tls, Self::None];

    pub fn label(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::StartTls => "STARTTLS",
            Self::Tls => "TLS",
        }
    }

    pub fn usual_port(self) -> u16 {
        match self {
            Self::None => 25,
            Self::StartTls => 587,
            Self::Tls => 465,
        }
    }
}

impl MailSettings {
    /// Whether mails can be sent. Until then they are kept.
    pub fn is_set_up(&self) -> bool {
        !self.host.is_empty() && !self.from_address.is_empty()
    }

    /// Whether a password for `other` may be shown to this server.
    pub fn is_same_server(&self, other: &Self) -> bool {
        let Self {
            host,
            port,
            security,
            username,
            authority,
            ..
        } = other;
        (
            &self.host,
            self.port,
            self.security,
            &self.username,
            &self.authority,
        ) == (host, *port, *security, username, authority)
    }

    /// The same, checked and tidied.
    pub fn checked(mut self) -> Result<Self, MailSettingsError> {
        self.host = checked_host(&self.host)?;
        if self.port == 0 {
            return Err(MailSettingsError::NoPort);
        }
        self.username = line("name to sign in with", &self.username)?;
        self.from_name = line("sender's name", &self.from_name)?;
        self.from_address = match self.from_address.trim() {
            "" if self.host.is_empty() => String::new(),
            "" => return Err(MailSettingsError::NoFrom),
            typed => checked_address(typed)?,
        };
        self.report_recipients = checked_recipients(&self.report_recipients)?;
        self.authority = checked_authority(&self.authority)?;
        let is_open = self.security == Security::None && !is_this_machine(&self.host);
        if is_open && !self.username.is_empty() {
            return Err(MailSettingsError::InTheClear(self.host));
        }
        Ok(self)
    }
}

impl MailPassword {
    pub fn new(typed: &str) -> Result<Self, MailSettingsError> {
        let is_one = !typed.is_empty()
            && typed.len() <= MAX_PASSWORD
            && !typed.chars().any(char::is_control);
        if is_one {
            Ok(Self(typed.to_owned()))
        } else {
            Err(MailSettingsError::BadPassword)
        }
    }

    /// The password itself, for those who keep it or send it to the server.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MailPassword {
    /// It stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailPassword(…)")
    }
}

fn line(field: &'static str, typed: &str) -> Result<String, MailSettingsError> {
    text::line(typed, MAX_FIELD).map_err(|reason| MailSettingsError::Text { field, reason })
}

fn checked_host(typed: &str) -> Result<String, MailSettingsError> {
    let host = line("mail server's name", typed)?;
    let is_host = host.is_empty()
        || host.parse::<IpAddr>().is_ok()
        || matches!(Host::parse(&host), Ok(Host::Domain(_)));
    if is_host {
        Ok(host)
    } else {
        Err(MailSettingsError::BadHost(host))
    }
}

fn checked_address(typed: &str) -> Result<String, MailSettingsError> {
    match typed.parse::<Email>() {
        Ok(address) => Ok(address.as_str().to_owned()),
        Err(_) => Err(MailSettingsError::BadAddress(typed.to_owned())),
    }
}

fn checked_recipients(typed: &[String]) -> Result<Vec<String>, MailSettingsError> {
    let mut recipients: Vec<String> = Vec::new();
    for address in typed.iter().map(|it| it.trim()).filter(|it| !it.is_empty()) {
        let address = checked_address(address)?;
        let is_new = |it: &String| text::fold(it) != text::fold(&address);
        if recipients.iter().all(is_new) {
            recipients.push(address);
        }
    }
    if recipients.len() > MAX_RECIPIENTS {
        return Err(MailSettingsError::TooManyRecipients);
    }
    Ok(recipients)
}

fn checked_authority(typed: &str) -> Result<String, MailSettingsError> {
    let pem = typed.trim();
    if pem.is_empty() {
        return Ok(String::new());
    }
    let mut certificates = CertificateDer::pem_slice_iter(pem.as_bytes()).peekable();
    let is_pem = pem.len() <= MAX_AUTHORITY
        && certificates.peek().is_some()
        && certificates.all(|it| it.is_ok());
    if is_pem {
        Ok(pem.to_owned())
    } else {
        Err(MailSettingsError::BadAuthority)
    }
}

fn is_this_machine(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn working() -> MailSettings {
        MailSettings {
            host: "smtp.example.org".to_owned(),
            from_address: "tenure@example.org".to_owned(),
            ..MailSettings::default()
        }
    }

    #[track_caller]
    fn refuses(change: fn(&mut MailSettings), message: &str) {
        let mut settings = working();
        change(&mut settings);
        let error = settings.checked().expect_err("a refusal").to_string();
        assert!(error.contains(message), "{error}");
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_words() {
        for host in ["smtp.example.org:587", "a b", "https://x", "[::1]", "a/b"] {
            let settings = MailSettings {
                host: host.to_owned(),
                ..working()
            };
            let error = settings.checked().expect_err(host).to_string();
            assert!(error.contains("not the name of a mail server"), "{error}");
        }
        refuses(|it| it.port = 0, "port 0");
        refuses(
            |it| it.from_address.clear(),
            "the address that mails come from",
        );
        refuses(
            |it| it.from_address = "tenure".to_owned(),
            "not an email address",
        );
        refuses(
            |it| it.from_address = "a@example.org\r\nBcc: b@example.org".to_owned(),
            "not an email address",
        );
        refuses(
            |it| it.from_name = "a\r\nBcc: b".to_owned(),
            "control character",
        );
        refuses(
            |it| it.report_recipients = vec!["a@example.org, b@example.org".to_owned()],
            "not an email address",
        );
        refuses(|it| it.authority = "certificate".to_owned(), "as PEM");
    }

    #[test]
    fn a_password_does_not_cross_the_network_in_the_clear() {
        let open = |host: &str| MailSettings {
            host: host.to_owned(),
            username: "tenure".to_owned(),
            security: Security::None,
            ..working()
        };
        assert!(open("smtp.example.org").checked().is_err());
        for host in ["localhost", "127.0.0.1", "::1"] {
            assert!(open(host).checked().is_ok(), "{host}");
        }
        let nameless = MailSettings {
            username: String::new(),
            ..open("smtp.example.org")
        };
        assert!(nameless.checked().is_ok());
    }

    #[test]
    fn addresses_are_tidied() {
        let mut settings = working();
        settings.report_recipients = [" a@example.org ", "", "A@example.org", "b@example.org"]
            .map(str::to_owned)
            .to_vec();
        let checked = settings.checked().expect("fine");
        assert_eq!(
            checked.report_recipients,
            ["a@example.org", "b@example.org"]
        );
    }

    #[test]
    fn a_password_shows_nowhere() {
        let password = MailPassword::new("geheim").expect("a password");
        let shown = format!("{:?}", PasswordChange::Set(password));
        assert_eq!(shown, "Set(MailPassword(…))");
        for bad in ["", "a\nb", "a\0b"] {
            assert!(MailPassword::new(bad).is_err(), "{bad:?}");
        }
    }
}
