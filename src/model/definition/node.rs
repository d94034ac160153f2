//! The nodes of a definition, what they are and what leads out of them.

use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::model::{
    condition::Condition,
    event::{EventKind, Source},
    note::Note,
    schedule::Schedule,
    sweep::{IdentifyDormant, NotifyExpiry, SweepTask},
    task::Task,
    text,
};

/// Numbered per definition, so that it reads well in a diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub u32);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    pub kind: NodeKind,

    /// What the admin calls it; empty for the name of its kind.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,

    /// Left and top on the canvas.
    pub position: [f32; 2],

    /// A disabled filter lets everyone pass, a disabled task does nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_disabled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    Start,
    Trigger(Trigger),

    /// `None` until its conditions are written.
    Filter(Option<Condition>),

    /// Where what the trigger waited for becomes a fact. Which fact follows from the trigger, so it
    /// is not written down.
    Event(#[serde(skip)] EventKind),
    Task(Task),

    /// A task of a scheduled workflow.
    Sweep(SweepTask),
    End,

    /// Words for the next admin. It takes no part in any walk.
    Note(Note),
}

/// What starts a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Trigger {
    /// New User Registration, from the chosen sources.
    Registration { sources: BTreeSet<Source> },

    /// User Profile Update, through the chosen sources.
    Update { sources: BTreeSet<Source> },

    /// Identity Dormant Account, on a schedule.
    Dormant { schedule: Schedule },

    /// Notify User on Password Expiry, on a schedule.
    PasswordExpiry { schedule: Schedule },
}

/// The sources of what waits for no event.
static NO_SOURCES: BTreeSet<Source> = BTreeSet::new();

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Port {
    Next,
    Matched,
    Otherwise,
    Done,
    Failed,
}

/// Copies of a definition, as undo keeps them, share the nodes in which they are alike.
#[derive(Clone, Debug)]
pub(super) struct SharedNode(Arc<Node>);

impl Trigger {
    pub fn label(&self) -> &'static str {
        match self {
            Self::Registration { .. } => "New User Registration",
            Self::Update { .. } => "User Profile Update",
            Self::Dormant { .. } => "Identity Dormant Account",
            Self::PasswordExpiry { .. } => "Notify User on Password Expiry",
        }
    }

    /// The event it waits for; `None` for a schedule.
    pub fn event(&self) -> Option<EventKind> {
        match self {
            Self::Registration { .. } => Some(EventKind::UserCreated),
            Self::Update { .. } => Some(EventKind::UserUpdated),
            Self::Dormant { .. } | Self::PasswordExpiry { .. } => None,
        }
    }

    /// When it is due; `None` where it waits for an event.
    pub fn schedule(&self) -> Option<&Schedule> {
        match self {
            Self::Dormant { schedule } | Self::PasswordExpiry { schedule } => Some(schedule),
            Self::Registration { .. } | Self::Update { .. } => None,
        }
    }

    /// `None` where it waits for an event.
    pub fn schedule_mut(&mut self) -> Option<&mut Schedule> {
        match self {
            Self::Dormant { schedule } | Self::PasswordExpiry { schedule } => Some(schedule),
            Self::Registration { .. } | Self::Update { .. } => None,
        }
    }

    /// The only task that makes sense with it, where there is only one.
    pub fn sweep_task(&self) -> Option<SweepTask> {
        match self {
            Self::Dormant { .. } => Some(SweepTask::IdentifyDormant(IdentifyDormant::default())),
            Self::PasswordExpiry { .. } => Some(SweepTask::NotifyExpiry(NotifyExpiry::default())),
            Self::Registration { .. } | Self::Update { .. } => None,
        }
    }

    /// Through which of the event's sources.
    pub fn sources(&self) -> &BTreeSet<Source> {
        match self {
            Self::Registration { sources } | Self::Update { sources } => sources,
            Self::Dormant { .. } | Self::PasswordExpiry { .. } => &NO_SOURCES,
        }
    }

    /// A source from which its event never comes.
    pub(super) fn foreign_source(&self) -> Option<Source> {
        let offered = self.event().map_or(&[][..], EventKind::sources);
        let mut sources = self.sources().iter().copied();
        sources.find(|it| !offered.contains(it))
    }

    /// `None` where it waits for no event.
    pub fn sources_mut(&mut self) -> Option<&mut BTreeSet<Source>> {
        match self {
            Self::Registration { sources } | Self::Update { sources } => Some(sources),
            Self::Dormant { .. } | Self::PasswordExpiry { .. } => None,
        }
    }

    /// When it is due, or from where its event comes: one or two sources by name, of more there is
    /// only room for how many.
    pub fn summary(&self) -> String {
        if let Some(schedule) = self.schedule() {
            return schedule.summary();
        }
        let offered = self.event().map_or(0, |it| it.sources().len());
        let labels: Vec<&str> = self.sources().iter().map(|it| it.label()).collect();
        match labels.len() {
            0 => "No source chosen yet".to_owned(),
            1 | 2 => text::list(&labels, "or"),
            all if all == offered => "Any source".to_owned(),
            some => format!("{some} of {offered} sources"),
        }
    }

    pub fn matches(&self, kind: EventKind, source: Source) -> bool {
        self.event() == Some(kind) && self.sources().contains(&source)
    }
}

