//! Changes to what holds for the whole program.

use serde::Serialize;

use super::{CommandError, Log, Reply};
use crate::{
    model::{
        settings::{Settings, SettingsError},
        smtp::{MailSettings, MailSettingsError, PasswordChange},
    },
    store::{
        images::{self, Image, LOGO},
        settings_row,
    },
};

/// The largest logo that is kept.
const MAX_LOGO: usize = 256 * 1024;

pub(super) fn save(log: &Log<'_>, settings: Settings) -> Result<Reply, CommandError> {
    let before = settings_row::get(log.tx)?;
    let after = settings.checked()?;
    if before == after {
        return Ok(Reply::Done);
    }
    check_kept_password(log, &before.mail, &after.mail)?;
    settings_row::set(log.tx, &after)?;
    log.changed("settings.save", "settings", Some(&before), Some(&after))
}

/// The mail settings as the audit shows them: whether there is a password, never which.
#[derive(Serialize)]
struct ShownMail<'a> {
    #[serde(flatten)]
    settings: &'a MailSettings,
    password: &'static str,
}

pub(super) fn save_mail(
    log: &Log<'_>,
    mail: MailSettings,
    password: &PasswordChange,
) -> Result<Reply, CommandError> {
    let before = settings_row::get(log.tx)?;
    let had_password = settings_row::has_mail_password(log.tx)?;
    let after = Settings {
        mail,
        ..before.clone()
    }
    .checked()?;
    let shown = match password {
        PasswordChange::Keep if before == after => return Ok(Reply::Done),
        PasswordChange::Keep => {
            check_kept_password(log, &before.mail, &after.mail)?;
            presence(had_password)
        }
        PasswordChange::Remove => {
            settings_row::set_mail_password(log.tx, None)?;
            presence(false)
        }
        PasswordChange::Set(new) => {
            settings_row::set_mail_password(log.tx, Some(new))?;
            "replaced"
        }
    };
    settings_row::set(log.tx, &after)?;
    let shown_before = ShownMail {
        settings: &before.mail,
        password: presence(had_password),
    };
    let shown_after = ShownMail {
        settings: &after.mail,
        password: shown,
    };
    let (before, after) = (Some(&shown_before), Some(&shown_after));
    log.changed("settings.save_mail", "mail", before, after)
}

/// Otherwise whoever may change the server's name could have the password sent there.
fn check_kept_password(
    log: &Log<'_>,
    before: &MailSettings,
    after: &MailSettings,
) -> Result<(), CommandError> {
    if before.is_same_server(after) || !settings_row::has_mail_password(log.tx)? {
        return Ok(());
    }
    Err(SettingsError::from(MailSettingsError::PasswordOfAnotherServer).into())
}

fn presence(is_kept: bool) -> &'static str {
    if is_kept { "kept" } else { "none" }
}

pub(super) fn set_logo(log: &Log<'_>, logo: Option<&Image>) -> Result<Reply, CommandError> {
    if let Some(image) = logo {
        check_logo(image)?;
    }
    images::set(log.tx, LOGO, logo)?;
    let action = if logo.is_some() {
        "settings.set_logo"
    } else {
        "settings.remove_logo"
    };
    log.done(action, "logo")
}

/// The bytes must be what the type says: a browser is told the type.
fn check_logo(image: &Image) -> Result<(), CommandError> {
    if image.bytes.len() > MAX_LOGO {
        return Err(CommandError::Picture("is larger than 256 KiB"));
    }
    let beginning: &[u8] = match image.mime.as_str() {
        "image/png" => b"\x89PNG\r\n\x1a\n",
        "image/jpeg" => b"\xff\xd8\xff",
        _ => return Err(CommandError::Picture("is neither PNG nor JPEG")),
    };
    if !image.bytes.starts_with(beginning) {
        return Err(CommandError::Picture("is not what its name says"));
    }
    Ok(())
}
