//! Guardrails: too many users at once wait for an admin.

use chrono::TimeDelta;
use tenure::{
    command::{self, Command, CommandError, Reply, sweeps::SweepCommand},
    model::{
        event::Source,
        execution::Status,
        guard::{Burst, Limit},
        id::{ExecutionId, UserId},
        problem::ProblemKind,
        sweep::{DormantAction, ItemState, Stage},
        task::Action,
        user::{ProfileForm, UserUpdate},
    },
    store::{Store, Tx, credentials, members, users as stored},
};

use super::{Desk, active, after, change_settings, count, dormant, users};
use crate::support::{activated, always, audit, done, drafted, grace, history, on_update};

/// Ten users, of whom more than two may not go at once.
fn quarantined(action: DormantAction) -> (Desk, Vec<UserId>, ExecutionId) {
    let desk = Desk::new();
    let ids = users(&desk.store, 10);
    change_settings(&desk.store, |it| {
        it.guard.limit = Limit {
            users: 2,
            percent: 0,
        };
    });
    let workflow = active(&desk, "Dormant", dormant(after(1, action)));
    desk.later(TimeDelta::days(2));
    let execution = desk.run(workflow);
    (desk, ids, execution)
}

#[test]
fn an_execution_over_the_limit_does_nothing_and_says_why() {
    for action in [DormantAction::Disable, DormantAction::Delete] {
        let (desk, _, execution) = quarantined(action);
        assert_eq!(desk.status(execution), Status::Quarantined);
        assert_eq!(count(&desk.items(execution), ItemState::Planned), 10);
        let reason = desk.summary(execution).error.expect("a reason");
        assert_eq!(
            reason,
            "10 of 10 users would be disabled or deleted, and the limit is 2"
        );
        assert!(!desk.advance(), "it waits");
    }
}

#[test]
fn reports_alone_have_no_limit() {
    let desk = Desk::new();
    super::set_up_mail(&desk.store);
    users(&desk.store, 3);
    change_settings(&desk.store, |it| {
        it.guard.limit = Limit {
            users: 0,
            percent: 0,
        }
    });
    let workflow = active(&desk, "Dormant", dormant(after(1, DormantAction::Report)));
    desk.later(TimeDelta::days(2));
    let execution = desk.run(workflow);
    assert_eq!(desk.status(execution), Status::Succeeded);
    assert_eq!(desk.mails(), ["dormant-user-report → admin@example.org"]);
}

#[test]
fn an_admin_releases_all() {
    let (desk, _, execution) = quarantined(DormantAction::Disable);
    desk.sweep(SweepCommand::Release {
        execution,
        only: None,
    });
    while desk.advance() {}
    assert_eq!(desk.status(execution), Status::Succeeded);
    assert_eq!(count(&desk.items(execution), ItemState::Done), 10);
    let entry = format!("execution.release Dormant #{execution}");
    assert!(audit(&desk.store).contains(&entry), "{entry}");
}

#[test]
fn an_admin_releases_some_and_the_others_are_left_alone() {
    let (desk, ids, execution) = quarantined(DormantAction::Delete);
    desk.sweep(SweepCommand::Release {
        execution,
        only: Some(vec![ids[3], ids[7], ids[3]]),
    });
    while desk.advance() {}
    let items = desk.items(execution);
    assert_eq!(count(&items, ItemState::Discarded), 8);
    let done: Vec<&str> = items
        .iter()
        .filter(|it| it.state == ItemState::Done)
        .map(|it| it.person.username.as_str())
        .collect();
    assert_eq!(done, ["user3", "user7"]);
    assert_eq!(desk.status(execution), Status::Succeeded);
}

#[test]
fn nobody_is_released_who_does_not_wait() {
    let (desk, ids, execution) = quarantined(DormantAction::Delete);
    let outsider = crate::support::admitted(&desk.store, "outsider");
    for only in [
        vec![],
        vec![outsider],
        vec![ids[0], outsider],
        vec![ids[0], UserId::new(999)],
    ] {
        let only = Some(only);
        let refusal = desk.refusal(SweepCommand::Release { execution, only });
        assert!(
            refusal.contains("not everybody who was named waits"),
            "{refusal}"
        );
    }
    assert_eq!(desk.status(execution), Status::Quarantined);
    assert_eq!(count(&desk.items(execution), ItemState::Planned), 10);
}

#[test]
fn a_scheduled_execution_waits_like_one_by_hand_and_the_next_due_time_does_too() {
    let desk = Desk::new();
    users(&desk.store, 3);
    change_settings(&desk.store, |it| {
        it.guard.limit = Limit {
            users: 2,
            percent: 0,
        }
    });
    active(&desk, "Dormant", dormant(after(1, DormantAction::Disable)));
    for _ in 0..2 {
        desk.later(TimeDelta::days(2));
        desk.work();
    }
    let [first, second] = history(&desk.store).try_into().expect("two executions");
    for execution in [first.id, second.id] {
        assert_eq!(desk.status(execution), Status::Quarantined);
        desk.sweep(SweepCommand::Release {
            execution,
            only: None,
        });
        while desk.advance() {}
        assert_eq!(desk.status(execution), Status::Succeeded);
    }
    assert_eq!(count(&desk.items(first.id), ItemState::Done), 3);
    assert_eq!(
        count(&desk.items(second.id), ItemState::Skipped),
        3,
        "done already"
    );
}

