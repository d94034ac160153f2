//! The Workflows screen: all workflows, and the versions of one.

use std::fs;

use egui_kittest::kittest::Queryable as _;
use tenure::{
    command::{Command, Reply},
    model::{
        definition::Trigger,
        document::Document,
        id::WorkflowId,
        sweep::{DormantAction, IdentifyDormant, SweepTask},
        task::Action,
        version::{Version, VersionStatus},
    },
    store::{Store, workflows},
    ui::Route,
};

use super::hands::{click, go, has_button, must_say, pick, retype, says, type_into, window_at};
use crate::support::{
    activated, always, audit, done, drafted, group, registration, role, scheduled, store,
};

fn versions(store: &Store, workflow: WorkflowId) -> Vec<Version> {
    store
        .read(|db| workflows::versions(db, workflow))
        .expect("versions")
}

fn names(store: &Store) -> Vec<String> {
    let all = store.read(workflows::summaries).expect("a list");
    all.into_iter().map(|it| it.workflow.name).collect()
}

/// Ten drafts; the first was made before the others.
fn full(store: &Store) -> WorkflowId {
    let (workflow, _) = drafted(store, "Welcome", registration(None, vec![]));
    for _ in 1..10 {
        done(
            store,
            Command::CreateDraft {
                workflow,
                from: None,
                note: String::new(),
            },
        );
    }
    workflow
}

#[test]
fn the_first_workflow_is_invited_and_opens_on_the_canvas() {
    let store = store();
    let mut window = window_at(&store, Route::Workflows);
    click(&mut window, "Create the first workflow");
    type_into(&mut window, "Name", "Welcome");
    type_into(&mut window, "Description", "New hires");
    click(&mut window, "Create");
    assert!(matches!(window.state().route(), Route::Editor(_)));
    must_say(&window, "Workflow canvas, 2 blocks");
    let all = store.read(workflows::summaries).expect("a list");
    let only = all.first().expect("one");
    assert_eq!(only.workflow.name, "Welcome");
    assert_eq!(only.workflow.description, "New hires");
}

#[test]
fn a_name_that_is_taken_is_said_at_the_field() {
    let store = store();
    drafted(&store, "Welcome", registration(None, vec![]));
    let mut window = window_at(&store, Route::Workflows);
    click(&mut window, "New workflow");
    type_into(&mut window, "Name", "WELCOME");
    click(&mut window, "Create");
    must_say(&window, "There is already a workflow named “WELCOME”");
    assert_eq!(names(&store), ["Welcome"]);
    retype(&mut window, "Name", "Welcome 2");
    click(&mut window, "Create");
    assert_eq!(names(&store), ["Welcome", "Welcome 2"]);
}

#[test]
fn the_list_is_searched_and_a_row_opens_the_versions() {
    let store = store();
    let workflow = activated(&store, "Welcome", registration(None, vec![]));
    drafted(&store, "Goodbye", registration(None, vec![]));
    let mut window = window_at(&store, Route::Workflows);
    type_into(&mut window, "Search workflows", "welc");
    assert!(!says(&window, "Goodbye"));
    window.get_by_label_contains("Welcome, Version 1").click();
    window.run();
    assert_eq!(window.state().route(), Route::Workflow(workflow));
    must_say(&window, "grace");
}

#[test]
fn a_workflow_is_renamed_disabled_and_deleted() {
    let store = store();
    let workflow = activated(&store, "Welcome", registration(None, vec![]));
    let mut window = window_at(&store, Route::Workflows);
    click(&mut window, "Rename Welcome");
    retype(&mut window, "Name", "Hello");
    click(&mut window, "Save");
    assert_eq!(names(&store), ["Hello"]);

    click(&mut window, "Delete Hello");
    must_say(&window, "version 1 is active. Disable it first");
    assert_eq!(names(&store), ["Hello"]);

    click(&mut window, "Disable Hello");
    must_say(&window, "“Hello” is disabled and no longer runs");
    click(&mut window, "Undo");
    let status = versions(&store, workflow).first().map(|it| it.status);
    assert_eq!(status, Some(VersionStatus::Active), "it runs again");
    click(&mut window, "Disable Hello");
    let status = versions(&store, workflow).first().map(|it| it.status);
    assert_eq!(status, Some(VersionStatus::Published));

    click(&mut window, "Delete Hello");
    click(&mut window, "Delete");
    assert!(names(&store).is_empty());
    must_say(&window, "No workflows yet");
}

