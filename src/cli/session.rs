//! What every command has at hand: the data folder, its store once it is asked for, and the output.

use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use directories::ProjectDirs;

use super::{
    failure::{Code, Failure},
    output::Output,
};
use crate::{
    clock::Clock,
    command::{self, Actor, Command, Reply},
    model::audit::Via,
    store::{self, Store},
};

pub(super) struct Session {
    pub(super) out: Output,
    pub(super) clock: Clock,
    folder: Option<PathBuf>,
}

impl Session {
    pub(super) fn new(folder: Option<PathBuf>, is_json: bool) -> Self {
        Self {
            out: Output::new(is_json),
            clock: Clock::System,
            folder,
        }
    }

    /// The data folder: the one that was named, or the usual one of this operating system.
    pub(super) fn folder(&self) -> Result<PathBuf, Failure> {
        match &self.folder {
            Some(folder) if folder.as_os_str().is_empty() => Err(Failure::new(
                Code::Usage,
                "the name of the data folder is empty: leave --data-dir out for the usual one",
            )),
            Some(folder) => Ok(folder.clone()),
            None => usual_folder(),
        }
    }

    pub(super) fn store(&self) -> Result<Store, Failure> {
        Ok(Store::open(&self.folder()?)?)
    }

    /// The store, if there is one already: for what should not make a folder by looking.
    pub(super) fn store_if_any(&self) -> Result<Option<Store>, Failure> {
        let folder = self.folder()?;
        if !has_store(&folder) {
            return Ok(None);
        }
        Ok(Some(Store::open(&folder)?))
    }

    /// Applies a command in the name of the operating system's user.
    pub(super) fn apply(&self, store: &Store, command: Command) -> Result<Reply, Failure> {
        Ok(command::apply(store, &actor(), command, self.clock.now())?)
    }
}

pub(super) fn actor() -> Actor {
    Actor::system_user(Via::CommandLine)
}

pub(super) fn has_store(folder: &Path) -> bool {
    folder.join(store::FILE_NAME).exists()
}

fn usual_folder() -> Result<PathBuf, Failure> {
    match ProjectDirs::from("", "", "Tenure") {
        Some(usual) => Ok(usual.data_dir().to_owned()),
        None => Err(Failure::new(
            Code::Store,
            "this system has no home folder for you: say with --data-dir where to keep the data",
        )),
    }
}

/// The zone in which people are shown times: that of the settings, or the machine's.
pub(super) fn time_zone(store: &Store) -> Result<Tz, Failure> {
    let set = store.config()?.settings.time_zone;
    Ok(set.or_else(system_zone).unwrap_or(Tz::UTC))
}

pub(super) fn system_zone() -> Option<Tz> {
    iana_time_zone::get_timezone().ok()?.parse().ok()
}
