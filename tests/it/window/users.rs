//! The Users screen: users, groups, roles, attributes and the recycle bin.

use std::collections::BTreeSet;

use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::{
    Harness,
    kittest::{AccessKitNode, NodeT as _, Queryable as _},
};
use tenure::{
    command::{Command, NewUser, Registered, Reply},
    model::{
        condition::{Condition, Operator, Subject, Test},
        definition::{Definition, Edge, NodeKind, Trigger},
        event::Source,
        group::Group,
        id::{GroupId, UserId},
        task::{Action, Target, Task},
        user::{ProfileForm, Status, User},
    },
    store::{Store, groups, members, users},
    ui::{App, Route},
};

use crate::support::{done, store, window};

type Window = Harness<'static, App>;

/// The Users screen on this store.
fn screen(store: &Store) -> Window {
    let mut window = window(store.clone());
    press(&mut window, "Users");
    window
}

fn form(username: &str) -> ProfileForm {
    ProfileForm {
        username: username.to_owned(),
        email: format!("{username}@example.org"),
        ..ProfileForm::default()
    }
}

fn add_user(store: &Store, form: ProfileForm) -> UserId {
    let new = NewUser {
        password_hash: Some("$argon2id$".to_owned()),
        ..NewUser::new(form, Source::AdminPortal)
    };
    match done(store, Command::Register(new)) {
        Reply::Registered(Registered::Created { user, .. }) => user,
        other => panic!("not created: {other:?}"),
    }
}

fn add_group(store: &Store, name: &str) -> GroupId {
    let command = Command::CreateGroup {
        name: name.to_owned(),
        description: String::new(),
    };
    match done(store, command) {
        Reply::Group(id) => id,
        other => panic!("not created: {other:?}"),
    }
}

#[track_caller]
fn user(store: &Store, username: &str) -> Option<User> {
    let found = store.read(|db| users::by_username(db, username));
    found.expect("a readable store")
}

#[track_caller]
fn group_names(store: &Store, user: UserId) -> Vec<String> {
    let groups = store.read(|db| members::groups_of(db, user));
    groups.expect("a readable store").into_values().collect()
}

/// Presses the button or box of that name, wherever it has scrolled to.
#[track_caller]
fn press(window: &mut Window, name: &str) {
    let is_wanted = |node: &AccessKitNode<'_>| {
        matches!(node.role(), Role::Button | Role::CheckBox)
            && node.label().as_deref() == Some(name)
    };
    window.get_by(is_wanted).click_accesskit();
    window.run();
}

#[track_caller]
fn tab(window: &mut Window, name: &str) {
    window.get_by_role_and_label(Role::Tab, name).click();
    window.run();
}

/// Opens the row whose name begins like this.
#[track_caller]
fn open(window: &mut Window, row: &str) {
    let is_wanted = |node: &AccessKitNode<'_>| {
        node.role() == Role::Row && node.label().is_some_and(|it| it.starts_with(row))
    };
    window.get_by(is_wanted).click();
    window.run();
}

fn is_field(node: &AccessKitNode<'_>, name: &str) -> bool {
    let is_text = matches!(
        node.role(),
        Role::TextInput | Role::MultilineTextInput | Role::PasswordInput | Role::SearchInput
    );
    is_text && node.label().as_deref() == Some(name)
}

/// Types into a field, instead of what is in it.
#[track_caller]
fn fill(window: &mut Window, field: &str, text: &str) {
    window.get_by(|node| is_field(node, field)).focus();
    window.run();
    window.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.run();
    window.get_by(|node| is_field(node, field)).type_text(text);
    window.run();
}

/// Chooses from the list of a picker or combo box.
#[track_caller]
fn choose(window: &mut Window, list: &str, option: &str) {
    window
        .get_by_role_and_label(Role::ComboBox, list)
        .click_accesskit();
    window.run();
    let option = window.get_by_role_and_label(Role::ListBoxOption, option);
    option.click_accesskit();
    window.run();
}

