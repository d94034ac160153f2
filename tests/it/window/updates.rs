//! Updates of users in the history: what was before, what is since, and what became of it.

use egui::{Key, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tenure::{
    command::Command,
    model::{
        attribute::{AttributeKind, AttributeSpec},
        condition::{Condition, Operator, Subject},
        event::Source,
        id::UserId,
        task::Action,
        user::UserUpdate,
    },
    store::{Store, executions, users},
    ui::Route,
};

use super::hands::{Window, must_say, press, says, texts, window_at};
use crate::support::{activated, admitted, always, done, group, history, on_update, store};

/// Somebody's last name and city are changed by a program.
fn move_to(store: &Store, id: UserId, last_name: &str, city: &str) {
    let user = store.read(|db| users::get(db, id)).expect("a read");
    let mut form = user.expect("they are there").profile.form();
    last_name.clone_into(&mut form.last_name);
    if city.is_empty() {
        form.attributes.remove("city");
    } else {
        form.attributes.insert("city".to_owned(), city.to_owned());
    }
    let update = UserUpdate {
        form: Some(form),
        ..UserUpdate::default()
    };
    let command = Command::UpdateUser {
        id,
        update: Box::new(update),
        source: Source::Api,
        if_revision: None,
    };
    done(store, command);
}

fn renamed() -> Condition {
    Condition::test(Subject::LastName, Operator::ChangedTo, "Lovelace")
}

/// Whoever is called Lovelace from now on becomes staff. Ada exists.
fn watched() -> (Store, UserId) {
    let store = store();
    done(
        &store,
        Command::CreateAttribute(AttributeSpec {
            name: "city".to_owned(),
            label: "Home town".to_owned(),
            kind: AttributeKind::Text,
            is_required: false,
            is_on_sign_up: true,
        }),
    );
    let staff = group(&store, "Staff");
    let task = always(Action::AssignGroup, vec![staff]);
    activated(&store, "Names", on_update(Some(renamed()), vec![task]));
    let ada = admitted(&store, "ada");
    (store, ada)
}

fn newest(store: &Store) -> executions::Summary {
    history(store).pop().expect("an execution")
}

fn opened(store: &Store) -> Window {
    window_at(store, Route::Execution(newest(store).id))
}

fn rows(window: &Window) -> Vec<String> {
    let rows = window.query_all_by_role(Role::Row);
    rows.filter_map(|it| it.accesskit_node().label()).collect()
}

/// Turns to the step so many after the first one.
fn turn_to(window: &mut Window, step: usize) {
    window.get_by_label("Steps").focus();
    window.run();
    window.key_press(Key::Home);
    for _ in 0..step {
        window.key_press(Key::ArrowDown);
    }
    window.run();
}

#[test]
fn an_execution_shows_what_was_before_and_what_is_since() {
    let (store, ada) = watched();
    move_to(&store, ada, "Lovelace", "London");
    let mut window = opened(&store);
    must_say(&window, "What was updated");
    let rows = rows(&window);
    assert!(
        rows.contains(&"Last name, empty, Lovelace".to_owned()),
        "{rows:?}"
    );
    assert!(
        rows.contains(&"Home town, empty, London".to_owned()),
        "{rows:?}"
    );
    assert!(!rows.iter().any(|it| it.starts_with("Email")), "{rows:?}");
    must_say(&window, "User Profile Update");
    must_say(&window, "· API");
    turn_to(&mut window, 2);
    must_say(
        &window,
        "Last Name changed to Lovelace: holds, it was empty and is Lovelace",
    );
    turn_to(&mut window, 4);
    must_say(&window, "Assign group Staff");
}

#[test]
fn what_was_so_already_is_said_to_be() {
    let (store, ada) = watched();
    move_to(&store, ada, "Lovelace", "");
    move_to(&store, ada, "Byron", "");
    move_to(&store, ada, "Lovelace", "");
    let mut window = opened(&store);
    turn_to(&mut window, 4);
    must_say(&window, "Assign group Staff: was already in it");
}

#[test]
fn an_update_that_a_filter_does_not_let_pass_stays() {
    let (store, ada) = watched();
    move_to(&store, ada, "Byron", "");
    let window = opened(&store);
    must_say(
        &window,
        "The filter “Filter” did not let ada pass. The update itself stays.",
    );
    must_say(
        &window,
        "Last Name changed to Lovelace: does not hold, it was empty and is Byron",
    );
    assert!(!says(&window, "Nobody was created"));
}

#[test]
fn an_update_of_something_else_was_the_same_before_and_after() {
    let (store, ada) = watched();
    move_to(&store, ada, "", "London");
    let window = opened(&store);
    let same = "Last Name changed to Lovelace: does not hold, it was empty before and after";
    must_say(&window, same);
    assert_eq!(rows(&window)[0], "Home town, empty, London");
}

#[test]
fn a_later_workflow_shows_what_an_earlier_one_had_changed_from_its_start() {
    let (store, ada) = watched();
    let is_staff = Condition::test(Subject::Group, Operator::Equal, "Staff");
    activated(&store, "Staff names", on_update(Some(is_staff), Vec::new()));
    move_to(&store, ada, "Lovelace", "");
    assert_eq!(newest(&store).workflow_name, "Staff names");
    let mut window = opened(&store);
    turn_to(&mut window, 2);
    must_say(&window, "Group is Staff: holds, it was Staff, DEFAULT");
}

#[test]
fn a_registration_has_no_before() {
    let store = store();
    activated(
        &store,
        "Joiners",
        crate::support::registration(None, Vec::new()),
    );
    admitted(&store, "ada");
    assert!(!says(&opened(&store), "What was updated"));
}

#[test]
fn the_list_shows_the_trigger_and_is_searched() {
    let (store, ada) = watched();
    move_to(&store, ada, "Lovelace", "");
    activated(
        &store,
        "Joiners",
        crate::support::registration(None, Vec::new()),
    );
    admitted(&store, "bob");
    let mut window = window_at(&store, Route::History);
    let found = rows(&window);
    assert!(found[0].contains("New User Registration"), "{found:?}");
    assert!(
        found[1].contains("Names v1, ada, User Profile Update"),
        "{found:?}"
    );
    let search = window.get_by_role_and_label(Role::SearchInput, "Search");
    search.focus();
    search.type_text("ada@example");
    window.run();
    assert_eq!(rows(&window).len(), 1);
}

#[test]
fn exported_lists_have_what_was_changed() {
    let (store, ada) = watched();
    move_to(&store, ada, "Lovelace", "");
    move_to(&store, ada, "=cmd()", "London");
    let folder = tempfile::tempdir().expect("a folder");
    let csv = exported(&store, &folder.path().join("executions.csv"), "CSV");
    let mut lines = csv.lines();
    let heading =
        "id,at,workflow,version,trigger,user,status,error,event,source,changes,users,outcome";
    assert_eq!(lines.next(), Some(heading));
    let newest = lines.next().expect("a row");
    assert!(
        newest.ends_with(",API,Last name: Lovelace → =cmd(); city: (empty) → London,,"),
        "{newest}"
    );
    let json = exported(&store, &folder.path().join("executions.json"), "JSON");
    let all: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let first = &all[1];
    assert_eq!(first["source"], "api");
    assert_eq!(first["before"]["last_name"], "");
    assert_eq!(first["after"]["last_name"], "Lovelace");
    let change = serde_json::json!([{"attribute": "last_name", "before": "", "after": "Lovelace"}]);
    assert_eq!(first["changes"], change);
}

/// Exports the whole history through the dialog.
fn exported(store: &Store, path: &std::path::Path, format: &str) -> String {
    let mut window = window_at(store, Route::History);
    super::hands::click(&mut window, "Export…");
    super::hands::pick(&mut window, format);
    window
        .get_by_role_and_label(Role::TextInput, "File")
        .focus();
    window.run();
    press(&mut window, egui::Modifiers::COMMAND, Key::A);
    window.event(egui::Event::Text(path.display().to_string()));
    window.run();
    window.get_by_role_and_label(Role::Button, "Export").click();
    window.run();
    std::fs::read_to_string(path).unwrap_or_else(|err| panic!("{err}: {:#?}", texts(&window)))
}
