//! The texts that templates have unless an admin writes others.

use super::{Template, TemplateText};

pub(super) fn of(template: Template) -> TemplateText {
    match template {
        Template::DisableDormantReport => text(
            include_str!("../../../assets/mail/disable-dormant-report.subject"),
            include_str!("../../../assets/mail/disable-dormant-report.html"),
            include_str!("../../../assets/mail/disable-dormant-report.txt"),
        ),
        Template::DeleteDormantReport => text(
            include_str!("../../../assets/mail/delete-dormant-report.subject"),
            include_str!("../../../assets/mail/delete-dormant-report.html"),
            include_str!("../../../assets/mail/delete-dormant-report.txt"),
        ),
        Template::DormantUserReport => text(
            include_str!("../../../assets/mail/dormant-user-report.subject"),
            include_str!("../../../assets/mail/dormant-user-report.html"),
            include_str!("../../../assets/mail/dormant-user-report.txt"),
        ),
        Template::PasswordExpiryAlert => text(
            include_str!("../../../assets/mail/password-expiry-alert.subject"),
            include_str!("../../../assets/mail/password-expiry-alert.html"),
            include_str!("../../../assets/mail/password-expiry-alert.txt"),
        ),
        Template::PasswordExpiryNotification => text(
            include_str!("../../../assets/mail/password-expiry-notification.subject"),
            include_str!("../../../assets/mail/password-expiry-notification.html"),
            include_str!("../../../assets/mail/password-expiry-notification.txt"),
        ),
        Template::PasswordChangeSuccess => text(
            include_str!("../../../assets/mail/password-change-success.subject"),
            include_str!("../../../assets/mail/password-change-success.html"),
            include_str!("../../../assets/mail/password-change-success.txt"),
        ),
        Template::AboutToExpireReport => text(
            include_str!("../../../assets/mail/about-to-expire-report.subject"),
            include_str!("../../../assets/mail/about-to-expire-report.html"),
            include_str!("../../../assets/mail/about-to-expire-report.txt"),
        ),
        Template::AccountDisabled => text(
            include_str!("../../../assets/mail/account-disabled.subject"),
            include_str!("../../../assets/mail/account-disabled.html"),
            include_str!("../../../assets/mail/account-disabled.txt"),
        ),
    }
}

fn text(subject: &str, html: &str, text: &str) -> TemplateText {
    TemplateText {
        subject: subject.trim_end().to_owned(),
        html: html.to_owned(),
        text: text.to_owned(),
    }
}
