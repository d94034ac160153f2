//! What an admin sets for the whole program.

use std::net::{IpAddr, SocketAddr};

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{
    connection::CALLBACK,
    guard::{GuardError, GuardSettings},
    password::{PasswordPolicy, PolicyError},
    smtp::{MailSettings, MailSettingsError},
    text::{self, MAX_DESCRIPTION, MAX_FIELD, TextError},
};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// `None` until the first start is done.
    pub time_zone: Option<Tz>,
    pub portal: PortalSettings,
    pub branding: Branding,
    pub password: PasswordPolicy,
    pub directory: DirectorySettings,
    pub guard: GuardSettings,
    pub mail: MailSettings,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PortalSettings {
    pub is_on: bool,

    /// The address it listens on.
    pub host: String,
    pub port: u16,

    /// Whether people may sign themselves up.
    pub allows_sign_up: bool,

    /// Whether a proxy in front of it says who is asking, in `X-Forwarded-For`.
    pub is_behind_proxy: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Branding {
    pub name: String,

    /// `#rrggbb`
    pub color: String,

    /// What the sign-up page says above its form.
    pub welcome: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DirectorySettings {
    /// How long deleted users stay in the recycle bin; 0 removes them at once.
    pub recycle_days: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error("the {field} {reason}")]
    Text {
        field: &'static str,
        reason: TextError,
    },
    #[error("{0:?} is not an address to listen on, write it like 127.0.0.1 or ::1")]
    BadHost(String),
    #[error("port 0 is not one that people could be told: choose one from 1 to 65535")]
    NoPort,
    #[error("{0:?} is not a color, write it like #2563eb")]
    BadColor(String),
    #[error("the color {0} is too pale: white text on it must be readable (WCAG 2.2, 1.4.3)")]
    PaleColor(String),
    #[error("deleted users can stay for at most 3650 days")]
    TooManyDays,
    #[error("{0}")]
    Password(#[from] PolicyError),
    #[error("{0}")]
    Guard(#[from] GuardError),
    #[error("{0}")]
    Mail(#[from] MailSettingsError),
}

impl Default for PortalSettings {
    fn default() -> Self {
        Self {
            is_on: false,
            host: "127.0.0.1".to_owned(),
            port: 8480,
            allows_sign_up: true,
            is_behind_proxy: false,
        }
    }
}

impl Default for Branding {
    fn default() -> Self {
        Self {
            name: "Tenure".to_owned(),
            color: "#2563eb".to_owned(),
            welcome: String::new(),
        }
    }
}

impl Default for DirectorySettings {
    fn default() -> Self {
        Self { recycle_days: 30 }
    }
}

impl PortalSettings {
    /// What a provider has to be told: where it sends people back to.
    pub fn redirect_uri(&self) -> String {
        self.url(CALLBACK)
    }

    /// The address of a page. Only whoever set up the proxy or the name knows at which address people
    /// find the portal then.
    pub fn url(&self, path: &str) -> String {
        match self.address() {
            Some(address) => format!("http://{address}{path}"),
            None => format!("https://<where people find the portal>{path}"),
        }
    }

    /// Whether people find the portal where it listens.
    pub fn has_known_address(&self) -> bool {
        self.address().is_some()
    }

    fn address(&self) -> Option<SocketAddr> {
        let host = self.host.parse::<IpAddr>().ok()?;
        let is_known = !self.is_behind_proxy && !host.is_unspecified();
        is_known.then(|| SocketAddr::new(host, self.port))
    }
}

impl Settings {
    pub fn is_set_up(&self) -> bool {
        self.time_zone.is_some()
    }

    /// The zone in which people read times.
    pub fn zone(&self) -> Tz {
        self.time_zone.unwrap_or(Tz::UTC)
    }

    /// The same, checked and tidied.
    pub fn checked(mut self) -> Result<Self, SettingsError> {
        let wrong = |field| move |reason| SettingsError::Text { field, reason };
        let branding = &mut self.branding;
        branding.name =
            text::required_line(&branding.name, MAX_FIELD).map_err(wrong("portal's name"))?;
        branding.welcome =
            text::paragraph(&branding.welcome, MAX_DESCRIPTION).map_err(wrong("welcome text"))?;
        branding.color = checked_color(&branding.color)?;
        let portal = &mut self.portal;
        portal.host = portal.host.trim().to_owned();
        if portal.host.parse::<IpAddr>().is_err() {
            return Err(SettingsError::BadHost(portal.host.clone()));
        }
        if portal.port == 0 {
            return Err(SettingsError::NoPort);
        }
        if self.directory.recycle_days > 3_650 {
            return Err(SettingsError::TooManyDays);
        }
        self.password.check()?;
        self.guard.limit.checked()?;
        self.mail = self.mail.checked()?;
        Ok(self)
    }
}

/// A color that white text can stand on.
fn checked_color(text: &str) -> Result<String, SettingsError> {
    let color = text.trim().to_ascii_lowercase();
    let channels = color
        .strip_prefix('#')
        .filter(|hex| hex.len() == 6 && hex.bytes().all(|it| it.is_ascii_hexdigit()))
        .and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let Some(channels) = channels else {
        return Err(SettingsError::BadColor(text.to_owned()));
    };
    if contrast_to_white(channels) < 4.5 {
        return Err(SettingsError::PaleColor(color));
    }
    Ok(color)
}

/// The contrast ratio of WCAG 2.2 between white and `0xrrggbb`.
fn contrast_to_white(channels: u32) -> f64 {
    let linear = |shift: u32| {
        let value = f64::from((channels >> shift) & 0xFF) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    let luminance = 0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0);
    1.05 / (luminance + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(change: fn(&mut Settings), message: &str) {
        let mut settings = Settings::default();
        change(&mut settings);
        let error = settings.checked().expect_err("a refusal");
        assert!(error.to_string().contains(message), "{error}");
    }

    #[test]
    fn the_defaults_are_fine() {
        assert_eq!(Settings::default().checked(), Ok(Settings::default()));
    }

    #[test]
    fn a_provider_is_told_where_people_find_the_portal() {
        let mut portal = PortalSettings::default();
        assert_eq!(
            portal.redirect_uri(),
            "http://127.0.0.1:8480/sign-on/callback"
        );
        portal.host = "::1".to_owned();
        assert_eq!(portal.redirect_uri(), "http://[::1]:8480/sign-on/callback");
        portal.is_behind_proxy = true;
        let unknown = "https://<where people find the portal>/sign-on/callback";
        assert_eq!(portal.redirect_uri(), unknown);
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_words() {
        refuses(
            |it| it.branding.name.clear(),
            "the portal's name must not be empty",
        );
        refuses(|it| it.branding.color = "red".to_owned(), "is not a color");
        refuses(|it| it.branding.color = "#ffee00".to_owned(), "too pale");
        refuses(
            |it| it.portal.host = "example.org".to_owned(),
            "not an address to listen on",
        );
        refuses(|it| it.portal.port = 0, "port 0");
        refuses(|it| it.directory.recycle_days = 9_999, "at most 3650 days");
        refuses(|it| it.password.min_length = 0, "at least 1 character");
    }
}
