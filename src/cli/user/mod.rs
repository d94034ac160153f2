//! `tenure user`: people of the directory.

mod account;
mod create;
mod export;
mod import;
mod list;
mod password;
mod row;
mod sessions;
mod show;
mod update;

use clap::Subcommand;
use serde::Serialize;

use self::row::Row;
use super::{failure::Failure, session::Session};
use crate::{
    command::Reply,
    model::{
        attribute::Values,
        execution::Status as ExecutionStatus,
        id::{ExecutionId, UserId},
        user::User,
    },
};

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Users by name
    ///
    /// JSON: {"users": [a user as in "show", without groups, roles and sign_in], "next": name or null}
    List(list::Listing),
    /// One user: profile, groups and roles, and how they sign in
    ///
    /// JSON: {"id", "username", "email", "first_name", "last_name", "phone", "status",
    /// "external_id", "attributes": {}, "groups": [], "roles": [], "created", "last_sign_in",
    /// "last_activity", "password_changed", "must_change_password", "is_protected", "deleted",
    /// "sign_in": {"locked_until", "password_expires", "mfa": [], "recovery_codes", "sessions",
    /// "identities": [{"issuer", "subject", "connection", "last_used"}]}}
    Show { user: String },
    /// Create a user, if the registration workflows let it pass
    ///
    /// JSON: {"id", "username", "executions": [{"id", "status"}]}
    Create(Box<create::Creation>),
    /// Change what is named; the rest stays
    ///
    /// JSON: as "create"
    Update(Box<update::Update>),
    /// Let a user no longer sign in, and end their sessions
    ///
    /// JSON: as "create"
    Disable { user: String },
    /// Let a user sign in again who was disabled
    ///
    /// JSON: as "create"
    Enable { user: String },
    /// End a lock after failed sign-ins before its time
    ///
    /// JSON: as "create"
    Unlock { user: String },
    /// Give a user another password, and end their sessions
    ///
    /// JSON: as "create", and "password" with --generate
    ResetPassword(password::Reset),
    /// Let a user choose another password at the next sign-in, and end their sessions
    ///
    /// JSON: as "create"
    RequirePasswordChange { user: String },
    /// Remove the second factor of somebody who has lost it, and their recovery codes
    ///
    /// They sign in with the password alone then, until they set up another one. Make sure that it is
    /// they who ask.
    ///
    /// JSON: as "create"
    ResetMfa { user: String },
    /// End all sessions of a user
    ///
    /// JSON: as "create"
    SignOut { user: String },
    /// Where a user is signed in
    ///
    /// JSON: {"sessions": [{"id", "stage", "address", "agent", "created", "last_used"}]}
    Sessions { user: String },
    /// Add, update and delete users from a CSV file
    Import(import::Options),
    /// Write all users to a CSV or JSON file
    Export(export::Options),
}

/// What became of one user.
#[derive(Serialize)]
struct Changed<'a> {
    id: UserId,
    username: &'a str,

    /// A generated one, said this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
    executions: Vec<Ran>,
}

/// A workflow that the change has started.
#[derive(Serialize)]
struct Ran {
    id: ExecutionId,
    status: ExecutionStatus,
}

pub(super) fn run(session: &mut Session, verb: Verb) -> Result<(), Failure> {
    use account::Act;
    match verb {
        Verb::List(listing) => list::list(session, &listing),
        Verb::Show { user } => show::show(session, &user),
        Verb::Create(creation) => create::create(session, *creation),
        Verb::Update(update) => update::update(session, *update),
        Verb::Disable { user } => account::perform(session, Act::Disable, &user),
        Verb::Enable { user } => account::perform(session, Act::Enable, &user),
        Verb::Unlock { user } => account::perform(session, Act::Unlock, &user),
        Verb::ResetPassword(reset) => password::reset(session, &reset),
        Verb::RequirePasswordChange { user } => {
            account::perform(session, Act::RequirePasswordChange, &user)
        }
        Verb::ResetMfa { user } => account::perform(session, Act::ResetMfa, &user),
        Verb::SignOut { user } => account::perform(session, Act::SignOut, &user),
        Verb::Sessions { user } => sessions::list(session, &user),
        Verb::Import(options) => import::run(session, &options),
        Verb::Export(options) => export::run(session, &options),
    }
}

/// Says what became of a user, and which workflows that has started.
fn report(session: &mut Session, sentence: &str, changed: Changed<'_>) -> Result<(), Failure> {
    let out = &mut session.out;
    if out.is_json {
        return out.json(&changed);
    }
    out.line(sentence)?;
    if let Some(password) = changed.password {
        out.line(format!("new password: {password}"))?;
    }
    for Ran { id, status } in changed.executions {
        out.line(format!("execution {id}: {}", status.label()))?;
    }
    Ok(())
}

/// What a change of somebody has started.
fn ran(reply: Reply) -> Vec<Ran> {
    match reply {
        Reply::Updated(executions) => all_ran(executions),
        _ => Vec::new(),
    }
}

fn all_ran(executions: Vec<(ExecutionId, ExecutionStatus)>) -> Vec<Ran> {
    let ran = |(id, status)| Ran { id, status };
    executions.into_iter().map(ran).collect()
}

impl<'a> Changed<'a> {
    fn new(user: &'a User, executions: Vec<Ran>) -> Self {
        Self {
            id: user.id,
            username: user.profile.username.as_str(),
            password: None,
            executions,
        }
    }

    /// As people read who it is.
    fn who(&self) -> String {
        format!("{:?} (#{})", self.username, self.id)
    }
}

fn parse_attribute(typed: &str) -> Result<(String, String), String> {
    let halves = typed
        .split_once('=')
        .filter(|(name, _)| !name.trim().is_empty());
    let (name, value) = halves.ok_or("write it like department=Sales")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

fn attributes(given: Vec<(String, String)>) -> Result<Values, Failure> {
    let mut values = Values::new();
    for (name, value) in given {
        if values.contains_key(&name) {
            return Err(Failure::invalid(format!(
                "the attribute {name:?} is given twice"
            )));
        }
        values.insert(name, value);
    }
    Ok(values)
}
