//! Every noun on its happy path, for people and for machines.

use super::{Shell, definition};

/// With a group, and a workflow that lets addresses at example.org in.
fn guarded() -> Shell {
    let shell = Shell::new();
    shell.ok(&["group", "create", "Staff"]);
    let file = shell.file("welcome.json", definition());
    shell.ok(&["workflow", "import", &file]);
    shell.ok(&["workflow", "activate", "Welcome"]);
    shell
}

#[test]
fn groups_and_roles_are_made_listed_and_deleted() {
    for noun in ["group", "role"] {
        let shell = Shell::new();
        let made = shell.json(&[noun, "create", "Night shift", "--description", "Owls"]);
        assert_eq!(made["name"], "Night shift");
        let listed = shell.json(&[noun, "list", "--search", "night"]);
        let row = &listed[format!("{noun}s")][0];
        assert_eq!(row["description"], "Owls");
        let id = format!("#{}", row["id"]);
        let out = shell.ok(&[noun, "delete", &id]);
        assert!(out.contains("Night shift"), "{out}");
        shell.refuses(&[noun, "delete", "Night shift"], 3, "\"Night shift\"");
    }
}

#[test]
fn what_belongs_to_every_directory_stays() {
    let shell = Shell::new();
    shell.refuses(
        &["group", "delete", "DEFAULT"],
        1,
        "belongs to every directory",
    );
    shell.refuses(
        &["role", "delete", "administrator"],
        1,
        "belongs to every directory",
    );
}

#[test]
fn a_user_is_created_shown_and_listed() {
    let shell = Shell::new();
    shell.ok(&["group", "create", "Staff"]);
    let made = shell.json(&[
        "user",
        "create",
        "ada",
        "--email",
        "ada@example.org",
        "--first-name",
        "Ada",
        "--group",
        "staff",
        "--role",
        "Administrator",
    ]);
    assert_eq!(made["username"], "ada");
    let shown = shell.json(&["user", "show", "ADA"]);
    assert_eq!(shown["status"], "pending");
    assert_eq!(shown["groups"], serde_json::json!(["DEFAULT", "Staff"]));
    assert_eq!(
        shown["roles"],
        serde_json::json!(["End User", "Administrator"])
    );
    let listed = shell.ok(&["user", "list", "--search", "ada@"]);
    assert!(listed.contains("ada@example.org"), "{listed}");
    let active = shell.json(&["user", "list", "--status", "active"]);
    assert_eq!(active["users"], serde_json::json!([]));
}

#[test]
fn a_password_comes_from_standard_input_and_obeys_the_policy() {
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
        .pipe("short\n", &create)
        .refuses(4, "does not meet these rules");
    shell.refuses(&["user", "show", "ada"], 3, "there is no user \"ada\"");
    let said = shell.pipe("a lamp for every window\r\n", &create);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(shell.json(&["user", "show", "ada"])["status"], "active");
}

#[test]
fn a_wrong_group_keeps_a_user_from_being_half_made() {
    let shell = Shell::new();
    let create = [
        "user", "create", "ada", "--email", "a@b.org", "--group", "Staff",
    ];
    shell.refuses(&create, 3, "there is no group \"Staff\"");
    shell.refuses(&["user", "show", "ada"], 3, "there is no user");
}

