//! The recycle bin: who was deleted, and for how long they can come back.

use chrono::TimeDelta;
use egui::Ui;

use super::{Wish, details};
use crate::{
    command::Command,
    model::{Timestamp, user::User},
    store::{
        Store, StoreError,
        users::{self, Filter},
    },
    ui::{
        Ctx,
        icons::Icon,
        loaded::{Loaded, Shown},
        pages::{PAGE, Pages, cut_note, failed_ui, search_ui},
        tokens::{gap, size},
        widgets::{
            Answer, Button, Cells, Column, Confirm, Table, card, card_table, empty_state,
            skeleton_rows,
        },
    },
};

#[derive(Default)]
pub(super) struct BinTab {
    search: String,
    pages: Pages,
    rows: Loaded<Query, Rows>,
    selected: Option<usize>,
    removing: Option<User>,
}

#[derive(Clone, PartialEq)]
struct Query {
    search: String,
    after: Option<String>,
}

struct Rows {
    users: Vec<User>,
    next: Option<String>,
    is_cut: bool,
}

fn fetch(store: &Store, query: &Query) -> Result<Rows, StoreError> {
    let filter = Filter {
        is_deleted: true,
        ..Filter::default()
    };
    store.read(|db| {
        if query.search.is_empty() {
            let page = users::page(db, &filter, query.after.as_deref(), PAGE)?;
            return Ok(Rows {
                users: page.users,
                next: page.next,
                is_cut: false,
            });
        }
        let found = users::find(db, &filter, &query.search, PAGE)?;
        Ok(Rows {
            users: found.users,
            next: None,
            is_cut: found.is_cut,
        })
    })
}

impl BinTab {
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<Wish> {
        let hint = "Username or email";
        if search_ui(ui, "Search recycle bin", hint, &mut self.search).changed() {
            self.pages.restart();
            self.selected = None;
        }
        ui.add_space(gap::S);
        let query = Query {
            search: self.search.trim().to_owned(),
            after: self.pages.after().cloned(),
        };
        let asked = query.clone();
        let mut asks = None;
        match self
            .rows
            .get(ctx, &query, move |store| fetch(store, &asked))
        {
            Shown::Loading => card(ui, "", |ui| skeleton_rows(ui, 8)),
            Shown::Failed(err) => failed_ui(ui, err),
            Shown::Value(rows) if rows.users.is_empty() && !self.pages.is_first() => {
                self.pages.restart();
            }
            Shown::Value(rows) if rows.users.is_empty() => {
                empty_ui(ctx, ui, !query.search.is_empty());
            }
            Shown::Value(rows) => {
                asks = table_ui(ctx, ui, &rows.users, &mut self.selected);
                if rows.is_cut {
                    cut_note(ui, rows.users.len());
                } else {
                    self.pages
                        .ui(ui, "user", rows.users.len(), rows.next.as_ref(), None);
                }
            }
        }
        match asks {
            Some(Ask::Restore(user)) => {
                let done = format!("{} was restored", user.profile.username);
                ctx.send(Command::RestoreUser(user.id), done);
            }
            Some(Ask::Remove(user)) => self.removing = Some(user),
            None => (),
        }
        self.confirm_ui(ctx);
        None
    }

    fn confirm_ui(&mut self, ctx: &mut Ctx<'_>) {
        let Some(user) = &self.removing else {
            return;
        };
        let name = &user.profile.username;
        let title = format!("Remove {name} for good?");
        let body = "The user with all groups, roles and attributes cannot be restored afterwards. \
                    History keeps what it says about them.";
        let answer = Confirm::new(&title, body, "Remove for good")
            .danger()
            .show(ctx.egui);
        if answer == Some(Answer::Confirmed) {
            ctx.send(
                Command::PurgeUser(user.id),
                format!("{name} was removed for good"),
            );
        }
        if answer.is_some() {
            self.removing = None;
        }
    }
}

/// What a row's buttons ask for.
enum Ask {
    Restore(User),
    Remove(User),
}

fn empty_ui(ctx: &Ctx<'_>, ui: &mut Ui, is_searched: bool) {
    if is_searched {
        let sentence = "No deleted user matches the search.";
        empty_state(ui, Icon::Search, "Nobody found", sentence, None);
        return;
    }
    let sentence = match ctx.config.settings.directory.recycle_days {
        0 => "It is switched off: deleted users are removed at once.".to_owned(),
        days => format!("Deleted users stay here for {days} days and can be restored whole."),
    };
    empty_state(
        ui,
        Icon::RecycleBin,
        "The recycle bin is empty",
        &sentence,
        None,
    );
}

fn table_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    users: &[User],
    selected: &mut Option<usize>,
) -> Option<Ask> {
    let columns = [
        Column::initial("Username", 150.0).growing(),
        Column::initial("Name", 150.0).growing().optional(1),
        Column::rest("Email"),
        Column::exact("Deleted", 140.0),
        Column::exact("Stays for", 120.0).optional(2),
        Column::exact("", 210.0),
    ];
    let mut ask = None;
    let height = ui.available_height() - size::CONTROL - gap::S;
    card_table(ui, |ui| {
        Table::new("Recycle bin", &columns).height(height).show(
            ui,
            users.len(),
            selected,
            |cells, index| {
                if let Some(user) = users.get(index) {
                    ask = row_ui(ctx, cells, user).or_else(|| ask.take());
                }
            },
        )
    });
    ask
}

fn row_ui(ctx: &Ctx<'_>, cells: &mut Cells<'_, '_, '_>, user: &User) -> Option<Ask> {
    let profile = &user.profile;
    cells.strong(profile.username.as_str());
    cells.text(&details::full_name(profile));
    cells.muted(profile.email.as_str());
    let deleted = user.deleted.unwrap_or(user.created);
    cells.date(&ctx.moment(deleted), &ctx.moment_full(deleted));
    let days = ctx.config.settings.directory.recycle_days;
    cells.text(&time_left(deleted, days, ctx.clock.now()));
    let mut ask = None;
    cells.ui("", |ui| {
        let name = format!("Restore {}", profile.username);
        let restore = Button::secondary("Restore").icon(Icon::Restore).name(&name);
        if ui.add(restore.small()).clicked() {
            ask = Some(Ask::Restore(user.clone()));
        }
        let name = format!("Remove {} for good", profile.username);
        let remove = Button::quiet("Remove…").icon(Icon::Delete).name(&name);
        if ui.add(remove.small()).clicked() {
            ask = Some(Ask::Remove(user.clone()));
        }
    });
    ask
}

/// How long somebody can still be restored.
fn time_left(deleted: Timestamp, days: u32, now: Timestamp) -> String {
    let left = deleted + TimeDelta::days(days.into()) - now;
    match left.num_days() {
        _ if left <= TimeDelta::zero() => "Removed soon".to_owned(),
        0 => "Less than a day".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_the_period_is_said_in_days() {
        let now: Timestamp = "2030-12-24T12:00:00Z".parse().expect("a moment");
        for (hours, expected) in [
            (0, "30 days"),
            (1, "29 days"),
            (24 * 29, "1 day"),
            (24 * 29 + 1, "Less than a day"),
            (24 * 30, "Removed soon"),
            (24 * 99, "Removed soon"),
        ] {
            assert_eq!(time_left(now - TimeDelta::hours(hours), 30, now), expected);
        }
    }
}
