//! What an admin does to users on the command line: edits, passwords, second factors, locks, sessions.

use serde_json::{Value, json};
use tenure::{
    model::{event::Source, id::UserId, task::Action},
    store::{Store, events, executions},
};

use super::{Said, Shell};
use crate::{
    people,
    support::{activated, always, group, on_update},
};

const PASSWORD: &str = "a lamp for every window\n";

/// With a user ada who can sign in.
fn with_ada() -> Shell {
    let shell = Shell::new();
    let create = [
        "user",
        "create",
        "ada",
        "--email",
        "ada@example.org",
        "--password-stdin",
    ];
    let said = shell.pipe(PASSWORD, &create);
    assert_eq!(said.code, 0, "{}", said.err);
    shell
}

fn store(shell: &Shell) -> Store {
    Store::open(&shell.data()).expect("the store of the shell")
}

fn id(shell: &Shell) -> UserId {
    let id = shell.json(&["user", "show", "ada"])["id"].as_i64();
    UserId::new(id.expect("a number"))
}

/// Every update gives the group Staff.
fn with_workflow(shell: &Shell) {
    let store = store(shell);
    let staff = always(Action::AssignGroup, vec![group(&store, "Staff")]);
    activated(&store, "Movers", on_update(None, vec![staff]));
}

#[track_caller]
fn fine(said: &Said) -> &str {
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    &said.out
}

#[test]
fn what_is_named_is_changed_and_the_rest_stays() {
    let shell = with_ada();
    let update = [
        "user",
        "update",
        "ADA@example.org",
        "--first-name",
        "Ada",
        "--phone",
        "+44 1",
    ];
    let out = shell.ok(&update);
    assert!(out.contains("updated the user \"ada\" (#1)"), "{out}");
    shell.ok(&["user", "update", "#1", "--last-name", "Lovelace"]);
    let shown = shell.json(&["user", "show", "ada"]);
    assert_eq!(shown["first_name"], "Ada");
    assert_eq!(shown["last_name"], "Lovelace");
    assert_eq!(shown["phone"], "+44 1");
    shell.ok(&["user", "update", "ada", "--phone", ""]);
    assert_eq!(shell.json(&["user", "show", "ada"])["phone"], "");
    let out = shell.ok(&["user", "update", "ada", "--phone", ""]);
    assert!(out.contains("is so already"), "{out}");
}

#[test]
fn a_user_is_renamed() {
    let shell = with_ada();
    let changed = shell.json(&["user", "update", "ada", "--username", "countess"]);
    assert_eq!(
        changed,
        json!({"id": 1, "username": "countess", "executions": []})
    );
    shell.refuses(&["user", "show", "ada"], 3, "there is no user \"ada\"");
}

#[test]
fn custom_attributes_are_set_and_taken_away() {
    let shell = with_ada();
    let team = tenure::model::attribute::AttributeSpec {
        name: "team".to_owned(),
        label: "Team".to_owned(),
        kind: tenure::model::attribute::AttributeKind::Text,
        is_required: false,
        is_on_sign_up: false,
    };
    crate::support::done(
        &store(&shell),
        tenure::command::Command::CreateAttribute(team),
    );
    shell.ok(&["user", "update", "ada", "--attribute", "team=Night = shift"]);
    let shown = shell.json(&["user", "show", "ada"]);
    assert_eq!(shown["attributes"], json!({"team": "Night = shift"}));
    shell.ok(&["user", "update", "ada", "--attribute", "team="]);
    assert_eq!(
        shell.json(&["user", "show", "ada"])["attributes"],
        json!({})
    );
    let unknown = ["user", "update", "ada", "--attribute", "shoe=7"];
    shell.refuses(&unknown, 4, "shoe is not a field of this directory");
    let twice = [
        "user",
        "update",
        "ada",
        "--attribute",
        "team=a",
        "--attribute",
        "team=b",
    ];
    shell.refuses(&twice, 4, "given twice");
}

