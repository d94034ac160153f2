//! Mails that changes and executions bring with them: made here, queued in the transaction of what
//! they tell of.

pub mod chart;
mod made;
mod preview;
mod report;
#[cfg(test)]
mod tests;
mod values;

pub use self::{
    made::{Texts, Writer},
    preview::{Preview, preview},
    report::{Drawn, Report, reports},
    values::{Disabled, Expiry, disabled, expiry},
};
use super::{CommandError, Log};
use crate::{
    model::{template::Template, user::User},
    store::{Config, outbox},
};

/// Tells a user that the password was changed, so that it is noticed if it was somebody else.
pub(super) fn password_changed(
    log: &Log<'_>,
    config: &Config,
    user: &User,
) -> Result<(), CommandError> {
    let texts = Texts::read(log.tx, Template::PasswordChangeSuccess)?;
    let values = values::password_changed(&config.settings, (&user.profile).into(), log.now);
    let key = format!(
        "{}.{}.{}",
        Template::PasswordChangeSuccess,
        user.id.number(),
        log.now.timestamp_micros()
    );
    let mail = texts
        .writer()?
        .mail(user.profile.email.as_str(), &values, key)?;
    outbox::insert(log.tx, Some(user.id), None, &mail, log.now)?;
    Ok(())
}
