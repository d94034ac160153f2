//! Signing in, step by step: password, code, a new password if the old one may not be used any more.
//!
//! **Invariants:** whoever fails learns nothing; the audit says why. A lock keeps out browsers that
//! the user has not signed in with before, and only for the policy's period; known browsers have a
//! count and a lock of their own (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"),
//! so that no stranger can keep the right user out. Every step gives the session a new key.

use chrono::TimeDelta;

use super::{Command, CommandError, Log, Reply, account, connections, users as profile};
use crate::{
    model::{
        Timestamp,
        connection::Origin,
        id::UserId,
        password::PasswordPolicy,
        session::{Key, Session, SessionId, Stage},
        totp,
        user::{NewPassword, Status, User},
    },
    store::{
        StoreError, credentials,
        sessions::{self, NewSession},
        users,
    },
};

/// After how many wrong codes in a row browsers are kept out, and for how long, where the policy
/// has no lock: a code has only six digits.
const CODE_GUESSES: (u32, u32) = (10, 15);

/// The browser in which somebody signs in.
#[derive(Clone, PartialEq, Eq)]
pub struct Browser {
    /// What the session is to be known by from now on.
    pub session: Key,

    /// What the browser has shown to be known by, and what it is to show from now on.
    pub device: Option<Key>,
    pub new_device: Key,
    pub address: String,
    pub agent: String,
}

/// A password that has been compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Whom the name means.
    pub user: Option<UserId>,
    pub is_right: bool,

    /// When the password was set that it was compared with.
    pub password_changed: Option<Timestamp>,
    pub browser: Browser,
}

/// What somebody from a provider shows for an account that they say is theirs.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    pub sign_in: SignIn,

    /// Empty if the user has no second factor.
    pub code: String,
    pub origin: Origin,
}

/// One step of signing in, or out again.
#[derive(Clone, Debug, PartialEq)]
pub enum SignInCommand {
    WithPassword(SignIn),
    ProveCode {
        session: SessionId,
        code: String,
        browser: Box<Browser>,
    },
    ChooseNewPassword {
        session: SessionId,
        password: NewPassword,
        browser: Box<Browser>,
    },

    /// For somebody for whom a provider has vouched.
    OpenSession {
        user: UserId,
        browser: Box<Browser>,
    },

    /// For somebody for whom a provider has vouched, and who shows the user's password: from now on the
    /// provider's word is enough.
    ClaimUser(Box<Claim>),

    /// Somebody who is signed in could not prove again who they are.
    CountWrongProof {
        user: UserId,
        browser: Box<Browser>,
    },
    UseSession(SessionId),
    SignOut(SessionId),
    EndSessions {
        user: UserId,
        except: Option<SessionId>,
    },
    PurgeSessions,
}

impl From<SignInCommand> for Command {
    fn from(command: SignInCommand) -> Self {
        Self::SignIn(Box::new(command))
    }
}

impl SignInCommand {
    /// What it does, and to what, for the audit.
    pub(super) fn act(&self) -> (&'static str, String) {
        match self {
            Self::WithPassword(asked) => ("user.sign_in", optional(asked.user)),
            Self::ProveCode { session, .. } | Self::ChooseNewPassword { session, .. } => {
                ("user.sign_in", session.to_string())
            }
            Self::OpenSession { user, .. } | Self::CountWrongProof { user, .. } => {
                ("user.sign_in", user.to_string())
            }
            Self::ClaimUser(claim) => ("user.link_identity", optional(claim.sign_in.user)),
            Self::UseSession(id) => ("user.use_session", id.to_string()),
            Self::SignOut(id) => ("user.sign_out", id.to_string()),
            Self::EndSessions { user, .. } => ("user.end_sessions", user.to_string()),
            Self::PurgeSessions => ("user.end_sessions", "old sessions".to_owned()),
        }
    }
}

fn optional(user: Option<UserId>) -> String {
    user.map_or_else(String::new, |it| it.to_string())
}

pub(super) fn run(log: &Log<'_>, command: SignInCommand) -> Result<Reply, CommandError> {
    match command {
        SignInCommand::WithPassword(asked) => with_password(log, &asked),
        SignInCommand::ProveCode {
            session,
            code,
            browser,
        } => with_code(log, session, &code, &browser),
        SignInCommand::ChooseNewPassword {
            session,
            password,
            browser,
        } => with_new_password(log, session, &password, &browser),
        SignInCommand::OpenSession { user, browser } => through_provider(log, user, &browser),
        SignInCommand::ClaimUser(claim) => with_claim(log, &claim),
        SignInCommand::CountWrongProof { user, browser } => wrong_proof(log, user, &browser),
        SignInCommand::UseSession(id) => super::sessions::use_session(log, id),
        SignInCommand::SignOut(id) => super::sessions::sign_out(log, id),
        SignInCommand::EndSessions { user, except } => {
            super::sessions::end_sessions(log, user, except)
        }
        SignInCommand::PurgeSessions => super::sessions::purge(log),
    }
}

/// How far it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    Open { session: SessionId, stage: Stage },
    Refused,
}

