//! A data folder that cannot be used: one plain sentence, exit code 5, and nothing lost.

use std::{fs, os::unix::fs::FileExt as _, path::Path, process::Command};

use rusqlite::Connection;

use super::{Shell, store_file};

/// A directory of one user, and its file.
fn shell() -> Shell {
    let shell = Shell::new();
    shell.ok(&["user", "create", "ada", "--email", "ada@example.org"]);
    shell
}

fn bytes(shell: &Shell) -> Vec<u8> {
    fs::read(store_file(&shell.data())).expect("the file")
}

#[test]
fn a_file_from_a_newer_version() {
    let shell = shell();
    let db = Connection::open(store_file(&shell.data())).expect("the file");
    db.pragma_update(None, "user_version", 999)
        .expect("a pragma");
    drop(db);
    let before = bytes(&shell);
    shell.refuses(
        &["user", "list"],
        5,
        "written by a newer version of Tenure (schema 999",
    );
    assert_eq!(bytes(&shell), before);
    let doctor = shell.run(&["doctor"]);
    assert_eq!(doctor.code, 1);
    assert!(
        doctor.out.contains("install the newer version"),
        "{}",
        doctor.out
    );
}

#[test]
fn a_database_of_another_program() {
    let shell = Shell::new();
    fs::create_dir(shell.data()).expect("a folder");
    let db = Connection::open(store_file(&shell.data())).expect("a file");
    db.execute_batch("CREATE TABLE moz_places (id INTEGER)")
        .expect("a table");
    drop(db);
    let before = bytes(&shell);
    shell.refuses(&["user", "list"], 5, "is not a Tenure database");
    assert_eq!(bytes(&shell), before);
}

#[test]
fn no_database_at_all() {
    let shell = Shell::new();
    fs::create_dir(shell.data()).expect("a folder");
    fs::write(store_file(&shell.data()), "Dear diary, ".repeat(1_000)).expect("a file");
    let before = bytes(&shell);
    shell.refuses(&["user", "list"], 5, "is not a Tenure database");
    assert_eq!(bytes(&shell), before);
}

#[test]
fn a_damaged_file() {
    let shell = shell();
    let file = fs::OpenOptions::new()
        .write(true)
        .open(store_file(&shell.data()))
        .expect("the file");
    let length = file.metadata().expect("metadata").len();
    for page in 1..length / 4096 {
        file.write_all_at(&[0xAA; 4096], page * 4096)
            .expect("a page");
    }
    drop(file);
    shell.refuses(&["user", "list"], 5, "is damaged");
    let said = shell.run(&["user", "create", "bob", "--email", "b@b.org"]);
    said.refuses(5, "is damaged");
    assert_eq!(shell.run(&["doctor"]).code, 1);
}

#[test]
fn a_file_where_the_folder_should_be() {
    let shell = Shell::new();
    fs::write(shell.data(), "a file").expect("a file");
    shell.refuses(&["user", "list"], 5, "cannot be used");
    let doctor = shell.run(&["doctor"]);
    assert_eq!(doctor.code, 1);
    assert!(doctor.out.contains("is not a folder"), "{}", doctor.out);
}

/// `/proc` takes no files, not even root's.
#[test]
fn a_folder_that_cannot_be_made() {
    let shell = Shell::new();
    shell.refuses(
        &["--data-dir", "/proc/tenure", "user", "list"],
        5,
        "cannot be used",
    );
    shell.refuses(
        &["--data-dir", "", "user", "list"],
        2,
        "a value is required",
    );
}

/// `/proc/self` exists and nothing can be made in it, not even by root.
#[test]
fn a_folder_that_is_read_only() {
    let shell = Shell::new();
    shell.refuses(
        &["--data-dir", "/proc/self", "user", "list"],
        5,
        "check the permissions",
    );
    let doctor = shell.run(&["--data-dir", "/proc/self", "doctor"]);
    assert_eq!(doctor.code, 1);
    assert!(doctor.out.contains("no file can be made"), "{}", doctor.out);
}

/// The program may write no file beyond a size, as on a disk that is full.
fn without_room(shell: &Shell, kib: u64, arguments: &str) -> super::Said {
    let program = env!("CARGO_BIN_EXE_tenure");
    let script = format!("trap '' XFSZ; ulimit -f {kib}; exec '{program}' {arguments}");
    let mut command = Command::new("bash");
    command
        .arg("-c")
        .arg(script)
        .env("TENURE_DATA_DIR", shell.data());
    super::Said::of(command.output())
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |it| it.len())
}

#[test]
fn a_disk_that_is_full() {
    let shell = shell();
    let before = shell.everything();
    let mut content = "username,email\n".to_owned();
    for number in 0..20_000 {
        content.extend([
            "u",
            &number.to_string(),
            ",u",
            &number.to_string(),
            "@example.org\n",
        ]);
    }
    let file = shell.file("in.csv", content);
    let largest = size(&store_file(&shell.data())).max(64 * 1024);
    let said = without_room(
        &shell,
        largest / 1024 + 600,
        &format!("user import '{file}'"),
    );
    assert_eq!(said.code, 5, "{}", said.err);
    assert!(said.err.contains("disk is full"), "{}", said.err);
    assert!(!said.err.contains("panicked"), "{}", said.err);

    // Whole batches are there, and no half of one.
    let stayed = said.err.lines().find_map(|line| {
        let rest = line.strip_prefix("tenure: the first ")?;
        rest.split(' ').next()?.parse::<u64>().ok()
    });
    let exported = shell.ok(&["user", "export"]);
    assert_eq!(
        exported.lines().count() as u64 - 2,
        stayed.expect("a count")
    );
    assert!(exported.contains("ada@example.org"), "{before}");
    let doctor = shell.run(&["doctor", "--full"]);
    assert_eq!(doctor.code, 0, "{}", doctor.out);
}

#[test]
fn an_output_that_does_not_fit() {
    let shell = shell();
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("a device");
    let output = shell.command(&["user", "export"]).stdout(full).output();
    super::Said::of(output).refuses(1, "the disk is full");
    shell.refuses(&["user", "export", "/dev/full"], 1, "the disk is full");
    shell.refuses(
        &["user", "export", "/nowhere/users.csv"],
        1,
        "its folder does not exist",
    );
}