/// A connection that brings nobody any more, a clock that is years ahead: everybody seems to be gone.
#[test]
fn a_directory_that_seems_deserted_waits_for_a_person() {
    for action in [DormantAction::Disable, DormantAction::Delete] {
        let desk = Desk::new();
        let ids = users(&desk.store, 120);
        active(&desk, "Dormant", dormant(after(90, action)));
        desk.later(TimeDelta::days(365 * 5));
        let now = desk.clock.now();
        for id in ids.into_iter().take(6) {
            let seen = move |tx: &Tx<'_>| credentials::was_active(tx, id, now);
            desk.store.write(seen).expect("a sign of life");
        }
        desk.work();
        let execution = history(&desk.store)[0].id;
        assert_eq!(desk.status(execution), Status::Quarantined);
        assert_eq!(
            desk.summary(execution).error.as_deref(),
            Some("114 of 120 users would be disabled or deleted, and the limit is 100")
        );
        desk.later(TimeDelta::days(-365 * 5));
        desk.work();
        assert_eq!(count(&desk.items(execution), ItemState::Planned), 114);
    }
}

#[test]
fn of_two_admins_who_decide_at_once_one_is_told_that_it_is_decided() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = || Store::open(folder.path()).expect("a store");
    let (one, other) = (Desk::with(open()), Desk::with(open()));
    change_settings(&one.store, |it| {
        it.time_zone = Some(chrono_tz::UTC);
        it.guard.limit = Limit {
            users: 2,
            percent: 0,
        };
    });
    users(&one.store, 10);
    let workflow = active(&one, "Dormant", dormant(after(1, DormantAction::Disable)));
    one.later(TimeDelta::days(2));
    let execution = one.run(workflow);
    let decide = |desk: &Desk, command: SweepCommand| {
        let command = Command::Sweep(Box::new(command));
        command::apply(&desk.store, &grace(), command, one.clock.now()).is_ok()
    };
    let decided = std::thread::scope(|scope| {
        let release = SweepCommand::Release {
            execution,
            only: None,
        };
        let first = scope.spawn(|| decide(&one, release));
        let second = scope.spawn(|| decide(&other, SweepCommand::Discard(execution)));
        (
            first.join().expect("an answer"),
            second.join().expect("an answer"),
        )
    });
    while one.advance() | other.advance() {}
    let (state, status) = match decided {
        (true, false) => (ItemState::Done, Status::Succeeded),
        (false, true) => (ItemState::Discarded, Status::Canceled),
        both => panic!("released and discarded: {both:?}"),
    };
    assert_eq!(count(&one.items(execution), state), 10);
    assert_eq!(one.status(execution), status);
}

#[test]
fn an_admin_discards_it() {
    let (desk, _, execution) = quarantined(DormantAction::Disable);
    desk.sweep(SweepCommand::Discard(execution));
    assert!(!desk.advance());
    assert_eq!(desk.status(execution), Status::Canceled);
    assert_eq!(count(&desk.items(execution), ItemState::Discarded), 10);
    for again in [
        SweepCommand::Discard(execution),
        SweepCommand::Stop(execution),
        SweepCommand::Resume(execution),
        SweepCommand::Release {
            execution,
            only: None,
        },
    ] {
        assert_eq!(desk.refusal(again), "the execution has ended");
    }
}

#[test]
fn a_workflow_can_have_a_limit_of_its_own() {
    let (desk, _, execution) = quarantined(DormantAction::Disable);
    let workflow = desk.summary(execution).workflow;
    let limit = Limit {
        users: 10,
        percent: 0,
    };
    desk.sweep(SweepCommand::SetLimit {
        workflow,
        limit: Some(limit),
    });
    let execution = desk.run(workflow);
    assert_eq!(desk.status(execution), Status::Succeeded);
    let bad = SweepCommand::SetLimit {
        workflow,
        limit: Some(Limit {
            users: 1,
            percent: 101,
        }),
    };
    assert!(desk.refusal(bad).contains("between 0 and 100 percent"));
}

#[test]
fn what_is_stopped_goes_on_where_it_was() {
    let (desk, _, execution) = quarantined(DormantAction::Disable);
    desk.sweep(SweepCommand::Release {
        execution,
        only: None,
    });
    desk.sweep(SweepCommand::Stop(execution));
    assert_eq!(desk.status(execution), Status::Canceled);
    assert_eq!(desk.stage(execution).stage, Stage::Stopped);
    assert!(!desk.advance(), "it is stopped");
    desk.sweep(SweepCommand::Resume(execution));
    while desk.advance() {}
    assert_eq!(desk.status(execution), Status::Succeeded);
    assert_eq!(count(&desk.items(execution), ItemState::Done), 10);
}

