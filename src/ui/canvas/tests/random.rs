//! Any actions in any order: undo all the way gives the start, redo all the way the end, and the
//! definition can always be written and read.

use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
};

use super::*;
use crate::{
    model::{fragment::Fragment, sweep::SweepTask},
    ui::canvas::{
        Canvas, ClipboardWish,
        act::{Gesture, Spot},
        view::View,
    },
};

/// One thing that an admin does. What it is done to is found when its turn comes.
#[derive(Clone, Debug)]
enum Deed {
    Select(Vec<Index>),
    SelectEdge(Index),
    Acts(Vec<Act>),

    /// A drag, ended by a drop or by Esc.
    Drag(Index, f32, f32, bool),
    DropOnEdge(Index, Index),
    AddOn(Index, Index),
    AddAfter(Index, Index, f32, f32),
    Connect(Index, Index, Index),
    Rename(Index, String),
    SetTrigger(Index),

    /// A word that is typed into the drawer, letter by letter.
    Type(Index, String),
    PasteCopied,
    Undo,
    Redo,
}

/// An admin with a clipboard.
struct Admin {
    canvas: Canvas,
    clipboard: String,
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,12}",
        Just("\u{202e}\0".to_owned()),
        "x{250,260}",
        Just(String::new()),
    ]
}

