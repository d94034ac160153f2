//! A note: its words, and how much room they get.

use egui::Ui;

use crate::{
    model::note::{MAX_SIZE, MAX_TEXT, MIN_SIZE, Note},
    ui::{
        tokens::gap,
        widgets::{TextField, text},
    },
};

/// As many lines of the text are in sight.
const LINES: usize = 10;

/// `takes_keyboard` puts it into the text.
pub(super) fn show(ui: &mut Ui, note: &mut Note, takes_keyboard: bool) {
    TextField::new("Text")
        .hint("What the next admin should know")
        .lines(LINES)
        .limit(MAX_TEXT)
        .focus(takes_keyboard)
        .show(ui, &mut note.text);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = gap::S;
        for (axis, name) in ["Width", "Height"].into_iter().enumerate() {
            let label = ui.label(name);
            let number = egui::DragValue::new(&mut note.size[axis])
                .range(MIN_SIZE[axis]..=MAX_SIZE[axis])
                .speed(2.0);
            ui.add(number).labelled_by(label.id);
            ui.add_space(gap::M);
        }
    });
    text::note(
        ui,
        "A note takes no part in what the workflow does. Drag its lower right corner to give it \
         another size, or press Ctrl+Shift with an arrow key.",
    );
}
