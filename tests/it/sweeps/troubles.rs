//! What goes wrong around scheduled executions: stops at a bad moment, a store that refuses, versions
//! that cannot run, and admins who mean somebody else.

use std::time::Duration;

use chrono::TimeDelta;
use tenure::{
    command::{Command, Reply, sweeps::SweepCommand},
    engine::Engine,
    model::{
        execution::Status,
        guard::Limit,
        id::{ExecutionId, UserId, WorkflowId},
        sweep::{DormantAction, ItemState, Stage},
    },
    store::{Store, StoreError, executions},
};

use super::{
    Desk, active, after, change_settings, count, dormant,
    guardrails::{movers, rename},
    users,
};
use crate::support::{done, history, noon};

/// Writes past every rule.
fn execute(store: &Store, sql: &'static str) {
    let executed = store.write(move |tx| {
        tx.execute_batch(sql)?;
        Ok::<_, StoreError>(())
    });
    executed.expect("it is executed");
}

/// A workflow that disables whoever is away for a day, and an execution of it that was begun when all
/// have been away.
fn begun(desk: &Desk) -> (WorkflowId, ExecutionId) {
    let workflow = active(desk, "Dormant", dormant(after(1, DormantAction::Disable)));
    desk.later(TimeDelta::days(2));
    match desk.sweep(SweepCommand::Run(workflow)) {
        Reply::Execution(execution) => (workflow, execution),
        other => panic!("nothing was begun: {other:?}"),
    }
}

/// Waits until it is so; a hang is a failure.
async fn until(store: &Store, is_so: impl Fn() -> bool) {
    let mut changed = store.watch();
    let waited = tokio::time::timeout(Duration::from_secs(30), async {
        while !is_so() {
            changed.changed().await.expect("the store is open");
        }
    });
    waited.await.expect("it happens");
}

/// More users than are planned in one go.
fn crowd(store: &Store) {
    execute(
        store,
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 9000)
         INSERT INTO users (username, username_key, email, email_key, first_name, last_name, phone,
             attributes, status, created)
         SELECT 'user' || n, 'user' || n, 'user' || n, 'user' || n, '', '', '', '{}', 'active', 0
         FROM numbers",
    );
}

#[test]
fn an_engine_that_has_stopped_plans_no_more() {
    let desk = Desk::new();
    crowd(&desk.store);
    change_settings(&desk.store, |it| it.guard.limit.percent = 100);
    let (_, execution) = begun(&desk);
    let planned = || desk.stage(execution).progress.planned;
    desk.threads.block_on(async {
        let engine = Engine::start(desk.threads.handle(), desk.parts());
        until(&desk.store, || planned() > 0).await;
        engine.stop().await;
    });
    let kept = planned();
    assert_eq!(desk.stage(execution).stage, Stage::Planning);
    for _ in 0..1_000 {
        desk.store
            .write(|_| Ok::<_, StoreError>(()))
            .expect("written");
    }
    assert_eq!(
        planned(),
        kept,
        "nobody else is at work for whoever comes next"
    );
    while desk.advance() {}
    assert_eq!(desk.stage(execution).progress.done, 9_000);
}

#[test]
fn a_plan_that_is_made_again_counts_nobody_twice() {
    let desk = Desk::new();
    users(&desk.store, 3);
    let (_, execution) = begun(&desk);
    desk.advance();
    let items = desk.items(execution);
    execute(&desk.store, "UPDATE sweeps SET stage = 'planning'");
    desk.sweep(SweepCommand::BeginPlan(execution));
    assert_eq!(desk.stage(execution).progress.total(), 0);
    desk.sweep(SweepCommand::KeepItems { execution, items });
    assert_eq!(desk.stage(execution).progress.planned, 3);
}

/// The clock alone wakes it: nobody changes anything meanwhile.
#[test]
fn what_the_store_refuses_is_tried_again_by_itself() {
    let desk = Desk::new();
    users(&desk.store, 1);
    let (_, execution) = begun(&desk);
    execute(
        &desk.store,
        "CREATE TRIGGER full BEFORE UPDATE OF status ON users WHEN new.changed < 1924516860000000
         BEGIN SELECT raise(ABORT, 'database or disk is full'); END",
    );
    let refuses_until = noon() + TimeDelta::days(2) + TimeDelta::minutes(1);
    assert_eq!(refuses_until.timestamp_micros(), 1_924_516_860_000_000);
    desk.advance();
    assert_eq!(desk.stage(execution).stage, Stage::Applying);
    desk.threads.block_on(async {
        let engine = Engine::start(desk.threads.handle(), desk.parts());
        // It has tried once when it sleeps.
        tokio::time::sleep(Duration::from_secs(2)).await;
        desk.later(TimeDelta::minutes(2));
        until(&desk.store, || desk.status(execution) == Status::Succeeded).await;
        engine.stop().await;
    });
}

