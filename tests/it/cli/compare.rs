//! Comparing versions on the command line.

use super::{Shell, definition};

/// Version 1 lets example.org in, version 2 also example.com and assigns another group.
fn two_versions() -> Shell {
    let shell = Shell::new();
    shell.ok(&["group", "create", "Staff"]);
    shell.ok(&["group", "create", "Sales"]);
    let first = shell.file("first.json", definition());
    shell.ok(&["workflow", "import", &first]);
    let other = definition()
        .replace("@example.org", "@example.com")
        .replace("\"Staff\"", "\"Sales\"")
        .replace("\"first\"", "\"second\"");
    let second = shell.file("second.json", other);
    shell.ok(&["workflow", "import", &second]);
    shell
}

#[test]
fn the_same_version_differs_in_nothing() {
    let shell = two_versions();
    let out = shell.ok(&["workflow", "compare", "Welcome", "1", "1"]);
    assert_eq!(out, "These versions are the same\n");
    let out = shell.ok(&["workflow", "compare", "Welcome", "1", "1", "--text"]);
    assert_eq!(out, "");
    let json = shell.json(&["workflow", "compare", "welcome", "2", "2"]);
    assert_eq!(json["is_same"], true);
}

#[test]
fn what_differs_is_said_in_words_and_by_the_exit_code() {
    let shell = two_versions();
    let said = shell.run(&["workflow", "compare", "Welcome", "1", "2"]);
    assert_eq!(said.code, 6, "{}", said.err);
    assert_eq!(said.err, "");
    assert_eq!(
        said.out,
        "Filter: the condition “Email ends with @example.org” was replaced by “Email ends with \
         @example.com”\n\
         Task “Assign Group to User”: group “Staff” was replaced by “Sales”\n\
         2 blocks changed\n"
    );
}

#[test]
fn a_patch_turns_one_exported_file_into_the_other() {
    let shell = two_versions();
    let said = shell.run(&["workflow", "compare", "Welcome", "1", "2", "--text"]);
    assert_eq!(said.code, 6, "{}", said.err);
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    for line in said.out.lines().skip(2) {
        match line.split_at_checked(1) {
            Some(("-", text)) => removed.push(text.trim()),
            Some(("+", text)) => added.push(text.trim()),
            _ => (),
        }
    }
    assert!(
        said.out
            .starts_with("--- Welcome version 1\n+++ Welcome version 2\n@@ -")
    );
    assert_eq!(removed.len(), 3, "{}", said.out);
    assert!(
        removed.contains(&"\"value\": \"@example.org\""),
        "{removed:?}"
    );
    assert!(added.contains(&"\"name\": \"Sales\""), "{added:?}");
}

#[test]
fn programs_read_the_changes_as_json() {
    let shell = two_versions();
    let said = shell.run(&["--json", "workflow", "compare", "Welcome", "2", "1"]);
    assert_eq!(said.code, 6, "{}", said.err);
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(json["old"], 2);
    assert_eq!(json["is_effective"], true);
    let change = &json["changes"][1];
    assert_eq!(change["kind"], "changed");
    assert_eq!(change["new_node"], 5);
    let sentence = "Task “Assign Group to User”: group “Sales” was replaced by “Staff”";
    assert_eq!(change["sentence"], sentence);
}

#[test]
fn a_version_or_workflow_that_does_not_exist_is_named() {
    let shell = two_versions();
    let compare = |name, old, new| ["workflow", "compare", name, old, new];
    shell.refuses(&compare("Welcome", "1", "7"), 3, "version 7");
    shell.refuses(&compare("Goodbye", "1", "2"), 3, "\"Goodbye\"");
    shell.refuses(&compare("Welcome", "one", "2"), 2, "invalid value 'one'");
    let both = [
        "workflow", "compare", "Welcome", "1", "2", "--text", "--json",
    ];
    shell.refuses(&both, 2, "cannot be used with");
}
