//! The list of custom attributes.

use egui::Ui;

use super::Wish;
use crate::{
    model::attribute::{Attribute, AttributeKind},
    ui::{
        Ctx,
        icons::Icon,
        tokens::gap,
        widgets::{Cells, Column, Table, card_table, empty_state, text},
    },
};

#[derive(Default)]
pub(super) struct AttributesTab {
    selected: Option<usize>,
}

impl AttributesTab {
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<Wish> {
        let attributes = &ctx.config.attributes;
        if attributes.is_empty() {
            let sentence = "A custom attribute is a field of users besides the built-in ones, such \
                            as a department or a cost centre. Conditions of workflows can test it.";
            let action = Some("Add the first attribute");
            let pressed = empty_state(
                ui,
                Icon::Attribute,
                "No custom attributes yet",
                sentence,
                action,
            );
            return pressed.then_some(Wish::NewAttribute);
        }
        text::muted(
            ui,
            "Fields of users besides the built-in ones. Workflows can test those that are not required.",
        );
        ui.add_space(gap::S);
        let columns = [
            Column::initial("Label", 200.0),
            Column::initial("Name", 160.0),
            Column::rest("Type"),
            Column::exact("Required", 90.0),
            Column::exact("On sign-up", 90.0).optional(1),
        ];
        let height = ui.available_height() - gap::S;
        let selected = &mut self.selected;
        let output = card_table(ui, |ui| {
            Table::new("Attributes", &columns)
                .opens_on_click()
                .height(height)
                .show(ui, attributes.len(), selected, |cells, index| {
                    if let Some(attribute) = attributes.get(index) {
                        row_ui(cells, attribute);
                    }
                })
        });
        let opened = output.opened.and_then(|index| attributes.get(index));
        opened.map(|attribute| Wish::Attribute(attribute.clone()))
    }
}

fn row_ui(cells: &mut Cells<'_, '_, '_>, attribute: &Attribute) {
    let spec = &attribute.spec;
    cells.strong(&spec.label);
    cells.muted(&spec.name);
    match &spec.kind {
        AttributeKind::Choice { options } => {
            cells.text(&format!("Choice: {}", options.join(", ")));
        }
        kind => cells.text(kind.label()),
    }
    for is_so in [spec.is_required, spec.is_on_sign_up] {
        if is_so {
            cells.icon_text(Icon::Check, "Yes");
        } else {
            cells.muted("No");
        }
    }
}
