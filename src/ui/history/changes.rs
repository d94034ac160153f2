//! What an update changed: before and after, side by side.

use egui::Ui;

use crate::{
    model::{attribute::Attribute, difference::Difference},
    ui::{
        tokens::{gap, size},
        widgets::{Cells, Column, Table, text},
    },
};

/// The changes that are in sight before the list scrolls.
const LISTED: usize = 3;

/// The names of the built-in attributes fit.
const ATTRIBUTE: f32 = 110.0;

/// Nothing, if nothing was changed: a registration.
pub(super) fn changes_ui(ui: &mut Ui, changes: &[Difference], attributes: &[Attribute]) {
    if changes.is_empty() {
        return;
    }
    let title = match changes.len() {
        count if count > LISTED => format!("What was updated: {count} attributes"),
        _ => "What was updated".to_owned(),
    };
    text::heading(ui, &title);
    ui.add_space(gap::XS);
    // Before and after are equally important.
    let half = (ui.available_width() - ATTRIBUTE) / 2.0 - gap::M;
    let columns = [
        Column::initial("Attribute", ATTRIBUTE),
        Column::initial("Before", half),
        Column::rest("After"),
    ];
    let listed = changes.len().min(LISTED) as f32;
    Table::new("What was updated", &columns)
        .height(size::TABLE_HEADER + listed * size::ROW)
        .show(ui, changes.len(), &mut None, |cells, index| {
            if let Some(it) = changes.get(index) {
                cells.text(label(it, attributes));
                value(cells, &it.before);
                value(cells, &it.after);
            }
        });
    ui.add_space(gap::M);
}

/// A custom attribute that is still there goes by its label.
fn label<'a>(change: &'a Difference, attributes: &'a [Attribute]) -> &'a str {
    let custom = attributes
        .iter()
        .find(|it| it.spec.name == change.attribute);
    custom.map_or_else(|| change.label(), |it| &it.spec.label)
}

fn value(cells: &mut Cells<'_, '_, '_>, value: &str) {
    if value.is_empty() {
        cells.muted("empty");
    } else {
        cells.text(value);
    }
}
