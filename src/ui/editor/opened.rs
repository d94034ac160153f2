//! What the editor reads from the store: a version, its drawing, and what steps may name.

use crate::{
    model::{
        attribute::Attribute,
        definition::Definition,
        id::VersionId,
        settings::Settings,
        task::TargetKind,
        version::{Version, Workflow, counterpart, in_order},
    },
    store::{
        Store, StoreError, attributes, groups, known, roles, settings_row,
        workflows::{self, Drawn},
    },
    ui::{
        canvas::drawer::{Choices, NamedTarget},
        zones,
    },
};

/// More groups or roles than anyone looks through; others are found when the drawing names them.
const OFFERED: usize = 10_000;

pub(super) struct Opened {
    pub(super) workflow: Workflow,
    pub(super) version: Version,
    pub(super) drawn: Drawn,
    pub(super) directory: Directory,

    /// The older and the newer one of this version and what it is compared with.
    pub(super) compared: Option<(VersionId, VersionId)>,
}

/// The groups, roles and attributes that steps may name, and the settings on which they depend.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Directory {
    groups: Vec<NamedTarget>,
    roles: Vec<NamedTarget>,
    attributes: Vec<Attribute>,
    settings: Settings,
}

/// `None` if the version was deleted.
pub(super) fn read(store: &Store, id: VersionId) -> Result<Option<Opened>, StoreError> {
    let found = store.read(|db| {
        let version = workflows::version(db, id)?;
        let workflow = match &version {
            Some(version) => workflows::get(db, version.workflow)?,
            None => None,
        };
        let versions = match &workflow {
            Some(workflow) => workflows::versions(db, workflow.id)?,
            None => Vec::new(),
        };
        Ok::<_, StoreError>((version, workflow, workflows::drawn(db, id)?, versions))
    })?;
    let (Some(version), Some(workflow), Some(drawn), versions) = found else {
        return Ok(None);
    };
    let mut directory = Directory::read(store)?;
    directory.add_named(store, &drawn.definition)?;
    if let Some(unsaved) = &drawn.unsaved {
        directory.add_named(store, unsaved)?;
    }
    let other = counterpart(&versions, id);
    Ok(Some(Opened {
        compared: other.map(|other| in_order(other, &version)),
        workflow,
        version,
        drawn,
        directory,
    }))
}

impl Directory {
    fn read(store: &Store) -> Result<Self, StoreError> {
        store.read(|db| {
            let groups = groups::page(db, "", None, OFFERED)?.into_iter();
            let groups = groups.map(|it| NamedTarget {
                id: it.id.number(),
                name: it.name,
                is_protected: it.is_protected,
                is_implied: it.is_everyone,
            });
            let roles = roles::page(db, "", None, OFFERED)?.into_iter();
            let roles = roles.map(|it| NamedTarget {
                id: it.id.number(),
                name: it.name,
                is_protected: it.is_protected,
                is_implied: it.is_default,
            });
            Ok(Self {
                groups: groups.collect(),
                roles: roles.collect(),
                attributes: attributes::all(db)?,
                settings: settings_row::get(db)?,
            })
        })
    }

    /// What a definition names beyond what is offered.
    fn add_named(&mut self, store: &Store, definition: &Definition) -> Result<(), StoreError> {
        if self.groups.len() < OFFERED && self.roles.len() < OFFERED {
            return Ok(());
        }
        let named = store.read(|db| known::known(db, definition))?;
        for ((kind, id), found) in named.targets {
            let offered = match kind {
                TargetKind::Group => &mut self.groups,
                TargetKind::Role => &mut self.roles,
            };
            if !offered.iter().any(|it| it.id == id) {
                offered.push(NamedTarget {
                    id,
                    name: found.name,
                    is_protected: found.is_protected,
                    is_implied: found.is_implied,
                });
            }
        }
        Ok(())
    }

    /// A group or role that was made a moment ago.
    pub(super) fn add(&mut self, kind: TargetKind, id: i64, name: &str) {
        let offered = match kind {
            TargetKind::Group => &mut self.groups,
            TargetKind::Role => &mut self.roles,
        };
        offered.push(NamedTarget {
            id,
            name: name.to_owned(),
            is_protected: false,
            is_implied: false,
        });
    }

    pub(super) fn choices(&self) -> Choices {
        Choices::new(
            self.groups.clone(),
            self.roles.clone(),
            self.attributes.clone(),
            &self.settings,
        )
        .here(zones::here())
    }
}
