//! What workflows did, as admins read it.

use egui::{Key, accesskit::Role};
use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};
use tenure::{
    command::{Command, Registered},
    model::{
        condition::{Condition, Operator, Subject},
        definition::Definition,
        event::Source,
        execution::Status,
        id::{ExecutionId, GroupId},
        task::{Action, Task},
    },
    store::{Store, executions},
    ui::{App, Route},
};

use crate::support::{
    activated, admitted, always, done, group, newcomer, register, register_as, registration, store,
    window,
};

fn open(store: &Store, route: Route) -> Harness<'static, App> {
    let mut window = window(store.clone());
    window.state_mut().go(route);
    window.run();
    window
}

fn ours() -> Condition {
    Condition::test(Subject::FirstName, Operator::StartWith, "a")
}

/// A workflow for those whose name begins with an `a`, who become staff.
fn staff(store: &Store) -> Definition {
    let staff = group(store, "Staff");
    registration(Some(ours()), vec![always(Action::AssignGroup, vec![staff])])
}

/// The newest execution.
fn newest(store: &Store) -> executions::Summary {
    let filter = executions::Filter::default();
    let page = store.read(|db| executions::page(db, &filter, None, 1));
    page.expect("a page").executions.remove(0)
}

fn rows(window: &Harness<'static, App>) -> Vec<String> {
    let rows = window.query_all_by_role(Role::Row);
    rows.filter_map(|it| it.accesskit_node().label()).collect()
}

#[track_caller]
fn says(window: &Harness<'static, App>, text: &str) {
    let count = window.query_all_by_label_contains(text).count()
        + window
            .query_all_by(|node| node.value().is_some_and(|it| it.contains(text)))
            .count();
    assert!(count > 0, "nothing says {text:?}");
}

#[test]
fn an_empty_history_says_so() {
    let window = open(&store(), Route::History);
    window.get_by_label("Nothing has run yet");
}

#[test]
fn the_list_shows_what_happened_to_whom_and_is_narrowed_by_what_is_typed() {
    let store = store();
    let definition = staff(&store);
    activated(&store, "New staff", definition);
    admitted(&store, "ada");
    register(&store, "bob").expect("an answer");
    let mut window = open(&store, Route::History);
    let found = rows(&window);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("New staff v1, bob"), "{found:?}");
    assert!(found[0].contains("Filtered"), "{found:?}");
    assert!(found[1].contains("Succeeded"), "{found:?}");

    let search = window.get_by_role_and_label(Role::SearchInput, "Search");
    search.focus();
    search.type_text("ad");
    window.run();
    assert_eq!(rows(&window).len(), 1);
    window.get_by_label("Clear filters").click();
    window.run();
    assert_eq!(rows(&window).len(), 2);

    window
        .get_by_role_and_label(Role::ComboBox, "Status")
        .click();
    window.run();
    window.get_by_label("Failed").click();
    window.run();
    window.get_by_label("Nothing found");
}

#[test]
fn what_is_new_appears_by_itself() {
    let store = store();
    activated(&store, "New staff", registration(None, Vec::new()));
    admitted(&store, "ada");
    let mut window = open(&store, Route::History);
    assert_eq!(rows(&window).len(), 1);
    admitted(&store, "bob");
    // Until what is shown has rested.
    for _ in 0..40 {
        window.step();
    }
    let found = rows(&window);
    assert!(found[0].contains("bob"), "{found:?}");
}

#[test]
fn a_long_list_is_fetched_page_by_page() {
    let store = store();
    activated(&store, "New staff", registration(None, Vec::new()));
    for number in 0..250 {
        admitted(&store, &format!("user{number:03}"));
    }
    let mut window = open(&store, Route::History);
    window.get_by_label("Executions").focus();
    window.run();
    for _ in 0..4 {
        window.key_press(Key::End);
        window.run();
    }
    let found = rows(&window);
    let last = found.last().expect("rows");
    assert!(last.contains("user000"), "{last}");

    admitted(&store, "late");
    for _ in 0..40 {
        window.step();
    }
    window.get_by_label_contains("1 newer execution");
    assert_eq!(rows(&window).last(), Some(last), "nothing has moved");
    window.get_by_label("Show").click();
    window.run();
    assert!(rows(&window)[0].contains("late"));
}

#[test]
fn a_succeeded_execution_shows_what_each_step_saw_and_changed() {
    let store = store();
    let definition = staff(&store);
    activated(&store, "New staff", definition);
    admitted(&store, "ada");
    let mut window = open(&store, Route::History);
    window.get_by_role(Role::Row).click();
    window.run();
    assert_eq!(window.state().route(), Route::Execution(newest(&store).id));
    says(&window, "New staff, version 1");
    let steps = rows(&window);
    assert!(
        steps.iter().any(|it| it.contains("The conditions match")),
        "{steps:?}"
    );

    window.get_by_label("Steps").focus();
    window.run();
    window.key_press(Key::Home);
    for _ in 0..2 {
        window.key_press(Key::ArrowDown);
    }
    window.run();
    says(&window, "First Name starts with a: holds, it was ada");
    for _ in 0..2 {
        window.key_press(Key::ArrowDown);
    }
    window.run();
    says(&window, "Assign group Staff");
}

