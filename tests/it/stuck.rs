//! Active versions that cannot run: one of them stops nothing but itself, opens no gate, and says why.

use egui_kittest::kittest::Queryable as _;
use tenure::{
    command::{Command, CommandError, Registered},
    model::{
        condition::{Condition, Operator, Subject},
        definition::{Definition, NodeKind},
        id::WorkflowId,
        settings::Settings,
    },
    store::{FILE_NAME, Store},
    ui::Route,
};

use crate::support::{activated, admitted, done, register, registration, window};

const GATE: &str = "Gate";

/// A folder in which two workflows were activated, and the drawing of "Gate" replaced since.
fn changed(others: bool, drawing: &str) -> (tempfile::TempDir, Store, WorkflowId) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("a store");
    let settings = Settings {
        time_zone: Some(chrono_tz::UTC),
        ..Settings::default()
    };
    done(&store, Command::SaveSettings(Box::new(settings)));
    let gate = activated(&store, GATE, registration(None, vec![]));
    if others {
        let ada = Condition::test(Subject::Username, Operator::StartWith, "ada");
        activated(&store, "Open door", registration(Some(ada), vec![]));
    }
    drop(store);
    let file = rusqlite::Connection::open(folder.path().join(FILE_NAME)).expect("the file");
    let sql = "UPDATE versions SET definition = ?2 WHERE workflow = ?1";
    file.execute(sql, rusqlite::params![gate.number(), drawing])
        .expect("an update");
    drop(file);
    let store = Store::open(folder.path()).expect("a store");
    (folder, store, gate)
}

/// As versions before could be activated: nobody is in the group without a name.
fn without_a_group() -> String {
    let asks = Condition::test(Subject::Group, Operator::Equal, "");
    let definition: Definition = registration(Some(asks), vec![]);
    assert!(
        definition
            .find(|it| matches!(it, NodeKind::Filter(_)))
            .is_some()
    );
    serde_json::to_string(&definition).expect("JSON")
}

#[test]
fn the_others_run_on() {
    let (_folder, store, gate) = changed(true, &without_a_group());
    let config = store.config().expect("it is read");
    assert_eq!(config.active.len(), 1);
    let reason = config.why_stuck(gate).expect("it is stuck");
    assert!(reason.contains("choose a group"), "{reason}");
    admitted(&store, "ada");
    let bob = register(&store, "bob").expect("it is decided");
    assert!(matches!(bob, Registered::NotAccepted { .. }));
}

#[test]
fn a_gate_that_is_stuck_is_no_open_one() {
    for drawing in [&without_a_group(), r#"{"from":"a newer version"}"#] {
        let (_folder, store, gate) = changed(false, drawing);
        let err = register(&store, "ada").expect_err("nobody decides");
        assert!(
            matches!(err, CommandError::Stuck { number: 1, .. }),
            "{err}"
        );
        assert!(err.to_string().contains("\"Gate\""), "{err}");
        done(&store, Command::Disable(gate));
        admitted(&store, "ada");
    }
}

#[test]
fn the_window_says_which_workflow_and_why() {
    let (_folder, store, _) = changed(true, &without_a_group());
    let mut window = window(store);
    window.state_mut().go(Route::Workflows);
    window.run();
    window.get_by_label_contains("“Gate” does not run: version 1 is active, but");
    window.get_by_label("Does not run");
}
