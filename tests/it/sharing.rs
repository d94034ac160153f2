//! One data folder, several programs: here several stores on one file.

use std::{path::Path, time::Duration};

use tenure::{
    command::{self, Command, CommandError},
    model::settings::Settings,
    store::{FILE_NAME, Store, groups},
};

use crate::support::{admitted, done, grace, noon, register};

fn open(folder: &Path) -> Store {
    Store::open(folder).expect("a store")
}

#[test]
fn of_two_programs_one_gets_the_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let stores = [open(folder.path()), open(folder.path())];
    let created: Vec<bool> = std::thread::scope(|scope| {
        let tries = stores.each_ref().map(|store| {
            scope.spawn(move || -> Vec<bool> {
                let names = (0..20).map(|it| format!("user{it}"));
                names.map(|name| register(store, &name).is_ok()).collect()
            })
        });
        tries
            .into_iter()
            .flat_map(|it| it.join().expect("an answer"))
            .collect()
    });
    assert_eq!(created.iter().filter(|it| **it).count(), 20);
}

#[test]
fn what_another_program_changed_holds_at_once_and_is_told_within_half_a_second() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, other) = (open(folder.path()), open(folder.path()));
    let mut told = one.watch();
    assert!(one.config().expect("settings").settings.time_zone.is_none());
    let settings = Settings {
        time_zone: Some(chrono_tz::UTC),
        ..Settings::default()
    };
    done(&other, Command::SaveSettings(Box::new(settings)));
    assert!(one.config().expect("settings").settings.time_zone.is_some());
    let threads = tokio::runtime::Runtime::new().expect("threads");
    // Far more than the half second, for a machine that has other things to do.
    let told = threads
        .block_on(async { tokio::time::timeout(Duration::from_secs(20), told.changed()).await });
    told.expect("in time").expect("the store is open");
}

#[test]
fn a_store_that_is_held_for_long_is_said_to_be_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let holder = rusqlite::Connection::open(folder.path().join(FILE_NAME)).expect("the file");
    holder.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    let create = || Command::CreateGroup {
        name: "Staff".to_owned(),
        description: String::new(),
    };
    let refused = command::apply(&store, &grace(), create(), noon());
    let Err(CommandError::Store(err)) = refused else {
        panic!("it was held: {refused:?}");
    };
    assert_eq!(
        err.to_string(),
        "another program is holding the database: close it and try again"
    );
    assert!(
        store
            .read(|db| groups::by_name(db, "Staff"))
            .expect("a read")
            .is_none()
    );
    holder.execute_batch("COMMIT").expect("free again");
    done(&store, create());
}

#[cfg(unix)]
#[test]
fn nobody_else_on_the_machine_can_read_what_is_stored() {
    use std::os::unix::fs::PermissionsExt as _;

    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path().join("tenure");
    let store = open(&folder);
    admitted(&store, "ada");
    let others = |path: &Path| {
        let metadata = std::fs::metadata(path).expect("it exists");
        metadata.permissions().mode() & 0o077
    };
    assert_eq!(others(&folder), 0);
    for entry in std::fs::read_dir(&folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        assert_eq!(others(&path), 0, "{}", path.display());
    }
}

#[test]
fn whoever_has_an_answer_sees_that_something_has_changed() {
    let store = crate::support::store();
    let mut told = store.watch();
    for number in 0..200 {
        told.mark_unchanged();
        crate::support::group(&store, &format!("Group {number}"));
        assert!(told.has_changed().expect("it is open"), "{number}");
    }
}
