//! What keeps an account safe: its password, its second factor, its lock.

use rand::RngCore as _;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{Command, CommandError, Log, Reply, mail, users as profile};
use crate::{
    model::{
        event::Source,
        id::UserId,
        session::{Key, SessionId},
        totp,
        user::{MfaMethod, NewPassword, Status, User},
    },
    store::{Config, credentials, sessions, users},
};

/// How many locks one command ends at most.
const UNLOCK: usize = 1_000;

/// What somebody does for the safety of their own account.
#[derive(Clone, Debug, PartialEq)]
pub enum AccountCommand {
    /// In this session.
    ChangePassword {
        user: UserId,
        password: NewPassword,
        session: SessionId,
    },
    BeginTotp {
        session: SessionId,
        secret: Vec<u8>,
    },
    ConfirmTotp {
        session: SessionId,
        code: String,
        recovery: Vec<Key>,
    },
    ReplaceRecoveryCodes {
        user: UserId,
        codes: Vec<Key>,
    },
}

impl From<AccountCommand> for Command {
    fn from(command: AccountCommand) -> Self {
        Self::Account(Box::new(command))
    }
}

impl AccountCommand {
    /// What it does, and to what, for the audit.
    pub(super) fn act(&self) -> (&'static str, String) {
        match self {
            Self::ChangePassword { user, .. } => ("user.change_password", user.to_string()),
            Self::BeginTotp { session, .. } | Self::ConfirmTotp { session, .. } => {
                ("user.set_up_mfa", session.to_string())
            }
            Self::ReplaceRecoveryCodes { user, .. } => {
                ("user.replace_recovery_codes", user.to_string())
            }
        }
    }
}

pub(super) fn run(log: &Log<'_>, command: AccountCommand) -> Result<Reply, CommandError> {
    match command {
        AccountCommand::ChangePassword {
            user,
            password,
            session,
        } => change_password(log, user, &password, session),
        AccountCommand::BeginTotp { session, secret } => begin_totp(log, session, &secret),
        AccountCommand::ConfirmTotp {
            session,
            code,
            recovery,
        } => confirm_totp(log, session, &code, &recovery),
        AccountCommand::ReplaceRecoveryCodes { user, codes } => {
            replace_recovery_codes(log, user, &codes)
        }
    }
}

/// Recovery codes, as they are shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCodes(pub Vec<String>);

impl RecoveryCodes {
    /// Each of 80 random bits, in groups that can be read out.
    pub fn draw() -> Self {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let code = || {
            let mut bytes = [0_u8; 16];
            rand::rng().fill_bytes(&mut bytes);
            let letters: Vec<char> = bytes
                .iter()
                .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
                .collect();
            let groups: Vec<String> = letters.chunks(4).map(String::from_iter).collect();
            groups.join("-")
        };
        Self((0..totp::RECOVERY_CODES).map(|_| code()).collect())
    }

    pub fn keys(&self) -> Vec<Key> {
        self.0
            .iter()
            .map(String::as_str)
            .map(recovery_key)
            .collect()
    }
}

impl std::fmt::Debug for RecoveryCodes {
    /// They stay out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RecoveryCodes").finish_non_exhaustive()
    }
}

/// The form in which a recovery code is stored, however it is typed.
pub fn recovery_key(code: &str) -> Key {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    let plain: String = letters.map(|it| it.to_ascii_lowercase()).collect();
    Sha256::digest(plain).into()
}

/// A new password that its owner has chosen: other browsers have to sign in again.
pub(super) fn change_password(
    log: &Log<'_>,
    id: UserId,
    password: &NewPassword,
    session: SessionId,
) -> Result<Reply, CommandError> {
    let user = profile::present(log, id)?;
    let config = log.tx.config()?;
    replace_password(log, &config, &user, password)?;
    if user.status == Status::Locked {
        credentials::unlock(log.tx, id)?;
    }
    sessions::delete_of_user(log.tx, id, Some(session))?;
    log.done("user.change_password", profile::name(&user))
}

/// A new password that an admin gives: every browser has to sign in again. It lets a pending user
/// in, and ends a lock.
pub(super) fn reset_password(
    log: &Log<'_>,
    id: UserId,
    password: &NewPassword,
) -> Result<Reply, CommandError> {
    let user = profile::present(log, id)?;
    let config = log.tx.config()?;
    let source = Source::AdminDetails;
    let before = profile::before(log, &config, &user, source)?;
    replace_password(log, &config, &user, password)?;
    sessions::delete_of_user(log.tx, id, None)?;
    sessions::delete_devices(log.tx, id)?;
    let mut after = user.clone();
    if matches!(user.status, Status::Pending | Status::Locked) {
        credentials::unlock(log.tx, id)?;
        after.status = Status::Active;
    }
    log.done("user.reset_password", profile::name(&user))?;
    profile::announce(log, &config, before, &after, source)
}

