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
    definition::{Definition, Trigger},
    event::{EventKind, Source},
    group::{Group, Role},
    id::{VersionId, WorkflowId},
    problem::{KnownTarget, Problems, Runnable},
    schedule::Schedule,
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

    /// What is active and cannot run, in the same order.
    pub stuck: Vec<StuckVersion>,

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

/// An active version that cannot run, as when a newer Tenure checks more than the one that activated
/// it. The others run on.
#[derive(Clone, Debug)]
pub struct StuckVersion {
    pub workflow: WorkflowId,
    pub workflow_name: String,
    pub version: VersionId,
    pub number: u32,
    pub reason: String,

    /// As far as it can be read.
    trigger: Option<Trigger>,
}

impl StuckVersion {
    pub(super) fn new(
        workflow: WorkflowId,
        workflow_name: String,
        version: VersionId,
        number: u32,
        drawing: Result<&Definition, String>,
    ) -> Self {
        let (reason, trigger) = match drawing {
            Ok(definition) => {
                let reason = Problems(definition.problems()).to_string();
                (reason, definition.trigger())
            }
            Err(reason) => (format!("its drawing cannot be read: {reason}"), None),
        };
        Self {
            workflow,
            workflow_name,
            version,
            number,
            reason,
            trigger: trigger.map(|(_, trigger)| trigger.clone()),
        }
    }
}

impl ActiveVersion {
    /// When it is due; `None` where it waits for an event.
    pub fn schedule(&self) -> Option<&Schedule> {
        self.definition.trigger().and_then(Trigger::schedule)
    }
}

impl StuckVersion {
    /// When it would be due, as far as that can be read.
    pub fn schedule(&self) -> Option<&Schedule> {
        self.trigger.as_ref().and_then(Trigger::schedule)
    }

    pub fn trigger_label(&self) -> &'static str {
        self.trigger.as_ref().map_or("", Trigger::label)
    }
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

    /// A version that the event should have started. One that cannot be read may have waited for it.
    pub fn stuck_at(&self, kind: EventKind, source: Source) -> Option<&StuckVersion> {
        self.all_stuck_at(kind, source).next()
    }

    pub fn all_stuck_at(
        &self,
        kind: EventKind,
        source: Source,
    ) -> impl Iterator<Item = &StuckVersion> {
        self.stuck.iter().filter(move |version| {
            let trigger = version.trigger.as_ref();
            trigger.is_none_or(|it| it.matches(kind, source))
        })
    }

    /// When workflows are due, those that cannot run among them.
    pub fn schedules(&self) -> impl Iterator<Item = (WorkflowId, &Schedule)> {
        let active = self.active.iter().map(|it| (it.workflow, it.schedule()));
        let stuck = self.stuck.iter().map(|it| (it.workflow, it.schedule()));
        let all = active.chain(stuck);
        all.filter_map(|(workflow, schedule)| schedule.map(|it| (workflow, it)))
    }

    /// Why the active version of this workflow does not run.
    pub fn why_stuck(&self, workflow: WorkflowId) -> Option<&str> {
        let mut stuck = self.stuck.iter();
        let found = stuck.find(|it| it.workflow == workflow)?;
        Some(&found.reason)
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
        let (active, stuck) = workflows::active(db)?;
        for version in &stuck {
            let StuckVersion {
                workflow_name,
                number,
                reason,
                ..
            } = version;
            tracing::error!("version {number} of {workflow_name:?} is active: {reason}");
        }
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
            stuck,
            targets,
        });
        *self.latest.lock() = Some((stamp, Arc::clone(&config)));
        Ok(config)
    }
}
