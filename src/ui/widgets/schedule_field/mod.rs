//! A schedule: how often, when, in which time zone, what becomes of missed runs, and the next due times.
//!
//! **Invariant:** the schedule is never given what cannot be read. What is typed wrong stays in its field,
//! with what is wrong about it, and the schedule keeps what it had.

mod due_times;
mod kept;
mod weekdays;

use chrono::NaiveDate;
use egui::{Role, Ui, UiBuilder};

pub use self::kept::typed;

use self::{
    due_times::due_times,
    kept::{keep, recall},
    weekdays::weekdays,
};
use super::{Combo, DateField, Picker, TextField, field::FieldFrame, radio, text};
use crate::{
    model::{
        Timestamp,
        schedule::{LocalTime, MissedRun, Repeat, Schedule, Weekday},
        text::MAX_FIELD,
    },
    ui::{
        sentence,
        tokens::{gap, size},
        zones,
    },
};

/// Edits `schedule`, and says whether it changed. Give it an id of its own (`ui.push_id`) where the same
/// place shows another schedule later.
pub fn schedule_field(ui: &mut Ui, schedule: &mut Schedule, now: Timestamp) -> bool {
    let before = schedule.clone();
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = gap::M;
        let today = now.with_timezone(&schedule.zone).date_naive();
        kind(ui, &mut schedule.repeat, today);
        parts(ui, &mut schedule.repeat, today);
        let mut zone = Some(schedule.zone);
        Picker::new("Time zone", zones::all())
            .help("The times are those of the clocks there.")
            .show_one(ui, &mut zone);
        schedule.zone = zone.unwrap_or(schedule.zone);
        missed(ui, &mut schedule.missed);
        due_times(ui, schedule, now);
    });
    *schedule != before
}

/// What was set for another kind comes back with that kind.
fn kind(ui: &mut Ui, repeat: &mut Repeat, today: NaiveDate) {
    let id = ui.make_persistent_id("other kinds");
    let mut aside: Vec<Repeat> = recall(ui, id).unwrap_or_default();
    let offered = offered(repeat, &aside, today);
    let before = repeat.clone();
    if Combo::new("Repeat").show(ui, repeat, &offered).changed() {
        aside.retain(|it| it.label() != before.label());
        aside.push(before);
    }
    keep(ui, id, aside);
}

/// One of each kind: the present one, one that was left, or a new one at the same time of day.
fn offered(repeat: &Repeat, aside: &[Repeat], today: NaiveDate) -> [(Repeat, &'static str); 5] {
    let time = repeat.time().unwrap_or(LocalTime::NOON);
    let date = today.succ_opt().unwrap_or(today);
    let days = [Weekday::Monday].into();
    let new = [
        Repeat::Once { date, time },
        Repeat::Hourly { minute: 0 },
        Repeat::Daily { time },
        Repeat::Weekly { days, time },
        Repeat::Monthly { day: 1, time },
    ];
    new.map(|new| {
        let label = new.label();
        let present = [repeat]
            .into_iter()
            .chain(aside)
            .find(|it| it.label() == label);
        (present.cloned().unwrap_or(new), label)
    })
}

fn parts(ui: &mut Ui, repeat: &mut Repeat, today: NaiveDate) {
    match repeat {
        Repeat::Once { date, time } => {
            date_ui(ui, date, today);
            time_ui(ui, time);
        }
        Repeat::Hourly { minute } => {
            let read = |text: &str| {
                let minute = number(text).ok_or("Write a number from 0 to 59.")?;
                checked(&Repeat::Hourly { minute }).map(|()| minute)
            };
            number_ui(ui, "Minute", "Minutes after each full hour.", minute, read);
        }
        Repeat::Daily { time } => time_ui(ui, time),
        Repeat::Weekly { days, time } => {
            weekdays(ui, days);
            time_ui(ui, time);
        }
        Repeat::Monthly { day, time } => {
            let read = |text: &str| {
                let day = number(text).ok_or("Write a number from 1 to 31.")?;
                let time = LocalTime::NOON;
                checked(&Repeat::Monthly { day, time }).map(|()| day)
            };
            let help = "A month that does not have it runs on its last day.";
            number_ui(ui, "Day of month", help, day, read);
            time_ui(ui, time);
        }
    }
}

fn checked(repeat: &Repeat) -> Result<(), String> {
    repeat.check().map_err(|err| sentence(&err))
}

fn number(text: &str) -> Option<u8> {
    text.trim().parse().ok()
}

fn number_ui(
    ui: &mut Ui,
    label: &str,
    help: &str,
    value: &mut u8,
    read: impl Fn(&str) -> Result<u8, String>,
) {
    typed(ui, label, value, read, |ui, text, error| {
        let field = TextField::new(label).help(help).limit(MAX_FIELD);
        field.required().error(error).show(ui, text)
    });
}

fn time_ui(ui: &mut Ui, time: &mut LocalTime) {
    let read = |text: &str| text.parse::<LocalTime>().map_err(|err| sentence(&err));
    typed(ui, "Time", time, read, |ui, text, error| {
        let field = TextField::new("Time").hint("08:30").limit(MAX_FIELD);
        let field = field.help("Hours and minutes, like 08:30.");
        field.required().error(error).show(ui, text)
    });
}

fn date_ui(ui: &mut Ui, date: &mut NaiveDate, today: NaiveDate) {
    let read = |text: &str| {
        let date = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d");
        let date = date.ok();
        let date = date.ok_or("Write the date like 2031-12-24.")?;
        let time = LocalTime::NOON;
        checked(&Repeat::Once { date, time }).map(|()| date)
    };
    typed(ui, "Date", date, read, |ui, text, error| {
        let field = DateField::new("Date", today).help("Year, month and day, like 2031-12-24.");
        field.required().error(error).show(ui, text)
    });
}

fn missed(ui: &mut Ui, policy: &mut MissedRun) {
    FieldFrame::new("When a run was missed").show(ui, |ui| {
        let group = UiBuilder::new().accessibility_role(Role::RadioGroup);
        let group = ui.scope_builder(group, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for offered in MissedRun::ALL {
                radio(ui, policy, offered, offered.label());
                ui.horizontal_top(|ui| {
                    ui.add_space(size::CHECK + gap::S);
                    text::note(ui, meaning(offered));
                });
                ui.add_space(gap::S);
            }
        });
        group.response
    });
}

fn meaning(policy: MissedRun) -> &'static str {
    match policy {
        MissedRun::RunOnce => {
            "The machine slept, or Tenure was not running: when it is back, one run makes up for \
             all that were missed."
        }
        MissedRun::Skip => "Missed runs are left out. The next one comes at its own time.",
    }
}

#[cfg(test)]
mod tests;
