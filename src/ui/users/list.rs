//! The list of users: searched, filtered, page by page.

use chrono::TimeDelta;
use egui::{Align, Layout, Ui, vec2};

use super::{Wish, details, members::Choices};
use crate::{
    model::{
        Timestamp,
        id::{GroupId, RoleId},
        task::TargetKind,
        user::{Status, User},
    },
    store::{
        Store, StoreError, groups, overview, roles,
        users::{self, Filter},
    },
    ui::{
        Ctx,
        buckets::{AsOf, Bucket},
        fonts,
        icons::Icon,
        loaded::{Loaded, Shown},
        pages::{PAGE, Pages, cut_note, failed_ui, search_ui},
        tokens::{Tokens, gap, size, type_size},
        widgets::{
            Button, Cells, Column, Combo, Table, card, card_table, empty_state, skeleton_rows, text,
        },
    },
};

#[derive(Default)]
pub(super) struct ListTab {
    search: String,

    /// Without what follows from the part.
    filter: Filter,
    bucket: Option<Bucket>,

    /// Up to when days are counted for it.
    counted_at: Timestamp,
    pages: Pages,
    rows: Loaded<Query, Rows>,
    count: Loaded<Filter, Option<u64>>,
    groups: Choices,
    roles: Choices,
    selected: Option<usize>,
}

/// What the rows answer.
#[derive(Clone, PartialEq)]
struct Query {
    filter: Filter,
    search: String,
    after: Option<String>,
}

struct Rows {
    users: Vec<User>,

    /// The key after which the next page begins.
    next: Option<String>,

    /// Whether a search found more than is shown.
    is_cut: bool,
}

impl Query {
    fn fetch(&self, store: &Store) -> Result<Rows, StoreError> {
        store.read(|db| {
            if self.search.is_empty() {
                let page = users::page(db, &self.filter, self.after.as_deref(), PAGE)?;
                return Ok(Rows {
                    users: page.users,
                    next: page.next,
                    is_cut: false,
                });
            }
            let found = users::find(db, &self.filter, &self.search, PAGE)?;
            Ok(Rows {
                users: found.users,
                next: None,
                is_cut: found.is_cut,
            })
        })
    }
}

/// How many users a filter lets through, where that is quick to know.
fn count(store: &Store, filter: &Filter) -> Result<Option<u64>, StoreError> {
    let Filter {
        status,
        group,
        role,
        last,
        ..
    } = filter;
    store.read(|db| match (status, group, role, last) {
        (None, None, None, None) => users::count(db).map(Some),
        (None, None, None, Some(last)) => overview::users(db, *last).map(Some),
        (None, Some(id), None, None) => match groups::get(db, *id)? {
            Some(group) => groups::count_members(db, &group).map(Some),
            None => Ok(None),
        },
        (None, None, Some(id), None) => roles::count_holders(db, *id).map(Some),
        _ => Ok(None),
    })
}

impl ListTab {
    /// Shows the users whom `filter` lets through, and no search.
    pub(super) fn show_only(&mut self, filter: Filter) {
        self.filter = filter;
        self.bucket = None;
        self.search.clear();
        self.restart();
    }

    /// Shows who was in this part at that moment, and nobody else.
    pub(super) fn show_bucket(&mut self, bucket: Bucket, at: Timestamp) {
        self.show_only(Filter::default());
        (self.bucket, self.counted_at) = (Some(bucket), at);
    }

    /// What is asked of the store. Days are counted anew every hour, so that pages stay as they are
    /// while somebody turns them.
    fn filter(&mut self, ctx: &Ctx<'_>) -> Filter {
        let now = ctx.clock.now();
        if now - self.counted_at > TimeDelta::hours(1) {
            self.counted_at = now;
        }
        let as_of = AsOf {
            now: self.counted_at,
            zone: ctx.zone(),
            expiry_days: ctx.config.settings.password.expiry_days,
        };
        Filter {
            last: self.bucket.map(|it| it.last(as_of)),
            ..self.filter.clone()
        }
    }

    fn restart(&mut self) {
        self.pages.restart();
        self.selected = None;
    }

    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<Wish> {
        if self.bar_ui(ctx, ui) {
            self.restart();
        }
        ui.add_space(gap::S);
        let filter = self.filter(ctx);
        let query = Query {
            filter: filter.clone(),
            search: self.search.trim().to_owned(),
            after: self.pages.after().cloned(),
        };
        let asked = query.clone();
        let counted = filter.clone();
        let total = match self
            .count
            .get(ctx, &filter, move |store| count(store, &counted))
        {
            Shown::Value(count) if self.search.is_empty() => *count,
            _ => None,
        };
        let is_filtered = !query.search.is_empty() || filter != Filter::default();
        let mut wish = None;
        match self.rows.get(ctx, &query, move |store| asked.fetch(store)) {
            Shown::Loading => card(ui, "", |ui| skeleton_rows(ui, 12)),
            Shown::Failed(err) => failed_ui(ui, err),
            Shown::Value(rows) if rows.users.is_empty() => {
                if !self.pages.is_first() {
                    self.pages.restart();
                } else if empty_ui(ui, is_filtered) {
                    if is_filtered {
                        self.show_only(Filter::default());
                    } else {
                        wish = Some(Wish::NewUser);
                    }
                }
            }
            Shown::Value(rows) => {
                wish = table_ui(ctx, ui, &rows.users, &mut self.selected);
                if rows.is_cut {
                    cut_note(ui, rows.users.len());
                } else {
                    let page = self.pages.after().cloned();
                    self.pages
                        .ui(ui, "user", rows.users.len(), rows.next.as_ref(), total);
                    if self.pages.after() != page.as_ref() {
                        self.selected = None;
                    }
                }
            }
        }
        wish
    }

