//! Which user somebody from a provider is.
//!
//! **Invariant:** an account is known by issuer and subject. An email address or a username alone
//! never makes somebody the owner of an account that was there before: the provider must have
//! verified the address and the connection allow it, or the account's password has to be shown.

use tracing::{info, warn};

use super::apply;
use crate::{
    command::{Command, CommandError, ConnectionCommand, NewUser, Registered, Reply},
    connect::oidc::SignedOn,
    model::{
        connection::{Connection, Origin, without},
        event::Source,
        id::UserId,
        text,
        user::{Email, FieldError, ProfileForm, Status, User, UserUpdate},
    },
    portal::Site,
    store::{Config, StoreError, identities, users},
};

/// What becomes of somebody whom a provider vouches for.
#[derive(Debug)]
pub(super) enum Settled {
    In(UserId),

    /// There is an account with that address: its password has to be shown first.
    Claimed(UserId),

    /// The gate did not let them pass.
    NotAccepted,

    /// For the reason that the audit gets.
    Refused(String),
}

/// Goes on to its end even if the person leaves: what was decided is also recorded.
pub(super) async fn settle(
    site: &Site,
    connection: &Connection,
    signed_on: &SignedOn,
) -> Result<Settled, CommandError> {
    let (site, connection, signed_on) = (site.clone(), connection.clone(), signed_on.clone());
    let work = tokio::spawn(async move { decide(&site, &connection, &signed_on).await });
    work.await.unwrap_or_else(|err| {
        tracing::error!("a sign-in was interrupted: {err}");
        Err(StoreError::Stopped.into())
    })
}

async fn decide(
    site: &Site,
    connection: &Connection,
    signed_on: &SignedOn,
) -> Result<Settled, CommandError> {
    if let Some(user) = owner(site, signed_on)? {
        return come_back(site, connection, signed_on, user).await;
    }
    let form = connection
        .spec
        .filled(&signed_on.claims, ProfileForm::default());
    if let Err(err) = form.email.parse::<Email>() {
        let said = form.email;
        return Ok(Settled::Refused(format!(
            "the provider names no email address for an account: {said:?} {err}"
        )));
    }
    match site.store().read(|db| users::by_email(db, &form.email))? {
        Some(user) => claim(site, connection, signed_on, &user).await,
        None => register(site, connection, signed_on, form).await,
    }
}

fn owner(site: &Site, signed_on: &SignedOn) -> Result<Option<UserId>, StoreError> {
    site.store()
        .read(|db| identities::user_of(db, &signed_on.identity))
}

/// Somebody who is known here: what the provider says anew is an update of the user.
pub(super) async fn come_back(
    site: &Site,
    connection: &Connection,
    signed_on: &SignedOn,
    id: UserId,
) -> Result<Settled, CommandError> {
    let Some(user) = site.store().read(|db| users::get(db, id))? else {
        return Ok(Settled::Refused("the user has been deleted".to_owned()));
    };
    if let Some(reason) = barred(&user) {
        return Ok(Settled::Refused(reason));
    }
    let before = user.profile.form();
    let spec = &connection.spec;
    let mut form = spec.filled(&signed_on.claims, before.clone());
    // An address that is somebody else's in truth must not take the place of a good one.
    if spec.doubts_email(&signed_on.claims) {
        before.email.clone_into(&mut form.email);
    }
    let form = mended(site, form, &before, Some(id))?;
    if form != before {
        update(site, id, form, &before).await?;
    }
    // Also notes that they were here.
    link(site, connection, signed_on, id, "known identity").await?;
    Ok(Settled::In(id))
}

/// Why a user may not sign in, for the audit. A lock is about guessed passwords, and nobody
/// guesses here.
fn barred(user: &User) -> Option<String> {
    let name = &user.profile.username;
    if user.deleted.is_some() {
        Some(format!("the user {name} is in the recycle bin"))
    } else if user.status == Status::Disabled {
        Some(format!("the user {name} is disabled"))
    } else {
        None
    }
}

/// Should somebody take a name in the meantime, it is left as it was.
async fn update(
    site: &Site,
    id: UserId,
    form: ProfileForm,
    before: &ProfileForm,
) -> Result<(), CommandError> {
    let command = |form: ProfileForm| {
        let update = UserUpdate {
            form: Some(form),
            ..UserUpdate::default()
        };
        Command::update(id, update, Source::JustInTime)
    };
    match apply(site, command(form.clone())).await {
        Err(CommandError::Fields(errors)) => {
            let form = without(form, fields(errors), before);
            apply(site, command(form)).await.map(|_done| ())
        }
        result => result.map(|_done| ()),
    }
}

