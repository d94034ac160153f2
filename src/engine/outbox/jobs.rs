//! Mails as the sender has them: taken from the outbox, and given back with what became of them.

use crate::{
    connect::smtp::{Letter, SendError},
    engine::Parts,
    model::{Timestamp, id::MailId, retry},
    store::{
        StoreError, Tx,
        outbox::{self, Answer, Body, Claimed, Outcome},
    },
};

/// A mail to be sent.
pub(super) struct Job {
    pub(super) id: MailId,
    pub(super) attempt: u32,
    pub(super) letter: Letter,
}

/// Takes at most `limit` mails that are due, if there are any.
pub(super) async fn take(parts: &Parts, limit: usize) -> Result<Vec<Job>, StoreError> {
    let now = parts.clock.now();
    let store = parts.store.clone();
    let read = move || -> Result<_, StoreError> { store.read(|db| outbox::next_due(db, now)) };
    let next = super::blocking(read).await?;
    if limit == 0 || next.is_none_or(|due| due > now) {
        return Ok(Vec::new());
    }
    let claim = move |tx: &Tx<'_>| outbox::claim(tx, limit, now);
    let claimed = parts.store.write_async(claim).await?;
    let store = parts.store.clone();
    let read = move || -> Result<_, StoreError> { store.read(|db| outbox::load(db, claimed)) };
    let (jobs, lost) = sorted(super::blocking(read).await?);
    if !lost.is_empty() {
        record(parts, lost).await?;
    }
    Ok(jobs)
}

/// What is to be sent, and what became of mails of which nothing is left to send.
fn sorted(loaded: Vec<(Claimed, Option<Body>)>) -> (Vec<Job>, Vec<(MailId, Outcome)>) {
    let (mut jobs, mut lost) = (Vec::new(), Vec::new());
    for (claimed, body) in loaded {
        let Some(body) = body else {
            let text = "what it said is not kept any more".to_owned();
            lost.push((claimed.id, Outcome::Failed(Answer { code: None, text })));
            continue;
        };
        jobs.push(Job {
            id: claimed.id,
            attempt: claimed.attempt,
            letter: Letter {
                to: claimed.address,
                subject: claimed.subject,
                text: body.text,
                html: body.html,
                attachments: body.attachments,
                message_id: claimed.message_id,
                date: claimed.created,
            },
        });
    }
    (jobs, lost)
}

/// What a mail's own trouble means for it.
pub(super) fn outcome(id: MailId, attempt: u32, err: &SendError, now: Timestamp) -> Outcome {
    let (code, text) = match err {
        SendError::Later(reply) | SendError::Never(reply) => (Some(reply.code), reply.text.clone()),
        SendError::Interrupted(text) | SendError::Unsendable(text) => (None, text.clone()),
        SendError::Server(_) => return Outcome::NotTried,
    };
    match err {
        SendError::Never(_) | SendError::Unsendable(_) => Outcome::Failed(Answer { code, text }),
        _ if attempt >= retry::MAX_ATTEMPTS => Outcome::Failed(Answer {
            code,
            text: format!("given up after {attempt} attempts: {text}"),
        }),
        _ => {
            let at = now + retry::pause(attempt, id.number());
            Outcome::Again(at, Answer { code, text })
        }
    }
}

pub(super) async fn record(
    parts: &Parts,
    outcomes: Vec<(MailId, Outcome)>,
) -> Result<(), StoreError> {
    let now = parts.clock.now();
    let write = move |tx: &Tx<'_>| outbox::record(tx, &outcomes, now);
    parts.store.write_async(write).await
}
