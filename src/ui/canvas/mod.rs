//! The canvas: a workflow, drawn and edited.
//!
//! [`geometry`] says where things are, `paint` and `block` how they look, `stage` draws a frame and
//! collects what the admin does, `act` does it to the draft. [`drawer`] edits one node. The draft is
//! a plain value; undo keeps copies of it. Nothing here reads or writes the store.

mod act;
mod block;
mod commands;
mod draft;
pub mod drawer;
mod editor;
mod far;
pub mod geometry;
mod keys;
mod menu;
mod node;
mod paint;
mod ports;
mod problems;
mod stage;
mod toolbar;
pub mod view;
mod walk;

pub use self::{
    editor::{Editor, EditorOutcome},
    walk::{WalkStep, WalkView},
};

use std::collections::BTreeSet;

use egui::{Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use self::{
    act::{Act, Gesture, Selection},
    draft::Draft,
    far::Far,
    keys::Keyboard,
    menu::StepMenu,
    paint::Brush,
    problems::Tally,
    stage::Stage,
    toolbar::Toolbar,
    view::View,
};
use super::{menu::MenuCommand, tokens::Tokens};
use crate::model::{
    definition::{Definition, NodeId},
    problem::Problem,
};

pub struct Canvas {
    draft: Draft,
    selection: Selection,
    gesture: Gesture,
    menu: Option<StepMenu>,
    tally: Tally,
    shows_problems: bool,

    /// `None` until the first frame, which fits the drawing into the window.
    view: Option<View>,

    /// The room may change in the next frame, as when the drawer closes: what was made to fit the old
    /// one is then made to fit the new one.
    reopens: bool,

    /// Where the canvas was on the screen in the last frame.
    screen: Rect,

    /// To be brought onto the screen, and to be given the keyboard, in the next frame.
    reveal: Option<NodeId>,
    focus: Option<NodeId>,

    /// The node that had the keyboard in the last frame, or whose port or button had it.
    focused: Option<NodeId>,

    /// Chosen elsewhere, as in the command palette, and to be done in the next frame.
    queued: Vec<MenuCommand>,
}

/// What may be done to the drawing.
#[derive(Clone, Copy, Debug)]
pub enum CanvasMode<'a> {
    Edit,

    /// Looking only.
    Preview,

    /// Looking at what an execution did.
    Walk(&'a WalkView),
}

/// A node that is to be edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    pub node: NodeId,

    /// It was added a moment ago and is not configured yet.
    pub is_new: bool,

    /// With the keyboard in its name.
    pub is_naming: bool,
}

/// What the admin did in this frame that concerns others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CanvasOutcome {
    /// Open this node in the drawer.
    pub edit: Option<Opened>,

    /// Open the drawer for a new trigger.
    pub add_trigger: bool,

    /// Esc was pressed and there was nothing left to deselect.
    pub escaped: bool,

    /// The draft is another one than before, and the change is complete.
    pub changed: bool,

    /// Why something could not be done.
    pub notice: Option<String>,
}

impl Canvas {
    pub fn new(definition: Definition) -> Self {
        let tally = Tally::new(definition.problems());
        Self {
            draft: Draft::new(definition),
            selection: Selection::default(),
            gesture: Gesture::None,
            menu: None,
            tally,
            shows_problems: false,
            view: None,
            reopens: false,
            screen: Rect::NOTHING,
            reveal: None,
            focus: None,
            focused: None,
            queued: Vec::new(),
        }
    }

    pub fn draft(&self) -> &Definition {
        self.draft.definition()
    }

    /// Changes when the draft does.
    pub fn revision(&self) -> u64 {
        self.draft.revision()
    }

    /// Changes when what is drawn means something else; not when blocks only move.
    pub fn meaning(&self) -> u64 {
        self.draft.meaning()
    }

    pub fn selected(&self) -> &BTreeSet<NodeId> {
        &self.selection.nodes
    }

    /// Selects a node and brings it onto the screen.
    pub fn show_node(&mut self, id: NodeId) {
        self.selection = Selection {
            nodes: BTreeSet::from([id]),
            edge: None,
        };
        self.reveal = Some(id);
    }

    pub fn can_undo(&self) -> bool {
        self.draft.can_undo()
    }

    pub fn can_redo(&self) -> bool {
        self.draft.can_redo()
    }

    /// A change from outside, as one undo point.
    pub fn edit<R>(&mut self, change: impl FnOnce(&mut Definition) -> R) -> R {
        let saw_everything = self.shows_everything();
        let result = self.draft.edit(change);
        self.forget_what_is_gone();
        self.keep_in_sight(saw_everything);
        result
    }

    pub fn problems(&self) -> &[Problem] {
        &self.tally.problems
    }

    /// All problems of the draft. At first they are those that the drawing alone shows; after a change
    /// the old ones stay until the new ones are known.
    pub fn set_problems(&mut self, problems: Vec<Problem>) {
        self.tally = Tally::new(problems);
    }

    pub(super) fn forget_problems_of_what_is_gone(&mut self) {
        let draft = self.draft.definition();
        self.tally.keep(|id| draft.node(id).is_some());
    }

