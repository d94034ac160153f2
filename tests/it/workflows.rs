//! Workflows and their versions, from the first draft to the recycle bin of history.

use tenure::{
    command::{self, Command, CommandError, Reply},
    model::{
        definition::Definition,
        document::Document,
        id::{VersionId, WorkflowId},
        task::Action,
        version::{MAX_VERSIONS, VersionStatus},
    },
    store::{Store, executions, workflows},
};

use crate::support::{
    activated, admitted, always, done, drafted, grace, group, history, noon, registration, store,
};

#[track_caller]
fn refused(store: &Store, command: Command, message: &str) {
    let error = command::apply(store, &grace(), command, noon()).expect_err("a refusal");
    assert!(error.to_string().contains(message), "{error}");
}

fn versions(store: &Store, workflow: WorkflowId) -> Vec<(u32, VersionStatus)> {
    let versions = store.read(|db| workflows::versions(db, workflow));
    let versions = versions.expect("a look");
    versions.iter().map(|it| (it.number, it.status)).collect()
}

fn draft_from(store: &Store, workflow: WorkflowId, from: Option<VersionId>) -> VersionId {
    let note = String::new();
    let create = Command::CreateDraft {
        workflow,
        from,
        note,
    };
    let Reply::Draft { version, .. } = done(store, create) else {
        panic!("a draft");
    };
    version
}

fn activate(version: VersionId) -> Command {
    let reason = "as tested".to_owned();
    Command::Activate { version, reason }
}

#[test]
fn at_most_one_version_is_active_and_the_one_before_can_come_back() {
    let store = store();
    let (workflow, first) = drafted(&store, "Welcome", registration(None, vec![]));
    done(&store, activate(first));
    let second = draft_from(&store, workflow, Some(first));
    done(&store, activate(second));
    let expected = [(2, VersionStatus::Active), (1, VersionStatus::Published)];
    assert_eq!(versions(&store, workflow), expected);

    done(&store, activate(first));
    let expected = [(2, VersionStatus::Published), (1, VersionStatus::Active)];
    assert_eq!(versions(&store, workflow), expected);

    done(&store, Command::Disable(workflow));
    let expected = [(2, VersionStatus::Published), (1, VersionStatus::Published)];
    assert_eq!(versions(&store, workflow), expected);
}

#[test]
fn what_has_been_active_cannot_be_changed() {
    let store = store();
    let (workflow, version) = drafted(&store, "Welcome", registration(None, vec![]));
    done(&store, activate(version));
    let save = || Command::SaveDraft {
        version,
        definition: Definition::blank(),
    };
    refused(&store, save(), "version 1 is not a draft");
    done(&store, Command::Disable(workflow));
    refused(&store, save(), "version 1 is not a draft");
}

#[test]
fn the_eleventh_version_is_refused_with_the_oldest_unused_one_named() {
    let store = store();
    let workflow = activated(&store, "Welcome", registration(None, vec![]));
    for _ in 1..MAX_VERSIONS {
        draft_from(&store, workflow, None);
    }
    let eleventh = Command::CreateDraft {
        workflow,
        from: None,
        note: String::new(),
    };
    refused(
        &store,
        eleventh,
        "delete version 2, the oldest one that is not in use",
    );
}

#[test]
fn a_number_is_never_used_twice() {
    let store = store();
    let (workflow, _) = drafted(&store, "Welcome", registration(None, vec![]));
    let second = draft_from(&store, workflow, None);
    done(&store, Command::DeleteVersion(second));
    draft_from(&store, workflow, None);
    let numbers: Vec<u32> = versions(&store, workflow).iter().map(|it| it.0).collect();
    assert_eq!(numbers, [3, 1]);
}

#[test]
fn a_drawing_with_errors_cannot_be_activated() {
    let store = store();
    let (_, version) = drafted(&store, "Welcome", Definition::blank());
    refused(&store, activate(version), "a workflow needs a trigger");
}

#[test]
fn what_was_drawn_and_not_saved_is_not_left_behind_by_an_activation() {
    let store = store();
    let (_, version) = drafted(&store, "Welcome", registration(None, vec![]));
    let unsaved = |definition| Command::KeepUnsaved {
        version,
        definition,
    };
    done(&store, unsaved(Some(Definition::blank())));
    refused(&store, activate(version), "save or discard them first");
    done(&store, unsaved(None));
    done(&store, activate(version));
}