fn with_password(log: &Log<'_>, asked: &SignIn) -> Result<Reply, CommandError> {
    let Some(user) = found(log, asked.user)? else {
        return refuse(log, "", "there is no such account", &asked.browser);
    };
    let name = profile::name(&user);
    let guard = match Guard::of(log, &user, &asked.browser)? {
        Ok(guard) => guard,
        Err(reason) => return refuse(log, name, reason, &asked.browser),
    };
    if !asked.is_right || asked.password_changed != user.password_changed {
        return guard.fail(log, "wrong password", false);
    }
    let policy = &log.tx.config()?.settings.password;
    let stage = if user.mfa.is_empty() {
        after_proof(&user, policy, log.now)
    } else {
        Stage::Code
    };
    guard.open(log, None, stage)
}

/// A code from an authenticator app, or a recovery code.
fn with_code(
    log: &Log<'_>,
    session: SessionId,
    code: &str,
    browser: &Browser,
) -> Result<Reply, CommandError> {
    let (session, user) = at_stage(log, session, Stage::Code)?;
    let guard = match Guard::of(log, &user, browser)? {
        Ok(guard) => guard,
        Err(reason) => return refuse(log, profile::name(&user), reason, browser),
    };
    if !uses_code(log, &user, code)? {
        return guard.fail(log, "wrong code", true);
    }
    let policy = &log.tx.config()?.settings.password;
    let stage = after_proof(&user, policy, log.now);
    guard.open(log, Some(&session), stage)
}

/// Whether the code is right, which is used up by that.
fn uses_code(log: &Log<'_>, user: &User, code: &str) -> Result<bool, CommandError> {
    let known = credentials::get(log.tx, user.id)?;
    let secret = known.totp_secret.unwrap_or_default();
    match totp::step(&secret, code, known.totp_step, log.now) {
        Some(step) => {
            credentials::use_totp_step(log.tx, user.id, step)?;
            Ok(true)
        }
        None => uses_recovery_code(log, user, code),
    }
}

fn uses_recovery_code(log: &Log<'_>, user: &User, code: &str) -> Result<bool, CommandError> {
    let is_used = credentials::use_recovery_code(log.tx, user.id, &account::recovery_key(code))?;
    if is_used {
        log.done("user.use_recovery_code", profile::name(user))?;
    }
    Ok(is_used)
}

/// The password that somebody has to choose before going on.
fn with_new_password(
    log: &Log<'_>,
    session: SessionId,
    password: &NewPassword,
    browser: &Browser,
) -> Result<Reply, CommandError> {
    let (session, user) = at_stage(log, session, Stage::NewPassword)?;
    let guard = match Guard::of(log, &user, browser)? {
        Ok(guard) => guard,
        Err(reason) => return refuse(log, profile::name(&user), reason, browser),
    };
    account::change_password(log, user.id, password, session.id)?;
    guard.open(log, Some(&session), Stage::SignedIn)
}

/// Somebody for whom a provider has vouched. The password is not asked for, a code is.
fn through_provider(log: &Log<'_>, user: UserId, browser: &Browser) -> Result<Reply, CommandError> {
    let Some(user) = found(log, Some(user))? else {
        return refuse(log, "", "there is no such account", browser);
    };
    if user.status == Status::Disabled {
        return refuse(log, profile::name(&user), DISABLED, browser);
    }
    let stage = if user.mfa.is_empty() {
        Stage::SignedIn
    } else {
        Stage::Code
    };
    Guard {
        user: &user,
        browser,
        known: None,
    }
    .open(log, None, stage)
}

/// Somebody from a provider who says that an account is theirs: everything is shown at once that a
/// sign-in asks for, and only then are the two the same.
fn with_claim(log: &Log<'_>, claim: &Claim) -> Result<Reply, CommandError> {
    let asked = &claim.sign_in;
    let Some(user) = found(log, asked.user)? else {
        return refuse(log, "", "there is no such account", &asked.browser);
    };
    let guard = match Guard::of(log, &user, &asked.browser)? {
        Ok(guard) => guard,
        Err(reason) => return refuse(log, profile::name(&user), reason, &asked.browser),
    };
    if !asked.is_right || asked.password_changed != user.password_changed {
        return guard.fail(log, "wrong password", false);
    }
    if !user.mfa.is_empty() && !uses_code(log, &user, &claim.code)? {
        return guard.fail(log, "wrong code", true);
    }
    connections::link(log, user.id, &claim.origin, "password")?;
    let policy = &log.tx.config()?.settings.password;
    guard.open(log, None, after_proof(&user, policy, log.now))
}

/// A wrong password where somebody who is signed in has to prove again who they are.
fn wrong_proof(log: &Log<'_>, user: UserId, browser: &Browser) -> Result<Reply, CommandError> {
    let user = profile::present(log, user)?;
    match Guard::of(log, &user, browser)? {
        Ok(guard) => guard.fail(log, "wrong password", false),
        Err(reason) => refuse(log, profile::name(&user), reason, browser),
    }
}

const DISABLED: &str = "the account is disabled";