/// What the rows of the table say.
fn rows(window: &Window) -> Vec<String> {
    let rows = window.query_all_by(|node| node.role() == Role::Row);
    rows.filter_map(|row| row.accesskit_node().label())
        .collect()
}

#[track_caller]
fn says(window: &Window, text: &str) {
    let contains = |node: &AccessKitNode<'_>| {
        node.label().is_some_and(|it| it.contains(text))
            || node.value().is_some_and(|it| it.contains(text))
    };
    let found = window.query_all_by(contains).count();
    assert!(found > 0, "nothing says {text:?}");
}

#[track_caller]
fn is_open(window: &Window, drawer: &str) -> bool {
    window.query_by_role_and_label(Role::Form, drawer).is_some()
}

#[test]
fn a_user_is_created_with_a_password_groups_and_roles() {
    let store = store();
    add_group(&store, "Sales");
    let mut window = screen(&store);
    press(&mut window, "Add the first user");
    fill(&mut window, "Username", "ada");
    fill(&mut window, "Email", "ada@example.org");
    fill(&mut window, "First name", "Ada");
    fill(&mut window, "Initial password", "short");
    says(&window, "Between 10 and 128 characters: not met yet");
    fill(&mut window, "Initial password", "correct horse battery");
    says(&window, "Between 10 and 128 characters: met");
    choose(&mut window, "Groups", "Sales");
    window.key_press(Key::Escape);
    window.run();
    choose(&mut window, "Roles", "Administrator");
    window.key_press(Key::Escape);
    window.run();

    press(&mut window, "Create user");

    assert!(!is_open(&window, "New user"), "the drawer has closed");
    says(&window, "ada was created");
    let ada = user(&store, "ada").expect("created");
    assert_eq!(ada.status, Status::Active);
    assert!(ada.must_change_password);
    assert_eq!(group_names(&store, ada.id), ["DEFAULT", "Sales"]);
    let roles = store
        .read(|db| members::roles_of(db, ada.id))
        .expect("roles");
    assert!(roles.values().any(|it| it == "Administrator"), "{roles:?}");
    assert_eq!(rows(&window).len(), 1);
}

#[test]
fn what_is_wrong_is_said_at_its_field_until_it_is_changed() {
    let store = store();
    let mut window = screen(&store);
    press(&mut window, "New user");
    fill(&mut window, "Username", "a da");
    fill(&mut window, "Email", "ada");
    fill(&mut window, "Initial password", "short");

    press(&mut window, "Create user");

    says(&window, "Username must not contain spaces");
    says(&window, "Email is not an email address");
    says(&window, "Password does not meet these rules");
    let field = window.get_by(|node| is_field(node, "Username"));
    assert!(field.is_focused(), "it leads to the first fault");
    fill(&mut window, "Username", "ada");
    assert!(
        window
            .query_by_label("Username must not contain spaces")
            .is_none()
    );
    assert!(user(&store, "ada").is_none());
}

#[test]
fn a_taken_username_and_address_are_said_at_their_fields() {
    let store = store();
    add_user(&store, form("ada"));
    let mut window = screen(&store);
    press(&mut window, "New user");
    fill(&mut window, "Username", "ADA");
    fill(&mut window, "Email", "Ada@example.org");

    press(&mut window, "Create user");

    says(&window, "Username is taken: choose another one");
    says(&window, "Email belongs to another user already");
    assert!(is_open(&window, "New user"));
}

#[test]
fn who_is_not_accepted_can_be_looked_up_in_the_execution() {
    let store = store();
    activate(&store, "Only x", |definition, below_trigger| {
        let filter = Condition::Test(Test {
            attribute: Subject::Username,
            operator: Operator::StartWith,
            value: "x".to_owned(),
        });
        definition.insert(below_trigger, NodeKind::Filter(Some(filter)));
    });
    let mut window = screen(&store);
    press(&mut window, "New user");
    fill(&mut window, "Username", "ada");
    fill(&mut window, "Email", "ada@example.org");

    press(&mut window, "Create user");

    says(&window, "Not accepted");
    assert!(user(&store, "ada").is_none());
    press(&mut window, "Show execution");
    assert!(matches!(window.state().route(), Route::Execution(_)));
}

