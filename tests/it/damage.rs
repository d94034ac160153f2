//! A file that is damaged, foreign, too new or out of reach: one plain sentence, and no write over
//! it.

use std::{
    fs::{self, OpenOptions},
    io::{Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use crate::support::noon;
use tenure::store::{FILE_NAME, Store, StoreError, audit, executions, groups, health, users};

use crate::support::{activated, admitted, always, group, registration};

/// A folder with a store in which a hundred people have registered.
fn filled() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("a store");
    let staff = always(
        tenure::model::task::Action::AssignGroup,
        vec![group(&store, "Staff")],
    );
    activated(&store, "Welcome", registration(None, vec![staff]));
    for number in 0..100 {
        admitted(&store, &format!("user{number}"));
    }
    drop(store);
    let file = folder.path().join(FILE_NAME);
    (folder, file)
}

fn overwrite(file: &Path, at: u64, length: usize) {
    let mut file = OpenOptions::new().write(true).open(file).expect("the file");
    file.seek(SeekFrom::Start(at)).expect("a place");
    file.write_all(&vec![0xAA; length]).expect("bytes");
}

/// Opens the store, reads everything in it, and says what went wrong.
#[track_caller]
fn complaint(folder: &Path) -> String {
    let read = |store: Store| {
        store.read(|db| {
            let faults = health::faults(db, true)?;
            users::page(db, &users::Filter::default(), None, 1_000)?;
            executions::page(db, &executions::Filter::default(), None, 1_000)?;
            audit::first_broken(db)?;
            Ok::<_, StoreError>(faults)
        })
    };
    match Store::open(folder).and_then(read) {
        Ok(faults) => faults.join("; "),
        Err(err) => err.to_string(),
    }
}

#[track_caller]
fn check(folder: &Path, file: &Path, expected: &str) {
    let before = fs::read(file).expect("the file");
    let said = complaint(folder);
    assert!(said.contains(expected), "{said}");
    assert!(!said.is_empty());
    assert_eq!(
        fs::read(file).expect("the file"),
        before,
        "it was written to"
    );
}

#[test]
fn a_newer_version_is_named_with_the_way_out() {
    let (folder, file) = filled();
    let db = rusqlite::Connection::open(&file).expect("the file");
    db.pragma_update(None, "user_version", 999)
        .expect("a pragma");
    drop(db);
    check(
        folder.path(),
        &file,
        "written by a newer version of Tenure (schema 999",
    );
}

#[test]
fn a_damaged_page_is_found() {
    let (folder, file) = filled();
    let middle = fs::metadata(&file).expect("the file").len() / 2 / 4096 * 4096;
    overwrite(&file, middle, 4096);
    let said = complaint(folder.path());
    assert!(!said.is_empty(), "nothing was said");
}

#[test]
fn a_damaged_schema_is_said_at_once() {
    let (folder, file) = filled();
    overwrite(&file, 100, 4096 - 100);
    check(folder.path(), &file, "is damaged");
}

#[test]
fn a_damaged_header_is_no_database_of_ours() {
    let (folder, file) = filled();
    overwrite(&file, 0, 100);
    check(
        folder.path(),
        &file,
        "is not a Tenure database: choose another data folder",
    );
}

#[test]
fn a_cut_file_is_damaged() {
    let (folder, file) = filled();
    let length = fs::metadata(&file).expect("the file").len();
    let cut = OpenOptions::new()
        .write(true)
        .open(&file)
        .expect("the file");
    cut.set_len(length / 2).expect("a cut");
    check(folder.path(), &file, "is damaged");
}

#[test]
fn another_file_is_not_taken_for_a_store() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(FILE_NAME);
    fs::write(&file, "Dear diary, ".repeat(1_000)).expect("a file");
    check(folder.path(), &file, "is not a Tenure database");
}

#[test]
fn a_database_of_another_program_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(FILE_NAME);
    let db = rusqlite::Connection::open(&file).expect("a file");
    db.execute_batch("CREATE TABLE moz_places (id INTEGER)")
        .expect("a table");
    drop(db);
    check(folder.path(), &file, "is not a Tenure database");
}

/// What was in the log is lost with it; what had reached the file is whole.
#[test]
fn without_its_log_the_store_is_older_and_whole() {
    let (folder, file) = filled();
    let store = Store::open(folder.path()).expect("a store");
    let lost = store.write(|tx| groups::insert(tx, "Lost", "", noon()));
    assert!(lost.is_ok(), "{lost:?}");
    let copy = tempfile::tempdir().expect("a folder");
    fs::copy(&file, copy.path().join(FILE_NAME)).expect("a copy without the log");
    assert_eq!(complaint(copy.path()), "");
    let older = Store::open(copy.path()).expect("the copy");
    assert_eq!(older.read(users::count).expect("a count"), 100);
    assert!(
        older
            .read(|db| groups::by_name(db, "Lost"))
            .expect("none")
            .is_none()
    );
}

#[test]
fn a_file_in_the_place_of_the_folder_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("data");
    fs::write(&place, "").expect("a file");
    let said = complaint(&place);
    assert!(said.contains("data cannot be used"), "{said}");
}

/// Nothing can be made in `/proc/self`, not even by root.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_to_is_said() {
    let said = complaint(std::path::Path::new("/proc/self"));
    assert!(
        said.contains("check the permissions of its folder"),
        "{said}"
    );
}
