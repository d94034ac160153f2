//! What an active workflow waits for: its sources, or when its schedule is due next.

use std::time::Duration;

use chrono_tz::Tz;

use crate::{
    model::{Timestamp, id::WorkflowId, schedule::Schedule},
    ui::{Ctx, moment},
};

/// In a few words, and in full.
pub(in crate::ui) struct Runs {
    pub(in crate::ui) short: String,
    pub(in crate::ui) full: String,
}

/// `None` for a workflow that does not run.
pub(in crate::ui) fn runs(ctx: &Ctx<'_>, workflow: WorkflowId) -> Option<Runs> {
    let mut active = ctx.config.active.iter();
    let version = active.find(|it| it.workflow == workflow)?;
    let trigger = version.definition.trigger()?;
    let full = format!("{}: {}", trigger.label(), trigger.summary());
    let short = match trigger.schedule() {
        Some(schedule) => next(ctx, schedule),
        None => trigger.summary(),
    };
    Some(Runs { short, full })
}

/// "Next: today 12:00", which is said anew once it is over.
fn next(ctx: &Ctx<'_>, schedule: &Schedule) -> String {
    let now = ctx.clock.now();
    let due = schedule.next_after(now);
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
    let (day, local) = (
        due.with_timezone(&zone).date_naive(),
        due.with_timezone(&zone),
    );
    let today = now.with_timezone(&zone).date_naive();
    let time = local.format("%H:%M");
    match (day - today).num_days() {
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
        check("2026-11-29T22:45:00Z", "Next: today 23:45");
        check("2026-11-29T23:00:00Z", "Next: tomorrow 00:00");
        check("2026-11-30T22:59:00Z", "Next: tomorrow 23:59");
        check("2026-11-30T23:00:00Z", "Next: 1 Dec 2026, 00:00");
        let never = next_words(None, Timestamp::default(), Tz::UTC);
        assert_eq!(never, "Not due any more");
    }
}