#[test]
fn a_change_that_is_no_change_or_cannot_be_leaves_everything_as_it_was() {
    let shell = with_ada();
    shell.ok(&["user", "create", "bob", "--email", "bob@example.org"]);
    let before = shell.everything();
    let huge = "x".repeat(100_000);
    for (arguments, code, message) in [
        (vec!["update", "ada"], 2, "required"),
        (vec!["update", "nobody", "--phone", "1"], 3, "\"nobody\""),
        (
            vec!["update", "#99999999999999999999", "--phone", "1"],
            3,
            "there is no user",
        ),
        (vec!["update", "", "--phone", "1"], 3, "there is no user"),
        (
            vec!["update", "ada", "--username", ""],
            4,
            "Username must not be empty",
        ),
        (
            vec!["update", "ada", "--username", "a da"],
            4,
            "must not contain spaces",
        ),
        (
            vec!["update", "ada", "--username", "a\u{202e}da"],
            4,
            "invisible",
        ),
        (
            vec!["update", "ada", "--username", "BOB"],
            4,
            "Username is taken",
        ),
        (
            vec!["update", "ada", "--email", "bob@example.org"],
            4,
            "belongs to another user",
        ),
        (
            vec!["update", "ada", "--email", "x' OR 1=1 --"],
            4,
            "not an email address",
        ),
        (
            vec!["update", "ada", "--first-name", &huge],
            4,
            "longer than",
        ),
        (
            vec!["update", "ada", "--attribute", "=x"],
            2,
            "department=Sales",
        ),
        (vec!["disable", "nobody"], 3, "there is no user"),
        (
            vec!["require-password-change", "bob"],
            1,
            "\"bob\" has no password yet",
        ),
        (vec!["reset-mfa", "ada\u{0}"], 3, "there is no user"),
    ]
    .into_iter()
    .filter(|(arguments, ..)| arguments.iter().all(|it| !it.contains('\0')))
    {
        let arguments = [&["user"], &arguments[..]].concat();
        shell.refuses(&arguments, code, message);
    }
    assert_eq!(shell.everything(), before);
}

#[test]
fn a_name_that_could_mean_two_people_means_nobody() {
    let shell = with_ada();
    let mallory = [
        "user",
        "create",
        "ada@example.org",
        "--email",
        "mallory@evil.example",
    ];
    shell.ok(&mallory);
    let message = "is the username of #2 and the email address of #1";
    shell.refuses(&["user", "disable", "ada@example.org"], 4, message);
    assert_eq!(shell.json(&["user", "show", "#1"])["status"], "active");
}

#[test]
fn a_user_is_disabled_and_enabled_and_each_is_said_once() {
    let shell = with_ada();
    assert!(
        shell
            .ok(&["user", "disable", "ada"])
            .contains("disabled the user \"ada\"")
    );
    assert!(
        shell
            .ok(&["user", "disable", "ada"])
            .contains("is disabled already")
    );
    assert_eq!(shell.json(&["user", "show", "ada"])["status"], "disabled");
    assert!(
        shell
            .ok(&["user", "enable", "ada"])
            .contains("enabled the user")
    );
    assert!(
        shell
            .ok(&["user", "enable", "ada"])
            .contains("is not disabled")
    );
    assert_eq!(shell.json(&["user", "show", "ada"])["status"], "active");
}

#[test]
fn the_last_administrator_stays() {
    let shell = Shell::new();
    let create = [
        "user",
        "create",
        "root",
        "--email",
        "root@example.org",
        "--role",
        "Administrator",
        "--password-stdin",
    ];
    fine(&shell.pipe(PASSWORD, &create));
    shell.refuses(&["user", "disable", "root"], 1, "last administrator");
}

