//! The canvas: a workflow, drawn and edited.
//!
//! [`geometry`] says where things are, `paint` and `block` how they look, `stage` draws a frame and
//! collects what the admin does, `act` and `edit` do it to the draft. [`drawer`] edits one node. The draft is
//! a plain value; undo keeps copies of it. Nothing here reads or writes the store.

mod act;
mod block;
mod clipboard;
mod commands;
mod compared;
mod context_menu;
mod draft;
pub mod drawer;
mod edit;
mod editor;
mod far;
mod find;
pub mod geometry;
mod keys;
mod menu;
mod mini_map;
mod node;
mod note;
mod paint;
mod ports;
mod problems;
mod rename;
mod stage;
mod tidy;
mod toolbar;
pub mod view;
mod walk;

pub(super) use self::block::icon as node_icon;
pub use self::{
    compared::{CompareView, mark_look},
    editor::{Arrival, Editor, EditorOutcome},
    walk::{WalkStep, WalkView},
};

use std::collections::BTreeSet;

use egui::{
    Key, Modifiers, Pos2, Rect, Response, Role, Sense, Ui, Vec2, ViewportCommand, WidgetInfo,
};

use self::{
    act::{Act, Gesture, Selection},
    context_menu::ContextMenu,
    draft::Draft,
    drawer::Choices,
    far::Far,
    find::{Finder, Seek},
    keys::Keyboard,
    menu::StepMenu,
    mini_map::MiniMap,
    paint::Brush,
    ports::Control,
    problems::Tally,
    rename::Renaming,
    stage::Stage,
    tidy::Drift,
    toolbar::Toolbar,
    view::{Glide, View},
};
use super::{menu::MenuCommand, tokens::Tokens};
use crate::model::{
    definition::{Definition, NodeId},
    problem::Problem,
};

/// How far the wheel turns on the mini-map to zoom by *e*.
const WHEEL_PER_ZOOM: f32 = 240.0;

pub struct Canvas {
    draft: Draft,
    selection: Selection,
    gesture: Gesture,

    /// What was selected when the gesture began.
    before: BTreeSet<NodeId>,
    menu: Option<StepMenu>,
    context_menu: Option<ContextMenu>,

    /// Where the menu was in which "Paste" was chosen.
    menu_at: Option<Pos2>,
    renaming: Option<Renaming>,

    /// What the directory has: pasted steps find their targets in it.
    choices: Choices,
    tally: Tally,
    shows_problems: bool,

    /// `None` until the first frame, which fits the drawing into the window.
    view: Option<View>,

    /// To be shown from the next frame on, and on the way there.
    wanted: Option<View>,
    glide: Option<Glide>,

    /// The room may change in the next frame, as when the drawer closes: what was made to fit the old
    /// one is then made to fit the new one.
    reopens: bool,

    /// What another canvas beside this one draws: both are fitted as one.
    beside: Option<Rect>,

    /// Where the canvas was on the screen in the last frame.
    screen: Rect,

    /// To be brought onto the screen, and to be given the keyboard, in the next frame.
    reveal: Option<NodeId>,
    focus: Option<NodeId>,
    control_focus: Option<Control>,

    /// The block that a control with the keyboard belongs to.
    at_work: Option<NodeId>,

    /// Blocks that are on their way to where the draft has them.
    drift: Option<Drift>,

    /// The node that had the keyboard in the last frame, or whose port or button had it.
    focused: Option<NodeId>,
    finder: Finder,
    mini_map: MiniMap,

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

    /// Looking at what differs from another version.
    Compare(&'a CompareView),
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
    clipboard: Option<ClipboardWish>,
}

/// What is wanted of the system's clipboard.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ClipboardWish {
    Put(String),

    /// It arrives as an event, in one of the next frames.
    Paste,
}

