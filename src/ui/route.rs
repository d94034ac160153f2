//! Which screen is shown.

use crate::model::{
    id::{ExecutionId, UserId, VersionId, WorkflowId},
    template::Template,
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Route {
    #[default]
    Overview,
    Workflows,

    /// The versions of one workflow.
    Workflow(WorkflowId),

    /// The canvas of one version.
    Editor(VersionId),

    /// Two versions side by side.
    Compare {
        old: VersionId,
        new: VersionId,
    },
    History,
    Execution(ExecutionId),
    Users,

    /// The users, with this one in the drawer.
    User(UserId),
    Templates,

    /// The editor of one template.
    Template(Template),

    /// Mails on their way, and what became of them.
    Outbox,
    Connections,
    Settings,
    Handbook,
}

impl Route {
    /// The entries of the navigation rail, with the words they are called by.
    pub const RAIL: [(Self, &'static str); 8] = [
        (Self::Overview, "Overview"),
        (Self::Workflows, "Workflows"),
        (Self::Users, "Users"),
        (Self::History, "History"),
        (Self::Templates, "Email Templates"),
        (Self::Connections, "Connections"),
        (Self::Settings, "Settings"),
        (Self::Handbook, "Handbook"),
    ];

    /// The entry of the rail that this screen belongs to.
    #[must_use]
    pub fn section(self) -> Self {
        match self {
            Self::Workflow(_) | Self::Editor(_) | Self::Compare { .. } => Self::Workflows,
            Self::Execution(_) => Self::History,
            Self::Template(_) | Self::Outbox => Self::Templates,
            Self::User(_) => Self::Users,
            other => other,
        }
    }
}
