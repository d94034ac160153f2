//! Placeholders: what the text of each template may name.

use super::Template;

/// Something that stands for a value: written `{{ name }}` in a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placeholder {
    pub name: &'static str,

    /// What it is, for the picker.
    pub what: &'static str,
    pub sample: Sample,
}

/// A value as it could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    Text(&'static str),
    Number(i64),

    /// The list of users that a report is about.
    Users,

    /// The chart of a report.
    Picture,
}

const fn text(name: &'static str, what: &'static str, sample: &'static str) -> Placeholder {
    Placeholder {
        name,
        what,
        sample: Sample::Text(sample),
    }
}

const fn number(name: &'static str, what: &'static str, sample: i64) -> Placeholder {
    Placeholder {
        name,
        what,
        sample: Sample::Number(sample),
    }
}

const EVERYWHERE: &[Placeholder] = &[
    text("portal", "The portal's name", "Tenure"),
    text("color", "The portal's color, like #2563eb", "#2563eb"),
];

const USER: &[Placeholder] = &[
    text("name", "The first name, or else the username", "Ada"),
    text("username", "The username", "ada"),
    text("email", "The email address", "ada@example.org"),
    text("first_name", "The first name, which may be empty", "Ada"),
    text("last_name", "The last name, which may be empty", "Lovelace"),
    text(
        "address",
        "The portal's address, or nothing while it is not known",
        "https://id.example.org/account",
    ),
];

const CHANGED: &[Placeholder] = &[text(
    "when",
    "When the password was changed",
    "2031-12-24 18:30 CET",
)];

const EXPIRING: &[Placeholder] = &[
    number("days", "Days until the password expires; 0 on the day", 7),
    text(
        "expires",
        "The day on which the password expires",
        "2031-12-31",
    ),
];

const EXPIRED: &[Placeholder] = &[
    number("days", "Days since the password expired; 0 on the day", 7),
    text(
        "expired",
        "The day on which the password expired",
        "2031-12-17",
    ),
];

const DISABLED: &[Placeholder] = &[
    text("workflow", "The workflow's name", "Dormant accounts"),
    number("days", "Days without activity", 92),
    text(
        "last_activity",
        "The day of the last activity, or \"never\"",
        "2031-09-23",
    ),
    text(
        "when",
        "When the account was disabled",
        "2031-12-24 18:30 CET",
    ),
];

const REPORT: &[Placeholder] = &[
    text("workflow", "The workflow's name", "Dormant accounts"),
    text("date", "The day of the execution", "2031-12-24"),
    number("count", "How many users the report is about", 3),
    Placeholder {
        name: "users",
        what: "The first 100 of them, to go through: {% for user in users %}…{% endfor %}",
        sample: Sample::Users,
    },
    number("more", "How many users there are beyond those 100", 0),
    text(
        "file",
        "The attached file that has them, or nothing without one",
        "dormant-user-report-2031-12-24.csv",
    ),
];

const DORMANT_REPORT: &[Placeholder] = &[
    number(
        "days",
        "Days without activity that make an account dormant",
        90,
    ),
    Placeholder {
        name: "picture",
        what: "A chart of the dormant accounts by their last activity",
        sample: Sample::Picture,
    },
];

const ROW: &[Placeholder] = &[
    text("username", "The username", "ada"),
    text("name", "The first and last name", "Ada Lovelace"),
    text("email", "The email address", "ada@example.org"),
    text("status", "The status before the execution", "Active"),
];

const DORMANT_ROW: &[Placeholder] = &[
    ROW[0],
    ROW[1],
    ROW[2],
    ROW[3],
    text(
        "last_activity",
        "The day of the last activity, or \"never\"",
        "2031-09-23",
    ),
    number("days", "Days without activity", 92),
    text("outcome", "What became of the account", "Disabled"),
];

const EXPIRY_ROW: &[Placeholder] = &[
    ROW[0],
    ROW[1],
    ROW[2],
    ROW[3],
    text(
        "expires",
        "The day on which the password expires or expired",
        "2031-12-31",
    ),
    number("days", "Days until then; below 0 when it has expired", 7),
    text("outcome", "Whether the user was mailed", "Mail queued"),
];

pub(super) fn of(template: Template) -> Vec<Placeholder> {
    let parts: &[&[Placeholder]] = match template {
        Template::DisableDormantReport
        | Template::DeleteDormantReport
        | Template::DormantUserReport => &[REPORT, DORMANT_REPORT],
        Template::AboutToExpireReport => &[REPORT],
        Template::PasswordExpiryAlert => &[USER, EXPIRING],
        Template::PasswordExpiryNotification => &[USER, EXPIRED],
        Template::PasswordChangeSuccess => &[USER, CHANGED],
        Template::AccountDisabled => &[USER, DISABLED],
    };
    let mut all = parts.concat();
    all.extend_from_slice(EVERYWHERE);
    all
}

pub(super) fn of_rows(template: Template) -> &'static [Placeholder] {
    match template {
        Template::DisableDormantReport
        | Template::DeleteDormantReport
        | Template::DormantUserReport => DORMANT_ROW,
        Template::AboutToExpireReport => EXPIRY_ROW,
        Template::PasswordExpiryAlert
        | Template::PasswordExpiryNotification
        | Template::PasswordChangeSuccess
        | Template::AccountDisabled => &[],
    }
}