impl Canvas {
    pub fn new(definition: Definition) -> Self {
        let tally = Tally::new(definition.problems());
        Self {
            draft: Draft::new(definition),
            selection: Selection::default(),
            gesture: Gesture::None,
            before: BTreeSet::new(),
            menu: None,
            context_menu: None,
            menu_at: None,
            renaming: None,
            choices: Choices::default(),
            tally,
            shows_problems: false,
            view: None,
            wanted: None,
            glide: None,
            reopens: false,
            beside: None,
            screen: Rect::NOTHING,
            reveal: None,
            focus: None,
            drift: None,
            control_focus: None,
            at_work: None,
            focused: None,
            finder: Finder::default(),
            mini_map: MiniMap::default(),
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

    pub fn deselect(&mut self) {
        self.selection = Selection::default();
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

    /// What the directory has now.
    pub(super) fn set_choices(&mut self, choices: Choices) {
        self.choices = choices;
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
        match outcome.clipboard.take() {
            Some(ClipboardWish::Put(text)) => ui.ctx().copy_text(text),
            Some(ClipboardWish::Paste) => {
                ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste);
            }
            None => (),
        }
        if !ui.input(|input| input.pointer.any_down() || Keyboard::is_moving(input)) {
            self.draft.settle();
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
        self.drift(ui);
        let count = self.draft.definition().blocks().count();
        background.widget_info(|| {
            let name = match mode {
                CanvasMode::Compare(compared) => compared.canvas_name(count),
                _ => format!("Workflow canvas, {count} blocks"),
            };
            WidgetInfo::labeled(Role::Canvas, true, name)
        });
        let is_cancelled = self.gesture != Gesture::None
            && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        if let Some(node) = self.focus.take() {
            let id = node::node_widget(ui, node);
            ui.memory_mut(|memory| memory.request_focus(id));
            self.focused = Some(node);
        }
        if let Some(control) = self.control_focus.take() {
            let id = control.id(ui);
            ui.memory_mut(|memory| memory.request_focus(id));
        }
        let mut unseen = ui.new_child(egui::UiBuilder::new().max_rect(screen));
        unseen.set_clip_rect(Rect::NOTHING);
        let described = ui.ctx().accesskit_node_builder(background.id, |node| {
            node.set_description(
                "Arrow keys walk along the edges, Tab goes through everything, Enter opens, F1 lists all shortcuts",
            );
        });
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
            gesture: if is_cancelled {
                Gesture::None
            } else {
                self.gesture
            },
            tally: &self.tally,
            finder: &self.finder,
            unseen,
            is_read: described.is_some(),
            was_at_work: self.at_work,
            at_work: None,
            remark: None,
            hover: ui.ctx().pointer_hover_pos(),
            was_focused: self.focused,
            acts: Vec::new(),
            focused: None,
            has_other_focus: false,
        };
        stage.show(background);
        self.focused = stage.focused.or(stage.at_work);
        let (mut acts, focused, has_other) = (stage.acts, stage.focused, stage.has_other_focus);
        if is_cancelled {
            acts.push(Act::Cancel);
        }
        self.at_work = stage.at_work;
        for seek in Self::find_keys(ui) {
            // At once: the field shall have what is typed in the same frame.
            self.seek(seek);
            ui.ctx().request_repaint();
        }
        let (chosen, on_map) = self.overlays(ui, screen, mode, focused);
        acts.extend(chosen);
        let has_other = has_other || on_map;
        for command in std::mem::take(&mut self.queued) {
            match self.commands(mode, focused).acts(command) {
                Ok(done) => acts.extend(done),
                Err(why) => acts.push(Act::Notice(why.to_owned())),
            }
        }
        if self.menu.is_some() {
            acts.extend(self.menu_ui(ui));
        } else if self.context_menu.is_some() {
            acts.extend(self.context_menu_ui(ui, mode, focused));
        } else if self.renaming.is_some() {
            acts.extend(self.rename_ui(ui, view));
        } else if ui.memory(|memory| memory.top_modal_layer().is_some()) {
            // A dialog lies over the canvas.
        } else if egui::Popup::is_any_open(ui.ctx()) {
            // A list of the drawer lies over it: Delete is not meant for a block.
        } else if focused.is_some() || has_other || ui.memory(|memory| memory.focused().is_none()) {
            let keyboard = Keyboard {
                commands: self.commands(mode, focused),
                is_elsewhere: has_other && focused.is_none(),
            };
            acts.extend(keyboard.acts(ui));
        }
        acts
    }

    /// What lies over the drawing. Says whether the mini-map has the keyboard.
    fn overlays(
        &mut self,
        ui: &mut Ui,
        screen: Rect,
        mode: CanvasMode<'_>,
        focused: Option<NodeId>,
    ) -> (Vec<Act>, bool) {
        // Of two canvases side by side, one has the tools for both.
        let has_tools = !matches!(mode, CanvasMode::Compare(it) if !it.has_toolbar);
        let Some(view) = self.view.filter(|_| has_tools) else {
            return (Vec::new(), false);
        };
        let mut acts = self.finder.bar(ui, screen, &self.draft);
        let toolbar = Toolbar {
            commands: self.commands(mode, focused),
            zoom: view.zoom(),
            has_mini_map: MiniMap::is_wanted(ui),
        };
        let (chosen, toolbar) = toolbar.show(ui, screen);
        acts.extend(chosen);
        let shown = mini_map::Shown {
            draft: &self.draft,
            view,
            mode,
            tally: &self.tally,
            finder: &self.finder,
            toolbar,
        };
        let (chosen, on_map) = self.mini_map.show(ui, screen, &shown);
        acts.extend(chosen);
        (acts, on_map)
    }

    /// The search answers from wherever the keyboard is, also from the drawer.
    fn find_keys(ui: &Ui) -> Vec<Seek> {
        let is_covered = egui::Popup::is_any_open(ui.ctx())
            || ui.memory(|memory| memory.top_modal_layer().is_some());
        if is_covered {
            return Vec::new();
        }
        let keys = [
            (MenuCommand::Find, Seek::Open),
            (MenuCommand::FindNext, Seek::Next),
            (MenuCommand::FindPrevious, Seek::Previous),
        ];
        ui.input_mut(|input| {
            let pressed = keys.into_iter().filter(|(command, _)| command.takes(input));
            pressed.map(|(_, seek)| seek).collect()
        })
    }

    fn menu_ui(&mut self, ui: &Ui) -> Option<Act> {
        let menu = self.menu.as_mut()?;
        let (chosen, stays) = menu.show(ui, self.draft.definition());
        if !stays {
            self.menu = None;
            // The keyboard goes back to where it came from.
            self.focus = self.selection.nodes.first().copied();
            self.control_focus = match &chosen {
                Some(Act::Connect(edge)) => Some(Control::Edge(*edge)),
                _ => self.selection.edge.map(Control::Edge),
            };
        }
        chosen
    }

    fn context_menu_ui(
        &mut self,
        ui: &Ui,
        mode: CanvasMode<'_>,
        focused: Option<NodeId>,
    ) -> Vec<Act> {
        let Some(mut menu) = self.context_menu.take() else {
            return Vec::new();
        };
        let commands = self.commands(mode, focused);
        let (chosen, stays) = menu.show(ui, &commands);
        let acts = chosen.and_then(|command| commands.acts(command).ok());
        if stays {
            self.context_menu = Some(menu);
        } else {
            self.menu_at = chosen.map(|_| menu.at());
            self.focus = self.selection.nodes.first().copied();
        }
        acts.unwrap_or_default()
    }

    /// Scrolls and zooms, shows what was asked for.
    fn navigate(&mut self, ui: &Ui, screen: Rect) -> View {
        let before = std::mem::replace(&mut self.screen, screen);
        let extent = self.extent();
        let geometry = &self.draft.drawing().geometry;
        let view = self
            .view
            .get_or_insert_with(|| View::opening(extent, screen));
        if before != screen && before.is_positive() {
            if std::mem::take(&mut self.reopens) {
                *view = View::opening(extent, screen);
            } else {
                // A message above the canvas pushes the drawing down instead of covering its top.
                view.pan(screen.min - before.min);
                if let Some(glide) = &mut self.glide {
                    glide.pan(screen.min - before.min);
                }
            }
        }
        if ui.rect_contains_pointer(screen) {
            let (zoom, scroll, pointer) = ui.input(|input| {
                let pointer = input.pointer.hover_pos();
                (input.zoom_delta(), input.smooth_scroll_delta(), pointer)
            });
            let is_moved = scroll != Vec2::ZERO || (zoom - 1.0).abs() > f32::EPSILON;
            match pointer {
                Some(at) if self.mini_map.holds(at) => {
                    // There is nothing to scroll on the map: the wheel zooms.
                    let factor = zoom * (scroll.y / WHEEL_PER_ZOOM).exp();
                    view.zoom_about(screen.center(), factor);
                }
                Some(at) if (zoom - 1.0).abs() > f32::EPSILON => view.zoom_about(at, zoom),
                _ => view.pan(scroll),
            }
            if is_moved {
                self.reopens = false;
                self.glide = None;
            }
        }
        let end = self.glide.map_or(*view, |glide| glide.end());
        if let Some(rect) = self.reveal.take().and_then(|id| geometry.node(id)) {
            let mut revealed = self.wanted.unwrap_or(end);
            let mut free = screen;
            free.min.y += self.finder.covers();
            revealed.reveal(rect, free);
            if revealed != end {
                self.wanted = Some(revealed);
            }
        }
        Self::glide(ui, view, &mut self.glide, self.wanted.take())
    }

    /// Goes on with a change of the view, or begins one.
    fn glide(ui: &Ui, view: &mut View, glide: &mut Option<Glide>, wanted: Option<View>) -> View {
        let now = ui.input(|input| input.time);
        let is_still = ui.style().animation_time <= 0.0;
        match wanted {
            Some(wanted) if is_still => (*view, *glide) = (wanted, None),
            Some(wanted) => *glide = Some(Glide::new(*view, wanted, now)),
            None => (),
        }
        if let Some(going) = *glide {
            *view = going.at(now);
            if going.is_over(now) {
                *glide = None;
            } else {
                ui.ctx().request_repaint();
            }
        }
        *view
    }
}

#[cfg(test)]
mod tests;
