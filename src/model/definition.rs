//! The graph that an admin draws.
//!
//! A [`Definition`] may be wrong while it is being drawn; [`super::problem`] says what is wrong.
//! **Invariant:** an output port has at most one edge, and both ends of an edge exist.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::{
    condition::Condition,
    event::{EventKind, Source},
    note::{Note, NoteError},
    task::{Target, TargetKind, Task},
    text,
};

/// More nodes than anyone can survey; a limit for files from elsewhere.
pub const MAX_NODES: usize = 5_000;

/// How far from its origin the canvas reaches, in both directions.
pub const REACH: f32 = 1e6;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Drawing", into = "Drawing")]
pub struct Definition {
    nodes: BTreeMap<NodeId, SharedNode>,
    edges: BTreeMap<(NodeId, Port), NodeId>,
}

/// Copies of a definition, as undo keeps them, share the nodes in which they are alike.
#[derive(Clone, Debug)]
struct SharedNode(Arc<Node>);

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

    /// Where what the trigger waited for becomes a fact.
    Event,
    Task(Task),
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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Port {
    Next,
    Matched,
    Otherwise,
    Done,
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    pub from: NodeId,
    pub port: Port,
    pub to: NodeId,
}

/// A definition as written down.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Drawing {
    nodes: BTreeMap<NodeId, Node>,
    edges: Vec<Edge>,
}

/// Why an edge cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EdgeError {
    #[error("one end of the edge does not exist")]
    NoSuchNode,
    #[error("this step has no such output")]
    NoSuchPort,
    #[error("this output has an edge already")]
    PortTaken,
    #[error("nothing leads into Start")]
    IntoStart,
    #[error("only Start leads to the trigger")]
    IntoTrigger,
    #[error("Start leads to the trigger first")]
    PastTrigger,
    #[error("a note is no step: nothing leads to it")]
    IntoNote,
    #[error("a step cannot lead to itself")]
    Itself,
    #[error("the steps would go round in a circle")]
    Cycle,
}

/// Why a written definition cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DrawingError {
    #[error("the edge from node {} ({}) to node {} cannot be: {reason}", .edge.from.0, .edge.port.label(), .edge.to.0)]
    Edge { edge: Edge, reason: EdgeError },
    #[error("a definition has at most {MAX_NODES} nodes, this one has {0}")]
    TooManyNodes(usize),
    #[error("node {} lies nowhere on the canvas", .0.0)]
    NoPosition(NodeId),
    #[error("the note {} cannot be: {reason}", .id.0)]
    Note { id: NodeId, reason: NoteError },
}

