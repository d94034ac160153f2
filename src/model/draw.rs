//! How a definition grows under an admin's hands: a new one, its trigger, the steps put on edges,
//! and the placeholders that invite to it.
//!
//! Placeholders are not part of the document: they are drawn where an edge waits for something.

use std::collections::BTreeSet;

use chrono_tz::Tz;

use super::{
    definition::{Definition, Edge, EdgeError, MAX_NODES, Node, NodeId, NodeKind, Port, Trigger},
    event::EventKind,
    schedule::Schedule,
    task::Action,
};

/// From the top of one block to the top of the next one below it.
pub const ROW: f32 = 104.0;

/// From the left of one block to the left of the next one beside it.
pub const COLUMN: f32 = 340.0;

/// The room that a block takes.
pub const BLOCK: [f32; 2] = [260.0, 72.0];

/// An invitation that is drawn in the middle of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placeholder {
    pub edge: Edge,
    pub kind: PlaceholderKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceholderKind {
    AddTrigger,
    AddStep,
}

impl Definition {
    /// What a new workflow opens with: Start and End, with room for a trigger between them.
    pub fn blank() -> Self {
        let mut definition = Self::default();
        let start = definition.add(Node::new(NodeKind::Start, [0.0, 0.0]));
        let end = definition.add(Node::new(NodeKind::End, [0.0, 2.0 * ROW]));
        definition.lead(start, Port::Next, end);
        definition
    }

    /// Puts the trigger after Start, or changes it. An event trigger brings its Event with it, a
    /// schedule takes it away.
    pub fn set_trigger(&mut self, trigger: Trigger) -> Option<NodeId> {
        let id = if let Some(id) = self.trigger().map(|(id, _)| id) {
            self.node_mut(id)?.kind = NodeKind::Trigger(trigger);
            id
        } else {
            let start = self.find(|kind| *kind == NodeKind::Start)?;
            self.insert(edge_after(self, start)?, NodeKind::Trigger(trigger))?
        };
        self.fit_event();
        Some(id)
    }

    /// Gives the trigger the Event that it needs, and takes away those that it does not have.
    pub fn fit_event(&mut self) {
        let Some((trigger, event)) = self.trigger().map(|(id, it)| (id, it.event())) else {
            return;
        };
        match event {
            None => {
                while let Some(id) = self.find(NodeKind::is_event) {
                    self.remove_and_close(id);
                }
            }
            Some(_) if self.find(NodeKind::is_event).is_some() => self.name_event(),
            Some(kind) => {
                let edge = self.edge_for_event(trigger);
                if let Some(edge) = edge.filter(|_| self.len() < MAX_NODES) {
                    self.insert(edge, NodeKind::Event(kind));
                }
            }
        }
    }

    /// Where an Event belongs: below the filters that follow the trigger, above everything else.
    fn edge_for_event(&self, trigger: NodeId) -> Option<Edge> {
        let mut edge = edge_after(self, trigger)?;
        while let Some(node) = self.node(edge.to)
            && matches!(node.kind, NodeKind::Filter(_))
            && let Some(next) = edge_after(self, edge.to)
            && next.port == Port::Matched
        {
            edge = next;
        }
        Some(edge)
    }

    /// Keeps what the Event says in step with what the trigger waits for.
    pub fn name_event(&mut self) {
        let kind = self.trigger().and_then(|(_, trigger)| trigger.event());
        let event = self.find(NodeKind::is_event);
        if let (Some(kind), Some(id)) = (kind, event)
            && let Some(node) = self.node_mut(id)
        {
            node.kind = NodeKind::Event(kind);
        }
    }

    /// Puts a new node on an edge, and makes room below it if there is none.
    pub fn insert(&mut self, edge: Edge, kind: NodeKind) -> Option<NodeId> {
        // An Event's own invitation lies above it.
        let above = if kind.is_event() { 2.0 } else { 1.0 };
        let position = self.place_on(edge, above)?;
        self.make_room(edge, position[1]);
        let id = self.add(Node::new(kind, position));
        self.splice(edge, id, id);
        Some(id)
    }

