//! Canvas and drawer together: what the editor screen shows.

use egui::Ui;

use super::{
    Canvas, CanvasMode, CanvasOutcome, Opened,
    drawer::{Choices, DrawerRequest, NodeDrawer},
};
use crate::model::{definition::Definition, problem::Problem, task::Target};

/// Up to this size all problems are worked out at once; beyond it the screen does it in the
/// background and hands them in with [`Editor::set_problems`].
const CHECKED_AT_ONCE: usize = 100;

pub struct Editor {
    pub(super) canvas: Canvas,
    drawer: Option<NodeDrawer>,

    /// To be opened once the changes of the open drawer may go.
    next: Option<Opening>,

    /// What the draft meant, and the directory, that the problems belong to.
    checked: Option<(u64, Choices)>,
}

#[derive(Clone, Copy, Debug)]
enum Opening {
    NewTrigger,
    Node(Opened),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditorOutcome {
    /// The draft is another one than before: keep it.
    pub changed: bool,

    /// Why something could not be done.
    pub notice: Option<String>,
    pub request: Option<DrawerRequest>,

    /// Esc was pressed and there was nothing left to close.
    pub escaped: bool,
}

impl Editor {
    pub fn new(definition: Definition) -> Self {
        Self {
            canvas: Canvas::new(definition),
            drawer: None,
            next: None,
            checked: None,
        }
    }

    pub fn draft(&self) -> &Definition {
        self.canvas.draft()
    }

    pub fn canvas(&mut self) -> &mut Canvas {
        &mut self.canvas
    }

    /// Changes in the drawer that are not part of the draft yet.
    pub fn has_unsaved_drawer(&self) -> bool {
        self.drawer.as_ref().is_some_and(NodeDrawer::is_changed)
    }

    /// Writes the changes of the open drawer into the draft, and closes it.
    pub fn save_drawer(&mut self) {
        let changed = self.drawer.take_if(|drawer| drawer.is_changed());
        if let Some(drawer) = changed {
            self.canvas.edit(|definition| drawer.save(definition));
        }
    }

    /// Whether the draft is small enough for its problems to be worked out here.
    pub fn checks_at_once(&self) -> bool {
        self.canvas.draft().len() <= CHECKED_AT_ONCE
    }

    pub fn set_problems(&mut self, problems: Vec<Problem>) {
        self.canvas.set_problems(problems);
    }

    /// The group that was asked for is there; `choices` have it from now on.
    pub fn created(&mut self, target: Target) {
        if let Some(drawer) = &mut self.drawer {
            drawer.created(target);
        }
    }

    /// The group that was asked for could not be created.
    pub fn refused(&mut self, reason: String) {
        if let Some(drawer) = &mut self.drawer {
            drawer.refused(reason);
        }
    }

    /// Fills the room that is left in `ui`.
    pub fn ui(&mut self, ui: &mut Ui, choices: &Choices, mode: CanvasMode<'_>) -> EditorOutcome {
        self.check(choices);
        let mut outcome = EditorOutcome::default();
        let before = self.canvas.revision();
        self.drawer_ui(ui, choices, mode, &mut outcome);
        let from_canvas = egui::CentralPanel::no_frame()
            .show(ui, |ui| self.canvas.ui(ui, mode))
            .inner;
        self.follow(&from_canvas, &mut outcome);
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
        if self.checks_at_once() {
            let problems = self.canvas.draft().all_problems(choices.known());
            self.canvas.set_problems(problems);
        } else {
            self.canvas.forget_problems_of_what_is_gone();
        }
    }

    fn drawer_ui(
        &mut self,
        ui: &mut Ui,
        choices: &Choices,
        mode: CanvasMode<'_>,
        outcome: &mut EditorOutcome,
    ) {
        let is_gone = |drawer: &NodeDrawer| {
            let node = drawer.node();
            node.is_some_and(|id| self.canvas.draft().node(id).is_none())
        };
        if self.drawer.as_ref().is_some_and(is_gone) {
            self.drawer = None;
        }
        let Some(drawer) = &mut self.drawer else {
            return;
        };
        let is_read_only = !matches!(mode, CanvasMode::Edit);
        let done = drawer.ui(ui, choices, self.canvas.problems(), is_read_only);
        outcome.request = done.request;
        if done.saved {
            let saved = self.canvas.edit(|definition| drawer.save(definition));
            if let Some(node) = saved {
                self.canvas.select(node);
                self.canvas.show(node);
            }
        }
        if done.saved || done.closed {
            // The key that pressed the button must not also open what the canvas shows.
            ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Enter));
            self.drawer = None;
            if let Some(next) = self.next.take() {
                self.open(next);
            }
        }
    }

    /// Does what the canvas asks for.
    fn follow(&mut self, asked: &CanvasOutcome, outcome: &mut EditorOutcome) {
        if asked.add_trigger {
            self.turn_to(Opening::NewTrigger);
        }
        if let Some(opened) = asked.edit {
            self.turn_to(Opening::Node(opened));
        }
        if asked.escaped {
            match &mut self.drawer {
                None => outcome.escaped = true,
                Some(drawer) => {
                    if drawer.ask_to_close() {
                        self.drawer = None;
                    }
                }
            }
        }
    }

    /// Opens it, after asking if changes would be lost.
    fn turn_to(&mut self, opening: Opening) {
        let wanted = match opening {
            Opening::Node(opened) => Some(opened.node),
            Opening::NewTrigger => None,
        };
        if let Some(drawer) = &mut self.drawer {
            if drawer.node() == wanted {
                return;
            }
            if !drawer.ask_to_close() {
                self.next = Some(opening);
                return;
            }
        }
        self.open(opening);
    }

    fn open(&mut self, opening: Opening) {
        self.next = None;
        self.drawer = match opening {
            Opening::NewTrigger => Some(NodeDrawer::new_trigger()),
            Opening::Node(opened) => NodeDrawer::open(self.canvas.draft(), opened.node)
                .map(|it| it.fresh(opened.is_new).naming(opened.is_naming)),
        };
    }
}