/// Writes the password and tells the user. It was checked against the one before it; if that is no
/// longer the one, it has to be checked again.
pub(super) fn replace_password(
    log: &Log<'_>,
    config: &Config,
    user: &User,
    password: &NewPassword,
) -> Result<(), CommandError> {
    if password.replaces != user.password_changed {
        return Err(CommandError::Outdated(profile::name(user).to_owned()));
    }
    let keep = config.settings.password.history;
    credentials::set_password(log.tx, user.id, password, keep, log.now)?;
    mail::password_changed(log, config, user)
}

pub(super) fn require_password_change(log: &Log<'_>, id: UserId) -> Result<Reply, CommandError> {
    let user = profile::present(log, id)?;
    if user.must_change_password {
        return Ok(Reply::Done);
    }
    if user.password_changed.is_none() {
        return Err(CommandError::NoPassword(profile::name(&user).to_owned()));
    }
    credentials::require_change(log.tx, id)?;
    sessions::delete_of_user(log.tx, id, None)?;
    log.done("user.require_password_change", profile::name(&user))
}

/// Ends a lock before its time.
pub(super) fn unlock(log: &Log<'_>, id: UserId) -> Result<Reply, CommandError> {
    let user = profile::present(log, id)?;
    if user.status != Status::Locked {
        return Ok(Reply::Done);
    }
    let config = log.tx.config()?;
    let source = Source::AdminDetails;
    let before = profile::before(log, &config, &user, source)?;
    credentials::unlock(log.tx, id)?;
    log.done("user.unlock", profile::name(&user))?;
    let after = User {
        status: Status::Active,
        locked_until: None,
        ..user
    };
    profile::announce(log, &config, before, &after, source)
}

/// Ends the locks whose time is over.
pub(super) fn unlock_expired(log: &Log<'_>) -> Result<Reply, CommandError> {
    let expired = credentials::locked_until(log.tx, log.now, UNLOCK)?;
    for id in &expired {
        let user = profile::present(log, *id)?;
        credentials::unlock(log.tx, *id)?;
        log.done("user.unlock", profile::name(&user))?;
    }
    Ok(Reply::Purged(expired.len()))
}

/// Keeps the secret of an app that is being set up in the session that does so.
pub(super) fn begin_totp(
    log: &Log<'_>,
    session: SessionId,
    secret: &[u8],
) -> Result<Reply, CommandError> {
    sessions::set_enrolling(log.tx, session, Some(secret))?;
    Ok(Reply::Done)
}

/// Takes an app into use whose first code proves that it works.
pub(super) fn confirm_totp(
    log: &Log<'_>,
    session: SessionId,
    code: &str,
    recovery: &[Key],
) -> Result<Reply, CommandError> {
    let session = sessions::get(log.tx, session)?.ok_or(CommandError::NotFound("session"))?;
    let secret = session.enrolling.ok_or(CommandError::NotFound("set-up"))?;
    let user = profile::present(log, session.user)?;
    let step = totp::step(&secret, code, None, log.now).ok_or(CommandError::WrongCode)?;
    let config = log.tx.config()?;
    let source = Source::EndUserMfa;
    let before = profile::before(log, &config, &user, source)?;
    credentials::set_totp(log.tx, user.id, Some((&secret, step)), log.now)?;
    credentials::set_recovery_codes(log.tx, user.id, recovery)?;
    sessions::set_enrolling(log.tx, session.id, None)?;
    sessions::delete_of_user(log.tx, user.id, Some(session.id))?;
    let after = User {
        mfa: [MfaMethod::Totp].into(),
        ..user.clone()
    };
    mfa_changed(log, "user.set_up_mfa", &user, &after)?;
    profile::announce(log, &config, before, &after, source)
}

/// Removes every second factor: by its owner, or by an admin for somebody who has lost it.
pub(super) fn remove_mfa(log: &Log<'_>, id: UserId, source: Source) -> Result<Reply, CommandError> {
    let user = profile::present(log, id)?;
    if user.mfa.is_empty() {
        return Ok(Reply::Done);
    }
    let config = log.tx.config()?;
    let before = profile::before(log, &config, &user, source)?;
    credentials::set_totp(log.tx, id, None, log.now)?;
    let after = User {
        mfa: [].into(),
        ..user.clone()
    };
    mfa_changed(log, "user.remove_mfa", &user, &after)?;
    profile::announce(log, &config, before, &after, source)
}

fn mfa_changed(
    log: &Log<'_>,
    action: &str,
    before: &User,
    after: &User,
) -> Result<Reply, CommandError> {
    #[derive(Serialize)]
    struct Value<'a> {
        mfa: Vec<&'a str>,
    }
    let value = |user: &User| Value {
        mfa: user.mfa.iter().map(|it| it.label()).collect(),
    };
    let (had, has) = (value(before), value(after));
    log.changed(action, profile::name(before), Some(&had), Some(&has))
}

pub(super) fn replace_recovery_codes(
    log: &Log<'_>,
    id: UserId,
    codes: &[Key],
) -> Result<Reply, CommandError> {
    let user = profile::present(log, id)?;
    if user.mfa.is_empty() {
        return Err(CommandError::NotFound("second factor"));
    }
    credentials::set_recovery_codes(log.tx, id, codes)?;
    users::touch(log.tx, id)?;
    log.done("user.replace_recovery_codes", profile::name(&user))
}
