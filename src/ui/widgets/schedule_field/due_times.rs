//! The next due times, and what is odd about them.

use chrono_tz::Tz;
use egui::Ui;

use crate::{
    model::{
        Timestamp,
        schedule::{Odd, Schedule},
    },
    ui::{
        icons::Icon,
        tokens::{Tokens, gap, type_size},
        widgets::{field::FieldFrame, text},
    },
};

/// How many are shown.
const SHOWN: usize = 5;

pub(super) fn due_times(ui: &mut Ui, schedule: &Schedule, now: Timestamp) {
    let due: Vec<Timestamp> = schedule.upcoming(now).take(SHOWN).collect();
    FieldFrame::new("Next due times").show(ui, |ui| {
        let list = ui.vertical(|ui| {
            for moment in &due {
                text::body(ui, &line(schedule.zone, *moment));
                if let Some(odd) = schedule.odd(*moment) {
                    remark_ui(ui, &remark(schedule.zone, *moment, odd));
                }
            }
            if due.is_empty() {
                text::note(ui, nothing(schedule));
            }
        });
        list.response
    });
}

fn remark_ui(ui: &mut Ui, remark: &str) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().interact_size.y = 0.0;
        ui.spacing_mut().item_spacing.x = gap::XS;
        let ink = Tokens::of(ui.theme()).warning.ink;
        text::picture(ui, Icon::Warning.sized(type_size::SMALL + 2.0, ink));
        text::note(ui, remark);
    });
}

/// "Sun 29 Mar 2026, 03:00 UTC+02:00"
fn line(zone: Tz, due: Timestamp) -> String {
    let due = due.with_timezone(&zone);
    due.format("%a %-d %b %Y, %H:%M UTC%:z").to_string()
}

fn remark(zone: Tz, due: Timestamp, odd: Odd) -> String {
    let runs = due.with_timezone(&zone).naive_local();
    let time = runs.format("%H:%M");
    match odd {
        Odd::Missing { wanted } if wanted.date() == runs.date() => {
            let wanted = wanted.format("%H:%M");
            format!("{wanted} does not exist that day: runs at {time}")
        }
        Odd::Missing { wanted } => {
            let wanted = wanted.format("%-d %b %Y, %H:%M");
            format!("{wanted} does not exist there: runs when the clock goes on, at {time}")
        }
        Odd::Twice => format!("{time} comes twice that day: runs the first time"),
    }
}

fn nothing(schedule: &Schedule) -> &'static str {
    if schedule.check().is_ok() {
        "None: that moment is over."
    } else {
        "None yet: the schedule is not complete."
    }
}