/// People who leave a group when their last name changes, and how many may in an hour.
pub(super) fn movers(limit: u32, count: usize) -> (Desk, Vec<UserId>) {
    let desk = Desk::new();
    let group = crate::support::group(&desk.store, "Staff");
    let ids = users(&desk.store, count);
    for user in &ids {
        let group = tenure::model::id::GroupId::new(group.id.expect("a number"));
        done(&desk.store, Command::AddToGroup { user: *user, group });
    }
    change_settings(&desk.store, |it| it.guard.burst = Burst(limit));
    let leave = always(Action::UnassignGroup, vec![group]);
    activated(&desk.store, "Movers", on_update(None, vec![leave]));
    (desk, ids)
}

pub(super) fn rename(desk: &Desk, user: UserId) -> Status {
    let found = desk.store.read(|db| stored::get(db, user));
    let form = ProfileForm {
        last_name: format!("Moved{}", desk.clock.now()),
        ..found.expect("a look").expect("the user").profile.form()
    };
    let update = Command::update(user, UserUpdate::profile(form), Source::AdminDetails);
    match command::apply(&desk.store, &grace(), update, desk.clock.now()) {
        Ok(Reply::Updated(started)) => started[0].1,
        other => panic!("an update was answered by {other:?}"),
    }
}

#[test]
fn a_burst_of_events_is_stopped_before_it_takes_too_much_away() {
    let (desk, ids) = movers(3, 5);
    let ended: Vec<Status> = ids.iter().map(|id| rename(&desk, *id)).collect();
    let (ran, held) = (Status::Succeeded, Status::Quarantined);
    assert_eq!(ended, [ran, ran, ran, held, held]);
    let execution = history(&desk.store)[3].id;
    let error = desk.summary(execution).error.expect("a reason");
    assert!(error.contains("the limit is 3"), "{error}");
    desk.sweep(SweepCommand::Release {
        execution,
        only: None,
    });
    assert_eq!(desk.status(execution), ran);
    let last = history(&desk.store)[4].id;
    desk.sweep(SweepCommand::Discard(last));
    assert_eq!(desk.status(last), Status::Canceled);
    let groups = |id: UserId| {
        let groups = desk.store.read(|db| members::groups_of(db, id));
        groups.expect("groups").into_values().collect::<Vec<_>>()
    };
    assert_eq!(groups(ids[3]), ["DEFAULT"], "what was released is done");
    assert_eq!(
        groups(ids[4]),
        ["DEFAULT", "Staff"],
        "what was discarded is not"
    );
}

#[test]
fn an_hour_later_events_may_take_away_again() {
    let (desk, ids) = movers(1, 2);
    assert_eq!(rename(&desk, ids[0]), Status::Succeeded);
    desk.later(TimeDelta::minutes(59));
    assert_eq!(rename(&desk, ids[1]), Status::Quarantined);
    desk.later(TimeDelta::minutes(1));
    assert_eq!(rename(&desk, ids[1]), Status::Succeeded);
}

#[test]
fn an_execution_that_takes_nothing_away_is_no_part_of_a_burst() {
    let (desk, ids) = movers(1, 1);
    assert_eq!(rename(&desk, ids[0]), Status::Succeeded);
    desk.later(TimeDelta::minutes(1));
    assert_eq!(
        rename(&desk, ids[0]),
        Status::Succeeded,
        "it has left already"
    );
}

#[test]
fn a_version_that_reaches_nobody_or_too_many_wants_a_reason() {
    let desk = Desk::new();
    let (_, version) = drafted(
        &desk.store,
        "Dormant",
        dormant(after(1, DormantAction::Disable)),
    );
    let activate = |reason: &str| {
        let reason = reason.to_owned();
        let activate = Command::Activate { version, reason };
        command::apply(&desk.store, &grace(), activate, desk.clock.now())
    };
    let refusal = |result: Result<Reply, CommandError>| match result {
        Err(CommandError::NeedsReason(found)) => found[0].kind.clone(),
        other => panic!("no reason was wanted: {other:?}"),
    };
    assert_eq!(refusal(activate("")), ProblemKind::ReachesNobody);
    users(&desk.store, 3);
    change_settings(&desk.store, |it| {
        it.guard.limit = Limit {
            users: 1,
            percent: 0,
        }
    });
    desk.later(TimeDelta::days(2));
    assert!(matches!(
        refusal(activate("")),
        ProblemKind::ReachesTooMany(exceeded) if exceeded.affected == 3
    ));
    assert!(activate("We have agreed on it.").is_ok());
}