    /// Where a node on this edge stands, so many rows below the one that leads to it. Nothing comes
    /// between Start and the trigger.
    pub(super) fn place_on(&self, edge: Edge, rows: f32) -> Option<[f32; 2]> {
        let from = self.node(edge.from)?;
        let is_taken = from.kind == NodeKind::Start && self.trigger().is_some();
        if is_taken || !self.has(edge) {
            return None;
        }
        let [left, top] = from.position;
        let is_main = from.kind.main_port() == Some(edge.port);
        let column = if is_main { 0.0 } else { COLUMN };
        Some([left + column, top + rows * ROW])
    }

    /// Pushes down what the edge leads to, if it is too near below `top`.
    pub(super) fn make_room(&mut self, edge: Edge, top: f32) {
        let Some(to) = self.node(edge.to) else {
            return;
        };
        let invites = matches!(to.kind, NodeKind::Event(_) | NodeKind::End);
        let below = if invites { 2.0 } else { 1.0 };
        let missing = top + below * ROW - to.position[1];
        if missing > 0.0 {
            for id in self.reachable(edge.to) {
                self.shift(id, [0.0, missing]);
            }
        }
    }

    /// Leads an edge through nodes that nothing leads to yet, from `first` to `last`.
    pub(super) fn splice(&mut self, edge: Edge, first: NodeId, last: NodeId) {
        self.lead(edge.from, edge.port, first);
        if let Some(port) = self.node(last).and_then(|it| it.kind.main_port()) {
            self.lead(last, port, edge.to);
        }
    }

    /// Puts a node that exists on an edge, where it lies.
    pub fn insert_existing(&mut self, edge: Edge, id: NodeId) -> Result<(), EdgeError> {
        let main = self.node(id).and_then(|node| node.kind.main_port());
        let port = main.ok_or(EdgeError::NoSuchPort)?;
        let mut changed = self.clone();
        changed.disconnect(edge.from, edge.port);
        changed.connect(Edge {
            from: edge.from,
            port: edge.port,
            to: id,
        })?;
        if changed.after(id, port).is_none() {
            changed.connect(Edge {
                from: id,
                port,
                to: edge.to,
            })?;
        }
        *self = changed;
        Ok(())
    }

    /// Where something waits to be added, in the order of the edges.
    pub fn placeholders(&self) -> Vec<Placeholder> {
        let has_trigger = self.trigger().is_some();
        let invitation = |edge: &Edge| {
            let from = &self.node(edge.from)?.kind;
            let to = &self.node(edge.to)?.kind;
            if *from == NodeKind::Start {
                return (!has_trigger).then_some(PlaceholderKind::AddTrigger);
            }
            let is_main = from.main_port() == Some(edge.port);
            let invites = matches!(to, NodeKind::Event(_) | NodeKind::End);
            (is_main && invites && has_trigger).then_some(PlaceholderKind::AddStep)
        };
        self.edges()
            .filter_map(|edge| invitation(&edge).map(|kind| Placeholder { edge, kind }))
            .collect()
    }

    /// The kinds of step that may be put on an edge: only filters before the Event, tasks and
    /// filters after it.
    pub fn steps_for(&self, edge: Edge) -> Vec<NodeKind> {
        let before_event = self
            .find(NodeKind::is_event)
            .is_some_and(|event| self.reaches(edge.to, event));
        let mut steps = vec![NodeKind::Filter(None)];
        if let Some(task) = self.trigger().and_then(|(_, it)| it.sweep_task()) {
            steps.insert(0, NodeKind::Sweep(task));
        } else if !before_event {
            let tasks = Action::ALL.map(|action| NodeKind::Task(super::task::Task::new(action)));
            steps.splice(0..0, tasks);
        }
        steps
    }

    /// Connects what is known to fit.
    fn lead(&mut self, from: NodeId, port: Port, to: NodeId) {
        let fits = self.connect(Edge { from, port, to });
        debug_assert_eq!(fits, Ok(()), "an edge of our own making fits");
    }
}

impl Trigger {
    /// A new trigger of each type, as the drawer offers them; schedules go by the clocks of `zone`.
    pub fn offered(zone: Tz) -> Vec<Self> {
        let schedule = Schedule::new(zone);
        let all = |kind: EventKind| kind.sources().iter().copied().collect::<BTreeSet<_>>();
        vec![
            Self::Registration {
                sources: all(EventKind::UserCreated),
            },
            Self::Update {
                sources: all(EventKind::UserUpdated),
            },
            Self::Dormant {
                schedule: schedule.clone(),
            },
            Self::PasswordExpiry { schedule },
        ]
    }
}