    /// Fills the room that is left in `ui`.
    pub fn ui(&mut self, ui: &mut Ui, mode: CanvasMode<'_>) -> CanvasOutcome {
        let before = self.draft.revision();
        let mut outcome = CanvasOutcome::default();
        let mut acts = Vec::new();
        let is_editing = matches!(mode, CanvasMode::Edit);
        if is_editing {
            let texts = &self.draft.drawing().texts;
            acts = problems::panel(ui, &self.tally, texts, &mut self.shows_problems);
        }
        let size = ui.available_size();
        let (screen, background) = ui.allocate_exact_size(size, Sense::click_and_drag());
        ui.scope_builder(egui::UiBuilder::new().max_rect(screen), |ui| {
            ui.set_clip_rect(screen.intersect(ui.clip_rect()));
            acts.extend(self.frame(ui, screen, &background, mode));
        });
        for act in acts {
            // A rectangle that is held still must not keep an idle window busy.
            if !matches!(act, Act::SelectIn(_)) {
                ui.ctx().request_repaint();
            }
            self.perform(act, &mut outcome);
        }
        if !ui.input(|input| input.pointer.any_down()) {
            self.draft.finish();
        }
        if self.draft.revision() != before {
            outcome.changed = true;
        }
        outcome
    }

    fn frame(
        &mut self,
        ui: &mut Ui,
        screen: Rect,
        background: &Response,
        mode: CanvasMode<'_>,
    ) -> Vec<Act> {
        let view = self.navigate(ui, screen);
        let count = self.draft.definition().len();
        background.widget_info(|| {
            let name = format!("Workflow canvas, {count} blocks");
            WidgetInfo::labeled(Role::Canvas, true, name)
        });
        if let Some(node) = self.focus.take() {
            let id = ui.scope_id().with(("node", node.0));
            ui.memory_mut(|memory| memory.request_focus(id));
            self.focused = Some(node);
        }
        let is_read_aloud = ui
            .ctx()
            .accesskit_node_builder(background.id, |_| ())
            .is_some();
        let mut stage = Stage {
            ui,
            brush: Brush {
                painter: ui.painter(),
                tokens: Tokens::of(ui.theme()),
                view,
            },
            far: (!view.shows_text()).then(|| Far::new(view, ui.pixels_per_point())),
            screen,
            draft: &self.draft,
            mode,
            selection: &self.selection,
            gesture: self.gesture,
            tally: &self.tally,
            is_read_aloud,
            pointer: ui.ctx().pointer_hover_pos(),
            was_focused: self.focused,
            acts: Vec::new(),
            focused: None,
            has_other_focus: false,
            other_focus: None,
        };
        stage.show(background);
        self.focused = stage.focused.or(stage.other_focus);
        let (mut acts, focused, has_other) = (stage.acts, stage.focused, stage.has_other_focus);
        let is_editing = matches!(mode, CanvasMode::Edit);
        let toolbar = Toolbar {
            is_editing,
            can_undo: self.draft.can_undo(),
            can_redo: self.draft.can_redo(),
            zoom: view.zoom(),
        };
        acts.extend(toolbar.show(ui, screen));
        for command in std::mem::take(&mut self.queued) {
            match self.commands(mode, focused).acts(command) {
                Ok(done) => acts.extend(done),
                Err(why) => acts.push(Act::Notice(why.to_owned())),
            }
        }
        if self.menu.is_some() {
            acts.extend(self.menu_ui(ui));
        } else if focused.is_some() || has_other || ui.memory(|memory| memory.focused().is_none()) {
            let keyboard = Keyboard {
                commands: self.commands(mode, focused),
                is_elsewhere: has_other && focused.is_none(),
            };
            acts.extend(keyboard.acts(ui));
        }
        acts
    }

    fn menu_ui(&mut self, ui: &Ui) -> Option<Act> {
        let menu = self.menu.as_mut()?;
        let (chosen, stays) = menu.show(ui, self.draft.definition());
        if !stays {
            self.menu = None;
            // The keyboard goes back to where it came from.
            self.focus = self.selection.nodes.first().copied();
        }
        chosen
    }

    /// Scrolls and zooms, shows what was asked for.
    fn navigate(&mut self, ui: &Ui, screen: Rect) -> View {
        let before = std::mem::replace(&mut self.screen, screen);
        let geometry = &self.draft.drawing().geometry;
        let view = self
            .view
            .get_or_insert_with(|| View::opening(geometry.bounds(), screen));
        if before != screen && before.is_positive() {
            if std::mem::take(&mut self.reopens) {
                *view = View::opening(geometry.bounds(), screen);
            } else {
                // A message above the canvas pushes the drawing down instead of covering its top.
                view.pan(screen.min - before.min);
            }
        }
        if ui.rect_contains_pointer(screen) {
            let (zoom, scroll, pointer) = ui.input(|input| {
                let pointer = input.pointer.hover_pos();
                (input.zoom_delta(), input.smooth_scroll_delta(), pointer)
            });
            match pointer {
                Some(at) if (zoom - 1.0).abs() > f32::EPSILON => view.zoom_about(at, zoom),
                _ => view.pan(scroll),
            }
            self.reopens &= scroll == Vec2::ZERO && (zoom - 1.0).abs() <= f32::EPSILON;
        }
        if let Some(rect) = self.reveal.take().and_then(|id| geometry.node(id)) {
            view.reveal(rect, screen);
        }
        *view
    }
}

#[cfg(test)]
mod tests;
