//! Changes to the providers through which people sign in, and to who is whom there.

use serde::Serialize;

use super::{Command, CommandError, Log, Reply, users as profile};
use crate::{
    model::{
        attribute::Attribute,
        connection::{
            ClientSecret, Connection, ConnectionError, ConnectionSpec, Identity, Origin,
            SecretChange, is_field,
        },
        id::{ConnectionId, UserId},
        user::{Status, User},
    },
    store::{StoreError, connections, identities, users},
};

/// A change to a provider through which people sign in, or to who is whom there.
#[derive(Clone, Debug, PartialEq)]
pub enum ConnectionCommand {
    Create {
        spec: Box<ConnectionSpec>,
        secret: Option<ClientSecret>,
    },
    Update {
        id: ConnectionId,
        spec: Box<ConnectionSpec>,
        secret: SecretChange,
    },
    Delete(ConnectionId),

    /// Somebody at a provider is this user from now on, or has come again; `proof` says how that was
    /// shown.
    LinkIdentity {
        user: UserId,
        origin: Box<Origin>,
        proof: &'static str,
    },

    /// A sign-in through a provider that came to nothing: it changes nothing but the audit.
    RefuseSignOn {
        connection: String,
        reason: String,
    },
}

impl From<ConnectionCommand> for Command {
    fn from(command: ConnectionCommand) -> Self {
        Self::Connection(Box::new(command))
    }
}

impl ConnectionCommand {
    /// What it does, and to what, for the audit.
    pub(super) fn act(&self) -> (&'static str, String) {
        match self {
            Self::Create { spec, .. } => ("connection.create", spec.name.clone()),
            Self::Update { spec, .. } => ("connection.update", spec.name.clone()),
            Self::Delete(id) => ("connection.delete", id.to_string()),
            Self::LinkIdentity { user, .. } => ("user.link_identity", user.to_string()),
            Self::RefuseSignOn { connection, .. } => ("user.sign_on", connection.clone()),
        }
    }
}

pub(super) fn run(log: &Log<'_>, command: ConnectionCommand) -> Result<Reply, CommandError> {
    match command {
        ConnectionCommand::Create { spec, secret } => create(log, *spec, secret.as_ref()),
        ConnectionCommand::Update { id, spec, secret } => update(log, id, *spec, &secret),
        ConnectionCommand::Delete(id) => delete(log, id),
        ConnectionCommand::LinkIdentity {
            user,
            origin,
            proof,
        } => link(log, user, &origin, proof),
        ConnectionCommand::RefuseSignOn { connection, reason } => refuse(log, &connection, &reason),
    }
}

/// A connection as the audit shows it: whether there is a secret, never which.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    spec: &'a ConnectionSpec,
    secret: &'static str,
}

fn create(
    log: &Log<'_>,
    spec: ConnectionSpec,
    secret: Option<&ClientSecret>,
) -> Result<Reply, CommandError> {
    let spec = spec.checked(&log.tx.config()?.attributes)?;
    let id = connections::insert(log.tx, &spec, secret, log.now)
        .map_err(|err| taken(err, &spec.name))?;
    let shown = Shown::new(&spec, secret.is_some());
    log.changed("connection.create", &spec.name, None::<&()>, Some(&shown))?;
    Ok(Reply::Connection(id))
}

fn update(
    log: &Log<'_>,
    id: ConnectionId,
    spec: ConnectionSpec,
    secret: &SecretChange,
) -> Result<Reply, CommandError> {
    let before = found(log, id)?;
    let config = log.tx.config()?;
    let spec = without_forgotten(spec, &before.spec, &config.attributes);
    let spec = spec.checked(&config.attributes)?;
    let is_kept = *secret == SecretChange::Keep;
    // Otherwise whoever may change the address could have the secret sent there.
    if is_kept && before.has_secret && before.spec.issuer != spec.issuer {
        return Err(ConnectionError::SecretOfAnotherIssuer.into());
    }
    if is_kept && before.spec == spec {
        return Ok(Reply::Done);
    }
    connections::update(log.tx, id, &spec, log.now).map_err(|err| taken(err, &spec.name))?;
    let after = match secret {
        SecretChange::Keep => Shown::new(&spec, before.has_secret),
        SecretChange::Remove => {
            connections::set_secret(log.tx, id, None)?;
            Shown::new(&spec, false)
        }
        SecretChange::Set(new) => {
            connections::set_secret(log.tx, id, Some(new))?;
            Shown {
                spec: &spec,
                secret: "replaced",
            }
        }
    };
    let shown = Shown::new(&before.spec, before.has_secret);
    let name = &before.spec.name;
    log.changed("connection.update", name, Some(&shown), Some(&after))
}

