//! The runtime of a data folder, and what it says about itself.

use std::{path::Path, time::Duration};

use tenure::{
    clock::Clock,
    runtime::{PortalState, Role, Runtime, State},
    store::{Store, lease},
};

use crate::support::noon;

fn threads() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().expect("threads")
}

fn start(threads: &tokio::runtime::Runtime, folder: &Path, store: &Store) -> Runtime {
    Runtime::start(
        threads.handle(),
        folder,
        store.clone(),
        Clock::manual(noon()),
    )
}

/// What it says once it is past starting; a hang is a failure.
fn settled(threads: &tokio::runtime::Runtime, runtime: &mut Runtime) -> State {
    let patience = Duration::from_secs(30);
    let settled =
        threads.block_on(async { tokio::time::timeout(patience, runtime.settled()).await });
    settled.expect("it settles")
}

fn write_settings(store: &Store, value: &'static str) {
    let sql = "INSERT OR REPLACE INTO settings VALUES ('settings', ?1)";
    let written = store.write(move |tx| {
        tx.execute(sql, [value])?;
        Ok::<_, tenure::store::StoreError>(())
    });
    written.expect("a row");
}

#[test]
fn settings_that_cannot_be_read_are_said_and_tried_again() {
    let (threads, folder) = (threads(), tempfile::tempdir().expect("a folder"));
    let store = Store::open(folder.path()).expect("a store");
    write_settings(&store, "nonsense");
    let mut runtime = start(&threads, folder.path(), &store);

    let state = settled(&threads, &mut runtime);
    let Role::Failed(reason) = state.role else {
        panic!("it says that it cannot work: {state:?}");
    };
    assert!(
        reason.starts_with("the settings cannot be read: "),
        "{reason}"
    );

    write_settings(&store, "{}");
    let mut state = runtime.watch();
    let working = threads.block_on(async {
        let working = state.wait_for(|it| it.role == Role::Working);
        tokio::time::timeout(Duration::from_secs(30), working)
            .await
            .is_ok()
    });
    assert!(working, "it goes on by itself");
    threads.block_on(runtime.stop());
}

#[test]
fn a_lease_that_cannot_be_taken_is_said() {
    let (threads, folder) = (threads(), tempfile::tempdir().expect("a folder"));
    let store = Store::open(folder.path()).expect("a store");
    std::fs::create_dir(folder.path().join("runtime.lock")).expect("a folder in its place");
    let mut runtime = start(&threads, folder.path(), &store);

    let state = settled(&threads, &mut runtime);

    assert!(
        matches!(&state.role, Role::Failed(reason) if reason.contains("runtime.lock")),
        "{state:?}"
    );
    threads.block_on(runtime.stop());
}

#[test]
fn a_second_runtime_waits_and_takes_over_when_the_first_ends() {
    let (threads, folder) = (threads(), tempfile::tempdir().expect("a folder"));
    let store = Store::open(folder.path()).expect("a store");
    let held = lease::acquire(folder.path())
        .expect("a folder")
        .expect("it is free");
    let mut second = start(&threads, folder.path(), &store);
    let state = settled(&threads, &mut second);
    assert_eq!(
        state.role,
        Role::Waiting {
            holder: Some(std::process::id())
        }
    );
    assert_eq!(state.portal, PortalState::Off);

    drop(held);

    let mut state = second.watch();
    let working = threads.block_on(async {
        let working = state.wait_for(|it| it.role == Role::Working);
        tokio::time::timeout(Duration::from_secs(30), working)
            .await
            .is_ok()
    });
    assert!(working);
    threads.block_on(second.stop());
}
