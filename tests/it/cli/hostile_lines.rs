//! What people and scripts type wrongly, or with bad intent.

use std::process::Stdio;

use super::Shell;

#[test]
fn a_wrong_command_line_is_usage() {
    let shell = Shell::new();
    for arguments in [
        &["frobnicate"][..],
        &["user"],
        &["user", "create", "ada"],
        &["user", "list", "--limit", "0"],
        &["user", "list", "--limit", "99999999999999999999999"],
        &["user", "list", "--status", "asleep"],
        &[
            "user",
            "create",
            "ada",
            "--email",
            "a@b.org",
            "--attribute",
            "novalue",
        ],
        &["history", "list", "--limit", "-1"],
        &["workflow", "show", "x", "--version", "4294967296"],
        &["demo", "--port", "0"],
    ] {
        let said = shell.run(arguments);
        said.refuses(2, "error:");
        assert!(said.out.is_empty(), "{}", said.out);
    }
    assert!(!shell.data().exists(), "nothing was made");
}

#[test]
fn names_that_are_nobodys_are_not_found() {
    let shell = Shell::new();
    let long = "x".repeat(100_000);
    for name in [
        "",
        "x' OR 1=1 --",
        "%",
        "*",
        "#0",
        "#-1",
        "#9223372036854775807",
        "#x",
        &long,
    ] {
        shell.refuses(&["user", "show", name], 3, "there is no user");
        shell.refuses(&["group", "delete", name], 3, "there is no group");
        shell.refuses(&["workflow", "show", name], 3, "there is no workflow");
    }
    shell.refuses(&["history", "show", "99"], 3, "there is no execution");
    shell.refuses(
        &["history", "show", "9999999999999999999999"],
        4,
        "not the number",
    );
    shell.refuses(
        &["history", "list", "--from", "yesterday"],
        4,
        "neither a day",
    );
}

#[test]
fn nobody_can_stand_in_for_another_users_number() {
    let shell = Shell::new();
    shell.ok(&["user", "create", "ada", "--email", "ada@example.org"]);
    shell.ok(&["user", "create", "#1", "--email", "eve@example.org"]);
    assert_eq!(shell.json(&["user", "show", "#1"])["username"], "ada");
}

#[test]
fn fields_that_break_a_rule_are_named() {
    let shell = Shell::new();
    let long = "x".repeat(300);
    for (arguments, message) in [
        (
            &["create", "", "--email", "a@b.org"][..],
            "Username must not be empty",
        ),
        (
            &["create", "a b", "--email", "a@b.org"],
            "Username must not contain spaces",
        ),
        (
            &["create", "a\u{202e}b", "--email", "a@b.org"],
            "invisible characters",
        ),
        (
            &["create", &long, "--email", "a@b.org"],
            "longer than 255 characters",
        ),
        (
            &["create", "ada", "--email", "nobody"],
            "is not an email address",
        ),
        (
            &["create", "ada", "--email", "a@b.org\r\nBcc: x@y.org"],
            "control character",
        ),
        (
            &[
                "create",
                "ada",
                "--email",
                "a@b.org",
                "--attribute",
                "shoe=1",
            ],
            "shoe is not a field",
        ),
        (
            &[
                "create",
                "ada",
                "--email",
                "a@b.org",
                "--attribute",
                "x=1",
                "--attribute",
                "x=2",
            ],
            "is given twice",
        ),
    ] {
        shell.refuses(&[&["user"], arguments].concat(), 4, message);
    }
    assert_eq!(
        shell.json(&["user", "list"])["users"],
        serde_json::json!([])
    );
}

#[test]
fn what_people_typed_cannot_reach_the_terminal_raw() {
    let shell = Shell::new();
    shell.ok(&["group", "create", "<b>\u{202e}evil 😀"]);
    let listed = shell.ok(&["group", "list"]);
    assert!(listed.contains("<b>‹U+202E›evil 😀"), "{listed}");
    shell.refuses(&["group", "create", "a\u{1b}[2J"], 4, "control character");
    let said = shell.run(&["user", "show", "\u{1b}[31m\u{202e}"]);
    assert!(
        !said.err.contains('\u{1b}') && !said.err.contains('\u{202e}'),
        "{:?}",
        said.err
    );
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let shell = Shell::new();
    for arguments in [&["user", "export"][..], &["group", "list"], &["--help"]] {
        let mut command = shell.command(arguments);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), err.as_ref()), (Some(0), ""));
    }
}

#[test]
fn a_password_that_is_no_text_is_refused() {
    let shell = Shell::new();
    let create = [
        "user",
        "create",
        "ada",
        "--email",
        "a@b.org",
        "--password-stdin",
    ];
    shell
        .pipe([0xFF, 0xFE, b'\n'], &create)
        .refuses(4, "not UTF-8");
    shell
        .pipe("", &create)
        .refuses(4, "does not meet these rules");
    shell
        .pipe(vec![b'x'; 100_000], &create)
        .refuses(4, "does not meet these rules");
    shell.refuses(&["user", "show", "ada"], 3, "there is no user");
}
