//! Due times: met, missed, and never twice.

use chrono::TimeDelta;
use tenure::model::{
    Timestamp,
    definition::Trigger,
    execution::Status,
    schedule::{LocalTime, MissedRun, Repeat, Schedule},
    sweep::{DormantAction, SweepTask},
};

use super::{Desk, active, after, dormant, users};
use crate::support::{done, history, noon, scheduled};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

/// When it ran, and how that ended.
fn runs(desk: &Desk) -> Vec<(Timestamp, Status)> {
    let all = history(&desk.store);
    all.into_iter().map(|it| (it.at, it.status)).collect()
}

fn with_missed(missed: MissedRun) -> Desk {
    let desk = Desk::new();
    users(&desk.store, 1);
    let schedule = Schedule {
        missed,
        ..Schedule::new(chrono_tz::UTC)
    };
    let task = SweepTask::IdentifyDormant(after(90, DormantAction::Disable));
    let definition = scheduled(Trigger::Dormant { schedule }, task);
    active(&desk, "Dormant", definition);
    desk
}

#[test]
fn a_due_time_is_met_and_the_engine_knows_the_next() {
    let desk = Desk::new();
    active(&desk, "Dormant", dormant(after(90, DormantAction::Disable)));
    let next = desk.begin();
    assert_eq!(runs(&desk), [], "noon was before the activation");
    assert_eq!(
        next,
        noon() + TimeDelta::minutes(1),
        "it looks once a minute"
    );
    desk.later(TimeDelta::days(1) - TimeDelta::seconds(20));
    assert_eq!(desk.begin(), at("2030-12-25T12:00:00Z"));
    assert_eq!(runs(&desk), []);
    desk.later(TimeDelta::seconds(20));
    desk.work();
    let met = (at("2030-12-25T12:00:00Z"), Status::Succeeded);
    assert_eq!(runs(&desk), [met]);
    desk.work();
    desk.later(TimeDelta::hours(23));
    desk.work();
    assert_eq!(runs(&desk), [met]);
}

#[test]
fn a_machine_that_slept_runs_once_when_it_is_back() {
    let desk = with_missed(MissedRun::RunOnce);
    desk.later(TimeDelta::days(3) + TimeDelta::hours(5));
    desk.work();
    desk.work();
    assert_eq!(
        runs(&desk),
        [(at("2030-12-27T17:00:00Z"), Status::Succeeded)]
    );
    let execution = history(&desk.store)[0].id;
    let sweep = desk.stage(execution);
    assert_eq!(
        (sweep.due, sweep.missed, sweep.moment.at),
        (
            Some(at("2030-12-27T12:00:00Z")),
            2,
            at("2030-12-27T17:00:00Z")
        )
    );
}

#[test]
fn missed_runs_are_skipped_where_the_workflow_says_so() {
    let desk = with_missed(MissedRun::Skip);
    desk.later(TimeDelta::days(3) + TimeDelta::hours(5));
    desk.work();
    desk.work();
    assert_eq!(
        runs(&desk),
        [(at("2030-12-27T17:00:00Z"), Status::Canceled)]
    );
    let error = history(&desk.store)[0].error.clone().expect("a reason");
    assert_eq!(
        error,
        "3 due times were missed, and missed runs are skipped"
    );
    desk.later(TimeDelta::hours(19));
    desk.work();
    assert_eq!(runs(&desk).len(), 2, "the next one is met");
}

#[test]
fn a_clock_that_is_set_back_or_forward_runs_nothing_twice_and_forgets_nothing() {
    let desk = with_missed(MissedRun::RunOnce);
    desk.later(TimeDelta::days(1));
    desk.work();
    desk.later(TimeDelta::hours(-6));
    desk.work();
    desk.later(TimeDelta::hours(6));
    desk.work();
    assert_eq!(runs(&desk).len(), 1);
    desk.later(TimeDelta::days(2));
    desk.work();
    desk.later(TimeDelta::days(-1));
    desk.work();
    assert_eq!(runs(&desk).len(), 2);
    desk.later(TimeDelta::days(2));
    desk.work();
    assert_eq!(runs(&desk).len(), 3);
}

#[test]
fn two_processes_begin_a_due_time_once() {
    let desk = with_missed(MissedRun::RunOnce);
    let other = Desk {
        store: desk.store.clone(),
        clock: desk.clock.clone(),
        ..Desk::new()
    };
    desk.later(TimeDelta::days(1));
    std::thread::scope(|scope| {
        scope.spawn(|| desk.begin());
        scope.spawn(|| other.begin());
    });
    while desk.advance() | other.advance() {}
    assert_eq!(runs(&desk).len(), 1);
}

#[test]
fn activating_again_after_the_clock_was_set_back_does_not_repeat_a_due_time() {
    let desk = with_missed(MissedRun::RunOnce);
    desk.later(TimeDelta::days(1));
    desk.work();
    let workflow = history(&desk.store)[0].workflow;
    // `done` applies at noon of the first day, before what has run.
    let versions = desk
        .store
        .read(|db| tenure::store::workflows::versions(db, workflow));
    let version = versions.expect("versions")[0].id;
    done(&desk.store, tenure::command::Command::Disable(workflow));
    let reason = "as before".to_owned();
    done(
        &desk.store,
        tenure::command::Command::Activate { version, reason },
    );
    desk.work();
    assert_eq!(runs(&desk).len(), 1);
    desk.later(TimeDelta::days(1));
    desk.work();
    assert_eq!(runs(&desk).len(), 2);
}

#[test]
fn hourly_and_once_run_as_often_as_they_say() {
    let desk = Desk::new();
    let every = |repeat| Trigger::Dormant {
        schedule: Schedule {
            repeat,
            ..Schedule::new(chrono_tz::UTC)
        },
    };
    let task = || SweepTask::IdentifyDormant(after(90, DormantAction::Disable));
    let hourly = Repeat::Hourly { minute: 30 };
    active(&desk, "Hourly", scheduled(every(hourly), task()));
    let once = Repeat::Once {
        date: noon().date_naive(),
        time: LocalTime::NOON,
    };
    active(&desk, "Over", scheduled(every(once), task()));
    for _ in 0..300 {
        desk.later(TimeDelta::minutes(1));
        desk.work();
    }
    let workflows: Vec<String> = history(&desk.store)
        .into_iter()
        .map(|it| it.workflow_name)
        .collect();
    assert_eq!(workflows, ["Hourly"; 5]);
}
