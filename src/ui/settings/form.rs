//! The settings as typed: every field is text until it is saved.

use crate::model::{
    guard::{Burst, GuardSettings, Limit},
    password::{PasswordPolicy, PolicyError},
    settings::{Branding, DirectorySettings, PortalSettings, Settings, SettingsError},
    smtp::MailSettings,
};

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a box that can be ticked by itself"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) time_zone: Option<chrono_tz::Tz>,
    pub(super) portal_is_on: bool,
    pub(super) host: String,
    pub(super) port: String,
    pub(super) allows_sign_up: bool,
    pub(super) is_behind_proxy: bool,
    pub(super) name: String,
    pub(super) color: String,
    pub(super) welcome: String,
    pub(super) min_length: String,
    pub(super) max_length: String,
    pub(super) needs_upper: bool,
    pub(super) needs_lower: bool,
    pub(super) needs_digit: bool,
    pub(super) needs_symbol: bool,
    pub(super) symbols: String,
    pub(super) history: String,
    pub(super) refuses_similar: bool,
    pub(super) expiry_days: String,
    pub(super) failures_before_lock: String,
    pub(super) lock_minutes: String,
    pub(super) recycle_days: String,
    pub(super) limit_users: String,
    pub(super) limit_percent: String,
    pub(super) burst: String,

    /// Saved by a drawer of their own, and kept as they are.
    mail: MailSettings,
}

/// Where an error is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Host,
    Port,
    Name,
    Color,
    Welcome,
    MinLength,
    MaxLength,
    Symbols,
    History,
    ExpiryDays,
    Failures,
    LockMinutes,
    RecycleDays,
    LimitUsers,
    LimitPercent,
    Burst,
}

pub(super) type Errors = Vec<(Field, String)>;

impl Form {
    pub(super) fn of(settings: &Settings) -> Self {
        let Settings {
            time_zone,
            portal,
            branding,
            password,
            directory,
            guard,
            mail,
        } = settings.clone();
        Self {
            time_zone,
            portal_is_on: portal.is_on,
            host: portal.host,
            port: portal.port.to_string(),
            allows_sign_up: portal.allows_sign_up,
            is_behind_proxy: portal.is_behind_proxy,
            name: branding.name,
            color: branding.color,
            welcome: branding.welcome,
            min_length: password.min_length.to_string(),
            max_length: password.max_length.to_string(),
            needs_upper: password.needs_upper,
            needs_lower: password.needs_lower,
            needs_digit: password.needs_digit,
            needs_symbol: password.needs_symbol,
            symbols: password.symbols,
            history: password.history.to_string(),
            refuses_similar: password.refuses_similar,
            expiry_days: password.expiry_days.to_string(),
            failures_before_lock: password.failures_before_lock.to_string(),
            lock_minutes: password.lock_minutes.to_string(),
            recycle_days: directory.recycle_days.to_string(),
            limit_users: guard.limit.users.to_string(),
            limit_percent: guard.limit.percent.to_string(),
            burst: guard.burst.0.to_string(),
            mail,
        }
    }

    /// Takes on the mail settings as they are stored.
    pub(super) fn follow_mail(&mut self, stored: &Self) {
        if self.mail != stored.mail {
            self.mail = stored.mail.clone();
        }
    }

    /// The settings, or what is wrong at which field.
    pub(super) fn read(&self) -> Result<Settings, Errors> {
        let mut errors = Errors::new();
        let password = self.policy(&mut errors);
        let port = self.port.trim().parse::<u16>().unwrap_or_else(|_| {
            errors.push((Field::Port, "Write a number from 1 to 65535.".to_owned()));
            0
        });
        let recycle_days = number(&mut errors, Field::RecycleDays, &self.recycle_days);
        let guard = GuardSettings {
            limit: Limit {
                users: number(&mut errors, Field::LimitUsers, &self.limit_users),
                percent: number(&mut errors, Field::LimitPercent, &self.limit_percent),
            },
            burst: Burst(number(&mut errors, Field::Burst, &self.burst)),
        };
        if !errors.is_empty() {
            return Err(errors);
        }
        let settings = Settings {
            time_zone: self.time_zone,
            portal: PortalSettings {
                is_on: self.portal_is_on,
                host: self.host.clone(),
                port,
                allows_sign_up: self.allows_sign_up,
                is_behind_proxy: self.is_behind_proxy,
            },
            branding: Branding {
                name: self.name.clone(),
                color: self.color.clone(),
                welcome: self.welcome.clone(),
            },
            password,
            directory: DirectorySettings { recycle_days },
            guard,
            mail: self.mail.clone(),
        };
        settings.checked().map_err(|err| {
            let text = crate::ui::sentence(&err);
            vec![(field_of(&err), text)]
        })
    }

