//! The eight templates: when each is sent, to whom, and who has changed it.

use egui::Ui;

use crate::{
    model::template::{Audience, Template},
    store::{
        Store, StoreError,
        templates::{self, Written},
    },
    ui::{
        Ctx, Route,
        icons::Icon,
        loaded::{Loaded, Shown},
        sentence,
        widgets::{Banner, Column, Mood, Table, card, card_table, skeleton_rows},
    },
};

#[derive(Default)]
pub(super) struct List {
    written: Loaded<(), Vec<Option<Written>>>,
    selected: Option<usize>,
}

impl List {
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) {
        match self.written.get(ctx, &(), load) {
            Shown::Loading => card(ui, "", |ui| skeleton_rows(ui, Template::ALL.len())),
            Shown::Failed(err) => {
                Banner::new(Mood::Danger, &sentence(err))
                    .title("The templates cannot be read")
                    .show(ui);
            }
            Shown::Value(written) => table_ui(ctx, ui, written, &mut self.selected),
        }
    }
}

/// In the order of [`Template::ALL`].
fn load(store: &Store) -> Result<Vec<Option<Written>>, StoreError> {
    store.read(|db| {
        let all = Template::ALL.into_iter();
        all.map(|it| templates::get(db, it)).collect()
    })
}

fn table_ui(
    ctx: &mut Ctx<'_>,
    ui: &mut Ui,
    written: &[Option<Written>],
    selected: &mut Option<usize>,
) {
    let columns = [
        Column::initial("Template", 220.0).growing(),
        Column::rest("When it is sent").optional(2),
        Column::exact("Goes to", 90.0),
        Column::initial("Text", 255.0).optional(1),
    ];
    let output = card_table(ui, |ui| {
        Table::new("Templates", &columns).opens_on_click().show(
            ui,
            written.len(),
            selected,
            |cells, index| {
                let (Some(template), Some(written)) =
                    (Template::ALL.get(index), written.get(index))
                else {
                    return;
                };
                cells.strong(template.label());
                cells.text(template.what());
                cells.text(goes_to(*template));
                match written {
                    None => cells.badge(Mood::Neutral, Icon::File, "Default"),
                    Some(it) => {
                        let when = ctx.moment(it.changed);
                        let text = format!("Changed {when} by {}", it.changed_by);
                        cells.badge(Mood::Accent, Icon::Edit, &text);
                    }
                }
            },
        )
    });
    let opened = output.opened.and_then(|index| Template::ALL.get(index));
    if let Some(template) = opened {
        ctx.go(Route::Template(*template));
    }
}

pub(super) fn goes_to(template: Template) -> &'static str {
    match template.audience() {
        Audience::Admins => "Admins",
        Audience::Users => "Users",
    }
}
