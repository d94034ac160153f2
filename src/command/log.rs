//! Who writes in a transaction, and what the audit learns of it.

use serde::Serialize;

use super::{Actor, Command, CommandError, Reply};
use crate::{
    model::{Timestamp, audit::AuditEntry, text::MAX_DESCRIPTION},
    store::{Tx, audit},
};

/// A transaction, and the one in whose name it is written.
pub(super) struct Log<'a> {
    pub(super) tx: &'a Tx<'a>,
    pub(super) actor: &'a Actor,
    pub(super) now: Timestamp,
}

impl Log<'_> {
    /// Records that something was done.
    pub(super) fn done(&self, action: &str, resource: &str) -> Result<Reply, CommandError> {
        self.changed(action, resource, None::<&()>, None::<&()>)
    }

    /// Records that something was done, with the values before and after.
    pub(super) fn changed(
        &self,
        action: &str,
        resource: &str,
        before: Option<&impl Serialize>,
        after: Option<&impl Serialize>,
    ) -> Result<Reply, CommandError> {
        let entry = AuditEntry {
            at: self.now,
            actor: self.actor.name.clone(),
            via: self.actor.via,
            action: action.to_owned(),
            resource: resource.to_owned(),
            refusal: None,
            before: before.map(json),
            after: after.map(json),
        };
        audit::append(self.tx, &entry)?;
        Ok(Reply::Done)
    }

    /// Records that something was asked for and not done, in the transaction that decided it.
    pub(super) fn refused(
        &self,
        action: &str,
        resource: &str,
        reason: &str,
    ) -> Result<(), CommandError> {
        let act = Act {
            action,
            resource: resource.to_owned(),
        };
        Ok(audit::append(
            self.tx,
            &act.refused(self.actor, reason, self.now),
        )?)
    }
}

/// Our own types always have a JSON form; should one not, the entry says so rather than be lost.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|err| format!("\"unreadable: {err}\""))
}

/// What a command is about, for the entry that says that it was refused.
pub(super) struct Act<'a> {
    pub(super) action: &'a str,
    pub(super) resource: String,
}

impl Act<'_> {
    pub(super) fn refused(&self, actor: &Actor, reason: &str, now: Timestamp) -> AuditEntry {
        AuditEntry {
            at: now,
            actor: actor.name.clone(),
            via: actor.via,
            action: self.action.to_owned(),
            resource: clipped(&self.resource),
            refusal: Some(clipped(reason)),
            before: None,
            after: None,
        }
    }
}

/// What was refused can be of any length; its beginning says enough.
fn clipped(text: &str) -> String {
    match text.char_indices().nth(MAX_DESCRIPTION) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl Act<'static> {
    pub(super) fn of(command: &Command) -> Self {
        let (action, resource) = command.act();
        Self { action, resource }
    }
}

/// The entry about a refusal by our rules; a store that fails cannot take one.
pub(super) fn refusal(
    actor: &Actor,
    act: Act<'_>,
    result: &Result<Reply, CommandError>,
    now: Timestamp,
) -> Option<AuditEntry> {
    match result {
        Ok(_) | Err(CommandError::Store(_)) => None,
        Err(err) => Some(act.refused(actor, &err.to_string(), now)),
    }
}
