//! The list of executions, the newest first.

use egui::Ui;

use super::{
    filters::Filters,
    mood,
    rows::{Met, PAGE, Page, Row, Rows},
    saving::Saving,
    words,
};
use crate::{
    model::{
        execution::Status,
        id::{ExecutionId, UserId},
    },
    store::{
        Store, StoreError,
        executions::{self, Filter, Place},
    },
    ui::{
        Ctx, Route,
        icons::Icon,
        loaded::{Loaded, Shown},
        menu::MenuCommand,
        printed, sentence,
        tokens::gap,
        widgets::{
            Banner, Button, Cells, Column, Mood, Table, card, card_table, empty_state, page_header,
            skeleton_rows,
        },
    },
};

/// A part of the list that another screen leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::ui) struct Shows {
    pub(in crate::ui) status: Option<Status>,
    pub(in crate::ui) day: Option<chrono::NaiveDate>,
}

/// How near the last row may come before the next page is fetched.
const AHEAD: usize = 30;

const NOTHING: &str = "There is nothing to export";

#[derive(Default)]
pub(super) struct ListPage {
    filters: Filters,
    first: Loaded<Filter, Page>,
    older: Loaded<(Filter, Place), Page>,
    open: Loaded<(Vec<ExecutionId>, Option<UserId>), Vec<Row>>,
    rows: Rows,
    selected: Option<usize>,

    /// The rows in sight, as last drawn.
    first_seen: usize,
    last_seen: usize,

    /// Goes up when the list begins at its top again.
    beginning: u64,
    asks_to_export: bool,
    saving: Option<Saving>,
}

impl ListPage {
    /// Shows what happened to one user.
    pub(super) fn show_user(&mut self, id: UserId, name: &str) {
        self.filters = Filters::only_user(id, name);
    }

    /// Shows what came to this end, perhaps on one day only.
    pub(super) fn show_only(&mut self, shown: Shows) {
        self.filters = Filters::only(shown);
    }

    /// Returns an execution that was opened to see what it did with one user.
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<(ExecutionId, UserId)> {
        let filter = self.filters.filter(ctx.zone(), ctx.clock.now());
        let is_empty = self.rows.rows.is_empty();
        self.asks_to_export |= commanded(ctx, is_empty && self.first.value().is_some());
        let mut exports = false;
        page_header(ui, "History", "What every workflow did, and why", |ui| {
            let export = Button::secondary("Export…").icon(Icon::Export);
            let export = export.enabled(!is_empty).why_not(NOTHING);
            exports |= ui.add(export).clicked();
        });
        self.filters.ui(ctx, ui);
        ui.add_space(gap::S);
        if let Some(err) = self.fetch(ctx, &filter) {
            Banner::new(Mood::Danger, &err).show(ui);
        }
        // Asked for on another screen, before it was known whether there is anything.
        if self.first.value().is_some() && std::mem::take(&mut self.asks_to_export) {
            exports |= !self.rows.rows.is_empty();
            if !exports {
                ctx.toast(Mood::Warning, NOTHING);
            }
        }
        if exports {
            self.saving = Some(Saving::new(filter.clone()));
        }
        self.newer_ui(ui);
        let opened = self.body_ui(ctx, ui, &filter);
        if let Some(saving) = &mut self.saving
            && saving.ui(ctx)
        {
            self.saving = None;
        }
        opened
    }

    /// Takes in what the store has; says why it could not be read.
    fn fetch(&mut self, ctx: &Ctx<'_>, filter: &Filter) -> Option<String> {
        let mut failed = None;
        let wanted = filter.clone();
        let first = move |store: &Store| page(store, &wanted, None);
        if let Shown::Failed(err) = self.first.get(ctx, filter, first) {
            failed = Some(sentence(err));
        }
        if self.first.is_for(filter)
            && let Some(listed) = self.first.value()
        {
            match self.rows.meet(filter, listed, self.first_seen == 0) {
                Met::Nothing => (),
                Met::Replaced => {
                    self.selected = None;
                    self.first_seen = 0;
                    self.last_seen = 0;
                    self.beginning += 1;
                }
                Met::Prepended(count) => self.selected = self.selected.map(|row| row + count),
            }
        }
        if self.rows.is_for(filter)
            && let Some(after) = self.rows.next
            && self.last_seen + AHEAD >= self.rows.rows.len()
        {
            let key = (filter.clone(), after);
            let wanted = filter.clone();
            let next = move |store: &Store| page(store, &wanted, Some(after));
            if let Shown::Failed(err) = self.older.get(ctx, &key, next) {
                failed = Some(sentence(err));
            }
            if self.older.is_for(&key)
                && let Some(listed) = self.older.value()
            {
                self.rows.append(after, listed);
            }
        }
        self.fetch_open(ctx, filter.user);
        failed
    }

