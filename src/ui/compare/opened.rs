//! Two versions side by side: their canvases, which move together, and the changes between them.

use std::sync::Arc;

use egui::{CentralPanel, Frame, Margin, Panel, Rect, Stroke, Ui, UiBuilder, vec2};

use super::{
    as_text::TextView,
    changes::ChangeList,
    facts::{Facts, Side},
};
use crate::{
    model::{
        compare::{Mark, Marks},
        definition::NodeId,
    },
    ui::{
        Ctx,
        canvas::{Canvas, CanvasMode, CompareView, view::Sight},
        icons::Icon,
        tokens::{Tokens, gap, size},
        widgets::{badge, empty_state, text},
        workflows::status_look,
    },
};

/// From this width on the changes stand at the side.
const WIDE: f32 = 960.0;

/// Where each canvas would get less than this, one stands above the other.
const NARROWEST: f32 = 300.0;

const LIST: f32 = 330.0;
const CAPTION: f32 = 40.0;

/// What stands above the list of changes, with its margins.
const HEADING: f32 = 64.0;

pub(super) struct Opened {
    pub(super) facts: Arc<Facts>,
    old: Pane,
    new: Pane,
    changes: ChangeList,
    pub(super) text: TextView,

    revealing: Revealing,
}

/// A change was chosen: the newer canvas goes where its block is, the older one shows the same part,
/// and then goes on to its own block if that stands elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Revealing {
    #[default]
    No,
    Newer {
        then: Option<NodeId>,
    },
    Older,
}

/// One of the two.
struct Pane {
    canvas: Canvas,
    view: CompareView,
    selected: Option<NodeId>,
}

impl Pane {
    fn new(side: &Side, marks: &Marks, is_new: bool) -> Self {
        let which = if is_new { "Newer" } else { "Older" };
        Self {
            canvas: Canvas::new(side.definition.clone()),
            view: CompareView {
                name: format!("{which}: version {}", side.version.number),
                marks: marks.clone(),
                is_new,
                has_toolbar: is_new,
            },
            selected: None,
        }
    }

    /// The only selected block, if it is another one than before.
    fn newly_selected(&mut self) -> Option<NodeId> {
        let mut all = self.canvas.selected().iter();
        let only = all.next().filter(|_| all.next().is_none()).copied();
        let is_new = only != self.selected;
        self.selected = only;
        only.filter(|_| is_new)
    }

    fn show(&mut self, node: Option<NodeId>) {
        match node {
            Some(node) => self.canvas.show_node(node),
            None => self.canvas.deselect(),
        }
        self.selected = node;
    }
}

impl Opened {
    pub(super) fn new(facts: Arc<Facts>) -> Self {
        let comparison = &facts.comparison;
        let mut old = Pane::new(&facts.old, &comparison.old, false);
        let mut new = Pane::new(&facts.new, &comparison.new, true);
        old.canvas.set_beside(&new.canvas);
        new.canvas.set_beside(&old.canvas);
        Self {
            text: TextView::new(&facts.lines),
            changes: ChangeList::default(),
            revealing: Revealing::No,
            old,
            new,
            facts,
        }
    }