#[test]
fn a_profile_is_edited() {
    let store = store();
    add_user(&store, form("ada"));
    let mut window = screen(&store);
    open(&mut window, "ada");
    fill(&mut window, "Last name", "Lovelace");

    press(&mut window, "Save");

    says(&window, "ada was saved");
    let ada = user(&store, "ada").expect("still there");
    assert_eq!(ada.profile.last_name, "Lovelace");
    assert!(rows(&window).concat().contains("Lovelace"));
}

#[test]
fn leaving_a_changed_drawer_asks_first() {
    let store = store();
    add_user(&store, form("ada"));
    let mut window = screen(&store);
    open(&mut window, "ada");
    fill(&mut window, "Last name", "Lovelace");
    window.key_press(Key::Escape);
    window.run();
    window.key_press(Key::Escape);
    window.run();
    assert!(
        window
            .query_by_role_and_label(Role::Dialog, "Discard your changes?")
            .is_some()
    );
    window.key_press(Key::Escape);
    window.run();
    assert!(is_open(&window, "ada"), "Esc keeps the changes");

    tab(&mut window, "Groups");
    press(&mut window, "Discard");

    assert!(!is_open(&window, "ada"));
    assert!(
        window
            .query_by_role_and_label(Role::Table, "Groups")
            .is_some()
    );
}

#[test]
fn a_user_is_disabled_and_enabled() {
    let store = store();
    add_user(&store, form("ada"));
    let mut window = screen(&store);
    open(&mut window, "ada");
    press(&mut window, "Disable");
    assert_eq!(user(&store, "ada").expect("there").status, Status::Disabled);
    says(&window, "ada was disabled");

    press(&mut window, "Enable");

    assert_eq!(user(&store, "ada").expect("there").status, Status::Active);
}

#[test]
fn groups_of_a_user_change_at_once_and_the_one_of_everyone_stays() {
    let store = store();
    let ada = add_user(&store, form("ada"));
    add_group(&store, "Sales");
    let mut window = screen(&store);
    open(&mut window, "ada");
    choose(&mut window, "Groups", "Sales");
    assert_eq!(group_names(&store, ada), ["DEFAULT", "Sales"]);
    says(&window, "DEFAULT");
    assert!(window.query_by_label("Remove DEFAULT").is_none());
    window.key_press(Key::Escape);
    window.run();

    press(&mut window, "Remove Sales");

    assert_eq!(group_names(&store, ada), ["DEFAULT"]);
}

#[test]
fn a_deleted_user_comes_back_with_undo() {
    let store = store();
    add_user(&store, form("ada"));
    let mut window = screen(&store);
    open(&mut window, "ada");
    press(&mut window, "Delete user");
    assert!(user(&store, "ada").is_none());
    assert!(!is_open(&window, "ada"), "the drawer has closed");
    says(&window, "ada was moved to the recycle bin");

    press(&mut window, "Undo");

    assert!(user(&store, "ada").is_some());
    says(&window, "ada was restored");
}

#[test]
fn a_protected_user_is_not_deleted_and_the_reason_is_said() {
    let store = store();
    let id = add_user(&store, form("ada"));
    done(
        &store,
        Command::ProtectUser {
            id,
            is_protected: true,
        },
    );
    let mut window = screen(&store);
    open(&mut window, "ada");

    press(&mut window, "Delete user");

    says(
        &window,
        "The user “ada” is protected: take its protection away first.",
    );
    assert!(is_open(&window, "ada"));
    press(&mut window, "Protected");
    press(&mut window, "Delete user");
    assert!(user(&store, "ada").is_none());
}

