//! Canvas and drawer together: what the editor screen shows.
//!
//! **Invariant:** what the drawer shows is in the draft. A word that is being typed is in it too, as
//! a change that is not finished yet.

use egui::{Id, Ui};

use super::{
    Canvas, CanvasMode, CanvasOutcome, Opened,
    drawer::{
        self, Around, Awaited, Change, Choices, DrawerRequest, NodeDrawer, Trial, TrialWish, Typed,
    },
    keys::is_by_keyboard,
};
use crate::{
    model::{
        definition::{Definition, Node, NodeId, NodeKind},
        problem::Problem,
        task::{Target, TargetKind},
    },
    ui::menu::MenuCommand,
};

/// Up to this size all problems are worked out at once; beyond it the screen does it in the
/// background and hands them in with [`Editor::set_problems`].
const CHECKED_AT_ONCE: usize = 100;

/// After so many seconds without a key a word is over.
const PAUSE: f64 = 1.0;

pub struct Editor {
    pub(super) canvas: Canvas,
    drawer: Option<NodeDrawer>,

    /// The word that is being typed into the drawer.
    word: Option<Word>,
    awaited: Vec<Awaited>,

    /// What the draft meant, and the directory, that the problems belong to.
    checked: Option<(u64, Choices)>,

    /// Whom steps are tried with, from one drawer to the next.
    trial: Trial,
}

#[derive(Clone, Copy, Debug)]
struct Word {
    field: Option<Id>,
    is_deletion: bool,

    /// Where in the text it goes on.
    end: [usize; 2],

    /// When a key was pressed last.
    last: f64,
}

/// Where a group or role went that the drawer had asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// To the node that the drawer shows.
    Shown,

    /// To this node, which the drawer shows no more.
    Elsewhere { step: String },

    /// Nowhere: whoever asked for it is gone.
    Nowhere,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditorOutcome {
    /// The draft is another one than before: keep it.
    pub changed: bool,

    /// Why something could not be done.
    pub notice: Option<String>,
    pub request: Option<DrawerRequest>,

    /// What the "Try it" box wants to know: answer with what [`Editor::trial`] offers.
    pub trial: TrialWish,

    /// Esc was pressed and there was nothing left to close.
    pub escaped: bool,
}

impl Editor {
    pub fn new(definition: Definition) -> Self {
        Self {
            canvas: Canvas::new(definition),
            drawer: None,
            word: None,
            awaited: Vec::new(),
            checked: None,
            trial: Trial::default(),
        }
    }

    pub fn draft(&self) -> &Definition {
        self.canvas.draft()
    }

    pub fn canvas(&mut self) -> &mut Canvas {
        &mut self.canvas
    }

    pub fn trial(&mut self) -> &mut Trial {
        &mut self.trial
    }

    /// A word is being typed, a block renamed or dragged.
    pub fn is_unfinished(&self) -> bool {
        self.canvas.draft.is_unfinished() || self.canvas.is_renaming()
    }

    /// Ends the word or the name that is being typed: what is in the draft now is to be saved.
    pub fn finish(&mut self) {
        self.canvas.finish_renaming();
        self.word = None;
        self.canvas.draft.finish();
    }

    /// Whether the draft is small enough for its problems to be worked out here.
    pub fn checks_at_once(&self) -> bool {
        self.canvas.draft().len() <= CHECKED_AT_ONCE
    }

    pub fn set_problems(&mut self, problems: Vec<Problem>) {
        self.canvas.set_problems(problems);
    }

    /// The group or role that was asked for is there; `choices` have it from now on.
    pub fn created(&mut self, kind: TargetKind, target: Target) -> Arrival {
        let Some(index) = self.asked(kind, &target.name) else {
            return Arrival::Nowhere;
        };
        let awaited = self.awaited.remove(index);
        self.word = None;
        let is_put = self
            .canvas
            .edit(|definition| awaited.put(definition, target));
        let node = self.draft().node(awaited.node);
        match node.filter(|_| is_put) {
            None => Arrival::Nowhere,
            Some(_) if self.shows(awaited.node) => Arrival::Shown,
            Some(node) => Arrival::Elsewhere {
                step: node.title().to_owned(),
            },
        }
    }