    /// Both canvases and the list. Says whether Esc was pressed.
    pub(super) fn side_by_side(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> bool {
        let mode = CanvasMode::Compare(&self.new.view);
        let offers = self.new.canvas.offers(mode);
        if let Some(command) = ctx.list(&offers) {
            self.new.canvas.command(command);
        }
        let tokens = Tokens::of(ui.theme());
        let frame = Frame::new()
            .fill(tokens.surface)
            .inner_margin(Margin::same(gap::XS as i8));
        if ui.available_width() >= WIDE {
            Panel::right("changes")
                .exact_size(LIST)
                .resizable(false)
                .frame(frame)
                .show(ui, |ui| self.list(ui));
        } else {
            // A short list leaves its room to the canvases.
            let most = (ui.available_height() * 0.36).clamp(130.0, 280.0);
            let comparison = &self.facts.comparison;
            let height = if comparison.is_same() {
                most
            } else {
                let width = ui.available_width() - 2.0 * gap::XS;
                let rows = self.changes.height(&comparison.changes, width);
                (rows + HEADING).clamp(HEADING + size::ROW, most)
            };
            Panel::bottom("changes below")
                .exact_size(height)
                .resizable(false)
                .frame(frame)
                .show(ui, |ui| self.list(ui));
        }
        let shown = CentralPanel::no_frame().show(ui, |ui| self.canvases(ctx, ui));
        shown.inner
    }

    fn list(&mut self, ui: &mut Ui) {
        let comparison = &self.facts.comparison;
        let margin = Margin::symmetric(gap::S as i8, gap::XS as i8);
        Frame::new().inner_margin(margin).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = gap::XS;
            text::heading(ui, "What differs");
            text::note(ui, &comparison.summary());
        });
        if comparison.is_same() {
            let moved = comparison.count(Mark::Moved) > 0;
            let sentence = if moved {
                "Only places on the canvas differ: an execution would do the same."
            } else {
                "Choose other versions above, or go back and draw something else."
            };
            empty_state(ui, Icon::Check, "No change", sentence, None);
            return;
        }
        let Some(chosen) = self.changes.show(ui, &comparison.changes) else {
            return;
        };
        if let Some(change) = comparison.changes.get(chosen) {
            self.new.show(change.new);
            self.old.show(change.old.filter(|_| change.new.is_none()));
            self.revealing = match change.new {
                Some(_) => Revealing::Newer { then: change.old },
                None => Revealing::No,
            };
            ui.ctx().request_repaint();
        }
    }

    fn canvases(&mut self, ctx: &Ctx<'_>, ui: &mut Ui) -> bool {
        let tokens = Tokens::of(ui.theme());
        let room = ui.available_rect_before_wrap();
        let is_beside = room.width() / 2.0 >= NARROWEST;
        let (first, second) = if is_beside {
            room.split_left_right_at_fraction(0.5)
        } else {
            room.split_top_bottom_at_fraction(0.5)
        };
        let before = (self.old.canvas.sight(), self.new.canvas.sight());
        let old = pane_ui(ctx, ui, first, &mut self.old, &self.facts.old);
        let new = pane_ui(ctx, ui, second, &mut self.new, &self.facts.new);
        let line = Stroke::new(size::LINE, tokens.border);
        if is_beside {
            ui.painter().vline(second.left(), room.y_range(), line);
        } else {
            ui.painter().hline(room.x_range(), second.top(), line);
        }
        self.move_together(ui, before);
        self.select_partner();
        old || new
    }

    fn move_together(&mut self, ui: &Ui, (old, new): (Option<Sight>, Option<Sight>)) {
        match std::mem::take(&mut self.revealing) {
            Revealing::Newer { then } => {
                self.old.canvas.look_as(&self.new.canvas);
                self.old.show(then);
                self.revealing = Revealing::Older;
                ui.ctx().request_repaint();
            }
            Revealing::Older => (),
            Revealing::No if old.is_some() && old != self.old.canvas.sight() => {
                self.new.canvas.follow(&self.old.canvas, old);
            }
            Revealing::No => self.old.canvas.follow(&self.new.canvas, new),
        }
    }

    /// What is chosen on one canvas is chosen on the other and in the list too.
    fn select_partner(&mut self) {
        let (old, new) = (self.old.newly_selected(), self.new.newly_selected());
        if old.is_none() && new.is_none() {
            return;
        }
        let changes = &self.facts.comparison.changes;
        let is_it = |it: &crate::model::compare::Change| {
            (old.is_some() && it.old == old) || (new.is_some() && it.new == new)
        };
        self.changes.selected = changes.iter().position(is_it);
        let change = self.changes.selected.and_then(|it| changes.get(it));
        let (pane, partner) = if old.is_some() {
            (&mut self.new, change.and_then(|it| it.new))
        } else {
            (&mut self.old, change.and_then(|it| it.old))
        };
        match partner {
            Some(node) => pane.canvas.select(node),
            None => pane.canvas.deselect(),
        }
        pane.selected = partner;
    }
}

/// A canvas under its caption. Says whether Esc was pressed.
fn pane_ui(ctx: &Ctx<'_>, ui: &mut Ui, room: Rect, pane: &mut Pane, side: &Side) -> bool {
    let (top, below) = room.split_top_bottom_at_y(room.top() + CAPTION);
    let tokens = Tokens::of(ui.theme());
    ui.painter().rect_filled(top, 0.0, tokens.surface);
    let inside = top.shrink2(vec2(gap::M, gap::XS));
    ui.scope_builder(UiBuilder::new().max_rect(inside), |ui| {
        ui.horizontal_centered(|ui| caption(ctx, ui, side));
    });
    let line = Stroke::new(size::LINE, tokens.border);
    ui.painter().hline(top.x_range(), top.bottom(), line);
    let salt = pane.view.is_new;
    let child = UiBuilder::new().max_rect(below).id_salt(("canvas", salt));
    let shown = ui.scope_builder(child, |ui| {
        pane.canvas.ui(ui, CanvasMode::Compare(&pane.view))
    });
    shown.inner.escaped
}

fn caption(ctx: &Ctx<'_>, ui: &mut Ui, side: &Side) {
    let version = &side.version;
    text::strong(ui, &format!("Version {}", version.number));
    let (mood, icon) = status_look(version.status);
    badge(ui, mood, icon, version.status.label());
    let about = if side.is_unsaved {
        "as drawn now, not saved".to_owned()
    } else {
        format!("{} · {}", version.author, ctx.moment(version.changed))
    };
    text::muted(ui, &about);
}
