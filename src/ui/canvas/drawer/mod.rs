//! The drawer: one node, edited in place. What is changed goes out as a `Change` for the draft.
//!
//! **Invariant:** the fields show the draft. Only a trigger that is not there yet is the drawer's own,
//! and the spaces around a name while it is typed.

mod awaited;
mod choices;
mod condition;
mod fixed;
mod moving;
mod note;
mod reorder;
mod shape;
mod sweep;
mod targets;
mod task;
mod trial;
mod trigger;
mod value;
mod words;

pub(super) use self::{
    awaited::Awaited,
    words::{Change, Typed},
};
pub use self::{
    choices::{Choices, NamedTarget},
    trial::{Candidates, Facts, Standing, Trial, TrialWish},
};

use std::cell::Cell;

use egui::{
    Id, Rangef, Ui,
    text::{CCursor, CCursorRange},
    text_edit::TextEditState,
};

use self::{
    shape::{arranged, kept},
    task::Asked,
    words::cursor,
};

use super::block;
use crate::{
    model::{
        condition::Condition,
        definition::{Definition, Node, NodeId, NodeKind, Trigger},
        event::EventKind,
        problem::{Problem, ProblemKind, Severity},
        task::TargetKind,
        text::MAX_FIELD,
    },
    ui::{
        tokens::gap,
        widgets::{Banner, Drawer, DrawerAnswer, Mood, TextField, checkbox, text},
    },
};

pub(super) struct NodeDrawer {
    /// `None` for a trigger that is not there yet.
    node: Option<NodeId>,

    /// What the fields show.
    edited: Node,

    /// Just added: what is missing is not complained about yet.
    is_new: bool,

    /// To be given the keyboard in the next frame.
    entry: Option<Wanted>,

    /// Something in it has the keyboard.
    has_keyboard: bool,

    /// The text field that has the keyboard, and the one of the name.
    field: Option<Id>,
    name_field: Option<Id>,

    /// Triggers of the other types, as they were when another type was chosen; of those with a
    /// schedule only the last one.
    aside: Vec<Trigger>,
}

/// Where the keyboard is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Name,

    /// To what is to be done first.
    First,
}

/// What there is to give the keyboard to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    /// Where there is nothing to edit.
    Cross,
    Name,

    /// "Add condition" of a filter that has none.
    Condition,

    /// The groups or roles of the first rule of a task that has none.
    Targets,
}

/// What the drawer wants from the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DrawerRequest {
    /// Show the settings, where what a step needs can be set up.
    ShowSettings,

    /// Answer with [`super::Editor::created`] or [`super::Editor::refused`].
    Create { kind: TargetKind, name: String },
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct DrawerOutcome {
    /// To be written into the draft with [`write()`].
    pub(super) change: Option<Change>,

    /// A trigger is to be added; the drawer is done.
    pub(super) added: Option<Node>,

    /// The drawer is done: with its button, or otherwise.
    pub(super) is_done: bool,
    pub(super) is_closed: bool,
    pub(super) request: Option<DrawerRequest>,

    /// What the "Try it" box wants to know.
    pub(super) trial: TrialWish,
}

/// What is around the drawer.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) draft: &'a Definition,
    pub(super) choices: &'a Choices,

    /// Of the draft.
    pub(super) problems: &'a [Problem],
    pub(super) is_read_only: bool,
}

impl Around<'_> {
    fn trigger(&self) -> Option<&Trigger> {
        self.draft.trigger().map(|(_, trigger)| trigger)
    }

    /// What the trigger waits for.
    fn event(&self) -> Option<EventKind> {
        self.trigger().and_then(Trigger::event)
    }

    /// The names of the steps that ask for what never happens with the trigger.
    fn lost_steps(&self) -> Vec<&str> {
        self.steps_with(|kind| {
            matches!(
                kind,
                ProblemKind::NothingBefore(_) | ProblemKind::SourceNotAwaited(_)
            )
        })
    }

    /// The names of the tasks that do not go with the trigger.
    fn foreign_tasks(&self) -> Vec<&str> {
        self.steps_with(|kind| matches!(kind, ProblemKind::TaskOfAnotherTrigger(..)))
    }

    fn steps_with(&self, is_wanted: fn(&ProblemKind) -> bool) -> Vec<&str> {
        let found = self.problems.iter().filter(|it| is_wanted(&it.kind));
        let mut nodes: Vec<NodeId> = found.filter_map(|it| it.node).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let titles = nodes.into_iter().filter_map(|id| self.draft.node(id));
        titles.map(Node::title).collect()
    }
}

