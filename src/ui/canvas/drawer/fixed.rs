//! Nodes that have nothing to edit say what they are there for.

use egui::Ui;

use crate::{
    model::{definition::NodeKind, event::EventKind},
    ui::widgets::text,
};

pub(super) fn show(ui: &mut Ui, kind: &NodeKind) {
    let sentence = match kind {
        NodeKind::Start => "Every workflow begins here and goes on to its trigger.",
        NodeKind::End => "A walk that gets here has succeeded.",
        NodeKind::Event(EventKind::UserCreated) => {
            "Here the user is created. Filters above decide whether that happens; tasks below run \
             once it has."
        }
        NodeKind::Event(EventKind::UserUpdated) => {
            "The user has been updated, whatever the filters above say: they decide only whether \
             the walk gets here, and the tasks below run."
        }
        NodeKind::Trigger(_)
        | NodeKind::Filter(_)
        | NodeKind::Task(_)
        | NodeKind::Sweep(_)
        | NodeKind::Note(_) => return,
    };
    text::paragraph(ui, sentence);
}
