//! What an admin does to somebody's account in one word.

use super::{Changed, ran, report};
use crate::{
    cli::{failure::Failure, names, session::Session},
    command::{Command, SignInCommand},
    model::{
        event::Source,
        id::UserId,
        user::{Status, User},
    },
    store::sessions,
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Disable,
    Enable,
    Unlock,
    RequirePasswordChange,
    ResetMfa,
    SignOut,
}

pub(super) fn perform(session: &mut Session, act: Act, name: &str) -> Result<(), Failure> {
    let store = session.store()?;
    let (user, has_sessions) = store.read(|db| {
        let user = names::user(db, name)?;
        let sessions = sessions::of_user(db, user.id)?;
        Ok::<_, Failure>((user, !sessions.is_empty()))
    })?;
    let reply = session.apply(&store, act.command(user.id))?;
    let changed = Changed::new(&user, ran(reply));
    let sentence = act.sentence(act.is_done(&user, has_sessions), &changed.who());
    report(session, &sentence, changed)
}

impl Act {
    fn command(self, id: UserId) -> Command {
        match self {
            Self::Disable => Command::DisableUser(id),
            Self::Enable => Command::EnableUser(id),
            Self::Unlock => Command::UnlockUser(id),
            Self::RequirePasswordChange => Command::RequirePasswordChange(id),
            Self::ResetMfa => Command::RemoveMfa {
                user: id,
                source: Source::AdminMfa,
            },
            Self::SignOut => Command::from(SignInCommand::EndSessions {
                user: id,
                except: None,
            }),
        }
    }

    /// Whether it was so before anybody asked for it.
    fn is_done(self, user: &User, has_sessions: bool) -> bool {
        match self {
            Self::Disable => user.status == Status::Disabled,
            Self::Enable => user.status != Status::Disabled,
            Self::Unlock => user.status != Status::Locked,
            Self::RequirePasswordChange => user.must_change_password,
            Self::ResetMfa => user.mfa.is_empty(),
            Self::SignOut => !has_sessions,
        }
    }

    fn sentence(self, was_done: bool, who: &str) -> String {
        match (self, was_done) {
            (Self::Disable, false) => format!("disabled the user {who}"),
            (Self::Disable, true) => format!("the user {who} is disabled already"),
            (Self::Enable, false) => format!("enabled the user {who}"),
            (Self::Enable, true) => format!("the user {who} is not disabled"),
            (Self::Unlock, false) => format!("unlocked the user {who}"),
            (Self::Unlock, true) => format!("the user {who} is not locked"),
            (Self::RequirePasswordChange, false) => {
                format!("the user {who} has to choose another password at the next sign-in")
            }
            (Self::RequirePasswordChange, true) => {
                format!("the user {who} has to choose another password already")
            }
            (Self::ResetMfa, false) => format!("removed the second factor of the user {who}"),
            (Self::ResetMfa, true) => format!("the user {who} has no second factor"),
            (Self::SignOut, false) => format!("signed out the user {who} everywhere"),
            (Self::SignOut, true) => format!("the user {who} is signed in nowhere"),
        }
    }
}