#[test]
fn the_recycle_bin_restores_and_removes_for_good() {
    let store = store();
    for name in ["ada", "bob"] {
        let id = add_user(&store, form(name));
        done(&store, Command::DeleteUser(id));
    }
    let mut window = screen(&store);
    tab(&mut window, "Recycle bin");
    says(&window, "30 days");
    press(&mut window, "Restore ada");
    assert!(user(&store, "ada").is_some());
    assert_eq!(rows(&window).len(), 1);

    press(&mut window, "Remove bob for good");
    press(&mut window, "Remove for good");

    says(&window, "The recycle bin is empty");
}

#[test]
fn a_group_is_created_renamed_and_deleted_after_saying_what_that_means() {
    let store = store();
    let ada = add_user(&store, form("ada"));
    let mut window = screen(&store);
    tab(&mut window, "Groups");
    press(&mut window, "New group");
    fill(&mut window, "Name", "Sales");
    press(&mut window, "Create group");
    let sales = group(&store, "Sales").expect("created");
    done(
        &store,
        Command::AddToGroup {
            user: ada,
            group: sales.id,
        },
    );
    activate(&store, "Joiner", |definition, below_trigger| {
        let mut task = Task::new(Action::AssignGroup);
        task.rules[0].targets = vec![Target {
            id: Some(sales.id.number()),
            name: "Sales".to_owned(),
        }];
        let event = definition.find(NodeKind::is_event).expect("an Event");
        let below = definition.edges_from(event).next().unwrap_or(below_trigger);
        definition.insert(below, NodeKind::Task(task));
    });
    window.run();

    open(&mut window, "Sales");
    fill(&mut window, "Name", "Revenue");
    press(&mut window, "Save");
    assert!(group(&store, "Revenue").is_some());

    open(&mut window, "Revenue");
    press(&mut window, "Delete group");
    says(&window, "1 user loses it.");
    says(&window, "“Joiner”");
    press(&mut window, "Delete");
    assert!(group(&store, "Revenue").is_none());
    says(&window, "Revenue was deleted");
}

#[test]
fn a_taken_group_name_is_said_at_the_field_and_the_built_in_group_is_explained() {
    let store = store();
    let mut window = screen(&store);
    tab(&mut window, "Groups");
    press(&mut window, "New group");
    fill(&mut window, "Name", "default");
    press(&mut window, "Create group");
    says(&window, "Name is taken: choose another one");

    open(&mut window, "DEFAULT");
    press(&mut window, "Discard");

    says(&window, "Every user is in this group");
    assert!(
        window
            .query_by_role_and_label(Role::Button, "Delete group")
            .is_none()
    );
}

#[test]
fn the_users_of_a_group_are_shown_in_the_list_of_users() {
    let store = store();
    let sales = add_group(&store, "Sales");
    let ada = add_user(&store, form("ada"));
    add_user(&store, form("bob"));
    done(
        &store,
        Command::AddToGroup {
            user: ada,
            group: sales,
        },
    );
    let mut window = screen(&store);
    tab(&mut window, "Groups");

    press(&mut window, "Show the users of Sales");

    let rows = rows(&window);
    assert_eq!(rows.len(), 1);
    assert!(rows.concat().starts_with("ada"), "{rows:?}");
    let filter = window.get_by_role_and_label(Role::ComboBox, "Group");
    assert_eq!(filter.value().as_deref(), Some("Sales"));
}

#[test]
fn a_role_is_made_the_one_that_new_users_get() {
    let store = store();
    let mut window = screen(&store);
    tab(&mut window, "Roles");
    press(&mut window, "New role");
    fill(&mut window, "Name", "Reader");
    press(&mut window, "New users get this role");

    press(&mut window, "Create role");

    let config = store.config().expect("a readable store");
    assert!(config.default_roles.iter().any(|it| it.name == "Reader"));
}

