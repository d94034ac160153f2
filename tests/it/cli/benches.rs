//! The benchmarks: a small one of each measures what it says and leaves nothing behind.

use super::Shell;

#[track_caller]
fn check(arguments: &[&str], measured: &[&str]) {
    let shell = Shell::new();
    let folder = shell.folder.path().join("bench");
    std::fs::create_dir(&folder).expect("a folder");
    let folder = folder.to_str().expect("UTF-8");
    let mut all = vec!["bench"];
    all.extend(arguments);
    all.extend(["--dir", folder]);
    let out = shell.ok(&all);
    for line in measured {
        assert!(
            out.contains(line),
            "{arguments:?} says nothing of {line:?}: {out}"
        );
    }
}

#[test]
fn registrations_are_measured_beside_the_bare_loop() {
    let small = [
        "registrations",
        "--rounds",
        "1",
        "--alone",
        "3",
        "--together",
        "64",
    ];
    check(&small, &["64 tasks", "64 threads", "ratio"]);
}

#[test]
fn updates_are_measured_over_http() {
    let small = [
        "updates",
        "--rounds",
        "1",
        "--requests",
        "8",
        "--connections",
        "4",
        "--users",
        "8",
    ];
    check(&small, &["requests/s", "median"]);
}

#[test]
fn a_sweep_is_measured_beside_the_bare_loop_and_with_its_mails() {
    let small = [
        "sweep",
        "--rounds",
        "1",
        "--users",
        "50",
        "--affected",
        "20",
        "--mails",
        "10",
    ];
    check(&small, &["ratio", "mails/s"]);
}

#[test]
fn lists_are_measured() {
    let small = ["directory", "--users", "200", "--times", "2"];
    check(&small, &["made 200 users", "history: search without a hit"]);
}
