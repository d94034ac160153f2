//! Workflows for updates, from a file to the history.

use serde_json::json;

use super::{Shell, definition};

/// A workflow that gives a group to whoever's last name changed to Lovelace.
fn names() -> String {
    definition()
        .replace("\"Welcome\"", "\"Names\"")
        .replace(
            r#"{ "registration": { "sources": ["admin_portal"] } }"#,
            r#"{ "update": { "sources": ["admin_details", "api"] } }"#,
        )
        .replace(
            r#"{ "attribute": "email", "operator": "end_with", "value": "@example.org" }"#,
            r#"{ "attribute": "last_name", "operator": "changed_to", "value": "Lovelace" }"#,
        )
}

#[test]
fn what_an_update_changed_is_printed() {
    let shell = Shell::new();
    shell.ok(&["group", "create", "Staff"]);
    let file = shell.file("names.json", names());
    shell.ok(&["workflow", "import", &file]);
    shell.ok(&["workflow", "activate", "Names"]);
    let described = shell.ok(&["workflow", "show", "Names"]);
    assert!(
        described.contains("Last Name changed to Lovelace"),
        "{described}"
    );
    shell.ok(&["user", "create", "ada", "--email", "ada@example.org"]);
    let rows = "action,username,email,last_name\nupdate,ada,ada@example.com,Lovelace\n";
    let file = shell.file("users.csv", rows);
    shell.ok(&["user", "import", &file]);

    let listed = shell.json(&["history", "list"]);
    let id = listed["executions"][0]["id"].to_string();
    let shown = shell.json(&["history", "show", &id]);
    assert_eq!(shown["source"], "admin_details");
    assert_eq!(shown["before"]["last_name"], "");
    assert_eq!(shown["after"]["last_name"], "Lovelace");
    let email =
        json!({"attribute": "email", "before": "ada@example.org", "after": "ada@example.com"});
    let last_name = json!({"attribute": "last_name", "before": "", "after": "Lovelace"});
    assert_eq!(shown["changes"], json!([email, last_name]));

    let shown = shell.ok(&["history", "show", &id]);
    for line in [
        "Trigger    User Profile Update",
        "Source     Admin Personal Details",
        "Changed    Email: ada@example.org → ada@example.com",
        "           Last name: (empty) → Lovelace",
        "Assign group Staff",
    ] {
        assert!(shown.contains(line), "{line:?} is not in:\n{shown}");
    }
}

#[test]
fn a_registration_shows_no_changes() {
    let shell = Shell::new();
    shell.ok(&["group", "create", "Staff"]);
    let file = shell.file("welcome.json", definition());
    shell.ok(&["workflow", "import", &file]);
    shell.ok(&["workflow", "activate", "Welcome"]);
    shell.ok(&["user", "create", "ada", "--email", "ada@example.org"]);
    let shown = shell.json(&["history", "show", "1"]);
    assert_eq!(
        (&shown["before"], &shown["changes"]),
        (&json!(null), &json!([]))
    );
    assert!(!shell.ok(&["history", "show", "1"]).contains("Changed"));
}

#[test]
fn a_file_whose_trigger_has_the_source_of_another_event_is_refused() {
    let shell = Shell::new();
    let wrong = names().replace("\"admin_details\"", "\"self_registration\"");
    let file = shell.file("names.json", wrong);
    shell.refuses(
        &["workflow", "import", &file],
        4,
        "the trigger 2 is User Profile Update, which has no source \"User Self-Registration\"",
    );
}

#[test]
fn a_condition_that_never_holds_keeps_a_workflow_from_running() {
    let shell = Shell::new();
    shell.ok(&["group", "create", "Staff"]);
    let registration = r#"{ "registration": { "sources": ["admin_portal"] } }"#;
    let update = r#"{ "update": { "sources": ["admin_details", "api"] } }"#;
    let file = shell.file("names.json", names().replace(update, registration));
    shell.ok(&["workflow", "import", &file]);
    let said = shell.run(&["workflow", "activate", "Names"]);
    let never = "never holds: nothing has changed that it could look back at";
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.out.contains(never), "{}", said.out);
}