impl Port {
    pub fn label(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Matched => "matched",
            Self::Otherwise => "otherwise",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// Whether the port may be left open.
    pub fn is_optional(self) -> bool {
        matches!(self, Self::Otherwise | Self::Failed)
    }
}

impl NodeKind {
    pub fn label(&self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::Trigger(_) => "Trigger",
            Self::Filter(_) => "Filter",
            Self::Event(_) => "Event",
            Self::Task(_) | Self::Sweep(_) => "Task",
            Self::End => "End",
            Self::Note(_) => "Note",
        }
    }

    /// A note lies on the canvas beside the graph; everything else is a block of it.
    pub fn is_note(&self) -> bool {
        matches!(self, Self::Note(_))
    }

    pub fn is_event(&self) -> bool {
        matches!(self, Self::Event(_))
    }

    pub fn ports(&self) -> &'static [Port] {
        match self {
            Self::Start | Self::Trigger(_) | Self::Event(_) => &[Port::Next],
            Self::Filter(_) => &[Port::Matched, Port::Otherwise],
            Self::Task(_) | Self::Sweep(_) => &[Port::Done, Port::Failed],
            Self::End | Self::Note(_) => &[],
        }
    }

    /// The port on the way straight down.
    pub fn main_port(&self) -> Option<Port> {
        self.ports().first().copied()
    }

    /// Whether an admin may remove, copy and disable it.
    pub fn is_step(&self) -> bool {
        matches!(self, Self::Filter(_) | Self::Task(_) | Self::Sweep(_))
    }

    /// Whether it may be copied: a workflow has any number of it.
    pub fn is_copyable(&self) -> bool {
        self.is_step() || self.is_note() || *self == Self::End
    }

    /// What it does, in a few words; empty where the kind says it all.
    pub fn summary(&self) -> String {
        match self {
            Self::Start | Self::End | Self::Note(_) => String::new(),
            Self::Trigger(trigger) => trigger.summary(),
            Self::Filter(Some(condition)) if condition.tests().is_empty() => {
                Self::Filter(None).summary()
            }
            Self::Filter(None) => "No condition yet".to_owned(),
            Self::Filter(Some(condition)) => condition.summary(),
            Self::Event(kind) => kind.sentence().to_owned(),
            Self::Task(task) => task.summary(),
            Self::Sweep(task) => task.summary(),
        }
    }

    /// What a node of this kind is called unless the admin names it.
    pub fn default_name(&self) -> &'static str {
        match self {
            Self::Trigger(trigger) => trigger.label(),
            Self::Event(kind) => kind.label(),
            Self::Task(task) => task.action.label(),
            Self::Sweep(task) => task.label(),
            other => other.label(),
        }
    }
}

impl Node {
    pub fn new(kind: NodeKind, position: [f32; 2]) -> Self {
        Self {
            kind,
            name: String::new(),
            position,
            is_disabled: false,
        }
    }

    /// What people call it.
    pub fn title(&self) -> &str {
        match &self.kind {
            NodeKind::Note(note) => note.title(),
            kind if self.name.is_empty() => kind.default_name(),
            _ => &self.name,
        }
    }
}

impl Node {
    fn means_the_same_as(&self, other: &Self) -> bool {
        let Self {
            kind,
            name,
            position: _,
            is_disabled,
        } = self;
        *kind == other.kind && *name == other.name && *is_disabled == other.is_disabled
    }
}

impl std::ops::Deref for SharedNode {
    type Target = Node;

    fn deref(&self) -> &Node {
        &self.0
    }
}

impl SharedNode {
    pub(super) fn new(node: Node) -> Self {
        Self(Arc::new(node))
    }

    /// The same but for where it lies.
    pub(super) fn means_the_same_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.means_the_same_as(&other.0)
    }

    /// No longer shared with any copy.
    pub(super) fn unshared(&mut self) -> &mut Node {
        Arc::make_mut(&mut self.0)
    }

    pub(super) fn own(self) -> Node {
        Arc::unwrap_or_clone(self.0)
    }
}

impl PartialEq for SharedNode {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}
