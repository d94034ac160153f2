//! The drawer: one node, edited as a copy. Save writes the copy into the draft as one undo point,
//! Cancel forgets it.

mod choices;
mod condition;
mod fixed;
mod note;
mod shape;
mod targets;
mod task;
mod trigger;
mod value;

pub use self::choices::{Choices, NamedTarget};

use egui::{Id, Ui};

use self::shape::{arranged, tidied};

use super::block;
use crate::{
    model::{
        condition::Condition,
        definition::{Definition, Node, NodeId, NodeKind, Trigger},
        problem::{Problem, ProblemKind, Severity},
        task::Target,
        text::MAX_FIELD,
    },
    ui::{
        tokens::gap,
        widgets::{Answer, Banner, Confirm, Drawer, DrawerAnswer, Mood, TextField, checkbox, text},
    },
};

pub struct NodeDrawer {
    /// `None` for a trigger that is not there yet.
    node: Option<NodeId>,
    before: Node,
    edited: Node,

    /// Just added: what is missing is not complained about yet.
    is_new: bool,
    takes_keyboard: bool,
    asks_to_discard: bool,
    awaited: Option<Awaited>,
}

/// A target that the screen creates.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Awaited {
    place: Place,
    name: String,
    refusal: Option<String>,
}

/// Which list of targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Rule(usize),
    Fallback,
}

/// What the drawer wants from the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DrawerRequest {
    /// Answer with [`NodeDrawer::created`] or [`NodeDrawer::refused`].
    CreateGroup { name: String },
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DrawerOutcome {
    /// Write it with [`NodeDrawer::save`]; the drawer is done.
    pub saved: bool,

    /// Nothing is to be kept; the drawer is done.
    pub closed: bool,
    pub request: Option<DrawerRequest>,
}

/// What the parts of the drawer are drawn with.
struct Desk<'a> {
    choices: &'a Choices,

    /// Complain about what is missing.
    is_strict: bool,
}

impl NodeDrawer {
    pub fn open(definition: &Definition, node: NodeId) -> Option<Self> {
        let before = arranged(definition.node(node)?.clone());
        Some(Self::with(Some(node), before))
    }

    /// For the placeholder "Add trigger".
    pub fn new_trigger() -> Self {
        let trigger = Trigger::offered().into_iter().next();
        let trigger = trigger.unwrap_or_else(|| Trigger::Registration { sources: [].into() });
        let node = Node::new(NodeKind::Trigger(trigger), [0.0, 0.0]);
        Self {
            is_new: true,
            ..Self::with(None, node)
        }
    }

    fn with(node: Option<NodeId>, before: Node) -> Self {
        Self {
            node,
            edited: before.clone(),
            before,
            is_new: false,
            takes_keyboard: false,
            asks_to_discard: false,
            awaited: None,
        }
    }

    /// Does not complain about what is missing yet.
    #[must_use]
    pub fn fresh(mut self, is_new: bool) -> Self {
        self.is_new = is_new;
        self
    }

    /// Begins with the keyboard in the name.
    #[must_use]
    pub fn naming(mut self, takes_keyboard: bool) -> Self {
        self.takes_keyboard = takes_keyboard;
        self
    }

    pub fn node(&self) -> Option<NodeId> {
        self.node
    }

    pub fn is_changed(&self) -> bool {
        self.node.is_some() && self.edited != self.before
    }

    /// Asks whether the changes may go; closes at once if there are none.
    pub fn ask_to_close(&mut self) -> bool {
        self.asks_to_discard = self.is_changed();
        !self.asks_to_discard
    }

    /// Writes what was edited. The place on the canvas stays as it is there.
    pub fn save(&self, definition: &mut Definition) -> Option<NodeId> {
        let kind = tidied(self.edited.kind.clone());
        let id = match (self.node, kind) {
            (None, NodeKind::Trigger(trigger)) => definition.set_trigger(trigger)?,
            (Some(id), kind) => {
                definition.node_mut(id)?.kind = kind;
                id
            }
            (None, _) => return None,
        };
        let node = definition.node_mut(id)?;
        let name = self.edited.name.trim();
        node.name = if name == node.kind.default_name() {
            String::new()
        } else {
            name.to_owned()
        };
        node.is_disabled = self.edited.is_disabled;
        Some(id)
    }

    /// The screen made the target that was asked for.
    pub fn created(&mut self, target: Target) {
        let Some(awaited) = self.awaited.take() else {
            return;
        };
        if let NodeKind::Task(task) = &mut self.edited.kind {
            targets::put(task, awaited.place, target);
        }
    }

    /// The screen could not make it.
    pub fn refused(&mut self, reason: String) {
        if let Some(awaited) = &mut self.awaited {
            awaited.refusal = Some(reason);
        }
    }

