//! Which executions the list shows, as typed and chosen above it.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use egui::{Align, Layout, Ui, vec2};

use super::list::Shows;
use crate::{
    model::{
        Timestamp,
        execution::Status,
        id::{UserId, WorkflowId},
        user::User,
    },
    store::{StoreError, executions::Filter, users, workflows},
    ui::{
        Ctx,
        days::start_of,
        fonts,
        icons::Icon,
        loaded::{Loaded, Shown},
        tokens::{Tokens, gap, type_size},
        widgets::{Button, Combo, DateField, Entry, Picker, search_field, text},
    },
};

/// How many users the list of names offers at once.
const OFFERED: usize = 20;

#[derive(Default)]
pub(super) struct Filters {
    search: String,
    status: Option<Status>,
    workflow: Option<WorkflowId>,
    user: Option<UserId>,
    user_name: String,
    user_typed: String,
    period: Period,
    from: String,
    until: String,
    workflows: Loaded<(), Vec<(WorkflowId, String)>>,
    users: Loaded<String, Vec<User>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Period {
    #[default]
    Any,
    Today,
    Days(u64),
    Dates,
}

impl Period {
    const OFFERED: [(Self, &'static str); 5] = [
        (Self::Any, "Any time"),
        (Self::Today, "Today"),
        (Self::Days(7), "Last 7 days"),
        (Self::Days(30), "Last 30 days"),
        (Self::Dates, "From … until …"),
    ];
}

/// Below this width the filters are narrower.
const NARROW: f32 = 880.0;

impl Filters {
    /// Only what happened to one user.
    pub(super) fn only_user(id: UserId, name: &str) -> Self {
        Self {
            user: Some(id),
            user_name: name.to_owned(),
            ..Self::default()
        }
    }

    pub(super) fn only(shown: Shows) -> Self {
        let day = shown.day.map(|it| it.to_string());
        Self {
            status: shown.status,
            period: match day {
                Some(_) => Period::Dates,
                None => Period::Any,
            },
            from: day.clone().unwrap_or_default(),
            until: day.unwrap_or_default(),
            ..Self::default()
        }
    }

    pub(super) fn is_set(&self) -> bool {
        !self.search.trim().is_empty()
            || self.status.is_some()
            || self.workflow.is_some()
            || self.user.is_some()
            || self.period != Period::Any
    }

    /// What the store is asked for. A date that cannot be read asks for nothing.
    pub(super) fn filter(&self, zone: Tz, now: Timestamp) -> Filter {
        let (from, until) = self.span(zone, now);
        Filter {
            status: self.status,
            workflow: self.workflow,
            user: self.user,
            search: self.search.trim().to_owned(),
            from,
            until,
        }
    }

    fn span(&self, zone: Tz, now: Timestamp) -> (Option<Timestamp>, Option<Timestamp>) {
        let today = now.with_timezone(&zone).date_naive();
        match self.period {
            Period::Any => (None, None),
            Period::Today => (start_of(today, zone), None),
            Period::Days(days) => {
                let first = today.checked_sub_days(Days::new(days - 1));
                (first.and_then(|first| start_of(first, zone)), None)
            }
            Period::Dates => {
                let date = |text: &str| read_date(text).ok().flatten();
                let after = |day: NaiveDate| start_of(day.succ_opt()?, zone);
                let from = date(&self.from).and_then(|day| start_of(day, zone));
                (from, date(&self.until).and_then(after))
            }
        }
    }

    pub(super) fn ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui) {
        let layout = Layout::left_to_right(Align::TOP).with_main_wrap(true);
        let room = vec2(ui.available_width(), 0.0);
        ui.allocate_ui_with_layout(room, layout, |ui| {
            ui.spacing_mut().item_spacing = vec2(gap::S, gap::S);
            // In the narrowest window they all still stand in one row.
            let [status, workflow, user, when] = if ui.available_width() < NARROW {
                [120.0, 156.0, 140.0, 116.0]
            } else {
                [140.0, 190.0, 160.0, 150.0]
            };
            let others = status + workflow + user + when + 80.0 + 5.0 * gap::S;
            let search = (ui.available_width() - others).clamp(130.0, 360.0);
            column(ui, search, |ui| {
                ui.spacing_mut().item_spacing.y = gap::XS;
                let ink = Tokens::of(ui.theme()).text;
                text::elided(ui, "Search", fonts::semibold(type_size::LABEL), ink);
                let hint = "Name, workflow, error";
                search_field(ui, "Search", hint, search, &mut self.search);
            });
            column(ui, status, |ui| {
                let mut options = vec![(None, "Any status")];
                options.extend(Status::ALL.map(|it| (Some(it), it.label())));
                Combo::new("Status").show(ui, &mut self.status, &options);
            });
            column(ui, workflow, |ui| self.workflow_ui(ctx, ui));
            column(ui, user, |ui| self.user_ui(ctx, ui));
            column(ui, when, |ui| {
                Combo::new("When").show(ui, &mut self.period, &Period::OFFERED);
            });
            if self.is_set() {
                ui.vertical(|ui| {
                    // Level with the fields, which stand below their labels.
                    ui.add_space(20.0);
                    let clear = Button::quiet("Clear").name("Clear filters");
                    if ui.add(clear.icon(Icon::Close)).clicked() {
                        *self = Self::default();
                    }
                });
            }
        });
        if self.period == Period::Dates {
            self.dates_ui(ctx, ui);
        }
    }