fn found(log: &Log<'_>, id: Option<UserId>) -> Result<Option<User>, StoreError> {
    let Some(id) = id else {
        return Ok(None);
    };
    Ok(users::get(log.tx, id)?.filter(|it| it.deleted.is_none()))
}

fn at_stage(log: &Log<'_>, id: SessionId, stage: Stage) -> Result<(Session, User), CommandError> {
    let session = sessions::get(log.tx, id)?
        .filter(|it| it.stage == stage && !it.is_over(log.now))
        .ok_or(CommandError::NotFound("session"))?;
    let user = profile::present(log, session.user)?;
    Ok((session, user))
}

fn after_proof(user: &User, policy: &PasswordPolicy, now: Timestamp) -> Stage {
    if user.needs_new_password(policy, now) {
        Stage::NewPassword
    } else {
        Stage::SignedIn
    }
}

fn refuse(
    log: &Log<'_>,
    name: &str,
    reason: &str,
    browser: &Browser,
) -> Result<Reply, CommandError> {
    let reason = format!("{reason}, from {}", browser.address);
    log.refused("user.sign_in", name, &reason)?;
    Ok(Reply::Entry(Entry::Refused))
}

/// Who stands at the door: a browser that the user has signed in with before, or a stranger.
struct Guard<'a> {
    user: &'a User,
    browser: &'a Browser,

    /// The known browser, and how often it has failed.
    known: Option<(Key, u32)>,
}

impl<'a> Guard<'a> {
    /// Or why nobody gets in at this moment, whatever they show.
    fn of(
        log: &Log<'_>,
        user: &'a User,
        browser: &'a Browser,
    ) -> Result<Result<Self, &'static str>, StoreError> {
        match user.status {
            Status::Disabled => return Ok(Err(DISABLED)),
            Status::Pending => return Ok(Err("no password has been set yet")),
            Status::Active | Status::Locked => (),
        }
        let device = sessions::device_of(log.tx, browser.device.as_ref(), user.id)?;
        let known = match browser.device.zip(device) {
            Some((_, device)) if device.is_locked(log.now) => {
                return Ok(Err("too many failures in this browser"));
            }
            Some((key, device)) => Some((key, device.failures)),
            None if user.is_locked(log.now) => {
                return Ok(Err("the account is locked after too many failures"));
            }
            None => {
                if user.status == Status::Locked {
                    credentials::unlock(log.tx, user.id)?;
                }
                None
            }
        };
        Ok(Ok(Self {
            user,
            browser,
            known,
        }))
    }

    /// Counts a failure, and locks when there are too many in a row.
    fn fail(&self, log: &Log<'_>, reason: &str, is_code: bool) -> Result<Reply, CommandError> {
        let policy = &log.tx.config()?.settings.password;
        let (most, minutes) = match policy.failures_before_lock {
            0 if is_code => CODE_GUESSES,
            0 => (u32::MAX, 0),
            most => (most, policy.lock_minutes),
        };
        let until = log.now + TimeDelta::minutes(i64::from(minutes));
        match self.known {
            Some((key, failures)) if failures + 1 >= most => {
                sessions::set_device_failures(log.tx, &key, 0, Some(until))?;
            }
            Some((key, failures)) => {
                sessions::set_device_failures(log.tx, &key, failures + 1, None)?;
            }
            None => {
                let failures = credentials::get(log.tx, self.user.id)?.failures + 1;
                if failures >= most {
                    credentials::lock(log.tx, self.user.id, until)?;
                    log.done("user.lock", profile::name(self.user))?;
                } else {
                    credentials::set_failures(log.tx, self.user.id, failures)?;
                }
            }
        }
        refuse(log, profile::name(self.user), reason, self.browser)
    }

    /// Opens a session in place of the one that has led here.
    fn open(
        &self,
        log: &Log<'_>,
        from: Option<&Session>,
        stage: Stage,
    ) -> Result<Reply, CommandError> {
        if let Some(from) = from {
            sessions::delete(log.tx, from.id)?;
        }
        let new = NewSession {
            key: &self.browser.session,
            user: self.user.id,
            stage,
            address: &self.browser.address,
            agent: &self.browser.agent,
            at: log.now,
        };
        let session = sessions::insert(log.tx, &new)?;
        if stage == Stage::SignedIn {
            self.signed_in(log)?;
        }
        Ok(Reply::Entry(Entry::Open { session, stage }))
    }

    fn signed_in(&self, log: &Log<'_>) -> Result<(), CommandError> {
        match &self.known {
            Some((key, _)) => sessions::delete_device(log.tx, key)?,
            None => credentials::set_failures(log.tx, self.user.id, 0)?,
        }
        credentials::signed_in(log.tx, self.user.id, log.now)?;
        sessions::put_device(log.tx, &self.browser.new_device, self.user.id, log.now)?;
        log.done("user.sign_in", profile::name(self.user))?;
        Ok(())
    }
}

impl std::fmt::Debug for Claim {
    /// The code stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Claim")
            .field("sign_in", &self.sign_in)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Browser {
    /// The keys stay out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Browser")
            .field("address", &self.address)
            .field("agent", &self.agent)
            .finish_non_exhaustive()
    }
}
