//! A due time is met within a second: by the program itself, with the clock of this machine.

use std::time::Duration;

use chrono::{TimeDelta, Timelike as _, Utc};
use tenure::{
    command::{self, Command},
    model::{
        Timestamp,
        definition::Trigger,
        id::WorkflowId,
        schedule::{Repeat, Schedule},
        settings::Settings,
        sweep::{DormantAction, SweepTask},
    },
    store::{Store, StoreError, sweeps},
};

use super::{Service, after};
use crate::support::{done, drafted, grace, history, scheduled};

/// How many due times are looked at. A machine that has other things to do may hold up one; who looks
/// at the clock too rarely is late for all.
const TRIES: i64 = 3;

/// Due once an hour, this minute.
fn every_hour_at(store: &Store, due: Timestamp) -> WorkflowId {
    let minute = u8::try_from(due.minute()).expect("a minute");
    let schedule = Schedule {
        repeat: Repeat::Hourly { minute },
        ..Schedule::new(chrono_tz::UTC)
    };
    let task = SweepTask::IdentifyDormant(after(90, DormantAction::Disable));
    let definition = scheduled(Trigger::Dormant { schedule }, task);
    let (workflow, version) = drafted(store, &format!("At {due}"), definition);
    let reason = "nobody is here yet".to_owned();
    let activate = Command::Activate { version, reason };
    command::apply(store, &grace(), activate, Utc::now()).expect("activated");
    workflow
}

/// Waits until the workflow has run; says for when, and how much later that began, by the record.
fn began(store: &Store, workflow: WorkflowId) -> (Timestamp, TimeDelta) {
    let threads = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("threads");
    let mut changed = store.watch();
    let found = threads.block_on(async {
        tokio::time::timeout(Duration::from_mins(4), async {
            loop {
                changed.mark_unchanged();
                let all = history(store);
                if let Some(found) = all.into_iter().find(|it| it.workflow == workflow) {
                    return found;
                }
                changed.changed().await.expect("the store is open");
            }
        })
        .await
    });
    let found = found.expect("it runs");
    let sweep = store.read(|db| sweeps::get(db, found.id));
    let sweep: Result<_, StoreError> = sweep;
    let sweep = sweep.expect("a look").expect("the execution");
    let due = sweep.due.expect("it was due");
    (due, found.at - due)
}

#[test]
fn a_due_time_is_met_within_a_second() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("a store");
    let settings = Settings {
        time_zone: Some(chrono_tz::UTC),
        ..Settings::default()
    };
    done(&store, Command::SaveSettings(Box::new(settings)));
    let _service = Service::start(folder.path());
    // Enough time for all to be there before the first.
    let soon = Utc::now() + TimeDelta::seconds(10);
    let minute = TimeDelta::minutes(1);
    let first = soon.with_second(0).and_then(|it| it.with_nanosecond(0));
    let first = first.expect("a full minute") + minute;
    let due: Vec<Timestamp> = (0..TRIES as i32).map(|it| first + minute * it).collect();
    let workflows: Vec<WorkflowId> = due.iter().map(|it| every_hour_at(&store, *it)).collect();
    let mut late = Vec::new();
    for (workflow, due) in workflows.into_iter().zip(due) {
        let (met, lateness) = began(&store, workflow);
        assert_eq!(met, due);
        assert!(lateness >= TimeDelta::zero(), "before its time");
        if lateness < TimeDelta::seconds(1) {
            return;
        }
        late.push(lateness);
    }
    panic!("late for every due time: {late:?}");
}