#[test]
fn a_warning_asks_for_a_reason_that_the_audit_keeps() {
    let store = store();
    let staff = always(Action::AssignGroup, vec![group(&store, "Staff")]);
    let filter = tenure::model::condition::Condition::test(
        tenure::model::condition::Subject::Email,
        tenure::model::condition::Operator::EndWith,
        "@example.org",
    );
    let (_, version) = drafted(&store, "Welcome", registration(Some(filter), vec![staff]));
    let without = Command::Activate {
        version,
        reason: " ".to_owned(),
    };
    let error = command::apply(&store, &grace(), without, noon()).expect_err("a refusal");
    assert!(matches!(error, CommandError::NeedsReason(_)), "{error}");

    done(&store, activate(version));
    let entries = store.read(|db| tenure::store::audit::page(db, 0, 100));
    let last = entries.expect("a page").pop().expect("an entry").entry;
    let after = last.after.expect("what was activated");
    assert!(
        after.contains("as tested") && after.contains("people write"),
        "{after}"
    );
}

#[test]
fn an_active_version_and_its_workflow_cannot_be_deleted() {
    let store = store();
    let workflow = activated(&store, "Welcome", registration(None, vec![]));
    let found = store.read(|db| workflows::active_version(db, workflow));
    let version = found.expect("a look").expect("the active one").id;
    refused(
        &store,
        Command::DeleteVersion(version),
        "disable the workflow first",
    );
    refused(
        &store,
        Command::DeleteWorkflow(workflow),
        "disable the workflow first",
    );
}

#[test]
fn history_outlives_the_workflow() {
    let store = store();
    let workflow = activated(&store, "Welcome", registration(None, vec![]));
    admitted(&store, "ada");
    done(&store, Command::Disable(workflow));
    done(&store, Command::DeleteWorkflow(workflow));

    let [run] = &history(&store)[..] else {
        panic!("one execution");
    };
    assert_eq!(run.workflow_name, "Welcome");
    let drawn = store.read(|db| workflows::drawn(db, run.version));
    assert!(
        drawn.expect("a look").is_some(),
        "its canvas can still be shown"
    );
    let steps = store
        .read(|db| executions::steps(db, run.id))
        .expect("steps");
    assert!(!steps.is_empty());
    drafted(&store, "Welcome", Definition::blank());
}

#[test]
fn names_are_unique_without_case() {
    let store = store();
    drafted(&store, "Welcome", Definition::blank());
    let again = Command::CreateWorkflow {
        name: "WELCOME ".to_owned(),
        description: String::new(),
    };
    refused(
        &store,
        again,
        "there is already a workflow named \"WELCOME\"",
    );
}

#[test]
fn a_drawing_in_progress_is_kept_beside_the_saved_one() {
    let store = store();
    let (_, version) = drafted(&store, "Welcome", Definition::blank());
    let drawn = || {
        let drawn = store.read(|db| workflows::drawn(db, version));
        drawn.expect("a look").expect("a drawing")
    };
    let newer = registration(None, vec![]);
    let definition = Some(newer.clone());
    done(
        &store,
        Command::KeepUnsaved {
            version,
            definition,
        },
    );
    assert_eq!(drawn().definition, Definition::blank());
    assert_eq!(drawn().unsaved, Some(newer.clone()));

    done(
        &store,
        Command::SaveDraft {
            version,
            definition: newer.clone(),
        },
    );
    assert_eq!((drawn().definition, drawn().unsaved), (newer, None));
}

#[test]
fn a_file_finds_its_targets_by_name_in_another_directory() {
    let one = store();
    group(&one, "Other");
    let task = always(Action::AssignGroup, vec![group(&one, "Staff")]);
    let definition = registration(None, vec![task]);
    let document = Document::new("Welcome", "For all", "", definition);
    let json = document.to_json().expect("JSON");
    assert!(!json.contains("\"id\""), "{json}");

    let two = store();
    let staff = group(&two, "staff");
    let read = Document::from_bytes(json.as_bytes()).expect("a document");
    let Reply::Draft { version, .. } = done(&two, Command::Import(read)) else {
        panic!("a draft");
    };
    let drawn = two
        .read(|db| workflows::drawn(db, version))
        .expect("a look");
    let definition = drawn.expect("a drawing").definition;
    let ids: Vec<Option<i64>> = definition.targets().map(|(_, target)| target.id).collect();
    assert_eq!(ids, [staff.id]);
}
