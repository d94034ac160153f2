//! The users of a scheduled execution: what is intended for each, and what has become of it.
//!
//! In quarantine they can be ticked, and be released.

use std::sync::Arc;

use egui::{Frame, Margin, Panel, Ui};

use super::{asking::Asking, chosen::Chosen, item::item_ui};
use crate::{
    model::{
        id::{ExecutionId, UserId},
        sweep::{Item, ItemState, Progress, Stage},
    },
    store::{Store, StoreError, items, sweeps::Sweep},
    ui::{
        Ctx,
        history::facts::Facts,
        icons::Icon,
        loaded::{Loaded, Shown},
        numbers::grouped,
        pages::{PAGE, Pages, failed_ui, search_ui_in},
        printed,
        tokens::{Tokens, gap, size},
        widgets::{
            Button, Cells, Column, Combo, Mood, Table, card, card_table, checkbox, empty_state,
            skeleton_rows, text,
        },
    },
};

/// Below this width the decision over a quarantined execution does not stand beside details.
const NARROW: f32 = 480.0;

/// Below this width the buttons of the decision are small.
const ONE_ROW: f32 = 760.0;

/// The width of the choice of a state.
const STATES: f32 = 180.0;

#[derive(Default)]
pub(super) struct ItemsTab {
    state: Option<ItemState>,
    search: String,
    pages: Pages<UserId>,
    rows: Loaded<Query, Vec<Item>>,
    selected: Option<UserId>,

    /// The one that is looked at, as it is now, wherever it stands in the list.
    open: Loaded<(ExecutionId, UserId), Option<Item>>,
    chosen: Chosen,
}

#[derive(Clone, PartialEq)]
struct Query {
    execution: ExecutionId,
    state: Option<ItemState>,
    search: String,
    after: Option<UserId>,
}

pub(super) enum Wish {
    History(UserId, String),
    Ask(Asking),
}

impl ItemsTab {
    pub(super) fn select(&mut self, user: UserId) {
        self.selected = Some(user);
    }

    pub(super) fn show_only(&mut self, state: ItemState) {
        self.state = Some(state);
        self.search.clear();
        self.pages.restart();
    }

    pub(super) fn forget_choice(&mut self) {
        self.chosen = Chosen::none();
    }

    pub(super) fn ui(
        &mut self,
        ctx: &mut Ctx<'_>,
        ui: &mut Ui,
        facts: &Facts,
        sweep: &Sweep,
    ) -> Option<Wish> {
        let mut wish = self.drawer_ui(ctx, ui, sweep);
        self.filters_ui(ui, &sweep.progress);
        ui.add_space(gap::S);
        // Where details leave no room for both, the list comes first: they can be closed.
        let has_room = self.selected.is_none() || ui.available_width() > NARROW;
        if sweep.stage == Stage::Quarantined && has_room {
            wish = self.choice_ui(ui, &sweep.progress).map(Wish::Ask).or(wish);
            ui.add_space(gap::S);
        }
        self.list_ui(ctx, ui, facts, sweep);
        wish
    }

    fn filters_ui(&mut self, ui: &mut Ui, progress: &Progress) {
        let before = (self.state, self.search.clone());
        let mut counts = *progress;
        let all = format!("Every state ({})", grouped(progress.total()));
        let mut options = vec![(None, all)];
        for state in ItemState::ALL {
            let count = *counts.of(state);
            if count > 0 || self.state == Some(state) {
                let text = format!("{} ({})", state.label(), grouped(count));
                options.push((Some(state), text));
            }
        }
        ui.horizontal(|ui| {
            let room = (ui.available_width() - STATES - gap::S).min(size::TOAST);
            search_ui_in(ui, "Search users", "Username", room, &mut self.search);
            let combo = Combo::new("State").label_hidden().width(STATES);
            combo.show(ui, &mut self.state, &options);
        });
        if before != (self.state, self.search.clone()) {
            self.pages.restart();
        }
    }

