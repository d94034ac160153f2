//! Many write at once, and one of them fails: the others are none the worse.

use std::sync::mpsc;

use tenure::{
    command::{self, Command, CommandError, Registered, Reply},
    model::{event::Source, task::Action},
    store::{Store, StoreError, groups, users},
};

use crate::{
    crash::half_made,
    support::{activated, always, grace, group, newcomer, noon, registration, role},
};

/// A store where everyone who registers gets a group and a role.
fn prepared(store: Store) -> Store {
    let staff = always(Action::AssignGroup, vec![group(&store, "Staff")]);
    let member = always(Action::AssignRole, vec![role(&store, "Member")]);
    activated(&store, "Welcome", registration(None, vec![staff, member]));
    store
}

async fn sign_up(store: Store, name: String) -> Result<Reply, CommandError> {
    let new = newcomer(&name, Source::SelfRegistration);
    command::apply_async(&store, &grace(), Command::Register(new), noon()).await
}

fn is_created(reply: &Result<Reply, CommandError>) -> bool {
    matches!(reply, Ok(Reply::Registered(Registered::Created { .. })))
}

fn count(store: &Store) -> u64 {
    store.read(users::count).expect("a count")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().expect("a runtime")
}

#[test]
fn two_hundred_at_once_are_each_created_exactly_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = prepared(Store::open(folder.path()).expect("a store"));
    let replies = runtime().block_on(async {
        let mut people = tokio::task::JoinSet::new();
        for number in 0..200 {
            people.spawn(sign_up(store.clone(), format!("user{number}")));
        }
        people.join_all().await
    });
    assert!(replies.iter().all(is_created), "{replies:?}");
    assert_eq!(count(&store), 200);
    assert_eq!(half_made(&store), [""; 0]);
}

#[test]
fn of_two_with_one_username_one_is_created_and_one_is_told() {
    let store = prepared(Store::in_memory().expect("in memory"));
    let runtime = runtime();
    for number in 0..20 {
        let sign_up = || runtime.spawn(sign_up(store.clone(), format!("ada{number}")));
        let (one, other) = (sign_up(), sign_up());
        let replies =
            runtime.block_on(async { [one.await.expect("one"), other.await.expect("the other")] });
        assert_eq!(replies.iter().filter(|it| is_created(it)).count(), 1);
        let told = replies.iter().find_map(|it| it.as_ref().err());
        let message = told.map(ToString::to_string).unwrap_or_default();
        assert!(message.contains("Username is taken"), "{message}");
    }
    assert_eq!(count(&store), 20);
}

/// Lets `writes` wait behind one that runs, so that they go under one commit.
fn in_one_commit(store: &Store, writes: impl FnOnce(&Store) + Send) {
    let (began, wait) = (mpsc::channel::<()>(), mpsc::channel::<()>());
    std::thread::scope(|scope| {
        scope.spawn(move || {
            store.write(move |_| {
                began.0.send(()).ok();
                wait.1.recv().ok();
                Ok::<_, StoreError>(())
            })
        });
        began.1.recv().expect("the first write runs");
        let writing = scope.spawn(|| writes(store));
        wait.0.send(()).expect("the first write waits");
        writing.join().expect("no panic");
    });
}

#[test]
fn a_write_that_panics_takes_nothing_with_it() {
    let store = Store::in_memory().expect("in memory");
    in_one_commit(&store, |store| {
        let panicked = store.write(|tx| -> Result<(), StoreError> {
            groups::insert(tx, "Lost", "", noon())?;
            panic!("as tested")
        });
        assert!(matches!(panicked, Err(StoreError::Stopped)), "{panicked:?}");
    });
    let kept = store.write(|tx| groups::insert(tx, "Kept", "", noon()));
    assert!(kept.is_ok(), "{kept:?}");
    let found = |name: &'static str| store.read(|db| groups::by_name(db, name)).expect("a group");
    assert!(found("Kept").is_some());
    assert!(found("Lost").is_none());
}

#[test]
fn a_write_that_fails_leaves_the_others_of_its_commit() {
    let store = prepared(Store::in_memory().expect("in memory"));
    let before = store.commits().0;
    std::thread::scope(|scope| {
        for number in 0..50 {
            let store = &store;
            scope.spawn(move || {
                let name = format!("user{number}");
                let written = store.write(move |tx| {
                    groups::insert(tx, &name, "", noon())?;
                    if number % 2 == 0 {
                        return Err(StoreError::Busy);
                    }
                    Ok(())
                });
                assert_eq!(written.is_ok(), number % 2 == 1);
            });
        }
    });
    assert!(store.commits().0 > before);
    let all = store
        .read(|db| groups::page(db, "user", None, 100))
        .expect("groups");
    assert_eq!(all.len(), 25);
}

#[test]
fn a_full_disk_is_said_and_loses_nothing_that_was_stored() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = prepared(Store::open(folder.path()).expect("a store"));
    let register = |name: &str| {
        let new = newcomer(name, Source::SelfRegistration);
        command::apply(&store, &grace(), Command::Register(new), noon())
    };
    store
        .write(|tx| {
            let pages: i64 = tx.pragma_query_value(None, "page_count", |row| row.get(0))?;
            tx.pragma_update_and_check(None, "max_page_count", pages + 30, |_| Ok(()))?;
            Ok::<_, StoreError>(())
        })
        .expect("a limit");
    let mut created = 0;
    let err = loop {
        match register(&format!("user{created}")) {
            Ok(_) => created += 1,
            Err(err) => break err,
        }
    };
    let full = matches!(
        err,
        CommandError::Store(StoreError::DiskFull | StoreError::Abandoned)
    );
    assert!(full, "{err}");
    assert!(err.to_string().contains("disk is full"), "{err}");
    drop(store);
    let store = Store::open(folder.path()).expect("the store");
    assert_eq!(count(&store), created);
    assert_eq!(half_made(&store), [""; 0]);
}

#[test]
fn what_another_process_writes_is_noticed_within_half_a_second() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("a store");
    let other = Store::open(folder.path()).expect("the same store");
    let mut revision = store.watch();
    revision.mark_unchanged();
    let written = other.write(|tx| groups::insert(tx, "Staff", "", noon()));
    assert!(written.is_ok(), "{written:?}");
    // Half a second is what is promised; a busy machine gets a little more.
    let patience = std::time::Duration::from_secs(2);
    let noticed =
        runtime().block_on(async { tokio::time::timeout(patience, revision.changed()).await });
    assert!(noticed.is_ok());
    let found = store
        .read(|db| groups::by_name(db, "Staff"))
        .expect("a group");
    assert!(found.is_some());
}
