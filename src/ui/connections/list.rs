//! The list of providers through which people sign in.

use egui::Ui;

use super::{Wish, failed_ui, portal_ui};
use crate::{
    model::connection::Connection,
    store::{Store, StoreError, connections},
    ui::{
        Ctx,
        icons::Icon,
        loaded::{Loaded, Shown},
        tokens::gap,
        widgets::{Cells, Column, Mood, Table, card, card_table, empty_state, skeleton_rows, text},
    },
};

#[derive(Default)]
pub(super) struct ListTab {
    rows: Loaded<(), Vec<Row>>,
    selected: Option<usize>,
}

struct Row {
    connection: Connection,

    /// How many sign in through it.
    users: u64,
}

fn fetch(store: &Store) -> Result<Vec<Row>, StoreError> {
    store.read(|db| {
        let row = |connection: Connection| {
            let users = connections::count_users(db, connection.id)?;
            Ok(Row { connection, users })
        };
        connections::all(db)?.into_iter().map(row).collect()
    })
}

impl ListTab {
    pub(super) fn ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui) -> Option<Wish> {
        match self.rows.get(ctx, &(), fetch) {
            Shown::Loading => card(ui, "", |ui| skeleton_rows(ui, 4)),
            Shown::Failed(err) => failed_ui(ui, err),
            Shown::Value(rows) if rows.is_empty() => {
                let sentence = "With a connection, people sign in with an account that they have \
                                elsewhere (OpenID Connect). The first sign-in makes them a user \
                                here, later ones keep the profile up to date.";
                let action = Some("Add the first connection");
                let title = "No connections yet";
                let pressed = empty_state(ui, Icon::Connections, title, sentence, action);
                return pressed.then_some(Wish::New);
            }
            Shown::Value(rows) => {
                portal_ui(ui, &ctx.config.settings.portal, "People");
                text::muted(
                    ui,
                    "Where people can sign in with an account that they have elsewhere.",
                );
                ui.add_space(gap::S);
                return table_ui(ui, rows, &mut self.selected);
            }
        }
        None
    }
}

fn table_ui(ui: &mut Ui, rows: &[Row], selected: &mut Option<usize>) -> Option<Wish> {
    let columns = [
        Column::initial("Name", 220.0).growing(),
        Column::rest("Issuer").optional(1),
        Column::exact("Users", 90.0),
        Column::exact("State", 120.0),
    ];
    let height = ui.available_height() - gap::S;
    let output = card_table(ui, |ui| {
        Table::new("Connections", &columns)
            .opens_on_click()
            .height(height)
            .show(ui, rows.len(), selected, |cells, index| {
                if let Some(row) = rows.get(index) {
                    row_ui(cells, row);
                }
            })
    });
    let opened = output.opened.and_then(|index| rows.get(index));
    opened.map(|row| Wish::Open(row.connection.clone()))
}

fn row_ui(cells: &mut Cells<'_, '_, '_>, row: &Row) {
    let spec = &row.connection.spec;
    cells.strong(&spec.name);
    cells.muted(&spec.issuer);
    cells.text(&row.users.to_string());
    if spec.is_enabled {
        cells.badge(Mood::Success, Icon::Success, "Enabled");
    } else {
        cells.badge(Mood::Neutral, Icon::Disable, "Disabled");
    }
}
