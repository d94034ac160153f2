//! Guardrails: too many users at once wait for an admin.

use chrono::TimeDelta;
use tenure::{
    command::sweeps::SweepCommand,
    model::{
        execution::Status,
        guard::Limit,
        id::{ExecutionId, UserId},
        sweep::{DormantAction, ItemState, Stage},
    },
};

use super::{Desk, active, after, change_settings, count, dormant, users};
use crate::support::audit;

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
        only: Some(vec![ids[3], ids[7], UserId::new(999)]),
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