    /// The password policy; what cannot be read is 0, and noted.
    pub(super) fn policy(&self, errors: &mut Errors) -> PasswordPolicy {
        let mut number = |field, text: &str| number(errors, field, text);
        PasswordPolicy {
            min_length: number(Field::MinLength, &self.min_length),
            max_length: number(Field::MaxLength, &self.max_length),
            needs_upper: self.needs_upper,
            needs_lower: self.needs_lower,
            needs_digit: self.needs_digit,
            needs_symbol: self.needs_symbol,
            symbols: self.symbols.trim().to_owned(),
            history: number(Field::History, &self.history),
            refuses_similar: self.refuses_similar,
            expiry_days: number(Field::ExpiryDays, &self.expiry_days),
            failures_before_lock: number(Field::Failures, &self.failures_before_lock),
            lock_minutes: number(Field::LockMinutes, &self.lock_minutes),
        }
    }
}

fn number(errors: &mut Errors, field: Field, text: &str) -> u32 {
    whole_number(text).unwrap_or_else(|err| {
        errors.push((field, err));
        0
    })
}

/// A number as typed, or how to write one.
pub(in crate::ui) fn whole_number(text: &str) -> Result<u32, String> {
    let number = text.trim().parse().ok();
    number.ok_or_else(|| "Write a whole number, such as 30.".to_owned())
}

/// Which field an error is about.
fn field_of(err: &SettingsError) -> Field {
    match err {
        SettingsError::Text { field, .. } if field.contains("welcome") => Field::Welcome,
        SettingsError::Text { .. } => Field::Name,
        // The mail settings are kept as they were stored, so this says nothing about what was typed.
        SettingsError::BadHost(_) | SettingsError::Mail(_) => Field::Host,
        SettingsError::NoPort => Field::Port,
        SettingsError::BadColor(_) | SettingsError::PaleColor(_) => Field::Color,
        SettingsError::TooManyDays => Field::RecycleDays,
        SettingsError::Guard(_) => Field::LimitPercent,
        SettingsError::Password(err) => match err {
            PolicyError::NoLength => Field::MinLength,
            PolicyError::BadMaximum | PolicyError::MaximumTooSmall(_) => Field::MaxLength,
            PolicyError::NotASymbol(_) => Field::Symbols,
            PolicyError::TooMuch(_, 50) => Field::History,
            PolicyError::TooMuch(_, 3_650) => Field::ExpiryDays,
            PolicyError::TooMuch(_, 1_000) => Field::Failures,
            PolicyError::NoLockPeriod | PolicyError::TooMuch(..) => Field::LockMinutes,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(change: fn(&mut Form), field: Field, message: &str) {
        let mut form = Form::of(&Settings::default());
        change(&mut form);
        let errors = form.read().expect_err("a refusal");
        let found = errors.iter().find(|(at, _)| *at == field);
        let (_, text) = found.unwrap_or_else(|| panic!("not at the field: {errors:?}"));
        assert!(text.contains(message), "{text}");
    }

    #[test]
    fn what_was_stored_is_read_back() {
        let settings = Settings::default();
        assert_eq!(Form::of(&settings).read(), Ok(settings));
    }

    #[test]
    fn every_refusal_has_its_field() {
        refuses(|it| it.port = "x".to_owned(), Field::Port, "number");
        refuses(|it| it.port = "0".to_owned(), Field::Port, "Port 0");
        refuses(|it| it.host = "here".to_owned(), Field::Host, "address");
        refuses(|it| it.name.clear(), Field::Name, "empty");
        refuses(
            |it| it.welcome = "\u{1}".to_owned(),
            Field::Welcome,
            "welcome",
        );
        refuses(|it| it.color = "red".to_owned(), Field::Color, "color");
        refuses(|it| it.color = "#ffffff".to_owned(), Field::Color, "pale");
        refuses(|it| it.min_length = "0".to_owned(), Field::MinLength, "1");
        refuses(|it| it.max_length = "20".to_owned(), Field::MaxLength, "64");
        refuses(|it| it.symbols = "a".to_owned(), Field::Symbols, "symbol");
        refuses(|it| it.history = "51".to_owned(), Field::History, "50");
        refuses(
            |it| it.expiry_days = "9999".to_owned(),
            Field::ExpiryDays,
            "3650",
        );
        refuses(
            |it| it.failures_before_lock = "1001".to_owned(),
            Field::Failures,
            "1000",
        );
        refuses(
            |it| it.lock_minutes = "0".to_owned(),
            Field::LockMinutes,
            "period",
        );
        refuses(
            |it| it.recycle_days = "-1".to_owned(),
            Field::RecycleDays,
            "whole number",
        );
    }
}