/// Without what cannot be kept: a provider's other ideas of a phone number are no reason to keep
/// somebody out.
fn mended(
    site: &Site,
    form: ProfileForm,
    before: &ProfileForm,
    user: Option<UserId>,
) -> Result<ProfileForm, StoreError> {
    let config = site.store().config()?;
    let wrong = wrong(&config, &form);
    for error in &wrong {
        // What was said stays out of the log.
        warn!("a provider's claim cannot be kept as {}", error.field);
    }
    let mut form = without(form, fields(wrong), before);
    let (Ok(username), Ok(email)) = (form.username.parse(), form.email.parse()) else {
        return Ok(form);
    };
    let read = |db: &_| users::is_taken(db, &username, &email, user);
    let (is_name_taken, is_email_taken) = site.store().read(read)?;
    if is_name_taken {
        before.username.clone_into(&mut form.username);
    }
    if is_email_taken {
        before.email.clone_into(&mut form.email);
    }
    Ok(form)
}

/// Somebody with the address of an account that is not theirs yet.
async fn claim(
    site: &Site,
    connection: &Connection,
    signed_on: &SignedOn,
    user: &User,
) -> Result<Settled, CommandError> {
    if let Some(reason) = barred(user) {
        return Ok(Settled::Refused(reason));
    }
    let spec = &connection.spec;
    let verified = spec.verified_email(&signed_on.claims);
    let is_same = |email: String| text::fold(&email) == user.profile.email.key();
    if !spec.links_verified_email || !verified.is_some_and(is_same) {
        return Ok(Settled::Claimed(user.id));
    }
    // Whoever came first with this address may have made the account for the other to walk into.
    let issuer = signed_on.identity.issuer();
    let read = |db: &_| identities::has_at(db, user.id, issuer);
    if site.store().read(read)? {
        return Ok(Settled::Claimed(user.id));
    }
    link(
        site,
        connection,
        signed_on,
        user.id,
        "verified email address",
    )
    .await?;
    come_back(site, connection, signed_on, user.id).await
}

async fn link(
    site: &Site,
    connection: &Connection,
    signed_on: &SignedOn,
    user: UserId,
    proof: &'static str,
) -> Result<(), CommandError> {
    let command = Command::from(ConnectionCommand::LinkIdentity {
        user,
        origin: Box::new(origin(connection, signed_on)),
        proof,
    });
    apply(site, command).await.map(|_done| ())
}

pub(super) fn origin(connection: &Connection, signed_on: &SignedOn) -> Origin {
    Origin {
        identity: signed_on.identity.clone(),
        connection: connection.id,
    }
}

/// Somebody new, through the gate.
async fn register(
    site: &Site,
    connection: &Connection,
    signed_on: &SignedOn,
    form: ProfileForm,
) -> Result<Settled, CommandError> {
    let mut fallback = ProfileForm::default();
    // A name that cannot be kept or is another's: the address is nobody else's.
    form.email.clone_into(&mut fallback.username);
    form.email.clone_into(&mut fallback.email);
    let form = mended(site, form, &fallback, None)?;
    let new = NewUser {
        origin: Some(Box::new(origin(connection, signed_on))),
        ..NewUser::new(form, Source::SelfRegistration)
    };
    match apply(site, Command::Register(new)).await {
        Ok(Reply::Registered(Registered::Created { user, .. })) => {
            info!("somebody came through a provider for the first time");
            Ok(Settled::In(user))
        }
        Ok(Reply::Registered(Registered::NotAccepted { .. })) => Ok(Settled::NotAccepted),
        Ok(_) => Err(StoreError::Stopped.into()),
        // In another tab, at this moment, they may have come already.
        Err(err @ (CommandError::Fields(_) | CommandError::Connection(_))) => {
            match owner(site, signed_on)? {
                Some(user) => come_back(site, connection, signed_on, user).await,
                None => Ok(Settled::Refused(format!(
                    "the provider does not say what an account needs: {err}"
                ))),
            }
        }
        Err(err) => Err(err),
    }
}

fn wrong(config: &Config, form: &ProfileForm) -> Vec<FieldError> {
    form.check(&config.attributes).err().unwrap_or_default()
}

fn fields(errors: Vec<FieldError>) -> impl Iterator<Item = String> {
    errors.into_iter().map(|it| it.field)
}