    /// It could not be created. Says whether the drawer shows why.
    pub fn refused(&mut self, kind: TargetKind, name: &str, reason: String) -> bool {
        let Some(index) = self.asked(kind, name) else {
            return false;
        };
        let is_shown = self.shows(self.awaited[index].node);
        if is_shown {
            self.awaited[index].refusal = Some(reason);
        } else {
            self.awaited.remove(index);
        }
        is_shown
    }

    fn asked(&self, kind: TargetKind, name: &str) -> Option<usize> {
        let is_it = |it: &Awaited| it.kind == kind && it.name == name && it.refusal.is_none();
        self.awaited.iter().position(is_it)
    }

    fn shows(&self, node: NodeId) -> bool {
        self.drawer.as_ref().and_then(NodeDrawer::node) == Some(node)
    }

    /// Fills the room that is left in `ui`.
    pub fn ui(&mut self, ui: &mut Ui, choices: &Choices, mode: CanvasMode<'_>) -> EditorOutcome {
        self.check(choices);
        let mut outcome = EditorOutcome::default();
        let before = self.canvas.revision();
        if matches!(mode, CanvasMode::Edit) {
            self.take_undo_keys(ui);
        }
        self.drawer_ui(ui, choices, mode, &mut outcome);
        self.check(choices);
        let from_canvas = egui::CentralPanel::no_frame()
            .show(ui, |ui| self.canvas.ui(ui, mode))
            .inner;
        self.follow(ui, choices, &from_canvas, &mut outcome);
        self.watch_word(ui);
        outcome.changed = self.canvas.revision() != before;
        if outcome.changed {
            // The next frame looks for problems.
            ui.ctx().request_repaint();
        }
        outcome.notice = outcome.notice.or(from_canvas.notice);
        outcome
    }

    fn check(&mut self, choices: &Choices) {
        let meaning = self.canvas.meaning();
        let is_current = self
            .checked
            .as_ref()
            .is_some_and(|(at, with)| *at == meaning && with.is_same(choices));
        if is_current {
            return;
        }
        self.checked = Some((meaning, choices.clone()));
        self.canvas.set_choices(choices.clone());
        if self.checks_at_once() {
            let problems = self.canvas.draft().all_problems(choices.known());
            self.canvas.set_problems(problems);
        } else {
            self.canvas.forget_problems_of_what_is_gone();
        }
    }

    /// Undo and redo are those of the draft in the drawer too, whose text fields have their own that
    /// the draft would not know of. Fields elsewhere and dialogs keep their keys.
    fn take_undo_keys(&mut self, ui: &Ui) {
        let is_covered = ui.memory(|memory| memory.top_modal_layer().is_some());
        let is_typed_into = self.drawer.as_ref().is_some_and(NodeDrawer::is_typed_into);
        let is_elsewhere = ui.ctx().text_edit_focused() && !is_typed_into;
        let has_keyboard = ui.memory(|memory| memory.focused().is_some());
        if is_covered || is_elsewhere || !has_keyboard {
            return;
        }
        for command in [MenuCommand::Undo, MenuCommand::Redo] {
            if ui.input_mut(|input| command.takes(input)) {
                self.canvas.command(command);
            }
        }
    }