#[test]
fn a_lock_is_shown_and_ended() {
    let shell = with_ada();
    people::locked(&store(&shell), id(&shell));
    let shown = shell.json(&["user", "show", "ada"]);
    assert_eq!(shown["status"], "locked");
    assert_eq!(shown["sign_in"]["locked_until"], "2030-12-24T12:15:00Z");
    assert!(shell.ok(&["user", "show", "ada"]).contains("Locked until"));
    assert!(
        shell
            .ok(&["user", "unlock", "ada"])
            .contains("unlocked the user")
    );
    assert!(
        shell
            .ok(&["user", "unlock", "ada"])
            .contains("is not locked")
    );
    let shown = shell.json(&["user", "show", "ada"]);
    assert_eq!(shown["status"], "active");
    assert_eq!(shown["sign_in"]["locked_until"], Value::Null);
}

#[test]
fn a_password_is_reset_from_standard_input_and_obeys_policy_and_history() {
    let shell = with_ada();
    let reset = ["user", "reset-password", "ada", "--password-stdin"];
    shell
        .pipe("short\n", &reset)
        .refuses(4, "does not meet these rules");
    shell
        .pipe(PASSWORD, &reset)
        .refuses(4, "is one of your last 5");
    shell
        .pipe("", &reset)
        .refuses(4, "does not meet these rules");
    shell.pipe([0xFF, 0xFE], &reset).refuses(4, "not UTF-8");
    shell
        .pipe("x".repeat(100_000), &reset)
        .refuses(4, "does not meet these rules");
    fine(&shell.pipe("the tide comes twice\r\n", &reset));
    let shown = shell.json(&["user", "show", "ada"]);
    assert_eq!(shown["must_change_password"], true);
    fine(&shell.pipe("the moon comes once\n", &[&reset[..], &["--keep"]].concat()));
    assert_eq!(
        shell.json(&["user", "show", "ada"])["must_change_password"],
        false
    );
    let neither = ["user", "reset-password", "ada"];
    shell.refuses(&neither, 2, "--password-stdin");
    let both = [&reset[..], &["--generate"]].concat();
    shell.refuses(&both, 2, "cannot be used with");
}

#[test]
fn a_generated_password_is_said_once_and_lets_a_pending_user_in() {
    let shell = Shell::new();
    shell.ok(&["user", "create", "eve", "--email", "eve@example.org"]);
    let reset = shell.json(&["user", "reset-password", "eve", "--generate"]);
    let password = reset["password"].as_str().expect("a password");
    assert_eq!(password.len(), 20);
    let shown = shell.json(&["user", "show", "eve"]);
    assert_eq!(shown["status"], "active");
    assert!(!shown.to_string().contains(password));
    let out = shell.ok(&["user", "reset-password", "eve", "--generate", "--keep"]);
    let said = out.lines().find_map(|it| it.strip_prefix("new password: "));
    assert_eq!(said.expect("the password").len(), 20, "{out}");
    assert!(!out.contains(password), "another one");
}

#[test]
fn a_new_password_is_required_and_ends_sessions() {
    let shell = with_ada();
    people::signed_in(&store(&shell), id(&shell), "Lynx");
    let out = shell.ok(&["user", "require-password-change", "ada"]);
    assert!(
        out.contains("has to choose another password at the next sign-in"),
        "{out}"
    );
    let shown = shell.json(&["user", "show", "ada"]);
    assert_eq!(shown["must_change_password"], true);
    assert_eq!(shown["sign_in"]["sessions"], 0);
    let again = shell.ok(&["user", "require-password-change", "ada"]);
    assert!(again.contains("already"), "{again}");
}

#[test]
fn sessions_are_listed_and_ended() {
    let shell = with_ada();
    let hostile = "Lynx \u{1b}[31m\u{202e}";
    people::signed_in(&store(&shell), id(&shell), hostile);
    let listed = shell.json(&["user", "sessions", "ada"]);
    let session = &listed["sessions"][0];
    assert_eq!(session["address"], "192.0.2.7");
    assert_eq!(session["stage"], "signed_in");
    assert_eq!(session["agent"], hostile);
    let table = shell.ok(&["user", "sessions", "ada"]);
    assert!(
        !table.contains('\u{1b}') && !table.contains('\u{202e}'),
        "{table:?}"
    );
    assert!(
        shell
            .ok(&["user", "sign-out", "ada"])
            .contains("signed out the user \"ada\"")
    );
    assert_eq!(
        shell.json(&["user", "sessions", "ada"])["sessions"],
        json!([])
    );
    assert!(
        shell
            .ok(&["user", "sign-out", "ada"])
            .contains("signed in nowhere")
    );
}