/// What the parts of the drawer are drawn with.
struct Desk<'a> {
    choices: &'a Choices,

    /// What the trigger waits for, if there is one.
    event: Option<EventKind>,

    /// A schedule starts the workflow.
    is_scheduled: bool,

    /// Complain about what is missing.
    is_strict: bool,

    /// Of this node.
    awaited: &'a [Awaited],

    /// What takes the keyboard in this frame; it takes this away, too.
    entry: Cell<Option<Entry>>,
}

impl Desk<'_> {
    /// Whether this is where the keyboard is to go, which is true once.
    fn enters(&self, entry: Entry) -> bool {
        let is_here = self.entry.get() == Some(entry);
        if is_here {
            self.entry.set(None);
        }
        is_here
    }
}

/// Writes a node as the drawer has it. The place on the canvas stays as it is there.
pub(super) fn write(definition: &mut Definition, id: NodeId, edited: &Node) {
    if let Some(node) = definition.node_mut(id) {
        *node = Node {
            position: node.position,
            ..kept(edited)
        };
        if matches!(edited.kind, NodeKind::Trigger(_)) {
            definition.fit_event();
        }
    }
}

impl NodeDrawer {
    pub(super) fn open(definition: &Definition, node: NodeId) -> Option<Self> {
        let edited = arranged(definition.node(node)?.clone());
        Some(Self::with(Some(node), edited))
    }

    /// For the placeholder "Add trigger".
    pub(super) fn new_trigger(choices: &Choices) -> Self {
        let trigger = choices.triggers().into_iter().next();
        let trigger = trigger.unwrap_or_else(|| Trigger::Registration { sources: [].into() });
        let node = Node::new(NodeKind::Trigger(trigger), [0.0, 0.0]);
        Self {
            is_new: true,
            ..Self::with(None, node)
        }
    }

    fn with(node: Option<NodeId>, edited: Node) -> Self {
        Self {
            node,
            edited,
            is_new: false,
            entry: None,
            has_keyboard: false,
            field: None,
            name_field: None,
            aside: Vec::new(),
        }
    }

    /// Does not complain about what is missing yet.
    #[must_use]
    pub(super) fn fresh(mut self, is_new: bool) -> Self {
        self.is_new = is_new;
        self
    }

    /// Gives the keyboard to the name.
    pub(super) fn take_keyboard(&mut self) {
        self.entry = Some(Wanted::Name);
    }

    /// Gives the keyboard to what is to be done first.
    pub(super) fn enter(&mut self) {
        self.entry = Some(Wanted::First);
    }

    /// Whether something of the drawer had the keyboard when it was drawn last.
    pub(super) fn has_keyboard(&self) -> bool {
        self.has_keyboard
    }

    pub(super) fn node(&self) -> Option<NodeId> {
        self.node
    }

    /// Whether a text field of the drawer has the keyboard.
    pub(super) fn is_typed_into(&self) -> bool {
        self.field.is_some()
    }

    /// Shows what the draft has, unless the fields say the same already.
    fn follow(&mut self, ui: &Ui, draft: &Definition) {
        let Some(node) = self.node.and_then(|id| draft.node(id)) else {
            return;
        };
        let shown = kept(&self.edited);
        let is_same = shown.kind == node.kind
            && shown.name == node.name
            && shown.is_disabled == node.is_disabled;
        if !is_same {
            let before = std::mem::replace(&mut self.edited, arranged(node.clone()));
            self.move_cursor(ui, &before);
        }
    }

    /// Whoever types goes on where undo or redo has changed the text.
    fn move_cursor(&self, ui: &Ui, before: &Node) {
        let (Some(field), Some((is_name, at))) = (self.field, cursor(before, &self.edited)) else {
            return;
        };
        let state = TextEditState::load(ui.ctx(), field);
        if let Some(mut state) = state.filter(|_| is_name == (self.name_field == Some(field))) {
            let cursor = CCursorRange::one(CCursor::new(at));
            state.cursor.set_char_range(Some(cursor));
            state.store(ui.ctx(), field);
        }
    }

