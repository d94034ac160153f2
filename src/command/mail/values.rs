//! What the mails to users say.

use chrono::NaiveDate;

use crate::model::{
    Timestamp,
    mail::Person,
    settings::Settings,
    template::{Template, Values},
};

/// A password that expires, or has.
#[derive(Clone, Copy, Debug)]
pub struct Expiry {
    /// The day on which it does, in the zone of the schedule.
    pub day: NaiveDate,

    /// Until that day or since; 0 on the day.
    pub days: u32,
}

/// An account that was disabled because nobody used it.
#[derive(Clone, Copy, Debug)]
pub struct Disabled<'a> {
    pub workflow: &'a str,

    /// Without activity.
    pub days: u32,
    pub last_activity: Option<Timestamp>,
}

pub(super) fn password_changed(settings: &Settings, user: Person<'_>, now: Timestamp) -> Values {
    user_values(Template::PasswordChangeSuccess, settings, user)
        .text("when", &moment(settings, now))
}

/// For a mail before the day, or on it, and for one after it.
pub fn expiry(template: Template, settings: &Settings, user: Person<'_>, expiry: Expiry) -> Values {
    let day = if template == Template::PasswordExpiryNotification {
        "expired"
    } else {
        "expires"
    };
    user_values(template, settings, user)
        .number("days", i64::from(expiry.days))
        .text(day, &expiry.day.to_string())
}

pub fn disabled(
    settings: &Settings,
    user: Person<'_>,
    disabled: Disabled<'_>,
    now: Timestamp,
) -> Values {
    user_values(Template::AccountDisabled, settings, user)
        .text("workflow", disabled.workflow)
        .number("days", i64::from(disabled.days))
        .text("last_activity", &day(settings, disabled.last_activity))
        .text("when", &moment(settings, now))
}

fn user_values(template: Template, settings: &Settings, user: Person<'_>) -> Values {
    named(everywhere(template, settings), settings, user)
}

/// What every mail to a user can name.
pub(super) fn named(values: Values, settings: &Settings, user: Person<'_>) -> Values {
    let portal = &settings.portal;
    let address = if portal.is_on && portal.has_known_address() {
        portal.url("/account")
    } else {
        String::new()
    };
    values
        .text("name", user.name())
        .text("username", user.username)
        .text("email", user.email)
        .text("first_name", user.first_name)
        .text("last_name", user.last_name)
        .text("address", &address)
}

/// What every template can name.
pub(super) fn everywhere(template: Template, settings: &Settings) -> Values {
    Values::new(template)
        .text("portal", &settings.branding.name)
        .text("color", &settings.branding.color)
}

/// A day as the mails write it, or "never".
pub(super) fn day(settings: &Settings, at: Option<Timestamp>) -> String {
    match at {
        Some(at) => at.with_timezone(&settings.zone()).date_naive().to_string(),
        None => "never".to_owned(),
    }
}

fn moment(settings: &Settings, at: Timestamp) -> String {
    let local = at.with_timezone(&settings.zone());
    local.format("%Y-%m-%d %H:%M %Z").to_string()
}
