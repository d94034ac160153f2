//! Handles by which lines of the drawer are put into another order, with the mouse or the keyboard.
//!
//! Nothing moves while it is dragged: a line shows where it would land. So one reordering is one
//! change.

use egui::{
    CursorIcon, EventFilter, Id, Key, Modifiers, Rangef, Role, Sense, Stroke, Ui, WidgetInfo, pos2,
    vec2,
};

use super::moving::Way;
use crate::ui::{
    fonts,
    icons::Icon,
    tokens::{Tokens, gap, radius, size, type_size},
    widgets::focus_ring,
};

/// How near the edge of the drawer a dragged line must be for the drawer to scroll.
const EDGE: f32 = 32.0;

/// How far it scrolls in one frame.
const SCROLL: f32 = 6.0;

/// What is being done with a handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Dragged,
    Dropped,
    Pushed(Way),
}

/// Where something may land.
pub(super) struct Slot<P> {
    pub(super) place: P,
    pub(super) y: f32,
    pub(super) x: Rangef,

    /// It stands there already.
    pub(super) is_same: bool,
}

/// Where nothing can be changed there is nothing to hold.
pub(super) fn handle(ui: &mut Ui, id: Id, name: &str) -> Option<Held> {
    if !ui.is_enabled() {
        return None;
    }
    let tokens = Tokens::of(ui.theme());
    let (rect, _) = ui.allocate_exact_size(vec2(size::HANDLE, size::CONTROL_SMALL), Sense::HOVER);
    let response = ui.interact(rect, id, Sense::drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_description("Drag it, or press the arrow keys up and down");
    });
    let is_live = response.hovered() || response.dragged() || response.has_focus();
    let ink = if is_live { tokens.text } else { tokens.muted };
    ui.painter().text(
        rect.center(),
        egui::Align2::CENTER_CENTER,
        Icon::DragHandle.glyph(),
        fonts::icon(type_size::ICON),
        ink,
    );
    if response.has_focus() {
        focus_ring(ui, rect, radius::SMALL);
    }
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    let cursor = if response.dragged() {
        CursorIcon::Grabbing
    } else {
        CursorIcon::Grab
    };
    let response = response.on_hover_and_drag_cursor(cursor);
    // Esc gives up the drag, not the drawer.
    let is_held = response.dragged() || response.drag_stopped();
    if is_held && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
        return None;
    }
    if response.dragged() {
        Some(Held::Dragged)
    } else if response.drag_stopped() {
        Some(Held::Dropped)
    } else if response.has_focus() {
        pushed(ui, id).map(Held::Pushed)
    } else {
        None
    }
}

fn pushed(ui: &Ui, id: Id) -> Option<Way> {
    let filter = EventFilter {
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    let pressed = |key| {
        ui.input_mut(|input| {
            input.consume_key(Modifiers::ALT, key) || input.consume_key(Modifiers::NONE, key)
        })
    };
    if pressed(Key::ArrowUp) {
        Some(Way::Up)
    } else {
        pressed(Key::ArrowDown).then_some(Way::Down)
    }
}

/// Of a plain list: where the line at `from` stands from now on. `slots` are numbered by the line
/// that they lie before.
pub(super) fn landed(ui: &Ui, from: usize, held: Held, slots: Vec<Slot<usize>>) -> Option<usize> {
    match held {
        Held::Pushed(Way::Up) => from.checked_sub(1),
        Held::Pushed(Way::Down) => Some(from + 1).filter(|it| it + 1 < slots.len()),
        Held::Dragged | Held::Dropped => {
            let before = landing(ui, slots).filter(|_| held == Held::Dropped)?;
            Some(before - usize::from(before > from))
        }
    }
}

/// The place nearest to the pointer, with a line that shows it. The drawer scrolls along.
pub(super) fn landing<P>(ui: &Ui, slots: Vec<Slot<P>>) -> Option<P> {
    let pointer = ui.ctx().pointer_latest_pos()?;
    let distance = |slot: &Slot<P>| (slot.y - pointer.y).abs();
    let nearest = slots
        .into_iter()
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    let view = ui.clip_rect();
    if pointer.y < view.top() + EDGE {
        ui.scroll_with_delta(vec2(0.0, SCROLL));
        ui.ctx().request_repaint();
    } else if pointer.y > view.bottom() - EDGE {
        ui.scroll_with_delta(vec2(0.0, -SCROLL));
        ui.ctx().request_repaint();
    }
    if nearest.is_same {
        return None;
    }
    let ink = Tokens::of(ui.theme()).accent.ink;
    let stroke = Stroke::new(size::FOCUS, ink);
    ui.painter().hline(nearest.x, nearest.y, stroke);
    let end = pos2(nearest.x.min, nearest.y);
    ui.painter().circle_filled(end, gap::XS, ink);
    Some(nearest.place)
}