#[test]
fn a_second_factor_is_reset() {
    let shell = with_ada();
    people::with_second_factor(&store(&shell), id(&shell));
    let shown = shell.json(&["user", "show", "ada"]);
    assert_eq!(shown["sign_in"]["mfa"], json!(["totp"]));
    assert_eq!(shown["sign_in"]["recovery_codes"], 10);
    assert!(
        shell
            .ok(&["user", "show", "ada"])
            .contains("Recovery codes left")
    );
    let out = shell.ok(&["user", "reset-mfa", "ada"]);
    assert!(out.contains("removed the second factor"), "{out}");
    let shown = shell.json(&["user", "show", "ada"]);
    assert_eq!(shown["sign_in"]["mfa"], json!([]));
    assert_eq!(shown["sign_in"]["recovery_codes"], 0);
    assert!(
        shell
            .ok(&["user", "reset-mfa", "ada"])
            .contains("has no second factor")
    );
}

/// The source, and what changed, of the one event that has started something.
fn story(shell: &Shell) -> (Source, Value, Value) {
    let store = store(shell);
    let page = store.read(|db| executions::page(db, &executions::Filter::default(), None, 9));
    let [execution] = &page.expect("a page").executions[..] else {
        panic!("one execution");
    };
    let event = store.read(|db| events::get(db, execution.event.expect("an event")));
    let event = event.expect("a look").expect("an event");
    let shown = shell.json(&["history", "show", &execution.id.to_string()]);
    (
        event.source,
        shown["before"].clone(),
        shown["after"].clone(),
    )
}

#[test]
fn an_edit_by_an_admin_starts_a_workflow_and_ends_in_the_history_with_before_and_after() {
    let shell = with_ada();
    with_workflow(&shell);
    let changed = shell.json(&["user", "update", "ada", "--last-name", "Lovelace"]);
    assert_eq!(changed["executions"][0]["status"], "succeeded");
    let groups = &shell.json(&["user", "show", "ada"])["groups"];
    assert_eq!(*groups, json!(["DEFAULT", "Staff"]));
    let (source, before, after) = story(&shell);
    assert_eq!(source, Source::AdminDetails);
    assert_eq!(before["last_name"], "");
    assert_eq!(after["last_name"], "Lovelace");
    let said = shell.ok(&["user", "update", "ada", "--last-name", "Byron"]);
    assert!(said.contains("execution 2: Succeeded"), "{said}");
}

#[test]
fn a_second_factor_removed_by_an_admin_ends_in_the_history_with_before_and_after() {
    let shell = with_ada();
    people::with_second_factor(&store(&shell), id(&shell));
    with_workflow(&shell);
    shell.ok(&["user", "reset-mfa", "ada"]);
    let (source, before, after) = story(&shell);
    assert_eq!(source, Source::AdminMfa);
    assert_eq!(before["mfa"], json!(["totp"]));
    assert_eq!(after["mfa"], Value::Null);
}

#[test]
fn queued_mails_are_listed_and_nothing_is_said_to_be_sent() {
    let shell = with_ada();
    assert_eq!(shell.json(&["outbox", "list"])["mails"], json!([]));
    shell.ok(&["user", "reset-password", "ada", "--generate"]);
    let mails = shell.json(&["outbox", "list"]);
    let mail = &mails["mails"][0];
    assert_eq!(mail["to"], "ada@example.org");
    assert_eq!(mail["state"], "queued");
    assert_eq!(mail["template"], "password-change-success");
    let said = shell.run(&["outbox", "list"]);
    assert!(fine(&said).contains("Queued"), "{}", said.out);
    assert!(said.err.contains("nothing is sent"), "{}", said.err);
    shell.refuses(&["outbox", "list", "--limit", "0"], 2, "0 is not in");
}
