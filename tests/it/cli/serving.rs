//! What keeps running until it is told to stop.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use super::{Shell, program};

/// Reads the one document that a running program prints.
fn first_document(child: &mut Child) -> Value {
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut text = String::new();
    loop {
        let read = lines.read_line(&mut text).expect("a line");
        if let Ok(document) = serde_json::from_str(&text) {
            child.stdout = Some(lines.into_inner());
            return document;
        }
        assert!(read > 0, "it ended early: {text}");
    }
}

/// Ends it as a system does, and expects that it ends well.
fn terminate(mut child: Child) -> String {
    let killed = Command::new("kill").arg(child.id().to_string()).status();
    assert!(killed.expect("kill runs").success());
    let mut err = String::new();
    child
        .stderr
        .take()
        .expect("a pipe")
        .read_to_string(&mut err)
        .expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(0), "{err}");
    err
}

fn free_port() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener
        .local_addr()
        .expect("an address")
        .port()
        .to_string()
}

#[test]
fn the_demo_shows_every_outcome_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = program()
        .env("TMPDIR", folder.path())
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .args(["--json", "demo", "--once", "--users", "20"])
        .output()
        .expect("it runs");
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{err}");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["moved"], 2, "{report}");
    assert_eq!(report["succeeded"], 8, "{report}");
    assert_eq!(report["scheduled"][0]["status"], "succeeded", "{report}");
    assert_eq!(report["scheduled"][1]["users"], 6, "{report}");
    assert_eq!(report["failed"], 2);
    assert_eq!(report["filtered"], 10);
    assert_eq!(report["signed_up"][0]["answer"], "accepted");
    assert_eq!(report["signed_up"][4]["answer"], "refused");
    let left = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 0, "the temporary folder is gone");
}

#[test]
fn the_demo_serves_until_it_is_told_to_stop() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = program()
        .env("TMPDIR", folder.path())
        .args(["--json", "demo", "--users", "5"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let report = first_document(&mut child);
    let data = report["data_dir"].as_str().expect("a text").to_owned();
    let history = program()
        .args(["--data-dir", &data, "history", "list"])
        .output();
    assert!(history.expect("it runs").status.success());
    terminate(child);
    assert!(!std::path::Path::new(&data).exists(), "the folder is gone");
}

#[test]
fn a_served_folder_is_run_once_and_doctor_finds_it_answering() {
    let shell = Shell::new();
    let port = free_port();
    let serve = |arguments: &[&str]| {
        let mut command = shell.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("it starts")
    };
    let mut first = serve(&["--json", "serve", "--port", &port]);
    let said = first_document(&mut first);
    assert_eq!(said["address"], format!("http://127.0.0.1:{port}"));

    let doctor = shell.ok(&["doctor"]);
    assert!(
        doctor.contains(&format!("127.0.0.1:{port} answers")),
        "{doctor}"
    );
    assert!(
        doctor.contains(&format!("process {} runs it", first.id())),
        "{doctor}"
    );

    let mut second = serve(&["--json", "serve"]);
    assert_eq!(first_document(&mut second)["waiting_for"], first.id());
    terminate(second);
    assert!(terminate(first).contains("stopped"));
}

#[test]
fn a_port_that_another_program_uses_is_named() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener
        .local_addr()
        .expect("an address")
        .port()
        .to_string();
    let shell = Shell::new();
    shell.refuses(&["serve", "--port", &port], 1, "another program does");
    shell.refuses(
        &["serve", "--host", "example.org"],
        4,
        "not an address to listen on",
    );
    let doctor = shell.run(&["doctor"]);
    assert_eq!(doctor.code, 1);
    assert!(
        doctor.out.contains("cannot be listened on"),
        "{}",
        doctor.out
    );
    shell.refuses(
        &["demo", "--once", "--port", &port],
        1,
        "the demo cannot listen on",
    );
}
