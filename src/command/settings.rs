//! Changes to what holds for the whole program.

use super::{CommandError, Log, Reply};
use crate::{
    model::settings::Settings,
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
    settings_row::set(log.tx, &after)?;
    log.changed("settings.save", "settings", Some(&before), Some(&after))
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