#[test]
fn a_version_that_cannot_run_says_so_when_it_is_due() {
    let desk = Desk::new();
    users(&desk.store, 1);
    let workflow = active(&desk, "Dormant", dormant(after(1, DormantAction::Disable)));
    // As if it had been activated by a Tenure that checked less.
    execute(
        &desk.store,
        "UPDATE versions SET definition = replace(definition, '\"days\":1', '\"days\":0');
         UPDATE config SET stamp = stamp + 1000",
    );
    let refusal = desk.refusal(SweepCommand::Run(workflow));
    assert!(refusal.contains("choose a number of days"), "{refusal}");
    desk.later(TimeDelta::days(1));
    desk.work();
    desk.work();
    let all = history(&desk.store);
    assert_eq!(all.len(), 1, "once for the due time: {all:?}");
    assert_eq!(all[0].status, Status::Failed);
    let error = all[0].error.as_deref().expect("a reason");
    assert!(error.contains("choose a number of days"), "{error}");
}

/// Three users, of whom none may go.
fn quarantined() -> (Desk, Vec<UserId>, ExecutionId) {
    let desk = Desk::new();
    let ids = users(&desk.store, 3);
    let none = Limit {
        users: 0,
        percent: 0,
    };
    change_settings(&desk.store, |it| it.guard.limit = none);
    let (_, execution) = begun(&desk);
    while desk.advance() {}
    assert_eq!(desk.status(execution), Status::Quarantined);
    (desk, ids, execution)
}

#[test]
fn releasing_somebody_who_is_not_in_it_discards_nobody() {
    let (desk, ids, execution) = quarantined();
    let stranger = UserId::new(1_000_000);
    for only in [vec![], vec![stranger], vec![ids[0], stranger]] {
        let only = Some(only);
        let refusal = desk.refusal(SweepCommand::Release { execution, only });
        assert!(refusal.contains("wait"), "{refusal}");
        assert_eq!(count(&desk.items(execution), ItemState::Planned), 3);
    }
    let only = Some(vec![ids[0], ids[0]]);
    desk.sweep(SweepCommand::Release { execution, only });
    while desk.advance() {}
    let said = ["user0: Done", "user1: Discarded", "user2: Discarded"];
    assert_eq!(desk.outcomes(execution), said);
}

#[test]
fn what_an_admin_has_decided_does_not_fail_afterwards() {
    let (desk, _, execution) = quarantined();
    desk.sweep(SweepCommand::Discard(execution));
    let reason = "too late".to_owned();
    desk.sweep(SweepCommand::Fail { execution, reason });
    assert_eq!(desk.status(execution), Status::Canceled);
}

/// What History finds by this text.
fn found(store: &Store, search: &str) -> Vec<ExecutionId> {
    let filter = executions::Filter {
        search: search.to_owned(),
        ..executions::Filter::default()
    };
    let page = store.read(|db| executions::page(db, &filter, None, 10));
    let listed = page.expect("a page").executions;
    listed.into_iter().map(|it| it.id).collect()
}

#[test]
fn history_finds_the_reason_that_an_execution_has_now() {
    let (desk, _, execution) = quarantined();
    assert_eq!(found(&desk.store, "the limit is 0"), [execution]);
    desk.sweep(SweepCommand::Discard(execution));
    assert_eq!(found(&desk.store, "the limit is 0"), []);
    assert_eq!(found(&desk.store, "decided against it"), [execution]);
}

#[test]
fn a_released_execution_that_fails_is_like_any_other_that_failed() {
    let (desk, ids) = movers(0, 1);
    assert_eq!(rename(&desk, ids[0]), Status::Quarantined);
    let execution = history(&desk.store)[0].id;
    done(
        &desk.store,
        Command::ProtectUser {
            id: ids[0],
            is_protected: true,
        },
    );
    desk.sweep(SweepCommand::Release {
        execution,
        only: None,
    });
    let summary = desk.summary(execution);
    assert_eq!(summary.status, Status::Failed);
    assert!(summary.failed_node.is_some());
    assert_eq!(found(&desk.store, "is protected"), [execution]);
    let address = "user0@example.org";
    assert_eq!(
        found(&desk.store, address),
        [execution],
        "still found by it"
    );
}
