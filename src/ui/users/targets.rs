//! The list of groups, and that of roles.

use std::collections::BTreeMap;

use egui::Ui;

use super::{
    Wish,
    target::{self, Target},
};
use crate::{
    model::task::TargetKind,
    ui::{
        Ctx,
        icons::Icon,
        loaded::{Loaded, Shown},
        numbers::grouped,
        pages::{PAGE, Pages, failed_ui, search_ui},
        tokens::{gap, size},
        widgets::{
            Button, Cells, Column, Mood, Table, badge, card, card_table, empty_state, skeleton_rows,
        },
    },
};

#[derive(Default)]
pub(super) struct TargetsTab {
    search: String,
    pages: Pages,
    rows: Loaded<Query, Vec<Target>>,
    counts: Loaded<Vec<i64>, BTreeMap<i64, u64>>,
    selected: Option<usize>,
}

#[derive(Clone, PartialEq)]
struct Query {
    search: String,
    after: Option<String>,
}

impl TargetsTab {
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui, kind: TargetKind) -> Option<Wish> {
        let plural = target::plural(kind);
        let name = format!("Search {}", plural.to_lowercase());
        if search_ui(ui, &name, "Name", &mut self.search).changed() {
            self.pages.restart();
            self.selected = None;
        }
        ui.add_space(gap::S);
        let query = Query {
            search: self.search.trim().to_owned(),
            after: self.pages.after().cloned(),
        };
        let asked = query.clone();
        // One more than is shown, to know whether there is another page.
        let fetch = move |store: &_| {
            target::page(store, kind, &asked.search, asked.after.as_deref(), PAGE + 1)
        };
        let Self {
            pages,
            rows,
            counts,
            selected,
            ..
        } = self;
        match rows.get(ctx, &query, fetch) {
            Shown::Loading => {
                card(ui, "", |ui| skeleton_rows(ui, 8));
                None
            }
            Shown::Failed(err) => {
                failed_ui(ui, err);
                None
            }
            Shown::Value(rows) if rows.is_empty() && pages.is_first() => {
                empty_ui(ui, kind, !query.search.is_empty()).then_some(Wish::NewTarget(kind))
            }
            Shown::Value(rows) if rows.is_empty() => {
                pages.restart();
                None
            }
            Shown::Value(rows) => {
                let shown = rows.get(..PAGE).unwrap_or(rows);
                let counts = counted(counts, ctx, shown);
                let wish = table_ui(ui, kind, shown, counts, selected);
                let next = shown
                    .last()
                    .filter(|_| rows.len() > PAGE)
                    .map(|it| it.name().to_owned());
                pages.ui(ui, target::word(kind), shown.len(), next.as_ref(), None);
                wish
            }
        }
    }
}

/// How many users each row has, as far as that is known.
fn counted<'a>(
    counts: &'a mut Loaded<Vec<i64>, BTreeMap<i64, u64>>,
    ctx: &Ctx<'_>,
    rows: &[Target],
) -> Option<&'a BTreeMap<i64, u64>> {
    let key: Vec<i64> = rows.iter().map(Target::number).collect();
    let targets = rows.to_vec();
    match counts.get(ctx, &key, move |store| target::counts(store, &targets)) {
        Shown::Value(counts) => Some(counts),
        Shown::Loading | Shown::Failed(_) => None,
    }
}

fn empty_ui(ui: &mut Ui, kind: TargetKind, is_searched: bool) -> bool {
    let word = target::word(kind);
    if is_searched {
        let sentence = format!("No {word} has that in its name.");
        return empty_state(ui, Icon::Search, "Nothing found", &sentence, None);
    }
    let title = format!("No {word}s yet");
    let sentence = format!("A {word} is what workflows assign to users and take from them.");
    let action = format!("Add the first {word}");
    empty_state(ui, target::icon(kind), &title, &sentence, Some(&action))
}

fn table_ui(
    ui: &mut Ui,
    kind: TargetKind,
    rows: &[Target],
    counts: Option<&BTreeMap<i64, u64>>,
    selected: &mut Option<usize>,
) -> Option<Wish> {
    let columns = [
        Column::initial("Name", 220.0).growing(),
        Column::rest("Description").optional(1),
        Column::exact("", 200.0),
        Column::exact("Users", 90.0),
    ];
    let mut members = None;
    let height = ui.available_height() - size::CONTROL - gap::S;
    let output = card_table(ui, |ui| {
        Table::new(target::plural(kind), &columns)
            .opens_on_click()
            .height(height)
            .show(ui, rows.len(), selected, |cells, index| {
                let Some(row) = rows.get(index) else {
                    return;
                };
                let count = counts.and_then(|it| it.get(&row.number()));
                if row_ui(cells, row, count.copied()) {
                    members = Some(Wish::Members(row.filter()));
                }
            })
    });
    let opened = output.opened.and_then(|index| rows.get(index));
    members.or_else(|| opened.map(|row| Wish::Target(row.clone())))
}

/// Says whether its users were asked for.
fn row_ui(cells: &mut Cells<'_, '_, '_>, row: &Target, count: Option<u64>) -> bool {
    cells.strong(row.name());
    cells.muted(row.description().lines().next().unwrap_or_default());
    let default = match row {
        Target::Group(group) => group.is_everyone.then_some("All users"),
        Target::Role(role) => role.is_default.then_some("Default"),
    };
    let protected = row.is_protected().then_some("Protected");
    let marks: Vec<&str> = default.into_iter().chain(protected).collect();
    cells.ui(&marks.join(", "), |ui| {
        if let Some(mark) = default {
            badge(ui, Mood::Info, Icon::Users, mark);
        }
        if let Some(mark) = protected {
            badge(ui, Mood::Accent, Icon::Shield, mark);
        }
    });
    let mut pressed = false;
    cells.ui("", |ui| {
        let count = count.map_or_else(|| "…".to_owned(), grouped);
        let name = format!("Show the users of {}", row.name());
        let button = Button::quiet(&count).icon(Icon::Users).name(&name).small();
        pressed = ui.add(button).on_hover_text(&name).clicked();
    });
    pressed
}
