//! Runs, limits and decisions of the wrong kind: each is refused in a sentence, and nobody is touched.

use super::{Shell, sweeps::dormant};

/// With an execution that waits in quarantine.
fn held_up() -> (Shell, String) {
    let shell = dormant();
    let none = ["--users", "0", "--percent", "0"];
    shell.ok(&[&["workflow", "limit", "Dormant"], &none[..]].concat());
    let ran = shell.json(&["workflow", "run", "Dormant"]);
    assert_eq!(ran["status"], "quarantined");
    (shell, ran["execution"].to_string())
}

#[test]
fn a_limit_is_two_numbers_of_a_workflow_that_there_is() {
    let shell = dormant();
    let before = shell.ok(&["workflow", "limit", "Dormant"]);
    for (option, value, code, message) in [
        ("--users", "-1", 2, "-1"),
        ("--users", "4294967296", 2, "4294967296"),
        ("--users", "many", 2, "many"),
        ("--users", "", 2, ""),
        ("--users", "١", 2, ""),
        ("--percent", "101", 4, "between 0 and 100 percent"),
        ("--percent", "4294967295", 4, "between 0 and 100 percent"),
        ("--percent", "10%", 2, "10%"),
        ("--percent", "0.5", 2, "0.5"),
    ] {
        let limit = ["workflow", "limit", "Dormant", &format!("{option}={value}")];
        shell.refuses(&limit, code, message);
    }
    let both = ["workflow", "limit", "Dormant", "--users", "1", "--default"];
    shell.refuses(&both, 2, "cannot be used with");
    for name in [
        "",
        "Nothing",
        "#99",
        "Dor\u{202e}mant",
        &"x".repeat(100_000),
    ] {
        shell.refuses(
            &["workflow", "limit", name, "--users", "1"],
            3,
            "no workflow",
        );
        shell.refuses(&["workflow", "run", name], 3, "no workflow");
        shell.refuses(&["workflow", "run", name, "--dry-run"], 3, "no workflow");
    }
    assert_eq!(shell.ok(&["workflow", "limit", "Dormant"]), before);
}

#[test]
fn a_dry_run_is_about_users_and_versions_that_there_are() {
    let shell = dormant();
    let everything = shell.everything();
    let dry_run = |more: &[&str], code, message| {
        let run = ["workflow", "run", "Dormant", "--dry-run"];
        shell.refuses(&[&run[..], more].concat(), code, message);
    };
    for limit in ["0", "-1", "1.5", "99999999999999999999", ""] {
        dry_run(&[&format!("--limit={limit}")], 2, "--limit");
    }
    for version in ["0", "99"] {
        dry_run(&["--version", version], 3, "no version");
    }
    for version in ["-1", "1.0", "4294967296", ""] {
        dry_run(&[&format!("--version={version}")], 2, "--version");
    }
    for user in ["", "nobody", "#0", "#99999999999999999999", "a\u{202e}da"] {
        dry_run(&["--user", user], 3, "no user");
    }
    let thrice = ["--user", "ada", "--user", "#1", "--user", "ada@example.org"];
    let run = ["workflow", "run", "Dormant", "--dry-run"];
    let said = shell.json(&[&run[..], &thrice].concat());
    assert_eq!(said["affected"], 1, "however often she is named");
    assert_eq!(shell.everything(), everything);
}

#[test]
fn whoever_decides_names_an_execution_that_waits_and_users_that_wait_in_it() {
    let (shell, execution) = held_up();
    shell.ok(&["user", "create", "outsider", "--email", "out@example.org"]);
    let everything = shell.everything();
    for verb in ["release", "discard", "stop", "resume", "items", "show"] {
        for (id, code) in [
            ("", 4),
            ("#", 4),
            ("one", 4),
            ("1.0", 4),
            ("١", 4),
            ("99999999999999999999", 4),
            ("99", 3),
            ("0", 3),
        ] {
            shell.refuses(&["history", verb, id], code, "");
        }
    }
    for user in ["", "nobody", "#99"] {
        shell.refuses(
            &["history", "release", &execution, "--user", user],
            3,
            "no user",
        );
    }
    let release = ["history", "release", &execution, "--user", "outsider"];
    shell.refuses(&release, 1, "not everybody who was named waits");
    let among = [&release[..], &["--user", "ada"]].concat();
    shell.refuses(&among, 1, "not everybody who was named waits");
    shell.refuses(&["history", "stop", &execution], 1, "quarantined");
    shell.refuses(&["history", "resume", &execution], 1, "quarantined");
    let planned = ["history", "items", &execution, "--state", "planned"];
    let planned = shell.json(&planned);
    assert_eq!(
        planned["items"].as_array().map(Vec::len),
        Some(3),
        "{planned}"
    );
    assert_eq!(shell.everything(), everything);
    shell.ok(&["history", "discard", &execution]);
    for verb in ["release", "discard", "stop", "resume"] {
        shell.refuses(&["history", verb, &execution], 1, "has ended");
    }
    assert_eq!(shell.everything(), everything);
}

#[test]
fn pages_of_users_have_sensible_bounds() {
    let (shell, execution) = held_up();
    let items = |option: &str, code, message: &str| {
        shell.refuses(&["history", "items", &execution, option], code, message);
    };
    for limit in ["0", "-1", "1000001", "99999999999999999999", "x"] {
        items(&format!("--limit={limit}"), 2, "--limit");
    }
    for after in ["99999999999999999999", "x", ""] {
        items(&format!("--after={after}"), 2, "--after");
    }
    items("--state=odd", 2, "choose one of");
    items("--state=", 2, "choose one of");
    let all = |after: &str| {
        let found = shell.json(&["history", "items", &execution, &format!("--after={after}")]);
        found["items"].as_array().map(Vec::len)
    };
    assert_eq!(all("-9223372036854775808"), Some(3));
    assert_eq!(all("9223372036854775807"), Some(0));
}

#[test]
fn two_that_run_it_at_once_touch_everybody_once() {
    let shell = dormant();
    let wide = ["workflow", "limit", "Dormant", "--percent", "100"];
    shell.ok(&wide);
    let run = || shell.json(&["workflow", "run", "Dormant"]);
    let (one, other) = std::thread::scope(|scope| {
        let one = scope.spawn(run);
        let other = scope.spawn(run);
        (one.join().expect("an end"), other.join().expect("an end"))
    });
    let done = |ran: &serde_json::Value| ran["progress"]["done"].as_u64().expect("a number");
    for ran in [&one, &other] {
        assert_eq!(ran["status"], "succeeded", "{ran}");
    }
    assert_eq!(done(&one) + done(&other), 3, "{one} {other}");
    assert_ne!(one["execution"], other["execution"]);
}