    /// The decision over a quarantined execution.
    fn choice_ui(&mut self, ui: &mut Ui, progress: &Progress) -> Option<Asking> {
        let planned = progress.planned;
        let count = self.chosen.count(planned);
        let mut asking = None;
        // In one row, where there is room for it.
        let is_narrow = ui.available_width() < ONE_ROW;
        let fitted = |button: Button<'static>| {
            if is_narrow { button.small() } else { button }
        };
        ui.horizontal_wrapped(|ui| {
            let all = Button::danger("Release all…").icon(Icon::Activate);
            if ui.add(fitted(all)).clicked() {
                asking = Some(Asking::ReleaseAll);
            }
            let some = Button::secondary("Release selected…").enabled(count > 0);
            let some = some.why_not("Tick the users first");
            if ui.add(fitted(some)).clicked() {
                asking = Some(Asking::ReleaseSome(Arc::new(self.chosen.clone())));
            }
            let discard = Button::secondary("Discard…").icon(Icon::Close);
            if ui.add(fitted(discard)).clicked() {
                asking = Some(Asking::Discard);
            }
            if !is_narrow {
                ui.add_space(gap::M);
            }
            let all = Button::quiet("Select all").enabled(count < planned);
            if ui.add(fitted(all)).clicked() {
                self.chosen = Chosen::all();
            }
            let none = Button::quiet("Select none").enabled(count > 0);
            if ui.add(fitted(none)).clicked() {
                self.chosen = Chosen::none();
            }
            let text = format!("{} of {} selected", grouped(count), grouped(planned));
            text::muted(ui, &text);
        });
        asking
    }

    fn list_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, facts: &Facts, sweep: &Sweep) {
        let query = Query {
            execution: sweep.execution,
            state: self.state,
            search: self.search.trim().to_owned(),
            after: self.pages.after().copied(),
        };
        let asked = query.clone();
        let fetch = move |store: &Store| fetch(store, &asked);
        let has_filter = query.state.is_some() || !query.search.is_empty();
        match self.rows.get(ctx, &query, fetch) {
            Shown::Loading => card(ui, "", |ui| skeleton_rows(ui, 6)),
            Shown::Failed(err) => failed_ui(ui, err),
            Shown::Value(rows) if rows.is_empty() && !self.pages.is_first() => {
                self.pages.restart();
            }
            Shown::Value(rows) if rows.is_empty() => empty_ui(ui, sweep, has_filter),
            Shown::Value(rows) => {
                let shown = rows.get(..PAGE).unwrap_or(rows);
                let listed = Listed {
                    items: shown,
                    is_about_expiry: is_about_expiry(facts),
                    chosen: (sweep.stage == Stage::Quarantined).then_some(&mut self.chosen),
                };
                listed.ui(ctx, ui, &mut self.selected);
                let next = shown.last().filter(|_| rows.len() > PAGE).map(|it| it.user);
                let mut counts = sweep.progress;
                let total = match (query.state, query.search.is_empty()) {
                    (_, false) => None,
                    (None, true) => Some(counts.total()),
                    (Some(state), true) => Some(*counts.of(state)),
                };
                self.pages.ui(ui, "user", shown.len(), next.as_ref(), total);
            }
        }
    }

    /// The one that is looked at.
    fn drawer_ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui, sweep: &Sweep) -> Option<Wish> {
        let user = self.selected?;
        let key = (sweep.execution, user);
        let fetch = move |store: &Store| store.read(|db| items::get(db, key.0, key.1));
        self.open.get(ctx, &key, fetch);
        let item = self.open.value().filter(|_| self.open.is_for(&key))?;
        let Some(item) = item else {
            self.selected = None;
            return None;
        };
        let frame = Frame::new()
            .fill(Tokens::of(ui.theme()).surface)
            .inner_margin(Margin::same(gap::M as i8));
        let pressed = Panel::right("item")
            .default_size(size::DRAWER)
            .size_range(size::DRAWER_MIN..=size::DRAWER_MAX)
            .frame(frame)
            .show(ui, |ui| item_ui(ctx, ui, item))
            .inner;
        if pressed.closes {
            self.selected = None;
        }
        pressed
            .history
            .map(|(user, name)| Wish::History(user, name))
    }
}

