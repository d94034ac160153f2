//! What an admin does with single mails.

use super::{CommandError, Log, Reply, mail};
use crate::{
    model::{
        id::{MailId, UserId},
        mail::{Mail, MailState},
        settings::SettingsError,
        smtp::MailSettingsError,
        template::{self, Template, TemplateText},
        user::Email,
    },
    store::{outbox, users},
};

/// A mail that an admin sends to see what others would get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestMail {
    pub template: Template,
    pub text: TemplateText,
    pub address: String,

    /// Whose name it shows.
    pub user: Option<UserId>,
}

/// Sends a mail again. One that failed is still the same mail, and keeps its Message-ID; one that was
/// sent is wanted twice, and gets another.
pub(super) fn resend(log: &Log<'_>, id: MailId) -> Result<Reply, CommandError> {
    let mail = outbox::get(log.tx, id)?.ok_or(CommandError::NotFound("mail"))?;
    if mail.state.is_waiting() {
        return Err(CommandError::NotEnded(id));
    }
    if mail.state == MailState::NoAddress {
        return Err(CommandError::NoAddress(id));
    }
    if outbox::body(log.tx, id)?.is_none() {
        return Err(CommandError::Forgotten(id));
    }
    let queued = if mail.state == MailState::Sent {
        outbox::copy(log.tx, id, log.now)?
    } else {
        outbox::requeue(log.tx, id, log.now)?;
        id
    };
    log.done("mail.resend", &format!("{id}, to {}", mail.address))?;
    Ok(Reply::Mail(queued))
}

/// Queues a test mail, made like any other: the text is checked as if it were to be kept.
pub(super) fn send_test(log: &Log<'_>, test: &TestMail) -> Result<Reply, CommandError> {
    let TestMail {
        template,
        ref text,
        ref address,
        user,
    } = *test;
    let bad_address = || MailSettingsError::BadAddress(address.clone());
    let address = address.trim().parse::<Email>();
    let address = address.map_err(|_not_one| SettingsError::from(bad_address()))?;
    template::check(template, text)?;
    let user = match user {
        Some(id) => Some(users::get(log.tx, id)?.ok_or(CommandError::NotFound("user"))?),
        None => None,
    };
    let person = user.as_ref().map(|it| (&it.profile).into());
    let made = mail::preview(template, text, &log.tx.config()?.settings, person)?;
    let mail = Mail {
        address: address.as_str().to_owned(),
        template,
        subject: made.rendered.subject,
        text: made.rendered.text,
        html: made.rendered.html,
        attachments: made.attachments,
        key: format!("test.{template}.{}", log.now.timestamp_micros()),
    };
    // It is about nobody: who gets it only looks at it.
    if !outbox::insert(log.tx, None, None, &mail, log.now)? {
        return Err(CommandError::Mail(
            "another test mail was queued in the same instant: send it again".to_owned(),
        ));
    }
    let queued = outbox::latest(log.tx, 1)?;
    let id = queued.first().map(|it| it.id);
    let id = id.ok_or(CommandError::NotFound("mail"))?;
    let what = format!("{template}, to {}", mail.address);
    log.done("mail.send_test", &what)?;
    Ok(Reply::Mail(id))
}