/// Without claims for attributes that have been deleted since: they are no reason not to be able to
/// disable a connection.
fn without_forgotten(
    mut spec: ConnectionSpec,
    before: &ConnectionSpec,
    attributes: &[Attribute],
) -> ConnectionSpec {
    spec.claims.retain(|field, claim| {
        is_field(field, attributes) || before.claims.get(field) != Some(claim)
    });
    spec
}

/// Who has signed in through it stays known, should a connection to the same issuer be made again.
fn delete(log: &Log<'_>, id: ConnectionId) -> Result<Reply, CommandError> {
    let before = found(log, id)?;
    connections::delete(log.tx, id)?;
    let shown = Shown::new(&before.spec, before.has_secret);
    let name = &before.spec.name;
    log.changed("connection.delete", name, Some(&shown), None::<&()>)
}

/// Makes somebody at a provider a user here, after they have shown that they are both; or notes that
/// they have come again.
pub(super) fn link(
    log: &Log<'_>,
    user: UserId,
    origin: &Origin,
    proof: &str,
) -> Result<Reply, CommandError> {
    let user = profile::present(log, user)?;
    match identities::user_of(log.tx, &origin.identity)? {
        Some(same) if same == user.id => {
            identities::touch(log.tx, origin, log.now)?;
            return Ok(Reply::Done);
        }
        Some(_) => return Err(ConnectionError::IdentityTaken.into()),
        None => attach(log, user.id, profile::name(&user), origin, proof)?,
    }
    // From now on there is a way in.
    if user.status == Status::Pending {
        let after = User {
            status: Status::Active,
            ..user.clone()
        };
        users::update(log.tx, &user, &after, log.now)?;
    }
    Ok(Reply::Done)
}

/// Keeps who somebody is at a provider.
pub(super) fn attach(
    log: &Log<'_>,
    user: UserId,
    name: &str,
    origin: &Origin,
    proof: &str,
) -> Result<(), CommandError> {
    #[derive(Serialize)]
    struct Linked<'a> {
        identity: &'a Identity,
        proof: &'a str,
    }
    identities::insert(log.tx, user, origin, log.now).map_err(|err| {
        if err.is_duplicate("identities.") {
            ConnectionError::IdentityTaken.into()
        } else {
            CommandError::from(err)
        }
    })?;
    let identity = &origin.identity;
    let linked = Linked { identity, proof };
    log.changed("user.link_identity", name, None::<&()>, Some(&linked))
        .map(|_done| ())
}

/// Records why a sign-in through a provider came to nothing.
fn refuse(log: &Log<'_>, connection: &str, reason: &str) -> Result<Reply, CommandError> {
    log.refused("user.sign_on", connection, reason)?;
    Ok(Reply::Done)
}

fn found(log: &Log<'_>, id: ConnectionId) -> Result<Connection, CommandError> {
    connections::get(log.tx, id)?.ok_or(CommandError::NotFound("connection"))
}

fn taken(err: StoreError, name: &str) -> CommandError {
    if err.is_duplicate("connections.name_key") {
        CommandError::NameTaken {
            what: "connection",
            name: name.to_owned(),
        }
    } else {
        err.into()
    }
}

impl<'a> Shown<'a> {
    fn new(spec: &'a ConnectionSpec, has_secret: bool) -> Self {
        Self {
            spec,
            secret: if has_secret { "kept" } else { "none" },
        }
    }
}
