//! The audit: in the order of what was done, and no larger than what was typed deserves.

use chrono::TimeDelta;
use tenure::{
    command::{self, Command},
    store::audit,
};

use crate::support::{grace, noon, store};

fn create(name: &str) -> Command {
    Command::CreateGroup {
        name: name.to_owned(),
        description: String::new(),
    }
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
    let broken = store.read(audit::first_broken);
    assert_eq!(broken.expect("a read"), None);
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