    fn dates_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui) {
        ui.horizontal_top(|ui| {
            for (label, text) in [("From", &mut self.from), ("Until", &mut self.until)] {
                let error = read_date(text).err();
                column(ui, 200.0, |ui| {
                    DateField::new(label, ctx.today())
                        .error(error.as_deref())
                        .show(ui, text);
                });
            }
        });
    }

    fn workflow_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui) {
        let fetch = |store: &crate::store::Store| {
            store.read(|db| {
                let all = workflows::summaries(db)?;
                let entry = |it: workflows::Summary| (it.workflow.id, it.workflow.name);
                Ok::<_, StoreError>(all.into_iter().map(entry).collect())
            })
        };
        let mut options = vec![(None, "Every workflow")];
        if let Shown::Value(known) = self.workflows.get(ctx, &(), fetch) {
            options.extend(known.iter().map(|(id, name)| (Some(*id), name.as_str())));
        }
        Combo::new("Workflow").show(ui, &mut self.workflow, &options);
    }

    fn user_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui) {
        let typed = self.user_typed.clone();
        let fetch = move |store: &crate::store::Store| {
            let filter = users::Filter::default();
            store.read(|db| {
                if typed.trim().is_empty() {
                    return users::page(db, &filter, None, OFFERED).map(|it| it.users);
                }
                users::find(db, &filter, &typed, OFFERED).map(|it| it.users)
            })
        };
        let mut entries = vec![Entry::new(None, "Every user")];
        if let Some(id) = self.user {
            entries.push(Entry::new(Some(id), self.user_name.clone()));
        }
        if let Shown::Value(found) = self.users.get(ctx, &self.user_typed, fetch) {
            for user in found.iter().filter(|it| Some(it.id) != self.user) {
                let name = user.profile.username.as_str();
                let entry = Entry::new(Some(user.id), name);
                entries.push(entry.detail(user.profile.email.as_str()));
            }
        }
        let mut chosen = Some(self.user);
        let picked = Picker::new("User", &entries)
            .narrowed_elsewhere()
            .show_one(ui, &mut chosen);
        if let Some(typed) = picked.typed {
            self.user_typed = typed;
        }
        if picked.changed {
            self.user = chosen.flatten();
            let name = entries.into_iter().find(|it| it.key == self.user);
            self.user_name = name.map(|it| it.text).unwrap_or_default();
            self.user_typed.clear();
        }
    }
}

fn column(ui: &mut Ui, width: f32, contents: impl FnOnce(&mut Ui)) {
    // The width is named beforehand, so that a row without room for it wraps.
    let layout = Layout::top_down(Align::Min);
    ui.allocate_ui_with_layout(vec2(width, 0.0), layout, |ui| {
        ui.set_width(width);
        contents(ui);
    });
}

/// A date as people type it; `None` while nothing is typed.
fn read_date(text: &str) -> Result<Option<NaiveDate>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(date) => Ok(Some(date)),
        Err(_) => Err("Write the date like 2030-12-24.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    #[track_caller]
    fn check(filters: &Filters, zone: Tz, from: Option<&str>, until: Option<&str>) {
        let filter = filters.filter(zone, moment("2030-12-24T23:30:00Z"));
        assert_eq!(
            (filter.from, filter.until),
            (from.map(moment), until.map(moment))
        );
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let mut filters = Filters {
            period: Period::Today,
            ..Filters::default()
        };
        let today = Some("2030-12-24T23:00:00Z");
        check(&filters, chrono_tz::Europe::Berlin, today, None);
        filters.period = Period::Days(7);
        check(&filters, chrono_tz::UTC, Some("2030-12-18T00:00:00Z"), None);
    }

    #[test]
    fn the_last_day_is_part_of_the_span() {
        let filters = Filters {
            period: Period::Dates,
            from: "2030-12-01".to_owned(),
            until: "2030-12-24".to_owned(),
            ..Filters::default()
        };
        let (from, until) = ("2030-12-01T00:00:00Z", "2030-12-25T00:00:00Z");
        check(&filters, chrono_tz::UTC, Some(from), Some(until));
    }

    #[test]
    fn a_date_that_cannot_be_read_says_how_to_write_it() {
        assert_eq!(read_date("  "), Ok(None));
        assert!(read_date("24.12.2030").is_err());
        assert!(read_date("2030-02-30").is_err());
    }
}