fn fetch(store: &Store, query: &Query) -> Result<Vec<Item>, StoreError> {
    let (state, search) = (query.state, query.search.as_str());
    store.read(|db| items::page(db, query.execution, state, search, query.after, PAGE + 1))
}

fn empty_ui(ui: &mut Ui, sweep: &Sweep, has_filter: bool) {
    let (title, sentence) = match sweep.stage {
        _ if has_filter => ("Nobody found", "No user matches the filters."),
        Stage::Planning => (
            "Nobody yet",
            "The directory is being gone through: whom the workflow finds is listed here.",
        ),
        _ => (
            "Nobody",
            "The workflow found no user to do something about.",
        ),
    };
    empty_state(ui, Icon::Users, title, sentence, None);
}

/// Whether the dates of its users are those on which passwords expire.
fn is_about_expiry(facts: &Facts) -> bool {
    use crate::model::{
        definition::{Definition, NodeKind},
        sweep::SweepTask,
    };
    let mut nodes = facts.definition.iter().flat_map(Definition::nodes);
    nodes.any(|(_, node)| matches!(&node.kind, NodeKind::Sweep(SweepTask::NotifyExpiry(_))))
}

/// One page of the list.
struct Listed<'a> {
    items: &'a [Item],
    is_about_expiry: bool,

    /// Where they can be ticked.
    chosen: Option<&'a mut Chosen>,
}

impl Listed<'_> {
    fn ui(mut self, ctx: &Ctx<'_>, ui: &mut Ui, selected: &mut Option<UserId>) {
        let date = if self.is_about_expiry {
            "Password expires"
        } else {
            "Last activity"
        };
        let mut columns = vec![
            Column::initial("Username", 150.0).growing(),
            Column::exact("State", 116.0),
            Column::initial("What for", 210.0).growing(),
            Column::exact(date, 140.0).optional(1),
        ];
        // Before anything has happened there is none, and names need the room.
        let has_reasons = self.items.iter().any(|it| it.reason.is_some());
        if has_reasons {
            columns.push(Column::rest("Reason").optional(2));
        }
        let index = |user: UserId| self.items.iter().position(|it| it.user == user);
        let mut row = selected.and_then(index);
        let height = ui.available_height() - size::CONTROL - gap::S;
        let output = card_table(ui, |ui| {
            Table::new("Users of the execution", &columns)
                .height(height)
                .show(ui, self.items.len(), &mut row, |cells, index| {
                    if let Some(item) = self.items.get(index) {
                        row_ui(ctx, cells, item, has_reasons, self.chosen.as_deref_mut());
                    }
                })
        });
        if let Some(item) = output.selected.and_then(|index| self.items.get(index)) {
            *selected = Some(item.user);
        }
    }
}

fn row_ui(
    ctx: &Ctx<'_>,
    cells: &mut Cells<'_, '_, '_>,
    item: &Item,
    has_reasons: bool,
    chosen: Option<&mut Chosen>,
) {
    let username = item.person.username.as_str();
    match chosen {
        Some(chosen) if item.state == ItemState::Planned => cells.ui(username, |ui| {
            let mut is_chosen = chosen.has(item.user);
            if checkbox(ui, &mut is_chosen, username).changed() {
                chosen.set(item.user, is_chosen);
            }
        }),
        _ => cells.strong(username),
    }
    let (mood, icon) = mood(item.state);
    cells.badge(mood, icon, item.state.label());
    cells.text(&item.sentence());
    let at = item.person.at;
    cells.date(&ctx.moment(at), &ctx.moment_full(at));
    if has_reasons {
        cells.muted(&printed(item.reason.as_deref().unwrap_or_default()));
    }
}

pub(super) fn mood(state: ItemState) -> (Mood, Icon) {
    match state {
        ItemState::Planned => (Mood::Info, Icon::Waiting),
        ItemState::Done => (Mood::Success, Icon::Success),
        ItemState::Skipped => (Mood::Neutral, Icon::Skipped),
        ItemState::Protected => (Mood::Warning, Icon::Shield),
        ItemState::Failed => (Mood::Danger, Icon::Failed),
        ItemState::Discarded => (Mood::Neutral, Icon::Close),
    }
}
