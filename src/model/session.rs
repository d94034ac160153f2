//! Signing in: how far a browser has come, and for how long it stays.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{
    Timestamp,
    id::{Id, UserId},
    password::PasswordPolicy,
    user::{Status, User},
};

/// A browser in which somebody signs in or has signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub user: UserId,
    pub stage: Stage,
    pub created: Timestamp,
    pub last_used: Timestamp,

    /// From where, and with which browser, as the browser says.
    pub address: String,
    pub agent: String,

    /// The secret of an authenticator app that is being set up.
    pub enrolling: Option<Vec<u8>>,
}

pub type SessionId = Id<Session>;

/// SHA-256 of a secret that a browser or a program shows: what is stored is of no use to a thief.
pub type Key = [u8; 32];

/// How far somebody has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The password was right; a code has to follow.
    Code,

    /// Known, but a new password has to be chosen first.
    NewPassword,
    SignedIn,
}

/// How long a session lasts without being used.
pub const IDLE: TimeDelta = TimeDelta::hours(1);

/// How long it lasts at most.
pub const LONGEST: TimeDelta = TimeDelta::hours(12);

/// How long there is for the steps before being signed in.
pub const UNFINISHED: TimeDelta = TimeDelta::minutes(10);

/// How long a browser is known after it was last used.
pub const DEVICE: TimeDelta = TimeDelta::days(180);

impl Stage {
    pub fn label(self) -> &'static str {
        match self {
            Self::Code => "Has to enter a code",
            Self::NewPassword => "Has to choose a password",
            Self::SignedIn => "Signed in",
        }
    }
}

impl Session {
    pub fn is_over(&self, now: Timestamp) -> bool {
        let (idle, longest) = match self.stage {
            Stage::SignedIn => (IDLE, LONGEST),
            Stage::Code | Stage::NewPassword => (UNFINISHED, UNFINISHED),
        };
        now - self.last_used > idle || now - self.created > longest
    }
}

impl std::fmt::Debug for Session {
    /// The secret stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.id)
            .field("user", &self.user)
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}

impl User {
    /// Whether the password may no longer be used for anything but choosing another one.
    pub fn needs_new_password(&self, policy: &PasswordPolicy, now: Timestamp) -> bool {
        self.must_change_password || self.password_expires(policy).is_some_and(|at| at <= now)
    }

    /// When the password expires; `None` when it does not, or there is none. It counts from the
    /// password's own date.
    pub fn password_expires(&self, policy: &PasswordPolicy) -> Option<Timestamp> {
        if policy.expiry_days == 0 {
            return None;
        }
        let lifetime = TimeDelta::days(i64::from(policy.expiry_days));
        self.password_changed?.checked_add_signed(lifetime)
    }

    /// Whether failed sign-ins keep this user out at this moment.
    pub fn is_locked(&self, now: Timestamp) -> bool {
        self.status == Status::Locked && self.locked_until.is_none_or(|until| now < until)
    }
}
