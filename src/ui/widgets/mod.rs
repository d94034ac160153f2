//! What screens are built from. Each control has a name and a role that assistive technology and
//! tests find it by, and none of them names a colour or a size of its own.
//!
//! ```text
//! Button::primary|secondary|danger|quiet("Save").icon(i).name(n).enabled(b).why_not(s).command(c).small().wide()   ui.add(…)
//! IconButton::new(icon, "Undo").enabled(b).selected(b).command(c).small().color(c)                                 ui.add(…)
//! icon_button(ui, icon, "Undo") -> Response
//! TextField::new("Name").hint(s).help(s).error(Option<&str>).required().enabled(b).password().lines(n)
//!     .monospace().limit(n).focus(b).id(id).show(ui, &mut String) -> Response
//! search_field(ui, name, hint, width, &mut String) -> Response
//! Combo::new("Zone").label_hidden().help(s).error(o).required().enabled(b).width(w)
//!     .show(ui, &mut T, &[(T, text)]) -> Response
//! DateField::new("First day", today).label_hidden().help(s).error(o).required().focus(b)
//!     .show(ui, &mut String) -> Response
//! Picker::new("Group", &[Entry::new(key, text).detail(s)]).placeholder(s).creates().narrowed_elsewhere()
//!     .help(s).error(o).required().enabled(b).show_one(ui, &mut Option<K>) | .show_many(ui, &mut Vec<K>) -> Picked
//! schedule_field(ui, &mut Schedule, now) -> bool
//! typed(ui, label, &mut T, |text| Result<T, String>, |ui, &mut text, Option<&str>| Response)
//! checkbox(ui, &mut bool, label) -> Response        radio(ui, &mut T, value, label) -> Response
//! segmented(ui, name, &mut T, &[(T, &str)]) -> bool   tabs(ui, name, &mut T, &[(T, &str)]) -> bool
//! badge(ui, Mood, icon, text) -> Response
//! Banner::new(Mood, text).title(s).action(s).show(ui) -> bool
//! Toasts<A>::push(Toast::new(Mood, text).action(word, a))   Toasts::show(ctx) -> Option<A>
//! Confirm::new(title, body, word).danger().show(ctx) -> Option<Answer>
//! Dialog::new(title).width(w).show(ctx, |ui, opening| …) -> Shown<R>
//! Drawer::new(title).icon(i).save_word(s).wide().read_only().can_save(b, why_not).show(ui, |ui| …) -> Option<DrawerAnswer>
//! page_header(ui, title, subtitle, |ui| actions) -> R    card(ui, title, |ui| …) -> R
//! section(ui, title, sentence, |ui| …) -> R              empty_state(ui, icon, title, sentence, Option<&str>) -> bool
//! copyable(ui, name, value)
//! skeleton_rows(ui, n)     key_values(ui, id, &[(&str, &str)])
//! progress(ui, name, detail, fraction, Option<&str>) -> bool
//! Table::new(name, &[Column::rest|exact|initial]).opens_on_click().height(h)
//!     .show(ui, rows, &mut Option<usize>, |cells, index| …) -> TableOutput
//!     cells.text|strong|muted(s)  date(short, full)  badge(mood, icon, s)  icon_text(icon, s)  ui(name, |ui| …)
//! text::body|strong|muted|heading|paragraph|note(ui, s)   text::elided(ui, s, font, color)
//! text::shown(s), text::shown_lines(s): everything that people typed goes through one of these
//! ```

mod badge;
mod banner;
mod button;
mod choice;
mod combo;
mod copyable;
mod date_field;
mod dialog;
mod drawer;
mod field;
mod page;
mod picker;
mod progress;
mod schedule_field;
mod table;
mod tabs;
pub mod text;
mod toast;

pub use self::{
    badge::{Mood, badge},
    banner::Banner,
    button::{Button, IconButton, icon_button},
    choice::{checkbox, radio, segmented},
    combo::Combo,
    copyable::copyable,
    date_field::DateField,
    dialog::{Answer, Confirm, Dialog, Shown},
    drawer::{Drawer, DrawerAnswer},
    field::{TextField, search_field},
    page::{
        card, card_table, empty_state, key_values, page_header, page_header_with_back, section,
        skeleton_rows,
    },
    picker::{Entry, Picked, Picker},
    progress::progress,
    schedule_field::{schedule_field, typed},
    table::{Cells, Column, Table, TableOutput},
    tabs::tabs,
    toast::{Toast, Toasts},
};

use egui::{CornerRadius, Id, Rect, Response, Stroke, StrokeKind, Ui};

use super::tokens::{Tokens, size};

/// Says whether a line, a tab or a block is selected. In the words of assistive technology that is
/// something else than being ticked.
pub fn say_selected(response: &Response, is_selected: bool) {
    response.ctx.accesskit_node_builder(response.id, |node| {
        node.clear_toggled();
        node.set_selected(is_selected);
    });
}

/// Says that the keys that go to `field` choose this line of the list below it.
pub fn say_current(field: Id, line: &Response) {
    let line_id = line.id.accesskit_id();
    line.ctx
        .accesskit_node_builder(field, |node| node.set_active_descendant(line_id));
}

/// Shows where the keyboard is.
pub fn focus_ring(ui: &Ui, rect: Rect, radius: u8) {
    let stroke = Stroke::new(size::FOCUS, Tokens::of(ui.theme()).focus);
    ui.painter().rect_stroke(
        rect.expand(1.0),
        CornerRadius::same(radius + 1),
        stroke,
        StrokeKind::Outside,
    );
}

#[cfg(test)]
mod tests;