#[test]
fn a_workflow_goes_from_file_to_gate_to_history() {
    let shell = guarded();
    let listed = shell.json(&["workflow", "list"]);
    assert_eq!(listed["workflows"][0]["active_version"], 1);

    shell.ok(&["user", "create", "ada", "--email", "ada@example.org"]);
    let create = ["user", "create", "eve", "--email", "eve@evil.example"];
    shell.refuses(
        &create,
        1,
        "\"tenure history show 2\" says which filter it was",
    );

    let history = shell.json(&["history", "list"]);
    let statuses: Vec<_> = history["executions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["status"].as_str().expect("a text"))
        .collect();
    assert_eq!(statuses, ["filtered", "succeeded"]);
    let shown = shell.ok(&["history", "show", "1"]);
    assert!(shown.contains("Assign group Staff"), "{shown}");
    let filtered = shell.json(&["history", "list", "--status", "filtered"]);
    assert_eq!(filtered["executions"][0]["subject"], "eve");
    let steps = &shell.json(&["history", "show", "#2"])["steps"];
    assert_eq!(steps[2]["sentence"], "The conditions do not match");

    shell.ok(&["workflow", "disable", "welcome"]);
    shell.ok(&["user", "create", "eve", "--email", "eve@evil.example"]);
}

#[test]
fn a_failed_execution_says_why_and_what_to_do() {
    let shell = guarded();
    let said = shell.run(&["group", "delete", "Staff"]);
    assert!(
        said.err.contains("\"Welcome\" still names this group"),
        "{}",
        said.err
    );
    shell.ok(&["user", "create", "ada", "--email", "ada@example.org"]);
    let shown = shell.ok(&["history", "show", "1"]);
    for text in [
        "FAILED: “Assign Group to User” could not be done",
        "because: Assign group Staff for ada",
        "What to do: Create the group again",
        "groups: DEFAULT",
        "\"assign_group\"",
    ] {
        assert!(shown.contains(text), "{text} is not in:\n{shown}");
    }
    let doctor = shell.run(&["doctor"]);
    assert_eq!(doctor.code, 1);
    assert!(
        doctor
            .out
            .contains("Welcome: the group \"Staff\" no longer exists")
    );
}

#[test]
fn an_export_is_what_was_imported() {
    let shell = guarded();
    let first = shell.ok(&["workflow", "export", "Welcome"]);
    let file = shell.folder.path().join("out.json");
    let path = file.to_str().expect("UTF-8");
    shell.ok(&["workflow", "export", "#1", path, "--version", "1"]);
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), first);
    shell.refuses(
        &["workflow", "export", "Welcome", path],
        1,
        "exists already",
    );
    shell.ok(&["workflow", "import", path]);
    let again = shell.ok(&["workflow", "export", "Welcome", "--version", "2"]);
    assert_eq!(again, first);
}

#[test]
fn the_steps_of_a_workflow_read_in_the_order_of_a_walk() {
    let shell = guarded();
    let shown = shell.ok(&["workflow", "show", "Welcome"]);
    let places: Vec<_> = [
        "Start",
        "New User Registration",
        "Email ends with @example.org",
        "Staff",
        "End",
    ]
    .iter()
    .map(|it| {
        shown
            .rfind(it)
            .unwrap_or_else(|| panic!("{it} is not in:\n{shown}"))
    })
    .collect();
    assert!(places.is_sorted(), "{shown}");
    assert_eq!(
        shell.json(&["workflow", "show", "Welcome"])["steps"][0]["kind"],
        "Start"
    );
}

#[test]
fn warnings_ask_for_a_reason() {
    let shell = Shell::new();
    shell.ok(&["group", "create", "Staff"]);
    let open = definition().replace("[\"admin_portal\"]", "[\"self_registration\"]");
    let file = shell.file("open.json", open);
    let checked = shell.json(&["workflow", "validate", &file]);
    assert_eq!(checked["problems"][0]["severity"], "warning");
    shell.ok(&["workflow", "import", &file]);
    shell.refuses(&["workflow", "activate", "Welcome"], 1, "say with --reason");
    let reason = [
        "workflow",
        "activate",
        "Welcome",
        "--reason",
        "only staff know the address",
    ];
    let activated = shell.json(&reason);
    assert_eq!(activated["problems"][0]["severity"], "warning");
}

#[test]
fn a_file_is_checked_with_and_without_a_directory() {
    let shell = Shell::new();
    let file = shell.file("welcome.json", definition());
    let alone = shell.json(&["workflow", "validate", &file]);
    assert_eq!(alone["directory"], serde_json::Value::Null);
    assert!(!shell.data().exists(), "looking makes no folder");
    shell.ok(&["group", "list"]);
    let said = shell.run(&["workflow", "validate", &file]);
    assert_eq!(said.code, 4);
    assert!(
        said.out.contains("the group \"Staff\" no longer exists"),
        "{}",
        said.out
    );
    shell.ok(&["workflow", "validate", &file, "--alone"]);
}