fn edge_after(definition: &Definition, id: NodeId) -> Option<Edge> {
    definition.out(id).next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::task::Task;

    fn registration() -> Trigger {
        Trigger::offered(chrono_tz::Tz::UTC).remove(0)
    }

    /// The kinds from Start along the main ports, with "+" where a placeholder is drawn.
    fn way(definition: &Definition) -> String {
        let placeholders = definition.placeholders();
        let mut words = Vec::new();
        let mut at = definition.find(|kind| *kind == NodeKind::Start);
        while let Some(id) = at {
            let kind = &definition.node(id).expect("it was found").kind;
            words.push(kind.label());
            if placeholders.iter().any(|it| it.edge.from == id) {
                words.push("+");
            }
            at = kind.main_port().and_then(|port| definition.after(id, port));
        }
        words.join(" ")
    }

    fn tops(definition: &Definition) -> Vec<f32> {
        let mut tops: Vec<f32> = definition.nodes().map(|(_, it)| it.position[1]).collect();
        tops.sort_by(f32::total_cmp);
        tops
    }

    #[test]
    fn a_new_workflow_waits_for_its_trigger() {
        assert_eq!(way(&Definition::blank()), "Start + End");
    }

    #[test]
    fn an_event_trigger_brings_its_event() {
        let mut definition = Definition::blank();
        definition.set_trigger(registration());
        assert_eq!(way(&definition), "Start Trigger + Event + End");
        definition.set_trigger(registration());
        assert_eq!(definition.len(), 4, "a second time it only changes");
    }

    #[test]
    fn the_event_is_the_one_that_the_trigger_waits_for() {
        let title = |definition: &Definition| {
            let event = definition.find(NodeKind::is_event).expect("an event");
            let node = definition.node(event).expect("it was found");
            node.title().to_owned()
        };
        let mut definition = Definition::blank();
        for (trigger, expected) in Trigger::offered(chrono_tz::Tz::UTC)
            .into_iter()
            .zip(["User created", "User updated"])
        {
            definition.set_trigger(trigger);
            assert_eq!(title(&definition), expected);
            let json = serde_json::to_string(&definition).expect("JSON");
            let read: Definition = serde_json::from_str(&json).expect("it is read");
            assert_eq!(title(&read), expected, "it follows from the trigger");
        }
    }

    fn scheduled() -> Trigger {
        Trigger::offered(chrono_tz::Tz::UTC).remove(2)
    }

    /// With a filter before its Event and two steps after it.
    fn long() -> Definition {
        let mut definition = Definition::blank();
        let trigger = definition.set_trigger(registration()).expect("a trigger");
        let event = definition.find(NodeKind::is_event).expect("an event");
        let task = Task::new(Action::AssignGroup);
        for (after, kind) in [
            (event, NodeKind::Filter(None)),
            (event, NodeKind::Task(task)),
            (trigger, NodeKind::Filter(None)),
        ] {
            let edge = edge_after(&definition, after).expect("an edge");
            definition.insert(edge, kind).expect("there is room");
        }
        definition
    }

    #[test]
    fn a_schedule_brings_no_event() {
        let mut definition = Definition::blank();
        definition.set_trigger(scheduled());
        assert_eq!(way(&definition), "Start Trigger + End");
    }

    #[test]
    fn a_schedule_takes_the_event_away_and_closes_the_gap() {
        let mut definition = long();
        let before = "Start Trigger Filter + Event Task Filter + End";
        assert_eq!(way(&definition), before);
        definition.set_trigger(scheduled());
        assert_eq!(way(&definition), "Start Trigger Filter Task Filter + End");
        definition.set_trigger(registration());
        assert_eq!(way(&definition), before);
        let mut tops: Vec<[f32; 2]> = definition.nodes().map(|(_, it)| it.position).collect();
        tops.dedup();
        assert_eq!(tops.len(), definition.len(), "none lies on another one");
    }

    #[test]
    fn an_event_comes_above_the_first_step_that_needs_it() {
        let mut definition = Definition::blank();
        let trigger = definition.set_trigger(scheduled()).expect("a trigger");
        definition.set_trigger(registration());
        assert_eq!(way(&definition), "Start Trigger + Event + End");
        definition.set_trigger(scheduled());
        for kind in [NodeKind::Filter(None), NodeKind::Filter(None)] {
            let edge = edge_after(&definition, trigger).expect("an edge");
            definition.insert(edge, kind);
        }
        definition.set_trigger(registration());
        assert_eq!(
            way(&definition),
            "Start Trigger Filter Filter + Event + End"
        );
    }

    #[test]
    fn every_stray_event_goes_with_a_schedule() {
        let mut definition = long();
        let stray = NodeKind::Event(EventKind::UserCreated);
        definition.add(Node::new(stray, [900.0, 0.0]));
        definition.set_trigger(scheduled());
        assert_eq!(definition.find(NodeKind::is_event), None);
    }

    #[test]
    fn a_full_drawing_gets_no_event() {
        let mut definition = Definition::blank();
        definition.set_trigger(scheduled());
        while definition.len() < MAX_NODES {
            definition.add(Node::new(NodeKind::Filter(None), [900.0, 0.0]));
        }
        definition.set_trigger(registration());
        assert_eq!(definition.len(), MAX_NODES);
    }

    #[test]
    fn a_schedule_offers_its_own_task_and_filters() {
        for (trigger, name) in [
            (2, "Identify Dormant Account"),
            (3, "Notify Password Expiry"),
        ] {
            let mut definition = Definition::blank();
            definition.set_trigger(Trigger::offered(chrono_tz::Tz::UTC).remove(trigger));
            let placeholders = definition.placeholders();
            let edge = placeholders.first().expect("an invitation").edge;
            let steps = definition.steps_for(edge);
            let names: Vec<&str> = steps.iter().map(NodeKind::default_name).collect();
            assert_eq!(names, [name, "Filter"]);
        }
    }

    #[test]
    fn a_trigger_says_its_sources_as_far_as_there_is_room() {
        let all = EventKind::UserUpdated.sources();
        let summary = |count: usize| {
            let sources = all.iter().copied().take(count).collect();
            NodeKind::Trigger(Trigger::Update { sources }).summary()
        };
        assert_eq!(summary(0), "No source chosen yet");
        assert_eq!(summary(1), "End User Personal Details");
        assert_eq!(
            summary(2),
            "End User Personal Details or End User MFA Method"
        );
        assert_eq!(summary(3), "3 of 6 sources");
        assert_eq!(summary(6), "Any source");
        let both = NodeKind::Trigger(registration()).summary();
        assert_eq!(
            both,
            "User Self-Registration or Create User via Admin Portal"
        );
    }

    #[test]
    fn a_step_takes_its_place_and_pushes_down_what_is_below() {
        let mut definition = Definition::blank();
        let trigger = definition.set_trigger(registration()).expect("a trigger");
        let edge = edge_after(&definition, trigger).expect("an edge");
        definition.insert(edge, NodeKind::Filter(None));
        assert_eq!(way(&definition), "Start Trigger Filter + Event + End");
        let rows: Vec<f32> = tops(&definition).iter().map(|top| top / ROW).collect();
        assert_eq!(rows, [0.0, 1.0, 2.0, 4.0, 6.0]);
    }

    #[test]
    fn tasks_are_offered_after_the_event_only() {
        let mut definition = Definition::blank();
        definition.set_trigger(registration());
        let offered: Vec<usize> = definition
            .placeholders()
            .iter()
            .map(|it| definition.steps_for(it.edge).len())
            .collect();
        assert_eq!(offered, [1, 5]);
    }

    #[test]
    fn a_loose_step_can_be_dropped_on_an_edge() {
        let mut definition = Definition::blank();
        let trigger = definition.set_trigger(registration()).expect("a trigger");
        let loose = definition.add(Node::new(NodeKind::Filter(None), [500.0, 0.0]));
        let edge = edge_after(&definition, trigger).expect("an edge");
        definition.insert_existing(edge, loose).expect("it fits");
        assert_eq!(way(&definition), "Start Trigger Filter + Event + End");
    }
}
