//! What screens are built from. Each control has a name and a role that assistive technology and
//! tests find it by, and none of them names a colour or a size of its own.

mod badge;
mod banner;
mod button;
mod choice;
mod combo;
mod dialog;
mod drawer;
mod field;
mod page;
mod picker;
mod progress;
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
    dialog::{Answer, Confirm, Dialog, Shown},
    drawer::{Drawer, DrawerAnswer},
    field::{TextField, search_field},
    page::{card, empty_state, key_values, page_header, section, skeleton_rows},
    picker::{Entry, Picked, Picker},
    progress::progress,
    table::{Cells, Column, Table, TableOutput},
    tabs::tabs,
    toast::{Toast, Toasts},
};

use egui::{CornerRadius, Rect, Stroke, StrokeKind, Ui};

use super::tokens::{Tokens, size};

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
