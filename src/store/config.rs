//! What admins have set up and every execution needs, read once and kept until it changes.
//!
//! **Invariant:** a [`Config`] belongs to the stamp under which it was read. The stamp changes
//! within the transaction that changes any part of it, and a stamp is never used twice, not even
//! after a rollback; so what is kept here can be old, but never wrong.

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::Mutex;
use rusqlite::Connection;

use super::{StoreError, attributes, known, roles, settings_row, workflows};
use crate::model::{
    attribute::Attribute,
    definition::Trigger,
    event::{EventKind, Source},
    group::{Group, Role},
    id::{VersionId, WorkflowId},
    problem::{KnownTarget, Runnable},
    settings::Settings,
    task::TargetKind,
};

#[derive(Clone, Debug)]
pub struct Config {
    pub settings: Settings,
    pub attributes: Vec<Attribute>,

    /// The group of all users.
    pub everyone: Group,

    /// What new users get.
    pub default_roles: Vec<Role>,

    /// In the order of the workflows' names, which is the order in which they run.
    pub active: Vec<ActiveVersion>,

    /// The groups and roles that the active versions name, as far as they exist.
    pub targets: BTreeMap<(TargetKind, i64), KnownTarget>,
}

/// A version that runs.
#[derive(Clone, Debug)]
pub struct ActiveVersion {
    pub workflow: WorkflowId,
    pub workflow_name: String,
    pub version: VersionId,
    pub number: u32,
    pub definition: Runnable,
}

impl Config {
    /// The versions that an event starts.
    pub fn triggered(
        &self,
        kind: EventKind,
        source: Source,
    ) -> impl Iterator<Item = &ActiveVersion> {
        self.active.iter().filter(move |version| {
            let trigger: Option<&Trigger> = version.definition.trigger();
            trigger.is_some_and(|it| it.matches(kind, source))
        })
    }
}

#[derive(Default)]
pub(super) struct ConfigCache {
    latest: Mutex<Option<(i64, Arc<Config>)>>,
}

impl ConfigCache {
    pub(super) fn get(&self, db: &Connection) -> Result<Arc<Config>, StoreError> {
        let mut statement = db.prepare_cached("SELECT stamp FROM config")?;
        let stamp: i64 = statement.query_row([], |row| row.get(0))?;
        if let Some((known, config)) = &*self.latest.lock()
            && *known == stamp
        {
            return Ok(Arc::clone(config));
        }
        let active = workflows::active(db)?;
        let mut targets = BTreeMap::new();
        for version in &active {
            targets.extend(known::known(db, version.definition.definition())?.targets);
        }
        let config = Arc::new(Config {
            settings: settings_row::get(db)?,
            attributes: attributes::all(db)?,
            everyone: super::groups::everyone(db)?,
            default_roles: roles::defaults(db)?,
            active,
            targets,
        });
        *self.latest.lock() = Some((stamp, Arc::clone(&config)));
        Ok(config)
    }
}
