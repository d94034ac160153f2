//! Due times: met, missed, and never twice.

use chrono::TimeDelta;
use tenure::{
    command::{Reply, sweeps::SweepCommand},
    model::{
        Timestamp,
        definition::Trigger,
        due::GRACE,
        execution::Status,
        schedule::{LocalTime, MissedRun, Repeat, Schedule},
        sweep::{DormantAction, SweepTask},
    },
    store::{Store, StoreError, schedules},
};

use super::{Desk, active, after, change_settings, dormant, users};
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
    assert_eq!(runs(&desk).len(), 2);
    desk.later(TimeDelta::hours(-23));
    desk.work();
    assert_eq!(runs(&desk).len(), 2, "no due time has come since");
    desk.later(TimeDelta::hours(23));
    desk.work();
    assert_eq!(runs(&desk).len(), 2, "this one has had its run");
    desk.later(TimeDelta::days(1));
    desk.work();
    assert_eq!(runs(&desk).len(), 3);
}

/// As when a machine starts with a wrong clock, which the network then puts right.
#[test]
fn a_clock_that_was_years_ahead_for_a_moment_silences_no_schedule() {
    for missed in MissedRun::ALL {
        let desk = with_missed(missed);
        desk.later(TimeDelta::days(1));
        desk.work();
        desk.later(TimeDelta::days(3_650) + TimeDelta::minutes(7));
        desk.work();
        desk.later(TimeDelta::days(-3_650) - TimeDelta::minutes(7));
        desk.work();
        // Without that of the wrong year.
        let real = || {
            runs(&desk)
                .into_iter()
                .filter(|it| it.0 < at("2035-01-01T00:00:00Z"))
        };
        for _ in 0..3 {
            desk.later(TimeDelta::days(1));
            desk.work();
        }
        let met: Vec<Timestamp> = real().map(|it| it.0).collect();
        let expected = ["2030-12-25", "2030-12-26", "2030-12-27", "2030-12-28"];
        assert_eq!(met, expected.map(|day| at(&format!("{day}T12:00:00Z"))));
        desk.later(TimeDelta::hours(30));
        desk.work();
        let last = real().next_back().expect("a run");
        let status = match missed {
            MissedRun::RunOnce => Status::Succeeded,
            MissedRun::Skip => Status::Canceled,
        };
        assert_eq!(
            last,
            (desk.clock.now(), status),
            "missed ones are known again"
        );
    }
}

#[test]
fn a_clock_that_began_in_the_past_makes_up_for_nothing_from_before_the_activation() {
    let desk = with_missed(MissedRun::RunOnce);
    let now = desk.clock.now();
    desk.later(at("1970-01-01T00:17:00Z") - now);
    desk.work();
    desk.later(now - desk.clock.now());
    desk.work();
    assert_eq!(runs(&desk), []);
}

#[test]
fn a_due_time_that_has_had_its_run_is_neither_run_nor_skipped_again() {
    let desk = with_missed(MissedRun::RunOnce);
    desk.later(TimeDelta::days(1));
    desk.work();
    let sweep = desk.stage(history(&desk.store)[0].id);
    let (workflow, due) = (sweep.workflow, sweep.due.expect("a due time"));
    let missed = 1;
    for command in [
        SweepCommand::BeginDue {
            workflow,
            due,
            missed,
        },
        SweepCommand::SkipDue {
            workflow,
            due,
            missed,
        },
    ] {
        let before = due - TimeDelta::hours(1);
        let set_back = desk
            .store
            .write(move |tx| schedules::set_mark(tx, workflow, before));
        set_back.expect("an earlier mark");
        assert!(matches!(desk.sweep(command), Reply::Done));
    }
    assert_eq!(runs(&desk).len(), 1);
}

#[test]
fn two_processes_begin_a_due_time_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = || Store::open(folder.path()).expect("a store");
    let (one, other) = (Desk::with(open()), Desk::with(open()));
    change_settings(&one.store, |it| it.time_zone = Some(chrono_tz::UTC));
    users(&one.store, 1);
    active(&one, "Dormant", dormant(after(90, DormantAction::Disable)));
    for day in 1..=5 {
        for desk in [&one, &other] {
            desk.later(TimeDelta::days(1));
        }
        std::thread::scope(|scope| {
            scope.spawn(|| one.begin());
            scope.spawn(|| other.begin());
        });
        assert_eq!(runs(&one).len(), day);
        while one.advance() | other.advance() {}
    }
    let ended = runs(&other);
    let succeeded = |(_, status): &(Timestamp, Status)| *status == Status::Succeeded;
    assert!(ended.len() == 5 && ended.iter().all(succeeded), "{ended:?}");
}

/// Takes a table away, or brings it back.
fn rename(desk: &Desk, sql: &'static str) {
    let renamed = desk.store.write(move |tx| {
        tx.execute_batch(sql)?;
        Ok::<_, StoreError>(())
    });
    renamed.expect("another name");
}

#[test]
fn a_chore_that_fails_makes_no_due_time_late() {
    let desk = with_missed(MissedRun::Skip);
    desk.later(TimeDelta::days(1) - TimeDelta::seconds(7));
    rename(&desk, "ALTER TABLE sessions RENAME TO gone");
    let due = at("2030-12-25T12:00:00Z");
    assert_eq!(desk.begin(), due, "others come back for it");
    desk.later(TimeDelta::seconds(7));
    desk.work();
    assert_eq!(runs(&desk), [(due, Status::Succeeded)]);
}

#[test]
fn schedules_that_cannot_be_looked_at_are_tried_again_before_they_count_as_missed() {
    let desk = with_missed(MissedRun::Skip);
    desk.later(TimeDelta::days(1));
    rename(&desk, "ALTER TABLE schedules RENAME TO gone");
    let due = desk.clock.now();
    let again = desk.begin();
    assert_eq!(runs(&desk), []);
    assert!(again - due < GRACE / 2, "{again}");
    desk.later(again - due);
    rename(&desk, "ALTER TABLE gone RENAME TO schedules");
    desk.work();
    assert_eq!(runs(&desk), [(again, Status::Succeeded)]);
}

/// Every morning at half past two, which on 30 March 2031 does not exist in Berlin, and on 26 October
/// comes twice.
#[test]
fn a_night_in_which_clocks_are_set_has_its_run_once() {
    let desk = Desk::new();
    let schedule = Schedule {
        repeat: Repeat::Daily {
            time: LocalTime::new(2, 30).expect("a time"),
        },
        ..Schedule::new(chrono_tz::Europe::Berlin)
    };
    let task = SweepTask::IdentifyDormant(after(90, DormantAction::Disable));
    active(
        &desk,
        "Nightly",
        scheduled(Trigger::Dormant { schedule }, task),
    );
    let mut begun = Vec::new();
    for (from, to) in [
        ("2031-03-29T12:00:00Z", "2031-03-31T12:00:00Z"),
        ("2031-10-25T12:00:00Z", "2031-10-27T12:00:00Z"),
    ] {
        desk.later(at(from) - desk.clock.now());
        desk.work();
        let known = runs(&desk).len();
        while desk.clock.now() < at(to) {
            desk.later(TimeDelta::minutes(5));
            desk.work();
        }
        let new = runs(&desk).into_iter().skip(known);
        begun.extend(new.map(|(at, _)| at.format("%F %R").to_string()));
    }
    assert_eq!(
        begun,
        [
            "2031-03-30 01:00",
            "2031-03-31 00:30",
            "2031-10-26 00:30",
            "2031-10-27 01:30",
        ]
    );
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