    /// Takes the right side of `ui`: show it before the canvas. `problems` are those of the draft.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        choices: &Choices,
        problems: &[Problem],
        is_read_only: bool,
    ) -> DrawerOutcome {
        let mut outcome = DrawerOutcome::default();
        let title = self.title(is_read_only);
        let is_fixed = matches!(
            self.edited.kind,
            NodeKind::Start | NodeKind::End | NodeKind::Event
        );
        let waits = self.awaited.as_ref().is_some_and(|it| it.refusal.is_none());
        let mut drawer = Drawer::new(&title)
            .icon(block::icon(&self.edited.kind))
            .can_save(!waits, "The new group is being created");
        if is_read_only || (is_fixed && !self.has_name()) {
            drawer = drawer.read_only();
        }
        let id = Id::unique(("drawer of", self.node));
        let answer = drawer.show(ui, |ui| {
            ui.push_id(id, |ui| {
                if is_read_only {
                    ui.disable();
                }
                outcome.request = self.body(ui, choices, problems);
            });
        });
        match answer {
            Some(DrawerAnswer::Save) => outcome.saved = true,
            Some(DrawerAnswer::Cancel) => outcome.closed = self.ask_to_close(),
            None => (),
        }
        if self.asks_to_discard {
            outcome.closed |= self.discard_ui(ui);
        }
        outcome
    }

    fn title(&self, is_read_only: bool) -> String {
        let word = self.edited.kind.label();
        match (&self.edited.kind, self.node) {
            (NodeKind::Task(task), _) => task.action.label().to_owned(),
            (_, None) => "Add trigger".to_owned(),
            (NodeKind::Start | NodeKind::End | NodeKind::Event, _) => word.to_owned(),
            _ if is_read_only => word.to_owned(),
            _ => format!("Edit {}", word.to_lowercase()),
        }
    }

    fn has_name(&self) -> bool {
        self.edited.kind.is_step() || matches!(self.edited.kind, NodeKind::Trigger(_))
    }

    fn body(
        &mut self,
        ui: &mut Ui,
        choices: &Choices,
        problems: &[Problem],
    ) -> Option<DrawerRequest> {
        self.banners(ui, problems);
        if self.has_name() {
            self.name_ui(ui);
        }
        let desk = Desk {
            choices,
            is_strict: !self.is_new,
        };
        let mut wanted = None;
        match &mut self.edited.kind {
            NodeKind::Trigger(trigger) => trigger::show(ui, trigger),
            NodeKind::Filter(condition) => filter(ui, &desk, condition),
            NodeKind::Task(task) => wanted = task::show(ui, &desk, task, &mut self.awaited),
            NodeKind::Note(note) => note::show(ui, note, std::mem::take(&mut self.takes_keyboard)),
            kind => fixed::show(ui, kind),
        }
        if self.edited.kind.is_step() {
            let sentence = if matches!(self.edited.kind, NodeKind::Filter(_)) {
                "A disabled filter lets every user pass."
            } else {
                "A disabled task does nothing."
            };
            ui.separator();
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                checkbox(ui, &mut self.edited.is_disabled, "Disable this step");
                text::note(ui, sentence);
            });
        }
        let (place, name) = wanted?;
        self.awaited = Some(Awaited {
            place,
            name: name.clone(),
            refusal: None,
        });
        Some(DrawerRequest::CreateGroup { name })
    }

    fn name_ui(&mut self, ui: &mut Ui) {
        let hint = self.edited.kind.default_name();
        let field = TextField::new("Name")
            .hint(hint)
            .limit(MAX_FIELD)
            .focus(std::mem::take(&mut self.takes_keyboard));
        field.show(ui, &mut self.edited.name);
    }

    /// Problems that belong to no single field.
    fn banners(&self, ui: &mut Ui, problems: &[Problem]) {
        let concerns = |it: &&Problem| it.node.is_some() && it.node == self.node;
        for problem in problems.iter().filter(concerns) {
            let mood = match problem.severity() {
                Severity::Warning => Mood::Warning,
                Severity::Error if is_about_place(&problem.kind) => Mood::Danger,
                Severity::Error => continue,
            };
            Banner::new(mood, &capitalised(&problem.kind.to_string())).show(ui);
        }
    }

    fn discard_ui(&mut self, ui: &Ui) -> bool {
        let body = format!("What you changed in “{}” is lost.", self.edited.title());
        let question = Confirm::new("Discard changes?", &body, "Discard").danger();
        let answer = question.show(ui.ctx());
        self.asks_to_discard = answer.is_none();
        answer == Some(Answer::Confirmed)
    }
}

fn filter(ui: &mut Ui, desk: &Desk<'_>, condition: &mut Option<Condition>) {
    let condition = condition.get_or_insert_with(|| Condition::All(Vec::new()));
    section(ui, "Let a user pass if", |ui| {
        condition::show(ui, desk, "", condition);
        if desk.is_strict && condition.tests().is_empty() {
            complaint(ui, "Choose at least one condition");
        }
    });
}

/// Problems of how a step is connected, which no field of the drawer can mend.
fn is_about_place(kind: &ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::Unreachable
            | ProblemKind::OpenPort(_)
            | ProblemKind::TaskBeforeEvent
            | ProblemKind::SecondTrigger
            | ProblemKind::TriggerNotAfterStart
            | ProblemKind::NotOneEvent
    )
}

/// A part of the drawer under its heading.
fn section<R>(ui: &mut Ui, heading: &str, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = gap::S;
        text::heading(ui, heading);
        contents(ui)
    })
    .inner
}

fn complaint(ui: &mut Ui, sentence: &str) {
    use crate::ui::{fonts, tokens};
    let tokens = tokens::Tokens::of(ui.theme());
    let font = fonts::regular(tokens::type_size::SMALL);
    let sentence = text::shown(sentence);
    let sentence = egui::RichText::new(sentence)
        .font(font)
        .color(tokens.danger.ink);
    ui.add(egui::Label::new(sentence).wrap());
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests;