impl Trigger {
    pub fn label(&self) -> &'static str {
        match self {
            Self::Registration { .. } => "New User Registration",
        }
    }

    /// The event it waits for; `None` for a schedule.
    pub fn event(&self) -> Option<EventKind> {
        match self {
            Self::Registration { .. } => Some(EventKind::UserCreated),
        }
    }

    pub fn matches(&self, kind: EventKind, source: Source) -> bool {
        match self {
            Self::Registration { sources } => {
                kind == EventKind::UserCreated && sources.contains(&source)
            }
        }
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
            Self::Event => "Event",
            Self::Task(_) => "Task",
            Self::End => "End",
            Self::Note(_) => "Note",
        }
    }

    /// A note lies on the canvas beside the graph; everything else is a block of it.
    pub fn is_note(&self) -> bool {
        matches!(self, Self::Note(_))
    }

    pub fn ports(&self) -> &'static [Port] {
        match self {
            Self::Start | Self::Trigger(_) | Self::Event => &[Port::Next],
            Self::Filter(_) => &[Port::Matched, Port::Otherwise],
            Self::Task(_) => &[Port::Done, Port::Failed],
            Self::End | Self::Note(_) => &[],
        }
    }

    /// The port on the way straight down.
    pub fn main_port(&self) -> Option<Port> {
        self.ports().first().copied()
    }

    /// Whether an admin may remove, copy and disable it.
    pub fn is_step(&self) -> bool {
        matches!(self, Self::Filter(_) | Self::Task(_))
    }

    /// Whether it may be copied: a workflow has any number of it.
    pub fn is_copyable(&self) -> bool {
        self.is_step() || self.is_note() || *self == Self::End
    }

    /// What it does, in a few words; empty where the kind says it all.
    pub fn summary(&self) -> String {
        match self {
            Self::Start | Self::End | Self::Note(_) => String::new(),
            Self::Trigger(Trigger::Registration { sources }) => {
                let labels: Vec<&str> = sources.iter().map(|it| it.label()).collect();
                if labels.is_empty() {
                    "No source chosen yet".to_owned()
                } else {
                    text::list(&labels, "or")
                }
            }
            Self::Filter(Some(condition)) if condition.tests().is_empty() => {
                Self::Filter(None).summary()
            }
            Self::Filter(None) => "No condition yet".to_owned(),
            Self::Filter(Some(condition)) if condition.tests().is_empty() => {
                "No condition yet".to_owned()
            }
            Self::Filter(Some(condition)) => condition.summary(),
            Self::Event => "The user is created".to_owned(),
            Self::Task(task) => task.summary(),
        }
    }

    /// What a node of this kind is called unless the admin names it.
    pub fn default_name(&self) -> &'static str {
        match self {
            Self::Trigger(trigger) => trigger.label(),
            Self::Event => "User created",
            Self::Task(task) => task.action.label(),
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

impl SharedNode {
    fn new(node: Node) -> Self {
        Self(Arc::new(node))
    }

    /// No longer shared with any copy.
    fn unshared(&mut self) -> &mut Node {
        Arc::make_mut(&mut self.0)
    }

    fn own(self) -> Node {
        Arc::unwrap_or_clone(self.0)
    }
}

impl PartialEq for SharedNode {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl Definition {
    /// The same but for where the nodes lie: it does the same, has the same problems, and reads the
    /// same.
    pub fn means_the_same_as(&self, other: &Self) -> bool {
        self.edges == other.edges
            && self.nodes.len() == other.nodes.len()
            && self.nodes.iter().zip(&other.nodes).all(|(a, b)| {
                a.0 == b.0 && (Arc::ptr_eq(&a.1.0, &b.1.0) || a.1.0.means_the_same_as(&b.1.0))
            })
    }

    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = (NodeId, &Node)> {
        self.nodes.iter().map(|(id, node)| (*id, &*node.0))
    }

    /// The nodes that walks are made of: all but the notes.
    pub fn blocks(&self) -> impl DoubleEndedIterator<Item = (NodeId, &Node)> {
        self.nodes().filter(|(_, node)| !node.kind.is_note())
    }

    pub fn notes(&self) -> impl Iterator<Item = (NodeId, &Note)> {
        self.nodes().filter_map(|(id, node)| match &node.kind {
            NodeKind::Note(note) => Some((id, note)),
            _ => None,
        })
    }

    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(&id).map(|node| &*node.0)
    }

    /// For changes that keep the kind; the ports of the edges depend on it.
    pub fn node_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(&id).map(SharedNode::unshared)
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    pub fn edges(&self) -> impl Iterator<Item = Edge> {
        self.edges.iter().map(|((from, port), to)| Edge {
            from: *from,
            port: *port,
            to: *to,
        })
    }

    /// Where the port leads.
    pub fn after(&self, id: NodeId, port: Port) -> Option<NodeId> {
        self.edges.get(&(id, port)).copied()
    }

    pub fn has(&self, edge: Edge) -> bool {
        self.after(edge.from, edge.port) == Some(edge.to)
    }

    pub fn edges_into(&self, id: NodeId) -> impl Iterator<Item = Edge> {
        self.edges().filter(move |edge| edge.to == id)
    }

    pub fn edges_from(&self, id: NodeId) -> impl Iterator<Item = Edge> {
        self.edges().filter(move |edge| edge.from == id)
    }

    /// The first node of a kind.
    pub fn find(&self, is_wanted: impl Fn(&NodeKind) -> bool) -> Option<NodeId> {
        self.nodes()
            .find(|(_, node)| is_wanted(&node.kind))
            .map(|(id, _)| id)
    }

    pub fn trigger(&self) -> Option<(NodeId, &Trigger)> {
        self.nodes().find_map(|(id, node)| match &node.kind {
            NodeKind::Trigger(trigger) => Some((id, trigger)),
            _ => None,
        })
    }

    pub fn add(&mut self, node: Node) -> NodeId {
        let last = self.nodes.keys().next_back();
        let next = last.map_or(Some(1), |last| last.0.checked_add(1));
        let is_free = |id: &u32| !self.nodes.contains_key(&NodeId(*id));
        // A file may have given the highest number away; there are always lower ones.
        let id = NodeId(next.or_else(|| (1..u32::MAX).find(is_free)).unwrap_or(1));
        self.nodes.insert(id, SharedNode::new(node));
        id
    }

    /// Removes a node together with its edges.
    pub fn remove(&mut self, id: NodeId) -> Option<Node> {
        self.edges.retain(|(from, _), to| *from != id && *to != id);
        self.nodes.remove(&id).map(SharedNode::own)
    }

    /// Removes a node and leads what led to it on to where its main port led.
    pub fn remove_and_close(&mut self, id: NodeId) -> Option<Node> {
        let main = self.node(id)?.kind.main_port()?;
        let onward = self.after(id, main);
        let incoming: Vec<Edge> = self.edges_into(id).collect();
        let removed = self.remove(id);
        for edge in incoming {
            if let Some(onward) = onward {
                // What led here could lead there: the path existed, so no circle can come of it.
                self.edges.insert((edge.from, edge.port), onward);
            }
        }
        removed
    }

    /// Whether the edge may be drawn, disregarding an edge that its port has now.
    pub fn check_edge(&self, edge: Edge) -> Result<(), EdgeError> {
        self.check_ends(edge)?;
        if edge.to == edge.from {
            return Err(EdgeError::Itself);
        }
        if self.reaches(edge.to, edge.from) {
            return Err(EdgeError::Cycle);
        }
        Ok(())
    }

    fn check_ends(&self, edge: Edge) -> Result<(), EdgeError> {
        let from = self.node(edge.from).ok_or(EdgeError::NoSuchNode)?;
        let to = self.node(edge.to).ok_or(EdgeError::NoSuchNode)?;
        if !from.kind.ports().contains(&edge.port) {
            return Err(EdgeError::NoSuchPort);
        }
        let from_start = from.kind == NodeKind::Start;
        match &to.kind {
            NodeKind::Start => return Err(EdgeError::IntoStart),
            NodeKind::Note(_) => return Err(EdgeError::IntoNote),
            NodeKind::Trigger(_) if !from_start => return Err(EdgeError::IntoTrigger),
            NodeKind::Trigger(_) => (),
            _ if from_start && self.trigger().is_some() => return Err(EdgeError::PastTrigger),
            _ => (),
        }
        Ok(())
    }

    /// An edge that closes a circle, if there is one: what stays when all nodes without an
    /// incoming edge are taken away, again and again.
    fn circle(&self) -> Option<Edge> {
        let mut incoming: BTreeMap<NodeId, usize> = BTreeMap::new();
        for to in self.edges.values() {
            *incoming.entry(*to).or_default() += 1;
        }
        let is_free = |id: &NodeId| !incoming.contains_key(id);
        let mut free: Vec<NodeId> = self.nodes.keys().copied().filter(is_free).collect();
        while let Some(id) = free.pop() {
            for edge in self.out(id) {
                let left = incoming.entry(edge.to).or_default();
                *left -= 1;
                if *left == 0 {
                    incoming.remove(&edge.to);
                    free.push(edge.to);
                }
            }
        }
        self.edges()
            .find(|edge| incoming.contains_key(&edge.to) && incoming.contains_key(&edge.from))
    }

    /// Draws an edge; the one that its port had is gone.
    pub fn connect(&mut self, edge: Edge) -> Result<(), EdgeError> {
        self.check_edge(edge)?;
        self.edges.insert((edge.from, edge.port), edge.to);
        Ok(())
    }

    /// Draws the edges that `other` has among nodes that are copied here under new numbers. Where
    /// there was no circle, their copies make none.
    pub(super) fn copy_edges(&mut self, other: &Self, numbers: &BTreeMap<NodeId, NodeId>) {
        for edge in other.edges() {
            if let (Some(from), Some(to)) = (numbers.get(&edge.from), numbers.get(&edge.to)) {
                self.edges.insert((*from, edge.port), *to);
            }
        }
    }

    pub fn disconnect(&mut self, from: NodeId, port: Port) {
        self.edges.remove(&(from, port));
    }

    /// Whether a walk can get from one node to the other; a node reaches itself.
    pub fn reaches(&self, from: NodeId, to: NodeId) -> bool {
        self.reachable(from).contains(&to)
    }

    /// All nodes that a walk can get to, `from` among them.
    pub fn reachable(&self, from: NodeId) -> BTreeSet<NodeId> {
        let mut reached = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(id) = open.pop() {
            for edge in self.out(id) {
                if reached.insert(edge.to) {
                    open.push(edge.to);
                }
            }
        }
        reached
    }

    /// The edges out of a node, found by its ports instead of by looking at all edges.
    pub fn out(&self, id: NodeId) -> impl Iterator<Item = Edge> {
        let ports = self.node(id).map_or(&[][..], |it| it.kind.ports());
        ports.iter().filter_map(move |port| {
            self.after(id, *port).map(|to| Edge {
                from: id,
                port: *port,
                to,
            })
        })
    }

    /// Moves a node, as far as the canvas reaches.
    pub fn shift(&mut self, id: NodeId, by: [f32; 2]) {
        if let Some(node) = self.node_mut(id) {
            for (at, by) in node.position.iter_mut().zip(by) {
                if by.is_finite() {
                    *at = (*at + by).clamp(-REACH, REACH);
                }
            }
        }
    }

    /// The groups and roles that tasks name.
    pub fn targets(&self) -> impl Iterator<Item = (TargetKind, &Target)> {
        self.tasks().flat_map(|(_, task)| {
            let kind = task.action.target_kind();
            task.targets().map(move |target| (kind, target))
        })
    }

    pub fn targets_mut(&mut self) -> impl Iterator<Item = (TargetKind, &mut Target)> {
        self.nodes
            .values_mut()
            .filter_map(|node| match &mut node.unshared().kind {
                NodeKind::Task(task) => Some(task),
                _ => None,
            })
            .flat_map(|task| {
                let kind = task.action.target_kind();
                task.targets_mut().map(move |target| (kind, target))
            })
    }

    pub fn tasks(&self) -> impl Iterator<Item = (NodeId, &Task)> {
        self.nodes().filter_map(|(id, node)| match &node.kind {
            NodeKind::Task(task) => Some((id, task)),
            _ => None,
        })
    }

    /// Every condition that a node asks, with the node.
    pub fn conditions(&self) -> Vec<(NodeId, &Condition)> {
        let mut found = Vec::new();
        for (id, node) in self.nodes() {
            match &node.kind {
                NodeKind::Filter(Some(condition)) => found.push((id, condition)),
                NodeKind::Task(task) => found.extend(task.conditions().map(|it| (id, it))),
                _ => (),
            }
        }
        found
    }
}

impl TryFrom<Drawing> for Definition {
    type Error = DrawingError;

    fn try_from(drawing: Drawing) -> Result<Self, DrawingError> {
        if drawing.nodes.len() > MAX_NODES {
            return Err(DrawingError::TooManyNodes(drawing.nodes.len()));
        }
        for (id, node) in &drawing.nodes {
            let on_canvas = |it: &f32| it.is_finite() && it.abs() <= REACH;
            if !node.position.iter().all(on_canvas) {
                return Err(DrawingError::NoPosition(*id));
            }
            if let NodeKind::Note(note) = &node.kind {
                let refused = |reason| DrawingError::Note { id: *id, reason };
                note.check().map_err(refused)?;
            }
        }
        let nodes = drawing.nodes.into_iter();
        let mut definition = Self {
            nodes: nodes
                .map(|(id, node)| (id, SharedNode::new(node)))
                .collect(),
            edges: BTreeMap::new(),
        };
        for edge in drawing.edges {
            let refused = |reason| DrawingError::Edge { edge, reason };
            if definition.after(edge.from, edge.port).is_some() {
                return Err(refused(EdgeError::PortTaken));
            }
            definition.check_ends(edge).map_err(refused)?;
            definition.edges.insert((edge.from, edge.port), edge.to);
        }
        if let Some(edge) = definition.circle() {
            let reason = EdgeError::Cycle;
            return Err(DrawingError::Edge { edge, reason });
        }
        Ok(definition)
    }
}

impl From<Definition> for Drawing {
    fn from(definition: Definition) -> Self {
        let edges = definition.edges().collect();
        let nodes = definition.nodes.into_iter();
        Self {
            nodes: nodes.map(|(id, node)| (id, node.own())).collect(),
            edges,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two filters and an end, nothing connected: nodes 1, 2 and 3.
    fn three() -> Definition {
        let mut definition = Definition::default();
        for kind in [
            NodeKind::Filter(None),
            NodeKind::Filter(None),
            NodeKind::End,
        ] {
            definition.add(Node::new(kind, [0.0, 0.0]));
        }
        definition
    }

    fn edge(from: u32, port: Port, to: u32) -> Edge {
        Edge {
            from: NodeId(from),
            port,
            to: NodeId(to),
        }
    }

    #[track_caller]
    fn refuses(json: &str, message: &str) {
        let error = serde_json::from_str::<Definition>(json).expect_err("a refusal");
        assert!(error.to_string().contains(message), "{error}");
    }

    #[test]
    fn a_port_has_one_edge_and_a_node_any_number() {
        let mut definition = three();
        definition
            .connect(edge(1, Port::Matched, 2))
            .expect("an edge");
        definition
            .connect(edge(1, Port::Matched, 3))
            .expect("instead");
        definition
            .connect(edge(2, Port::Matched, 3))
            .expect("as well");
        assert_eq!(definition.edges().count(), 2);
        assert_eq!(definition.edges_into(NodeId(3)).count(), 2);
    }

    #[test]
    fn edges_that_cannot_be_are_refused_with_the_reason() {
        let mut definition = three();
        definition
            .connect(edge(1, Port::Matched, 2))
            .expect("an edge");
        let check = |edge, error| assert_eq!(definition.check_edge(edge), Err(error));
        check(edge(2, Port::Matched, 1), EdgeError::Cycle);
        check(edge(1, Port::Otherwise, 1), EdgeError::Itself);
        check(edge(1, Port::Done, 3), EdgeError::NoSuchPort);
        check(edge(3, Port::Next, 1), EdgeError::NoSuchPort);
        check(edge(1, Port::Otherwise, 9), EdgeError::NoSuchNode);
    }

    #[test]
    fn a_node_stays_on_the_canvas_and_finds_a_number() {
        let json = r#"{"nodes":{"4294967295":{"kind":"end","position":[0,0]}},"edges":[]}"#;
        let mut definition: Definition = serde_json::from_str(json).expect("a definition");
        let id = definition.add(Node::new(NodeKind::End, [0.0, 0.0]));
        assert_eq!((id, definition.len()), (NodeId(1), 2));
        definition.shift(id, [f32::NAN, 3e6]);
        let node = definition.node(id).expect("it was added");
        assert_eq!(format!("{:?}", node.position), "[0.0, 1000000.0]");
    }

    #[test]
    fn a_removed_step_leaves_the_way_connected() {
        let mut definition = three();
        definition
            .connect(edge(1, Port::Matched, 2))
            .expect("an edge");
        definition
            .connect(edge(2, Port::Matched, 3))
            .expect("an edge");
        definition.remove_and_close(NodeId(2));
        let left: Vec<Edge> = definition.edges().collect();
        assert_eq!(left, [edge(1, Port::Matched, 3)]);
    }

    #[test]
    fn a_written_definition_comes_back() {
        let mut definition = three();
        definition
            .connect(edge(1, Port::Matched, 2))
            .expect("an edge");
        let json = serde_json::to_string(&definition).expect("JSON");
        assert_eq!(
            serde_json::from_str::<Definition>(&json).expect("it was JSON"),
            definition
        );
    }

    #[test]
    fn what_cannot_be_drawn_cannot_be_read() {
        let nodes = r#""nodes":{"1":{"kind":{"filter":null},"position":[0,0]},"2":{"kind":{"filter":null},"position":[0,0]}}"#;
        let read = |edges: &str| format!("{{{nodes},\"edges\":[{edges}]}}");
        let there = r#"{"from":1,"port":"matched","to":2}"#;
        let back = r#"{"from":2,"port":"matched","to":1}"#;
        refuses(&read(&format!("{there},{back}")), "go round in a circle");
        refuses(&read(&format!("{there},{there}")), "has an edge already");
        refuses(
            &read(r#"{"from":1,"port":"matched","to":7}"#),
            "does not exist",
        );
        refuses(
            &read(r#"{"from":1,"port":"sideways","to":2}"#),
            "unknown variant",
        );
        refuses(
            r#"{"nodes":{},"edges":[],"colour":1}"#,
            "unknown field `colour`",
        );
        refuses(
            r#"{"nodes":{"1":{"kind":"end","position":[0,1e39]}},"edges":[]}"#,
            "lies nowhere on the canvas",
        );
    }

    #[test]
    fn a_note_is_written_and_read_but_never_connected() {
        let mut definition = three();
        let note = Note {
            text: "Ask HR\nfirst".to_owned(),
            size: [300, 200],
        };
        let note = definition.add(Node::new(NodeKind::Note(note), [-400.0, 12.5]));
        let json = serde_json::to_string(&definition).expect("JSON");
        let read: Definition = serde_json::from_str(&json).expect("it was JSON");
        assert_eq!(read, definition);
        assert_eq!(read.blocks().count(), 3);
        assert_eq!(read.notes().count(), 1);
        let check = |from, port, to, why| {
            assert_eq!(definition.check_edge(Edge { from, port, to }), Err(why));
        };
        check(NodeId(1), Port::Matched, note, EdgeError::IntoNote);
        check(note, Port::Next, NodeId(1), EdgeError::NoSuchPort);
    }

    #[test]
    fn a_note_of_impossible_size_or_text_cannot_be_read() {
        let read = |note: &str| {
            format!(
                r#"{{"nodes":{{"1":{{"kind":{{"note":{note}}},"position":[0,0]}}}},"edges":[]}}"#
            )
        };
        refuses(&read(r#"{"size":[10,10]}"#), "its size must lie between");
        refuses(&read(r#"{"size":[300,-200]}"#), "invalid value");
        refuses(&read(r#"{"size":[1e999,200]}"#), "out of range");
        refuses(
            &read(r#"{"size":[300,200],"text":"\u0000"}"#),
            "control character",
        );
        refuses(&read(r#"{"size":[300,200],"colour":1}"#), "unknown field");
    }
}