#[test]
fn users_come_and_go_by_csv() {
    let shell = Shell::new();
    shell.ok(&["group", "create", "Staff;A"]);
    let add = "\u{FEFF}username;email;first_name;groups\r\nada;ada@example.org;\"Ada; \"\"A\"\"\";Staff\\;A\r\nbob;bob@example.org;Bob;\r\n";
    let file = shell.file("add.csv", add);
    let dry = shell.json(&["user", "import", &file, "--dry-run"]);
    assert_eq!(dry["preview"]["adds"], 2);
    assert_eq!(
        shell.json(&["user", "list"])["users"],
        serde_json::json!([])
    );
    let done = shell.json(&["user", "import", &file]);
    assert_eq!(done["result"]["created"], 2);
    let ada = shell.json(&["user", "show", "ada"]);
    assert_eq!(ada["first_name"], "Ada; \"A\"");
    assert_eq!(ada["groups"], serde_json::json!(["DEFAULT", "Staff;A"]));

    let change = "action,username,phone,status\nupdate,ada,+49 30,disabled\ndelete,bob,,\n";
    let said = shell.pipe(change, &["user", "import", "-"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let ada = shell.json(&["user", "show", "ada"]);
    assert_eq!(
        (&ada["phone"], &ada["status"]),
        (&"+49 30".into(), &"disabled".into())
    );
    assert_eq!(
        ada["email"], "ada@example.org",
        "a column that is left out keeps its value"
    );
    assert_eq!(
        shell.json(&["user", "list", "--deleted"])["users"][0]["username"],
        "bob"
    );
}

#[test]
fn an_import_comes_through_the_gate() {
    let shell = guarded();
    let file = shell.file(
        "in.csv",
        "username,email\nada,ada@example.org\neve,eve@evil.example\n",
    );
    let said = shell.run(&["--json", "user", "import", &file]);
    said.refuses(1, "1 rows were not done");
    let report: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(report["result"]["rows"][1]["outcome"], "not_accepted");
    let groups = &shell.json(&["user", "show", "ada"])["groups"];
    assert_eq!(*groups, serde_json::json!(["DEFAULT", "Staff"]));
    shell.refuses(&["user", "show", "eve"], 3, "there is no user");
}

#[test]
fn an_export_of_users_is_read_back_as_it_was() {
    let shell = Shell::new();
    shell.ok(&["group", "create", "=Staff"]);
    let create = [
        "user",
        "create",
        "ada",
        "--email",
        "ada@example.org",
        "--first-name",
        "=cmd|' /C calc'!A0",
        "--last-name",
        "'t Hooft",
        "--phone",
        "+49 30",
        "--group",
        "=Staff",
    ];
    shell.ok(&create);
    let exported = shell.ok(&["user", "export"]);
    assert!(exported.contains(",'=cmd|"), "{exported}");
    assert!(exported.contains(",''t Hooft,'+49 30,"), "{exported}");

    let other = Shell::new();
    other.ok(&["group", "create", "=Staff"]);
    let said = other.pipe(&exported, &["user", "import", "-"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(other.ok(&["user", "export"]), exported);

    let json = shell.json(&["user", "export"]);
    assert_eq!(json["users"][0]["first_name"], "=cmd|' /C calc'!A0");
}

#[test]
fn an_export_to_a_file_replaces_only_when_asked() {
    let shell = Shell::new();
    let path = shell.file("users.csv", "precious");
    shell.refuses(&["user", "export", &path], 1, "exists already");
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), "precious");
    shell.ok(&["user", "export", &path, "--force"]);
    assert!(
        std::fs::read_to_string(&path)
            .expect("a file")
            .starts_with("username,")
    );
}

#[test]
fn the_doctor_finds_a_healthy_folder_healthy() {
    let shell = Shell::new();
    shell.ok(&["group", "list"]);
    let checks = shell.json(&["doctor", "--full"]);
    let states: Vec<_> = checks["checks"]
        .as_array()
        .expect("a list")
        .iter()
        .collect();
    assert!(states.len() >= 10, "{checks}");
    assert!(states.iter().all(|it| it["state"] != "problem"), "{checks}");
}

#[test]
fn help_names_every_exit_code() {
    let said = Shell::new().run(&["--help"]);
    assert_eq!(said.code, 0);
    for code in [
        "0  done",
        "1  refused",
        "2  the command line",
        "3  what was named",
        "4  a file",
        "5  the data folder",
    ] {
        assert!(said.out.contains(code), "{code}");
    }
}