#[test]
fn an_attribute_becomes_a_field_of_users() {
    let store = store();
    add_user(&store, form("ada"));
    let mut window = screen(&store);
    tab(&mut window, "Attributes");
    press(&mut window, "Add the first attribute");
    fill(&mut window, "Label", "Department");
    fill(&mut window, "Name", "2nd");
    press(&mut window, "Create attribute");
    says(&window, "Name must consist of letters");
    fill(&mut window, "Name", "department");
    choose(&mut window, "Type", "Choice");
    fill(&mut window, "Choices", "Sales\nSupport");
    press(&mut window, "Create attribute");

    tab(&mut window, "Users");
    open(&mut window, "ada");
    choose(&mut window, "Department", "Support");
    press(&mut window, "Save");

    let ada = user(&store, "ada").expect("there");
    assert_eq!(ada.profile.attributes["department"], "Support");
    tab(&mut window, "Attributes");
    open(&mut window, "Department");
    choose(&mut window, "Type", "Number");
    press(&mut window, "Save");
    says(&window, "Type cannot change while 1 user have a value");
    press(&mut window, "Delete attribute");
    says(&window, "1 user has a value for it, which is lost.");
    press(&mut window, "Delete");
    assert!(
        store
            .config()
            .expect("a readable store")
            .attributes
            .is_empty()
    );

    tab(&mut window, "Users");
    open(&mut window, "ada");
    fill(&mut window, "Phone", "123");
    press(&mut window, "Save");
    says(&window, "ada was saved");
}

#[test]
fn users_are_searched_and_filtered() {
    let store = store();
    for name in ["ada", "bob", "carol"] {
        add_user(&store, form(name));
    }
    let carol = user(&store, "carol").expect("there");
    done(&store, Command::DisableUser(carol.id));
    let mut window = screen(&store);
    window.key_press_modifiers(Modifiers::COMMAND, Key::F);
    window.run();
    assert!(
        window
            .get_by(|node| is_field(node, "Search users"))
            .is_focused()
    );
    fill(&mut window, "Search users", "aro");
    assert_eq!(rows(&window).len(), 1);
    fill(&mut window, "Search users", "nobody");
    says(&window, "Nobody found");
    press(&mut window, "Clear search and filters");
    assert_eq!(rows(&window).len(), 3);

    choose(&mut window, "Status", "Disabled");

    assert_eq!(rows(&window).len(), 1);
}

#[test]
fn two_hundred_and_fifty_users_are_three_pages() {
    let store = store();
    for number in 0..250 {
        add_user(&store, form(&format!("user{number:03}")));
    }
    let mut window = screen(&store);
    says(&window, "1 to 100 of 250");
    assert!(rows(&window)[0].starts_with("user000"));
    press(&mut window, "Next page");
    assert!(rows(&window)[0].starts_with("user100"));
    press(&mut window, "Next page");
    says(&window, "201 to 250 of 250");
    assert!(rows(&window)[0].starts_with("user200"));
    press(&mut window, "Previous page");
    says(&window, "101 to 200 of 250");

    fill(&mut window, "Search users", "user");

    says(
        &window,
        "Showing the first 100. Type more to narrow the search.",
    );
}

#[test]
fn the_list_is_used_without_the_mouse() {
    let store = store();
    add_user(&store, form("ada"));
    add_user(&store, form("bob"));
    let mut window = screen(&store);
    window.get_by_role_and_label(Role::Table, "Users").focus();
    window.run();
    for key in [Key::ArrowDown, Key::ArrowDown, Key::Enter] {
        window.key_press(key);
        window.run();
    }
    assert!(is_open(&window, "bob"));
    window.key_press(Key::Escape);
    window.run();
    assert!(!is_open(&window, "bob"));

    window.key_press_modifiers(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::A);
    window.run();

    assert!(is_open(&window, "New user"));
}

