//! Sessions that are open: used, ended, and forgotten.

use super::{CommandError, Log, Reply, users as profile};
use crate::{
    model::{
        id::UserId,
        session::{DEVICE, LONGEST, SessionId},
    },
    store::{credentials, sessions, users},
};

pub(super) fn sign_out(log: &Log<'_>, session: SessionId) -> Result<Reply, CommandError> {
    let Some(found) = sessions::get(log.tx, session)? else {
        return Ok(Reply::Done);
    };
    sessions::delete(log.tx, session)?;
    let user = users::get(log.tx, found.user)?;
    log.done("user.sign_out", user.as_ref().map_or("", profile::name))
}

/// Signs a user out everywhere but in one session.
pub(super) fn end_sessions(
    log: &Log<'_>,
    user: UserId,
    except: Option<SessionId>,
) -> Result<Reply, CommandError> {
    let user = profile::present(log, user)?;
    if sessions::delete_of_user(log.tx, user.id, except)? == 0 {
        return Ok(Reply::Done);
    }
    log.done("user.end_sessions", profile::name(&user))
}

/// Notes that a session is in use; no act of anyone's.
pub(super) fn use_session(log: &Log<'_>, session: SessionId) -> Result<Reply, CommandError> {
    if let Some(found) = sessions::get(log.tx, session)? {
        sessions::set_used(log.tx, session, log.now)?;
        credentials::was_active(log.tx, found.user, log.now)?;
    }
    Ok(Reply::Done)
}

/// Forgets sessions that are over and browsers that were not used for long.
pub(super) fn purge(log: &Log<'_>) -> Result<Reply, CommandError> {
    let purged = sessions::purge(log.tx, log.now - LONGEST, log.now - DEVICE)?;
    Ok(Reply::Purged(purged))
}
