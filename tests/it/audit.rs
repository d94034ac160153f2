//! The audit: whoever changes what was recorded is found out.

use chrono::TimeDelta;
use tenure::{
    command::{self, Command},
    store::{Store, StoreError, audit},
};

use crate::support::{done, grace, noon, store};

/// Seven acts and one refusal.
fn acts(store: &Store) {
    for number in 0..7 {
        done(store, create(&format!("Group {number}")));
    }
    let again = command::apply(store, &grace(), create("Group 0"), noon());
    assert!(again.is_err(), "the name is taken");
}

fn create(name: &str) -> Command {
    Command::CreateGroup {
        name: name.to_owned(),
        description: String::new(),
    }
}

fn first_broken(store: &Store) -> Option<i64> {
    store.read(audit::first_broken).expect("a read")
}

/// What somebody with the file in their hands might do; returns what the check then says.
#[track_caller]
fn after(tampering: &str) -> Option<i64> {
    let store = store();
    acts(&store);
    assert_eq!(first_broken(&store), None);
    let tampering = tampering.to_owned();
    let tampered = store.write(move |tx| {
        tx.execute_batch(&tampering)?;
        Ok::<_, StoreError>(())
    });
    tampered.expect("the file can be changed");
    first_broken(&store)
}

#[test]
fn a_changed_entry_is_named() {
    for column in ["actor", "action", "resource", "refusal", "before", "after"] {
        let tampering = format!("UPDATE audit SET {column} = 'x' WHERE seq = 4");
        assert_eq!(after(&tampering), Some(4), "{column}");
    }
    assert_eq!(after("UPDATE audit SET at = at - 1 WHERE seq = 4"), Some(4));
    assert_eq!(
        after("UPDATE audit SET via = 'portal' WHERE seq = 4"),
        Some(4)
    );
    assert_eq!(
        after("UPDATE audit SET hash = zeroblob(32) WHERE seq = 4"),
        Some(4)
    );
}

#[test]
fn a_deleted_entry_shows_at_the_one_after_it() {
    assert_eq!(after("DELETE FROM audit WHERE seq = 4"), Some(5));
    assert_eq!(after("DELETE FROM audit WHERE seq = 1"), Some(2));
}

#[test]
fn exchanged_entries_are_found() {
    let exchange = "UPDATE audit SET seq = -1 WHERE seq = 4;
        UPDATE audit SET seq = 4 WHERE seq = 5;
        UPDATE audit SET seq = 5 WHERE seq = -1;";
    assert_eq!(after(exchange), Some(4));
}

#[test]
fn a_refusal_that_becomes_a_success_is_found() {
    let refusals = "UPDATE audit SET refusal = NULL WHERE refusal IS NOT NULL";
    assert!(after(refusals).is_some());
}

#[test]
fn entries_stand_in_the_order_of_what_was_done_even_when_the_clock_is_set_back() {
    let store = store();
    for (number, days) in [0, 3, -400, 1].into_iter().enumerate() {
        let now = noon() + TimeDelta::days(days);
        let command = create(&format!("Group {number}"));
        command::apply(&store, &grace(), command, now).expect("a group");
    }
    let entries = store.read(|db| audit::page(db, 0, 100)).expect("a page");
    let groups = entries
        .iter()
        .filter(|it| it.entry.action == "group.create");
    let names: Vec<&str> = groups.map(|it| it.entry.resource.as_str()).collect();
    assert_eq!(names, ["Group 0", "Group 1", "Group 2", "Group 3"]);
    assert_eq!(first_broken(&store), None);
}

#[test]
fn a_refusal_keeps_no_more_of_what_was_typed_than_a_field_can_hold() {
    let store = store();
    let long = "x".repeat(1_000_000);
    command::apply(&store, &grace(), create(&long), noon()).expect_err("it is too long");
    let entries = store.read(|db| audit::page(db, 0, 100)).expect("a page");
    let entry = &entries.last().expect("the refusal").entry;
    assert!(entry.refusal.is_some());
    assert!(
        entry.resource.len() < 10_000,
        "{} bytes",
        entry.resource.len()
    );
}
