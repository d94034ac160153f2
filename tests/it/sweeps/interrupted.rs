//! Interruptions between any two parts: nobody twice, nobody forgotten.

use chrono::TimeDelta;
use tenure::{
    command::{
        self, Command,
        sweeps::{BATCH, SweepCommand},
    },
    model::{
        execution::Status,
        sweep::{DormantAction, IdentifyDormant, Item, ItemState},
    },
};

use super::{Desk, active, change_settings, count, dormant, set_up_mail, users};
use crate::support::grace;

fn large() -> (Desk, tenure::model::id::WorkflowId, usize) {
    let many = BATCH * 2 + 7;
    let desk = Desk::new();
    set_up_mail(&desk.store);
    users(&desk.store, many);
    change_settings(&desk.store, |it| it.guard.limit.percent = 100);
    let task = IdentifyDormant {
        days: 7,
        action: DormantAction::Disable,
        reports_too: true,
        notifies_user: true,
    };
    let workflow = active(&desk, "Dormant", dormant(task));
    desk.later(TimeDelta::days(30));
    (desk, workflow, many)
}

#[test]
fn batches_do_every_user_once_with_one_mail_each() {
    let (desk, workflow, many) = large();
    let execution = desk.run(workflow);
    assert_eq!(desk.status(execution), Status::Succeeded);
    assert_eq!(count(&desk.items(execution), ItemState::Done), many);
    let progress = desk.stage(execution).progress;
    assert_eq!((progress.done, progress.planned), (many as u64, 0));
    let mails: u64 = desk
        .store
        .read(|db| tenure::store::outbox::counts(db, Some(execution)))
        .expect("counts")
        .iter()
        .map(|(_, count)| count)
        .sum();
    assert_eq!(mails, many as u64 + 1);
}

#[test]
fn a_plan_that_was_interrupted_is_made_again_from_the_start() {
    let (desk, workflow, many) = large();
    let command::Reply::Execution(execution) = desk.sweep(SweepCommand::Run(workflow)) else {
        panic!("nothing was begun");
    };
    let half = |number: i64| Item {
        user: tenure::model::id::UserId::new(1_000_000 + number),
        person: tenure::model::sweep::Person {
            username: "nobody".to_owned(),
            email: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            status: tenure::model::user::Status::Active,
            at: desk.clock.now(),
            was_never_active: false,
            revision: 1,
        },
        state: ItemState::Planned,
        acts: Vec::new(),
        reason: None,
    };
    desk.sweep(SweepCommand::KeepItems {
        execution,
        items: (0..10).map(half).collect(),
    });
    while desk.advance() {}
    assert_eq!(desk.items(execution).len(), many);
    assert_eq!(desk.status(execution), Status::Succeeded);
}

#[test]
fn stopping_between_batches_keeps_what_was_done() {
    let (desk, workflow, many) = large();
    let command::Reply::Execution(execution) = desk.sweep(SweepCommand::Run(workflow)) else {
        panic!("nothing was begun");
    };
    assert!(desk.advance(), "the plan");
    assert!(desk.advance(), "the first batch");
    desk.sweep(SweepCommand::Stop(execution));
    let apply = Command::Sweep(Box::new(SweepCommand::ApplyBatch(execution)));
    let refused = command::apply(&desk.store, &grace(), apply, desk.clock.now());
    assert!(refused.is_err(), "what is stopped is not carried on");
    let items = desk.items(execution);
    assert_eq!(count(&items, ItemState::Done), BATCH);
    assert_eq!(count(&items, ItemState::Planned), many - BATCH);
    desk.sweep(SweepCommand::Resume(execution));
    while desk.advance() {}
    assert_eq!(count(&desk.items(execution), ItemState::Done), many);
}
