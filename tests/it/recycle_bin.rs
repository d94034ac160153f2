//! The recycle bin: who is in it, for how long, and who comes back.

use chrono::TimeDelta;
use tenure::{
    clock::Clock,
    command::{self, Command},
    engine::{self, Parts},
    model::{Timestamp, id::UserId},
    store::{Store, members, users},
};

use crate::support::{admitted, audit, done, grace, group, noon, register, store};

/// Does what is due at this moment; says when to come back.
fn tick(store: &Store, clock: &Clock) -> Timestamp {
    let threads = tokio::runtime::Runtime::new().expect("threads");
    let parts = Parts {
        store: store.clone(),
        clock: clock.clone(),
    };
    threads.block_on(engine::tick(&parts))
}

fn is_there(store: &Store, id: UserId) -> bool {
    let found = store.read(|db| users::get(db, id));
    found.expect("a read").is_some()
}

/// Ada, deleted at noon, to stay for 30 days.
fn deleted(store: &Store) -> UserId {
    let ada = admitted(store, "ada");
    done(store, Command::DeleteUser(ada));
    ada
}

#[test]
fn a_user_leaves_it_for_good_when_the_time_is_over_and_not_before() {
    let (store, clock) = (store(), Clock::manual(noon()));
    let ada = deleted(&store);
    clock.advance(TimeDelta::days(30) - TimeDelta::seconds(20));
    let next = tick(&store, &clock);
    assert!(is_there(&store, ada));
    assert_eq!(
        next,
        noon() + TimeDelta::days(30),
        "the engine knows when to come back"
    );
    clock.advance(TimeDelta::seconds(20));
    tick(&store, &clock);
    assert!(!is_there(&store, ada));
    assert_eq!(audit(&store).last().expect("an entry"), "user.purge ada");
}

#[test]
fn a_clock_that_is_set_back_removes_nobody_and_forgets_nobody() {
    let (store, clock) = (store(), Clock::manual(noon()));
    let ada = deleted(&store);
    clock.advance(TimeDelta::days(-400));
    tick(&store, &clock);
    assert!(is_there(&store, ada));
    clock.advance(TimeDelta::days(430));
    tick(&store, &clock);
    assert!(!is_there(&store, ada));
}

#[test]
fn a_machine_that_slept_removes_everyone_who_was_due_once() {
    let (store, clock) = (store(), Clock::manual(noon()));
    let users: Vec<UserId> = (0..5)
        .map(|number| admitted(&store, &format!("user{number}")))
        .collect();
    for (number, id) in users.iter().enumerate() {
        let at = noon() + TimeDelta::days(number as i64);
        command::apply(&store, &grace(), Command::DeleteUser(*id), at).expect("deleted");
    }
    clock.advance(TimeDelta::days(33));
    tick(&store, &clock);
    let left: Vec<bool> = users.iter().map(|id| is_there(&store, *id)).collect();
    assert_eq!(left, [false, false, false, false, true]);
    tick(&store, &clock);
    let purged: Vec<String> = audit(&store)
        .into_iter()
        .filter(|it| it.starts_with("user.purge"))
        .collect();
    assert_eq!(
        purged,
        [
            "user.purge user0",
            "user.purge user1",
            "user.purge user2",
            "user.purge user3"
        ],
        "each once, in order"
    );
}

#[test]
fn a_restored_user_has_the_groups_that_are_left_and_is_unique_again() {
    let store = store();
    let ada = admitted(&store, "ada");
    for name in ["Staff", "Gone"] {
        let target = group(&store, name).id.expect("a number");
        let group = tenure::model::id::GroupId::new(target);
        done(&store, Command::AddToGroup { user: ada, group });
        if name == "Gone" {
            done(&store, Command::DeleteUser(ada));
            done(&store, Command::DeleteGroup(group));
        }
    }
    done(&store, Command::RestoreUser(ada));
    let groups = store
        .read(|db| members::groups_of(db, ada))
        .expect("a read");
    let names: Vec<String> = groups.into_values().collect();
    assert_eq!(names, ["DEFAULT", "Staff"]);
    assert!(register(&store, "ADA").is_err(), "the name is taken again");
}

#[test]
fn nobody_comes_back_under_a_name_or_an_address_that_somebody_else_has_now() {
    let store = store();
    let first = deleted(&store);
    let second = admitted(&store, "ada");
    let refused = command::apply(&store, &grace(), Command::RestoreUser(first), noon());
    let reason = refused.expect_err("the name is taken").to_string();
    assert!(
        reason.contains("Username is taken") && reason.contains("Email belongs"),
        "{reason}"
    );
    done(&store, Command::DeleteUser(second));
    done(&store, Command::RestoreUser(first));
}
