//! What an admin does with single mails.

use super::{CommandError, Log, Reply};
use crate::{
    model::{id::MailId, mail::MailState},
    store::outbox,
};

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
