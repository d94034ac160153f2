//! A store that an earlier version has written: everything is there, and everything that is new works.

use std::{fs, path::Path};

use chrono::{TimeDelta, Utc};
use tenure::{
    command::{self, Command},
    model::{
        execution::Status,
        id::UserId,
        mail::MailState,
        sweep::{DormantAction, IdentifyDormant},
        user,
    },
    store::{FILE_NAME, Store, audit, executions, health, members, outbox, users},
};

use crate::{
    support::{activated, admitted, audit as whole_audit, grace, history},
    sweeps::{Desk, after, dormant, set_up_mail},
};

/// Of schema 2, before there were schedules and mails: Ada was let in, Bob was not, Zoë is disabled.
const SCHEMA_2: &[u8] = include_bytes!("past/2.db");

const ZOE: UserId = UserId::new(2);

fn write(folder: &Path) {
    fs::write(folder.join(FILE_NAME), SCHEMA_2).expect("a file");
}

/// "ada: Active", by name.
fn people(store: &Store) -> Vec<String> {
    let page = store.read(|db| users::page(db, &users::Filter::default(), None, 100));
    let people = page.expect("users").users.into_iter();
    people
        .map(|it| format!("{}: {}", it.profile.username, it.status.label()))
        .collect()
}

#[test]
fn everything_that_was_there_is_there_and_sound() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path());
    let store = Store::open(folder.path()).expect("an older store");
    assert_eq!(people(&store), ["ada: Pending", "zoë: Disabled"]);
    let ada = store.read(|db| users::by_username(db, "ada"));
    let ada = ada.expect("a look").expect("Ada");
    assert_eq!(ada.profile.last_name, "Lovelace");
    let groups = store.read(|db| members::groups_of(db, ada.id));
    let groups: Vec<String> = groups.expect("groups").into_values().collect();
    assert_eq!(groups, ["DEFAULT", "Staff"]);
    let ended: Vec<Status> = history(&store).into_iter().map(|it| it.status).collect();
    assert_eq!(
        ended,
        [Status::Succeeded, Status::Filtered, Status::Succeeded]
    );
    for execution in history(&store) {
        let steps = store.read(|db| executions::steps(db, execution.id));
        assert!(!steps.expect("steps").is_empty());
    }
    let faults = store.read(|db| health::faults(db, true));
    assert_eq!(faults.expect("a look"), [""; 0]);
    let broken = store.read(audit::first_broken).expect("a look");
    assert_eq!(broken, None);
    assert!(whole_audit(&store).contains(&"user.disable zoë".to_owned()));
}

#[test]
fn its_workflow_runs_on_and_what_is_new_works() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path());
    let desk = Desk::with(Store::open(folder.path()).expect("an older store"));
    let new = admitted(&desk.store, "new");
    let groups = desk.store.read(|db| members::groups_of(db, new));
    let groups: Vec<String> = groups.expect("groups").into_values().collect();
    assert_eq!(groups, ["DEFAULT", "Staff"], "the gate of before");
    set_up_mail(&desk.store);
    let task = IdentifyDormant {
        notifies_user: true,
        ..after(180, DormantAction::Disable)
    };
    let workflow = activated(&desk.store, "Dormant", dormant(task));
    desk.later(TimeDelta::days(365));
    let execution = desk.run(workflow);
    assert_eq!(desk.outcomes(execution), ["ada: Done", "new: Done"]);
    let mails = desk.store.read(|db| outbox::latest(db, 10)).expect("mails");
    assert!(mails.iter().all(|it| it.state == MailState::Queued));
    assert_eq!(mails.len(), 2);
    assert_eq!(
        people(&desk.store),
        ["ada: Disabled", "new: Disabled", "zoë: Disabled"]
    );
    let broken = desk.store.read(audit::first_broken).expect("a look");
    assert_eq!(broken, None);
}

#[test]
fn several_programs_that_open_it_at_once_bring_it_up_to_date_once() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path());
    let opened: Vec<Store> = std::thread::scope(|scope| {
        let open = || Store::open(folder.path()).expect("an older store");
        let all: Vec<_> = (0..6).map(|_| scope.spawn(open)).collect();
        all.into_iter()
            .map(|it| it.join().expect("a store"))
            .collect()
    });
    let enable = Command::EnableUser(ZOE);
    command::apply(&opened[0], &grace(), enable, Utc::now()).expect("enabled");
    for store in opened {
        let zoe = store.read(|db| users::get(db, ZOE));
        let zoe = zoe.expect("a look").expect("Zoë");
        assert_ne!(zoe.status, user::Status::Disabled);
        let faults = store.read(|db| health::faults(db, true));
        assert_eq!(faults.expect("a look"), [""; 0]);
    }
}
