//! Who gets the reports: a list that addresses are added to and taken from.

use egui::{Align, Key, Layout, Ui, vec2};

use super::draft::{Draft, Fault};
use crate::ui::{
    icons::Icon,
    tokens::size,
    widgets::{Button, IconButton, TextField, text},
};

/// Says what is wrong with an address that was to be added.
pub(super) fn recipients_ui(
    ui: &mut Ui,
    draft: &mut Draft,
    error: Option<&str>,
    focus: bool,
) -> Option<Fault> {
    if draft.recipients.is_empty() {
        text::muted(ui, "Nobody gets reports yet.");
    }
    let mut removed = None;
    for (index, address) in draft.recipients.iter().enumerate() {
        let row = vec2(ui.available_width(), size::CONTROL);
        ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
            let name = format!("Remove {address}");
            if ui.add(IconButton::new(Icon::Close, &name)).clicked() {
                removed = Some(index);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                text::body(ui, address);
            });
        });
    }
    if let Some(index) = removed {
        draft.recipients.remove(index);
    }
    let field = TextField::new("Another recipient")
        .hint("admin@example.org")
        .error(error)
        .focus(focus)
        .show(ui, &mut draft.new_recipient);
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let can = !draft.new_recipient.trim().is_empty();
    let add = Button::secondary("Add recipient").icon(Icon::Add);
    let add = add.enabled(can).why_not("Type an address first");
    let adds = ui.add(add).clicked() || (entered && can);
    if !adds {
        return None;
    }
    let outcome = draft.add_recipient();
    if outcome.is_ok() && entered {
        // The next one can be typed at once.
        field.request_focus();
    }
    outcome.err()
}