#[test]
fn texts_that_deceive_are_shown_for_what_they_are() {
    let store = store();
    let hostile = ProfileForm {
        first_name: "<script>alert(1)</script>".to_owned(),
        last_name: "gpj\u{202e}exe".to_owned(),
        ..form("mallory")
    };
    add_user(&store, hostile);
    let mut window = screen(&store);
    let row = rows(&window).concat();
    assert!(
        row.contains("<script>alert(1)</script> gpj‹U+202E›exe"),
        "{row}"
    );

    press(&mut window, "New user");
    fill(&mut window, "Username", "long");
    fill(&mut window, "Email", "long@example.org");
    fill(&mut window, "First name", &"x".repeat(10_000));
    press(&mut window, "Create user");

    says(&window, "First name is longer than 255 characters");
}

fn group(store: &Store, name: &str) -> Option<Group> {
    store
        .read(|db| groups::by_name(db, name))
        .expect("a readable store")
}

/// Activates a workflow for users that admins create; `draw` is given the edge below its trigger.
fn activate(store: &Store, name: &str, draw: impl FnOnce(&mut Definition, Edge)) {
    let sources = BTreeSet::from([Source::AdminPortal]);
    let mut definition = Definition::blank();
    let trigger = definition.set_trigger(Trigger::Registration { sources });
    let trigger = trigger.expect("a blank definition takes one");
    let below = definition.edges_from(trigger).next().expect("it leads on");
    draw(&mut definition, below);
    let create = Command::CreateWorkflow {
        name: name.to_owned(),
        description: String::new(),
    };
    let version = match done(store, create) {
        Reply::Draft { version, .. } => version,
        other => panic!("no draft: {other:?}"),
    };
    done(
        store,
        Command::SaveDraft {
            version,
            definition,
        },
    );
    let reason = "for this test".to_owned();
    done(store, Command::Activate { version, reason });
}

#[test]
fn users_are_imported_after_a_preview_and_exported_again() {
    let store = store();
    add_user(&store, form("ada"));
    add_group(&store, "Sales");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("in.csv");
    let rows = "username,email,last_name,groups,action\n\
                bob,bob@example.org,Builder,Sales,add\n\
                ada,ada@example.org,Lovelace,,update\n\
                eve,nonsense,,,add\n\
                nobody,n@example.org,,,delete\n";
    std::fs::write(&file, rows).expect("a file");
    let mut window = screen(&store);
    press(&mut window, "Import…");
    fill(&mut window, "CSV file", "/no/such/file.csv");
    press(&mut window, "Check the file");
    says(&window, "The file cannot be read");
    fill(&mut window, "CSV file", &file.to_string_lossy());
    press(&mut window, "Check the file");

    says(&window, "1 to add, 1 to update, 0 to delete");
    says(&window, "2 rows cannot be imported and are left out.");
    says(&window, "Email is not an email address");
    assert!(user(&store, "bob").is_none(), "a preview writes nothing");
    press(&mut window, "Import 2 users");

    says(
        &window,
        "1 created, 1 updated, 0 deleted, 0 not accepted, 2 refused.",
    );
    let bob = user(&store, "bob").expect("imported");
    assert_eq!(group_names(&store, bob.id), ["DEFAULT", "Sales"]);
    press(&mut window, "Close");

    let out = folder.path().join("out.csv");
    std::fs::write(&out, "mine").expect("a file");
    press(&mut window, "Export…");
    fill(&mut window, "CSV file", &out.to_string_lossy());
    press(&mut window, "Export");
    says(&window, "there is one already");
    assert_eq!(std::fs::read_to_string(&out).expect("still there"), "mine");
    press(&mut window, "Replace the file if there is one");
    press(&mut window, "Export");
    says(&window, "2 users written to");
    let written = std::fs::read_to_string(&out).expect("written");
    assert!(written.contains("bob,bob@example.org"), "{written}");
    assert!(!folder.path().join("out.csv.part").exists());
}
