//! What the tables of workflows and versions show, prepared in the background.

use chrono_tz::Tz;

use crate::{
    model::{
        id::{VersionId, WorkflowId},
        text::fold,
        version::{MAX_VERSIONS, Version, VersionStatus, Workflow, counterpart, in_order},
    },
    store::{
        Store, StoreError, executions,
        workflows::{self, Summary},
    },
    ui::moment,
};

/// A line of the list of workflows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WorkflowRow {
    pub(super) id: WorkflowId,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) active: Option<u32>,
    pub(super) has_draft: bool,
    pub(super) versions: String,
    pub(super) changed: String,
}

/// The workflows whose name or description holds the search, and how many there are in all.
pub(super) struct WorkflowRows {
    pub(super) rows: Vec<WorkflowRow>,
    pub(super) total: usize,
}

/// A line of the list of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct VersionRow {
    pub(super) version: Version,
    pub(super) created: String,
    pub(super) changed: String,

    /// How many executions it has had.
    pub(super) runs: u64,
}

pub(super) struct VersionRows {
    pub(super) workflow: Workflow,
    pub(super) rows: Vec<VersionRow>,
}

impl VersionRow {
    pub(super) fn is_active(&self) -> bool {
        self.version.status == VersionStatus::Active
    }

    pub(super) fn id(&self) -> VersionId {
        self.version.id
    }
}

impl VersionRows {
    /// What the version of a row is compared with: the older and the newer one.
    pub(super) fn compared(&self, row: &VersionRow) -> Option<(VersionId, VersionId)> {
        let versions: Vec<Version> = self.rows.iter().map(|it| it.version.clone()).collect();
        let other = counterpart(&versions, row.id())?;
        Some(in_order(other, &row.version))
    }

    pub(super) fn active(&self) -> Option<&VersionRow> {
        self.rows.iter().find(|it| it.is_active())
    }
}

pub(super) fn read_workflows(
    store: &Store,
    search: &str,
    zone: Tz,
) -> Result<WorkflowRows, StoreError> {
    let all = store.read(workflows::summaries)?;
    Ok(workflow_rows(all, search, zone))
}

fn workflow_rows(all: Vec<Summary>, search: &str, zone: Tz) -> WorkflowRows {
    let wanted = fold(search.trim()).into_owned();
    let holds = |it: &Summary| {
        let Workflow {
            name, description, ..
        } = &it.workflow;
        fold(name).contains(&wanted) || fold(description).contains(&wanted)
    };
    let total = all.len();
    let rows = all
        .into_iter()
        .filter(|it| wanted.is_empty() || holds(it))
        .map(|it| WorkflowRow {
            id: it.workflow.id,
            name: it.workflow.name,
            description: it.workflow.description,
            active: it.active,
            has_draft: it.has_draft,
            versions: format!("{} of {MAX_VERSIONS}", it.versions),
            changed: moment(it.changed, zone),
        })
        .collect();
    WorkflowRows { rows, total }
}

/// `None` if the workflow was deleted.
pub(super) fn read_versions(
    store: &Store,
    id: WorkflowId,
    zone: Tz,
) -> Result<Option<VersionRows>, StoreError> {
    store.read(|db| {
        let Some(workflow) = workflows::get(db, id)? else {
            return Ok(None);
        };
        let mut rows = Vec::new();
        for version in workflows::versions(db, id)? {
            rows.push(VersionRow {
                created: moment(version.created, zone),
                changed: moment(version.changed, zone),
                runs: executions::count_of_version(db, version.id)?,
                version,
            });
        }
        Ok(Some(VersionRows { workflow, rows }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(name: &str, description: &str) -> Summary {
        let at = "2030-12-24T12:00:00Z".parse().expect("a moment");
        Summary {
            workflow: Workflow {
                id: WorkflowId::new(1),
                name: name.to_owned(),
                description: description.to_owned(),
                created: at,
            },
            versions: 3,
            active: None,
            has_draft: true,
            changed: at,
        }
    }

    #[track_caller]
    fn finds(search: &str, expected: &[&str]) {
        let all = vec![
            summary("Welcome", "New hires"),
            summary("Straße", ""),
            summary("Goodbye", "Leavers, not hires"),
        ];
        let found = workflow_rows(all, search, Tz::UTC);
        let names: Vec<&str> = found.rows.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, expected);
        assert_eq!(found.total, 3);
    }

    #[test]
    fn names_and_descriptions_are_searched_without_case() {
        finds("", &["Welcome", "Straße", "Goodbye"]);
        finds("  HIRES ", &["Welcome", "Goodbye"]);
        finds("strasse", &["Straße"]);
        finds("%", &[]);
    }

    #[test]
    fn a_row_says_how_much_room_for_versions_is_left() {
        let found = workflow_rows(vec![summary("Welcome", "")], "", Tz::Europe__Berlin);
        let row = found.rows.first().expect("one");
        assert_eq!(row.versions, "3 of 10");
        assert_eq!(row.changed, "24 Dec 2030, 13:00");
    }
}
