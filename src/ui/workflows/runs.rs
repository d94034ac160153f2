//! What an active workflow waits for: its sources, or when its schedule is due next.

use std::{collections::BTreeMap, time::Duration};

use chrono::TimeDelta;
use chrono_tz::Tz;

use crate::{
    model::{Timestamp, due, id::WorkflowId},
    store::{Store, StoreError, schedules},
    ui::{Ctx, loaded::Loaded, moment, run_now::scheduled},
};

/// In a few words, and in full.
pub(in crate::ui) struct Runs {
    pub(in crate::ui) short: String,
    pub(in crate::ui) full: String,
}

/// When each active workflow with a schedule is due next, `None` for one that is not due any more.
/// What was dealt with is not due again, even if the clock was set back.
pub(in crate::ui) type Dues = BTreeMap<WorkflowId, Option<Timestamp>>;

/// The same, looked up in the background.
#[derive(Default)]
pub(in crate::ui) struct NextDue(Loaded<Timestamp, Dues>);

impl NextDue {
    /// Looks again when a minute has passed: due times are whole minutes.
    pub(in crate::ui) fn prepare(&mut self, ctx: &Ctx<'_>) {
        let now = ctx.clock.now();
        let minute = chrono::DurationRound::duration_trunc(now, TimeDelta::minutes(1));
        self.0.get(ctx, &minute.unwrap_or(now), move |store| {
            next_dues(store, now)
        });
    }

    fn words(&self, ctx: &Ctx<'_>, workflow: WorkflowId) -> String {
        let dues = self.0.value();
        match dues.and_then(|it| it.get(&workflow)) {
            Some(due) => said(ctx, *due),
            None => "Next: …".to_owned(),
        }
    }
}

pub(in crate::ui) fn next_dues(store: &Store, now: Timestamp) -> Result<Dues, StoreError> {
    store.read_with_config(|db, config| {
        let mut dues = Dues::new();
        for version in scheduled(&config.active) {
            let trigger = version.definition.trigger();
            if let Some(schedule) = trigger.and_then(|it| it.schedule()) {
                let mark = schedules::mark(db, version.workflow)?.unwrap_or(now);
                dues.insert(version.workflow, due::next(schedule, mark, now));
            }
        }
        Ok(dues)
    })
}

/// `None` for a workflow that does not run.
pub(in crate::ui) fn runs(ctx: &Ctx<'_>, next: &NextDue, workflow: WorkflowId) -> Option<Runs> {
    let mut active = ctx.config.active.iter();
    let version = active.find(|it| it.workflow == workflow)?;
    let trigger = version.definition.trigger()?;
    let full = format!("{}: {}", trigger.label(), trigger.summary());
    let short = match trigger.schedule() {
        Some(_) => next.words(ctx, workflow),
        None => trigger.summary(),
    };
    Some(Runs { short, full })
}

/// "Next: today 12:00", which is said anew once it is over.
fn said(ctx: &Ctx<'_>, due: Option<Timestamp>) -> String {
    let now = ctx.clock.now();
    if let Some(left) = due.and_then(|it| (it - now).to_std().ok()) {
        ctx.egui
            .request_repaint_after(left + Duration::from_secs(1));
    }
    next_words(due, now, ctx.zone())
}

fn next_words(due: Option<Timestamp>, now: Timestamp, zone: Tz) -> String {
    let Some(due) = due else {
        return "Not due any more".to_owned();
    };
    if due <= now {
        return "Next: now".to_owned();
    }
    let local = due.with_timezone(&zone);
    let today = now.with_timezone(&zone).date_naive();
    let time = local.format("%H:%M");
    match (local.date_naive() - today).num_days() {
        0 => format!("Next: today {time}"),
        1 => format!("Next: tomorrow {time}"),
        _ => format!("Next: {}", moment(due, zone)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(due: &str, expected: &str) {
        let at = |text: &str| text.parse().expect("a moment");
        let now = at("2026-11-29T22:30:00Z");
        let words = next_words(Some(at(due)), now, Tz::Europe__Berlin);
        assert_eq!(words, expected);
    }

    #[test]
    fn when_it_is_due_next_is_said_as_people_say_it() {
        check("2026-11-29T22:30:00Z", "Next: now");
        check("2026-11-29T22:45:00Z", "Next: today 23:45");
        check("2026-11-29T23:00:00Z", "Next: tomorrow 00:00");
        check("2026-11-30T22:59:00Z", "Next: tomorrow 23:59");
        check("2026-11-30T23:00:00Z", "Next: 1 Dec 2026, 00:00");
        let never = next_words(None, Timestamp::default(), Tz::UTC);
        assert_eq!(never, "Not due any more");
    }
}