#[test]
fn the_eleventh_version_asks_for_the_oldest_unused_one_to_go() {
    let store = store();
    let workflow = full(&store);
    let mut window = window_at(&store, Route::Workflow(workflow));
    click(&mut window, "New draft");
    must_say(&window, "A workflow has at most 10 versions");
    must_say(&window, "delete version 1, the oldest one");
    assert_eq!(versions(&store, workflow).len(), 10);
    click(&mut window, "Delete version 1 and go on");
    let numbers: Vec<u32> = versions(&store, workflow)
        .iter()
        .map(|it| it.number)
        .collect();
    assert_eq!(numbers, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    assert!(matches!(window.state().route(), Route::Editor(_)));
}

#[test]
fn whoever_wants_to_keep_all_versions_cancels() {
    let store = store();
    let workflow = full(&store);
    let mut window = window_at(&store, Route::Workflow(workflow));
    click(&mut window, "New draft");
    click(&mut window, "Cancel");
    assert_eq!(versions(&store, workflow).len(), 10);
    assert_eq!(window.state().route(), Route::Workflow(workflow));
}

#[test]
fn a_version_with_errors_is_not_activated_and_the_errors_are_listed() {
    let store = store();
    let task = always(Action::AssignGroup, vec![]);
    let (workflow, version) = drafted(&store, "Welcome", registration(None, vec![task]));
    let mut window = window_at(&store, Route::Workflow(workflow));
    click(&mut window, "Activate version 1");
    must_say(&window, "Assign Group to User: choose at least one group.");
    assert!(!has_button(&window, "Activate"));
    click(&mut window, "Show on the canvas");
    assert_eq!(window.state().route(), Route::Editor(version));
}

#[test]
fn warnings_ask_for_a_reason_that_the_audit_keeps() {
    let store = store();
    let staff = group(&store, "Staff");
    let back_and_forth = vec![
        always(Action::AssignGroup, vec![staff.clone()]),
        always(Action::UnassignGroup, vec![staff]),
    ];
    let (workflow, _) = drafted(&store, "Welcome", registration(None, back_and_forth));
    let mut window = window_at(&store, Route::Workflow(workflow));
    click(&mut window, "Activate version 1");
    must_say(&window, "is assigned and unassigned on one way");
    click(&mut window, "Activate");
    assert_eq!(
        status(&store, workflow),
        VersionStatus::Draft,
        "no reason yet"
    );
    type_into(&mut window, "Reason", "A drill");
    click(&mut window, "Activate");
    assert_eq!(status(&store, workflow), VersionStatus::Active);
    let kept = store
        .read(|db| tenure::store::audit::page(db, 0, 1_000))
        .expect("the audit");
    let after = kept.last().and_then(|it| it.entry.after.clone());
    assert!(after.expect("a record").contains("A drill"));
}

fn status(store: &Store, workflow: WorkflowId) -> VersionStatus {
    versions(store, workflow).first().expect("one").status
}

#[test]
fn a_version_is_activated_in_place_of_the_one_before() {
    let store = store();
    let workflow = activated(&store, "Welcome", registration(None, vec![]));
    let mut window = window_at(&store, Route::Workflow(workflow));
    click(&mut window, "Make a draft from version 1");
    assert!(matches!(window.state().route(), Route::Editor(_)));
    super::hands::go(&mut window, Route::Workflow(workflow));
    must_say(&window, "From version 1");
    click(&mut window, "Activate version 2");
    must_say(&window, "in place of version 1");
    click(&mut window, "Activate");
    let statuses: Vec<VersionStatus> = versions(&store, workflow)
        .iter()
        .map(|it| it.status)
        .collect();
    assert_eq!(statuses, [VersionStatus::Active, VersionStatus::Published]);
    click(&mut window, "Disable");
    assert_eq!(status(&store, workflow), VersionStatus::Published);
}

#[test]
fn the_active_version_is_not_deleted() {
    let store = store();
    let workflow = activated(&store, "Welcome", registration(None, vec![]));
    let mut window = window_at(&store, Route::Workflow(workflow));
    click(&mut window, "Delete version 1");
    must_say(
        &window,
        "Version 1 is the active one: disable the workflow first.",
    );
    click(&mut window, "Delete workflow");
    assert_eq!(versions(&store, workflow).len(), 1);
    click(&mut window, "Disable");
    click(&mut window, "Delete version 1");
    click(&mut window, "Delete");
    assert!(versions(&store, workflow).is_empty());
    must_say(&window, "No versions");
}

#[test]
fn a_note_is_written_on_any_version() {
    let store = store();
    let workflow = activated(&store, "Welcome", registration(None, vec![]));
    let mut window = window_at(&store, Route::Workflow(workflow));
    click(&mut window, "Write a note on version 1");
    type_into(&mut window, "Note", "Agreed with HR");
    click(&mut window, "Save");
    let note = versions(&store, workflow).first().map(|it| it.note.clone());
    assert_eq!(note.as_deref(), Some("Agreed with HR"));
    must_say(&window, "Agreed with HR");
}

#[test]
fn a_file_that_is_no_workflow_says_why() {
    let store = store();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.json");
    let mut window = window_at(&store, Route::Workflows);
    click(&mut window, "Import…");
    for (content, reason) in [
        ("", "the file is empty"),
        ("PK\u{3}\u{4}", "not a workflow"),
        ("{\"format\":\"bpmn\"}", "not a workflow"),
    ] {
        fs::write(&path, content).expect("a file");
        retype(&mut window, "File", &path.display().to_string());
        click(&mut window, "Import");
        must_say(&window, reason);
    }
    retype(&mut window, "File", "/nowhere/at/all.json");
    click(&mut window, "Import");
    must_say(&window, "“/nowhere/at/all.json” cannot be read");
    assert!(names(&store).is_empty());
}

#[test]
fn an_exported_version_comes_back_from_its_file() {
    let store = store();
    let staff = group(&store, "Staff");
    let approver = role(&store, "Approver");
    let tasks = vec![
        always(Action::AssignGroup, vec![staff]),
        always(Action::AssignRole, vec![approver]),
    ];
    let definition = registration(None, tasks);
    let (workflow, _) = drafted(&store, "Welcome", definition.clone());
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("welcome.json");
    let typed = path.display().to_string();

    let mut window = window_at(&store, Route::Workflow(workflow));
    click(&mut window, "Export version 1");
    retype(&mut window, "File", &typed);
    click(&mut window, "Export");
    let bytes = fs::read(&path).expect("it was written");
    let document = Document::from_bytes(&bytes).expect("a workflow");
    assert_eq!(document.to_json().expect("JSON").as_bytes(), bytes);

    click(&mut window, "Export version 1");
    retype(&mut window, "File", &typed);
    click(&mut window, "Export");
    must_say(&window, "already");
    click(&mut window, "Replace");
    assert!(!says(&window, "already"));

    super::hands::go(&mut window, Route::Workflows);
    click(&mut window, "Import…");
    type_into(&mut window, "File", &typed);
    click(&mut window, "Import");
    let Route::Editor(imported) = window.state().route() else {
        panic!("the import opens its draft");
    };
    let drawn = store.read(|db| workflows::drawn(db, imported));
    let drawn = drawn.expect("a drawing").expect("it exists");
    assert_eq!(drawn.definition, definition, "targets are found again");
    assert_eq!(versions(&store, workflow).len(), 2);
}

#[test]
fn an_import_into_a_full_workflow_asks_for_room_too() {
    let store = store();
    let workflow = full(&store);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("welcome.json");
    let document = Document::new("welcome", "", "from a file", registration(None, vec![]));
    fs::write(&path, document.to_json().expect("JSON")).expect("a file");

    let mut window = window_at(&store, Route::Workflows);
    click(&mut window, "Import…");
    type_into(&mut window, "File", &path.display().to_string());
    click(&mut window, "Import");
    must_say(&window, "delete version 1, the oldest one");
    click(&mut window, "Delete version 1 and go on");
    assert!(matches!(window.state().route(), Route::Editor(_)));
    let newest = versions(&store, workflow).first().cloned();
    assert_eq!(newest.expect("eleven").note, "from a file");
}

#[test]
fn a_deceiving_name_is_shown_for_what_it_is() {
    let store = store();
    let name = "Payroll\u{202e}lortnoc";
    let (workflow, _) = drafted(&store, name, registration(None, vec![]));
    let mut window = window_at(&store, Route::Workflows);
    must_say(&window, "Payroll‹U+202E›lortnoc");
    assert!(!says(&window, "\u{202e}"));
    super::hands::go(&mut window, Route::Workflow(workflow));
    assert!(!says(&window, "\u{202e}"));
}

#[test]
fn what_was_deleted_meanwhile_is_said_to_be_gone() {
    let store = store();
    let (workflow, version) = drafted(&store, "Welcome", registration(None, vec![]));
    let mut window = window_at(&store, Route::Workflow(workflow));
    let reply = done(&store, Command::DeleteWorkflow(workflow));
    assert_eq!(reply, Reply::Done);
    window.step();
    super::hands::go(&mut window, Route::Workflow(workflow));
    super::hands::go(&mut window, Route::Editor(version));
    must_say(&window, "no longer exists");
    pick(&mut window, "Show workflows");
    assert_eq!(window.state().route(), Route::Workflows);
    assert!(
        audit(&store)
            .iter()
            .any(|it| it.starts_with("workflow.delete"))
    );
}

#[test]
fn what_a_workflow_waits_for_is_said_in_the_list_and_above_the_canvas() {
    let store = store();
    let welcome = registration(
        None,
        vec![always(Action::AssignRole, vec![role(&store, "x")])],
    );
    activated(&store, "Welcome", welcome);
    let tidy_up = SweepTask::IdentifyDormant(IdentifyDormant {
        action: DormantAction::Delete,
        ..IdentifyDormant::default()
    });
    let trigger = Trigger::offered(chrono_tz::Tz::UTC).remove(2);
    let workflow = activated(&store, "Tidy up", scheduled(trigger, tidy_up));
    let mut window = window_at(&store, Route::Workflows);
    must_say(&window, "Next: tomorrow 12:00");
    must_say(
        &window,
        "User Self-Registration or Create User via Admin Portal",
    );
    let version = versions(&store, workflow).first().expect("one").id;
    go(&mut window, Route::Editor(version));
    must_say(&window, "Next: tomorrow 12:00");
    done(&store, Command::Disable(workflow));
    window.run();
    assert!(!says(&window, "Next: tomorrow 12:00"));
    go(&mut window, Route::Workflows);
    assert!(!says(&window, "Next: tomorrow 12:00"));
}