    /// Looks how far those have come that have not ended.
    fn fetch_open(&mut self, ctx: &Ctx<'_>, user: Option<UserId>) {
        let open = self.rows.open();
        if open.is_empty() {
            return;
        }
        let key = (open.clone(), user);
        self.open.get(ctx, &key, move |store| {
            store.read(|db| {
                let mut rows = Vec::with_capacity(open.len());
                for id in open {
                    if let Some(summary) = executions::get(db, id)? {
                        rows.push(Row::read(db, summary, user)?);
                    }
                }
                Ok(rows)
            })
        });
        if self.open.is_for(&key)
            && let Some(rows) = self.open.value()
        {
            self.rows.renew(rows);
        }
    }

    /// What came while somebody reads further down.
    fn newer_ui(&mut self, ui: &mut Ui) {
        let count = self.rows.waiting;
        let text = match count {
            0 => return,
            1 => "1 newer execution".to_owned(),
            PAGE.. => format!("{PAGE} newer executions and more"),
            count => format!("{count} newer executions"),
        };
        if Banner::new(Mood::Info, &text).action("Show").show(ui) {
            self.first_seen = 0;
            self.last_seen = 0;
            self.beginning += 1;
            ui.ctx().request_repaint();
        }
    }

    fn body_ui(
        &mut self,
        ctx: &mut Ctx<'_>,
        ui: &mut Ui,
        filter: &Filter,
    ) -> Option<(ExecutionId, UserId)> {
        if !self.rows.is_for(filter) && self.rows.rows.is_empty() {
            card(ui, "", |ui| skeleton_rows(ui, 8));
        } else if self.rows.rows.is_empty() && self.filters.is_set() {
            let sentence = "No execution matches these filters.";
            empty_state(ui, Icon::Search, "Nothing found", sentence, None);
        } else if self.rows.rows.is_empty() {
            let sentence = "Activate a workflow, then create a user, let somebody sign up, or wait \
                until it is due: what the workflow did will be listed here.";
            if empty_state(ui, Icon::History, "Nothing has run yet", sentence, None) {
                ctx.go(Route::Workflows);
            }
        } else {
            return card_table(ui, |ui| self.table_ui(ctx, ui));
        }
        None
    }

    fn table_ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<(ExecutionId, UserId)> {
        let columns = [
            Column::initial("When", 140.0),
            Column::initial("Workflow", 190.0).growing(),
            Column::initial("User", 110.0).growing(),
            Column::initial("Trigger", 160.0).growing().optional(1),
            Column::exact("Status", 176.0),
            Column::rest("What came of it"),
        ];
        let rows = &self.rows.rows;
        let selected = &mut self.selected;
        let output = ui
            .push_id(self.beginning, |ui| {
                Table::new("Executions", &columns).opens_on_click().show(
                    ui,
                    rows.len(),
                    selected,
                    |cells, index| {
                        if let Some(it) = rows.get(index) {
                            row_ui(ctx, cells, it);
                        }
                    },
                )
            })
            .inner;
        self.first_seen = output.visible.start;
        self.last_seen = output.visible.end;
        let opened = output.opened.and_then(|index| rows.get(index));
        let it = opened?;
        ctx.go(Route::Execution(it.summary.id));
        let item = it.item.as_ref()?;
        Some((it.summary.id, item.user))
    }
}

fn row_ui(ctx: &Ctx<'_>, cells: &mut Cells<'_, '_, '_>, row: &Row) {
    let it = &row.summary;
    cells.date(&ctx.moment(it.at), &ctx.moment_full(it.at));
    cells.text(&format!("{} v{}", it.workflow_name, it.version_number));
    cells.text(&words::subject(row));
    cells.muted(&it.trigger);
    let (mood, icon) = mood(it.status);
    cells.badge(mood, icon, &words::status(it.status, row.sweep.as_ref()));
    cells.text(&printed(&words::outcome(row)));
}

fn page(store: &Store, filter: &Filter, after: Option<Place>) -> Result<Page, StoreError> {
    store.read(|db| Page::read(db, filter, after))
}

/// Whether the command palette asks for the export.
fn commanded(ctx: &mut Ctx<'_>, is_empty: bool) -> bool {
    let offer = if is_empty {
        MenuCommand::ExportHistory.refused(NOTHING)
    } else {
        MenuCommand::ExportHistory.possible()
    };
    ctx.list(&[offer]).is_some()
}
