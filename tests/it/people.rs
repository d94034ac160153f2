//! Somebody with all that an admin may have to help with: a password, a second factor, sessions, a
//! lock.

use sha2::{Digest as _, Sha256};
use tenure::{
    command::{
        AccountCommand, Browser, Command, Entry, Reply, SignInCommand, account::RecoveryCodes,
    },
    model::{
        id::UserId,
        session::{Key, SessionId},
        user::{NewPassword, User},
    },
    store::{Store, credentials, users},
};

use crate::support::{done, noon};

pub(crate) fn user(store: &Store, id: UserId) -> User {
    let found = store.read(|db| users::get(db, id)).expect("a look");
    found.expect("the user")
}

/// Gives somebody a password that nobody can type, without the time that hashing takes.
pub(crate) fn with_password(store: &Store, id: UserId) {
    let password = NewPassword {
        hash: "$argon2id$".to_owned(),
        replaces: user(store, id).password_changed,
        must_change: false,
    };
    done(store, Command::ResetPassword { user: id, password });
}

/// Signs somebody in, in a browser of that name.
pub(crate) fn signed_in(store: &Store, id: UserId, agent: &str) -> SessionId {
    let drawn = |what: &str| -> Key { Sha256::digest(format!("{id} {agent} {what}")).into() };
    let browser = Browser {
        session: drawn("session"),
        device: None,
        new_device: drawn("device"),
        address: "192.0.2.7".to_owned(),
        agent: agent.to_owned(),
    };
    let open = Command::from(SignInCommand::OpenSession {
        user: id,
        browser: Box::new(browser),
    });
    match done(store, open) {
        Reply::Entry(Entry::Open { session, .. }) => session,
        other => panic!("not signed in: {other:?}"),
    }
}

/// Sets up an authenticator app; there are recovery codes then.
pub(crate) fn with_second_factor(store: &Store, id: UserId) {
    let session = signed_in(store, id, "set-up");
    let secret = b"12345678901234567890".to_vec();
    let app = totp_rs::Builder::new()
        .with_secret(totp_rs::Secret::new(secret.clone().into()))
        .build_noncompliant();
    let code = app.generate(noon().timestamp().unsigned_abs()).to_string();
    done(
        store,
        Command::from(AccountCommand::BeginTotp { session, secret }),
    );
    let recovery = RecoveryCodes::draw().keys();
    let confirm = Command::from(AccountCommand::ConfirmTotp {
        session,
        code,
        recovery,
    });
    done(store, confirm);
}

/// Locks somebody out for a quarter of an hour, as too many failures do.
pub(crate) fn locked(store: &Store, id: UserId) {
    let until = noon() + chrono::TimeDelta::minutes(15);
    let lock = store.write(move |tx| credentials::lock(tx, id, until));
    lock.expect("a lock");
}