    /// Takes the right side of `ui`: show it before the canvas.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        around: &Around<'_>,
        awaited: &mut Vec<Awaited>,
        trial: &mut Trial,
    ) -> DrawerOutcome {
        let is_read_only = around.is_read_only;
        self.follow(ui, around.draft);
        let mut outcome = DrawerOutcome::default();
        let before = self.edited.clone();
        let title = self.title(is_read_only);
        let id = Id::unique(("drawer of", self.node));
        let mut sides = Rangef::NOTHING;
        let entry = self.entry.take().map(|it| self.entry(it, is_read_only));
        let frame = self
            .frame(&title, is_read_only)
            .escapes_fields()
            .focus(entry == Some(Entry::Cross));
        let answer = frame.show(ui, |ui| {
            sides = ui.clip_rect().x_range();
            ui.push_id(id, |ui| {
                if is_read_only {
                    ui.disable();
                }
                let asked = self.body(ui, around, awaited, entry);
                outcome.request = self.note_asked(asked, awaited);
            });
            let node = &self.edited;
            outcome.trial = trial.show(ui, around, node);
        });
        match answer {
            Some(DrawerAnswer::Save) if self.node.is_none() => {
                outcome.added = Some(kept(&self.edited));
            }
            Some(DrawerAnswer::Save) => outcome.is_done = true,
            Some(DrawerAnswer::Cancel) => outcome.is_closed = true,
            None => (),
        }
        if self.node.is_some() && !is_read_only && self.edited != before {
            outcome.change = Some(Change::of(ui, &before, &self.edited));
        }
        self.watch_keyboard(ui, sides);
        outcome
    }

    fn frame<'a>(&self, title: &'a str, is_read_only: bool) -> Drawer<'a> {
        let drawer = Drawer::new(title).icon(block::icon(&self.edited.kind));
        let is_note = self.edited.kind.is_note();
        if is_read_only || (!self.has_name() && !is_note) {
            drawer.read_only()
        } else if self.node.is_none() {
            drawer.save_word("Add this trigger")
        } else {
            drawer.edits_in_place()
        }
    }

    fn entry(&self, wanted: Wanted, is_read_only: bool) -> Entry {
        match &self.edited.kind {
            _ if is_read_only => Entry::Cross,
            _ if wanted == Wanted::Name => Entry::Name,
            NodeKind::Start | NodeKind::Event(_) | NodeKind::End => Entry::Cross,
            NodeKind::Filter(condition)
                if condition.as_ref().is_none_or(|it| it.tests().is_empty()) =>
            {
                Entry::Condition
            }
            NodeKind::Task(task) if task.rules.iter().all(|it| it.targets.is_empty()) => {
                Entry::Targets
            }
            _ => Entry::Name,
        }
    }

    /// Whoever has left a field once may be told what is missing.
    fn watch_keyboard(&mut self, ui: &Ui, sides: Rangef) {
        let focused = ui.memory(egui::Memory::focused);
        let is_here = |id: &Id| {
            // Asking for the response would take the keyboard away from what was just opened.
            let drawn = ui
                .ctx()
                .viewport(|it| it.this_pass.widgets.get(*id).copied());
            drawn.is_some_and(|it| sides.contains(it.rect.center().x))
        };
        let here = focused.filter(is_here);
        self.has_keyboard = here.is_some();
        let field = here.filter(|_| ui.ctx().text_edit_focused());
        let before = std::mem::replace(&mut self.field, field);
        if before.is_some() && self.field != before {
            self.is_new = false;
        }
    }

    fn title(&self, is_read_only: bool) -> String {
        let word = self.edited.kind.label();
        match (&self.edited.kind, self.node) {
            (NodeKind::Task(task), _) => task.action.label().to_owned(),
            (NodeKind::Sweep(task), _) => task.label().to_owned(),
            (_, None) => "Add trigger".to_owned(),
            (NodeKind::Start | NodeKind::End | NodeKind::Event(_), _) => word.to_owned(),
            _ if is_read_only => word.to_owned(),
            _ => format!("Edit {}", word.to_lowercase()),
        }
    }

    /// All that have something to edit have a name as well, except notes.
    fn has_name(&self) -> bool {
        self.edited.kind.is_step() || matches!(self.edited.kind, NodeKind::Trigger(_))
    }

    fn body(
        &mut self,
        ui: &mut Ui,
        around: &Around<'_>,
        awaited: &[Awaited],
        entry: Option<Entry>,
    ) -> Asked {
        let shows_settings = self.banners(ui, around.problems);
        if self.has_name() {
            self.name_ui(ui, entry == Some(Entry::Name));
        }
        let is_mine = |it: &&Awaited| Some(it.node) == self.node;
        let awaited: Vec<Awaited> = awaited.iter().filter(is_mine).cloned().collect();
        let desk = Desk {
            choices: around.choices,
            event: around.event(),
            is_scheduled: around.trigger().is_some_and(|it| it.schedule().is_some()),
            is_strict: !self.is_new,
            awaited: &awaited,
            entry: Cell::new(entry),
        };
        let mut asked = Asked::default();
        match &mut self.edited.kind {
            NodeKind::Trigger(trigger) => {
                trigger::show(ui, around, trigger, &mut self.aside);
            }
            NodeKind::Filter(condition) => filter(ui, &desk, condition),
            NodeKind::Task(task) => asked = task::show(ui, &desk, task),
            NodeKind::Sweep(task) => sweep::show(ui, &desk, task),
            NodeKind::Note(note) => note::show(ui, note, entry == Some(Entry::Name)),
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
        asked.shows_settings = shows_settings;
        asked
    }

    /// What is awaited goes with its rule; what is wanted is awaited from now on.
    fn note_asked(&self, asked: Asked, awaited: &mut Vec<Awaited>) -> Option<DrawerRequest> {
        let node = self.node?;
        if let Some((index, order)) = asked.reordered {
            awaited.retain_mut(|it| it.node != node || it.follow(index, order));
        }
        if asked.shows_settings {
            return Some(DrawerRequest::ShowSettings);
        }
        let (place, name) = asked.wanted?;
        let NodeKind::Task(task) = &self.edited.kind else {
            return None;
        };
        let kind = task.action.target_kind();
        awaited.retain(|it| it.refusal.is_none() || it.node != node);
        awaited.push(Awaited {
            node,
            place,
            kind,
            name: name.clone(),
            refusal: None,
        });
        Some(DrawerRequest::Create { kind, name })
    }

    fn name_ui(&mut self, ui: &mut Ui, takes_keyboard: bool) {
        let hint = self.edited.kind.default_name();
        let field = TextField::new("Name")
            .hint(hint)
            .limit(MAX_FIELD)
            .focus(takes_keyboard);
        self.name_field = Some(field.show(ui, &mut self.edited.name).id);
    }

    /// Problems that belong to no single field. Says whether the settings are asked for.
    fn banners(&self, ui: &mut Ui, problems: &[Problem]) -> bool {
        let mut shows_settings = false;
        let concerns = |it: &&Problem| it.node.is_some() && it.node == self.node;
        for problem in problems.iter().filter(concerns) {
            let mood = match problem.severity() {
                Severity::Warning => Mood::Warning,
                Severity::Error
                    if is_about_place(&problem.kind) || is_about_settings(&problem.kind) =>
                {
                    Mood::Danger
                }
                Severity::Error => continue,
            };
            let sentence = crate::ui::sentence(&problem.kind);
            let banner = Banner::new(mood, &sentence);
            if is_about_settings(&problem.kind) {
                shows_settings |= banner.action("Show settings").show(ui);
            } else {
                banner.show(ui);
            }
        }
        shows_settings
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
            | ProblemKind::EventWithSchedule
            | ProblemKind::TaskOfAnotherTrigger(..)
            | ProblemKind::NoTask
    )
}

/// Problems that are mended on the Settings screen.
fn is_about_settings(kind: &ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::NoMailServer
            | ProblemKind::NoReportRecipients
            | ProblemKind::PasswordsNeverExpire
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
    let sentence = crate::ui::printed(sentence);
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests;