    fn drawer_ui(
        &mut self,
        ui: &mut Ui,
        choices: &Choices,
        mode: CanvasMode<'_>,
        outcome: &mut EditorOutcome,
    ) {
        let draft = self.canvas.draft.definition();
        let is_gone = |drawer: &mut NodeDrawer| match drawer.node() {
            Some(id) => draft.node(id).is_none(),
            None => draft.trigger().is_some(),
        };
        if self.drawer.take_if(is_gone).is_some() {
            self.close();
        }
        let Some(drawer) = &mut self.drawer else {
            return;
        };
        let around = Around {
            draft: self.canvas.draft.definition(),
            choices,
            problems: &self.canvas.tally.problems,
            is_read_only: !matches!(mode, CanvasMode::Edit),
        };
        let had_keyboard = drawer.has_keyboard();
        let done = drawer.ui(ui, &around, &mut self.awaited, &mut self.trial);
        let node = drawer.node();
        outcome.request = done.request;
        outcome.trial = done.trial;
        if let (Some(id), Some(change)) = (node, done.change) {
            self.write(ui, id, change);
        }
        let added = done.added.and_then(|it| self.add_trigger(it));
        if done.is_done || done.is_closed || added.is_some() {
            // The key that pressed the button must not also open what the canvas shows.
            ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Enter));
            self.close();
        }
        let left_by_key = done.is_closed && had_keyboard && is_by_keyboard(ui);
        if let Some(node) = added.or_else(|| node.filter(|_| done.is_done || left_by_key)) {
            self.canvas.select(node);
            self.canvas.show(node);
        } else if left_by_key {
            self.canvas.show_placeholder();
        }
    }

    /// Nothing is lost: it is all in the draft.
    fn close(&mut self) {
        self.finish();
        self.drawer = None;
        self.awaited.retain(|it| it.refusal.is_none());
    }

    fn add_trigger(&mut self, node: Node) -> Option<NodeId> {
        let NodeKind::Trigger(trigger) = node.kind else {
            return None;
        };
        self.canvas.edit(|definition| {
            let id = definition.set_trigger(trigger)?;
            definition.node_mut(id)?.name = node.name;
            Some(id)
        })
    }

    fn write(&mut self, ui: &Ui, id: NodeId, change: Change) {
        match change {
            Change::Whole(node) => {
                self.word = None;
                let draft = &mut self.canvas.draft;
                let change = |definition: &mut Definition| drawer::write(definition, id, &node);
                // A number that is dragged is one change, from the press until it is let go.
                if ui.input(|input| input.pointer.any_down()) {
                    draft.adjust(change);
                } else {
                    draft.edit(change);
                }
            }
            Change::Typed(typed) => self.write_words(ui, id, typed),
        }
    }

    fn write_words(&mut self, ui: &Ui, id: NodeId, typed: Typed) {
        let field = ui.memory(egui::Memory::focused);
        let goes_on = |it: &Word| {
            it.field == field && it.is_deletion == typed.is_deletion && typed.follows(it.end)
        };
        if !self.word.as_ref().is_some_and(goes_on) {
            self.finish();
        }
        let draft = &mut self.canvas.draft;
        for node in typed.ended {
            draft.type_in(|definition| drawer::write(definition, id, &node));
            draft.finish();
        }
        self.word = typed.open.map(|node| {
            draft.type_in(|definition| drawer::write(definition, id, &node));
            Word {
                field,
                is_deletion: typed.is_deletion,
                end: typed.to,
                last: ui.input(|input| input.time),
            }
        });
    }

    /// A word is over when its field loses the keyboard, and after a pause.
    fn watch_word(&mut self, ui: &Ui) {
        let Some(word) = &self.word else {
            return;
        };
        let left = PAUSE - (ui.input(|input| input.time) - word.last);
        let is_left = ui.memory(egui::Memory::focused) != word.field;
        if is_left || left <= 0.0 {
            self.finish();
            ui.ctx().request_repaint();
        } else {
            let left = std::time::Duration::from_secs_f64(left);
            ui.ctx().request_repaint_after(left);
        }
    }

    /// Does what the canvas asks for.
    fn follow(
        &mut self,
        ui: &Ui,
        choices: &Choices,
        asked: &CanvasOutcome,
        outcome: &mut EditorOutcome,
    ) {
        if asked.add_trigger && self.drawer.as_ref().is_none_or(|it| it.node().is_some()) {
            self.close();
            self.drawer = Some(NodeDrawer::new_trigger(choices));
        }
        if let Some(opened) = asked.edit {
            self.turn_to(opened);
        }
        if (asked.add_trigger || asked.edit.is_some()) && is_by_keyboard(ui) {
            self.enter_drawer(asked.edit.is_some_and(|it| it.is_naming));
        }
        if asked.escaped {
            outcome.escaped = self.drawer.is_none();
            self.close();
        }
    }

    /// Whoever opened it with a key goes on in it. The canvas does not take the keyboard back.
    fn enter_drawer(&mut self, is_naming: bool) {
        let Some(drawer) = &mut self.drawer else {
            return;
        };
        self.canvas.keep_keyboard_away();
        if !is_naming {
            drawer.enter();
        }
    }

    fn turn_to(&mut self, opened: Opened) {
        if !self.shows(opened.node) {
            self.close();
            let drawer = NodeDrawer::open(self.canvas.draft(), opened.node);
            self.drawer = drawer.map(|it| it.fresh(opened.is_new));
        }
        if let (Some(drawer), true) = (&mut self.drawer, opened.is_naming) {
            drawer.take_keyboard();
        }
    }
}
