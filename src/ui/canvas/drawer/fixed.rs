//! Nodes that have nothing to edit say what they are there for.

use egui::Ui;

use crate::{model::definition::NodeKind, ui::widgets::text};

pub(super) fn show(ui: &mut Ui, kind: &NodeKind) {
    let sentence = match kind {
        NodeKind::Start => "Every workflow begins here and goes on to its trigger.",
        NodeKind::End => "A walk that gets here has succeeded.",
        NodeKind::Event(_) => {
            "Here the user is created. Filters above decide whether that happens; tasks below run \
             once it has."
        }
        NodeKind::Trigger(_) | NodeKind::Filter(_) | NodeKind::Task(_) | NodeKind::Note(_) => {
            return;
        }
    };
    text::paragraph(ui, sentence);
}