#[test]
fn a_filtered_execution_names_the_filter_and_keeps_what_was_entered() {
    let store = store();
    let definition = staff(&store);
    activated(&store, "New staff", definition);
    let answer = register_as(&store, newcomer("bob", Source::SelfRegistration));
    assert!(matches!(answer, Ok(Registered::NotAccepted { .. })));
    let window = open(&store, Route::Execution(newest(&store).id));
    says(
        &window,
        "The filter “Filter” did not let bob pass. Nobody was created.",
    );
    says(
        &window,
        "First Name starts with a: does not hold, it was bob",
    );
    says(&window, "bob@example.org");
    says(&window, "User Self-Registration");
}

#[test]
fn a_failed_execution_says_why_and_what_to_do() {
    let store = store();
    let definition = staff(&store);
    activated(&store, "New staff", definition);
    let staff = GroupId::new(2);
    done(&store, Command::DeleteGroup(staff));
    admitted(&store, "ada");
    let failed = newest(&store);
    assert_eq!(failed.status, Status::Failed);
    let window = open(&store, Route::Execution(failed.id));
    says(&window, "the group “Staff” no longer exists");
    says(&window, "Create the group again or choose another one");
    says(&window, "What to do");
    says(&window, "Assign group Staff for ada");
    says(&window, "ada@example.org");
    says(&window, "Rule 1: Staff, always");
    says(&window, "Configuration as JSON");
}

#[test]
fn conditions_are_shown_with_what_earlier_workflows_had_changed() {
    let store = store();
    let target = group(&store, "Staff");
    let first = registration(
        None,
        vec![always(Action::AssignGroup, vec![target.clone()])],
    );
    activated(&store, "A first one", first);
    let mut again = always(Action::AssignGroup, vec![target]);
    again.rules[0].when = Some(Condition::test(Subject::Group, Operator::Equal, "Staff"));
    activated(&store, "Then another", registration(None, vec![again]));
    admitted(&store, "ada");
    let it = newest(&store);
    assert_eq!(it.workflow_name, "Then another");
    let mut window = open(&store, Route::Execution(it.id));
    window.get_by_label("Steps").focus();
    window.run();
    window.key_press(Key::Home);
    for _ in 0..3 {
        window.key_press(Key::ArrowDown);
    }
    window.run();
    says(&window, "Group is Staff: holds, it was Staff, DEFAULT");
    says(&window, "Assign group Staff: was already in it");
}

#[test]
fn what_a_deleted_workflow_did_can_still_be_read() {
    let store = store();
    let workflow = activated(&store, "New staff", registration(None, Vec::<Task>::new()));
    let user = admitted(&store, "ada");
    done(&store, Command::Disable(workflow));
    done(&store, Command::DeleteWorkflow(workflow));
    done(&store, Command::DeleteUser(user));
    let window = open(&store, Route::Execution(newest(&store).id));
    says(&window, "New staff, version 1");
    window.get_by_label("Workflow deleted since");
    window.get_by_label("User in the recycle bin");
    assert!(!rows(&window).is_empty(), "its steps");
}

#[test]
fn an_execution_that_does_not_exist_is_not_found() {
    let window = open(&store(), Route::Execution(ExecutionId::new(7)));
    window.get_by_label("Not found");
}

#[test]
fn the_list_is_exported_as_csv_without_formulas() {
    let store = store();
    activated(&store, "=cmd()", registration(None, Vec::new()));
    admitted(&store, "ada");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("executions.csv");
    let mut window = open(&store, Route::History);
    window.get_by_label("Export…").click();
    window.run();
    window
        .get_by_role_and_label(Role::TextInput, "File")
        .focus();
    window.run();
    window.key_combination_modifiers(egui::Modifiers::COMMAND, &[Key::A]);
    window.run();
    window.event(egui::Event::Text(path.display().to_string()));
    window.run();
    window.get_by_role_and_label(Role::Button, "Export").click();
    window.run();
    says(&window, "1 execution written to");
    let text = std::fs::read_to_string(&path).expect("a file");
    let mut lines = text.lines();
    let heading =
        "id,at,workflow,version,trigger,user,status,error,event,source,changes,users,outcome";
    assert_eq!(lines.next(), Some(heading));
    let row = lines.next().expect("a row");
    assert!(
        row.contains(",'=cmd(),1,New User Registration,ada,Succeeded,"),
        "{row}"
    );
}

#[test]
fn a_file_that_cannot_be_written_says_why_and_the_dialog_stays() {
    let store = store();
    activated(&store, "New staff", registration(None, Vec::new()));
    admitted(&store, "ada");
    let mut window = open(&store, Route::History);
    window.get_by_label("Export…").click();
    window.run();
    window
        .get_by_role_and_label(Role::TextInput, "File")
        .focus();
    window.run();
    window.key_combination_modifiers(egui::Modifiers::COMMAND, &[Key::A]);
    window.run();
    window.event(egui::Event::Text("/nowhere/at/all.csv".to_owned()));
    window.run();
    window.get_by_role_and_label(Role::Button, "Export").click();
    window.run();
    says(&window, "/nowhere/at/all.csv cannot be written");
}

#[test]
fn the_history_of_one_user_is_a_press_away() {
    let store = store();
    activated(&store, "New staff", registration(None, Vec::new()));
    admitted(&store, "ada");
    admitted(&store, "bob");
    let mut window = open(&store, Route::Execution(newest(&store).id));
    window.get_by_label("This user’s history").click();
    window.run();
    assert_eq!(window.state().route(), Route::History);
    let found = rows(&window);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("bob"), "{found:?}");
    window.get_by_label("Clear filters").click();
    window.run();
    assert_eq!(rows(&window).len(), 2);
}