    /// Search and filters; says whether one of them has changed.
    fn bar_ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> bool {
        let mut changed = false;
        let room = vec2(ui.available_width(), FILTERS);
        ui.allocate_ui_with_layout(room, Layout::left_to_right(Align::Max), |ui| {
            ui.spacing_mut().item_spacing.x = gap::M;
            let room = ui.available_width() - 4.0 * gap::M;
            let filter = FILTER.min(room / 5.3);
            let parts = PARTS.min(1.3 * filter);
            let search = (room - 3.0 * filter - parts).min(size::TOAST);
            column(ui, search, |ui| {
                let ink = Tokens::of(ui.theme()).text;
                text::elided(ui, "Search", fonts::semibold(type_size::LABEL), ink);
                let hint = "Name, username or email";
                changed |= search_ui(ui, "Search users", hint, &mut self.search).changed();
            });
            column(ui, filter, |ui| {
                let mut options = vec![(None, "All statuses")];
                options.extend(Status::ALL.map(|it| (Some(it), it.label())));
                let status = Combo::new("Status").show(ui, &mut self.filter.status, &options);
                changed |= status.changed();
            });
            column(ui, filter, |ui| {
                let mut group = self.filter.group.map(GroupId::number);
                if self
                    .groups
                    .filter_ui(ctx, ui, TargetKind::Group, &mut group)
                {
                    self.filter.group = group.map(GroupId::new);
                    changed = true;
                }
            });
            column(ui, filter, |ui| {
                let mut role = self.filter.role.map(RoleId::number);
                if self.roles.filter_ui(ctx, ui, TargetKind::Role, &mut role) {
                    self.filter.role = role.map(RoleId::new);
                    changed = true;
                }
            });
            column(ui, parts, |ui| changed |= self.bucket_ui(ctx, ui));
        });
        changed
    }

    fn bucket_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui) -> bool {
        let expires = ctx.config.settings.password.expiry_days > 0;
        let by_expiry = Bucket::by_expiry().filter(|_| expires);
        let mut options = vec![(None, "Any time".to_owned())];
        options.extend(
            Bucket::by_activity()
                .chain(by_expiry)
                .map(|it| (Some(it), it.words())),
        );
        Combo::new("Activity, password")
            .show(ui, &mut self.bucket, &options)
            .changed()
    }
}

/// The height of a field with its label, and how wide a filter is at most.
const FILTERS: f32 = size::CONTROL + size::BADGE + gap::XS;
const FILTER: f32 = size::KEY_COLUMN;

/// The parts have longer names.
const PARTS: f32 = 220.0;

fn column(ui: &mut Ui, width: f32, contents: impl FnOnce(&mut Ui)) {
    ui.allocate_ui_with_layout(vec2(width, FILTERS), Layout::top_down(Align::Min), |ui| {
        ui.set_width(width);
        ui.spacing_mut().item_spacing.y = gap::XS;
        contents(ui);
    });
}

fn empty_ui(ui: &mut Ui, is_filtered: bool) -> bool {
    if is_filtered {
        let sentence = "No user matches the search and the filters.";
        let mut cleared = false;
        empty_state(ui, Icon::Search, "Nobody found", sentence, None);
        ui.vertical_centered(|ui| {
            cleared = ui
                .add(Button::secondary("Clear search and filters"))
                .clicked();
        });
        cleared
    } else {
        let sentence = "People appear here when they sign up, or when you add them.";
        empty_state(
            ui,
            Icon::Users,
            "No users yet",
            sentence,
            Some("Add the first user"),
        )
    }
}

fn table_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    users: &[User],
    selected: &mut Option<usize>,
) -> Option<Wish> {
    let columns = [
        Column::initial("Username", 160.0).growing(),
        Column::initial("Name", 150.0).growing().optional(1),
        Column::rest("Email"),
        Column::exact("Status", 110.0),
        Column::exact("Last activity", 150.0).optional(2),
        Column::exact("Created", 150.0).optional(3),
    ];
    let height = ui.available_height() - size::CONTROL - gap::S;
    let output = card_table(ui, |ui| {
        Table::new("Users", &columns)
            .opens_on_click()
            .height(height)
            .show(ui, users.len(), selected, |cells, index| {
                if let Some(user) = users.get(index) {
                    row_ui(ctx, cells, user);
                }
            })
    });
    output
        .opened
        .and_then(|index| users.get(index))
        .map(|user| Wish::User(user.id))
}

fn row_ui(ctx: &Ctx<'_>, cells: &mut Cells<'_, '_, '_>, user: &User) {
    let profile = &user.profile;
    cells.strong(profile.username.as_str());
    cells.text(&details::full_name(profile));
    cells.muted(profile.email.as_str());
    let (mood, icon) = details::status_look(user.status);
    cells.badge(mood, icon, user.status.label());
    match user.last_activity {
        Some(at) => cells.date(&ctx.moment(at), &ctx.moment_full(at)),
        None => cells.muted("Never"),
    }
    cells.date(&ctx.moment(user.created), &ctx.moment_full(user.created));
}
