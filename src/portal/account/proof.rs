//! Somebody who is signed in shows again who they are: a browser that was left open is not enough
//! for what weighs much (OWASP ASVS 7.5.1).

use axum::http::HeaderMap;

use super::{actor, arrival::Arrival, session::Member};
use crate::{
    command::{self, Command, SignInCommand, password},
    model::password::LONGEST,
    portal::{
        Site,
        address::Visitor,
        fields::{Alert, Field},
        form_page::Trouble,
        hashing::Lane,
    },
    store::{StoreError, credentials, sessions, users},
};

/// The name of the field.
pub(super) const CURRENT: &str = "current_password";

pub(super) fn field() -> Field {
    Field::secret(CURRENT, "Current password", "current-password")
}

/// Asks for the current password; every wrong one counts as a failed sign-in.
pub(super) async fn ask(
    site: &Site,
    visitor: &Visitor,
    headers: &HeaderMap,
    member: &Member,
    typed: &str,
) -> Result<(), Trouble> {
    if typed.is_empty() {
        return Err(Trouble::field(CURRENT, "must not be empty"));
    }
    if typed.chars().nth(LONGEST as usize).is_some() {
        return Err(Trouble::field(CURRENT, "is not right"));
    }
    let arrival = Arrival::of(visitor, headers);
    let browser = arrival.browser().clone();
    let now = site.clock().now();
    let id = member.user.id;
    let looked = site.store().read(|db| {
        // A guard may have closed since the request came in.
        let is_closed = match sessions::device_of(db, browser.device.as_ref(), id)? {
            Some(device) => device.is_locked(now),
            None => users::get(db, id)?.is_some_and(|it| it.is_locked(now)),
        };
        Ok::<_, StoreError>((is_closed, credentials::get(db, id)?.password_hash))
    });
    let (is_closed, hash) = looked.map_err(|err| super::trouble(err.into()))?;
    if is_closed {
        return Err(closed());
    }
    let hash = hash.ok_or_else(no_password)?;
    let typed = typed.to_owned();
    let compare = move || password::verify(Some(&hash), &typed);
    let compared = site.hashing().run(Lane::Known, compare).await;
    if compared.map_err(|_busy| busy())? {
        return Ok(());
    }
    let command = Command::from(SignInCommand::CountWrongProof {
        user: id,
        browser: Box::new(browser),
    });
    let counted = command::apply_async(site.store(), &actor(&member.user), command, now).await;
    counted.map_err(super::trouble)?;
    Err(Trouble::field(CURRENT, "is not right"))
}

fn no_password() -> Trouble {
    Trouble::Refused(Alert::new(
        "Your account has no password here",
        "You sign in through a provider. Ask the people who run this site for a password first.",
    ))
}

fn closed() -> Trouble {
    Trouble::Limited(
        Alert::new(
            "Please wait a while",
            "The current password was wrong too often. Nothing was done. Try again later.",
        ),
        60,
    )
}

pub(super) fn busy() -> Trouble {
    let alert = Alert::new(
        "Many people are here at this moment",
        "Nothing was done yet. Wait a moment, enter the passwords again, and send the form.",
    );
    Trouble::Later(alert, 10)
}
