//! An admin helps somebody in a real window, and a workflow follows.

use super::Window;
use crate::support::turn::Turn;

/// Whoever is changed by an admin joins the group Staff.
const WORKFLOW: &str = r#"{
  "format": "tenure-workflow/1",
  "name": "Movers",
  "definition": {
    "nodes": {
      "1": { "kind": "start", "position": [0.0, 0.0] },
      "2": { "kind": { "trigger": { "update": { "sources": ["admin_details", "admin_mfa"] } } }, "position": [0.0, 104.0] },
      "3": { "kind": "event", "position": [0.0, 208.0] },
      "4": { "kind": { "task": { "action": "assign_group", "mode": "always", "rules": [ { "targets": [ { "name": "Staff" } ] } ] } }, "position": [0.0, 312.0] },
      "5": { "kind": "end", "position": [0.0, 416.0] }
    },
    "edges": [
      { "from": 1, "port": "next", "to": 2 },
      { "from": 2, "port": "next", "to": 3 },
      { "from": 3, "port": "next", "to": 4 },
      { "from": 4, "port": "done", "to": 5 }
    ]
  }
}
"#;

#[test]
fn an_admins_edit_and_a_reset_password_start_a_workflow_that_the_history_shows() {
    let turn = Turn::take();
    let window = Window::begun(&turn);
    let tenure = &window.tenure;
    let file = tenure.data_dir().join("movers.json");
    std::fs::write(&file, WORKFLOW).expect("a file");
    let file = file.to_str().expect("UTF-8");
    for arguments in [
        &["group", "create", "Staff"][..],
        &["workflow", "import", file],
        &["workflow", "activate", "Movers"],
    ] {
        tenure
            .run(arguments)
            .expect("the command line works beside the window");
    }
    window.create_user("ada", "example.org");
    window.must_say("ada was created");

    window.press("ada, *");
    window.must_say("No password yet");
    window.type_into("First name", "Ada");
    window.press("Save");
    window.must_say("ada was saved: 1 workflow ran");
    window.press("Show");
    window.must_say("Assign group Staff");
    window.must_say("*Admin Personal Details*");
    window.back_to_the_list();

    // By keyboard alone: the button in the banner is the first way out that is offered.
    window.press("Users");
    window.press("ada, *");
    window.tab_to("Set a password…");
    window.keys(&["Return"]);
    window.must_say("Reset the password of ada");
    window.type_at("New password", "the tide comes twice");
    window.tab_to("The same again");
    window.type_at("The same again", "the tide comes twice");
    window.keys(&["Return"]);
    window.must_say("The password of ada was reset: 1 workflow ran");

    let shown = tenure.run(&["--json", "user", "show", "ada"]).expect("ada");
    assert!(shown.contains("\"status\": \"active\""), "{shown}");
    assert!(shown.contains("\"must_change_password\": true"), "{shown}");
    assert!(shown.contains("\"Staff\""), "{shown}");
    let history = tenure
        .run(&["--json", "history", "show", "1"])
        .expect("an execution");
    let (before, after) = history.split_once("\"after\"").expect("both are there");
    assert!(before.contains("\"first_name\": \"\""), "{history}");
    assert!(after.contains("\"first_name\": \"Ada\""), "{history}");
}