/// What somebody may have copied elsewhere.
fn texts() -> impl Strategy<Value = String> {
    let written = definitions().prop_map(|definition| {
        let all = definition.nodes().map(|(id, _)| id).collect();
        Fragment::of(&definition, &all).map_or_else(|_| String::new(), |it| it.to_json())
    });
    prop_oneof![
        2 => words(),
        1 => Just(r#"{"format":"tenure-steps/1","steps":{"nodes":{},"edges":[]}}"#.to_owned()),
        1 => Just(r#"{"format":"tenure-steps/1","steps":{"nodes":{"4294967295":{"kind":"end","position":[-1e6,1e6]}},"edges":[]}}"#.to_owned()),
        1 => Just("[".repeat(500)),
        3 => written.clone(),
        2 => (written, any::<Index>()).prop_map(|(mut text, at)| {
            if !text.is_empty() {
                text.truncate(at.index(text.len()));
            }
            text
        }),
    ]
}

fn sweep_tasks() -> Vec<SweepTask> {
    let triggers = Trigger::offered(chrono_tz::Tz::UTC);
    triggers.iter().filter_map(Trigger::sweep_task).collect()
}

fn definitions() -> impl Strategy<Value = Definition> + Clone {
    let step = || {
        let task = |action: Index| NodeKind::Task(Task::new(*action.get(&Action::ALL)));
        prop_oneof![
            Just(NodeKind::Filter(None)),
            Just(NodeKind::End),
            any::<Index>().prop_map(task),
            any::<Index>().prop_map(|it| NodeKind::Sweep(it.get(&sweep_tasks()).clone())),
        ]
    };
    let random = (
        select(Trigger::offered(chrono_tz::Tz::UTC)),
        vec((step(), -2e3..2e3_f32, -2e3..2e3_f32), 1..12),
        vec((any::<Index>(), any::<Index>(), any::<Index>()), 0..16),
    )
        .prop_map(|(trigger, steps, edges)| {
            let mut definition = Definition::blank();
            definition.set_trigger(trigger);
            for (kind, x, y) in steps {
                definition.add(Node::new(kind, [x, y]));
            }
            for (from, port, to) in edges {
                if let Some(edge) = edge(&definition, from, port, to) {
                    definition.connect(edge).ok();
                }
            }
            definition
        });
    prop_oneof![
        Just(Definition::blank()),
        Just(typical()),
        Just(registration()),
        random,
    ]
}

/// Acts that need no choice: one line for each that there is.
fn plain() -> impl Strategy<Value = Vec<Act>> {
    prop_oneof![
        Just(vec![Act::SelectAll]),
        Just(vec![Act::Deselect]),
        Just(vec![Act::Delete]),
        Just(vec![Act::ToggleDisabled]),
        Just(vec![Act::Cut]),
        Just(vec![Act::Copy]),
        Just(vec![Act::Duplicate]),
        Just(vec![Act::Fit]),
        (-9e5..9e5_f32, -200.0..200.0_f32).prop_map(|(x, y)| vec![Act::Move(vec2(x, y))]),
        (-500.0..500.0_f32).prop_map(|x| vec![Act::Move(vec2(x, 0.0))]),
        (texts(), -2e3..2e3_f32).prop_map(|(text, x)| {
            let at = Some(egui::pos2(x, 300.0));
            vec![Act::PasteText { text, at }]
        }),
    ]
}

fn deeds() -> impl Strategy<Value = Deed> {
    let index = any::<Index>;
    prop_oneof![
        4 => vec(index(), 0..5).prop_map(Deed::Select),
        2 => index().prop_map(Deed::SelectEdge),
        9 => plain().prop_map(Deed::Acts),
        3 => (index(), -900.0..900.0_f32, -900.0..900.0_f32, any::<bool>())
            .prop_map(|(node, x, y, drops)| Deed::Drag(node, x, y, drops)),
        1 => (index(), index()).prop_map(|(node, edge)| Deed::DropOnEdge(node, edge)),
        2 => (index(), index()).prop_map(|(edge, kind)| Deed::AddOn(edge, kind)),
        2 => (index(), index(), -900.0..900.0_f32, -900.0..900.0_f32)
            .prop_map(|(node, port, x, y)| Deed::AddAfter(node, port, x, y)),
        3 => (index(), index(), index()).prop_map(|(a, port, b)| Deed::Connect(a, port, b)),
        1 => (index(), words()).prop_map(|(node, name)| Deed::Rename(node, name)),
        1 => index().prop_map(Deed::SetTrigger),
        1 => (index(), "[a-z]{1,6}").prop_map(|(node, word)| Deed::Type(node, word)),
        2 => Just(Deed::PasteCopied),
        3 => Just(Deed::Undo),
        2 => Just(Deed::Redo),
    ]
}

fn node(definition: &Definition, index: Index) -> Option<NodeId> {
    let nodes: Vec<NodeId> = definition.nodes().map(|(id, _)| id).collect();
    (!nodes.is_empty()).then(|| *index.get(&nodes))
}

fn some_edge(definition: &Definition, index: Index) -> Option<Edge> {
    let edges: Vec<Edge> = definition.edges().collect();
    (!edges.is_empty()).then(|| *index.get(&edges))
}

fn edge(definition: &Definition, from: Index, port: Index, to: Index) -> Option<Edge> {
    let from = node(definition, from)?;
    let ports = definition.node(from)?.kind.ports();
    let port = *ports.get(port.index(ports.len().max(1)))?;
    let to = node(definition, to)?;
    Some(Edge { from, port, to })
}

impl Admin {
    fn new(definition: Definition) -> Self {
        let mut canvas = Canvas::new(definition);
        canvas.screen = egui::Rect::from_min_size(Pos2::ZERO, vec2(1280.0, 800.0));
        canvas.view = Some(View::fit(
            canvas.draft.drawing().geometry.bounds(),
            canvas.screen,
        ));
        canvas.set_choices(choices());
        Self {
            canvas,
            clipboard: String::new(),
        }
    }

    fn draft(&self) -> &Definition {
        self.canvas.draft()
    }

    /// As [`Canvas::ui`] does with what a frame collected.
    fn perform(&mut self, act: Act) {
        let mut outcome = CanvasOutcome::default();
        self.canvas.perform(act, &mut outcome);
        if let Some(ClipboardWish::Put(text)) = outcome.clipboard {
            self.clipboard = text;
        }
        if self.canvas.gesture == Gesture::None {
            self.canvas.draft.finish();
        }
    }

    fn acts(&self, deed: Deed) -> Option<Vec<Act>> {
        let draft = self.draft();
        Some(match deed {
            Deed::Select(nodes) => {
                let mut acts = vec![Act::Deselect];
                let nodes = nodes.into_iter().filter_map(|it| node(draft, it));
                acts.extend(nodes.map(Act::Toggle));
                acts
            }
            Deed::SelectEdge(edge) => vec![Act::SelectEdge(some_edge(draft, edge)?)],
            Deed::Acts(acts) => acts,
            Deed::Drag(index, x, y, drops) => {
                let id = node(draft, index)?;
                let end = if drops { Act::Drop(id) } else { Act::Cancel };
                let half = vec2(x, y) / 2.0;
                let begin = Act::Begin(Gesture::Moving);
                vec![
                    Act::Select(id),
                    begin,
                    Act::Move(half),
                    Act::Move(half),
                    end,
                ]
            }
            Deed::DropOnEdge(index, edge) => {
                let id = node(draft, index)?;
                let geometry = &self.canvas.draft.drawing().geometry;
                let to = geometry.edge(some_edge(draft, edge)?)?.middle();
                let by = to - geometry.node(id)?.center();
                let begin = Act::Begin(Gesture::Moving);
                vec![Act::Select(id), begin, Act::Move(by), Act::Drop(id)]
            }
            Deed::AddOn(edge, kind) => {
                let edge = some_edge(draft, edge)?;
                let kind = kind.get(&draft.steps_for(edge)).clone();
                vec![Act::Add {
                    spot: Spot::On(edge),
                    kind,
                }]
            }
            Deed::AddAfter(from, port, x, y) => {
                let Edge { from, port, .. } = edge(draft, from, port, from)?;
                let at = egui::pos2(x, y);
                let spot = Spot::After { from, port, at };
                let kind = if x > 0.0 {
                    NodeKind::End
                } else {
                    NodeKind::Filter(None)
                };
                vec![Act::Add { spot, kind }]
            }
            Deed::Connect(from, port, to) => vec![Act::Connect(edge(draft, from, port, to)?)],
            Deed::Rename(index, name) => {
                let node = node(draft, index)?;
                vec![Act::Rename { node, name }]
            }
            Deed::PasteCopied => vec![Act::PasteText {
                text: self.clipboard.clone(),
                at: None,
            }],
            Deed::Undo => vec![Act::Undo],
            Deed::Redo => vec![Act::Redo],
            Deed::SetTrigger(_) | Deed::Type(..) => return None,
        })
    }

    fn perform_deed(&mut self, deed: Deed) {
        match deed {
            Deed::SetTrigger(which) => {
                let trigger = which.get(&Trigger::offered(chrono_tz::Tz::UTC)).clone();
                self.canvas
                    .edit(|definition| definition.set_trigger(trigger));
            }
            Deed::Type(index, word) => self.type_in(index, &word),
            _ => {
                for act in self.acts(deed).unwrap_or_default() {
                    self.perform(act);
                }
            }
        }
    }

    fn type_in(&mut self, index: Index, word: &str) {
        let Some(id) = node(self.draft(), index) else {
            return;
        };
        for letter in word.chars() {
            self.canvas.draft.type_in(|definition| {
                if let Some(node) = definition.node_mut(id) {
                    node.name.push(letter);
                }
            });
            self.canvas.draft.settle();
        }
        self.canvas.draft.finish();
    }
}

#[track_caller]
fn loads(definition: &Definition) {
    let json = serde_json::to_string(definition).expect("JSON");
    let read: Definition = serde_json::from_str(&json).expect("what was drawn can be read");
    assert_eq!(read, *definition);
}

/// Only what the admin takes in the hand moves, and what makes room for what they put on an edge.
fn moves(deed: &Deed) -> bool {
    let is_move = |act: &Act| matches!(act, Act::Move(_) | Act::PasteText { .. });
    match deed {
        Deed::Drag(..)
        | Deed::DropOnEdge(..)
        | Deed::AddOn(..)
        | Deed::SetTrigger(_)
        | Deed::Undo
        | Deed::Redo
        | Deed::PasteCopied => true,
        Deed::Acts(acts) => acts.iter().any(is_move),
        _ => false,
    }
}

fn has_moved(before: &Definition, after: &Definition) -> bool {
    after.nodes().any(|(id, node)| {
        let earlier = before.node(id).map(|it| it.position);
        earlier.is_some_and(|at| Pos2::from(at) != Pos2::from(node.position))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn whatever_is_done_can_be_undone_and_done_again(
        start in definitions(),
        deeds in vec(deeds(), 1..40),
    ) {
        let mut admin = Admin::new(start.clone());
        for deed in deeds {
            let (before, moves) = (admin.draft().clone(), moves(&deed));
            let said = format!("{deed:?}");
            admin.perform_deed(deed);
            loads(admin.draft());
            prop_assert!(moves || !has_moved(&before, admin.draft()), "{said} moved a block");
        }
        let end = admin.draft().clone();
        let mut steps = 0;
        while admin.canvas.can_undo() {
            admin.perform(Act::Undo);
            loads(admin.draft());
            steps += 1;
            prop_assert!(steps < 1_000, "undo comes to an end");
        }
        prop_assert_eq!(admin.draft(), &start);
        for _ in 0..steps {
            admin.perform(Act::Redo);
        }
        // What was undone before the end lies beyond it.
        prop_assert_eq!(admin.draft(), &end);
    }

    #[test]
    fn each_single_action_is_at_most_one_step(start in definitions(), deed in deeds()) {
        let mut admin = Admin::new(start.clone());
        admin.perform(Act::SelectAll);
        admin.perform_deed(deed);
        let after = admin.draft().clone();
        prop_assert_eq!(admin.canvas.can_undo(), after != start);
        admin.perform(Act::Undo);
        prop_assert_eq!(admin.draft(), &start);
        prop_assert!(!admin.canvas.can_undo());
        admin.perform(Act::Redo);
        prop_assert_eq!(admin.draft(), &after);
    }
}
